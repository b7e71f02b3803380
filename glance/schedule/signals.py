"""What an expression in a schedule may ask of the song: one array per name, one value per frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from glance.timing import BeatGrid, frame_times


@dataclass(frozen=True)
class Signals:
    """The song, sampled once per frame of the video.

    Attributes:
        n_frames: Number of frames, n.
        fps: Frames per second.
        seed: The project's seed, `s` in expressions.
        grid: The song's beats as a ruler; key times in beats and bars are measured on it.
        envelopes: Name -> (n,) float64 in [0, 1]; each value is the peak within its frame, so that no hit falls
            between two frames.
    """

    n_frames: int
    fps: Fraction
    seed: int
    grid: BeatGrid
    envelopes: Mapping[str, NDArray[np.float64]]

    @property
    def times_s(self) -> NDArray[np.float64]:
        """(n,) start time of each frame in seconds."""
        return frame_times(self.n_frames, self.fps)
