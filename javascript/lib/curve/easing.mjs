// The easing curves of easings.net, with `linear` and `hold`: the same values as glance/schedule/easing.py to 1e-9.

const BACK = 1.70158;
const BACK_IN_OUT = 1.70158 * 1.525;
const ELASTIC = (2 * Math.PI) / 3;
const ELASTIC_IN_OUT = (2 * Math.PI) / 4.5;

/**
 * @param {number} exponent
 * @returns {(x: number) => number}
 */
const power = (exponent) => (x) => x ** exponent;
/**
 * @param {number} overshoot
 * @returns {(x: number) => number}
 */
const back = (overshoot) => (x) => (overshoot + 1) * x ** 3 - overshoot * x ** 2;
/**
 * @param {(x: number) => number} easeIn
 * @returns {(x: number) => number}
 */
const out = (easeIn) => (x) => 1 - easeIn(1 - x);
/**
 * @param {(x: number) => number} easeIn
 * @returns {(x: number) => number}
 */
const inOut = (easeIn) => (x) => (x < 0.5 ? easeIn(Math.min(2 * x, 1)) / 2 : 1 - easeIn(Math.min(2 - 2 * x, 1)) / 2);

/** @param {number} x */
function elastic(x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return -(2 ** (10 * x - 10)) * Math.sin((10 * x - 10.75) * ELASTIC);
}

/** @param {number} x */
function elasticInOut(x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const wave = Math.sin((20 * x - 11.125) * ELASTIC_IN_OUT) / 2;
  return x < 0.5 ? -(2 ** (20 * x - 10)) * wave : 2 ** (10 - 20 * x) * wave + 1;
}

/**
 * Four parabolas of one opening, seen backwards: the ball comes to rest at x = 0.
 * @param {number} x
 */
function bounce(x) {
  const y = 1 - x;
  if (y < 1 / 2.75) return 1 - 7.5625 * y ** 2;
  if (y < 2 / 2.75) return 1 - (7.5625 * (y - 1.5 / 2.75) ** 2 + 0.75);
  if (y < 2.5 / 2.75) return 1 - (7.5625 * (y - 2.25 / 2.75) ** 2 + 0.9375);
  return 1 - (7.5625 * (y - 2.625 / 2.75) ** 2 + 0.984375);
}

/** @type {Record<string, (x: number) => number>} */
const FAMILIES = {
  sine: (x) => 1 - Math.cos((x * Math.PI) / 2),
  quad: power(2),
  cubic: power(3),
  quart: power(4),
  quint: power(5),
  expo: (x) => (x <= 0 ? 0 : 2 ** (10 * x - 10)),
  circ: (x) => 1 - Math.sqrt(1 - x * x),
  back: back(BACK),
  elastic,
  bounce,
};
/** @type {Record<string, (x: number) => number>} */
const OWN_IN_OUT = { back: inOut(back(BACK_IN_OUT)), elastic: elasticInOut };

function table() {
  /**
   * @param {(x: number) => number} curve
   * @returns {(x: number) => number}
   */
  const clipped = (curve) => (x) => curve(Math.min(Math.max(x, 0), 1));
  /** @type {Record<string, (x: number) => number>} */
  const all = { linear: clipped((x) => x), hold: clipped((x) => (x < 1 ? 0 : 1)) };
  for (const [family, easeIn] of Object.entries(FAMILIES)) {
    all[`ease_in_${family}`] = clipped(easeIn);
    all[`ease_out_${family}`] = clipped(out(easeIn));
    all[`ease_in_out_${family}`] = clipped(OWN_IN_OUT[family] ?? inOut(easeIn));
  }
  return Object.freeze(all);
}

/** Name -> function of the progress x, clipped to [0, 1]. */
export const EASINGS = table();
