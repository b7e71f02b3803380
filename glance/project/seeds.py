"""Seeds: one per frame, and one per picture, so that a returning chorus returns to its first look."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

_RANGE = 2**32


def picture_seed(project_seed: int, picture: str) -> int:
    """Return the seed in [0, 2**32) that all scenes of one picture share; the project's own for an unnamed picture."""
    if not picture:
        return project_seed % _RANGE
    digest = hashlib.sha256(f"{project_seed}/{picture}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def frame_seeds(
    behavior: str,
    base: NDArray[np.int64],
    drawn_before: NDArray[np.int64],
    every: int,
    scheduled: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the (n,) seeds of the frames, each in [0, 2**32).

    Args:
        behavior: `iter` goes on by 1 every `every` drawn frames; `fixed` stays; `random` jumps, the same way each time;
            `ladder` goes +2, -1, +2, -1 ...; `alternate` goes +1, -1; `schedule` reads the seed channel (negative
            values mean: as `random`).
        base: (n,) seed at the start of each frame's picture.
        drawn_before: (n,) drawn frames since that start.
        every: For `iter`.
        scheduled: (n,) values of the seed channel.
    """
    if behavior == "fixed":
        seeds = base
    elif behavior == "ladder":
        seeds = base + drawn_before // 2 + 2 * (drawn_before % 2)
    elif behavior == "alternate":
        seeds = base + drawn_before % 2
    elif behavior == "random":
        seeds = _scattered(base, drawn_before)
    elif behavior == "schedule":
        whole = np.floor(scheduled).astype(np.int64)
        seeds = np.where(whole < 0, _scattered(base, drawn_before), whole)
    else:
        seeds = base + drawn_before // max(1, every)
    return np.asarray(seeds % _RANGE, dtype=np.int64)


def _scattered(base: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Mix two numbers into one that looks random (the finaliser of SplitMix64, Steele, Lea and Flood 2014)."""
    x = (base.astype(np.uint64) << np.uint64(32)) + count.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray((x ^ (x >> np.uint64(31))) >> np.uint64(32), dtype=np.int64)
