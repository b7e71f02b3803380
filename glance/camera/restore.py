"""Giving back the sharpness that reading a frame at fractional places takes, so that it survives hundreds of readings.

Linear interpolation at the fraction f between two pixels damps a wave of angular frequency w to

    |H| = sqrt(1 - 2 g q),   g = f (1 - f),   q = 1 - cos w

in amplitude, which is what blurs a picture that is fed back. OpenCV's wider kernels are no way out: they amplify some
waves by a few percent, and a hundred frames of that turn a photograph into stripes; they also cost three to ten times
as much. So a frame is read linearly, and each pixel is then given back what its own fraction took, by a five-tap filter
with the response 1 + weight(f) * (q + BETA q^2). The weight is the largest with which the product never exceeds 1 for
any wave, so nothing can grow, however often a frame is read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame

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
_STRIP_PIXELS = 65536
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
    rows = max(16, _STRIP_PIXELS // width)
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
        # A change of colour space makes three channels of one in half the time of `cv2.merge`.
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
