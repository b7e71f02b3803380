"""How long a run still takes, by how long what is done has taken: one clock for drawing and enlarging."""

from __future__ import annotations

import math
import time
from collections.abc import Callable


class EtaClock:
    """Estimates what is left. Count only what costs time: in-betweens cost next to nothing.

    Args:
        n_left: How many are still to be made.
        warm_up: How many of them are left out of the estimate: the first one may have loaded a model.
        now_s: The time in seconds.
    """

    def __init__(self, n_left: int, *, warm_up: int = 0, now_s: Callable[[], float] = time.monotonic) -> None:
        self.n_left = n_left
        self._n_counted = -warm_up
        self._now_s = now_s
        self._begun_s = now_s()

    def tick(self) -> None:
        """Count one that is made."""
        self.n_left -= 1
        self._n_counted += 1
        if self._n_counted == 0:
            self._begun_s = self._now_s()

    def eta_s(self) -> float:
        """Return the estimated seconds to go; NaN until one was made after those left out."""
        if self._n_counted < 1:
            return math.nan
        return (self._now_s() - self._begun_s) / self._n_counted * self.n_left
