"""Stamps in memory, found by font and program, or by drum kit and role."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

#: Drum role -> level in dB: kick, snare, side stick, clap, hat, open hat, ride, crash, tom, percussion.
GAIN = {"K": 0, "S": -2, "X": -8, "C": -4, "H": -15, "O": -12, "R": -15, "Y": -8, "T": -4, "P": -10}
#: Chance that a role is played by a lone drum sample or a synthesized drum instead of the kit's own.
_OTHER = 0.3


@dataclass(frozen=True)
class Voice:
    """One instrument: MIDI pitch -> index of its stamp, and the pitches at its ends."""

    stamps: dict[int, int]
    lowest: int
    highest: int

    def at(self, pitch: int) -> int:
        """Return the stamp of the pitch, moved into the instrument's range."""
        inside = min(max(pitch, self.lowest), self.highest)
        return self.stamps.get(inside, next(iter(self.stamps.values())))

    def near(self, pitch: int, low: int) -> int:
        """Return the stamp of the pitch's class in the octave that starts at `low`."""
        return self.at(low + (pitch - low) % 12)


class Bank:
    """All stamps, each (frames, 64) mel power scaled to a peak of 1."""

    def __init__(self, path: Path) -> None:
        archive = np.load(path)
        flat = np.square(archive["flat"].astype(np.float32))
        ends = np.cumsum(archive["lengths"])
        self.stamps: list[np.ndarray] = []
        self._notes: dict[tuple[str, int], dict[int, int]] = {}
        self._kits: dict[str, dict[str, list[int]]] = {}
        self._shots: dict[str, list[int]] = {}
        for index, (key, end, length) in enumerate(zip(archive["keys"], ends, archive["lengths"], strict=True)):
            stamp = flat[end - length : end]
            self.stamps.append(stamp / (stamp.sum(axis=1).max() + 1e-20))
            self._file(str(key), index)
        self._fonts = sorted({font for font, _ in self._notes})

    def _file(self, key: str, index: int) -> None:
        kind, source, name, pitch = key.split("|")
        if kind == "N":
            self._notes.setdefault((source, int(name)), {})[int(pitch)] = index
        elif source in ("shot", "wave"):
            self._shots.setdefault(name, []).append(index)
        elif name != "None":
            self._kits.setdefault(source, {}).setdefault(name, []).append(index)

    def voice(self, rng: np.random.Generator, programs: list[int]) -> Voice:
        """Return one of the General MIDI programs, from one of the fonts."""
        program = int(rng.choice(programs))
        stamps = self._notes.get((str(rng.choice(self._fonts)), program)) or next(iter(self._notes.values()))
        return Voice(stamps, min(stamps), max(stamps))

    def kit(self, rng: np.random.Generator) -> dict[str, list[int]]:
        """Return a drum kit: role -> its stamps (several for toms and percussion, none where nothing plays it)."""
        own = self._kits[str(rng.choice(sorted(self._kits)))]
        kit = {}
        for role in GAIN:
            mine, others = own.get(role, []), self._shots.get(role, [])
            pool = others if others and (rng.random() < _OTHER or not mine) else mine
            some = 3 if role in "TP" else 1
            kit[role] = [int(index) for index in rng.permutation(pool)[:some]] if pool else []
        return kit
