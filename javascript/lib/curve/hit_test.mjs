// What lies under a pointer, and what lies within a box.

/**
 * Return the index of the point nearest to (x, y) within `reach` pixels, or -1. `points` is [[x, y], ...], x increasing.
 * @param {Pixel[]} points
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 */
export function nearestPoint(points, x, y, reach) {
  let best = -1;
  let shortest = reach * reach;
  for (let i = firstAtOrAfter(points, x - reach); i < points.length && points[i][0] <= x + reach; i += 1) {
    const squared = (points[i][0] - x) ** 2 + (points[i][1] - y) ** 2;
    if (squared <= shortest) {
      shortest = squared;
      best = i;
    }
  }
  return best;
}

/**
 * Return the indices of the points within the box spanned by two corners [x, y].
 * @param {Pixel[]} points
 * @param {Pixel} from
 * @param {Pixel} to
 */
export function pointsInBox(points, [x0, y0], [x1, y1]) {
  const [left, right] = [Math.min(x0, x1), Math.max(x0, x1)];
  const [top, bottom] = [Math.min(y0, y1), Math.max(y0, y1)];
  const found = [];
  for (let i = firstAtOrAfter(points, left); i < points.length && points[i][0] <= right; i += 1) {
    if (points[i][1] >= top && points[i][1] <= bottom) found.push(i);
  }
  return found;
}

/**
 * Return the index of the edge (a pixel column) nearest to x within `reach`, or -1.
 * @param {number[]} edges
 * @param {number} x
 * @param {number} reach
 */
export function nearestEdge(edges, x, reach) {
  let best = -1;
  let shortest = reach;
  edges.forEach((edge, index) => {
    if (Math.abs(edge - x) <= shortest) {
      shortest = Math.abs(edge - x);
      best = index;
    }
  });
  return best;
}

/**
 * @param {Pixel[]} points
 * @param {number} x
 */
function firstAtOrAfter(points, x) {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
