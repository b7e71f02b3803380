"""The drummer: a pattern a bar, fills, crashes; played anew each bar, or the same bar again as a sequencer does."""

from __future__ import annotations

import numpy as np

from training.beats.bank import GAIN
from training.beats.canvas import Canvas
from training.beats.styles import PATTERNS, Pattern, Style, steps_per_beat
from training.beats.tempo import Clock

Hits = list[tuple[str, int, float, float]]


class Drummer:
    """One song's drums."""

    def __init__(
        self, rng: np.random.Generator, style: Style, kit: dict[str, list[int]], clock: Clock, mix: dict[str, float]
    ) -> None:
        self._rng, self._kit, self._clock, self._mix, self._meter = rng, kit, clock, mix, style.meter
        self.family = str(rng.choice(style.drums))
        patterns = PATTERNS[self.family]
        self.main = patterns[rng.integers(len(patterns))]
        others = patterns if rng.random() < 0.6 else PATTERNS[str(rng.choice(style.drums))]
        self._other = others[rng.integers(len(others))]
        self._looped = rng.random() < 0.45
        self._loops: dict[tuple[int, int], Hits] = {}

    def play(self, canvas: Canvas, bar: int, part: Part, every: int) -> None:
        """Play a bar of a section whose bars are counted in groups of `every`."""
        rng, beat, base = self._rng, bar * self._meter, self._mix["drums"] + part.level
        pattern = self._other if part.other else self.main
        fill = bar % every == every - 1 and rng.random() < 0.35
        for role, index, place, db in self._hits(pattern, part, bar):
            if fill and place >= 0.75 * self._meter and role in "SHRX":
                continue
            stamps = self._kit[role]
            canvas.hit(stamps[index % len(stamps)], beat + place, base + db, role == "K")
        if fill:
            self._fill(canvas, beat, base)
        if bar % every == 0 and self._kit["Y"] and rng.random() < 0.4 and pattern:
            canvas.hit(self._kit["Y"][0], beat, GAIN["Y"] + base)

    def _hits(self, pattern: Pattern, part: Part, bar: int) -> Hits:
        if not self._looped:
            return self._drawn(pattern, part)
        key = (id(pattern), bar % 2)
        if key not in self._loops:
            self._loops[key] = self._drawn(pattern, part)
        return [hit for hit in self._loops[key] if part.plays(hit[0], pattern)]

    def _drawn(self, pattern: Pattern, part: Part) -> Hits:
        rng, hits = self._rng, []
        for role, steps in pattern.items():
            if not self._kit.get(role) or not part.plays(role, pattern):
                continue
            per = steps_per_beat(len(steps), self._meter)
            for index, chance in enumerate(steps):
                if chance == "." or index / per >= self._meter or rng.random() > int(chance) / 9:
                    continue
                place = self._clock.warp(index / per) if per == 4 else index / per
                db = GAIN[role] + self._mix[role] - (9 - int(chance)) * 0.8 + rng.normal(0, 1.0)
                off = role in "HR" and index % (len(steps) // self._meter)
                hits.append((role, index, place, db - (3 if off else 0)))
        return hits

    def _fill(self, canvas: Canvas, beat: float, base: float) -> None:
        for index in range(int(self._rng.choice([2, 4, 4]))):
            role = "T" if self._kit["T"] and self._rng.random() < 0.6 else "S"
            if self._kit[role]:
                stamp = self._kit[role][index % len(self._kit[role])]
                canvas.hit(stamp, beat + self._meter - 1 + index / 4, GAIN[role] + base)


class Part:
    """Who plays in a section, and how loud."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.drums, self._thin = rng.random() < 0.88, rng.random() < 0.15
        self.bass, self.comp, self.lead = rng.random() < 0.85, rng.random() < 0.85, rng.random() < 0.6
        self.other, self.level = rng.random() < 0.3, rng.normal(0, 2)
        self._last = rng.random() < 0.5
        if not (self.drums or self.bass or self.comp or self.lead):
            self.comp = self.drums = True

    def plays(self, role: str, pattern: Pattern) -> bool:
        """Return whether a role of a pattern is played: a thin part has only the first or the last one."""
        return not self._thin or role == list(pattern)[-1 if self._last else 0]
