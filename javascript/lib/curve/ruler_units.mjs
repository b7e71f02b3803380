// One unit for the ruler, the readout and everything that is written from a place on it.

import { pixelsPerSecond } from "./timescale.mjs";
import { frameAt, plain } from "./timing.mjs";

/** @type {Unit[]} */
export const UNITS = ["beat", "bar", "second", "frame"];
const FINEST = 1 / 16;

/**
 * Return a time in a unit, as a schedule writes it: `32b`, `8bar`, `12.5s`, `150`.
 * @param {Unit} unit
 * @param {number} seconds
 * @param {Song} song
 */
export function timeIn(unit, seconds, song, digits = 4) {
  if (unit === "beat") return `${plain(song.grid.beatAt(seconds), digits)}b`;
  if (unit === "bar") return `${plain(song.grid.barAt(seconds), digits)}bar`;
  if (unit === "second") return `${plain(seconds, digits)}s`;
  return String(frameAt(seconds, song.fps));
}

/**
 * Return how many of a unit lie between two times.
 * @param {Unit} unit
 * @param {number} from
 * @param {number} to
 * @param {Song} song
 */
export function lengthIn(unit, from, to, song) {
  const place = placing(unit, song);
  return place.at(to) - place.at(from);
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
    if (time >= 0) ticks.push({ time, text: unit === "frame" ? String(at) : timeIn(unit, time, song) });
  }
  return ticks;
}
