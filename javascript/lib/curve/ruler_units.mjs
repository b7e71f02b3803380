// One unit for the ruler, the readout and everything that is written from a place on it.

import { keyFrame } from "./curve.mjs";
import { pixelsPerSecond } from "./timescale.mjs";
import { frameAt, plain } from "./timing.mjs";

/** @type {Unit[]} */
export const UNITS = ["beat", "bar", "second", "frame"];
/** @type {Record<Unit, string>} */
const ENDINGS = { beat: "b", bar: "bar", second: "s", frame: "" };
const FINEST = 1 / 16;

/**
 * Return a time in a unit, as a schedule writes it: `32b`, `8bar`, `12.5s`, `150`; with as few decimals as lead to its
 * frame, so that a frame on a beat is the beat.
 * @param {Unit} unit
 * @param {number} seconds
 * @param {Song} song
 */
export function timeIn(unit, seconds, song, digits = 6) {
  const frame = frameAt(seconds, song.fps);
  if (unit === "frame") return String(frame);
  const place = placing(unit, song).at(seconds);
  let text = "";
  for (let decimals = 0; decimals <= digits; decimals += 1) {
    text = `${plain(place, decimals)}${ENDINGS[unit]}`;
    if (keyFrame(text, song) === frame) break;
  }
  return text;
}

/**
 * Return the time that lies `amount` of a unit after another one.
 * @param {Unit} unit
 * @param {number} from
 * @param {number} amount
 * @param {Song} song
 */
export function after(unit, from, amount, song) {
  const place = placing(unit, song);
  return place.time(place.at(from) + amount);
}

/**
 * Return where a time lies on the ruler, and the time of a place on it.
 * @param {Unit} unit
 * @param {Song} song
 * @returns {{at(seconds: number): number, time(place: number): number}}
 */
function placing(unit, { grid, fps }) {
  if (unit === "beat") return { at: (seconds) => grid.beatAt(seconds), time: (place) => grid.timeOfBeat(place) };
  if (unit === "bar") return { at: (seconds) => grid.barAt(seconds), time: (place) => grid.timeOfBar(place) };
  if (unit === "frame") return { at: (seconds) => seconds * fps, time: (place) => place / fps };
  return { at: (seconds) => seconds, time: (place) => place };
}

/**
 * Return [{time, text}] of ruler ticks in beats, bars or frames, at least `spacing` pixels apart.
 * @param {Viewport} view
 * @param {Exclude<Unit, "second">} unit
 * @param {Song} song
 */
export function unitTicks(view, unit, song, spacing = 70) {
  const place = placing(unit, song);
  const [first, last] = [place.at(view.start), place.at(view.end)];
  const wanted = ((last - first) * spacing) / ((view.end - view.start) * pixelsPerSecond(view));
  let step = unit === "frame" ? 1 : FINEST;
  while (step < wanted) step *= 2;
  const ticks = [];
  for (let at = Math.ceil(first / step) * step; at <= last; at += step) {
    const time = place.time(at);
    if (time >= 0) ticks.push({ time, text: `${plain(at, 4)}${ENDINGS[unit]}` });
  }
  return ticks;
}
