// The keys of the shown channel: which are chosen, and what is done with them. Every deed ends as one text put into the
// project, so it is one step of undo; a drag shows a draft until it ends.

import { evaluatePoints, formatSchedule, parseSchedule, placed } from "../curve/curve.mjs";
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
import { frameAt } from "../curve/timing.mjs";

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
   * @param {() => void} changed called whenever something looks different
   */
  constructor({ store, session, player }, text, changed) {
    this.store = store;
    this.session = session;
    this.player = player;
    this.text = text;
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
      this.text.show(text);
    }
    if (!this.draft) this.measure();
  }

  /** Work out the values of the curve as it is, and the range to show them in; during a drag the range stays. */
  measure() {
    const { served, channel, song } = this;
    const points = this.draft ?? this.points;
    const base = points.length ? evaluatePoints(points, song.nFrames, served?.base) : served?.base;
    const final = served?.final?.length === song.nFrames ? served.final : null;
    this.trees = { base: base ? pyramid(base) : null, final: final ? pyramid(final) : null };
    if (!this.draft) this.range = shownRange([base, final], channel);
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
    this.text.show(this.loaded);
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
    const at = free ? seconds : this.song.grid.snap(seconds, this.snap);
    this.put(at, value, free ? "" : this.snap);
  }

  addHere() {
    this.setValue(this.baseAt(this.frame()));
  }

  /**
   * Set the curve's value in the playhead's frame.
   * @param {number} value
   */
  setValue(value) {
    this.put(this.frame() / this.song.fps, value, "");
  }

  /**
   * @param {number} seconds
   * @param {number} value
   * @param {string} snap
   */
  put(seconds, value, snap) {
    const { low, high } = this.channel;
    const options = { snap, base: this.baseAt(0), song: this.song };
    this.commit(addKey(this.keys, seconds, Math.min(Math.max(value, low), high), options));
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
    const { keys, selected } = pasteKeys(this.keys, this.copied, this.player.seconds, this.song);
    this.commit(keys, selected);
  }

  /**
   * Raise or lower the selected keys by a hundredth of the shown range, or by a tenth.
   * @param {1 | -1} direction
   * @param {boolean} far
   */
  nudge(direction, far) {
    const [bottom, top] = this.range;
    const { low, high } = this.channel;
    const step = ((top - bottom) / (far ? 10 : 100)) * direction;
    const draft = movePoints(this.points, this.selected, 0, step, { low, high, nFrames: this.song.nFrames });
    const { keys, selected } = dropPoints(this.keys, draft, this.song);
    this.commit(keys, selected, "nudge");
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
