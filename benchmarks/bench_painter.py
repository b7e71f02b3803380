"""What a painted frame costs, and whether two thousand of them keep their colors: python -m benchmarks.bench_painter

CPU time on one thread. Each row of the long run is the mean over the frames of its window; `--frames` sets its length.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial

import cv2
import numpy as np

from glance.frames import Frame, Size
from glance.painter.backend import PainterBackend
from glance.painter.sketch.composition import draw_sketch
from glance.render.backend import FrameRequest
from tests.support.painted_frames import frame_spec

SIZES: tuple[Size, ...] = ((256, 144), (512, 288), (512, 512), (1024, 576))
#: Style index, prompt, zoom a frame, turn in degrees a frame.
RUNS = (
    (19, "a lighthouse that remembers the sea, night", 1.012, 0.0),
    (0, "a dancer in a golden field", 1.006, 0.4),
    (3, "neon city, rain", 0.994, 0.0),
)
LONG_RUN_SIZE: Size = (256, 144)
WINDOW = 250


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=2000)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    print_costs()
    for style, prompt, zoom, turn in RUNS:
        print_long_run(arguments.frames, style, prompt, (zoom, turn))


def print_costs() -> None:
    """Print CPU seconds of a frame in feedback and of a scene's sketch, by size."""
    print(f"{'size':>10} {'frame s':>9} {'sketch s':>9}")
    for size in SIZES:
        cost = statistics.median(frame_costs(size, 7))
        sketch = statistics.median(
            cpu_seconds(partial(draw_sketch, "a lighthouse by the sea, night", (), seed, size)) for seed in range(3)
        )
        print(f"{size[0]:>5}x{size[1]:<4} {cost:>9.3f} {sketch:>9.3f}")


def frame_costs(size: Size, count: int) -> list[float]:
    """Return CPU seconds of frames in feedback under a zooming camera, the scene's first frame left out."""
    painter = PainterBackend(threads=1)
    frame = painter.generate(FrameRequest(size, frame_spec(), None))
    costs = []
    for index in range(1, count + 1):
        spec = frame_spec(index=index, seed=index, time_s=index / 12)
        request = FrameRequest(size, spec, camera(frame, 1.01, 0.0))
        start = time.process_time()
        frame = painter.generate(request)
        costs.append(time.process_time() - start)
    return costs


def print_long_run(count: int, style: int, prompt: str, motion: tuple[float, float]) -> None:
    """Print the picture's statistics over time, in feedback with a pulse a second."""
    print(f"\nstyle {style}, {prompt!r}, zoom {motion[0]}, turn {motion[1]} deg; {LONG_RUN_SIZE}, 12 fps")
    columns = ("lightness", "contrast", "saturation", "sharpness", "change", "on beats")
    print("     frames " + " ".join(f"{column:>10}" for column in columns))
    painter = PainterBackend(threads=1)
    size = LONG_RUN_SIZE
    frame = painter.generate(FrameRequest(size, frame_spec(), None))
    rows = []
    for index in range(1, count + 1):
        strength = 0.68 - 0.33 * float(np.exp(-(index % 12) / 1.5))
        spec = frame_spec(
            index=index,
            seed=index,
            time_s=index / 12,
            strength=strength,
            prompt=((prompt, 1.0),),
            painter=((style, 1.0),),
        )
        drawn = painter.generate(FrameRequest(size, spec, camera(frame, *motion)))
        rows.append((*looks_of(drawn), float(np.abs(drawn.astype(np.int16) - frame).mean())))
        frame = drawn
        if index % WINDOW == 0 or index == count:
            window = np.array(rows[-WINDOW:])
            first = index - len(window) + 1
            beats = [row[-1] for at, row in enumerate(window, first) if at % 12 == 0]
            numbers = (*window.mean(axis=0), statistics.fmean(beats))
            shown = " ".join(f"{number:>10.1f}" for number in numbers)
            print(f"{first:>5}-{index:<5} {shown}", flush=True)


def looks_of(frame: Frame) -> tuple[float, float, float, float]:
    """Return mean lightness, its spread, mean saturation and mean absolute Laplacian, all of 255."""
    gray = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float32)
    saturation = cv2.cvtColor(frame, cv2.COLOR_RGB2HSV)[..., 1]
    return (
        float(gray.mean()),
        float(gray.std()),
        float(saturation.mean()),
        float(np.abs(cv2.Laplacian(gray, -1)).mean()),
    )


def camera(frame: Frame, zoom: float, turn_deg: float) -> Frame:
    """Return the frame as a zooming, turning camera sees it."""
    height, width = frame.shape[:2]
    motion = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), turn_deg, zoom)
    moved = cv2.warpAffine(frame, motion, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(moved, dtype=np.uint8)


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
