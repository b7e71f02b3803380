"""What the network learns from: levels in, beats, downbeats and tempo out."""

from __future__ import annotations

import numpy as np

from glance.audio.network import TEMPI_BPM
from training.beats.bank import Bank
from training.beats.canvas import RATE_HZ
from training.beats.song import Song, make_song

SECONDS = 24.0
FRAMES = int(SECONDS * RATE_HZ) // 2 * 2
#: Songs kept to be used again at another tempo, and how often that is done.
_KEPT, _AGAIN = 64, 0.5
Example = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def levels(mel: np.ndarray) -> np.ndarray:
    """Return log-compressed magnitudes (n, 64) of mel power, as `glance.audio.onsets.log_level` has them."""
    magnitude = np.sqrt(mel)
    peaks = magnitude.max(axis=1)
    reference = np.percentile(peaks[peaks > peaks.max() * 1e-3], 90) + 1e-12
    return np.log1p(magnitude * (100 / reference)).astype(np.float32)


def targets(times_s: np.ndarray, count: int) -> np.ndarray:
    """Return (count,) at 50 frames a second: 1 at each moment, less on the two frames to either side."""
    wanted = np.zeros(count, np.float32)
    frames = np.round(times_s * RATE_HZ / 2).astype(int)
    for shift, value in ((-2, 0.1), (2, 0.1), (-1, 0.4), (1, 0.4), (0, 1.0)):
        near = frames + shift
        near = near[(near >= 0) & (near < count)]
        wanted[near] = np.maximum(wanted[near], value)
    return wanted


class Examples:
    """An endless supply: new songs, and earlier ones played faster or slower through another equalizer."""

    def __init__(self, bank: Bank, seed: int, again: bool = True) -> None:
        self._bank, self._rng, self._again = bank, np.random.default_rng(seed), again
        self._kept: list[Song] = []

    def batch(self, size: int) -> list[np.ndarray]:
        """Return levels (size, 64, FRAMES), and beats, downbeats and tempo classes (size, FRAMES / 2) each."""
        return [np.stack(parts) for parts in zip(*(self._example() for _ in range(size)), strict=True)]

    def _example(self) -> Example:
        rng = self._rng
        if self._again and len(self._kept) >= _KEPT and rng.random() < _AGAIN:
            return self._varied(self._kept[rng.integers(len(self._kept))])
        song = make_song(rng, self._bank, SECONDS * 1.1)
        while song.beats_s.size <= 6 or song.mel.max() <= 1e-9:
            song = make_song(rng, self._bank, SECONDS * 1.1)
        if self._again:
            self._kept.append(song)
            del self._kept[:-_KEPT]
        return _example(song, song.mel[:FRAMES], 1.0)

    def _varied(self, song: Song) -> Example:
        speed = self._rng.uniform(0.88, 1.09)
        frames = np.minimum((np.arange(FRAMES) * speed).astype(int), song.mel.shape[0] - 1)
        gains = np.interp(np.linspace(0, 1, 64), np.linspace(0, 1, 5), self._rng.normal(0, 3, 5))
        return _example(song, song.mel[frames] * (10 ** (gains / 10)).astype(np.float32), speed)


def _example(song: Song, mel: np.ndarray, speed: float) -> Example:
    count = FRAMES // 2
    bpm = speed * song.clock.tempo(np.arange(count) * 2 / RATE_HZ * speed)
    tempo = np.argmin(np.abs(np.log(TEMPI_BPM) - np.log(bpm)[:, None]), axis=1)
    return levels(mel).T, targets(song.beats_s / speed, count), targets(song.downbeats_s / speed, count), tempo
