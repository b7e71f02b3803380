// The song's beats as a ruler that goes on at both ends; the same arithmetic as BeatGrid in glance/timing.py.

const FALLBACK_BPM = 120;

/**
 * Return the index of the last mark at or before `value`, within 0 to marks.length - 2.
 * @param {number[]} marks
 * @param {number} value
 */
function segment(marks, value) {
  let low = 0;
  let high = marks.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (marks[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * @param {number[]} marks
 * @param {number} seconds
 */
function position(marks, seconds) {
  const index = segment(marks, seconds);
  return index + (seconds - marks[index]) / (marks[index + 1] - marks[index]);
}

/**
 * @param {number[]} marks
 * @param {number} place
 */
function moment(marks, place) {
  const index = Math.min(Math.max(Math.floor(place), 0), marks.length - 2);
  return marks[index] + (place - index) * (marks[index + 1] - marks[index]);
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export class BeatGrid {
  /**
   * Both are increasing times in seconds, and may be empty.
   * @param {number[]} beats
   * @param {number[]} downbeats
   */
  constructor(beats = [], downbeats = []) {
    this.beats = beats;
    this.downbeats = downbeats;
    const start = beats.length ? beats[0] : 0;
    this.beatMarks = beats.length >= 2 ? beats : [start, start + 60 / FALLBACK_BPM];
    this.barMarks = downbeats.length >= 2 ? downbeats : this.guessedBars();
  }

  guessedBars() {
    const start = this.downbeats.length ? this.downbeats[0] : this.beatMarks[0];
    const intervals = this.beatMarks.slice(1).map((beat, i) => beat - this.beatMarks[i]);
    return [start, start + 4 * median(intervals)];
  }

  /** @param {number} seconds */
  beatAt(seconds) {
    return position(this.beatMarks, seconds);
  }
  /** @param {number} beat */
  timeOfBeat(beat) {
    return moment(this.beatMarks, beat);
  }
  /** @param {number} seconds */
  barAt(seconds) {
    return position(this.barMarks, seconds);
  }
  /** @param {number} bar */
  timeOfBar(bar) {
    return moment(this.barMarks, bar);
  }

  /**
   * Return the time on the ruler nearest to `seconds`; `unit` is `beat`, `bar`, or anything else for no snapping.
   * @param {number} seconds
   * @param {string} unit
   */
  snap(seconds, unit) {
    if (unit === "beat") return this.timeOfBeat(Math.round(this.beatAt(seconds)));
    if (unit === "bar") return this.timeOfBar(Math.round(this.barAt(seconds)));
    return seconds;
  }
}
