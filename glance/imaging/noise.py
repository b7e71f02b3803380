"""Noise put into a frame before it is drawn, so that the backend has something to find new detail in.

All kinds have zero mean and, for the same amount, the same power: a standard deviation of amount * 127.5 / sqrt(3)
levels, that of uniform noise within +-amount * 127.5. Near black and white each pixel's noise is cut on both sides
alike, so that frames fed back for hours neither lift their blacks nor lose their whites.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame, Size, size_of

KINDS = ("uniform", "gaussian", "perlin")
#: Cells of the coarsest Perlin octave along the picture's shorter side, and what the octaves weigh.
PERLIN_CELLS = 8
PERLIN_OCTAVES = 4
PERLIN_PERSISTENCE = 0.5

_Table = NDArray[np.uint8]
_Line = NDArray[np.float32]


def add_noise(frame: Frame, amount: float, kind: str, seed: int) -> Frame:
    """Return the frame with noise; the same seed gives the same noise.

    Args:
        frame: (height, width, 3) uint8, any size.
        amount: Strength in [0, 1]; 0 returns the frame itself.
        kind: `uniform` or `gaussian` (crisp, every pixel and channel for itself) or `perlin` (soft clouds, all
            channels alike).
        seed: Any integer from 0 up.

    Raises:
        ValueError: An unknown kind.
    """
    import cv2

    if kind not in KINDS:
        raise ValueError(f"expected a noise out of {', '.join(KINDS)}, found {kind!r}")
    if amount <= 0:
        return frame
    room = cv2.min(frame, cv2.bitwise_not(frame))
    if kind == "perlin":
        levels = amount * 127.5 / math.sqrt(3) / _perlin_deviation()
        return _with_field(frame, room, perlin(size_of(frame), seed) * np.float32(levels))
    raw = _bytes(frame.size, seed).reshape(frame.shape)
    above, below = _tables(kind, amount)
    up, down = cv2.LUT(raw, above), cv2.LUT(raw, below)
    return np.asarray(cv2.subtract(cv2.add(frame, cv2.min(up, room)), cv2.min(down, room)))


def _with_field(frame: Frame, room: Frame, field: NDArray[np.float32]) -> Frame:
    """Return the frame with the same levels added to all its channels, as far as there is room."""
    import cv2

    size = cv2.cvtColor(cv2.convertScaleAbs(field), cv2.COLOR_GRAY2RGB)
    # Where levels are taken away, they are added to the negative instead: 255 - (255 - x + size) is x - size.
    negative = cv2.cvtColor(np.negative((field < 0).view(np.uint8)), cv2.COLOR_GRAY2RGB)
    noisy = cv2.bitwise_xor(frame, negative)
    cv2.add(noisy, cv2.min(size, room), noisy)
    return np.asarray(cv2.bitwise_xor(noisy, negative, noisy))


def perlin(size: Size, seed: int) -> NDArray[np.float32]:
    """Return (height, width) float32 Perlin gradient noise of four octaves, mean about 0, any size.

    Ken Perlin, Improving Noise (SIGGRAPH 2002): lattice gradients, faded by 6t^5 - 15t^4 + 10t^3. Along a row as along
    a column the noise is linear in the gradients of the two lattice points beside it, so whole rows are added up. (As
    products of matrices this is shorter, but the linear algebra library would start threads for it, which spin on
    processors that others need.)
    """
    import cv2

    angles = _angles(size, seed)
    coarse = PERLIN_OCTAVES // 2
    # The finest cells are still four pixels wide at half the resolution, and the coarse ones at a quarter of it.
    half = _octaves(size, 2, dict(enumerate(angles[coarse:], start=coarse)))
    quarter = _octaves(size, 4, dict(enumerate(angles[:coarse])))
    half += cv2.resize(quarter, half.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.resize(half, size, interpolation=cv2.INTER_LINEAR))


def _angles(size: Size, seed: int) -> list[NDArray[np.float32]]:
    """Return the directions of each octave's gradients in radians, (rows, columns) of its lattice."""
    shapes = [
        tuple(max(1, round(PERLIN_CELLS * 2**octave * side / min(size))) + 1 for side in reversed(size))
        for octave in range(PERLIN_OCTAVES)
    ]
    ends = np.cumsum([rows * columns for rows, columns in shapes], dtype=np.int64)
    turns = _bytes(int(ends[-1]), seed).astype(np.float32) * np.float32(math.tau / 256)
    return [part.reshape(shape) for part, shape in zip(np.split(turns, ends[:-1]), shapes, strict=True)]


def _octaves(size: Size, step: int, angles: Mapping[int, NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return the sum of some octaves, by their gradients, at every `step`-th pixel of a picture of that size."""
    small = (-(-size[0] // step), -(-size[1] // step))
    total = np.zeros((small[1], small[0]), np.float32)
    term = np.empty_like(total)
    for octave, angle in angles.items():
        across = _Lattice.along(small[0], angle.shape[1] - 1)
        down = _Lattice.along(small[1], angle.shape[0] - 1)
        weight = np.float32(PERLIN_PERSISTENCE**octave)
        to_right = across.blend(np.cos(angle) * weight, across.ramps)
        to_bottom = across.blend(np.sin(angle) * weight, across.fades)
        for rows, shares in ((to_right, down.fades), (to_bottom, down.ramps)):
            for side, share in enumerate(shares):
                np.take(rows, down.first + side, axis=0, out=term, mode="clip")
                term *= share[:, None]
                total += term
    return total


@dataclass(frozen=True, eq=False)
class _Lattice:
    """Lattice points along a line of pixels.

    Attributes:
        cells: How many cells there are; one lattice point more.
        first: (pixels,) the lattice point before each pixel; the other one that counts is the next.
        fades: The two points' weights, each (pixels,) float32.
        ramps: Those weights times the pixel's distance from the point, in cells.
    """

    cells: int
    first: NDArray[np.intp]
    fades: tuple[_Line, _Line]
    ramps: tuple[_Line, _Line]

    @classmethod
    @lru_cache(maxsize=32)
    def along(cls, length: int, cells: int) -> _Lattice:
        place = (np.arange(length) + 0.5) * cells / length
        first = np.minimum(place.astype(np.intp), cells - 1)
        t = place - first
        later = t**3 * (t * (t * 6.0 - 15.0) + 10.0)
        fades = ((1.0 - later).astype(np.float32), later.astype(np.float32))
        ramps = (((1.0 - later) * t).astype(np.float32), (later * (t - 1.0)).astype(np.float32))
        return cls(cells, first, fades, ramps)

    def blend(self, values: NDArray[np.float32], shares: tuple[_Line, _Line]) -> NDArray[np.float32]:
        """Return (rows, pixels) from values of shape (rows, cells + 1)."""
        before, after = values[:, self.first], values[:, self.first + 1]
        return np.asarray(before * shares[0] + after * shares[1], dtype=np.float32)


@lru_cache(maxsize=1)
def _perlin_deviation() -> float:
    """Return the standard deviation of `perlin`: each octave is the mean over a cell of four faded gradients."""
    cell = _Lattice.along(256, 1)
    fade, ramp = (sum(np.mean(np.square(each, dtype=np.float64)) for each in pair) for pair in (cell.fades, cell.ramps))
    one = 0.5 * 2 * float(fade) * float(ramp)
    return math.sqrt(one * sum(PERLIN_PERSISTENCE ** (2 * octave) for octave in range(PERLIN_OCTAVES)))


def _tables(kind: str, amount: float) -> tuple[_Table, _Table]:
    """Return the levels to add and to take away for each value of a random byte."""
    share = (np.arange(256) + 0.5) / 256
    if kind == "uniform":
        signed = (2 * share - 1) * 127.5
    else:
        from scipy.special import ndtri

        signed = ndtri(share)
        signed *= 127.5 / math.sqrt(3) / signed.std()
    levels = np.rint(signed * amount)
    return levels.clip(0, 255).astype(np.uint8), (-levels).clip(0, 255).astype(np.uint8)


def _bytes(count: int, seed: int) -> NDArray[np.uint8]:
    # Raw words of a bit generator stay the same in every NumPy; its distributions may change.
    words = np.random.SFC64(seed).random_raw((count + 7) // 8)
    return np.asarray(words, dtype="<u8").view(np.uint8)[:count]
