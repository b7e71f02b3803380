"""Feeds one kind of reader with damaged inputs and counts what comes of it."""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from glance.errors import GlanceError
from tests.torture.readers import KINDS

#: CPU seconds of one input above which it counts as a hang.
HANG_S = 1.0
_KEPT = 20


@dataclass
class Outcome:
    """What came of an attack.

    Attributes:
        kind: Name of the reader.
        taken: Inputs that were taken.
        refused: Inputs that were refused in words.
        faults: (seed, traceback) of the first inputs that were neither.
        n_faults: How many were neither.
        slow: (seed, CPU seconds) of the inputs above `HANG_S`.
        slowest_s: CPU seconds of the slowest input.
        peak_mb: Greatest memory of the process.
    """

    kind: str
    taken: int = 0
    refused: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)
    n_faults: int = 0
    slow: list[tuple[str, float]] = field(default_factory=list)
    slowest_s: float = 0.0
    peak_mb: int = 0

    def __str__(self) -> str:
        """Return the figures in one line, and the faults below it."""
        total = self.taken + self.refused + self.n_faults
        line = (
            f"{self.kind}: {total} inputs, {self.taken} taken, {self.refused} refused, {self.n_faults} tracebacks, "
            f"{len(self.slow)} over {HANG_S:g} s, slowest {self.slowest_s:.2f} s, {self.peak_mb} MB"
        )
        return "\n".join([line, *(f"seed {seed}: {text}" for seed, text in self.faults), *map(str, self.slow[:_KEPT])])


def attack(kind: str, rounds: int, seed: int = 0, seconds: float = float("inf")) -> Outcome:
    """Read `rounds` damaged inputs, fewer where the seconds are over; input i of a seed is always the same."""
    outcome = Outcome(kind)
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder, KINDS[kind](Path(folder)) as read:
        for number in range(rounds):
            if time.monotonic() > end:
                break
            name = f"{seed}:{number}"
            begun = time.process_time()
            try:
                taken = read(random.Random(name))
                outcome.taken += taken
                outcome.refused += not taken
            except GlanceError:
                outcome.refused += 1
            except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
                outcome.n_faults += 1
                if len(outcome.faults) < _KEPT:
                    outcome.faults.append((name, traceback.format_exc(limit=-4)))
            spent = time.process_time() - begun
            outcome.slowest_s = max(outcome.slowest_s, spent)
            if spent > HANG_S:
                outcome.slow.append((name, round(spent, 2)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome.peak_mb = peak // (2**20 if sys.platform == "darwin" else 2**10)
    return outcome
