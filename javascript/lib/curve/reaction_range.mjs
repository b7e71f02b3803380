// What the music does in one stretch of the song, as parts of a reaction. Each part holds until the next one's time.

import { keySeconds } from "./curve.mjs";

/** @type {ReactionPart} */
export const NEUTRAL = {
  at: "0",
  amount: 1,
  attack_ms: null,
  release_ms: null,
  bend: null,
  gate: null,
  accent: 0,
  every_bars: 0,
};
const SAME_S = 1e-4;

/**
 * Return a reaction's parts in the order of their times, each with its `seconds`; the first begins with the song.
 * @param {Reaction} reaction
 * @param {Song} song
 */
export function timedParts({ parts = [] }, song) {
  const timed = parts
    .map((part) => ({ part, seconds: Math.max(0, keySeconds(part.at, song)) }))
    .sort((a, b) => a.seconds - b.seconds);
  if (!timed.length || timed[0].seconds > SAME_S) timed.unshift({ part: NEUTRAL, seconds: 0 });
  return timed;
}

/**
 * Return the reaction with its parts changed from `span.start` to `span.end` and as they were before and after. Where
 * the stretch begins and ends, parts are put; `timeText` writes their times.
 * @param {Reaction} reaction
 * @param {Span} span in seconds
 * @param {(part: ReactionPart) => Partial<ReactionPart>} change
 * @param {{song: Song, timeText: (seconds: number) => string}} options
 * @returns {Reaction}
 */
export function changeParts(reaction, span, change, { song, timeText }) {
  const timed = timedParts(reaction, song);
  const end = song.nFrames / song.fps;
  /** @param {number} seconds */
  const holding = (seconds) => {
    const found = timed.findLast((one) => one.seconds <= seconds + SAME_S) ?? timed[0];
    // The hit at a part's very beginning is not one of its middle.
    return Math.abs(found.seconds - seconds) < SAME_S
      ? found.part
      : { ...found.part, accent: 0, at: seconds < SAME_S ? "0" : timeText(seconds) };
  };
  /** @param {ReactionPart} part */
  const changed = (part) => ({ ...part, ...change(part) });
  const before = timed.filter((one) => one.seconds < span.start - SAME_S).map((one) => one.part);
  const inside = timed
    .filter((one) => one.seconds > span.start + SAME_S && one.seconds < span.end - SAME_S)
    .map((one) => changed(one.part));
  const after = timed.filter((one) => one.seconds > span.end + SAME_S).map((one) => one.part);
  const back = span.end < end - SAME_S ? [holding(span.end)] : [];
  return { ...reaction, parts: [...before, changed(holding(span.start)), ...inside, ...back, ...after] };
}

/**
 * Return a factor on a part's amount, within what a project may hold.
 * @param {number} factor
 * @returns {(part: ReactionPart) => Partial<ReactionPart>}
 */
export const timesAmount = (factor) => (part) => ({ amount: Math.min(10, Math.max(0, part.amount * factor)) });
