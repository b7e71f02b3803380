"""What an expression in a schedule may ask of the song: one array per name, one value per frame."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from glance.schedule.pulses import Pulses
from glance.timing import BeatGrid, frame_times

_CONSTANTS = {"pi": math.pi, "tau": math.tau, "e": math.e}
#: Names that stems get from their files' names; a formula may ask for one where the song was heard without stems.
STEM_NAMES = frozenset(
    [
        *("instrumental", "no_drums", "no_bass", "lead_vocals", "backing_vocals", "vocals", "kick", "snare", "hat"),
        *("toms", "cymbals", "percussion", "drums", "bass", "guitar", "piano", "keys", "synth", "strings", "brass"),
        *("woodwinds", "fx", "other"),
    ]
)
_TIME_AXES = ("t", "time", "beat", "bar", "beat_phase", "bar_phase")


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
        first: Number of the first of these frames within the video.
        origin: Number of the frame at which `t`, `time`, `beat` and `bar` are 0 for formulas; None for the song's own
            clocks. The phases of beat and bar are always the song's.
        stems: The name of a stem's file -> the stem's name among the envelopes.
        hits: Name of an envelope -> where it jumps up, exact to the envelope's own rate; of those that are asked for.
    """

    n_frames: int
    fps: Fraction
    seed: int
    grid: BeatGrid
    envelopes: Mapping[str, NDArray[np.float64]]
    first: int = 0
    origin: int | None = None
    stems: Mapping[str, str] = field(default_factory=dict)
    hits: Mapping[str, Pulses] = field(default_factory=dict)

    @property
    def times_s(self) -> NDArray[np.float64]:
        """(n,) start time of each frame in the song, in seconds."""
        return frame_times(self.first + self.n_frames, self.fps)[self.first :]

    def part(self, first: int, last: int, origin: int) -> Signals:
        """Return the signals of frames `[first, last)` alone, whose clocks for formulas begin at frame `origin`."""
        envelopes = {name: values[first:last] for name, values in self.envelopes.items()}
        return replace(self, n_frames=last - first, envelopes=envelopes, first=self.first + first, origin=origin)

    def knows(self, name: str) -> bool:
        """Return whether `named` has a value for this name."""
        return name in _CONSTANTS or name in _TIME_AXES or name in ("s", "max_f", "fps") or name in self.envelopes

    def named(self, name: str) -> float | NDArray[np.float64]:
        """Return the value of a name in an expression: a number, or (n,) values.

        Raises:
            KeyError: The name is neither built in nor an envelope of the song.
        """
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        if name in _TIME_AXES:
            return self._rulers[name]
        if name == "s":
            return float(self.seed)
        if name == "max_f":
            return float(self.n_frames - 1)
        if name == "fps":
            return float(self.fps)
        return np.asarray(self.envelopes[name], dtype=np.float64)

    def stem(self, label: str) -> str | None:
        """Return the envelope's name of the stem whose file, or which itself, is named `label`; None without one.

        Capitals, the Unicode form and the number of blanks make no difference.
        """
        wanted = _folded(label)
        found = next((name for known, name in self.stems.items() if _folded(known) == wanted), None)
        return found or next((name for name in self.envelopes if name == wanted), None)

    @cached_property
    def _rulers(self) -> dict[str, NDArray[np.float64]]:
        times = self.times_s
        beat, bar = self.grid.beat_at(times), self.grid.bar_at(times)
        frames = np.arange(self.n_frames, dtype=np.float64)
        phases = {"beat_phase": beat - np.floor(beat), "bar_phase": bar - np.floor(bar)}
        if self.origin is not None:
            begin_s = float(self.origin / self.fps)
            frames, times = frames - (self.origin - self.first), times - begin_s
            beat, bar = beat - self.grid.beat_at(begin_s), bar - self.grid.bar_at(begin_s)
        return {"t": frames, "time": times, "beat": beat, "bar": bar, **phases}


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
