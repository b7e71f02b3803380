// Where seconds lie on the screen. A view is a plain value {start, end, width}: seconds at the left and right edge, and
// the width in pixels. Every function returns a new view.

/**
 * @param {Viewport} view
 * @param {number} seconds
 */
export const toX = (view, seconds) => ((seconds - view.start) / (view.end - view.start)) * view.width;
/**
 * @param {Viewport} view
 * @param {number} x
 */
export const toSeconds = (view, x) => view.start + (x / view.width) * (view.end - view.start);
/** @param {Viewport} view */
export const pixelsPerSecond = (view) => view.width / (view.end - view.start);

/**
 * Keep a view within [0, duration] without changing its length, unless it is longer than the song.
 * @param {Viewport} view
 * @param {number} duration
 */
export function clampView(view, duration) {
  const length = Math.min(view.end - view.start, duration);
  const start = Math.min(Math.max(view.start, 0), duration - length);
  return { ...view, start, end: start + length };
}

/**
 * Zoom by `factor` (above 1 = closer) around pixel `x`, no closer than `shortest` seconds across the view.
 * @param {Viewport} view
 * @param {number} x
 * @param {number} factor
 * @param {number} duration
 * @param {number} shortest
 */
export function zoomAt(view, x, factor, duration, shortest) {
  const length = Math.min(Math.max((view.end - view.start) / factor, Math.min(shortest, duration)), duration);
  const anchor = toSeconds(view, x);
  const start = anchor - (x / view.width) * length;
  return clampView({ ...view, start, end: start + length }, duration);
}

/**
 * Move the view by `pixels` (positive = later in the song).
 * @param {Viewport} view
 * @param {number} pixels
 * @param {number} duration
 */
export function pan(view, pixels, duration) {
  const seconds = (pixels / view.width) * (view.end - view.start);
  return clampView({ ...view, start: view.start + seconds, end: view.end + seconds }, duration);
}

/**
 * Scroll just far enough that `seconds` is visible, with a margin of a tenth of the view.
 * @param {Viewport} view
 * @param {number} seconds
 * @param {number} duration
 */
export function reveal(view, seconds, duration) {
  const margin = (view.end - view.start) / 10;
  if (seconds < view.start + margin) return pan(view, toX(view, seconds - margin), duration);
  if (seconds > view.end - margin) return pan(view, toX(view, seconds + margin) - view.width, duration);
  return view;
}

const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

/**
 * Return {step, times} of ruler ticks at least `spacing` pixels apart.
 * @param {Viewport} view
 */
export function ticks(view, spacing = 70) {
  const wanted = spacing / pixelsPerSecond(view);
  const step = STEPS.find((candidate) => candidate >= wanted) ?? STEPS[STEPS.length - 1];
  const times = [];
  for (let k = Math.ceil(view.start / step); k * step <= view.end; k += 1) times.push(k * step);
  return { step, times };
}

/**
 * Return the [first, last) indices of increasing `times` that lie within the view.
 * @param {number[]} times
 * @param {Viewport} view
 */
export function visible(times, view) {
  return [lowerBound(times, view.start), lowerBound(times, view.end)];
}

/**
 * Return the first index whose value is at or above `value`.
 * @param {number[]} values
 * @param {number} value
 */
export function lowerBound(values, value) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
