// Selected stretches of the song, and what is done with the shown channel in them. Each deed is one step of undo.

import { hitNear, hitsOf, sectionsLike } from "../curve/hits.mjs";
import { copyCurve, pasteCurve } from "../curve/range_keys.mjs";
import { changeParts, timesAmount } from "../curve/reaction_range.mjs";
import { after, timeIn } from "../curve/ruler_units.mjs";
import { overrideFrames } from "../curve/override.mjs";
import { formatSchedule, keySeconds } from "../curve/curve.mjs";
import { sectionAt } from "./song_canvas.mjs";
import { THE_HIT } from "./change_editor.mjs";

/** Hits that are lower than this share of the highest are not among "all kicks". */
const CLEAR = 1 / 3;

export class RangeEditor {
  /** @type {Span[]} */
  spans = [];
  /** Where the next stretch begins, in seconds; NaN without a mark. */
  mark = NaN;
  /** @type {(CopiedCurve & {overrides: {override: Override, from: number, to: number | null}[]}) | null} */
  copied = null;

  /**
   * @param {Context} context
   * @param {import("./key_editor.mjs").KeyEditor} keys
   * @param {import("./change_editor.mjs").ChangeEditor} changes
   * @param {() => void} changed
   */
  constructor({ store, session, player }, keys, changes, changed) {
    this.store = store;
    this.session = session;
    this.player = player;
    this.keys = keys;
    this.changes = changes;
    this.changed = changed;
  }

  get song() {
    return this.store.state.song;
  }

  get duration() {
    return this.store.state.analysis?.duration_s ?? 0;
  }

  /** @param {Span[]} spans */
  select(spans) {
    this.spans = spans;
    this.mark = NaN;
    this.changed();
  }

  /**
   * Select from where a pointer went down to where it is, on the grid unless `free`.
   * @param {number} from
   * @param {number} to
   * @param {boolean} free
   */
  drag(from, to, free) {
    const { grid, fps } = this.song;
    const [start, end] = [Math.min(from, to), Math.max(from, to)].map((seconds) =>
      Math.min(Math.max(free ? seconds : grid.snap(seconds, this.keys.snap), 0), this.duration),
    );
    this.select(end - start > 0.5 / fps ? [{ start, end }] : []);
  }

  /** Begin a stretch at the playhead, or end it there: the second of them selects. @param {"in" | "out"} which */
  markHere(which) {
    const here = this.player.seconds;
    const [only] = this.spans;
    const other = which === "in" ? (only?.end ?? this.duration) : Number.isNaN(this.mark) ? (only?.start ?? 0) : this.mark;
    if (which === "in" ? here < other : here > other)
      this.select([which === "in" ? { start: here, end: other } : { start: other, end: here }]);
    if (which === "in") this.mark = here;
  }

  /** Select the part of the song that sounds now, or (`all`) every part that is called alike. */
  section(all = false) {
    const sections = this.store.state.analysis?.sections ?? [];
    const part = sectionAt(sections, this.player.seconds);
    if (part) this.select(all ? sectionsLike(sections, part) : [{ start: part.start_s, end: part.end_s }]);
  }

  /** Select the hit at the playhead: from the frame on which the music moves the channel. */
  hit() {
    const { base, below } = this.keys.trees;
    const { fps } = this.song;
    const { seconds } = this.player;
    const reach = Math.max(1, Math.round((after("beat", seconds, 0.5, this.song) - seconds) * fps));
    const frame = base && below ? hitNear(below.values, base.values, this.keys.frame(), reach) : -1;
    const found = frame < 0 || !base || !below ? null : this.changes.span(frame, below.values, base.values);
    if (found) this.player.seek(found.start);
    this.select([found ?? this.wide(seconds)]);
  }

  /**
   * Select every clear hit of a sound, within the selected stretches or the whole song.
   * @param {string} sound name of an envelope
   */
  hits(sound) {
    const { envelopes } = this.store.state.analysis ?? {};
    const values = envelopes?.values[sound];
    if (!envelopes || !values) return;
    const { fps } = this.song;
    const inside = this.spans.length ? this.spans : [{ start: 0, end: this.duration }];
    const found = hitsOf(values, envelopes.rate_hz);
    const least = CLEAR * Math.max(0, ...found.map(({ height }) => height));
    const { base, below } = this.keys.trees;
    /** @param {number} frame */
    const wide = (frame) =>
      base && below && this.changes.width === THE_HIT && Math.abs(below.values[frame] - base.values[frame]) > 0
        ? this.changes.span(frame, below.values, base.values)
        : this.wide(frame / fps);
    const spans = found
      .filter(({ seconds, height }) => height >= least && inside.some((one) => seconds >= one.start && seconds < one.end))
      .map(({ seconds }) => wide(Math.min(this.song.nFrames - 1, Math.round(seconds * fps))));
    // A hit lasts until the next one at most.
    this.select(spans.map(({ start, end }, i) => ({ start, end: Math.min(end, spans[i + 1]?.start ?? end) })));
  }

  /** @param {number} start @returns {Span} */
  wide(start) {
    return { start, end: Math.min(this.duration, this.changes.wide(start).end) };
  }

  /**
   * Lay a change over each selected stretch.
   * @param {string} mode
   * @param {number} value
   */
  change(mode, value) {
    const { shape } = this.changes;
    if (!this.spans.length || !Number.isFinite(value)) return;
    this.changes.add(
      this.spans.map((span) => ({ ...this.changes.texts(span), mode, value, shape })),
    );
  }

  /** @param {number} seconds */
  text(seconds) {
    return timeIn(this.store.state.unit, seconds, this.song);
  }

  /**
   * Change how reactions go in the selected stretches.
   * @param {(part: ReactionPart) => Partial<ReactionPart>} deed
   * @param {boolean} all every channel's reactions, not the shown channel's alone
   */
  react(deed, all = false) {
    const { project } = this.session;
    const { channel } = this.store.state;
    const options = { song: this.song, timeText: (/** @type {number} */ seconds) => this.text(seconds) };
    const reactions = project.reactions.map((reaction) =>
      all || reaction.channel === channel
        ? this.spans.reduce((made, span) => changeParts(made, span, deed, options), reaction)
        : reaction,
    );
    this.session.edit({ ...project, reactions });
  }

  /**
   * @param {number} factor
   * @param {boolean} all
   */
  scaleMusic(factor, all) {
    this.react(timesAmount(factor), all);
  }

  /** Take away what was changed by hand in the selected stretches, of the shown channel. */
  clear() {
    const { channel } = this.store.state;
    const { fps } = this.song;
    const overrides = this.session.project.overrides.filter((one) => {
      const frames = one.channel === channel ? overrideFrames(one, this.song) : null;
      return !frames || !this.spans.some(({ start, end }) => frames[0] / fps < end - 1e-6 && frames[1] / fps > start + 1e-6);
    });
    this.changes.commit(overrides, -1);
  }

  /** Copy the curve and the changes of the first selected stretch, in beats from its start. */
  copy() {
    const [span] = this.spans;
    const values = this.keys.trees.base?.values;
    if (!span || !values) return false;
    const { channel } = this.store.state;
    const { grid } = this.song;
    const begin = grid.beatAt(span.start);
    const overrides = this.session.project.overrides.flatMap((override) => {
      const at = override.channel === channel ? keySeconds(override.start, this.song) : NaN;
      if (!(at >= span.start - 1e-6 && at < span.end - 1e-6) || override.curve) return [];
      const end = override.end.trim() ? grid.beatAt(Math.min(span.end, keySeconds(override.end, this.song))) - begin : null;
      return [{ override, from: grid.beatAt(at) - begin, to: end }];
    });
    this.copied = { ...copyCurve(this.keys.keys, span, this.song, values), overrides };
    this.changed();
    return true;
  }

  /** Put what was copied at the start of the selected stretch, else at the playhead, on the grid. */
  paste() {
    const { copied, song } = this;
    const values = this.keys.trees.base?.values;
    if (!copied || !values) return;
    const { channel, unit } = this.store.state;
    const at = this.spans[0]?.start ?? song.grid.snap(this.player.seconds, this.keys.snap);
    const { keys, selected, end } = pasteCurve(this.keys.keys, copied, at, { song, values, unit });
    const begin = song.grid.beatAt(at);
    /** @param {number} beats */
    const text = (beats) => this.text(song.grid.timeOfBeat(begin + beats));
    const added = copied.overrides.map(({ override, from, to }) => ({
      ...override,
      channel,
      start: text(from),
      end: to === null ? "" : text(to),
    }));
    const { project } = this.session;
    this.keys.selected = selected;
    this.spans = [{ start: at, end }];
    this.session.edit({
      ...project,
      curves: { ...project.curves, [channel]: formatSchedule(keys) },
      overrides: [...project.overrides, ...added],
    });
  }

  /** Play the selected stretch over and over, or two bars around the playhead; again to end it. */
  toggleLoop() {
    if (this.player.loop) this.player.repeat(null);
    else this.player.repeat(this.spans[0] ?? this.twoBars());
    this.changed();
  }

  /** @returns {Span} */
  twoBars() {
    const { grid } = this.song;
    const bar = Math.floor(grid.barAt(this.player.seconds) + 1e-6);
    const [start, end] = [grid.timeOfBar(bar), grid.timeOfBar(bar + 2)];
    return { start: Math.max(0, start), end: Math.min(end, this.duration) };
  }
}
