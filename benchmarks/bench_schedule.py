"""What schedules cost: 40 channels over 10,000 frames, read and evaluated, beside Deforum's own cost.

Run as `python -m benchmarks.bench_schedule`. CPU time of one thread, medians. Deforum's figures were measured with its
own parser (47 series, pandas 2.3, numexpr 2.14) on another machine: read them as orders of magnitude.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from glance.schedule.channels import CHANNELS
from glance.schedule.curve import evaluate
from glance.schedule.expression import compile_expression
from glance.schedule.parse import parse_schedule
from glance.schedule.signals import Signals
from glance.timing import BeatGrid

FRAMES, COUNT, REPEATS = 10_000, 40, 15


def cpu_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        compile_expression.cache_clear()
        start = time.process_time()
        work()
        times.append(1000 * (time.process_time() - start))
    return statistics.median(times)


def song() -> Signals:
    envelopes = {name: np.abs(np.sin(np.arange(FRAMES) / k)) for k, name in enumerate(("low", "kick", "rms"), start=3)}
    return Signals(FRAMES, Fraction(24), 7, BeatGrid(np.arange(0, 420, 0.5), np.arange(0, 420, 2.0)), envelopes)


def every_frame(form: str, middle: float = 0.65, width: float = 0.3) -> list[str]:
    """Return `COUNT` schedules, no two alike, with a key in every frame."""
    return [
        ", ".join(f"{i}:({format(middle + width * math.sin(i / (9 + k) + k), form)})" for i in range(FRAMES))
        for k in range(COUNT)
    ]


def main() -> None:
    names = [name for name, channel in CHANNELS.items() if channel.kind != "text"]
    names = (names * 2)[:COUNT]
    dense = every_frame(".4f")
    sparse = ", ".join(f"{i}:({0.7 + 0.01 * (i % 7):.2f})" for i in range(0, FRAMES, 24))
    sets = {
        "numbers": (["0:(0.65)"] * COUNT, "defaults, 47 series: 895"),
        "a formula each": ([f"0:(1+0.0{i}*sin(2*pi*t/{20 + i})*low)" for i in range(COUNT)], "one series: 266"),
        "key every 24 frames": ([sparse] * COUNT, "12 series: 670"),
        "4 with a key every frame, 36 formulas": (dense[:4] + ["0:(1.0025+0.002*sin(t/30))"] * 36, "4 series: 996"),
        "40 with a key every frame, 0.6523": (dense, "one series: 133"),
        "the same with signs, -0.35": (every_frame(".2f", 0.0), ""),
        "the same of any length, 0.65": (every_frame(".4g"), ""),
        "the same unrounded, 0.6523018406128731": (every_frame(""), ""),
    }
    print(f"{COUNT} channels x {FRAMES:,} frames, CPU ms")
    print(f"{'':40} {'read':>8} {'evaluate':>9} {'both':>8}   Deforum, both")
    for title, (texts, deforum) in sets.items():
        signals = song()
        pairs = list(zip(names, texts, strict=True))
        curves = [parse_schedule(text, name) for name, text in pairs]

        def read(pairs: list[tuple[str, str]] = pairs) -> object:
            return [parse_schedule(text, name) for name, text in pairs]

        def work(curves: list[object] = curves, signals: Signals = signals) -> object:
            return [evaluate(curve, signals) for curve in curves]  # type: ignore[arg-type]

        reading, evaluating = cpu_ms(read), cpu_ms(work)
        print(f"{title:40} {reading:8.1f} {evaluating:9.1f} {reading + evaluating:8.1f}   {deforum}")


if __name__ == "__main__":
    main()
