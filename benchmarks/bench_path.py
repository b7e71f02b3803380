"""The whole way of a frame without its drawing, and the memory of a long run.

    python -m benchmarks.bench_path

A backend that mixes one picture into its input stands in for the drawing, so what is left is GLANCE's own work: warp,
color, noise, PNG, H.264 and AAC. CPU time of the process, one thread where a library lets us choose. Deforum's figures
were measured on its own code with the same method (defaults, 512x512; its video is encoded afterwards and not counted).
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from statistics import median

import numpy as np

from glance.app.demo_song import write_demo_song
from glance.camera.move import CameraMove
from glance.frames import Frame, Size
from glance.media.video_writer import Encoding
from glance.project.plan import FrameSpec, LookPlan, RenderPlan
from glance.render.backend import FrameRequest
from glance.render.run_folder import open_run
from glance.render.video import Target, render

MOVES = {
    "2D": CameraMove("2d", zoom=1.01, angle_deg=0.3, translation_x=1.5),
    "3D": CameraMove("3d", translation_z=1.5, rotation_3d_y_deg=0.2),
}
DEFORUM_MS = {("2D", (512, 512)): 184, ("3D", (512, 512)): 239, ("2D", (1024, 576)): 489, ("3D", (1024, 576)): 561}


class Recall:
    """Mixes what it is given with one picture, as the strength says: what drawing does to a frame, at no cost."""

    identity = "recall"

    def __init__(self) -> None:
        self._picture: Frame | None = None

    def problems(self, plan: RenderPlan) -> Sequence[str]:
        """Object to nothing."""
        return ()

    def generate(self, request: FrameRequest) -> Frame:
        """Return the mix."""
        import cv2

        if self._picture is None:
            self._picture = scenery(request.size)
        if request.init is None:
            return self._picture
        kept = request.spec.strength
        return np.asarray(cv2.addWeighted(request.init, kept, self._picture, 1 - kept, 0))

    def close(self) -> None:
        """Hold nothing."""


def scenery(size: Size) -> Frame:
    """Return a picture with detail at every scale, as paintings have: noise whose power falls with frequency."""
    rng = np.random.default_rng(3)
    width, height = size
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    falling = 1 / np.maximum(np.hypot(fy, fx), 1 / max(size)) ** 1.2
    planes = []
    for _ in range(3):
        plane = np.fft.irfft2(falling * np.exp(2j * np.pi * rng.random(falling.shape)), s=(height, width))
        planes.append((plane - plane.mean()) / plane.std() * 45 + 120)
    return np.clip(np.stack(planes, axis=-1), 0, 255).astype(np.uint8)


def a_plan(song: Path, size: Size, move: CameraMove, n_frames: int, cadence: int = 1) -> RenderPlan:
    """Return a plan with everything on: camera, LAB color match, Perlin noise, slight sharpening."""
    fps = Fraction(24)
    frames = tuple(
        FrameSpec(
            index=index, time_s=index / 24, scene=0, picture="A", prompt=(("a house", 1.0),), negative="", style="",
            painter=(), picture_seed=1, palette=(), seed=index, subseed=-1, subseed_strength=0.0, strength=0.65,
            cfg=7.0, steps=25, sampler="", scheduler="", checkpoint="", vae="", clip_skip=1, camera=move, noise=0.04,
            contrast=1.0, sharpen=0.1, color=0.7, anchor=0 if index else -1,
            diffuse=index % cadence == 0 or index == n_frames - 1, tween=(index % cadence) / cadence, cut=index == 0,
            guide=None,
        )
        for index in range(n_frames)
    )  # fmt: skip
    look = LookPlan("lab", "perlin", "reflect", None, None, False, 0.0, True, "ground")
    return RenderPlan("bench", str(song), "0", 0.0, n_frames / 24, fps, size, look, frames)


def run(plan: RenderPlan, folder: Path) -> float:
    """Render the plan and return the CPU seconds it took."""
    backend = Recall()
    started = time.process_time()
    opened = open_run(folder / "run", plan, backend, {}, resume=False)
    target = Target(folder / "video.mp4", Encoding(), {})
    render(plan, backend, opened, target, on_event=lambda event: None, should_stop=lambda: False)
    return time.process_time() - started


def path_table(song: Path) -> None:
    """Print CPU milliseconds a frame of the whole path."""
    print(f"{'path, everything on':28}{'GLANCE ms':>10}{'Deforum ms':>12}{'ratio':>8}")
    for (name, size), peer in DEFORUM_MS.items():
        times = []
        for _ in range(3):
            costs = []
            for n_frames in (24, 120):
                with tempfile.TemporaryDirectory() as folder:
                    costs.append(run(a_plan(song, size, MOVES[name], n_frames), Path(folder)))
            times.append((costs[1] - costs[0]) / 96 * 1000)
        ms = median(times)
        print(f"{name} {size[0]}x{size[1]:<20}{ms:>10.1f}{peer:>12}{peer / ms:>8.1f}")


def memory_table(song: Path) -> None:
    """Print the peak memory of a short and a long run, each in a process of its own."""
    for n_frames in (300, 3000):
        command = [sys.executable, "-m", "benchmarks.bench_path", "--memory", str(n_frames), str(song)]
        megabytes = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        print(f"peak memory, {n_frames} frames of 256x256: {megabytes} MB")


def main() -> None:
    """Print both tables."""
    if "--memory" in sys.argv:
        n_frames, song = int(sys.argv[-2]), Path(sys.argv[-1])
        with tempfile.TemporaryDirectory() as folder:
            run(a_plan(song, (256, 256), MOVES["2D"], n_frames, cadence=3), Path(folder))
        print(round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
        return
    import cv2

    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        song = write_demo_song(Path(folder) / "demo.wav")
        path_table(song)
        memory_table(song)


if __name__ == "__main__":
    main()
