// The keys of the shown channel: which are chosen, and what is done with them. Every deed ends as one text put into the
// project, so it is one step of undo; a drag shows a draft until it ends.

import { evaluatePoints, formatSchedule, keyFrame, parseSchedule, placed } from "../curve/curve.mjs";
import {
  addKey,
  bakeKeys,
  copyKeys,
  dropPoints,
  easeKeys,
  movePoints,
  pasteKeys,
  removeKeys,
} from "../curve/key_edit.mjs";
import { pyramid } from "../curve/minmax_pyramid.mjs";
import { guardedKeys } from "../curve/range_keys.mjs";
import { timeIn } from "../curve/ruler_units.mjs";
import { frameAt, plain } from "../curve/timing.mjs";

/** With more keys than this, the text is not written anew at every move of a drag. */
const KEYS_TO_FOLLOW = 400;

export class KeyEditor {
  /** @type {Key[]} */
  keys = [];
  /** @type {Point[]} */
  points = [];
  /** Indices into `keys`. @type {Set<number>} */
  selected = new Set();
  /** The points as they are dragged. @type {Point[] | null} */
  draft = null;
  /** @type {CopiedKey[]} */
  copied = [];
  /** What new and dragged keys snap to: `beat`, `bar` or nothing. */
  snap = "beat";
  /** The channel's values as the page and as the server work them out. @type {TimelineModel["trees"]} */
  trees = {};
  /** The values from the lane's lowest to its highest row. @type {[number, number]} */
  range = [0, 1];
  /** The text that `keys` were read from. */
  loaded = "";

  /**
   * @param {Context} context
   * @param {import("../curve/curve_text.mjs").CurveText} text where the curve stands as text
   * @param {import("./change_editor.mjs").ChangeEditor} changes what lies over the curve
   * @param {() => void} changed called whenever something looks different
   */
  constructor({ store, session, player }, text, changes, changed) {
    this.store = store;
    this.session = session;
    this.player = player;
    this.text = text;
    this.changes = changes;
    this.changed = changed;
  }

  get song() {
    return this.store.state.song;
  }

  get channel() {
    const { welcome, channel } = this.store.state;
    return /** @type {Channel} */ (welcome.channels.find((one) => one.name === channel));
  }

  /** The channel's values as the server knows them, or null. @returns {Series | null} */
  get served() {
    return this.store.state.curves[this.store.state.channel] ?? null;
  }

  /**
   * Take the chosen channel's curve out of the project.
   * @param {Set<string>} changed
   */
  load(changed) {
    const text = this.session.project?.curves[this.store.state.channel] ?? "";
    if (changed.has("channel") || changed.has("id")) this.selected = new Set();
    const other = text !== this.loaded || changed.has("song") || changed.has("channel");
    if (other && !this.draft) {
      this.loaded = text;
      this.keys = parseSchedule(text) ?? [];
      this.points = placed(this.keys, this.song);
      this.selected = new Set([...this.selected].filter((index) => index < this.keys.length));
    }
    if (!this.draft) {
      this.measure();
      this.text.show(this.written());
    }
  }

  /** The curve's text; of a channel without one, what it starts from, written out. */
  written() {
    if (this.loaded || !this.served) return this.loaded;
    return `0:(${plain(this.served.base[0])})`;
  }

  /** Work out the values of the curve as it is, and the range to show them in; during a drag the range stays. */
  measure() {
    const { served, channel, song } = this;
    const points = this.draft ?? this.points;
    const base = points.length ? evaluatePoints(points, song.nFrames, served?.base) : served?.base;
    if (this.draft) {
      this.trees = { ...this.trees, base: treeOf(base) };
      return;
    }
    const below = served?.below?.length === song.nFrames ? served.below : null;
    const final = this.changes.final(channel, served);
    this.trees = { base: treeOf(base), below: treeOf(below), final: treeOf(final) };
    if (!this.changes.draft) this.range = shownRange([base, below, final], channel);
  }

  /** Work out anew what comes out, while a change is dragged. */
  measureChanges() {
    const final = this.changes.final(this.channel, this.served);
    this.trees = { ...this.trees, final: treeOf(final) };
  }

  /** @param {number} frame */
  baseAt(frame) {
    return this.trees.base?.values[frame] ?? this.channel.default;
  }

  frame(seconds = this.player.seconds) {
    return Math.min(Math.max(frameAt(seconds, this.song.fps), 0), this.song.nFrames - 1);
  }

  /** @param {Iterable<number>} indices */
  select(indices) {
    this.selected = new Set(indices);
    this.changed();
  }

  /**
   * Choose a key, alone or (`more`) besides the others; there it is let go if it was chosen.
   * @param {number} index
   * @param {boolean} more
   */
  pick(index, more) {
    const { selected } = this;
    if (more) this.select(selected.has(index) ? [...selected].filter((one) => one !== index) : [...selected, index]);
    else if (!selected.has(index)) this.select([index]);
  }

  selectAll() {
    this.select(this.keys.keys());
  }

  /**
   * Move the selected keys for as long as the pointer holds them; `free` leaves the music's grid. Returns the first of
   * them as it stands now, or null where none is held; nobody else is told before they are let go.
   * @param {number} seconds
   * @param {number} value
   * @param {boolean} free
   */
  drag(seconds, value, free) {
    const { fps, grid, nFrames } = this.song;
    const { low, high } = this.channel;
    const lead = this.points.find((point) => this.selected.has(point.index));
    if (!lead) return null;
    const target = lead.frame / fps + seconds;
    const snapped = free || !seconds ? target : grid.snap(target, this.snap);
    const frames = seconds ? frameAt(snapped, fps) - lead.frame : 0;
    const draft = movePoints(this.points, this.selected, frames, value, { low, high, nFrames });
    this.draft = draft;
    this.measure();
    if (this.keys.length < KEYS_TO_FOLLOW) this.text.show(formatSchedule(dropPoints(this.keys, draft, this.song).keys));
    return draft.find((point) => point.index === lead.index) ?? null;
  }

  /** Let go of the dragged keys: one step of undo. */
  drop() {
    if (!this.draft) return;
    const { keys, selected } = dropPoints(this.keys, this.draft, this.song);
    this.draft = null;
    this.commit(keys, selected);
  }

  forgetDrag() {
    this.draft = null;
    this.measure();
    this.text.show(this.written());
    this.changed();
  }

  /**
   * Put keys into the project.
   * @param {Key[]} keys
   * @param {Set<number>} selected
   */
  commit(keys, selected = new Set(), key = "") {
    this.selected = selected;
    this.text.put(keys.length ? formatSchedule(keys) : "", key);
  }

  /**
   * @param {number} seconds
   * @param {number} value
   */
  add(seconds, value, free = false) {
    this.put(free ? seconds : this.song.grid.snap(seconds, this.snap), value);
  }

  /**
   * Give the curve a value for one beat, or bar, and keep it as it is before and after.
   * @param {number} seconds
   * @param {number} value
   */
  addGuarded(seconds, value) {
    const { grid, nFrames, fps } = this.song;
    const values = this.trees.base?.values;
    if (!values) return;
    const bars = this.snap === "bar";
    const place = Math.floor((bars ? grid.barAt(seconds) : grid.beatAt(seconds)) + 1e-6);
    const time = (/** @type {number} */ at) => (bars ? grid.timeOfBar(at) : grid.timeOfBeat(at));
    const span = { start: Math.max(0, time(place)), end: Math.min(nFrames / fps, time(place + 1)) };
    const options = { song: this.song, values, unit: this.store.state.unit };
    const { keys, selected } = guardedKeys(this.keys, span, plain(this.clipped(value)), options);
    this.commit(keys, selected);
  }

  addHere() {
    this.setValue(this.baseAt(this.frame()));
  }

  /**
   * Set the curve's value in the playhead's frame.
   * @param {number} value
   */
  setValue(value) {
    this.put(this.frame() / this.song.fps, value);
  }

  /** @param {number} value */
  clipped(value) {
    const { low, high } = this.channel;
    return Math.min(Math.max(value, low), high);
  }

  /**
   * Put a key, and choose it.
   * @param {number} seconds
   * @param {number} value
   */
  put(seconds, value) {
    const time = timeIn(this.store.state.unit, seconds, this.song);
    const keys = addKey(this.keys, time, this.clipped(value), { base: this.baseAt(0), song: this.song });
    const frame = keyFrame(time, this.song);
    this.commit(keys, new Set([keys.findIndex((key) => keyFrame(key.time, this.song) === frame)]));
  }

  remove() {
    if (this.selected.size) this.commit(removeKeys(this.keys, this.selected));
  }

  /** @param {string} easing */
  ease(easing) {
    if (this.selected.size) this.commit(easeKeys(this.keys, this.selected, easing), this.selected);
  }

  copy() {
    if (!this.selected.size) return;
    this.copied = copyKeys(this.keys, this.selected, this.song);
    this.changed();
  }

  paste() {
    if (!this.copied.length) return;
    const at = this.song.grid.snap(this.player.seconds, this.snap);
    const { keys, selected } = pasteKeys(this.keys, this.copied, at, this.song);
    this.commit(keys, selected);
  }

  /**
   * Raise or lower the selected keys by a hundredth of the shown range, or by a tenth.
   * @param {1 | -1} direction
   * @param {boolean} far
   */
  nudge(direction, far) {
    if (!this.selected.size && this.changes.nudge(this.step(far) * direction)) return;
    const { low, high } = this.channel;
    const step = this.step(far) * direction;
    const draft = movePoints(this.points, this.selected, 0, step, { low, high, nFrames: this.song.nFrames });
    const { keys, selected } = dropPoints(this.keys, draft, this.song);
    this.commit(keys, selected, "nudge");
  }

  /** @param {boolean} far */
  step(far) {
    return (this.range[1] - this.range[0]) / (far ? 10 : 100);
  }

  /** Turn formulas and the music's part of this channel into plain keys; one step of undo. */
  bake() {
    const heard = this.served?.heard;
    if (!heard) return;
    const [low, high] = extremes(heard);
    const keys = bakeKeys(heard, Math.max((high - low) / 200, 1e-6));
    const { channel } = this.store.state;
    const { project } = this.session;
    const curves = { ...project.curves, [channel]: formatSchedule(keys) };
    this.session.edit({ ...project, curves, reactions: project.reactions.filter((one) => one.channel !== channel) });
  }
}

/** @param {Values | null | undefined} values */
const treeOf = (values) => (values ? pyramid(values) : null);

/**
 * Return the range that shows the given values with room above and below, and what of the channel's is near.
 * @param {(Values | null | undefined)[]} shown
 * @param {Channel} channel
 * @returns {[number, number]}
 */
function shownRange(shown, channel) {
  const bounds = shown.filter((values) => values !== null && values !== undefined).map(extremes);
  const low = Math.min(...bounds.map(([least]) => least), channel.default);
  const high = Math.max(...bounds.map(([, most]) => most), channel.default);
  const space = Math.max((high - low) * 0.15, smallest(channel));
  return [Math.max(low - space, Math.min(channel.low, low)), Math.min(high + space, Math.max(channel.high, high))];
}

/**
 * @param {Values} values
 * @returns {[number, number]}
 */
function extremes(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/**
 * The least room above and below a flat curve, so that its keys can be moved both ways.
 * @param {Channel} channel
 */
const smallest = (channel) => (channel.kind === "integer" ? 1 : Math.max(Math.abs(channel.default) * 0.05, 0.02));
