// Long rows of numbers drawn with as many points as there are pixels: a pyramid of minima and maxima.

/**
 * Build levels of [minimum, maximum] pairs; level k summarizes 2^(k+1) values per pair.
 * @param {Values} values
 */
export function pyramid(values) {
  const levels = [];
  let low = values;
  let high = values;
  while (low.length > 1) {
    const count = Math.ceil(low.length / 2);
    const nextLow = new Float32Array(count);
    const nextHigh = new Float32Array(count);
    for (let i = 0; i < count; i += 1) {
      const other = Math.min(2 * i + 1, low.length - 1);
      nextLow[i] = Math.min(low[2 * i], low[other]);
      nextHigh[i] = Math.max(high[2 * i], high[other]);
    }
    levels.push({ low: nextLow, high: nextHigh });
    low = nextLow;
    high = nextHigh;
  }
  return { values, levels };
}

/**
 * Return [minimum, maximum] over values [from, to), touching O(log n) entries.
 * @param {Pyramid} tree
 * @param {number} from
 * @param {number} to
 */
export function extent(tree, from, to) {
  let low = Infinity;
  let high = -Infinity;
  let start = Math.max(0, from);
  let end = Math.min(tree.values.length, to);
  let level = -1;
  /**
   * @param {number} index
   * @param {"low" | "high"} side
   */
  const at = (index, side) => (level < 0 ? tree.values[index] : tree.levels[level][side][index]);
  /** @param {number} index */
  const take = (index) => {
    low = Math.min(low, at(index, "low"));
    high = Math.max(high, at(index, "high"));
  };
  while (start < end) {
    if (start % 2) {
      take(start);
      start += 1;
    }
    if (end % 2 && start < end) {
      end -= 1;
      take(end);
    }
    start >>= 1;
    end >>= 1;
    level += 1;
  }
  return [low, high];
}

/**
 * Thin a polyline of [x, y] points to those that matter within `tolerance`, endpoints kept (Douglas and Peucker 1973).
 * @param {Pixel[]} points
 * @param {number} tolerance
 */
export function simplify(points, tolerance) {
  if (points.length < 3) return points.slice();
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const stack = [[0, points.length - 1]];
  for (let stretch = stack.pop(); stretch; stretch = stack.pop()) {
    const [from, to] = stretch;
    const worst = farthest(points, from, to);
    if (worst.distance > tolerance) {
      keep[worst.index] = 1;
      stack.push([from, worst.index], [worst.index, to]);
    }
  }
  return points.filter((_, index) => keep[index]);
}

/**
 * @param {Pixel[]} points
 * @param {number} from
 * @param {number} to
 */
function farthest(points, from, to) {
  const [x0, y0] = points[from];
  const slope = (points[to][1] - y0) / (points[to][0] - x0);
  let index = from;
  let distance = 0;
  for (let i = from + 1; i < to; i += 1) {
    const off = Math.abs(points[i][1] - (y0 + slope * (points[i][0] - x0)));
    if (off > distance) {
      distance = off;
      index = i;
    }
  }
  return { index, distance };
}
