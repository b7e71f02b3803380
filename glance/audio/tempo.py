"""Tempo of a beat grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def main_tempo(beats_s: NDArray[np.float64]) -> float:
    """Return the median tempo of beats (n,) in beats per minute; 0 for fewer than two.

    The median of beat intervals, made finer by averaging all intervals within 5 % of it.
    """
    if beats_s.size < 2:
        return 0.0
    gaps = np.diff(beats_s)
    middle = float(np.median(gaps))
    return float(60.0 / gaps[np.abs(gaps / middle - 1) <= 0.05].mean())


def beat_tempi(beats_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the tempo at each beat (n,) in beats per minute, the median of the up to four intervals around it."""
    if beats_s.size < 2:
        return np.zeros(beats_s.size)
    padded = np.pad(np.diff(beats_s), (2, 2), mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, 4)
    return np.asarray(60.0 / np.median(around, axis=1))
