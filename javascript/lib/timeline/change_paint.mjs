// Painting what was done by hand: selected stretches, changes, markers, stale pictures, pinned channels.

import { paintCurve } from "./curve_paint.mjs";
import { LANES, curveLane } from "./timeline_rows.mjs";
import { toX } from "../curve/timescale.mjs";
import { plain } from "../curve/timing.mjs";
import { t } from "../core/i18n.mjs";

/** Marks narrower than this are widened, so that a single frame can be seen and taken hold of. */
const NARROWEST = 5;

/**
 * Return the columns [left, right] of a stretch, at least as wide as can be seen.
 * @param {Viewport} view
 * @param {Span} span
 * @returns {Pixel}
 */
export function columnsOf(view, { start, end }) {
  const [left, right] = [toX(view, start), toX(view, end)];
  const lack = Math.max(0, NARROWEST - (right - left)) / 2;
  return [left - lack, right + lack];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {TimelineModel} model
 * @param {number} height the canvas's
 * @param {Theme} theme
 */
export function paintRanges(context, view, { ranges, loop }, height, theme) {
  context.fillStyle = theme.accent;
  for (const range of ranges) {
    const [left, right] = columnsOf(view, range);
    context.globalAlpha = 0.14;
    context.fillRect(left, LANES.wave, right - left, height - LANES.wave);
    context.globalAlpha = 0.9;
    context.fillRect(left, LANES.wave, 1, height - LANES.wave);
    context.fillRect(right - 1, LANES.wave, 1, height - LANES.wave);
  }
  context.globalAlpha = 1;
  if (!loop) return;
  const [left, right] = columnsOf(view, loop);
  context.fillStyle = theme.accent;
  context.fillRect(left, LANES.scenes - 4, right - left, 4);
}

/**
 * Paint the changes as blocks in their row, and as bands over the curve.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {TimelineModel} model
 * @param {{curve: Box, changes: Box}} rows
 * @param {Theme} theme
 */
export function paintChanges(context, view, { changes, chosen }, { curve, changes: row }, theme) {
  context.fillStyle = theme.faint;
  context.fillRect(0, row.top, view.width, 1);
  for (const change of changes) {
    const [left, right] = columnsOf(view, change);
    if (right < 0 || left > view.width) continue;
    const held = change.index === chosen;
    context.fillStyle = theme.change;
    context.globalAlpha = held ? 0.22 : 0.1;
    context.fillRect(left, curve.top, right - left, curve.height);
    context.globalAlpha = held ? 1 : 0.65;
    context.fillRect(left, row.top + 3, right - left, row.height - 6);
    context.globalAlpha = 1;
    if (held) {
      context.strokeStyle = theme.text;
      context.lineWidth = 2;
      context.strokeRect(left, row.top + 3, right - left, row.height - 6);
    }
    if (right - left > 26) paintLabel(context, change.label, left, right, row.top + row.height / 2 + 1, "#000");
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} left
 * @param {number} right
 * @param {number} middle
 * @param {string} color
 */
function paintLabel(context, text, left, right, middle, color) {
  context.save();
  context.beginPath();
  context.rect(left, middle - 12, right - left - 3, 24);
  context.clip();
  context.fillStyle = color;
  context.fillText(text, Math.max(left, 0) + 4, middle);
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {TimelineModel["markers"]} markers
 * @param {number} height the canvas's
 * @param {Theme} theme
 */
export function paintMarkers(context, view, markers, height, theme) {
  for (const { seconds, name } of markers) {
    const x = Math.round(toX(view, seconds));
    if (x < -200 || x > view.width) continue;
    context.fillStyle = theme.change;
    context.fillRect(x, 0, 1, height);
    const width = context.measureText(name).width + 8;
    context.fillRect(x, 0, Math.max(8, width), 13);
    context.fillStyle = "#000";
    context.fillText(name, x + 4, 7);
  }
}

/**
 * Hatch the stretches whose pictures in the preview are of before a change.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {Span[]} stale
 * @param {Theme} theme
 */
export function paintStale(context, view, stale, theme) {
  const [top, bottom] = [LANES.wave - 5, LANES.wave];
  context.strokeStyle = theme.hot;
  context.lineWidth = 1;
  for (const span of stale) {
    const [left, right] = columnsOf(view, span);
    const [from, to] = [Math.max(0, left), Math.min(view.width, right)];
    if (to <= from) continue;
    context.strokeRect(from + 0.5, top + 0.5, to - from - 1, bottom - top - 1);
    context.beginPath();
    for (let x = from; x < to; x += 5) {
      context.moveTo(x, bottom);
      context.lineTo(Math.min(to, x + 5), top);
    }
    context.stroke();
  }
}

/**
 * Paint the pinned channels, each in a row of its own; with `ghosts` they lie behind the chosen one as well.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {TimelineModel} model
 * @param {{curve: Box, pins: Box[]}} rows
 * @param {Theme} theme
 */
export function paintPins(context, view, { pins, ghosts, song }, rows, theme) {
  pins.forEach(({ name, tree, low, high, changes }, index) => {
    const row = rows.pins[index];
    context.fillStyle = theme.line;
    context.fillRect(0, row.top, view.width, 1);
    const lane = { top: row.top + 6, height: row.height - 12, low, high };
    context.fillStyle = theme.change;
    context.globalAlpha = 0.3;
    for (const change of changes) {
      const [left, right] = columnsOf(view, change);
      context.fillRect(left, row.top + 1, right - left, row.height - 1);
    }
    context.globalAlpha = 1;
    if (tree) paintCurve(context, view, lane, tree, song.fps, theme.hot, 1.4);
    context.fillStyle = theme.text;
    context.fillText(`${t(name)}  ${plain(low, 2)} – ${plain(high, 2)}`, 6, row.top + 11);
    if (!ghosts || !tree) return;
    context.globalAlpha = 0.3;
    paintCurve(context, view, { ...curveLane(rows.curve, [low, high]) }, tree, song.fps, ghostColor(index), 1.4);
    context.globalAlpha = 1;
  });
}

/** @param {number} index */
export const ghostColor = (index) => `hsl(${[200, 140, 30, 280, 0, 60][index % 6]} 70% 50%)`;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Pixel[]} drawing
 * @param {Theme} theme
 */
export function paintDrawing(context, drawing, theme) {
  if (!drawing.length) return;
  context.strokeStyle = theme.change;
  context.lineWidth = 3;
  context.beginPath();
  for (const [x, y] of drawing) context.lineTo(x, y);
  context.stroke();
}
