// Step 5: the timeline. Every channel's value in every frame, to be seen, dragged and typed.

import { evaluatePoints, formatSchedule, parseSchedule, placed } from "../curve/curve.mjs";
import { CurveText } from "../curve/curve_text.mjs";
import { pyramid } from "../curve/minmax_pyramid.mjs";
import { h, oncePerFrame } from "../core/dom.mjs";
import { section } from "../core/fields.mjs";
import {
  addKey,
  bakeKeys,
  copyKeys,
  dropPoints,
  easeKeys,
  hasFormula,
  movePoints,
  pasteKeys,
  removeKeys,
} from "../curve/key_edit.mjs";
import { SceneEdges } from "../steps/scene_edges.mjs";
import { sceneAt } from "../steps/scenes.mjs";
import { TimelineHands } from "./timeline_input.mjs";
import { curveLane, paintTimeline, toY } from "./timeline_paint.mjs";
import { TimelineTools } from "./timeline_tools.mjs";
import { reveal, toX, zoomAt } from "../curve/timescale.mjs";
import { clock, frameAt, plain } from "../curve/timing.mjs";
import { t } from "../core/i18n.mjs";

const SHORTEST_FRAMES = 12;

export class TimelineView {
  constructor({ store, player }) {
    Object.assign(this, { store, player });
    Object.assign(this, {
      keys: [],
      points: [],
      selected: new Set(),
      draft: null,
      box: null,
      view: { start: 0, end: 1 },
      trees: {},
      range: [0, 1],
      snap: "beat",
      copied: [],
    });
    this.canvas = h("canvas.timeline", {
      tabindex: "0",
      role: "application",
      "aria-label": t("Timeline. Arrow keys move and change, Enter adds a key, Delete removes it."),
    });
    this.say = h("p.readout", { role: "status", "aria-live": "polite" });
    this.text = new CurveText(store);
    this.tools = new TimelineTools(this, store);
    this.node = section(
      5,
      t("Timeline"),
      t("Every number, frame by frame. Drag the dots; double-click adds one."),
      this.tools.node,
      this.canvas,
      this.say,
      this.text.node,
    );
    this.draw = oncePerFrame(() => this.paint());
    this.edges = new SceneEdges(this, store);
    this.hands = new TimelineHands(this, this.canvas);
    player.listen((seconds) => this.follow(seconds));
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  get duration() {
    return this.store.state.analysis?.duration_s ?? 1;
  }
  get song() {
    return this.store.state.song;
  }
  get channel() {
    return this.store.state.welcome.channels.find((one) => one.name === this.store.state.channel);
  }
  get server() {
    return this.store.state.curves[this.store.state.channel] ?? null;
  }

  update(state, changed) {
    if (!state.analysis) return;
    if (changed.has("id") || (changed.has("analysis") && this.heard !== state.id)) {
      this.heard = state.id;
      this.fit();
    }
    if (["history", "channel", "curves", "song", "id"].some((name) => changed.has(name))) this.load(changed);
    if (changed.has("problems") || changed.has("channel")) this.text.showProblem();
    this.tools.update(state);
    this.readout(this.player.seconds);
    this.draw();
  }

  /** Take the chosen channel's curve out of the project. */
  load(changed) {
    const text = this.store.project?.curves[this.store.state.channel] ?? "";
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

  /** Work out the values of the curve as it is, and the range to show them in. */
  measure() {
    const { server, channel } = this;
    const base = this.points.length ? evaluatePoints(this.points, this.song.nFrames, server?.base) : server?.base;
    const final = server?.final?.length === this.song.nFrames ? server.final : null;
    this.trees = { base: base ? pyramid(base) : null, final: final ? pyramid(final) : null };
    if (this.draft) return;
    const bounds = [base, final].filter(Boolean).map((values) => extremes(values));
    const low = Math.min(...bounds.map(([least]) => least), channel.default);
    const high = Math.max(...bounds.map(([, most]) => most), channel.default);
    const space = Math.max((high - low) * 0.15, smallest(channel));
    this.range = [
      Math.max(low - space, Math.min(channel.low, low)),
      Math.min(high + space, Math.max(channel.high, high)),
    ];
  }

  paint() {
    const { state } = this.store;
    if (!state.analysis || !this.canvas.isConnected) return;
    paintTimeline(this.canvas, {
      view: this.view,
      duration: this.duration,
      analysis: state.analysis,
      song: this.song,
      scenes: state.history.value?.scenes ?? [],
      starts: this.edges.starts ?? state.starts,
      scene: state.scene,
      trees: this.trees,
      range: this.range,
      envelope: this.envelope(),
      points: this.draft ?? this.points,
      selected: this.selected,
      playhead: this.player.seconds,
      box: this.box,
    });
  }

  /** Return the envelope that moves this channel, by a reaction or by a formula, or null. */
  envelope() {
    const { analysis, channel } = this.store.state;
    const named =
      this.store.project.reactions.find((one) => one.channel === channel)?.map.envelope ??
      Object.keys(analysis.envelopes.values).find(
        (name) => hasFormula(this.keys) && new RegExp(`\\b${name}\\b`).test(this.loaded),
      );
    const values = analysis.envelopes.values[named];
    return values ? { name: named, values, rate: analysis.envelopes.rate_hz, colour: "hsl(45 90% 55% / 0.22)" } : null;
  }

  sizedView() {
    return { ...this.view, width: this.canvas.clientWidth || 1 };
  }
  lane() {
    return curveLane(this.canvas.clientHeight, this.range);
  }
  shortest() {
    return SHORTEST_FRAMES / this.song.fps;
  }

  pixels() {
    const view = this.sizedView();
    const lane = this.lane();
    const value = ({ number, frame }) =>
      Number.isNaN(number) ? (this.trees.base?.values[Math.max(0, frame)] ?? 0) : number;
    return this.points.map((point) => [toX(view, point.frame / this.song.fps), toY(lane, value(point))]);
  }

  setView({ start, end }) {
    this.view = { start, end };
    this.draw();
  }

  fit() {
    this.setView({ start: 0, end: this.duration });
  }

  zoom(factor) {
    this.setView(
      zoomAt(this.sizedView(), toX(this.sizedView(), this.player.seconds), factor, this.duration, this.shortest()),
    );
  }

  frames() {
    this.setView(
      zoomAt(this.sizedView(), toX(this.sizedView(), this.player.seconds), 1e9, this.duration, 2 * this.shortest()),
    );
  }

  seek(seconds) {
    this.player.seek(Math.min(Math.max(seconds, 0), this.duration - 0.001));
  }

  follow(seconds) {
    if (!this.store.state.analysis) return;
    if (this.player.playing) this.view = reveal(this.sizedView(), seconds, this.duration);
    this.tools.showFrame();
    this.draw();
    this.readout(seconds);
  }

  readout(seconds) {
    const frame = this.frame(seconds);
    const bar = this.song.grid.barAt(seconds);
    const [base, final] = [this.trees.base?.values[frame], this.trees.final?.values[frame]];
    const value =
      base === undefined
        ? ""
        : `${t(this.channel.name)} ${plain(base)}${final !== undefined && Math.abs(final - base) > 1e-6 ? ` → ${plain(final)}` : ""}`;
    const text = [t("frame {n}", { n: frame }), clock(seconds, 2), t("bar {n}", { n: Math.floor(bar) + 1 }), value]
      .filter(Boolean)
      .join(" · ");
    if (this.say.textContent !== text) this.say.textContent = text;
  }

  frame(seconds = this.player.seconds) {
    return Math.min(Math.max(frameAt(seconds, this.song.fps), 0), this.song.nFrames - 1);
  }

  baseAt(frame) {
    return this.trees.base?.values[frame] ?? this.channel.default;
  }

  chooseScene(seconds) {
    this.store.set({ scene: sceneAt(this.store.state.starts, seconds) });
  }

  select(indices) {
    this.selected = new Set(indices);
    this.tools.update(this.store.state);
    this.draw();
  }

  pick(index, more) {
    if (more)
      this.select(
        this.selected.has(index) ? [...this.selected].filter((one) => one !== index) : [...this.selected, index],
      );
    else if (!this.selected.has(index)) this.select([index]);
  }

  selectAll() {
    this.select(this.keys.map((_, index) => index));
  }

  showBox(box) {
    this.box = box;
    this.draw();
  }

  /** Move the selected keys for as long as the pointer holds them; `free` leaves the music's grid. */
  dragKeys(seconds, value, free) {
    const { low, high } = this.channel;
    const lead = this.points.find((point) => this.selected.has(point.index));
    if (!lead) return;
    const target = lead.frame / this.song.fps + seconds;
    const snapped = free || !seconds ? target : this.song.grid.snap(target, this.snap);
    const frames = seconds ? frameAt(snapped, this.song.fps) - lead.frame : 0;
    this.draft = movePoints(this.points, this.selected, frames, value, { low, high, nFrames: this.song.nFrames });
    const kept = this.points;
    this.points = this.draft;
    this.measure();
    this.points = kept;
    const moved = this.draft.find((point) => point.index === lead.index);
    this.say.textContent =
      t("frame {n}", { n: moved.frame }) + ` · ${clock(moved.frame / this.song.fps, 2)} · ${plain(moved.number)}`;
    if (this.keys.length < 400) this.text.show(formatSchedule(dropPoints(this.keys, this.draft, this.song).keys));
    this.draw();
  }

  dropKeys() {
    if (!this.draft) return;
    const { keys, selected } = dropPoints(this.keys, this.draft, this.song);
    this.draft = null;
    this.commit(keys, selected);
  }

  forgetDrag() {
    this.draft = null;
    this.measure();
    this.text.show(this.loaded);
    this.draw();
  }

  /** Put keys into the project: one step of undo. */
  commit(keys, selected = new Set(), key = "") {
    this.selected = selected;
    this.text.put(keys.length ? formatSchedule(keys) : "", key);
  }

  addKey(seconds, value, free = false) {
    const at = free ? seconds : this.song.grid.snap(seconds, this.snap);
    const { low, high } = this.channel;
    const keys = addKey(this.keys, at, Math.min(Math.max(value, low), high), {
      snap: free ? "" : this.snap,
      base: this.baseAt(0),
      song: this.song,
    });
    this.commit(keys);
  }

  addHere() {
    this.setValue(this.baseAt(this.frame()));
  }

  /** Set the curve's value in the playhead's frame. */
  setValue(value) {
    const { low, high } = this.channel;
    const options = { snap: "", base: this.baseAt(0), song: this.song };
    this.commit(addKey(this.keys, this.frame() / this.song.fps, Math.min(Math.max(value, low), high), options));
  }

  remove() {
    if (this.selected.size) this.commit(removeKeys(this.keys, this.selected));
  }

  ease(easing) {
    if (this.selected.size) this.commit(easeKeys(this.keys, this.selected, easing), this.selected);
  }

  copy() {
    if (this.selected.size) this.copied = copyKeys(this.keys, this.selected, this.song);
  }

  paste() {
    if (!this.copied.length) return;
    const { keys, selected } = pasteKeys(this.keys, this.copied, this.player.seconds, this.song);
    this.commit(keys, selected);
  }

  step(direction, far) {
    const { grid, fps } = this.song;
    const beat = grid.timeOfBeat(
      direction > 0
        ? Math.floor(grid.beatAt(this.player.seconds + 0.001)) + 1
        : Math.ceil(grid.beatAt(this.player.seconds - 0.001)) - 1,
    );
    this.seek(far ? beat : (this.frame() + direction) / fps);
    this.setView(reveal(this.sizedView(), this.player.seconds, this.duration));
  }

  nudge(direction, far) {
    const [low, high] = this.range;
    const step = ((high - low) / (far ? 10 : 100)) * direction;
    const draft = movePoints(this.points, this.selected, 0, step, {
      low: this.channel.low,
      high: this.channel.high,
      nFrames: this.song.nFrames,
    });
    const { keys, selected } = dropPoints(this.keys, draft, this.song);
    this.commit(keys, selected, "nudge");
  }

  nextKey(direction) {
    const frame = this.frame();
    const found =
      direction > 0
        ? this.points.find((point) => point.frame > frame)
        : this.points.findLast((point) => point.frame < frame);
    if (!found) return;
    this.seek(found.frame / this.song.fps);
    this.select([found.index]);
  }

  /** Turn formulas and the music's part of this channel into plain keys; one step of undo. */
  bake() {
    const heard = this.server?.heard;
    if (!heard) return;
    const [low, high] = extremes(heard);
    const keys = bakeKeys(heard, Math.max((high - low) / 200, 1e-6));
    const { channel } = this.store.state;
    const { project } = this.store;
    const curves = { ...project.curves, [channel]: formatSchedule(keys) };
    this.store.edit({ ...project, curves, reactions: project.reactions.filter((one) => one.channel !== channel) });
  }
}

function extremes(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** The least room above and below a flat curve, so that its keys can be moved both ways. */
const smallest = (channel) => (channel.kind === "integer" ? 1 : Math.max(Math.abs(channel.default) * 0.05, 0.02));
