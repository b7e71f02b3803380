// Step 5: the timeline. Every channel's value in every frame, to be seen, dragged and typed.

import { CurveText } from "../curve/curve_text.mjs";
import { hasFormula } from "../curve/key_edit.mjs";
import { h, oncePerFrame } from "../core/dom.mjs";
import { section } from "../core/fields.mjs";
import { SceneEdges } from "../steps/scene_edges.mjs";
import { KeyEditor } from "./key_editor.mjs";
import { TimelineInput } from "./timeline_input.mjs";
import { ChangeEditor } from "./change_editor.mjs";
import { ChangePanel } from "./change_panel.mjs";
import { KeysTable } from "./keys_table.mjs";
import { Legend } from "./legend.mjs";
import { MarkerList } from "./marker_list.mjs";
import { PinnedLanes } from "./pinned_lanes.mjs";
import { RangeEditor } from "./range_editor.mjs";
import { RangePanel } from "./range_panel.mjs";
import { readoutText } from "./readout.mjs";
import { paintTimeline } from "./timeline_paint.mjs";
import { curveLane, rowsOf, toY } from "./timeline_rows.mjs";
import { TimelineTools } from "./timeline_tools.mjs";
import { TimelineViewport } from "./viewport.mjs";
import { toX } from "../curve/timescale.mjs";
import { t } from "../core/i18n.mjs";

export class TimelineView {
  /** The box that is drawn around keys to choose them. @type {[Pixel, Pixel] | null} */
  box = null;
  /** Whether the pointer draws over the curve, and what it has drawn. */
  drawing = false;
  /** @type {Pixel[]} */
  line = [];
  /** The project whose song the viewport was fitted to. */
  fitted = "";
  canvas = h("canvas.timeline", {
    tabindex: "0",
    role: "application",
    "aria-label": t("Timeline. Arrow keys move and change, Enter adds a key, Delete removes it."),
  });
  readout = h("p.readout", { role: "status", "aria-live": "polite" });
  draw = oncePerFrame(() => this.paint());

  /** @param {Context} context */
  constructor(context) {
    const { store, session, player } = context;
    this.store = store;
    this.session = session;
    this.player = player;
    this.viewport = new TimelineViewport(store, this.canvas, this.draw);
    this.text = new CurveText(context);
    const changed = () => this.editorChanged();
    this.changes = new ChangeEditor(context, () => this.changesChanged());
    this.editor = new KeyEditor(context, this.text, this.changes, changed);
    this.ranges = new RangeEditor(context, this.editor, this.changes, changed);
    this.pins = new PinnedLanes(context, this.canvas, this.changes);
    this.tools = new TimelineTools(context, this.editor, this.viewport, this.changes, this);
    this.rangePanel = new RangePanel(context, this.ranges);
    this.changePanel = new ChangePanel(context, this.changes);
    this.table = new KeysTable(context, this.editor);
    this.markers = new MarkerList(context);
    this.legend = new Legend(context);
    this.edges = new SceneEdges(context, this.viewport, (text) => this.dragged(text));
    new TimelineInput(this, context);
    this.node = section(
      5,
      t("Timeline"),
      t("Every number, frame by frame. Double-click a hit to change it and nothing else."),
      this.tools.node,
      this.rangePanel.pick,
      this.canvas,
      this.readout,
      this.rangePanel.deeds,
      this.legend.node,
      this.changePanel.node,
      this.markers.node,
      this.text.node,
      this.table.node,
    );
    player.listen((seconds) => this.follow(seconds));
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  /**
   * @param {State} state
   * @param {Set<string>} changed
   */
  update(state, changed) {
    if (!state.analysis) return;
    if (changed.has("id") || (changed.has("analysis") && this.fitted !== state.id)) {
      this.fitted = state.id;
      this.viewport.showAll();
    }
    if (changed.has("id")) {
      this.ranges.spans = [];
      this.changes.chosen = -1;
      this.player.repeat(null);
    }
    if (changed.has("channel")) this.tools.click = "";
    if (["history", "channel", "curves", "song", "id"].some((name) => changed.has(name))) {
      this.editor.load(changed);
      this.pins.load();
    }
    if (changed.has("pinned")) this.pins.load();
    if (changed.has("problems") || changed.has("channel")) this.text.showProblem();
    this.showAll(state);
    this.showReadout(this.player.seconds);
  }

  /** @param {State} state */
  showAll(state) {
    this.tools.update(state);
    this.rangePanel.update();
    this.changePanel.update(this.editor.channel);
    this.table.update();
    this.markers.update();
    this.legend.update(state);
    this.draw();
  }

  editorChanged() {
    this.showAll(this.store.state);
  }

  changesChanged() {
    this.editor.measureChanges();
    if (this.changes.draft) this.draw();
    else this.showAll(this.store.state);
  }

  /**
   * A double-click on the curve.
   * @param {number} seconds
   * @param {number} value
   * @param {boolean} free
   */
  addAt(seconds, value, free) {
    const { trees } = this.editor;
    const deed = this.tools.clickDoes();
    if (deed === "guard") this.editor.addGuarded(seconds, value);
    else if (deed === "key") this.editor.add(seconds, value, free);
    else {
      const snapped = free ? seconds : this.editor.song.grid.snap(seconds, this.editor.snap);
      const near = free ? null : { base: trees.base?.values, below: trees.below?.values };
      this.changes.addPulse(seconds, this.editor.clipped(value), snapped, near);
    }
  }

  /** Keys that were copied, or a stretch: what was copied last. */
  paste() {
    if (this.ranges.copied && (this.ranges.spans.length || !this.editor.copied.length)) this.ranges.paste();
    else this.editor.paste();
  }

  toggleDrawing() {
    this.drawing = !this.drawing;
    this.tools.draw?.setAttribute("aria-pressed", String(this.drawing));
  }

  togglePin() {
    this.pins.toggle(this.store.state.channel);
  }

  /** @param {string} channel */
  showPinned(channel) {
    if (channel !== this.store.state.channel) this.session.choose(channel);
  }

  focusRange() {
    this.rangePanel.focus();
  }

  addMarker() {
    this.markers.add();
  }

  /** @param {Pixel[]} line */
  showDrawing(line) {
    this.line = line;
    this.draw();
  }

  /** @param {number} seconds */
  follow(seconds) {
    if (!this.store.state.analysis) return;
    if (this.player.playing) this.viewport.reveal(seconds);
    this.tools.showFrame();
    this.draw();
    this.showReadout(seconds);
  }

  /** @param {number} seconds */
  showReadout(seconds) {
    const text = readoutText(this.editor, this.changes, seconds);
    if (this.readout.textContent !== text) this.readout.textContent = text;
  }

  /**
   * Say where something is that is being dragged.
   * @param {string} text
   */
  dragged(text) {
    this.readout.textContent = text;
    this.draw();
  }

  /** @param {[Pixel, Pixel] | null} box */
  showBox(box) {
    this.box = box;
    this.draw();
  }

  get rows() {
    return rowsOf(this.canvas.clientHeight, this.store.state.pinned.length);
  }

  get lane() {
    return curveLane(this.rows.curve, this.editor.range);
  }

  /**
   * Return where the keys are on the canvas.
   * @returns {Pixel[]}
   */
  pixels() {
    const { lane } = this;
    const { points, song, trees } = this.editor;
    const view = this.viewport.sized;
    /** @param {Point} point */
    const value = ({ number, frame }) =>
      Number.isNaN(number) ? (trees.base?.values[Math.max(0, frame)] ?? 0) : number;
    return points.map((point) => [toX(view, point.frame / song.fps), toY(lane, value(point))]);
  }

  paint() {
    const { editor } = this;
    const { state } = this.store;
    if (!state.analysis || !this.canvas.isConnected) return;
    paintTimeline(this.canvas, {
      view: this.viewport.span,
      duration: this.viewport.duration,
      analysis: state.analysis,
      song: state.song,
      scenes: state.history.value?.scenes ?? [],
      starts: this.edges.starts ?? state.starts,
      scene: state.scene,
      trees: editor.trees,
      range: editor.range,
      envelope: this.envelope(),
      points: editor.draft ?? editor.points,
      selected: editor.selected,
      playhead: this.player.seconds,
      box: this.box,
      ...this.byHand(state),
    });
  }

  /**
   * What a picture of the timeline shows of what was done by hand.
   * @param {State} state
   */
  byHand({ song, unit }) {
    return {
      unit,
      changes: this.changes.blocks(),
      chosen: this.changes.override ? this.changes.chosen : -1,
      ranges: this.ranges.spans,
      loop: this.player.loop,
      markers: this.markers.placed(),
      stale: this.legend.redraw.stale.map(([first, last]) => ({ start: first / song.fps, end: last / song.fps })),
      pins: this.pins.lanes,
      ghosts: this.pins.ghosts,
      drawing: this.line,
    };
  }

  /**
   * Return the envelope that moves this channel, by a reaction or by a formula, or null.
   * @returns {TimelineModel["envelope"]}
   */
  envelope() {
    const { analysis, channel } = this.store.state;
    if (!analysis) return null;
    const named =
      this.session.project.reactions.find((one) => one.channel === channel)?.map.envelope ??
      Object.keys(analysis.envelopes.values).find(
        (name) => hasFormula(this.editor.keys) && new RegExp(`\\b${name}\\b`).test(this.editor.loaded),
      );
    const values = named ? analysis.envelopes.values[named] : undefined;
    return named && values
      ? { name: named, values, rate: analysis.envelopes.rate_hz, color: "hsl(45 90% 55% / 0.22)" }
      : null;
  }
}
