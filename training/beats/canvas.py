"""Where stamps are added up: mel power over time, drums and tuned sounds apart."""

from __future__ import annotations

import numpy as np

from training.beats.bank import Bank
from training.beats.tempo import Clock

#: Frames per second, and the frame of a stamp that its attack is on.
RATE_HZ, LEAD = 22050 / 220, 3
_RELEASE, _LOOP = 8, 60


class Canvas:
    """The song's mel power; notes are placed by beat, with the players' looseness."""

    def __init__(self, rng: np.random.Generator, bank: Bank, clock: Clock, seconds: float) -> None:
        self.frames = int(seconds * RATE_HZ)
        self.drums = np.zeros((self.frames + 300, 64), np.float32)
        self.tuned = np.zeros((self.frames + 300, 64), np.float32)
        self.kicks: list[int] = []
        self._rng, self._bank, self._clock = rng, bank, clock
        self._loose = rng.uniform(0, 0.009)
        self._lag = {layer: rng.normal(0, 0.006) for layer in ("bass", "comp", "lead")}

    def hit(self, stamp: int, beat: float, db: float, kick: bool = False) -> None:
        """Add a drum."""
        frame = self._frame(self._clock.at(beat) + self._rng.normal(0, self._loose))
        if self._add(self.drums, self._bank.stamps[stamp], frame, db) and kick:
            self.kicks.append(frame + LEAD)

    def note(self, layer: str, stamp: int, beat: float, db: float, length: float) -> None:
        """Add a note of `length` beats."""
        start = self._clock.at(beat)
        held = self._clock.at(beat + length) - start
        frame = self._frame(start + self._rng.normal(0, self._loose) + self._lag[layer])
        self._add(self.tuned, _held(self._bank.stamps[stamp], held), frame, db)

    def sung(self, stamp: int, beat: float, db: float, length: float, singer: Singer) -> None:
        """Add a note that swells in late and loosely, as voices do, now and then behind a consonant."""
        start = self._clock.at(beat)
        held = self._clock.at(beat + length) - start
        start += self._rng.normal(0, singer.spread) + self._lag["lead"]
        sound = _held(self._bank.stamps[stamp], held)
        rise = min(int(self._rng.uniform(0, singer.rise) * RATE_HZ), max(sound.shape[0] - LEAD - 1, 0))
        if rise > 1:
            sound = sound.copy()
            sound[LEAD : LEAD + rise] *= np.square(np.linspace(0.1, 1, rise, dtype=np.float32))[:, None]
            sound[:LEAD] *= 0.01
        self._add(self.tuned, sound, self._frame(start), db)
        if singer.consonant is not None and self._rng.random() < 0.4:
            early = start - self._rng.uniform(0.0, 0.09)
            self._add(self.tuned, self._bank.stamps[singer.consonant][:14], self._frame(early), db - 9)

    def _frame(self, second: float) -> int:
        return round(second * RATE_HZ) - LEAD

    def _add(self, layer: np.ndarray, sound: np.ndarray, frame: int, db: float) -> bool:
        if frame < -120 or frame >= self.frames:
            return False
        if frame < 0:
            sound, frame = sound[-frame:], 0
        end = min(layer.shape[0], frame + sound.shape[0])
        layer[frame:end] += np.float32(10 ** (db / 10)) * sound[: end - frame]
        return True


class Singer:
    """How a voice comes in: standard deviation of its moments, longest swell (both in seconds), its consonant."""

    def __init__(self, rng: np.random.Generator, kit: dict[str, list[int]]) -> None:
        self.spread = rng.uniform(0.005, 0.03)
        self.rise = rng.choice([0.02, 0.06, 0.14])
        self.consonant = kit["H"][0] if kit["H"] and rng.random() < 0.6 else None


def _held(stamp: np.ndarray, seconds: float) -> np.ndarray:
    """Return a stamp cut to a length with a short release, or carried on by repeating its end."""
    wanted = LEAD + int(max(0.04, seconds) * RATE_HZ)
    count = stamp.shape[0]
    if wanted + _RELEASE < count:
        stamp = stamp[: wanted + _RELEASE].copy()
        stamp[wanted:] *= np.linspace(0.8, 0, _RELEASE, dtype=np.float32)[:, None]
    elif wanted > count > 150:
        more = min(wanted - count, 240)
        tail = np.tile(stamp[-_LOOP:], (more // _LOOP + 1, 1))
        stamp = np.concatenate([stamp, tail])[: min(wanted, count + 240)]
    return stamp
