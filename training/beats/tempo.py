"""Tempo maps: beats that are steady, drift, breathe, change or speed up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_SLOWEST_BPM, _FASTEST_BPM = 48.0, 225.0


def beat_gaps(rng: np.random.Generator, bpm: float, count: int, rubato: float) -> np.ndarray:
    """Return `count` beat intervals in seconds around a tempo; with the chance `rubato` they breathe."""
    gaps = np.full(count, 60 / bpm)
    kind = rng.random()
    if rng.random() < rubato:
        gaps = _breathing(rng, gaps)
    elif kind < 0.20:
        gaps = gaps * (1 + _wander(rng, count)) * np.exp(rng.normal(0, 0.006, count))
    elif kind < 0.29:
        gaps[rng.integers(count // 4, count) :] *= rng.uniform(0.62, 1.6)
    elif kind < 0.37:
        gaps = gaps / np.linspace(1, rng.uniform(0.65, 1.5), count)
    return np.clip(gaps, 60 / _FASTEST_BPM, 60 / _SLOWEST_BPM)


def _breathing(rng: np.random.Generator, gaps: np.ndarray) -> np.ndarray:
    """Return intervals that swell in phrases, and now and then wait."""
    count = gaps.size
    period, depth = rng.choice([4, 8, 12, 16, 16, 32]), rng.uniform(0.03, 0.18)
    phrase = 1 + depth * np.sin(2 * np.pi * (np.arange(count) / period + rng.random()))
    gaps = gaps * phrase * np.exp(rng.normal(0, rng.uniform(0.005, 0.05), count))
    if rng.random() < 0.5:
        gaps[rng.integers(0, count, max(1, count // 24))] *= rng.uniform(1.2, 1.8)
    return gaps


def _wander(rng: np.random.Generator, count: int) -> np.ndarray:
    drift = np.zeros(count)
    for index in range(1, count):
        drift[index] = 0.96 * drift[index - 1] + rng.normal(0, 0.004)
    return drift


@dataclass(frozen=True)
class Clock:
    """Beat times in seconds, and where the second half of a beat lies.

    Attributes:
        times: (n,) increasing; beat 0 is a downbeat.
        swing: Where the second half of each unit lies, 0.5 straight.
        unit: The unit in beats: 1 where eighths swing, 0.5 where sixteenths do.
    """

    times: np.ndarray
    swing: float
    unit: float

    def at(self, beat: float) -> float:
        """Return the second of a beat."""
        return float(np.interp(beat, np.arange(self.times.size), self.times))

    def warp(self, beat: float) -> float:
        """Return a position in straight beats as it is played."""
        whole = np.floor(beat / self.unit + 1e-9) * self.unit
        part = (beat - whole) / self.unit
        early = part * 2 * self.swing
        return float(whole + self.unit * (early if part <= 0.5 else self.swing + (part - 0.5) * 2 * (1 - self.swing)))

    def tempo(self, seconds: np.ndarray) -> np.ndarray:
        """Return the tempo in beats per minute at times in seconds."""
        return 60 / np.interp(seconds, (self.times[1:] + self.times[:-1]) / 2, np.diff(self.times))
