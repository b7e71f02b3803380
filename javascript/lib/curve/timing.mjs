// Frames, seconds and clock texts, as glance/timing.py counts them: an event at t belongs to frame floor(t * fps + 1/2).

/** @type {Record<string, number[]>} */
const NTSC = {
  23.976: [24000, 1001],
  23.98: [24000, 1001],
  29.97: [30000, 1001],
  47.952: [48000, 1001],
  59.94: [60000, 1001],
  119.88: [120000, 1001],
};

/**
 * Return frames per second of a text such as `12`, `29.97` or `30000/1001`, or NaN where it is no rate from 1 to 240.
 * @param {string} text
 */
export function parseFps(text) {
  const name = String(text).trim();
  const fraction = /^(\d+)\s*\/\s*(\d+)$/.exec(name);
  const [over, under] =
    NTSC[name] ?? (fraction ? [Number(fraction[1]), Number(fraction[2])] : [Number(name || "x"), 1]);
  const fps = over / under;
  return fps >= 1 && fps <= 240 ? fps : NaN;
}

/**
 * Return the frame an event at `seconds` belongs to, exactly: also where the product lies half-way between two.
 * @param {number} seconds
 * @param {number} fps
 */
export function frameAt(seconds, fps) {
  const [over, under] = fractionOf(fps);
  const near = Math.floor((seconds * over) / under + 0.5);
  if (reaches(seconds, over, under, near + 1)) return near + 1;
  return reaches(seconds, over, under, near) ? near : near - 1;
}

/**
 * Return whether seconds * over / under + 1/2 >= frame, without rounding (the product's error by Dekker 1971).
 * @param {number} seconds
 * @param {number} over
 * @param {number} under
 * @param {number} frame
 */
function reaches(seconds, over, under, frame) {
  const factor = 2 * over;
  const product = seconds * factor;
  const [a, b] = halves(seconds);
  const [c, d] = halves(factor);
  const error = b * d - (product - a * c - b * c - a * d);
  return product - (2 * frame - 1) * under + error >= 0;
}

/**
 * Split a double into two of 26 bits each (Veltkamp 1968).
 * @param {number} value
 */
function halves(value) {
  const shifted = value * 134217729;
  const high = shifted - (shifted - value);
  return [high, value - high];
}

const UNDERS = [1, 2, 4, 5, 8, 10, 20, 25, 100, 1000, 1001];

/**
 * Return [over, under] in whole numbers of a frame rate that arrived as a double.
 * @param {number} fps
 */
function fractionOf(fps) {
  const under = UNDERS.find((one) => Math.abs(fps * one - Math.round(fps * one)) < 1e-6);
  return under ? [Math.round(fps * under), under] : [fps, 1];
}

/**
 * Return the number of frames that cover `seconds`, at least 1.
 * @param {number} seconds
 * @param {number} fps
 */
export const frameCount = (seconds, fps) => Math.max(1, Math.ceil(seconds * fps - 1e-6));

/**
 * Return `m:ss` with as many decimals as given: 83.5 becomes `1:23.5` with one.
 * @param {number} seconds
 */
export function clock(seconds, decimals = 0) {
  const unit = 10 ** decimals;
  const total = Math.round(Math.max(0, seconds) * unit);
  const whole = Math.floor(total / unit);
  const tail = decimals ? "." + String(total % unit).padStart(decimals, "0") : "";
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}${tail}`;
}

/**
 * Return a number as a person would type it: at most `digits` decimals and no trailing zeros.
 * @param {number} value
 */
export function plain(value, digits = 4) {
  const text = value.toFixed(digits);
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return short === "-0" ? "0" : short;
}
