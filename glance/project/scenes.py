"""Which scene holds in which frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.errors import ProjectError, ScheduleError
from glance.project.model import Project, Scene
from glance.schedule.curve import resolve_time_s
from glance.schedule.signals import Signals
from glance.timing import format_clock, frame_at


@dataclass(frozen=True)
class SceneTrack:
    """The scenes laid out on the video's frames.

    Attributes:
        scenes: The scenes that have at least one frame, in order.
        starts: (k,) first frame of each; `starts[0]` is 0.
        scene_of: (n,) index into `scenes` for every frame.
    """

    scenes: tuple[Scene, ...]
    starts: NDArray[np.int64]
    scene_of: NDArray[np.int64]

    def end(self, index: int) -> int:
        """Return the frame after the last one of scene `index`."""
        return int(self.starts[index + 1]) if index + 1 < len(self.scenes) else self.scene_of.size


def lay_out(project: Project, signals: Signals) -> SceneTrack:
    """Place the project's scenes on frames.

    The first scene starts the video whatever its `start` says; scenes that start after the song's end, or that a later
    scene leaves no frame, do not appear.

    Raises:
        ProjectError: A start cannot be read, or lies before the scene in front of it.
    """
    if not project.scenes:
        raise ProjectError("scenes", "a video needs at least one scene, found none; add one")
    frames = [0]
    before_s = 0.0
    for index, scene in enumerate(project.scenes[1:], start=1):
        start_s = _start_s(scene, index, signals)
        if start_s < before_s:
            raise ProjectError(
                f"scenes[{index}].start",
                f"the scene starts at {format_clock(start_s)}, before the scene in front of it "
                f"({format_clock(before_s)}); move it behind, or change the order of the scenes",
            )
        before_s = start_s
        frames.append(max(0, frame_at(start_s, signals.fps)))
    starts = np.asarray(frames, dtype=np.int64)
    following = np.append(starts[1:], signals.n_frames)
    kept = np.flatnonzero((starts < following) & (starts < signals.n_frames))
    starts = starts[kept]
    starts[0] = 0
    scene_of = np.searchsorted(starts, np.arange(signals.n_frames), side="right") - 1
    return SceneTrack(tuple(project.scenes[index] for index in kept), starts, scene_of)


def scene_starts(project: Project, signals: Signals) -> list[float]:
    """Return each scene's start in seconds; the first one's is 0.

    Raises:
        ProjectError: A start cannot be read.
    """
    later = [_start_s(project.scenes[index], index, signals) for index in range(1, len(project.scenes))]
    return [0.0, *later][: len(project.scenes)]


def _start_s(scene: Scene, index: int, signals: Signals) -> float:
    try:
        return resolve_time_s(scene.start, signals.grid, signals.fps, signals.n_frames)
    except ScheduleError as error:
        raise ProjectError(f"scenes[{index}].start", str(error)) from None
