"""Noise that stays with what it was drawn on: a white field whose parts are carried along by the camera.

Every cell of a latent has `PARTS` x `PARTS` parts, each a number of its own from N(0, 1). The camera moves the parts'
centers; a cell is the sum of the parts that lie in it over the square root of their number, so it is N(0, 1) again, and
as each part lies in one cell only, cells stay independent: the field is white whatever the move (integral noise:
Chang et al., How I Warped Your Noise, ICLR 2024). From one anchor to the next the same parts are carried, so that
nothing is forgotten; a new anchor is laid when too many cells run short of parts. There, parts that came to lie
together are summed in the same way, and one that has to fill m places is split into X / sqrt(m) + z - mean(z) with new
z, which are m independent numbers of N(0, 1) whose sum gives X back.

The field is a pure function of its seed and its moves. All arrays are float32.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.frames import Size

#: Parts of a cell along each side.
PARTS = 4
#: Share of the field's length that is kept ready beyond each edge.
_MARGIN = 0.25
#: A cell with fewer parts than this is short of them, and so many cells, as a share of all, may be short or empty.
_FEW_PARTS = PARTS * PARTS / 2.5
_MOST_SHORT, _MOST_EMPTY = 0.03, 0.005
#: Parts this much farther away than a cell's nearest one lie behind it.
_SAME_SURFACE = 1.15
#: Empty places farther than this from any part, in parts, are new.
_REACH = 3.0
#: A place that no part ever comes back from.
_NOWHERE = np.float32(-1e6)
#: What the numbers of a frame are drawn for, each from a generator of its own.
_AT_CUT, _SPLIT, _EMPTY = range(3)

_Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class NoiseMove:
    """One move of the picture that a field lies on.

    Attributes:
        frame: Number of the frame it leads to.
        matrix: (3, 3), and
        parallax: (3,): the point z * (u, v, 1) goes to z' * (u', v', 1) = matrix @ (z * (u, v, 1)) + parallax, in
            pixels; see `glance.camera.transform`.
        depth: Depth z > 0 of the picture before the move, evenly over it, of any shape (rows, columns); None where
            all of it is 1.
    """

    frame: int
    matrix: NDArray[np.float64]
    parallax: NDArray[np.float64]
    depth: _Array | None = None


class CarriedField:
    """A white field over the cells of a latent, carried by moves.

    Args:
        shape: (channels, rows, columns) of the latent.
        size: (width, height) in pixels of the picture that the cells lie on.
        seed: From which all its numbers follow.
    """

    def __init__(self, shape: tuple[int, int, int], size: Size, seed: int) -> None:
        self._channels, self._rows, self._columns = shape
        self._size = size
        self._seed = seed
        # Parts along each axis, those of the margins included.
        self._lead = (PARTS * math.ceil(self._rows * _MARGIN), PARTS * math.ceil(self._columns * _MARGIN))
        self._fine = (PARTS * self._rows + 2 * self._lead[0], PARTS * self._columns + 2 * self._lead[1])
        self._values = self._normal(0, _AT_CUT, (self._channels, *self._fine)).reshape(self._channels, -1)
        self._frame = 0
        self.anchors = 0
        self._x: _Array
        self._y: _Array
        self._z: _Array | None
        self._stand()

    def cells(self) -> _Array:
        """Return the field, (channels, rows, columns), N(0, 1)."""
        members, places, counts = self._members
        total = np.empty((self._channels, counts.size), np.float32)
        for channel in range(self._channels):
            total[channel] = np.bincount(places, self._values[channel][members], counts.size)
        total /= np.sqrt(np.maximum(counts, 1)).astype(np.float32)
        empty = np.flatnonzero(counts == 0)
        if empty.size:
            total[:, empty] = self._normal(self._frame, _EMPTY, (self._channels, empty.size))
        return total.reshape(self._channels, self._rows, self._columns)

    def advance(self, move: NoiseMove) -> None:
        """Carry all parts along with one move of the picture."""
        self._frame = move.frame
        z = np.float32(1) if move.depth is None else self._depth_at(move.depth)
        matrix = move.matrix.astype(np.float32)
        shift = move.parallax.astype(np.float32)
        x, y = self._x, self._y
        w = z * (matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]) + shift[2]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            u = (z * (matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]) + shift[0]) / w
            v = (z * (matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]) + shift[1]) / w
        lost = ~((w > 1e-6) & (np.abs(u) < -_NOWHERE) & (np.abs(v) < -_NOWHERE))
        if lost.any():
            u[lost] = v[lost] = _NOWHERE
        self._x, self._y = u, v
        # At one depth nothing lies behind anything.
        self._z = None if move.depth is None else w
        self._settle()
        counts = self._members[2]
        short = np.count_nonzero(counts < _FEW_PARTS)
        empty = np.count_nonzero(counts == 0)
        if short > _MOST_SHORT * counts.size or empty > _MOST_EMPTY * counts.size:
            self._lay_anchor()

    def _normal(self, frame: int, purpose: int, shape: tuple[int, ...]) -> _Array:
        rng = np.random.default_rng([self._seed % 2**32, frame, purpose])
        return rng.standard_normal(shape, dtype=np.float32)

    def _stand(self) -> None:
        """Put every part in its own place."""
        wide, high = self._size[0] / (PARTS * self._columns), self._size[1] / (PARTS * self._rows)
        rows = ((np.arange(self._fine[0]) - self._lead[0] + 0.5) * high - 0.5).astype(np.float32)
        columns = ((np.arange(self._fine[1]) - self._lead[1] + 0.5) * wide - 0.5).astype(np.float32)
        self._x = np.ascontiguousarray(np.broadcast_to(columns, self._fine)).reshape(-1)
        self._y = np.repeat(rows, self._fine[1])
        self._z = None
        self._settle()

    def _settle(self) -> None:
        """Find out which parts lie in which cell: numbers of parts, of their cells, and how many each cell has."""
        self._members = self._lying_in((self._rows, self._columns), (0, 0))

    def _lying_in(
        self, grid: tuple[int, int], lead: tuple[int, int]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """Return the parts within a grid that begins `lead` of its places before the picture, their places, counts.

        The grid has `grid` - 2 * `lead` rows and columns over the picture. Of what falls on one place, only the nearest
        surface counts.
        """
        high, wide = self._size[1] / (grid[0] - 2 * lead[0]), self._size[0] / (grid[1] - 2 * lead[1])
        row = (self._y + np.float32(0.5)) * np.float32(1 / high) + np.float32(lead[0])
        column = (self._x + np.float32(0.5)) * np.float32(1 / wide) + np.float32(lead[1])
        inside = np.flatnonzero((row >= 0) & (row < grid[0]) & (column >= 0) & (column < grid[1]))
        place = row[inside].astype(np.intp) * grid[1] + column[inside].astype(np.intp)
        n_places = grid[0] * grid[1]
        if self._z is not None:
            z = self._z[inside]
            nearest = np.full(n_places, np.inf, np.float32)
            np.minimum.at(nearest, place, z)
            seen = z <= nearest[place] * np.float32(_SAME_SURFACE)
            inside, place = inside[seen], place[seen]
        return inside, place, np.bincount(place, minlength=n_places)

    def _depth_at(self, depth: _Array) -> _Array:
        """Return the depth where each part is; beyond the picture, that of its edge."""
        rows, columns = depth.shape
        row = np.clip((self._y + 0.5) * (rows / self._size[1]), 0, rows - 1).astype(np.intp)
        column = np.clip((self._x + 0.5) * (columns / self._size[0]), 0, columns - 1).astype(np.intp)
        return np.asarray(depth.ravel()[row * columns + column], np.float32)

    def _lay_anchor(self) -> None:
        """Give every place of the fine grid a part of its own, out of those that lie there now."""
        import cv2

        members, places, counts = self._lying_in(self._fine, self._lead)
        n_places = counts.size
        filled = counts > 0
        # Empty places belong to the nearest that is not: 0 is where there are parts.
        far, labels = cv2.distanceTransformWithLabels(
            (~filled).astype(np.uint8).reshape(self._fine), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
        )
        owner = np.zeros(int(labels.max()) + 1, np.intp)
        owner[labels.ravel()[filled]] = np.flatnonzero(filled)
        source = owner[labels.ravel()]
        known = filled | (far.ravel() <= _REACH)
        shared = np.bincount(source[known], minlength=n_places)
        fresh = self._normal(self._frame, _SPLIT, (self._channels, n_places))
        split = known & (shared[source] > 1)
        share = 1 / np.sqrt(np.maximum(shared, 1))
        scale = np.sqrt(np.maximum(counts, 1)).astype(np.float32)
        for channel in range(self._channels):
            new = fresh[channel]
            mean = np.bincount(source[split], new[split], n_places) / np.maximum(shared, 1)
            new[split] -= mean[source[split]].astype(np.float32)
            new[known & ~split] = 0
            total = np.bincount(places, self._values[channel][members], n_places) / scale
            new[known] += (total * share)[source[known]].astype(np.float32)
        self._values = fresh
        self.anchors += 1
        self._stand()


def mixed_noise(carried: _Array, new: _Array, fresh: float) -> _Array:
    """Return noise between what was carried and what is new, N(0, 1) for every share.

    Args:
        carried: N(0, 1), any shape.
        new: N(0, 1), the same shape, independent of it.
        fresh: Share of the new in [0, 1], as an angle; 1 returns `new` itself.
    """
    if fresh >= 1:
        return new
    old, young = noise_shares(fresh)
    return np.asarray(np.float32(old) * carried + np.float32(young) * new, dtype=np.float32)


def noise_shares(fresh: float) -> tuple[float, float]:
    """Return the factors, whose squares sum to 1, of carried and of new noise for `fresh` in [0, 1]."""
    angle = min(max(fresh, 0.0), 1.0) * math.pi / 2
    return math.cos(angle), math.sin(angle)
