// Where a sound strikes: the jumps of an envelope, as glance/schedule/pulses.py finds them.

const LEAST_RISE = 0.02;
const NEAR_S = 0.03;

/**
 * Return [{seconds, height}] of an envelope's jumps: peaks that stand out of what was just before them.
 * @param {ArrayLike<number>} values in [0, 1]
 * @param {number} rate values a second
 */
export function hitsOf(values, rate) {
  const reach = Math.max(1, Math.round(NEAR_S * rate));
  const found = [];
  for (let i = 0; i < values.length; i += 1) {
    const height = values[i];
    if (height <= (i ? values[i - 1] : 0)) continue;
    let highest = -Infinity;
    for (let k = Math.max(0, i - reach); k <= Math.min(values.length - 1, i + reach); k += 1)
      highest = Math.max(highest, values[k]);
    if (height < highest) continue;
    let lowest = i < 2 * reach ? 0 : Infinity;
    for (let k = Math.max(0, i - 2 * reach); k <= i; k += 1) lowest = Math.min(lowest, values[k]);
    if (height - lowest > LEAST_RISE) found.push({ seconds: i / rate, height });
  }
  return found;
}

/**
 * Return the frame near `frame` on which the music moves a channel most suddenly, or -1 where it hardly moves it.
 * @param {Values} below the channel's values with music and camera
 * @param {Values} base its curve alone
 * @param {number} frame
 * @param {number} reach frames before and after
 */
export function hitNear(below, base, frame, reach) {
  let [best, steepest, most] = [-1, 0, 0];
  for (let f = 0; f < below.length; f += 1) most = Math.max(most, Math.abs(below[f] - base[f]));
  for (let f = Math.max(0, frame - reach); f <= Math.min(below.length - 1, frame + reach); f += 1) {
    const rise = Math.abs(below[f] - base[f]) - (f ? Math.abs(below[f - 1] - base[f - 1]) : 0);
    if (rise > steepest) [best, steepest] = [f, rise];
  }
  return steepest > most * 0.05 ? best : -1;
}

/**
 * Return the frames [first, last) of the hit that begins in frame `first`: until the music has let go of the channel, or
 * strikes again.
 * @param {Values} below
 * @param {Values} base
 * @param {number} first
 * @returns {[number, number]}
 */
export function hitFrames(below, base, first) {
  /** @param {number} f */
  const depth = (f) => Math.abs(below[f] - base[f]);
  const before = first ? depth(first - 1) : 0;
  let [last, top] = [first, depth(first)];
  while (last + 1 < below.length && depth(last + 1) >= top) {
    last += 1;
    top = depth(last);
  }
  const gone = before + (top - before) * 0.1;
  while (last + 1 < below.length && depth(last + 1) > gone && depth(last + 1) <= depth(last) + (top - before) * 0.05) last += 1;
  return [first, last + 1];
}

/**
 * Return the stretches of a song that are called alike: all its verses, say.
 * @param {Section[]} sections
 * @param {Section} section
 * @returns {Span[]}
 */
export function sectionsLike(sections, section) {
  const same = sections.filter(({ role, label }) => role === section.role && (role !== "" || label === section.label));
  return same.map(({ start_s: start, end_s: end }) => ({ start, end }));
}
