"""CPU time of every step of a frame, beside Deforum's measured figures, and what 200 moves and back do to a photograph.

    python -m benchmarks.bench_frame_steps

CPU milliseconds per frame: median of `REPEATS` calls by `time.process_time`, one thread. `x bilinear` is the same time
in units of one `cv2.warpPerspective` (bilinear) of that size, taken in the same minute: it stays the same on a slow or
busy machine, where milliseconds do not. Deforum's figures were measured on its own code, one thread, on two cores.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import time
from collections.abc import Callable
from statistics import median

import cv2
import numpy as np

from glance.camera.depth import GroundPlane
from glance.camera.move import CameraMove
from glance.camera.transform import invert, transform_of
from glance.camera.warping import warp
from glance.frames import Frame, Size
from glance.imaging.blend import masked, mix
from glance.imaging.color import match_color, reference_of
from glance.imaging.filters import adjust_contrast, sharpen
from glance.imaging.flow import inbetween
from glance.imaging.noise import add_noise
from glance.imaging.quality import blank_frame_problem

REPEATS = 31
_ANY_MOVE = np.array([[1.01, 0.01, 1.3], [-0.01, 1.01, 0.6], [0, 0, 1.0]])
SIZES = ((512, 512), (1024, 576))
#: Step -> Deforum's CPU ms at 512x512 and 1024x576; None where it has no such step.
DEFORUM: dict[str, tuple[float | None, float | None]] = {
    "2D warp, shift": (2.6, 6.4),
    "2D warp, zoom and turn": (2.6, 6.4),
    "2D warp with flip": (2.6, 5.0),
    "3D warp, given depth": (52, 110),
    "LAB match": (12.9, 24.6),
    "HSV match": (8.3, 16.0),
    "RGB match": (6.5, 15.0),
    "uniform noise": (8.4, 14),
    "gaussian noise": (None, None),
    "Perlin noise": (156, 299),
    "contrast": (1.4, 4.2),
    "sharpen": (5.3, 16.2),
    "in-between, mixed": (22, 41),
    "in-between, flow": (99, 271),
    "mask": (None, None),
    "check for black": (None, None),
}


def photograph(size: Size) -> Frame:
    """Return a picture with the spectrum of a photograph: 1/f noise in three channels."""
    width, height = size
    random = np.random.default_rng(4)
    frequency = np.hypot(np.fft.fftfreq(height)[:, None] * height, np.fft.rfftfreq(width)[None] * width) + 1
    channels = []
    for _ in range(3):
        noise = np.fft.rfft2(random.standard_normal((height, width))) / frequency
        channel = np.fft.irfft2(noise, s=(height, width))
        channels.append(128 + 50 * channel / channel.std())
    return np.clip(np.stack(channels, axis=2), 0, 255).astype(np.uint8)


def cpu_ms(step: Callable[[], object]) -> float:
    """Return the median CPU time of a call in milliseconds."""
    step()
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        step()
        times.append(time.process_time() - start)
    return median(times) * 1000


def steps(size: Size) -> dict[str, Callable[[], object]]:
    """Return every step as a call without arguments."""
    frame, after = photograph(size), np.roll(photograph(size), (3, 5), (0, 1))
    other = np.ascontiguousarray(frame[::-1, ::-1])
    depth = GroundPlane().estimate(frame)
    mask = np.full(frame.shape[:2], 0.5, np.float32)
    moves = {
        "2D warp, shift": CameraMove(translation_x=1.3, translation_y=0.6),
        "2D warp, zoom and turn": CameraMove(zoom=1.01, angle_deg=0.5, translation_x=1.3),
        "2D warp with flip": CameraMove(zoom=1.01, perspective_flip_phi_deg=1),
        "3D warp, given depth": CameraMove("3d", translation_x=2, translation_z=3, rotation_3d_y_deg=0.3),
    }
    warps: dict[str, Callable[[], object]] = {}
    for name, move in moves.items():
        transform = transform_of(move, size)
        warps[name] = lambda t=transform: warp(frame, t, depth=depth, border="reflect")  # type: ignore[misc]
    references = {space: reference_of(other, space) for space in ("lab", "hsv", "rgb")}
    return warps | {
        "LAB match": lambda: match_color(frame, references["lab"], 0.5),
        "HSV match": lambda: match_color(frame, references["hsv"], 0.5),
        "RGB match": lambda: match_color(frame, references["rgb"], 0.5),
        "uniform noise": lambda: add_noise(frame, 0.065, "uniform", 1),
        "gaussian noise": lambda: add_noise(frame, 0.065, "gaussian", 1),
        "Perlin noise": lambda: add_noise(frame, 0.065, "perlin", 1),
        "contrast": lambda: adjust_contrast(frame, 1.05),
        "sharpen": lambda: sharpen(frame, 0.1),
        "in-between, mixed": lambda: mix(frame, after, 0.5),
        "in-between, flow": lambda: inbetween(frame, after, 0.5, flow=True),
        "mask": lambda: masked(frame, after, mask),
        "check for black": lambda: blank_frame_problem(frame),
    }


def sharpness(frame: Frame) -> float:
    """Return the mean absolute difference of neighboring pixels, away from the edges."""
    gray = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float32)[64:-64, 64:-64]
    return float(np.abs(np.diff(gray, axis=0)).mean() + np.abs(np.diff(gray, axis=1)).mean())


def there_and_back(read: Callable[[Frame, object], Frame], frame: Frame) -> Frame:
    """Return the frame after 200 random sub-pixel moves and the same moves undone in reverse."""
    random = np.random.default_rng(1)
    moves = [
        transform_of(CameraMove(translation_x=x, translation_y=y, angle_deg=a, zoom=z), (512, 512))
        for x, y, a, z in zip(
            random.uniform(-1, 1, 200),
            random.uniform(-1, 1, 200),
            random.uniform(-0.3, 0.3, 200),
            np.exp(random.uniform(-0.003, 0.003, 200)),
            strict=True,
        )
    ]
    for move in [*moves, *(invert(each) for each in reversed(moves))]:
        frame = read(frame, move)
    return frame


def main() -> None:
    """Print both tables."""
    cv2.setNumThreads(1)
    for column, size in enumerate(SIZES):
        frame = photograph(size)
        unit = cpu_ms(lambda f=frame, s=size: cv2.warpPerspective(f, _ANY_MOVE, s, borderMode=cv2.BORDER_REPLICATE))
        print(f"\n{size[0]}x{size[1]}: bilinear cv2.warpPerspective {unit:.2f} ms")
        print(f"{'step':26}{'CPU ms':>9}{'x bilinear':>12}{'Deforum ms':>12}{'faster':>9}")
        for name, step in steps(size).items():
            own, theirs = cpu_ms(step), DEFORUM[name][column]
            beside = f"{theirs:12.1f}{theirs / own:8.1f}x" if theirs else f"{'-':>12}{'-':>9}"
            print(f"{name:26}{own:9.2f}{own / unit:12.2f}{beside}")
    frame = photograph((512, 512))
    readers: dict[str, Callable[[Frame, object], Frame]] = {
        "GLANCE": lambda f, t: warp(f, t, depth=None, border="reflect")[0],
        "cv2 bilinear": lambda f, t: cv2.warpPerspective(f, t.matrix, (512, 512), flags=1, borderMode=2),
        "cv2 cubic": lambda f, t: cv2.warpPerspective(f, t.matrix, (512, 512), flags=2, borderMode=2),
        "cv2 Lanczos4": lambda f, t: cv2.warpPerspective(f, t.matrix, (512, 512), flags=4, borderMode=2),
    }
    print(f"\n200 sub-pixel moves and back\n{'reader':26}{'sharpness left':>15}{'PSNR dB':>9}")
    for name, read in readers.items():
        back = there_and_back(read, frame)
        left = sharpness(back) / sharpness(frame)
        print(f"{name:26}{left:14.0%}{cv2.PSNR(back[64:-64, 64:-64], frame[64:-64, 64:-64]):10.1f}")


if __name__ == "__main__":
    main()
