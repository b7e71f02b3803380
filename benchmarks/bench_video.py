"""CPU time, file size and memory of writing frames and videos.

    python -m benchmarks.bench_video            # stills and presets at 512x512 and 1024x576
    python -m benchmarks.bench_video --memory   # peak memory at 300 and 3,000 frames

The pictures are a slow zoom into colored, grainy texture with a jump every eighth frame, as a painted video has them.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np

from glance.frames import Frame, Size
from glance.media.images import read_png, write_png
from glance.media.video_writer import Encoding, Soundtrack, VideoWriter

FPS = Fraction(12)
SIZES: tuple[Size, ...] = ((512, 512), (1024, 576))


def pictures(size: Size, count: int) -> list[Frame]:
    import cv2

    cv2.setNumThreads(1)
    width, height = size
    rng = np.random.default_rng(0)
    octaves = [
        cv2.resize(rng.normal(0, 160 / 2**k, (2 * 2**k, 3 * 2**k, 3)), (width, height), interpolation=cv2.INTER_CUBIC)
        for k in range(7)
    ]
    texture = np.clip(128 + sum(octaves) * 0.5, 0, 255).astype(np.uint8)
    frames = []
    for i in range(count):
        scale = 1.05 + 0.004 * i + (0.03 if i % 8 == 0 else 0.0)
        matrix = np.array([[scale, 0, -0.02 * width], [0, scale, -0.02 * height]])
        grain = rng.normal(0, 1.5, texture.shape)
        warped = cv2.warpAffine(texture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
        frames.append(np.clip(warped + grain, 0, 255).astype(np.uint8))
    return frames


def song(folder: Path, length_s: float) -> Path:
    path = folder / "song.wav"
    rng = np.random.default_rng(0)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        second = (rng.normal(0, 0.1, (44_100, 2)) * 32767).astype("<i2").tobytes()
        for _ in range(int(length_s) + 1):
            file.writeframes(second)
    return path


def median_ms(action: Callable[[Frame], object], frames: list[Frame]) -> float:
    times = []
    for frame in frames * 3:
        start = time.process_time()
        action(frame)
        times.append(time.process_time() - start)
    return statistics.median(times) * 1e3


def stills(folder: Path, size: Size, frames: list[Frame]) -> None:
    import cv2

    path = folder / "a.png"
    rows = {
        "PNG, stored": lambda frame: write_png(path, frame),
        "PNG, compressed": lambda frame: write_png(path, frame, compress=True),
        "PNG, OpenCV level 1": lambda frame: cv2.imwrite(str(path), frame, [cv2.IMWRITE_PNG_COMPRESSION, 1]),
    }
    for name, write in rows.items():
        cost = median_ms(write, frames[:8])
        print(f"{size[0]}x{size[1]:<6} {name:<28} {cost:8.2f} {path.stat().st_size / 1024:10.0f}")
    write_png(path, frames[0])
    print(
        f"{size[0]}x{size[1]:<6} {'PNG, stored, read back':<28} {median_ms(lambda _: read_png(path), frames[:8]):8.2f}"
    )


def video(folder: Path, size: Size, frames: list[Frame], preset: str, sound: Path | None) -> None:
    track = Soundtrack(sound, 0.0, len(frames) / float(FPS)) if sound else None
    costs = []
    for _ in range(3):
        start = time.process_time()
        with VideoWriter(
            folder / "v.mp4", fps=FPS, size=size, soundtrack=track, encoding=Encoding(preset=preset)
        ) as writer:
            for frame in frames:
                writer.write(frame)
        costs.append((time.process_time() - start) / len(frames) * 1e3)
    weight = (folder / "v.mp4").stat().st_size / len(frames) / 1024
    name = f"H.264 {preset}" + (" + AAC" if sound else "")
    print(f"{size[0]}x{size[1]:<6} {name:<28} {statistics.median(costs):8.2f} {weight:10.1f}")


def table() -> None:
    print(f"{'size':<11} {'what':<28} {'CPU ms':>8} {'kB/frame':>10}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sound = song(folder, 8)
        for size in SIZES:
            frames = pictures(size, 72)
            stills(folder, size, frames)
            for preset in ("ultrafast", "superfast", "veryfast", "faster", "medium"):
                video(folder, size, frames, preset, None)
            video(folder, size, frames, Encoding().preset, sound)


def write_long(count: int) -> None:
    """Write `count` frames with sound and print this process's peak memory in MB."""
    frames = pictures((512, 512), 8)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        length_s = count / float(FPS)
        track = Soundtrack(song(folder, length_s), 0.0, length_s)
        with VideoWriter(folder / "v.mp4", fps=FPS, size=(512, 512), soundtrack=track) as writer:
            for i in range(count):
                write_png(folder / "a.png", frames[i % 8])
                writer.write(frames[i % 8])
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def memory() -> None:
    for count in (300, 3000):
        command = [sys.executable, "-m", "benchmarks.bench_video", "--write", str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        print(f"{count:>6} frames at 512x512 with sound: peak {done.stdout.strip()} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--memory", action="store_true", help="peak memory instead of times")
    parser.add_argument("--write", type=int, default=0, metavar="N", help="write N frames, print the peak memory in MB")
    chosen = parser.parse_args()
    if chosen.write:
        write_long(chosen.write)
    elif chosen.memory:
        memory()
    else:
        table()
