// Painting a row of numbers; what it costs depends on the pixels, not on the frames.

import { extent } from "../curve/minmax_pyramid.mjs";
import { pixelsPerSecond, toSeconds, toX } from "../curve/timescale.mjs";
import { toY } from "./timeline_rows.mjs";

/**
 * Paint a curve: where frames are denser than pixels, each column shows the least and greatest value in it.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {Lane} lane
 * @param {Pyramid} tree
 * @param {number} fps
 * @param {string} color
 * @param {number} thickness
 */
export function paintCurve(context, view, lane, tree, fps, color, thickness) {
  context.strokeStyle = color;
  context.lineWidth = thickness;
  context.lineJoin = "round";
  context.beginPath();
  const framesPerPixel = fps / pixelsPerSecond(view);
  if (framesPerPixel > 1) denseCurve(context, view, lane, tree, fps);
  else sparseCurve(context, view, lane, tree.values, fps);
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {Lane} lane
 * @param {Pyramid} tree
 * @param {number} fps
 */
function denseCurve(context, view, lane, tree, fps) {
  for (let x = 0; x <= view.width; x += 1) {
    const first = Math.floor(toSeconds(view, x) * fps);
    const [low, high] = extent(tree, first, Math.max(first + 1, Math.floor(toSeconds(view, x + 1) * fps)));
    if (!Number.isFinite(low) || !Number.isFinite(high)) continue;
    context.lineTo(x, toY(lane, high));
    if (high !== low) context.lineTo(x, toY(lane, low));
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {Lane} lane
 * @param {Values} values
 * @param {number} fps
 */
function sparseCurve(context, view, lane, values, fps) {
  const first = Math.max(0, Math.floor(view.start * fps) - 1);
  const last = Math.min(values.length - 1, Math.ceil(view.end * fps) + 1);
  for (let frame = first; frame <= last; frame += 1) {
    if (!Number.isNaN(values[frame])) context.lineTo(toX(view, frame / fps), toY(lane, values[frame]));
  }
}
