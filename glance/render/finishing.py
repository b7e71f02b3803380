"""Frames on their way into the video: effects of time, effects on finished frames, and the guard against flashes.

All of it runs in a thread of its own together with the encoder, so drawing never waits for it; a few frames may wait
between the two, and no more, so memory stays flat. Nothing here is remembered from one run to the next: a video that is
made anew from the frames on disk is the same to the bit.

Effects come after enlarging: grain, lines and the like have the size of the finished video's pixels.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from queue import Queue
from types import TracebackType
from typing import Protocol

from glance.effects.chain import Assets, EffectStep, apply_effects
from glance.effects.cube import read_cube
from glance.effects.effect import Values
from glance.effects.flashes import FlashGuard, FlashReport
from glance.effects.registry import EFFECTS
from glance.frames import Frame, Size
from glance.imaging.blend import read_mask
from glance.media.image_reader import read_picture
from glance.project.plan import FrameSpec, RenderPlan

#: Frames that may wait for the encoder.
_WAITING = 4
#: Frames that were seen before and may be asked for again are kept in memory; others are read again.
_KEPT = 8
#: Width of the copies of pictures that effects and masks are made from, at most.
_PICTURE_WIDTH = 1920

ReadFrame = Callable[[int], Frame]


def read_assets(steps: Sequence[EffectStep], size: Size) -> Assets:
    """Return the files of a row of effects.

    Args:
        steps: The effects.
        size: (width, height) of the frames, whose shape pictures are cut to.

    Raises:
        ProjectError: One cannot be read, or is not what it should be.
        VideoError: A picture cannot be read.
    """
    width = min(size[0], _PICTURE_WIDTH)
    shape = (width, max(1, round(size[1] * width / size[0])))
    files, masks = {}, {}
    for step in steps:
        if step.file:
            is_table = EFFECTS[step.effect].asset == "lut"
            files[step.file] = read_cube(Path(step.file)) if is_table else read_picture(Path(step.file), shape)
        if step.mask_picture:
            masks[step.mask_picture] = read_mask(read_picture(Path(step.mask_picture), shape), feather_px=2.0)
    return Assets(files, masks)


class Finisher:
    """Does to finished frames what a plan's effects after the loop ask for.

    Args:
        plan: The plan.
        read: Reads a finished frame by its number, for effects that show an earlier one; enlarged where frames are.
        size: (width, height) of the frames; the plan's by default.
        solo: The name of the one effect that works; empty for all of them.

    Raises:
        ProjectError: A file cannot be read.
    """

    def __init__(self, plan: RenderPlan, read: ReadFrame, size: Size | None = None, solo: str = "") -> None:
        self._plan = plan
        self._effects = plan.effects
        self._first = plan.frames[0].index
        self._read = lru_cache(maxsize=_KEPT)(read)
        steps = self._effects.after if self._effects else ()
        self._steps = tuple(step for step in steps if solo in ("", step.effect))
        self._assets = read_assets(self._steps, size or plan.size)

    @property
    def works(self) -> bool:
        """Whether any frame may come out other than it went in."""
        return bool(self._steps) or self._shown is not None

    @property
    def _shown(self) -> object:
        return self._effects.shown if self._effects else None

    def source(self, index: int) -> int:
        """Return the number of the frame that is seen in a frame's place."""
        if self._effects is None or self._effects.shown is None:
            return index
        return max(self._first, int(self._effects.shown[index]))

    def plain(self, index: int, frame: Frame) -> Frame:
        """Return the frame that is seen in a frame's place, without effects."""
        source = self.source(index)
        return frame if source == index else self._read(source)

    def finished(self, index: int, plain: Frame) -> Frame:
        """Return a frame with its effects.

        Args:
            index: Its number in the song.
            plain: What `plain` returns for it.
        """
        if not self._steps or self._effects is None:
            return plain
        spec = self._plan.frames[index - self._first]
        seen = self._plan.frames[self.source(index) - self._first]
        return apply_effects(self._steps, plain, moment_of(self._plan, spec, plain, seen.subject), self._assets)


def moment_of(plan: RenderPlan, spec: FrameSpec, frame: Frame, subject: tuple[float, float] | None = None) -> Values:
    """Return what effects are given besides their numbers for one frame."""
    effects = plan.effects
    lines = effects.lines if effects else frame.shape[0]
    return Values(
        {},
        index=spec.index,
        time_s=spec.time_s,
        beat=float(effects.beats[spec.index]) if effects else 0.0,
        seed=effects.seed if effects else 0,
        subject=subject or spec.subject or (0.5, 0.5),
        pixel=frame.shape[0] / lines,
    )


def guard_of(plan: RenderPlan, finisher: Finisher, first: int = 0) -> FlashGuard:
    """Return what keeps a plan's flashes within bounds, from the frame at position `first` on."""
    limits = plan.flashes == "limit" or (plan.flashes == "effects" and finisher.works)
    return FlashGuard(plan.fps, limits, plan.frames[0].index + first)


class Writer(Protocol):
    """What takes finished frames: `glance.media.video_writer.VideoWriter`."""

    def write(self, frame: Frame) -> None:
        """Append a frame."""
        ...


class FinishingLine:
    """Takes frames as they come, and finishes and writes them in a thread of its own; a context manager.

    Leaving the block cleanly waits for the last frame; leaving it by an exception gives up what still waits.

    Args:
        plan: The plan.
        finisher: Its effects.
        writer: Takes the finished frames.

    Raises (from `write` and on leaving the block):
        GlanceError: A frame could not be finished or written.
    """

    def __init__(self, plan: RenderPlan, finisher: Finisher, writer: Writer) -> None:
        self._finisher = finisher
        self._writer = writer
        self._guard = guard_of(plan, finisher)
        self._waiting: Queue[tuple[int, Frame] | None] = Queue(_WAITING)
        self._error: BaseException | None = None
        self._given_up = False
        self._thread = threading.Thread(target=self._work, name="glance-finishing", daemon=True)

    def __enter__(self) -> FinishingLine:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._given_up = kind is not None
        self._waiting.put(None)
        self._thread.join()
        if kind is None:
            self._tell()

    def write(self, index: int, frame: Frame) -> None:
        """Hand over the next frame, by its number in the song; waits only while a few are waiting already."""
        self._tell()
        self._waiting.put((index, frame))

    def report(self) -> FlashReport:
        """Return what was found of flashes, once the block is left."""
        return self._guard.report()

    def _tell(self) -> None:
        if self._error is not None:
            error, self._error, self._given_up = self._error, None, True
            raise error

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            if self._given_up or self._error is not None:
                continue  # whoever hands frames over must never wait for nobody
            try:
                index, frame = item
                plain = self._finisher.plain(index, frame)
                self._writer.write(self._guard.guarded(self._finisher.finished(index, plain), plain))
            except BaseException as error:  # noqa: BLE001 - it is raised where frames are handed over
                self._error = error
