// A stretch of a curve, taken from one place of the song and put on another, in beats; nothing outside it changes.

import { keyFrame, placed } from "./curve.mjs";
import { bakeKeys } from "./key_edit.mjs";
import { timeIn } from "./ruler_units.mjs";
import { frameAt, plain } from "./timing.mjs";

const DIGITS = 6;

/**
 * Return the keys of a curve from `span.start` to `span.end`, in beats from its start. What crosses its edges is cut.
 * @param {Key[]} keys
 * @param {Span} span
 * @param {Song} song
 * @param {Values} values the curve's, in every frame
 * @returns {CopiedCurve}
 */
export function copyCurve(keys, span, song, values) {
  const [first, last] = framesOf(span, song);
  const start = song.grid.beatAt(span.start);
  const points = placed(keys, song);
  const inside = points.filter(({ frame }) => frame >= first && frame < last);
  const kept = inside.map(({ index, frame }) => ({ frame, value: keys[index].value, easing: keys[index].easing }));
  const around = edgeAt(points, keys, first);
  if (inside[0]?.frame !== first) kept.unshift(...begun(around, first, inside[0]?.frame ?? last, values));
  const leaving = edgeAt(points, keys, last);
  if (inside.length) kept.push(...ended(leaving, kept, last, values));
  else if (["line", "flat"].includes(wayOf(around)) && last - 1 > first) kept.push(plainKey(last - 1, values));
  const beats = song.grid.beatAt(span.end) - start;
  return {
    beats,
    keys: kept.map(({ frame, value, easing }) => ({
      beats: song.grid.beatAt(Math.max(span.start, frame / song.fps)) - start,
      value,
      easing,
    })),
  };
}

/**
 * Return the keys with a copied stretch put in from `seconds` on; before and after it every frame keeps its value.
 * @param {Key[]} keys
 * @param {CopiedCurve} copied
 * @param {number} seconds
 * @param {{song: Song, values: Values, unit: Unit}} options `values` are the curve's, in every frame
 */
export function pasteCurve(keys, copied, seconds, { song, values, unit }) {
  const { grid, fps } = song;
  const start = grid.beatAt(seconds);
  const [first, last] = framesOf({ start: seconds, end: grid.timeOfBeat(start + copied.beats) }, song);
  const { before, after } = without(keys, first, last, { song, values, unit });
  const put = copied.keys.map(({ beats, value, easing }) => ({
    time: timeIn(unit, grid.timeOfBeat(start + beats), song),
    value,
    easing,
  }));
  const inside = put.filter((key) => keyFrame(key.time, song) < Math.min(last, song.nFrames));
  return {
    keys: [...before, ...inside, ...after],
    selected: new Set(inside.map((_, index) => before.length + index)),
    end: last / fps,
  };
}

/**
 * Return the keys with a number of their own for `span`, and every other frame as it was.
 * @param {Key[]} keys
 * @param {Span} span
 * @param {string} value
 * @param {{song: Song, values: Values, unit: Unit}} options
 */
export function guardedKeys(keys, span, value, options) {
  const [first, last] = framesOf(span, options.song);
  const { before, after } = without(keys, first, last, options);
  const time = timeIn(options.unit, span.start, options.song);
  const closed = last - first > 1;
  const end = timeIn(options.unit, (last - 1) / options.song.fps, options.song);
  const inside = [{ time, value, easing: "" }, ...(closed ? [{ time: end, value, easing: "" }] : [])];
  return { keys: [...before, ...inside, ...after], selected: new Set([before.length]) };
}

/**
 * Return the keys before frame `first` and from frame `last` on, with guards that keep what is drawn there.
 * @param {Key[]} keys
 * @param {number} first
 * @param {number} last
 * @param {{song: Song, values: Values, unit: Unit}} options
 */
function without(keys, first, last, { song, values, unit }) {
  const points = placed(keys, song);
  /** @param {{frame: number, value: string, easing: string}[]} made */
  const written = (made) =>
    made.map(({ frame, value, easing }) => ({ time: timeIn(unit, frame / song.fps, song), value, easing }));
  const before = points.filter(({ frame }) => frame < first).map(({ index }) => keys[index]);
  const after = points.filter(({ frame }) => frame >= last).map(({ index }) => keys[index]);
  const [left, right] = [edgeAt(points, keys, first), edgeAt(points, keys, last)];
  if (first > 0) {
    const eased = wayOf(left) === "eased";
    if (eased && before.length) before.push({ .../** @type {Key} */ (before.pop()), easing: "" });
    before.push(...written(leftGuard(left, first, values)));
  }
  if (last < song.nFrames && right.on !== last) after.unshift(...written(rightGuard(right, last, values)));
  // Keys whose time only the server can tell stay.
  const elsewhere = keys.filter((key) => Number.isNaN(keyFrame(key.time, song)));
  return { before, after: [...after, ...elsewhere] };
}

/**
 * @typedef {{key: Key | null, from: number, to: number, on: number}} Edge the key whose way holds on a frame (null before
 *   the first), its frame, the next key's (infinite without one), and the frame of a key that stands right there
 */

/**
 * @param {Point[]} points
 * @param {Key[]} keys
 * @param {number} frame
 * @returns {Edge}
 */
function edgeAt(points, keys, frame) {
  const place = points.findLastIndex((point) => point.frame < frame);
  const next = points[place + 1];
  const on = next?.frame === frame ? frame : NaN;
  const holder = place < 0 ? null : keys[points[place].index];
  return { key: holder, from: place < 0 ? -1 : points[place].frame, to: next?.frame ?? Infinity, on };
}

/**
 * Return how a key goes to the next one: `flat`, `line`, `hold`, `formula`, or `eased`.
 * @param {Edge} edge
 */
function wayOf({ key, to }) {
  if (!key || to === Infinity) return key && !isFinite(Number(key.value)) ? "formula" : "flat";
  if (!isFinite(Number(key.value))) return key.easing && key.easing !== "hold" ? "eased" : "formula";
  if (key.easing === "hold") return "hold";
  return !key.easing || key.easing === "linear" ? "line" : "eased";
}

/**
 * Return keys that make a stretch begin as the curve stands at frame `first`.
 * @param {Edge} around
 * @param {number} first
 * @param {number} next the first key's frame within, or the stretch's end
 * @param {Values} values
 */
function begun(around, first, next, values) {
  const way = wayOf(around);
  if (way === "formula" && around.key) return [{ frame: first, value: around.key.value, easing: around.key.easing }];
  if (way === "eased") return baked(values, first, next);
  return [{ ...plainKey(first, values), easing: way === "hold" ? "hold" : "" }];
}

/**
 * Return keys that make a stretch end as the curve stands at its last frame.
 * @param {Edge} leaving
 * @param {{frame: number, value: string, easing: string}[]} kept
 * @param {number} last
 * @param {Values} values
 */
function ended(leaving, kept, last, values) {
  const way = wayOf(leaving);
  if (way === "eased") {
    kept.pop();
    return baked(values, leaving.from, last);
  }
  return ["line", "flat"].includes(way) && last - 1 > leaving.from ? [plainKey(last - 1, values)] : [];
}

/**
 * @param {Edge} edge
 * @param {number} first
 * @param {Values} values
 */
function leftGuard(edge, first, values) {
  const way = wayOf(edge);
  if (way === "formula" || way === "hold") return [];
  if (way === "eased") return baked(values, edge.from, first).slice(1);
  return edge.from === first - 1 ? [] : [plainKey(first - 1, values)];
}

/**
 * @param {Edge} edge
 * @param {number} last
 * @param {Values} values
 */
function rightGuard(edge, last, values) {
  const way = wayOf(edge);
  if (way === "formula" && edge.key) return [{ frame: last, value: edge.key.value, easing: edge.key.easing }];
  if (way === "eased") return baked(values, last, edge.to);
  return [{ ...plainKey(last, values), easing: way === "hold" ? "hold" : "" }];
}

/**
 * Return as few straight keys as follow the values of frames [from, to).
 * @param {Values} values
 * @param {number} from
 * @param {number} to
 */
function baked(values, from, to) {
  const stop = Math.min(to, values.length);
  return bakeKeys(values.slice(from, stop), 1e-4).map(({ time, value }) => ({ frame: from + Number(time), value, easing: "" }));
}

/**
 * @param {Span} span
 * @param {Song} song
 */
function framesOf({ start, end }, { fps, nFrames }) {
  const first = Math.max(0, frameAt(start, fps));
  return [first, Math.min(nFrames, Math.max(first + 1, frameAt(end, fps)))];
}

/**
 * Return a key with the value that a curve has in a frame.
 * @param {number} frame
 * @param {Values} values
 */
const plainKey = (frame, values) => ({ frame, value: plain(values[frame], DIGITS), easing: "" });
