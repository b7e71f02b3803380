"""Noise put into a frame before it is drawn, so that the backend has something to find new detail in.

All kinds have zero mean and, for the same amount, the same power: a standard deviation of amount * 127.5 / sqrt(3)
levels, that of uniform noise within +-amount * 127.5. Near black and white each pixel's noise is cut on both sides
alike, so that frames fed back for hours neither lift their blacks nor lose their whites.
"""

from __future__ import annotations

import math
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
    if kind == "perlin":
        field = perlin(size_of(frame), seed)
        signed = np.rint(field * (amount * 127.5 / math.sqrt(3) / _perlin_deviation())).clip(-255, 255).astype(np.int16)
        up = cv2.cvtColor(signed.clip(0, None).astype(np.uint8), cv2.COLOR_GRAY2RGB)
        down = cv2.cvtColor((-signed).clip(0, None).astype(np.uint8), cv2.COLOR_GRAY2RGB)
    else:
        raw = _bytes(frame.size, seed).reshape(frame.shape)
        above, below = _tables(kind, amount)
        up, down = cv2.LUT(raw, above), cv2.LUT(raw, below)
    room = cv2.min(frame, cv2.bitwise_not(frame))
    return np.asarray(cv2.subtract(cv2.add(frame, cv2.min(up, room)), cv2.min(down, room)))


def perlin(size: Size, seed: int) -> NDArray[np.float32]:
    """Return (height, width) float32 Perlin gradient noise of four octaves, mean about 0, any size.

    Ken Perlin, Improving Noise (SIGGRAPH 2002): lattice gradients, faded by 6t^5 - 15t^4 + 10t^3. Along one row of
    cells the noise is linear in the gradients, so each octave is two small matrix products instead of a loop.
    """
    import cv2

    width, height = size
    # Half the resolution is enough: the finest octave's cells are still many pixels wide.
    small = (max(1, (width + 1) // 2), max(1, (height + 1) // 2))
    total = np.zeros((small[1], small[0]), np.float32)
    for octave in range(PERLIN_OCTAVES):
        cells = PERLIN_CELLS * 2**octave
        across = max(1, round(cells * width / min(size)))
        down = max(1, round(cells * height / min(size)))
        step_x, ramp_x = _lattice(small[0], across)
        step_y, ramp_y = _lattice(small[1], down)
        turn = _bytes((down + 1) * (across + 1), seed * PERLIN_OCTAVES + octave).astype(np.float32) * (math.tau / 256)
        turn = turn.reshape(down + 1, across + 1)
        wave = step_y @ (np.cos(turn) @ ramp_x.T) + ramp_y @ (np.sin(turn) @ step_x.T)
        total += wave * np.float32(PERLIN_PERSISTENCE**octave)
    return np.asarray(cv2.resize(total, size, interpolation=cv2.INTER_LINEAR))


@lru_cache(maxsize=32)
def _lattice(length: int, cells: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the fade weights of `cells` + 1 lattice points along `length` pixels, and weights times distance."""
    place = (np.arange(length) + 0.5) * cells / length
    distance = place[:, None] - np.arange(cells + 1)[None, :]
    near = np.clip(1.0 - np.abs(distance), 0.0, 1.0)
    fade = near**3 * (near * (near * 6.0 - 15.0) + 10.0)
    return fade.astype(np.float32), (fade * distance).astype(np.float32)


@lru_cache(maxsize=1)
def _perlin_deviation() -> float:
    """Return the standard deviation of `perlin`: each octave is the mean over a cell of four faded gradients."""
    fade, ramp = (weights[:256].astype(np.float64) for weights in _lattice(256 * 3, 3))
    one = 0.5 * 2 * np.mean((fade**2).sum(axis=1)) * np.mean((ramp**2).sum(axis=1))
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
