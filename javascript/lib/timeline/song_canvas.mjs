// Drawing the song: waveform, sections, beats and the playhead, on any canvas at any zoom.

import { lowerBound, pixelsPerSecond, toSeconds, toX, visible } from "../curve/timescale.mjs";

/**
 * Section labels to hues: equal labels look equal, neighbours differ.
 * @param {string} label
 */
export function sectionColor(label, alpha = 1) {
  const hues = [210, 330, 150, 35, 270, 185, 0, 95];
  const index = (label.charCodeAt(0) - 65 + hues.length * 26) % hues.length;
  return `hsl(${hues[index]} 62% 55% / ${alpha})`;
}

/**
 * Read the theme's colours off an element, as canvases cannot use CSS variables.
 * @param {HTMLElement} element
 */
export function themeOf(element) {
  const style = getComputedStyle(element);
  /** @param {string} name */
  const named = (name) => style.getPropertyValue(name).trim();
  return {
    text: named("--gl-text"),
    faint: named("--gl-faint"),
    line: named("--gl-line"),
    accent: named("--gl-accent"),
    panel: named("--gl-panel"),
    wave: named("--gl-wave"),
    hot: named("--gl-hot"),
    change: named("--gl-change"),
    font: style.fontFamily,
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {Section[]} sections
 * @param {Box & {alpha?: number}} options
 */
export function drawSections(context, view, sections, { top, height, alpha = 0.16 }) {
  for (const section of sections) {
    const left = Math.max(0, toX(view, section.start_s));
    const right = Math.min(view.width, toX(view, section.end_s));
    if (right <= left) continue;
    context.fillStyle = sectionColor(section.label, alpha);
    context.fillRect(left, top, right - left, height);
  }
}

/**
 * Draw the waveform from its peaks, or, zoomed in beyond them, from the loudness envelope.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {Analysis} analysis
 * @param {Box & {color: string}} options
 */
export function drawWave(context, view, analysis, { top, height, color }) {
  const middle = top + height / 2;
  const { peaks, duration_s: duration } = analysis;
  const fine = peaks.length / duration < pixelsPerSecond(view) / 3;
  context.fillStyle = color;
  context.beginPath();
  for (let x = 0; x < view.width; x += 1) {
    const [low, high] = fine ? loudness(analysis, toSeconds(view, x)) : peakRange(peaks, duration, view, x);
    context.rect(x, middle - high * height * 0.48, 1, Math.max(1, (high - low) * height * 0.48));
  }
  context.fill();
}

/**
 * @param {[number, number][]} peaks
 * @param {number} duration
 * @param {Viewport} view
 * @param {number} x
 */
function peakRange(peaks, duration, view, x) {
  const first = Math.max(0, Math.floor((toSeconds(view, x) / duration) * peaks.length));
  const last = Math.max(first + 1, Math.ceil((toSeconds(view, x + 1) / duration) * peaks.length));
  let low = 0;
  let high = 0;
  for (let i = first; i < Math.min(last, peaks.length); i += 1) {
    low = Math.min(low, peaks[i][0]);
    high = Math.max(high, peaks[i][1]);
  }
  return [low, high];
}

/**
 * @param {Analysis} analysis
 * @param {number} seconds
 */
function loudness({ envelopes }, seconds) {
  const values = envelopes.values.rms;
  const place = Math.min(Math.max(seconds * envelopes.rate_hz, 0), values.length - 1);
  const index = Math.floor(place);
  const next = Math.min(index + 1, values.length - 1);
  const level = values[index] + (values[next] - values[index]) * (place - index);
  return [-level, level];
}

/**
 * Draw beats as thin lines, downbeats stronger; beats vanish where they would touch.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {BeatGrid} grid
 * @param {Box & {faint: string, strong: string}} options
 */
export function drawBeats(context, view, grid, { top, height, faint, strong }) {
  /** @param {number[]} times */
  const gap = (times) =>
    times.length > 1 ? ((times[times.length - 1] - times[0]) / (times.length - 1)) * pixelsPerSecond(view) : 99;
  if (gap(grid.beats) > 5) lines(context, view, grid.beats, top, height, faint);
  if (gap(grid.downbeats) > 5) lines(context, view, grid.downbeats, top, height, strong);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {number[]} times
 * @param {number} top
 * @param {number} height
 * @param {string} color
 */
function lines(context, view, times, top, height, color) {
  const [first, last] = visible(times, view);
  context.fillStyle = color;
  for (let i = first; i < last; i += 1) context.fillRect(Math.round(toX(view, times[i])), top, 1, height);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} view
 * @param {number} seconds
 * @param {Box & {color: string}} options
 */
export function drawPlayhead(context, view, seconds, { top, height, color }) {
  const x = toX(view, seconds);
  if (x < -1 || x > view.width + 1) return;
  context.fillStyle = color;
  context.fillRect(Math.round(x) - 1, top, 2, height);
  context.beginPath();
  context.moveTo(x - 6, top);
  context.lineTo(x + 6, top);
  context.lineTo(x, top + 8);
  context.fill();
}

/**
 * Return the section that sounds at `seconds`, or null.
 * @param {Section[]} sections
 * @param {number} seconds
 */
export function sectionAt(sections, seconds) {
  const index =
    lowerBound(
      sections.map((section) => section.start_s),
      seconds + 1e-6,
    ) - 1;
  return sections[Math.max(0, index)] ?? null;
}
