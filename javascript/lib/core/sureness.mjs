// How sure the hearing is, in words, and where it is not.

import { t } from "./i18n.mjs";

/** Shares under this are spoken of as doubtful. */
export const DOUBTFUL = 0.5;

/**
 * The passages of a confidence whose beat or bars are doubtful; none where another tracker found the beats.
 * @param {Confidence | null} confidence
 */
export function doubtfulPassages(confidence) {
  return (confidence?.passages ?? []).filter(({ beat, bar }) => Math.min(beat, bar) < DOUBTFUL);
}

/**
 * How sure GLANCE is of beat, tempo and bars, and what to do where it is not; empty where nothing beats.
 * @param {Confidence | null} confidence
 */
export function surenessWords(confidence) {
  if (!confidence?.passages?.length) return "";
  const percent = (/** @type {number} */ share) => Math.round(100 * share);
  const said = t("Sure of the beat {beat} %, of the tempo {tempo} %, of the bars {bars} %.", {
    beat: percent(confidence.beat),
    tempo: percent(confidence.octave),
    bars: percent(confidence.bar),
  });
  const unsure = Math.min(confidence.beat, confidence.octave, confidence.bar) < DOUBTFUL;
  const marked = doubtfulPassages(confidence).length > 0;
  if (!unsure && !marked) return said;
  return `${said} ${t("Listen where the line on top is marked, and put it right with ½×, 2×, +½, 1 → 2 or Tap.")}`;
}
