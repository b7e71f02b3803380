"""Reading a frame at fractional places, in one resampling that survives being repeated hundreds of times."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame, Size

#: Fractions of a pixel are written as whole numbers of this many parts, in 8 bits.
FRACTION_PARTS = 256

_BETA = 0.35
#: The filter q + BETA q^2 as taps: q is (-1/2, 1, -1/2).
_SHARP = np.array([_BETA / 4, -0.5 - _BETA, 1 + 1.5 * _BETA, -0.5 - _BETA, _BETA / 4])
_ALONG = np.array([1.0])
#: A middle tap of 1 with zeros around it keeps OpenCV on its fast path for rows.
_STAY = np.array([0.0, 1.0, 0.0])
#: Weights are whole 128ths; 36 of them times twice the largest filter output, with the picture, still fit 16 bits.
_WEIGHT_BITS = 7
_MAX_WEIGHT = 36
#: Pixels of a strip, chosen for the processor's cache, and rows beyond it that the filter looks at.
_RESTORE_STRIP_PIXELS = 65536
_REACH = 2

_Codes: TypeAlias = NDArray[np.uint8]
_Sums: TypeAlias = NDArray[np.int16]


def restore(linear: Frame, across: _Codes, down: _Codes) -> Frame:
    """Return the linearly read frame with what each pixel's fractions took given back.

    Args:
        linear: (height, width, 3) uint8.
        across: Fraction, in 256ths, at which each pixel was read between two columns: of shape (height, width), or
            (1, width) or (height, 1) where it is the same in all rows or columns.
        down: Likewise between two rows.
    """
    import cv2

    height, width = linear.shape[:2]
    table = _weights()
    rows = max(16, _RESTORE_STRIP_PIXELS // width)
    restored = np.empty_like(linear)
    # New memory for every strip would cost more than the arithmetic.
    sideways = np.empty((min(rows, height), width, 3), np.int16)
    upright = np.empty((min(rows, height) + 2 * _REACH, width, 3), np.int16)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        above, below = max(0, top - _REACH), min(height, bottom + _REACH)
        change, other = sideways[: bottom - top], upright[: below - above]
        cv2.sepFilter2D(linear[top:bottom], cv2.CV_16S, _SHARP, _STAY, change, borderType=cv2.BORDER_REFLECT)
        cv2.sepFilter2D(linear[above:below], cv2.CV_16S, _ALONG, _SHARP, other, borderType=cv2.BORDER_REFLECT)
        other = other[top - above : bottom - above]
        _multiply(change, _of_rows(across, top, bottom), table)
        _multiply(other, _of_rows(down, top, bottom), table)
        change += other
        change += 1 << (_WEIGHT_BITS - 1)
        change >>= _WEIGHT_BITS
        change += linear[top:bottom]
        np.clip(change, 0, 255, out=change)
        restored[top:bottom] = change
    return restored


def restore_evenly(linear: Frame, across: float, down: float) -> Frame:
    """Return the frame with what one fraction, from 0 to 1, took from all its pixels given back.

    Args:
        linear: (height, width, 3) uint8.
        across: Fraction at which all pixels were read between two columns.
        down: Likewise between two rows.
    """
    import cv2

    return np.asarray(
        cv2.sepFilter2D(linear, -1, _inverse_taps(across), _inverse_taps(down), borderType=cv2.BORDER_REFLECT)
    )


def _of_rows(codes: _Codes, top: int, bottom: int) -> _Codes:
    return codes if codes.shape[0] == 1 else codes[top:bottom]


def _multiply(change: _Sums, codes: _Codes, table: NDArray[np.uint16]) -> None:
    """Multiply (rows, width, 3) sums by their pixels' weights, in place."""
    import cv2

    weights = cv2.LUT(codes, table)
    if weights.shape[1] > 1:
        # A change of color space makes three channels of one in half the time of `cv2.merge`.
        weights = cv2.cvtColor(weights, cv2.COLOR_GRAY2RGB).reshape(weights.shape[0], -1)
    flat = change.reshape(change.shape[0], -1)
    flat *= weights.view(np.int16)


@lru_cache(maxsize=1)
def _weights() -> NDArray[np.uint16]:
    """Return the filter's weight in 128ths for each 256th of a pixel."""
    fraction = np.arange(FRACTION_PARTS) / FRACTION_PARTS
    g = (fraction * (1 - fraction))[:, None]
    q = np.linspace(0.05, 1.95, 39)
    largest = ((1 / np.sqrt(1 - 2 * g * q) - 1) / (q + _BETA * q * q)).min(axis=1)
    weights = np.minimum(np.rint(largest * (1 << _WEIGHT_BITS)), _MAX_WEIGHT)
    return np.asarray(weights, dtype=np.uint16)


def _inverse_taps(fraction: float) -> NDArray[np.float64]:
    """Return the taps of the binomial series of (1 - 2 g q)^(-1/2), up to q^2: a little less than the inverse."""
    step = 2 * fraction * (1 - fraction) * np.array([-0.5, 1.0, -0.5])
    taps, power = np.zeros(5), np.ones(1)
    for factor in (1.0, 1 / 2, 3 / 8):
        edge = (taps.size - power.size) // 2
        taps[edge : taps.size - edge] += factor * power
        power = np.convolve(power, step)
    return taps


BORDERS = ("reflect", "replicate", "wrap", "outpaint")
#: Places further out than this are held there; the warped picture is its own reflection many times over by then.
FAR = 16000.0
#: OpenCV reads 8-bit pictures at places rounded to this many parts of a pixel.
_PARTS = 32
#: Pixels of a strip of places, chosen for the processor's cache.
_STRIP_PIXELS = 32768
#: Moves that carry no corner this many pixels are read with a dither of their own for every row: newer releases of
#: OpenCV do not round the places of affine moves, so the shortest moves would change nothing in 8 bits, and stick.
_SHORT = 1 / 16
_GOLDEN = (5**0.5 - 1) / 2
#: The fractions of tilted moves are worked out at every so many pixels, and drawn out in between, where that errs by
#: less than one code.
_COARSE = 8

_Map: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class GivenPlaces:
    """Where each pixel of a new frame is read in the old one, pixel by pixel.

    Attributes:
        right: (height, width) float32, by how many columns to the right of itself; no place is farther out than `FAR`.
        down: (height, width) float32, by how many rows below itself; likewise.
    """

    right: _Map
    down: _Map

    def strip(self, top: int, shifts: _Map) -> tuple[_Map, _Map]:
        """Return columns and rows, each (n, width), of the n rows from `top`, moved by each row's shift in pixels."""
        strip = slice(top, top + shifts.size)
        columns = np.arange(self.right.shape[1], dtype=np.float32)
        rows = np.arange(top, top + shifts.size, dtype=np.float32)
        u = np.add.outer(shifts, columns)
        u += self.right[strip]
        return u, self.down[strip] + (rows + shifts)[:, None]


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
    def is_affine(self) -> bool:
        """Whether parallels stay parallel, and no place is so far out that it must be held back."""
        h = np.abs(self.homography)
        return not h[2, :2].any() and float((h[:2] @ (*self.size, 1)).max()) < FAR

    @property
    def is_short(self) -> bool:
        """Whether no corner is read farther than `_SHORT` pixels from where it is; for affine moves."""
        corners = np.array([[0, self.size[0], 0, self.size[0]], [0, 0, self.size[1], self.size[1]], [1, 1, 1, 1]])
        return float(np.abs((self.homography[:2] - np.eye(3)[:2]) @ corners).max()) < _SHORT

    @property
    def is_shift(self) -> bool:
        """Whether all pixels are read at one and the same fraction, by a shift that needs no dither to be seen."""
        h = self.homography
        far_enough = float(np.abs(h[:2, 2]).max()) >= 0.5 / _PARTS
        return far_enough and self.is_affine and np.array_equal(h[:2, :2], np.eye(2))

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
            np.reciprocal(w, out=w)
            for places in (u, v):
                places *= w
                places += shifts[:, None]
        if tilted or float(np.abs(h[:2]).max()) * max(self.size) > FAR / 4:
            np.clip(u, -FAR, FAR, out=u)
            np.clip(v, -FAR, FAR, out=v)
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
    import cv2

    modes = {"replicate": cv2.BORDER_REPLICATE, "wrap": cv2.BORDER_WRAP}
    mode = modes.get(border, cv2.BORDER_REFLECT)
    if isinstance(places, PlanePlaces):
        if places.is_shift or (places.is_affine and not places.is_short):
            return _read_affine(frame, places, mode)
        tilted = None if places.is_affine else _read_tilted(frame, places, mode)
        if tilted is not None:
            return tilted
    return _read_anywhere(frame, places, mode)


def _dither(frame: Frame) -> float:
    """Return a shift of less than half a 32nd of a pixel.

    Without it everything that moves by less than that would stick, and tear away from its surroundings in the long
    run. The shifts must differ from frame to frame; taking them from the frame's own pixels does that, and keeps the
    same input giving the same output.
    """
    return (int(frame[::37, ::41].sum(dtype=np.int64)) * _GOLDEN % 1 - 0.5) * (0.999 / _PARTS)


def _read_affine(frame: Frame, places: PlanePlaces, mode: int) -> Frame:
    import cv2

    plane = places.homography[:2].copy()
    plane[:, 2] += _dither(frame)
    if places.is_shift:
        plane[:, 2] = np.rint(plane[:, 2] * _PARTS) / _PARTS
    # OpenCV reads four channels twice as fast as three.
    wide = cv2.cvtColor(frame, cv2.COLOR_RGB2RGBA)
    moved = cv2.warpAffine(wide, plane, places.size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=mode)
    moved = cv2.cvtColor(moved, cv2.COLOR_RGBA2RGB)
    if places.is_shift:
        across, down = plane[:, 2] % 1
        return restore_evenly(moved, across, down)
    columns, rows = (np.arange(length) for length in places.size)
    codes = (_sums(_code(u * columns), _code(v * rows + offset)) for u, v, offset in plane)
    return restore(moved, *codes)


def _read_tilted(frame: Frame, places: PlanePlaces, mode: int) -> Frame | None:
    """Return the frame, or None where the move is too short, too wide or too steep to be read this way."""
    import cv2

    shift = np.eye(3)
    shift[:2, 2] = _dither(frame)
    plane = shift @ places.homography
    codes = _tilted_codes(plane, places.size)
    if codes is None:
        return None
    wide = cv2.cvtColor(frame, cv2.COLOR_RGB2RGBA)
    moved = cv2.warpPerspective(
        wide, plane, places.size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=mode
    )
    return restore(cv2.cvtColor(moved, cv2.COLOR_RGBA2RGB), *codes)


def _tilted_codes(plane: NDArray[np.float64], size: Size) -> tuple[NDArray[np.uint8], NDArray[np.uint8]] | None:
    """Return (height, width) fractions, in 256ths, of the columns and rows that a homography reads."""
    import cv2

    grid = [(np.arange(-1, -(-length // _COARSE) + 1) + 0.5) * _COARSE - 0.5 for length in size]
    x, y = np.meshgrid(*grid)
    u, v, w = (row[0] * x + row[1] * y + row[2] for row in plane)
    if float(w.min()) < 0.1:
        return None
    codes = []
    # Whole pixels have no fraction, so the way from each pixel to its place tells as much as the place.
    moves = (u / w - x, v / w - y)
    if not _SHORT <= max(float(np.abs(move).max()) for move in moves) < 127:
        return None
    for move in moves:
        bends = [np.abs(np.diff(move, 2, axis)).max(initial=0.0) / 8 for axis in (0, 1)]
        if max(bends) > 1 / FRACTION_PARTS:
            return None
        coarse = np.rint(move * FRACTION_PARTS).astype(np.int16)
        fine = cv2.resize(coarse, None, fx=_COARSE, fy=_COARSE, interpolation=cv2.INTER_LINEAR)
        codes.append(fine[_COARSE : _COARSE + size[1], _COARSE : _COARSE + size[0]].astype(np.uint8))
    return codes[0], codes[1]


def _read_anywhere(frame: Frame, places: Places, mode: int) -> Frame:
    import cv2

    height, width = frame.shape[:2]
    dither = ((np.arange(height, dtype=np.int64) * _GOLDEN + _dither(frame) * _PARTS) % 1 - 0.5) * (0.999 / _PARTS)
    wide = cv2.cvtColor(frame, cv2.COLOR_RGB2RGBA)
    moved = np.empty_like(frame)
    fractions = np.empty((height, width), np.uint16)
    rows = max(16, _STRIP_PIXELS // width)
    for top in range(0, height, rows):
        strip = slice(top, min(height, top + rows))
        places_u, places_v = places.strip(top, dither[strip].astype(np.float32))
        whole, _ = cv2.convertMaps(places_u, places_v, cv2.CV_16SC2, dstmap2=fractions[strip])
        read = cv2.remap(wide, whole, fractions[strip], cv2.INTER_LINEAR, borderMode=mode)
        cv2.cvtColor(read, cv2.COLOR_RGBA2RGB, dst=moved[strip])
    # Five bits each, in units of 8 / 256; what lies above eight bits falls off.
    across = fractions.astype(np.uint8)
    across <<= 3
    fractions >>= 2
    down = fractions.astype(np.uint8)
    down &= 0xF8
    return restore(moved, across, down)


def _code(places: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the places' fractions in 256ths."""
    return np.rint(places * FRACTION_PARTS).astype(np.int64).astype(np.uint8)


def _sums(columns: NDArray[np.uint8], rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the sums of fractions, (height, width), or with a side of 1 where they do not change along it."""
    if (rows == rows[0]).all():
        return np.asarray((columns + rows[0])[None])
    if (columns == columns[0]).all():
        return np.asarray((rows + columns[0])[:, None])
    return np.add.outer(rows, columns)
