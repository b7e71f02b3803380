// The changes to single stretches of the shown channel: which is chosen, and what is done with them. Every deed is one
// step of undo; a drag shows a draft until it ends.

import { timeLike } from "../curve/curve.mjs";
import { hitFrames, hitNear } from "../curve/hits.mjs";
import { layOver, overrideFrames } from "../curve/override.mjs";
import { simplify } from "../curve/minmax_pyramid.mjs";
import { after, timeIn } from "../curve/ruler_units.mjs";
import { plain } from "../curve/timing.mjs";

/** What a change may be to what is below it. */
export const MODES = ["set", "add", "scale"];
export const SHAPES = ["flat", "fall", "rise", "swell", "soft"];
/** Widths of a new change: an amount of beats, or of frames; of a hit, as long as the music moves the channel. */
export const THE_HIT = "as long as the hit";
/** @type {Record<string, [number, Unit]>} */
export const WIDTHS = {
  [THE_HIT]: [1, "beat"],
  "1 frame": [1, "frame"],
  "1/4 beat": [0.25, "beat"],
  "1/2 beat": [0.5, "beat"],
  "1 beat": [1, "beat"],
  "2 beats": [2, "beat"],
  "1 bar": [1, "bar"],
};
/** @type {Record<string, string>} */
const SIGNS = { set: "=", add: "+", scale: "×" };

export class ChangeEditor {
  /** Index in the project's overrides; -1 for none. */
  chosen = -1;
  /** The project's overrides as they are dragged. @type {Override[] | null} */
  draft = null;
  /** Name of the width of new changes, and their shape. */
  width = THE_HIT;
  shape = "flat";

  /**
   * @param {Context} context
   * @param {() => void} changed called whenever something looks different
   */
  constructor({ store, session, player }, changed) {
    this.store = store;
    this.session = session;
    this.player = player;
    this.changed = changed;
  }

  get song() {
    return this.store.state.song;
  }

  get unit() {
    return this.store.state.unit;
  }

  /** All of the project's, as they are shown now. */
  get overrides() {
    return this.draft ?? this.session.project?.overrides ?? [];
  }

  /** @param {string} channel */
  of(channel) {
    return this.overrides.filter((one) => one.channel === channel);
  }

  /** The chosen one, where it is of the shown channel. */
  get override() {
    const found = this.overrides[this.chosen];
    return found?.channel === this.store.state.channel ? found : null;
  }

  /**
   * Return the changes of a channel as stretches in seconds, those whose times can be read here.
   * @param {string} channel
   */
  blocks(channel = this.store.state.channel) {
    const { song } = this;
    return this.overrides.flatMap((override, index) => {
      const frames = override.channel === channel ? overrideFrames(override, song) : null;
      if (!frames) return [];
      return [{ index, start: frames[0] / song.fps, end: frames[1] / song.fps, label: labelOf(override) }];
    });
  }

  /**
   * Return a channel's values with its changes over them.
   * @param {Channel} channel
   * @param {Series | null} served
   */
  final(channel, served) {
    const below = served?.below;
    if (!below || below.length !== this.song.nFrames) return null;
    const own = this.of(channel.name);
    return own.length ? layOver(below, own, this.song, channel, served?.final) : below;
  }

  /** @param {number} index */
  choose(index) {
    this.chosen = index;
    this.changed();
  }

  /**
   * Choose the next or last change of the channel, and go there.
   * @param {1 | -1} direction
   */
  next(direction) {
    const blocks = this.blocks().sort((a, b) => a.start - b.start);
    const here = this.player.seconds;
    const found =
      direction > 0
        ? blocks.find(({ start }) => start > here + 1e-4)
        : blocks.findLast(({ start }) => start < here - 1e-4);
    if (!found) return;
    this.player.seek(found.start);
    this.choose(found.index);
  }

  /**
   * Put overrides into the project.
   * @param {Override[]} overrides
   */
  commit(overrides, chosen = this.chosen, key = "") {
    this.draft = null;
    this.chosen = chosen;
    this.session.edit({ ...this.session.project, overrides }, key);
  }

  /** @param {Partial<Override>[]} added */
  add(added) {
    const { channel } = this.store.state;
    const made = added.map((one) => ({ channel, start: "0", end: "", mode: "set", value: 0, curve: "", shape: "flat", ...one }));
    const before = this.session.project.overrides ?? [];
    this.commit([...before, ...made], before.length + made.length - 1);
  }

  /**
   * Change the channel here and nowhere else: from the hit near `seconds`, else from `snapped`, for the chosen width.
   * @param {number} seconds
   * @param {number} value
   * @param {number} snapped
   * @param {{base: Values | undefined, below: Values | undefined} | null} near the values among which a hit is looked for
   */
  addPulse(seconds, value, snapped, near) {
    const { song } = this;
    const frame = Math.round(seconds * song.fps);
    const reach = Math.max(1, Math.round((after("beat", seconds, 0.5, song) - seconds) * song.fps));
    const hit = near?.base && near.below ? hitNear(near.below, near.base, frame, reach) : -1;
    const span = near?.base && near.below && hit >= 0 ? this.span(hit, near.below, near.base) : this.wide(snapped);
    this.add([{ ...this.texts(span), mode: "set", value: Number(plain(value)), shape: this.shape }]);
  }

  /**
   * Return a stretch of the chosen width.
   * @param {number} start
   * @returns {Span}
   */
  wide(start) {
    const [amount, unit] = WIDTHS[this.width];
    return { start, end: after(unit, start, amount, this.song) };
  }

  /**
   * Return the stretch of a hit that begins in a frame: as long as it is, or of the chosen width.
   * @param {number} frame
   * @param {Values} below
   * @param {Values} base
   * @returns {Span}
   */
  span(frame, below, base) {
    const { fps } = this.song;
    if (this.width !== THE_HIT) return this.wide(frame / fps);
    const [first, last] = hitFrames(below, base, frame);
    return { start: first / fps, end: last / fps };
  }

  /** @param {Span} span */
  texts({ start, end }) {
    const single = Math.round((end - start) * this.song.fps) <= 1;
    return { start: this.text(start), end: single ? "" : this.text(end) };
  }

  /** @param {number} seconds */
  text(seconds) {
    return timeIn(this.unit, seconds, this.song);
  }

  /**
   * Set what is drawn in one frame, whatever lies below.
   * @param {number} frame
   * @param {number} value
   */
  setFrame(frame, value) {
    const { channel } = this.store.state;
    const overrides = this.session.project.overrides ?? [];
    const there = overrides.findIndex((one) => {
      const frames = one.channel === channel && one.mode === "set" && !one.curve ? overrideFrames(one, this.song) : null;
      return frames?.[0] === frame && frames[1] === frame + 1;
    });
    if (there >= 0) this.commit(replaced(overrides, there, { value, shape: "flat" }), there);
    else this.add([{ start: this.text(frame / this.song.fps), value }]);
  }

  /**
   * Put a line that was drawn by hand, [[seconds, value], ...], over everything in its frames.
   * @param {Pixel[]} line
   */
  addLine(line) {
    const { song } = this;
    const { low, high } = /** @type {Channel} */ (
      this.store.state.welcome.channels.find((one) => one.name === this.store.state.channel)
    );
    /** @type {Map<number, number>} */
    const byFrame = new Map();
    for (const [seconds, value] of line)
      byFrame.set(Math.max(0, Math.round(seconds * song.fps)), Math.min(Math.max(value, low), high));
    const points = [...byFrame].sort((a, b) => a[0] - b[0]);
    if (!points.length) return;
    const kept = simplify(/** @type {Pixel[]} */ (points), (high - low) / 2000);
    const curve = kept.map(([frame, value]) => `${timeIn(this.unit, frame / song.fps, song)}:(${plain(value)})`);
    const last = points[points.length - 1][0] + 1;
    const [start, end] = [points[0][0], last].map((frame) => timeIn(this.unit, frame / song.fps, song));
    this.add([{ start, end, curve: curve.join(", "), value: Number(plain(points[0][1])) }]);
  }

  /**
   * @param {Partial<Override>} fields
   * @param {string} key
   */
  update(fields, key = "") {
    if (this.override) this.commit(replaced(this.session.project.overrides, this.chosen, fields), this.chosen, key);
  }

  remove() {
    if (!this.override) return false;
    this.commit(this.session.project.overrides.filter((_, index) => index !== this.chosen), -1);
    return true;
  }

  /**
   * Raise or lower what the chosen change asks.
   * @param {number} step
   */
  nudge(step) {
    const { override } = this;
    if (!override) return false;
    const by = override.mode === "scale" ? Math.sign(step) * 0.05 : step;
    this.update({ value: Number(plain(override.value + by)) }, "nudge-change");
    return true;
  }

  /**
   * Move the chosen change, or one of its ends, for as long as the pointer holds it.
   * @param {"body" | "start" | "end"} part
   * @param {Span} was where it was when it was taken hold of
   * @param {number} seconds how far it is held from there
   * @param {(seconds: number) => number} snap
   */
  drag(part, was, seconds, snap) {
    const { override, song } = this;
    if (!override) return;
    const frame = 1 / song.fps;
    let { start, end } = was;
    if (part === "end") end = Math.max(start + frame, snap(end + seconds));
    else {
      const moved = Math.max(0, snap(start + seconds));
      if (part === "body") end += moved - start;
      start = part === "start" ? Math.min(moved, end - frame) : moved;
    }
    const single = !override.end.trim() && part === "body";
    this.draft = replaced(this.session.project.overrides, this.chosen, {
      start: timeLike(override.start, start, song),
      end: single ? "" : timeLike(override.end.trim() ? override.end : override.start, end, song),
    });
    this.changed();
  }

  drop() {
    if (this.draft) this.commit(this.draft);
  }

  forgetDrag() {
    this.draft = null;
    this.changed();
  }
}

/**
 * @param {Override[]} overrides
 * @param {number} index
 * @param {Partial<Override>} fields
 */
const replaced = (overrides, index, fields) =>
  overrides.map((one, i) => (i === index ? { ...one, ...fields } : one));

/** @param {Override} override */
export const labelOf = ({ mode, value, curve }) => `${SIGNS[mode] ?? ""} ${curve ? "∿" : plain(value, 3)}`;
