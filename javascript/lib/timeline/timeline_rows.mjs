// Which rows of pixels belong to what on the timeline, from the top: ruler, scenes, waveform, the curve, the changes to it,
// and the pinned channels.

/** Where the rows begin, in pixels; the curve has the rest. */
export const LANES = { ruler: 0, scenes: 22, wave: 52, curve: 112, pad: 12 };
export const CHANGES_HEIGHT = 24;
export const PIN_HEIGHT = 66;

/**
 * @param {number} height the canvas's
 * @param {number} pins number of pinned channels
 */
export function rowsOf(height, pins) {
  const changes = height - pins * PIN_HEIGHT - CHANGES_HEIGHT;
  return {
    curve: { top: LANES.curve, height: changes - LANES.curve },
    changes: { top: changes, height: CHANGES_HEIGHT },
    pins: Array.from({ length: pins }, (_, index) => ({
      top: changes + CHANGES_HEIGHT + index * PIN_HEIGHT,
      height: PIN_HEIGHT,
    })),
  };
}

/**
 * Return the curve's lane for a range of values.
 * @param {Box} row
 * @param {[number, number]} range
 * @returns {Lane}
 */
export function curveLane({ top, height }, [low, high]) {
  return { top: top + LANES.pad, height: height - 2 * LANES.pad, low, high };
}

/**
 * Return the pixel row of a value; `lane` is {top, height, low, high}.
 * @param {Lane} lane
 * @param {number} value
 */
export const toY = (lane, value) => lane.top + lane.height * (1 - (value - lane.low) / (lane.high - lane.low));
/**
 * @param {Lane} lane
 * @param {number} y
 */
export const toValue = (lane, y) => lane.low + (1 - (y - lane.top) / lane.height) * (lane.high - lane.low);
