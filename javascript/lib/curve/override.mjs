// Changes to single stretches, laid over everything else: the same numbers as glance/project/overrides.py.

import { evaluate, keySeconds, parseSchedule } from "./curve.mjs";
import { frameAt } from "./timing.mjs";

/** Share of a `soft` change that its edges take on either side. */
const EDGE = 0.25;

/**
 * Return the frames [first, last) of a change, or null where its times cannot be read here.
 * @param {Override} override
 * @param {Song} song
 * @returns {[number, number] | null}
 */
export function overrideFrames({ start, end }, song) {
  const from = keySeconds(start, song);
  if (!Number.isFinite(from)) return null;
  const first = frameAt(from, song.fps);
  if (!end.trim()) return [first, first + 1];
  const to = keySeconds(end, song);
  return to > from ? [first, Math.max(first + 1, frameAt(to, song.fps))] : null;
}

/**
 * Return how much of a change counts in the frame of that number within it, in [0, 1].
 * @param {string} shape
 * @param {number} frame
 * @param {number} count
 */
export function shapeShare(shape, frame, count) {
  if (shape === "fall") return 1 - frame / count;
  if (shape === "rise") return (frame + 1) / count;
  const middle = (frame + 0.5) / count;
  if (shape === "swell") return Math.sin(Math.PI * middle) ** 2;
  if (shape !== "soft") return 1;
  const edge = Math.min(1, Math.min(middle, 1 - middle) / EDGE);
  return edge * edge * (3 - 2 * edge);
}

/**
 * Return values with a channel's changes laid over them. Where a change's curve has a formula, its frames take their
 * value from `served`, as the server worked them out, or stay as they are.
 * @param {Values} below
 * @param {Override[]} overrides of this channel alone
 * @param {Song} song
 * @param {Channel} channel
 * @param {Values | null} served
 */
export function layOver(below, overrides, song, channel, served = null) {
  const values = new Float64Array(below);
  const clip = clipping(channel);
  const spans = overrides.map((override) => overrideFrames(override, song));
  overrides.forEach((override, i) => {
    if (spans[i]) layOne(values, override, spans[i], song, channel, served);
  });
  for (const span of spans) {
    if (!span) continue;
    const last = Math.min(span[1], values.length);
    for (let frame = Math.max(span[0], 0); frame < last; frame += 1) values[frame] = clip(values[frame]);
  }
  return values;
}

/**
 * @param {Float64Array} values
 * @param {Override} override
 * @param {[number, number]} frames
 * @param {Song} song
 * @param {Channel} channel
 * @param {Values | null} served
 */
function layOne(values, override, [first, last], song, channel, served) {
  const rest = channel.name === "zoom" ? 1 : 0;
  const keys = override.curve.trim() ? parseSchedule(override.curve) : null;
  const curve = keys ? evaluate(keys, song) : null;
  for (let frame = Math.max(first, 0); frame < Math.min(last, values.length); frame += 1) {
    const below = values[frame];
    const asked = curve ? curve[frame] : override.value;
    if (Number.isNaN(asked)) {
      if (served) values[frame] = served[frame];
      continue;
    }
    const target = targetOf(override.mode, below, asked, rest);
    const share = shapeShare(override.shape, frame - first, last - first);
    values[frame] = share === 1 ? target : below + share * (target - below);
  }
}

/**
 * @param {string} mode
 * @param {number} below
 * @param {number} asked
 * @param {number} rest
 */
function targetOf(mode, below, asked, rest) {
  if (mode === "add") return below + asked;
  return mode === "scale" ? rest + asked * (below - rest) : asked;
}

/**
 * Return the function that clips to a channel's range; whole numbers are rounded down.
 * @param {Channel} channel
 * @returns {(value: number) => number}
 */
function clipping({ low, high, kind }) {
  /** @param {number} value */
  const clip = (value) => Math.min(Math.max(value, low), high);
  return kind === "integer" ? (value) => Math.floor(clip(value)) : clip;
}
