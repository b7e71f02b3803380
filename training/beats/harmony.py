"""Chords: which one sounds at a beat."""

from __future__ import annotations

import numpy as np

_SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 9, 10), (0, 2, 4, 5, 7, 9, 10))
_LOOPS = (
    *((0, 4, 5, 3), (0, 5, 3, 4), (5, 3, 0, 4), (0, 3, 4, 3), (0, 0, 3, 4), (0, 6, 5, 6)),
    *((0, 0, 0, 0), (1, 4, 0, 5), (0, 3, 0, 4), (0, 2, 3, 4), (0, 0, 5, 5)),
)
_JAZZ = ("swing", "jazzwaltz", "funk", "boogie", "shuffle")


class Harmony:
    """A loop of chords in one key; `pace` chords change every `pace` bars, `push` beats early."""

    def __init__(self, rng: np.random.Generator, style: str, meter: int) -> None:
        self.root = int(rng.integers(0, 12))
        self._scale = _SCALES[rng.integers(len(_SCALES))]
        self._loop = list(_LOOPS[rng.integers(len(_LOOPS))])
        if rng.random() < 0.3:
            self._loop = [int(step) for step in rng.integers(0, 7, rng.choice([4, 8]))]
        paces = [1.0, 1.0, 1.0, 2.0, 0.5, 0.5, 4.0] if meter == 4 else [1.0, 1.0, 2.0]
        self._span = meter * float(rng.choice(paces))
        self._push = 0.5 if rng.random() < 0.1 else 0.0
        self._seventh = rng.random() < (0.6 if style in _JAZZ else 0.15)

    def degree(self, step: int) -> int:
        """Return the pitch of a step of the scale, in semitones over C."""
        return self.root + self._scale[step % 7] + 12 * (step // 7)

    def chord(self, beat: float) -> list[int]:
        """Return the pitches of the chord at a beat, its root first."""
        step = self._loop[int((beat + self._push * 0.99) / self._span) % len(self._loop)]
        return [self.degree(step + up) for up in ((0, 2, 4, 6) if self._seventh else (0, 2, 4))]
