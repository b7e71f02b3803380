"""Whether a song sounds major or minor, from its chroma."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Probe-tone ratings of Krumhansl and Kessler (1982), from the tonic upwards.
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
#: Difference of the best correlations at which the mode counts as certain.
_CERTAIN = 0.15


def majorness(chroma: NDArray[np.float32]) -> float:
    """Return how major a song sounds, in [-1, 1]: 1 major, -1 minor, 0 where neither can be told.

    Formula: correlation of the song's mean chroma with the profiles of all 24 keys (Krumhansl 1990, ch. 4); the best
    major one less the best minor one.

    Args:
        chroma: (n, 12) power per pitch class.
    """
    mean = np.sqrt(np.maximum(chroma, 0.0)).mean(axis=0) if chroma.size else np.zeros(12)
    if not np.isfinite(mean).all() or float(np.ptp(mean)) <= 1e-9:
        return 0.0
    best = [
        max(float(np.corrcoef(np.roll(profile, tonic), mean)[0, 1]) for tonic in range(12))
        for profile in (_MAJOR, _MINOR)
    ]
    return float(np.clip((best[0] - best[1]) / _CERTAIN, -1.0, 1.0))
