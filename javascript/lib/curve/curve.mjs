// A channel's keys: text to keys and back, and their values in every frame. The same rules as glance/schedule: numbers
// move in a straight line, formulas hold, an easing named after a comma decides the way to the next key. Formulas are
// evaluated by the server; here they have no value (NaN) unless it has sent one.

import { EASINGS } from "./easing.mjs";
import { frameAt, plain } from "./timing.mjs";

const UNIT = /^([+-]?(?:\d+\.?\d*|\.\d+)) ?(s|b|beats?|bars?)$/;
const FRAME = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;
const CLOCK = /^(?:(\d+):)?(\d+):(\d+(?:\.\d*)?)$/;
const MAX_F = /^max_f(?:\s*([-+*/])\s*(\d+\.?\d*))?$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** @param {string} text */
export const isNumber = (text) => NUMBER.test(text);

/**
 * Return the keys [{time, value, easing}] of a schedule's text, or null where it is none.
 * @param {string} text
 */
export function parseSchedule(text) {
  const keys = [];
  for (const entry of splitOutside(text, ",")) {
    if (!entry.trim()) continue;
    const key = parseEntry(entry.trim());
    if (key === null) return null;
    keys.push(key);
  }
  return keys.length ? keys : null;
}

/** @param {string} entry */
function parseEntry(entry) {
  const colon = timeEnd(entry);
  const time =
    colon < 0
      ? "0"
      : entry
          .slice(0, colon)
          .trim()
          .replace(/^(["'])(.*)\1$/, "$2");
  const raw = (colon < 0 ? entry : entry.slice(colon + 1)).trim();
  if (!time || !raw) return null;
  const inside = wrapped(raw) ? raw.slice(1, -1).trim() : raw;
  const parts = splitOutside(inside, ",").map((part) => part.trim());
  const last = parts[parts.length - 1];
  if (parts.length > 2 || (parts.length === 2 && !(last in EASINGS))) return null;
  if (!parts[0]) return null;
  return { time, value: parts[0], easing: parts.length === 2 ? last : "" };
}

/**
 * Return where an entry's time ends (the last colon in front of its value), or -1 where it has none.
 * @param {string} entry
 */
function timeEnd(entry) {
  const open = entry.indexOf("(");
  const head = open < 0 ? entry : entry.slice(0, open);
  const colon = head.lastIndexOf(":");
  return colon < 0 && open >= 0 ? -1 : colon;
}

/** @param {string} text */
function wrapped(text) {
  if (!text.startsWith("(") || !text.endsWith(")")) return false;
  const marks = withoutLabels(text);
  let depth = 0;
  for (let i = 0; i < marks.length; i += 1) {
    if (marks[i] === "(") depth += 1;
    if (marks[i] === ")") depth -= 1;
    if (depth === 0 && i < text.length - 1) return false;
  }
  return depth === 0;
}

/**
 * Return a text of the same length in which names in quotation marks, stem("lead (vox), 2"), have no marks.
 * @param {string} text
 */
function withoutLabels(text) {
  return text.replace(/(\(\s*)("[^"\n]*"|'[^'\n]*')/g, (_, open, label) => open + "_".repeat(label.length));
}

/**
 * @param {string} text
 * @param {string} mark
 */
function splitOutside(text, mark) {
  const parts = [];
  const marks = withoutLabels(text);
  let depth = 0;
  let start = 0;
  for (let i = 0; i < marks.length; i += 1) {
    if (marks[i] === "(") depth += 1;
    else if (marks[i] === ")") depth -= 1;
    else if (marks[i] === mark && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/**
 * Return the text of keys: `0:(0.65), 12b:(0.4, ease_out_sine)`.
 * @param {Key[]} keys
 */
export function formatSchedule(keys) {
  return keys.map(({ time, value, easing }) => `${time}:(${value}${easing ? `, ${easing}` : ""})`).join(", ");
}

/**
 * Return the frame of a key's time, or NaN where only the server can tell. `song` is {fps, nFrames, grid}.
 * @param {string} time
 * @param {Song} song
 */
export function keyFrame(time, song) {
  if (FRAME.test(time)) return Math.trunc(Number(time));
  const unit = UNIT.exec(time);
  if (unit) {
    const amount = Number(unit[1]);
    if (unit[2] === "s") return frameAt(amount, song.fps);
    return frameAt(unit[2].startsWith("bar") ? song.grid.timeOfBar(amount) : song.grid.timeOfBeat(amount), song.fps);
  }
  const clock = CLOCK.exec(time);
  if (clock) return frameAt(Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]), song.fps);
  const last = MAX_F.exec(time);
  return last ? Math.trunc(arithmetic(song.nFrames - 1, last[1], Number(last[2]))) : NaN;
}

/**
 * Return the seconds of a time, not rounded to a frame; NaN where only the server can tell.
 * @param {string} time
 * @param {Song} song
 */
export function keySeconds(time, song) {
  const text = time.trim();
  const unit = UNIT.exec(text);
  if (unit) {
    const amount = Number(unit[1]);
    if (unit[2] === "s") return amount;
    return unit[2].startsWith("bar") ? song.grid.timeOfBar(amount) : song.grid.timeOfBeat(amount);
  }
  const clock = CLOCK.exec(text);
  if (clock) return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  return keyFrame(text, song) / song.fps;
}

/**
 * @param {number} left
 * @param {string} sign
 * @param {number} right
 */
function arithmetic(left, sign, right) {
  if (sign === "+") return left + right;
  if (sign === "-") return left - right;
  if (sign === "*") return left * right;
  return sign === "/" ? left / right : left;
}

/**
 * Return a time in the unit of another: a key in beats that is dragged stays in beats.
 * @param {string} old
 * @param {number} seconds
 * @param {Song} song
 */
export function timeLike(old, seconds, song) {
  const unit = UNIT.exec(old)?.[2] ?? (CLOCK.test(old) ? "s" : "");
  if (unit === "s") return `${plain(seconds, 3)}s`;
  if (unit.startsWith("bar")) return `${plain(song.grid.barAt(seconds), 4)}bar`;
  if (unit.startsWith("b")) return `${plain(song.grid.beatAt(seconds), 4)}b`;
  return String(frameAt(seconds, song.fps));
}

/**
 * Return keys as points {index, frame, number, easing}: `index` into `keys`, `number` NaN for a formula. They are in the
 * order of time; of keys in one frame only the last one in the text is there.
 * @param {Key[]} keys
 * @param {Song} song
 */
export function placed(keys, song) {
  const points = keys.map(({ time, value, easing }, index) => ({
    index,
    frame: keyFrame(time, song),
    number: isNumber(value) ? Number(value) : NaN,
    easing,
  }));
  return inOrder(points.filter((point) => Number.isFinite(point.frame)));
}

/**
 * Sort points by time and drop those that a later one hides.
 * @param {Point[]} points
 */
export function inOrder(points) {
  // Points that are in order already, as nearly always, cost one look at each.
  if (points.every((point, i) => !i || points[i - 1].frame < point.frame)) return points;
  const sorted = [...points].sort((a, b) => a.frame - b.frame || a.index - b.index);
  return sorted.filter((point, i) => i + 1 === sorted.length || sorted[i + 1].frame !== point.frame);
}

/**
 * Return the curve's value in each of `song.nFrames` frames as Float64Array. Frames that a formula decides take their
 * value from `server` (an array of the same length), or are NaN without one.
 * @param {Key[]} keys
 * @param {Song} song
 * @param {Values | null} server
 */
export const evaluate = (keys, song, server = null) => evaluatePoints(placed(keys, song), song.nFrames, server);

/**
 * The same for points that are placed already.
 * @param {Point[]} points
 * @param {number} nFrames
 * @param {Values | null | undefined} server
 */
export function evaluatePoints(points, nFrames, server = null) {
  const values = new Float64Array(nFrames).fill(NaN);
  if (!points.length) return values;
  const heights = points.map((point) => anchor(point, nFrames, server));
  values.fill(heights[0], 0, Math.min(Math.max(points[0].frame, 0), nFrames));
  points.forEach((point, i) => stretch(values, point, points[i + 1], heights[i], heights[i + 1], server));
  return values;
}

/**
 * @param {Point} point
 * @param {number} nFrames
 * @param {Values | null | undefined} server
 */
function anchor({ number, frame }, nFrames, server) {
  if (!Number.isNaN(number)) return number;
  return server ? server[Math.min(Math.max(frame, 0), nFrames - 1)] : NaN;
}

/**
 * @param {Values} values
 * @param {Point} key
 * @param {Point | undefined} next
 * @param {number} from
 * @param {number} to
 * @param {Values | null | undefined} server
 */
function stretch(values, key, next, from, to, server) {
  const start = Math.min(Math.max(key.frame, 0), values.length);
  const stop = next ? Math.min(Math.max(next.frame, 0), values.length) : values.length;
  if (Number.isNaN(key.number)) {
    for (let f = start; f < stop; f += 1) values[f] = server ? server[f] : NaN;
    return;
  }
  if (!next) {
    values.fill(from, start, stop);
    return;
  }
  const ease = EASINGS[key.easing || "linear"];
  const span = next.frame - key.frame;
  for (let f = start; f < stop; f += 1) values[f] = from + (to - from) * ease((f - key.frame) / span);
}

/**
 * Return keys with a key at `time` holding `value`: an existing key of that frame is changed, else one is added.
 * @param {Key[]} keys
 * @param {string} time
 * @param {string} value
 * @param {Song} song
 */
export function setKey(keys, time, value, song) {
  const frame = keyFrame(time, song);
  const at = keys.findIndex((key) => keyFrame(key.time, song) === frame);
  if (at >= 0) return keys.map((key, i) => (i === at ? { ...key, value } : key));
  const next = [...keys, { time, value, easing: "" }];
  /** @param {Key} key */
  const order = (key) => {
    const f = keyFrame(key.time, song);
    return Number.isFinite(f) ? f : Infinity;
  };
  return next
    .map((key, i) => ({ at: order(key), i, key }))
    .sort((a, b) => a.at - b.at || a.i - b.i)
    .map((one) => one.key);
}
