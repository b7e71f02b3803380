// The words of a song and their times, as pure values: read from a text, tapped, moved, snapped, and given ends.

/** A line that nobody ends stays so long at most, in seconds. */
const LONGEST_S = 8;
/** The last word of a song stays so long. */
const LAST_S = 2;
const TAG = /^\s*[[【（(].{1,80}[\]】）)]\s*$/u;

/**
 * Return the lines of a text; what is nothing but brackets names a part of the song and is not sung.
 * @param {string} text
 * @returns {WordLine[]}
 */
export function linesOfText(text) {
  return text
    .split(/\r?\n/u)
    .map((row) => row.trim().replace(/\s+/gu, " "))
    .filter(Boolean)
    .map((row) => ({ text: row, tag: TAG.test(row), start_s: null, end_s: null, words: [], confidence: null }));
}

/**
 * Return the lines of what was heard, with the parts that the words name in their places.
 * @param {Analysis} analysis
 * @returns {WordLine[]}
 */
export function linesOfAnalysis({ lyrics, section_hints: hints }) {
  /** @type {WordLine[]} */
  const tags = hints.map((hint) => ({
    text: `[${hint.text}]`,
    tag: true,
    start_s: hint.start_s,
    end_s: hint.start_s,
    words: [],
    confidence: null,
  }));
  /** @type {WordLine[]} */
  const sung = lyrics.map((line) => ({
    text: line.text,
    tag: false,
    start_s: line.start_s,
    end_s: line.end_s,
    words: line.words ?? [],
    confidence: line.confidence ?? null,
  }));
  // A tag stands in front of the line that begins with it.
  return [...tags, ...sung].sort((a, b) => (a.start_s ?? 0) - (b.start_s ?? 0));
}

/**
 * @param {WordLine[]} lines
 */
export const textOfLines = (lines) => lines.map((line) => line.text).join("\n");

/**
 * Return the lines of a text, with the times of those that are the same as before.
 * @param {string} text
 * @param {WordLine[]} before
 */
export function withTimesKept(text, before) {
  const known = new Map();
  for (const line of before) known.set(line.text, [...(known.get(line.text) ?? []), line]);
  return linesOfText(text).map((line) => known.get(line.text)?.shift() ?? line);
}

/**
 * What the next taps are for: line numbers, or with `byWord` line and word numbers, from line `first` on.
 * @param {WordLine[]} lines
 * @param {boolean} byWord
 * @returns {TapTarget[]}
 */
export function tapTargets(lines, byWord, first = 0) {
  return lines.flatMap((line, index) => {
    if (line.tag || index < first) return [];
    return byWord ? line.text.split(" ").map((_, word) => ({ line: index, word })) : [{ line: index, word: 0 }];
  });
}

/**
 * Return lines with the times of taps: tap k is for target k. Where `ends` has a moment for a line, it ends there, else
 * where the next one begins.
 * @param {WordLine[]} lines
 * @param {TapTarget[]} targets
 * @param {number[]} taps
 * @param {boolean} byWord
 * @param {Map<number, number>} ends
 * @returns {WordLine[]}
 */
export function withTaps(lines, targets, taps, byWord, ends = new Map()) {
  const made = lines.map((line) => ({ ...line }));
  /** @type {Map<number, number[]>} */
  const starts = new Map();
  for (const [index, seconds] of taps.entries()) {
    const { line } = targets[index];
    starts.set(line, [...(starts.get(line) ?? []), seconds]);
  }
  const tapped = [...starts.keys()];
  for (const [place, index] of tapped.entries()) {
    const own = /** @type {number[]} */ (starts.get(index));
    const next = starts.get(tapped[place + 1])?.[0] ?? own[own.length - 1] + LAST_S;
    const end = round(Math.min(ends.get(index) ?? next, Math.max(next, own[0])));
    const line = made[index];
    line.start_s = round(own[0]);
    line.end_s = ends.has(index) ? end : round(Math.min(end, own[own.length - 1] + LONGEST_S));
    line.confidence = null;
    line.words = byWord ? wordsOf(line.text, own, /** @type {number} */ (line.end_s)) : [];
  }
  return withTagsPlaced(made);
}

/**
 * @param {string} text
 * @param {number[]} starts
 * @param {number} end
 */
function wordsOf(text, starts, end) {
  return text
    .split(" ")
    .slice(0, starts.length)
    .map((word, index) => ({ text: word, start_s: round(starts[index]), end_s: round(starts[index + 1] ?? end) }));
}

/**
 * Return lines with one moved to begin at `seconds`; its words go along, and the line before ends no later.
 * @param {WordLine[]} lines
 * @param {number} index
 * @param {number} seconds
 * @returns {WordLine[]}
 */
export function withMoved(lines, index, seconds) {
  const line = lines[index];
  if (line.start_s === null || line.end_s === null) return lines;
  const by = round(Math.max(0, seconds)) - line.start_s;
  /** @param {number} at */
  const moved = (at) => round(at + by);
  const made = [...lines];
  made[index] = {
    ...line,
    confidence: null,
    start_s: moved(line.start_s),
    end_s: moved(line.end_s),
    words: line.words.map((word) => ({ ...word, start_s: moved(word.start_s), end_s: moved(word.end_s) })),
  };
  for (const [other, each] of made.entries()) {
    if (other === index || each.tag || each.start_s === null || each.end_s === null) continue;
    const start = /** @type {number} */ (made[index].start_s);
    if (other < index && each.end_s > start) made[other] = { ...each, end_s: Math.max(each.start_s, start) };
  }
  return withTagsPlaced(made);
}

/**
 * Return the moment of `onsets` nearest to `seconds` within `reach` seconds, else `seconds` itself.
 * @param {number} seconds
 * @param {number[]} onsets
 * @param {number} reach
 */
export function snapped(seconds, onsets, reach) {
  let best = seconds;
  let distance = reach;
  for (const onset of onsets) {
    if (Math.abs(onset - seconds) < distance) {
      best = onset;
      distance = Math.abs(onset - seconds);
    }
  }
  return best;
}

/**
 * Return what is sent to be kept: the lines that have times, tags at the start of the line that follows them.
 * @param {WordLine[]} lines
 */
export function timedLines(lines) {
  return withTagsPlaced(lines)
    .filter((line) => line.start_s !== null)
    .map(({ text, start_s, end_s, words }) => ({ text, start_s, end_s: end_s ?? start_s, words }));
}

/** @param {WordLine[]} lines */
function withTagsPlaced(lines) {
  return lines.map((line, index) => {
    if (!line.tag) return line;
    const next = lines.slice(index + 1).find((each) => !each.tag);
    // A part without words keeps the place that it had.
    const adjoining = lines[index + 1] === next;
    const at = adjoining ? (next?.start_s ?? null) : line.start_s;
    return { ...line, start_s: at, end_s: at };
  });
}

/** @param {number} seconds */
const round = (seconds) => Math.round(seconds * 1000) / 1000;
