// A strip of the song with its lines of words on it: they are dragged, and snap to where a voice sets in.

import { canvasOf, h, oncePerFrame } from "../core/dom.mjs";
import { t } from "../core/i18n.mjs";
import { snapped, withMoved } from "../core/words.mjs";
import { toSeconds, toX } from "../curve/timescale.mjs";
import { drawPlayhead, drawWave, themeOf } from "../timeline/song_canvas.mjs";

/** Seconds on show, and how near an onset a line snaps to it. */
const SPAN_S = 16;
const SNAP_S = 0.08;

export class WordsLane {
  /** @type {WordLine[]} */
  lines = [];
  /** @type {{index: number, offset: number, before: WordLine[]} | null} */
  dragged = null;

  /**
   * `onmove(lines, done)` hears every move of a line and the end of it.
   * @param {Context} context
   * @param {(lines: WordLine[], done: boolean) => void} onmove
   */
  constructor({ store, player }, onmove) {
    this.store = store;
    this.player = player;
    this.onmove = onmove;
    this.canvas = h("canvas.words-lane", {
      role: "img",
      "aria-label": t("The lines of the song: drag one to move it, it snaps to the voice; Alt lets it go anywhere"),
      onpointerdown: (event) => this.begin(event),
      onpointermove: (event) => this.move(event),
      onpointerup: () => this.end(),
      onpointercancel: () => this.end(),
    });
    this.draw = oncePerFrame(() => this.paint());
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  /** @param {WordLine[]} lines */
  show(lines) {
    this.lines = lines;
    this.draw();
  }

  get view() {
    const duration = this.store.state.analysis?.duration_s ?? SPAN_S;
    const start = this.dragged ? this.held : Math.min(Math.max(this.player.seconds - SPAN_S / 4, 0), Math.max(0, duration - SPAN_S));
    return { start, end: start + SPAN_S, width: this.canvas.clientWidth };
  }

  held = 0;

  /** @param {number} seconds */
  lineAt(seconds) {
    return this.lines.findIndex(
      (line) => !line.tag && line.start_s !== null && line.start_s <= seconds && seconds < (line.end_s ?? 0),
    );
  }

  /** @param {PointerEvent} event */
  begin(event) {
    const { view } = this;
    const seconds = toSeconds(view, event.offsetX);
    const index = this.lineAt(seconds);
    if (index < 0) {
      this.player.seek(Math.max(0, seconds));
      return;
    }
    this.canvas.setPointerCapture(event.pointerId);
    this.held = view.start;
    this.dragged = { index, offset: seconds - (this.lines[index].start_s ?? 0), before: this.lines };
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.dragged) return;
    const { index, offset, before } = this.dragged;
    const wanted = toSeconds(this.view, event.offsetX) - offset;
    const at = event.altKey ? wanted : snapped(wanted, this.onsets, SNAP_S);
    this.show(withMoved(before, index, at));
    this.onmove(this.lines, false);
  }

  end() {
    if (!this.dragged) return;
    const moved = this.lines !== this.dragged.before;
    this.dragged = null;
    if (moved) this.onmove(this.lines, true);
    this.draw();
  }

  /** Where a voice sets in, as well as it is known. */
  get onsets() {
    const onsets = this.store.state.analysis?.onsets ?? {};
    return (onsets.vocals ?? onsets.lead_vocals ?? onsets.mid)?.times_s ?? [];
  }

  paint() {
    const { analysis } = this.store.state;
    if (!analysis || !this.canvas.isConnected) return;
    const { context, width, height } = canvasOf(this.canvas);
    if (!width) return;
    const theme = themeOf(this.canvas);
    const { view } = this;
    drawWave(context, view, analysis, { top: 0, height, color: theme.faint });
    context.fillStyle = theme.line;
    for (const onset of this.onsets) {
      if (onset >= view.start && onset <= view.end) context.fillRect(toX(view, onset), height - 10, 1, 10);
    }
    context.font = `13px ${theme.font}`;
    context.textBaseline = "middle";
    for (const line of this.lines) this.paintLine(context, view, line, height, theme);
    drawPlayhead(context, view, this.player.seconds, { top: 0, height, color: theme.hot });
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Viewport} view
   * @param {WordLine} line
   * @param {number} height
   * @param {ReturnType<typeof themeOf>} theme
   */
  paintLine(context, view, line, height, theme) {
    if (line.start_s === null || line.tag) return;
    const [left, right] = [toX(view, line.start_s), toX(view, line.end_s ?? line.start_s)];
    if (right < 0 || left > view.width) return;
    context.save();
    context.globalAlpha = line.confidence === null ? 0.9 : 0.35 + 0.5 * line.confidence;
    context.fillStyle = theme.accent;
    context.fillRect(left, 14, Math.max(2, right - left - 1), height - 30);
    context.beginPath();
    context.rect(left, 0, Math.max(2, right - left - 2), height);
    context.clip();
    context.globalAlpha = 1;
    context.fillStyle = theme.panel;
    context.fillText(line.text, Math.max(left, 0) + 6, height / 2 - 1);
    context.fillStyle = theme.text;
    for (const word of line.words) context.fillRect(toX(view, word.start_s), height - 16, 1, 5);
    context.restore();
  }
}
