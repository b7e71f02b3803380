// Painting the timeline. Everything here only reads; what it costs depends on the pixels, not on the frames.

import { canvasOf } from "../core/dom.mjs";
import { drawBeats, drawPlayhead, drawSections, drawWave, sectionAt, sectionColor, themeOf } from "./song_canvas.mjs";
import { paintChanges, paintDrawing, paintMarkers, paintPins, paintRanges, paintStale } from "./change_paint.mjs";
import { paintCurve } from "./curve_paint.mjs";
import { sceneLabels } from "./scene_labels.mjs";
import { LANES, curveLane, rowsOf, toY } from "./timeline_rows.mjs";
import { unitTicks } from "../curve/ruler_units.mjs";
import { pixelsPerSecond, ticks, toSeconds, toX } from "../curve/timescale.mjs";
import { clock, plain } from "../curve/timing.mjs";

export const KEY_RADIUS = 6;

/**
 * Paint the timeline.
 * @param {HTMLCanvasElement} canvas
 * @param {TimelineModel} model
 */
export function paintTimeline(canvas, model) {
  const { context, width, height } = canvasOf(canvas);
  if (!width) return;
  const theme = themeOf(canvas);
  const view = { ...model.view, width };
  const rows = rowsOf(height, model.pins.length);
  context.font = `11px ${theme.font}`;
  paintRuler(context, view, model, theme);
  paintScenes(context, view, model, theme);
  const wave = { top: LANES.wave, height: LANES.curve - LANES.wave };
  drawSections(context, view, model.analysis.sections, { ...wave, alpha: 0.16 });
  drawBeats(context, view, model.song.grid, {
    top: LANES.wave,
    height: height - LANES.wave,
    faint: theme.faint,
    strong: theme.line,
  });
  drawWave(context, view, model.analysis, { ...wave, color: theme.wave });
  const lane = curveLane(rows.curve, model.range);
  paintGrid(context, view, lane, theme);
  if (model.envelope) paintEnvelope(context, view, lane, model.envelope);
  paintRanges(context, view, model, height, theme);
  paintPins(context, view, model, rows, theme);
  paintChanges(context, view, model, rows, theme);
  paintLines(context, view, lane, model, theme);
  paintKeys(context, view, lane, model, theme);
  paintDrawing(context, model.drawing, theme);
  paintStale(context, view, model.stale, theme);
  paintMarkers(context, view, model.markers, height, theme);
  if (model.box) paintBox(context, model.box, theme);
  drawPlayhead(context, view, model.playhead, { top: 0, height, color: theme.hot });
}

/**
 * Paint the curve, what comes out, and, where something is changed by hand, what would come out without that.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {Lane} lane
 * @param {TimelineModel} model
 * @param {Theme} theme
 */
function paintLines(context, view, lane, { trees, changes, song }, theme) {
  if (trees.below && changes.length) {
    context.setLineDash([3, 3]);
    paintCurve(context, view, lane, trees.below, song.fps, theme.text, 1);
    context.setLineDash([]);
  }
  if (trees.final) paintCurve(context, view, lane, trees.final, song.fps, theme.hot, 1.4);
  if (trees.base) paintCurve(context, view, lane, trees.base, song.fps, theme.accent, 2.2);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {TimelineModel} model
 * @param {Theme} theme
 */
function paintRuler(context, view, { unit, song }, theme) {
  context.fillStyle = theme.text;
  context.textBaseline = "middle";
  for (const { time, text } of unit === "second" ? clockTicks(view) : unitTicks(view, unit, song)) {
    const x = toX(view, time);
    context.fillRect(Math.round(x), 14, 1, 6);
    context.fillText(text, x + 3, 9);
  }
}

/** @param {Viewport} view */
function clockTicks(view) {
  const { step, times } = ticks(view);
  const digits = step < 1 ? (step < 0.1 ? 2 : 1) : 0;
  return times.map((time) => ({ time, text: clock(time, digits) }));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {TimelineModel} model
 * @param {Theme} theme
 */
function paintScenes(context, view, { scenes, starts, scene, analysis, duration }, theme) {
  const top = LANES.scenes;
  const height = LANES.wave - LANES.scenes - 4;
  const labels = sceneLabels(scenes, starts, analysis.sections);
  labels.forEach((label, index) => {
    const left = toX(view, starts[index] ?? 0);
    const right = toX(view, starts[index + 1] ?? duration);
    if (right < 0 || left > view.width) return;
    const part = sectionAt(analysis.sections, (starts[index] ?? 0) + 0.05);
    context.fillStyle = sectionColor(part?.label ?? "A", index === scene ? 0.55 : 0.25);
    context.fillRect(left + 1, top, Math.max(1, right - left - 2), height);
    context.fillStyle = theme.text;
    context.fillRect(Math.round(left), top, 2, height);
    if (right - left < 30) return;
    context.save();
    context.beginPath();
    context.rect(Math.max(0, left), top, Math.min(right, view.width) - Math.max(0, left) - 4, height);
    context.clip();
    context.fillText(label, Math.max(left, 0) + 7, top + height / 2 + 1);
    context.restore();
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {Lane} lane
 * @param {Theme} theme
 */
function paintGrid(context, view, lane, theme) {
  context.strokeStyle = theme.faint;
  context.fillStyle = theme.text;
  context.lineWidth = 1;
  for (const share of [0, 0.5, 1]) {
    const value = lane.low + share * (lane.high - lane.low);
    const y = Math.round(toY(lane, value)) + 0.5;
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(view.width, y);
    context.stroke();
    context.globalAlpha = 0.7;
    context.fillText(plain(value, lane.high - lane.low < 0.1 ? 4 : 2), 4, y + (share === 1 ? 9 : -7));
    context.globalAlpha = 1;
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {Lane} lane
 * @param {NonNullable<TimelineModel["envelope"]>} envelope
 */
function paintEnvelope(context, view, lane, { values, rate, color }) {
  context.fillStyle = color;
  context.beginPath();
  context.moveTo(0, lane.top + lane.height);
  for (let x = 0; x <= view.width; x += 1) {
    const first = Math.max(0, Math.floor(toSeconds(view, x) * rate));
    const last = Math.max(first + 1, Math.floor(toSeconds(view, x + 1) * rate));
    let peak = 0;
    for (let i = first; i < Math.min(last, values.length); i += 1) peak = Math.max(peak, values[i]);
    context.lineTo(x, lane.top + lane.height * (1 - 0.6 * peak));
  }
  context.lineTo(view.width, lane.top + lane.height);
  context.fill();
}

/**
 * Keys closer than a few pixels are not drawn one by one; zooming in shows them.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {Lane} lane
 * @param {TimelineModel} model
 * @param {Theme} theme
 */
function paintKeys(context, view, lane, { points, selected, song, trees }, theme) {
  let before = -Infinity;
  const reach = KEY_RADIUS / pixelsPerSecond(view);
  for (const point of within(points, (view.start - reach) * song.fps, (view.end + reach) * song.fps)) {
    const x = toX(view, point.frame / song.fps);
    if (x < -KEY_RADIUS || x > view.width + KEY_RADIUS) continue;
    const chosen = selected.has(point.index);
    if (x - before < 5 && !chosen) continue;
    before = x;
    const value = Number.isNaN(point.number) ? trees.base?.values[Math.max(0, point.frame)] : point.number;
    if (value === undefined || Number.isNaN(value)) continue;
    paintKey(context, x, toY(lane, value), { chosen, formula: Number.isNaN(point.number), theme });
  }
}

/**
 * Yield the points, which are in the order of time, of frames [from, to].
 * @param {Point[]} points
 * @param {number} from
 * @param {number} to
 */
function* within(points, from, to) {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle].frame < from) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < points.length && points[i].frame <= to; i += 1) yield points[i];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {{chosen: boolean, formula: boolean, theme: Theme}} options
 */
function paintKey(context, x, y, { chosen, formula, theme }) {
  context.beginPath();
  if (formula) context.rect(x - KEY_RADIUS + 1, y - KEY_RADIUS + 1, 2 * KEY_RADIUS - 2, 2 * KEY_RADIUS - 2);
  else context.arc(x, y, chosen ? KEY_RADIUS + 1 : KEY_RADIUS - 1, 0, 2 * Math.PI);
  context.fillStyle = chosen ? theme.hot : theme.panel;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = chosen ? theme.text : theme.accent;
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {[Pixel, Pixel]} box
 * @param {Theme} theme
 */
function paintBox(context, [[x0, y0], [x1, y1]], theme) {
  context.strokeStyle = theme.accent;
  context.setLineDash([4, 3]);
  context.strokeRect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
  context.setLineDash([]);
}
