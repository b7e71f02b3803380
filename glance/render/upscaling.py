"""The second pass: finished frames are enlarged on their way into the video.

The frames that the loop feeds back stay as they were drawn, and no upscaler is part of the plan: a finished run with
another upscaler only goes through this pass again. What a costly upscaler made is kept until the video is complete:

    NAME.run/upscaled/upscaler.json     by what, and how large
    NAME.run/upscaled/000123.png
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from queue import SimpleQueue

import numpy as np

from glance.errors import BackendError, RunError
from glance.frames import Frame, Size, size_of
from glance.imaging.steadying import steadied
from glance.project.model import Output
from glance.project.plan import leaps
from glance.project.validate import LANCZOS, enlarged, video_size
from glance.render.backend import FrameUpscaler
from glance.render.disk import disk_error, require_space
from glance.render.eta import EtaClock
from glance.render.events import Event, FrameUpscaled, UpscalingStarted
from glance.render.run_contents import ENLARGED, ENLARGED_NOTE, delete_enlarged, require_no_links
from glance.render.run_folder import RunFolder
from glance.system.files import write_json
from glance.system.waiting import result_of


class LanczosUpscaler:
    """The upscaler that is always there."""

    identity = LANCZOS
    exact = True

    def problems(self) -> Sequence[str]:
        """Return none."""
        return []

    def upscale(self, frame: Frame, scale: float) -> Frame:
        """Return the frame enlarged by Lanczos interpolation over 8x8 pixels."""
        import cv2

        return np.asarray(cv2.resize(frame, enlarged(size_of(frame), scale), interpolation=cv2.INTER_LANCZOS4))

    def close(self) -> None:
        """Hold nothing."""


@dataclass(frozen=True)
class Upscaling:
    """What the second pass does.

    Attributes:
        upscalers: Who enlarges, at least one; several share the frames, and have to be alike.
        scale: How many times, 1 to 4.
    """

    upscalers: tuple[FrameUpscaler, ...]
    scale: float

    @property
    def upscaler(self) -> FrameUpscaler:
        """The first, who stands for all."""
        return self.upscalers[0]

    def problems(self) -> list[str]:
        """Return what is to be put right before the first frame, as sentences.

        Raises:
            BackendError: An upscaler cannot be reached.
        """
        found = [problem for upscaler in self.upscalers for problem in upscaler.problems()]
        kinds = sorted({upscaler.identity for upscaler in self.upscalers})
        if len(kinds) > 1:
            found.append(f"these WebUIs would not enlarge alike; give them the same settings: {'; '.join(kinds)}")
        return found

    def video_size(self, size: Size) -> Size:
        """Return (width, height) of the video."""
        return enlarged(size, self.scale)

    def require_space(self, run: RunFolder) -> None:
        """Raise RunError when the disk clearly cannot hold what will be kept until the video is complete."""
        if self.upscaler.exact:
            return
        # Packed, as they are kept, most pictures take up half of their pixels or more.
        needed = (
            _bytes_missing(run, run.plan.size) + _bytes_missing(kept_frames(run), self.video_size(run.plan.size)) // 2
        )
        require_space(run.path, needed, "this video's frames, drawn and enlarged,")

    def frames(self, run: RunFolder, on_event: Callable[[Event], None], go_on: Callable[[], None]) -> Iterator[Frame]:
        """Yield the finished run's frames, enlarged; those that are kept from before are not enlarged again.

        Args:
            run: A run whose frames are all there.
            on_event: Hears of every frame.
            go_on: Called in front of every frame; it raises what ends the pass.

        Raises:
            BackendError: The upscaler failed, or gave another size.
            RunError: The disk is full.
        """
        kept = self._prepared(run)
        n_frames = len(run.plan.frames)
        n_ready = 0 if self.upscaler.exact else kept.n_ready()
        on_event(UpscalingStarted(self.upscaler.identity, self.video_size(run.plan.size), n_frames, n_ready))
        clock = EtaClock(n_frames - n_ready)
        for spec in run.plan.frames[:n_ready]:
            go_on()
            yield kept.read(spec.index)
        with closing(self._shared(run, [spec.index for spec in run.plan.frames[n_ready:]])) as large:
            sudden = leaps(run.plan.frames)
            before = kept.read(run.plan.frames[n_ready - 1].index) if n_ready else None
            for position, spec in enumerate(run.plan.frames[n_ready:], start=n_ready + 1):
                go_on()
                frame = next(large)
                if not self.upscaler.exact:
                    if before is not None and position - 1 not in sudden:
                        earlier = run.plan.frames[position - 2].index
                        frame = steadied(frame, run.read(spec.index), before, run.read(earlier))
                    before = frame
                    kept.write(spec.index, frame, {}, compress=True)
                yield frame
                clock.tick()
                on_event(FrameUpscaled(spec.index, position, n_frames, clock.eta_s()))

    def again(self, run: RunFolder, index: int) -> Frame:
        """Return one frame of those that `frames` has yielded, as it was.

        Raises:
            BackendError: The upscaler failed.
            RunError: The frame cannot be read.
        """
        if self.upscaler.exact:
            return self._enlarged(self.upscaler, run.read(index), index)
        return kept_frames(run).read(index)

    def _shared(self, run: RunFolder, indices: Sequence[int]) -> Generator[Frame, None, None]:
        """Yield the enlarged frames in order; each upscaler takes the next frame as soon as it is free."""
        if len(self.upscalers) == 1:
            yield from (self._enlarged(self.upscaler, run.read(index), index) for index in indices)
            return
        free: SimpleQueue[FrameUpscaler] = SimpleQueue()
        for upscaler in self.upscalers:
            free.put(upscaler)

        def enlarge(index: int) -> Frame:
            upscaler = free.get()
            try:
                return self._enlarged(upscaler, run.read(index), index)
            finally:
                free.put(upscaler)

        pool = ThreadPoolExecutor(len(self.upscalers), "glance-upscaler")
        begun: deque[Future[Frame]] = deque()
        try:
            for index in indices:
                begun.append(pool.submit(enlarge, index))
                # One more for each, so that nobody waits for the slowest.
                if len(begun) == 2 * len(self.upscalers):
                    frame = result_of(begun[0])
                    begun.popleft()
                    yield frame
            while begun:
                frame = result_of(begun[0])
                begun.popleft()
                yield frame
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for future in begun:
                # What is being enlarged ends before its upscaler is closed; how it ends is of no interest any more.
                with suppress(Exception, CancelledError):
                    result_of(future)
            # Nobody works any more, so its threads end at once.
            pool.shutdown()

    def _enlarged(self, upscaler: FrameUpscaler, frame: Frame, index: int) -> Frame:
        wanted = self.video_size(size_of(frame))
        large = upscaler.upscale(frame, self.scale)
        if size_of(large) != wanted:
            raise BackendError(
                f"frame {index}: {upscaler.identity} made {size_of(large)} pixels where {wanted} were asked for; "
                "choose another upscaler"
            )
        return np.ascontiguousarray(large)

    def _prepared(self, run: RunFolder) -> RunFolder:
        """Return the place for enlarged frames, emptied of those that another upscaler made."""
        kept = kept_frames(run)
        note = {"upscaler": self.upscaler.identity, "size": list(self.video_size(run.plan.size)), "steadied": 1}
        if self.upscaler.exact or _read(kept) != note:
            discard_enlarged(run)
        if not self.upscaler.exact:
            require_no_links(run.path)
            if not (kept.folder / ENLARGED_NOTE).exists() and kept.folder.is_dir() and any(kept.folder.iterdir()):
                raise RunError(f"{kept.folder} holds files of another program; move them, or choose another run folder")
            try:
                kept.folder.mkdir(exist_ok=True)
                write_json(kept.folder / ENLARGED_NOTE, note)
            except OSError as error:
                raise disk_error(error, run.path, 0) from None
        return kept


@contextmanager
def opened_upscaling(output: Output, *openers: Callable[[str], FrameUpscaler]) -> Iterator[Upscaling | None]:
    """Open what enlarges a project's frames, for as long as the block lasts; None where nothing does.

    Args:
        output: The project's video.
        openers: Each opens an upscaler of a program that draws, by name; they will share the frames.

    Raises:
        ProjectError: The video would become too large.
        BackendError: There is no such upscaler.
    """
    if not output.upscaler:
        yield None
        return
    video_size(output)
    name = output.upscaler.strip()
    built_in = name.casefold() == LANCZOS.casefold()
    with ExitStack() as open_ones:
        made = [LanczosUpscaler()] if built_in else [open_upscaler(name) for open_upscaler in openers]
        upscalers = tuple(open_ones.enter_context(closing(upscaler)) for upscaler in made)
        yield Upscaling(upscalers, output.upscale)


def _bytes_missing(run: RunFolder, size: Size) -> int:
    return (len(run.plan.frames) - run.n_ready()) * size[0] * size[1] * 3


def kept_frames(run: RunFolder) -> RunFolder:
    """Return the run's place for enlarged frames."""
    return RunFolder(run.path, run.plan, ENLARGED)


def discard_enlarged(run: RunFolder) -> None:
    """Delete the enlarged frames; the drawn ones stay.

    Raises:
        RunError: Another program holds one of them; it would otherwise count as ready for another upscaler.
    """
    delete_enlarged(run.path)


def _read(kept: RunFolder) -> object:
    try:
        return json.loads((kept.folder / ENLARGED_NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
