"""A finished video as frames: what everything in this room begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from glance.errors import RunError, VideoError
from glance.frames import Frame, Size
from glance.media.video_reader import frames as frames_of_video
from glance.media.video_reader import probe
from glance.project.plan import FrameSpec, RenderPlan, leaps
from glance.render.finishing import Finisher, guard_of
from glance.render.run_folder import RunFolder, are_frames_discarded


@dataclass(frozen=True)
class Footage:
    """A finished video's frames, or a stretch of them.

    Attributes:
        plan: What was drawn. Position 0 is `plan.frames[0]`.
        read: Yields the frames of the positions [first, last), in order.
        source: Where they are read from, for messages.
    """

    plan: RenderPlan
    read: Callable[[int, int], Iterator[Frame]]
    source: Path

    @property
    def fps(self) -> Fraction:
        """Frames a second, exact."""
        return self.plan.fps

    @property
    def size(self) -> Size:
        """(width, height) in pixels."""
        return self.plan.size

    def __len__(self) -> int:
        return len(self.plan.frames)

    def frames(self) -> Iterator[Frame]:
        """Yield all frames."""
        return self.read(0, len(self))

    def leaps(self) -> frozenset[int]:
        """Return the positions at which the picture changes at once; see `glance.project.plan.leaps`."""
        return leaps(self.plan.frames)

    def part(self, start_s: float, end_s: float) -> Footage:
        """Return the frames that begin in `[start_s, end_s)` of the song.

        Raises:
            VideoError: There is none.
        """
        fps = float(self.fps)
        begin = self.plan.frames[0].index
        first = max(0, round(start_s * fps) - begin)
        last = min(len(self), round(end_s * fps) - begin)
        if last <= first:
            raise VideoError(f"{self.source}: the video has no frames from {start_s:g} s to {end_s:g} s of the song")
        return self.cut(first, last)

    def cut(self, first: int, last: int) -> Footage:
        """Return the frames of the positions [first, last)."""
        specs = self.plan.frames[first:last]
        start_s = float(specs[0].index / self.fps)
        plan = replace(self.plan, frames=specs, start_s=start_s, end_s=float((specs[-1].index + 1) / self.fps))
        return Footage(plan, lambda begin, end: self.read(first + begin, first + end), self.source)


def footage_of_run(folder: Path, plan: RenderPlan) -> Footage:
    """Return the frames that a run has drawn, with the plan's effects and no more flashes than its video may have.

    Raises:
        RunError: They are not all there, or were deleted when the video was complete.
    """
    run = RunFolder(folder, plan)
    if are_frames_discarded(folder):
        raise RunError(
            f"the frames in {folder} were deleted when their video was complete; begin with the video itself"
        )
    n_ready = run.n_ready()
    if n_ready < len(plan.frames):
        raise RunError(
            f"{folder} holds {n_ready} of the {len(plan.frames)} frames of this project; render it to the end first, "
            "or name what was rendered with --run"
        )

    finisher = Finisher(plan, run.read)

    def read(first: int, last: int) -> Iterator[Frame]:
        guard = guard_of(plan, finisher, first)
        for spec in plan.frames[first:last]:
            plain = finisher.plain(spec.index, run.read(spec.index))
            yield guard.guarded(finisher.finished(spec.index, plain), plain)

    return Footage(plan, read, folder)


def footage_of_video(path: Path, plan: RenderPlan) -> Footage:
    """Return a finished video's frames, which have lost a little in being compressed.

    Raises:
        VideoError: The file is no video of this project: another size, rate or length.
    """
    info = probe(path)
    expected = (plan.size, plan.fps, len(plan.frames))
    found = (info.size, info.fps, info.n_frames)
    if found != expected:
        names = ("size", "frames a second", "frames")
        said = "; ".join(
            f"{name}: expected {a}, found {b}" for name, a, b in zip(names, expected, found, strict=True) if a != b
        )
        raise VideoError(f"{path} is no video of this project as it is now ({said})")

    def read(first: int, last: int) -> Iterator[Frame]:
        for position, frame in enumerate(frames_of_video(path)):
            if position >= last:
                return
            if position >= first:
                yield frame

    return Footage(plan, read, path)


def scenes_of(specs: Sequence[FrameSpec]) -> list[tuple[int, int, int]]:
    """Return (scene, first position, last position + 1) of each stretch of frames of one scene."""
    starts = [at for at, spec in enumerate(specs) if not at or spec.scene != specs[at - 1].scene]
    return [(specs[a].scene, a, b) for a, b in zip(starts, [*starts[1:], len(specs)], strict=True)]
