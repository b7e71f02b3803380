// Step 5: the timeline. Every channel's value in every frame, to be seen, dragged and typed.

import { CurveText } from "../curve/curve_text.mjs";
import { hasFormula } from "../curve/key_edit.mjs";
import { h, oncePerFrame } from "../core/dom.mjs";
import { section } from "../core/fields.mjs";
import { SceneEdges } from "../steps/scene_edges.mjs";
import { KeyEditor } from "./key_editor.mjs";
import { TimelineInput } from "./timeline_input.mjs";
import { curveLane, paintTimeline, toY } from "./timeline_paint.mjs";
import { TimelineTools } from "./timeline_tools.mjs";
import { TimelineViewport } from "./viewport.mjs";
import { toX } from "../curve/timescale.mjs";
import { clock, plain } from "../curve/timing.mjs";
import { t } from "../core/i18n.mjs";

export class TimelineView {
  /** The box that is drawn around keys to choose them. @type {[Pixel, Pixel] | null} */
  box = null;
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
    this.editor = new KeyEditor(context, this.text, () => this.editorChanged());
    this.tools = new TimelineTools(context, this.editor, this.viewport);
    this.edges = new SceneEdges(context, this.viewport, (text) => this.dragged(text));
    new TimelineInput(this, context);
    this.node = section(
      5,
      t("Timeline"),
      t("Every number, frame by frame. Drag the dots; double-click adds one."),
      this.tools.node,
      this.canvas,
      this.readout,
      this.text.node,
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
    if (["history", "channel", "curves", "song", "id"].some((name) => changed.has(name))) this.editor.load(changed);
    if (changed.has("problems") || changed.has("channel")) this.text.showProblem();
    this.tools.update(state);
    this.showReadout(this.player.seconds);
    this.draw();
  }

  editorChanged() {
    this.tools.update(this.store.state);
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
    const { editor } = this;
    const frame = editor.frame(seconds);
    const bar = editor.song.grid.barAt(seconds);
    const [base, final] = [editor.trees.base?.values[frame], editor.trees.final?.values[frame]];
    const moved = base !== undefined && final !== undefined && Math.abs(final - base) > 1e-6;
    const value =
      base === undefined ? "" : `${t(editor.channel.name)} ${plain(base)}${moved ? ` → ${plain(final)}` : ""}`;
    const text = [t("frame {n}", { n: frame }), clock(seconds, 2), t("bar {n}", { n: Math.floor(bar) + 1 }), value]
      .filter(Boolean)
      .join(" · ");
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

  get lane() {
    return curveLane(this.canvas.clientHeight, this.editor.range);
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
    });
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
