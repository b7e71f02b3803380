"""A drawn figure under the camera alone: how far every preset tips it over, and how much of it stays in the picture.

The figure stands on a third of the picture, from 30 to 86 % of its height, before a lined floor. The backend returns
what it is given, so nothing but the camera moves the picture.

python -m benchmarks.standing_figure SHEET.png [SIZE] [DEPTH]    e.g. sheet.png 288x512 ground
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glance.audio.types import Envelopes, Onsets, Section, SongAnalysis
from glance.camera.depth import depth_estimator
from glance.camera.presets import CAMERA_PRESETS
from glance.camera.transform import transform_of
from glance.frames import Frame, Size, size_of
from glance.project.compile import compile_plan
from glance.project.model import Look, Output, Project, Scene, Song
from glance.project.plan import RenderPlan
from glance.render.backend import FrameRequest
from glance.render.feedback import draw_frames

SECONDS, FPS, MOTION = 16.0, 12, 1.2
TOP, FOOT, X = 0.30, 0.86, 1 / 3
#: Width of the figure in heights of itself.
SLIM = 0.28
_SKY, _FLOOR, _LINE = (152, 180, 212), (122, 144, 88), (84, 104, 60)
HEAD, BODY, LEGS = (224, 172, 136), (164, 36, 40), (40, 40, 64)


class Camera:
    """A backend that draws the figure from nothing, and returns every other picture as it came."""

    identity = "camera alone 1"

    def __init__(self, x: float = X) -> None:
        self.x = x

    def problems(self, plan: RenderPlan) -> Sequence[str]:
        """Nothing is ever wrong."""
        return []

    def generate(self, request: FrameRequest) -> Frame:
        """Return the drawn figure, or what came."""
        return drawn_figure(request.size, self.x) if request.init is None else request.init

    def close(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True)
class Course:
    """What became of the figure, frame by frame.

    Attributes:
        lean_deg: (n,) angle between its middle line and the upright, less what the camera itself has rolled.
        roll_deg: (n,) how far the camera has rolled.
        inside: (n,) share of the figure that is within the picture.
        place: (n, 2) its middle, as shares of width and height.
        height: (n,) its height as a share of the picture's.
    """

    lean_deg: NDArray[np.float64]
    roll_deg: NDArray[np.float64]
    inside: NDArray[np.float64]
    place: NDArray[np.float64]
    height: NDArray[np.float64]


def steady_song(duration_s: float = SECONDS, bpm: float = 120.0, loudness: float = 0.83) -> SongAnalysis:
    """Return a song of one loud section with a kick on every beat."""
    beats = np.arange(0.0, duration_s, 60.0 / bpm)
    n = int(duration_s * 100) + 1
    pulse = np.exp(-((np.arange(n) / 100 % (60.0 / bpm)) / 0.05)).astype(np.float32)
    names = ("rms", "low", "mid", "high", "percussive", "harmonic", "onset", "brightness", "kick", "snare", "hat")
    values = {name: pulse if name in ("kick", "onset") else np.full(n, loudness, np.float32) for name in names}
    onsets = Onsets(beats, np.ones(beats.size, np.float32))
    return SongAnalysis(
        song_hash="0" * 64,
        duration_s=duration_s,
        sr=22050,
        tempo_bpm=bpm,
        beats_s=beats,
        beat_tempo_bpm=np.full(beats.size, bpm),
        downbeats_s=beats[::4],
        beats_per_bar=4,
        tempo_candidates=(),
        onsets=dict.fromkeys(("all", "low", "mid", "high"), onsets),
        sections=(Section(0.0, duration_s, "A", "chorus", loudness),),
        envelopes=Envelopes(100.0, values),
        peaks=np.zeros((100, 2), np.float32),
    )


def camera_plan(scenes: Sequence[Scene], size: Size, song: SongAnalysis, depth: str = "ground") -> RenderPlan:
    """Return the plan of scenes in which nothing but the camera changes the picture."""
    project = Project(
        song=Song(path="song.wav"),
        scenes=tuple(scenes),
        curves={"noise": "0:(0)", "colour": "0:(0)"},
        look=Look(negative_sets=(), depth=depth),
        output=Output(width=size[0], height=size[1], fps=str(FPS)),
    )
    return compile_plan(project, song, {})


def drawn_figure(size: Size, x: float = X) -> Frame:
    """Return the picture of the figure whose middle is at the share `x` of the width."""
    width, height = size
    picture = np.full((height, width, 3), _SKY, np.uint8)
    horizon = round(0.58 * height)
    picture[horizon:] = _FLOOR
    for k in range(-40, 41):
        cv2.line(picture, (width // 2, horizon), (width // 2 + k * width // 6, 2 * height), _LINE, 1, cv2.LINE_AA)
    for k in range(1, 14):
        y = horizon + round((height - horizon) / k)
        cv2.line(picture, (0, y), (width, y), _LINE, 1)
    tall = (FOOT - TOP) * height
    left, top, wide = x * width - SLIM * tall / 2, TOP * height, SLIM * tall

    def box(x0: float, y0: float, x1: float, y1: float, color: tuple[int, int, int]) -> None:
        corners = [(left + x0 * wide, top + y0 * tall), (left + x1 * wide, top + y1 * tall)]
        first, last = ((round(a), round(b)) for a, b in corners)
        cv2.rectangle(picture, first, last, color, -1)

    cv2.circle(picture, (round(x * width), round(top + 0.11 * tall)), round(0.11 * tall), HEAD, -1)
    box(0.0, 0.22, 1.0, 0.62, BODY)
    box(0.06, 0.62, 0.42, 1.0, LEGS)
    box(0.58, 0.62, 0.94, 1.0, LEGS)
    return picture


def course_of(plan: RenderPlan, x: float = X, depth: str = "ground") -> Course:
    """Return what becomes of the figure: its points are moved by every frame's transform, at the depth they are at."""
    width, height = plan.size
    tall, wide = FOOT - TOP, SLIM * (FOOT - TOP) * height / width
    across, down = np.meshgrid(np.linspace(-0.5, 0.5, 9), np.linspace(0.0, 1.0, 21))
    points = np.stack([(x + across.ravel() * wide) * width, (TOP + down.ravel() * tall) * height])
    relief = depth_estimator(depth).estimate(np.zeros((height, width, 3), np.uint8))
    rows, rolled, seen = down.ravel(), 0.0, []
    for spec in plan.frames:
        if spec.index:
            move = transform_of(spec.camera, plan.size)
            column, row = np.clip(points[0], 0, width - 1).astype(int), np.clip(points[1], 0, height - 1).astype(int)
            z = relief[row, column].astype(np.float64)
            there = move.matrix @ (z * np.vstack([points, np.ones_like(points[:1])])) + move.parallax[:, None]
            points = there[:2] / there[2]
            rolled += spec.camera.angle_deg + spec.camera.rotation_3d_z_deg
        head, foot = points[:, rows == 0].mean(axis=1), points[:, rows == 1].mean(axis=1)
        # Upright is 0; a picture that turns counter-clockwise, as the camera rolls clockwise, leans to the left.
        lean = math.degrees(math.atan2(foot[0] - head[0], foot[1] - head[1]))
        inside = (points > 0).all(axis=0) & (points[0] < width) & (points[1] < height)
        middle = points.mean(axis=1) / (width, height)
        seen.append((lean - rolled, rolled, inside.mean(), *middle, (foot[1] - head[1]) / height))
    table = np.array(seen)
    return Course(table[:, 0], table[:, 1], table[:, 2], table[:, 3:5], table[:, 5])


def seen_lean_deg(frame: Frame) -> float:
    """Return the lean of the figure as the pixels show it, from the middle of its legs to the middle of its body."""
    colors = frame.astype(int)
    middles = []
    for color in (BODY, LEGS):
        here = (np.abs(colors - color).max(axis=-1) < 45).astype(np.uint8)
        n_parts, _, stats, centers = cv2.connectedComponentsWithStats(
            cv2.dilate(here, np.ones((1, frame.shape[1] // 16), np.uint8))
        )
        largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])) if n_parts > 1 else 0
        middles.append(tuple(centers[largest]) if largest else (math.nan, math.nan))
    (body_x, body_y), (legs_x, legs_y) = middles
    return math.degrees(math.atan2(legs_x - body_x, legs_y - body_y))


def main() -> None:
    """Print the table, and draw the figure after 0, 4, 8, 12 and 16 seconds of every preset."""
    size = tuple(int(side) for side in sys.argv[2].split("x")) if len(sys.argv) > 2 else (512, 288)
    depth = sys.argv[3] if len(sys.argv) > 3 else "ground"
    song, rows = steady_song(), []
    print(f"{'preset':12}{'lean':>8}{'roll':>8}{'inside':>8}   seen lean   place x         place y         height")
    for name in CAMERA_PRESETS:
        plan = camera_plan([Scene(camera=name, motion=MOTION)], (size[0], size[1]), song, depth)
        course = course_of(plan, depth=depth)
        frames: dict[int, Frame] = {}
        for drawn in draw_frames(plan, Camera(), frames.__getitem__):
            frames[drawn.spec.index] = drawn.frame
        seen = [seen_lean_deg(frames[i]) - course.roll_deg[i] for i in range(0, len(frames), 6)]
        low, high = course.place.min(axis=0), course.place.max(axis=0)
        print(
            f"{name:12}{np.abs(course.lean_deg).max():8.1f}{np.abs(course.roll_deg).max():8.1f}{course.inside.min():8.2f}"
            f"{np.nanmax(np.abs(seen)):12.1f}   {low[0]:.2f} to {high[0]:.2f}   {low[1]:.2f} to {high[1]:.2f}"
            f"   {course.height.min():.2f} to {course.height.max():.2f}"
        )
        shots = [frames[min(len(frames) - 1, FPS * second)] for second in (0, 2, 4, 6, 8, 12, 16)]
        rows.append(np.hstack([labelled(shot, name if k == 0 else "") for k, shot in enumerate(shots)]))
    Image.fromarray(np.vstack(rows)).save(Path(sys.argv[1]))


def labelled(frame: Frame, text: str) -> Frame:
    """Return a frame at 90 pixels high with a name in its corner."""
    width, height = size_of(frame)
    small = cv2.resize(frame, (round(width * 90 / height), 90), interpolation=cv2.INTER_AREA)
    cv2.putText(small, text, (4, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (20, 20, 20), 1, cv2.LINE_AA)
    return small


if __name__ == "__main__":
    main()
