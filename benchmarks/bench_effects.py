"""CPU time of every effect, as a Markdown table.

    python -m benchmarks.bench_effects

CPU milliseconds per frame on one core: the least of `REPEATS` calls by `time.process_time`, at the values that a hit of
the music brings, where an effect costs most. The last lines are what a frame costs besides: looking for flashes, and a
chain of four effects with the guard, as it runs beside the encoder; and how much memory a long chain keeps.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import resource
import time
from collections.abc import Callable
from fractions import Fraction

import cv2
import numpy as np

from glance.effects.effect import Values
from glance.effects.flashes import FlashGuard
from glance.effects.registry import EFFECTS
from glance.frames import Frame, Size

REPEATS = 9
SIZES: tuple[Size, ...] = ((512, 512), (1920, 1080))
CHAIN = ("split_tone", "bloom", "vignette", "grain")


def photograph(size: Size) -> Frame:
    """Return soft forms with some texture."""
    rng = np.random.default_rng(1)
    coarse = cv2.resize(rng.integers(0, 256, (18, 32, 3), dtype=np.uint8), size, interpolation=cv2.INTER_CUBIC)
    return cv2.add(coarse, rng.integers(0, 12, (size[1], size[0], 3), dtype=np.uint8))


def cost_ms(call: Callable[[int], object]) -> float:
    """Return the least CPU time of a call with 0, 1, 2 ..."""
    call(0)
    times = []
    for number in range(1, REPEATS + 1):
        begin = time.process_time()
        call(number)
        times.append(time.process_time() - begin)
    return 1000 * min(times)


def moment(name: str, index: int, frame: Frame) -> Values:
    """Return the values of an effect on a hit."""
    effect = EFFECTS[name]
    steps = np.linspace(0, 1, 17)
    table = (np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1) ** 1.2).astype(np.float32)
    assets = {"lut": TABLES.setdefault("lut", table), "picture": None, "": None}
    numbers = {**effect.usual(), **effect.hit}
    return Values(numbers, index=index, time_s=index / 24, past=frame, past_beats=0.1, asset=assets[effect.asset])


TABLES: dict[str, np.ndarray] = {}


def main() -> None:
    cv2.setNumThreads(1)
    print("| effect | " + " | ".join(f"{w}×{h}" for w, h in SIZES) + " |\n| --- " + "| --- " * len(SIZES) + "|")
    frames = [photograph(size) for size in SIZES]
    for name, effect in EFFECTS.items():
        if effect.apply is not None:
            costs = [cost_ms(lambda n, f=frame, e=name: EFFECTS[e].apply(f, moment(e, n, f))) for frame in frames]
            print(f"| `{name}` | " + " | ".join(f"{cost:.1f}" for cost in costs) + " |")
    guards = [FlashGuard(Fraction(24), True) for _ in frames]
    costs = [cost_ms(lambda n, f=frame, g=guard: g.guarded(f)) for frame, guard in zip(frames, guards, strict=True)]
    print("| looking for flashes | " + " | ".join(f"{cost:.1f}" for cost in costs) + " |")

    def chain(frame: Frame, guard: FlashGuard, number: int) -> Frame:
        for name in CHAIN:
            frame = EFFECTS[name].apply(frame, moment(name, number, frame))
        return guard.guarded(frame)

    costs = [cost_ms(lambda n, f=f, g=g: chain(f, g, n)) for f, g in zip(frames, guards, strict=True)]
    print(f"| {', '.join(CHAIN)} and flashes | " + " | ".join(f"{cost:.1f}" for cost in costs) + " |")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(300):
        chain(frames[1], guards[1], number)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"\nmemory after 300 more frames of {SIZES[1]}: {grown:+.0f} MB")


if __name__ == "__main__":
    main()
