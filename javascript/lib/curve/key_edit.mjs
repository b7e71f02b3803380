// Changes to a curve's keys, as pure functions. `keys` are {time, value, easing} in the text's order, `points` the same
// placed on frames (see curve.mjs), `selected` a Set of indices into `keys`.

import { isNumber, keyFrame, setKey, timeLike } from "./curve.mjs";
import { simplify } from "./minmax_pyramid.mjs";
import { plain } from "./timing.mjs";

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/**
 * Return the points with the selected ones moved by `frames` and `value`, within the song and the channel's range.
 * `limits` is {low, high, nFrames}. The group keeps its shape: it stops where its first member would leave the song.
 * @param {Point[]} points
 * @param {Set<number>} selected
 * @param {number} frames
 * @param {number} value
 * @param {{low: number, high: number, nFrames: number}} limits
 */
export function movePoints(points, selected, frames, value, limits) {
  const held = points.filter((point) => selected.has(point.index));
  if (!held.length) return points;
  const least = -Math.min(...held.map((point) => point.frame));
  const most = limits.nFrames - 1 - Math.max(...held.map((point) => point.frame));
  const shift = least > most ? 0 : clamp(Math.round(frames), least, most);
  const moved = held.map((point) => ({
    ...point,
    moved: true,
    frame: point.frame + shift,
    number: clamp(point.number + value, limits.low, limits.high),
  }));
  const landed = new Set(moved.map((point) => point.frame));
  return merged(
    points.filter((point) => !selected.has(point.index) && !landed.has(point.frame)),
    moved,
  );
}

/**
 * Return two rows of points, each in the order of time, as one: nothing is sorted for it, however many they are.
 * @param {Point[]} rest
 * @param {Point[]} moved
 */
function merged(rest, moved) {
  /** @type {Point[]} */
  const points = [];
  let next = 0;
  for (const point of rest) {
    while (next < moved.length && moved[next].frame < point.frame) {
      points.push(moved[next]);
      next += 1;
    }
    points.push(point);
  }
  for (; next < moved.length; next += 1) points.push(moved[next]);
  return points;
}

/**
 * Return the keys after a move of points; keys hidden under a moved one are gone, the others keep their text.
 * @param {Key[]} keys
 * @param {Point[]} points
 * @param {Song} song
 */
export function dropPoints(keys, points, song, digits = 4) {
  const moved = new Map(points.filter((point) => point.moved).map((point) => [point.index, point]));
  const landed = new Set([...moved.values()].map((point) => point.frame));
  const next = keys
    .map((key, index) => ({ key, index, frame: keyFrame(key.time, song) }))
    .filter(({ index, frame }) => moved.has(index) || !landed.has(frame))
    .map(({ key, index, frame }) => {
      const point = moved.get(index);
      if (!point) return { key, index, frame };
      const value = Number.isNaN(point.number) ? key.value : plain(point.number, digits);
      const time = point.frame === frame ? key.time : timeLike(key.time, point.frame / song.fps, song);
      return { key: { ...key, value, time }, index, frame: point.frame };
    });
  const order = ({ frame = 0 }) => (Number.isFinite(frame) ? frame : Infinity);
  // Where both are infinite their difference is no number, and the order in the text decides.
  next.sort((a, b) => order(a) - order(b) || a.index - b.index);
  return {
    keys: next.map(({ key }) => key),
    selected: new Set(next.flatMap(({ index }, at) => (moved.has(index) ? [at] : []))),
  };
}

/**
 * Return the keys with one more at a time; the first key of an empty curve also keeps the old level at the start.
 * @param {Key[]} keys
 * @param {string} time
 * @param {number} value
 * @param {{base: number, song: Song}} options
 */
export function addKey(keys, time, value, { base, song }) {
  const start = keys.length ? keys : [{ time: "0", value: plain(base), easing: "" }];
  return setKey(start, time, plain(value), song);
}

/**
 * @param {Key[]} keys
 * @param {Set<number>} selected
 */
export const removeKeys = (keys, selected) => keys.filter((_, index) => !selected.has(index));

/**
 * @param {Key[]} keys
 * @param {Set<number>} selected
 * @param {string} easing
 */
export function easeKeys(keys, selected, easing) {
  return keys.map((key, index) => (selected.has(index) ? { ...key, easing } : key));
}

/**
 * Return what copying takes along: seconds from the first selected key, value and easing.
 * @param {Key[]} keys
 * @param {Set<number>} selected
 * @param {Song} song
 */
export function copyKeys(keys, selected, song) {
  const held = keys
    .filter((_, index) => selected.has(index))
    .map((key) => ({ ...key, seconds: keyFrame(key.time, song) / song.fps }));
  const first = Math.min(...held.map((key) => key.seconds));
  return held.filter((key) => Number.isFinite(key.seconds)).map((key) => ({ ...key, seconds: key.seconds - first }));
}

/**
 * Return {keys, selected} with copied keys put in from `seconds` on; keys already in those frames are replaced.
 * @param {Key[]} keys
 * @param {CopiedKey[]} copied
 * @param {number} seconds
 * @param {Song} song
 */
export function pasteKeys(keys, copied, seconds, song) {
  let next = keys;
  const frames = new Set();
  for (const { seconds: after, time, value, easing } of copied) {
    const at = timeLike(time, seconds + after, song);
    const frame = keyFrame(at, song);
    if (frame >= song.nFrames) continue;
    frames.add(frame);
    next = setKey(next, at, value, song).map((key) => (keyFrame(key.time, song) === frame ? { ...key, easing } : key));
  }
  return {
    keys: next,
    selected: new Set(next.flatMap((key, index) => (frames.has(keyFrame(key.time, song)) ? [index] : []))),
  };
}

/**
 * Turn one value per frame into as few keys as follow it within `tolerance`.
 * @param {Values} values
 * @param {number} tolerance
 */
export function bakeKeys(values, tolerance) {
  const points = Array.from(values, (value, frame) => /** @type {Pixel} */ ([frame, value]));
  return simplify(points, tolerance).map(([frame, value]) => ({
    time: String(frame),
    value: plain(value, 5),
    easing: "",
  }));
}

/**
 * Return whether a curve has a value that only the server can work out.
 * @param {Key[]} keys
 */
export const hasFormula = (keys) => keys.some((key) => !isNumber(key.value));
