"""Reading a frame at fractional places so that it survives being read again, hundreds of times.

Linear interpolation at the fraction f between two pixels damps a wave of angular frequency w to

    |H| = sqrt(1 - 2 g q),   g = f (1 - f),   q = 1 - cos w

in amplitude, which is what blurs a picture that is fed back. OpenCV's wider kernels are no way out: they amplify some
waves by a few percent, and a hundred frames of that turn a photograph into stripes; they also cost three to ten times
as much. So a frame is read linearly, and each pixel is then given back what its own fraction took, by a five-tap filter
with the response 1 + weight(f) * (q + BETA q^2). The weight is the largest with which the product never exceeds 1 for
any wave, so nothing can grow, however often a frame is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame, Size

BORDERS = ("reflect", "replicate", "wrap", "outpaint")
#: Places further out than this are held there; the warped picture is its own reflection many times over by then.
_FAR = 16000.0
#: OpenCV reads 8-bit pictures at places rounded to this many parts of a pixel.
_PARTS = 32
_BETA = 0.35
#: The filter q + BETA q^2 as taps: q is (-1/2, 1, -1/2).
_SHARP = np.array([_BETA / 4, -0.5 - _BETA, 1 + 1.5 * _BETA, -0.5 - _BETA, _BETA / 4])
#: Weights are whole 128ths; 42 of them times twice the largest filter output still fit 16 bits.
_WEIGHT_BITS = 7
_MAX_WEIGHT = 42

#: Pixels of a strip, and rows beyond it that the longest filter looks at.
_STRIP_PIXELS = 32768
_REACH = 2
_GOLDEN = (5**0.5 - 1) / 2

_Map: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class GivenPlaces:
    """Where each pixel of a new frame is read in the old one, pixel by pixel.

    Attributes:
        u: (height, width) float32 column.
        v: (height, width) float32 row.
    """

    u: _Map
    v: _Map

    def strip(self, top: int, shifts: _Map) -> tuple[_Map, _Map]:
        """Return columns and rows, each (n, width), of the n rows from `top`, moved by each row's shift in pixels."""
        rows = slice(top, top + shifts.size)
        u, v = self.u[rows] + shifts[:, None], self.v[rows] + shifts[:, None]
        return np.clip(u, -_FAR, _FAR, out=u), np.clip(v, -_FAR, _FAR, out=v)


@dataclass(frozen=True, eq=False)
class PlanePlaces:
    """Where each pixel of a new frame is read in the old one, by one homography.

    Attributes:
        homography: (3, 3) float64, from new to old, its last entry 1.
        size: (width, height) of both frames.
    """

    homography: NDArray[np.float64]
    size: Size

    @property
    def is_shift(self) -> bool:
        """Whether all pixels are read at one and the same fraction, by a shift that needs no dither to be seen."""
        h = self.homography
        far_enough = float(np.abs(h[:2, 2]).max()) >= 0.5 / _PARTS
        return far_enough and np.array_equal(h[:2, :2], np.eye(2)) and not h[2, :2].any()

    def strip(self, top: int, shifts: _Map) -> tuple[_Map, _Map]:
        """Return columns and rows, each (n, width), of the n rows from `top`, moved by each row's shift in pixels."""
        h = self.homography.astype(np.float32)
        columns = np.arange(self.size[0], dtype=np.float32)
        rows = np.arange(top, top + shifts.size, dtype=np.float32)
        tilted = bool(h[2, 0] or h[2, 1])
        dither = np.zeros_like(shifts) if tilted else shifts
        u = np.add.outer(rows * h[0, 1] + (h[0, 2] + dither), columns * h[0, 0])
        v = np.add.outer(rows * h[1, 1] + (h[1, 2] + dither), columns * h[1, 0])
        if tilted:
            w = np.add.outer(rows * h[2, 1] + 1, columns * h[2, 0])
            # Behind the camera there is no picture; a tiny positive w sends those places far outside.
            np.maximum(w, 1e-4, out=w)
            u = u / w + shifts[:, None]
            v = v / w + shifts[:, None]
        if tilted or float(np.abs(h[:2]).max()) * max(self.size) > _FAR / 4:
            u, v = np.clip(u, -_FAR, _FAR), np.clip(v, -_FAR, _FAR)
        return u, v


Places: TypeAlias = GivenPlaces | PlanePlaces


def outside(places: Places, size: Size) -> NDArray[np.float32]:
    """Return (height, width) float32, 1 where a place lies outside a frame of `size`."""
    width, height = size
    u, v = places.strip(0, np.zeros(height, np.float32))
    inside = (u >= -0.5) & (u <= width - 0.5) & (v >= -0.5) & (v <= height - 0.5)
    return np.asarray(~inside, dtype=np.float32)


def resample(frame: Frame, places: Places, border: str) -> Frame:
    """Return the frame read at `places`, shape (height, width, 3).

    Args:
        frame: (height, width, 3) uint8.
        places: Where to read it.
        border: What is read outside the frame: `reflect`, `replicate`, `wrap`, or `outpaint` (as reflect).
    """
    height, width = frame.shape[:2]
    shift = isinstance(places, PlanePlaces) and places.is_shift
    dither = _dither(frame, alike=shift)
    moved = np.empty_like(frame)
    # In strips that fit the processor's cache; the filter looks a few rows beyond each.
    rows = max(16, _STRIP_PIXELS // width)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        above, below = max(0, top - _REACH), min(height, bottom + _REACH)
        strip = _read(frame, places.strip(above, dither[above:below]), border, shift)
        moved[top:bottom] = strip[top - above : strip.shape[0] - (below - bottom)]
    return moved


def _dither(frame: Frame, *, alike: bool) -> _Map:
    """Return for each row a shift of less than half a 32nd of a pixel; one for all rows if they are to be `alike`.

    Without it everything that moves by less than that would stick, and tear away from its surroundings in the long
    run. The shifts must differ from frame to frame; taking them from the frame's own pixels does that, and keeps the
    same input giving the same output.
    """
    start = int(frame[::37, ::41].sum(dtype=np.int64)) * _GOLDEN
    rows = np.zeros(frame.shape[0]) if alike else np.arange(frame.shape[0]) * _GOLDEN
    return np.asarray(((rows + start) % 1 - 0.5) * (0.999 / _PARTS), dtype=np.float32)


def _read(frame: Frame, place: tuple[_Map, _Map], border: str, shift: bool) -> Frame:
    import cv2

    modes = {"replicate": cv2.BORDER_REPLICATE, "wrap": cv2.BORDER_WRAP}
    whole, fraction = cv2.convertMaps(*place, cv2.CV_16SC2)
    linear = cv2.remap(frame, whole, fraction, cv2.INTER_LINEAR, borderMode=modes.get(border, cv2.BORDER_REFLECT))
    return _restored_evenly(linear, int(fraction[0, 0])) if shift else _restored(linear, fraction)


def _restored_evenly(linear: Frame, code: int) -> Frame:
    """Give back what one fraction took from all pixels alike; exact to the second power of q."""
    import cv2

    row, column = (_inverse_taps(part / _PARTS) for part in (code % _PARTS, code // _PARTS))
    return np.asarray(cv2.sepFilter2D(linear, -1, row, column, borderType=cv2.BORDER_REFLECT))


def _restored(linear: Frame, fraction: NDArray[np.uint16]) -> Frame:
    """Give back to each pixel what its own fraction took."""
    import cv2

    weights = _weights()
    # A middle tap of 1 with zeros around it keeps OpenCV on its fast path for rows.
    across = cv2.sepFilter2D(linear, cv2.CV_16S, _SHARP, np.array([0.0, 1.0, 0.0]), borderType=cv2.BORDER_REFLECT)
    down = cv2.sepFilter2D(linear, cv2.CV_16S, np.array([1.0]), _SHARP, borderType=cv2.BORDER_REFLECT)
    for change, part in ((across, fraction & (_PARTS - 1)), (down, fraction >> 5)):
        share = cv2.LUT(part.astype(np.uint8), weights)
        change *= cv2.merge([share, share, share])
    across += down
    across += 1 << (_WEIGHT_BITS - 1)
    across >>= _WEIGHT_BITS
    return np.asarray(cv2.add(linear, across, dtype=cv2.CV_8U))


@lru_cache(maxsize=1)
def _weights() -> NDArray[np.int16]:
    """Return for each 32nd of a pixel the filter's weight in 128ths, as a table of 256 entries."""
    fraction = np.arange(_PARTS) / _PARTS
    g = (fraction * (1 - fraction))[:, None]
    q = np.linspace(0.05, 1.95, 39)
    largest = ((1 / np.sqrt(1 - 2 * g * q) - 1) / (q + _BETA * q * q)).min(axis=1)
    table = np.zeros(256, np.int16)
    table[:_PARTS] = np.minimum(np.rint(largest * (1 << _WEIGHT_BITS)), _MAX_WEIGHT)
    return table


@lru_cache(maxsize=_PARTS)
def _inverse_taps(fraction: float) -> NDArray[np.float64]:
    """Return the taps of the binomial series of (1 - 2 g q)^(-1/2), up to q^2: a little less than the inverse."""
    step = 2 * fraction * (1 - fraction) * np.array([-0.5, 1.0, -0.5])
    taps, power = np.zeros(5), np.ones(1)
    for factor in (1.0, 1 / 2, 3 / 8):
        edge = (taps.size - power.size) // 2
        taps[edge : taps.size - edge] += factor * power
        power = np.convolve(power, step)
    return taps
