"""The render: a plan goes in, frames on disk and a video with its song come out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from glance.errors import BackendError, BackendInterruptedError, RunError
from glance.frames import Frame
from glance.media.video_writer import Encoding, Soundtrack, VideoWriter
from glance.project.plan import NO_ANCHOR, FrameSpec, RenderPlan
from glance.render.backend import FrameBackend, fingerprint
from glance.render.drawing_order import drawing_order
from glance.render.drift_report import write_drift
from glance.render.eta import EtaClock
from glance.render.events import Event, FlashesMeasured, FrameDone, FrameRepeated, RunFinished, RunStarted, RunStopped
from glance.render.feedback import Drawn, ReadFrame, draw_frames
from glance.render.finishing import Finisher, FinishingLine
from glance.render.metadata import frame_text, start_text
from glance.render.missing import Missing, missing_of
from glance.render.run_folder import RunFolder, check_space
from glance.render.upscaling import Upscaling, discard_enlarged
from glance.system.files import remove


@dataclass(frozen=True)
class Target:
    """The video file to be made.

    Attributes:
        path: Where it goes; replaced only once the new one is complete. Where that cannot be, it becomes
            `NAME (2).mp4`; `RunFinished` tells.
        encoding: Quality and speed of the encoder.
        metadata: Title, comment and so on.
        upscaling: How finished frames are enlarged for it; None to show them as they were drawn.
        so_far: A file beside it for what is there when the run is stopped, to be looked at; None for none. It goes when
            the video is complete.
    """

    path: Path
    encoding: Encoding
    metadata: Mapping[str, str]
    upscaling: Upscaling | None = None
    so_far: Path | None = None


def render(
    plan: RenderPlan,
    backend: FrameBackend,
    run: RunFolder,
    target: Target,
    *,
    on_event: Callable[[Event], None],
    should_stop: Callable[[], bool],
) -> bool:
    """Draw the frames that are missing in the run folder, and write the video as they come.

    Frames that are there already go into the video as they are. Where frames are enlarged, all are drawn first, so
    that the model does not have to make room for the upscaler in each of them. Stopping keeps every finished frame; the
    same call goes on from there, and gives the same frames and the same video as if it had never been stopped.

    Returns:
        True when the video is complete, False when it was stopped.

    Raises:
        BackendError: The backend cannot draw this plan, with all its objections; or a frame failed.
        RunError: The disk is full.
        VideoError: The video cannot be written.
    """
    upscaling = target.upscaling
    problems = [*backend.problems(plan), *(upscaling.problems() if upscaling else ())]
    if problems:
        raise BackendError("this cannot be drawn:\n" + "\n".join(f"- {problem}" for problem in problems))
    check_space(run.path, plan)
    missing = missing_of(run)
    # The first drawn frame may have loaded a model.
    clock = EtaClock(missing.n_to_diffuse, warm_up=1)
    reporter = Reporter(on_event, should_stop, clock, missing.n_ready, len(plan.frames))
    if upscaling:
        upscaling.require_space(run)
    size = upscaling.video_size(plan.size) if upscaling else plan.size
    finisher = Finisher(plan, partial(upscaling.again, run) if upscaling else run.read, size)
    on_event(RunStarted(run.path, len(plan.frames), missing.n_ready, clock.n_left, run.note))
    stopped = False
    try:
        with _writer(plan, target) as writer:
            frames = _frames(backend, run, missing, reporter, reread=upscaling is None)
            if upscaling:
                deque(frames, maxlen=0)
                frames = upscaling.frames(run, on_event, lambda: stop_if(should_stop))
            line = FinishingLine(plan, finisher, writer)
            stopped = _finish(zip(plan.frames, frames, strict=True), line, keeps=target.so_far is not None)
            if stopped and target.so_far:
                writer.finish_as(target.so_far)
    except (StopError, BackendInterruptedError):
        stopped = True
    if stopped:
        on_event(RunStopped(run.path, reporter.n_done, len(plan.frames)))
        return False
    if target.so_far:
        with suppress(OSError):
            remove(target.so_far)
    with suppress(RunError):  # the video is complete; what is held open goes the next time
        discard_enlarged(run)
    on_event(FlashesMeasured(line.report()))
    drift = write_drift(plan, run)
    on_event(RunFinished(writer.path, run.path, tuple(run.held()), tuple(drift.lines()) if drift else ()))
    return True


def _finish(frames: Iterator[tuple[FrameSpec, Frame]], line: FinishingLine, *, keeps: bool) -> bool:
    """Hand frames over to be finished and written, and return whether a person stopped that.

    Args:
        frames: The frames as they come.
        line: Where they go.
        keeps: Whether what came before a stop is kept. Else, or where nothing came, the stop is raised on.
    """
    n_shown = 0
    with line:
        try:
            for spec, frame in frames:
                line.write(spec.index, frame)
                n_shown += 1
        except (StopError, BackendInterruptedError):
            if not keeps or not n_shown:
                raise
            return True
    return False


def _writer(plan: RenderPlan, target: Target) -> VideoWriter:
    return VideoWriter(
        target.path,
        fps=plan.fps,
        size=target.upscaling.video_size(plan.size) if target.upscaling else plan.size,
        soundtrack=Soundtrack(Path(plan.song), plan.start_s, plan.end_s),
        encoding=target.encoding,
        metadata=target.metadata,
    )


class StopError(Exception):
    """Leaves the writer's block without finishing the file."""


def stop_if(should_stop: Callable[[], bool]) -> None:
    """Raise StopError where a person asked to stop."""
    if should_stop():
        raise StopError


@dataclass
class Reporter:
    """Who hears of each frame, and who may stop the run after it; `n_done` of `n_frames` frames are there."""

    on_event: Callable[[Event], None]
    should_stop: Callable[[], bool]
    clock: EtaClock
    n_done: int
    n_frames: int


def _frames(
    backend: FrameBackend, run: RunFolder, missing: Missing, reporter: Reporter, *, reread: bool = True
) -> Iterator[Frame]:
    """Yield the video's frames: those that are there, unless `reread` is off, and in the gaps those drawn now.

    Where scenes are drawn backwards, all frames are drawn before the first one is yielded.
    """
    if drawing_order(run.plan) is not run.plan:
        for positions in missing.ranges:
            deque(draw_range(backend, run, positions, missing, reporter), maxlen=0)
        for spec in run.plan.frames if reread else ():
            stop_if(reporter.should_stop)
            yield run.read(spec.index)
        return
    n_frames = len(run.plan.frames)
    position = 0
    for first, end in (*missing.ranges, (n_frames, n_frames)):
        for spec in run.plan.frames[position:first] if reread else ():
            stop_if(reporter.should_stop)
            yield run.read(spec.index)
        if first < end:
            yield from draw_range(backend, run, (first, end), missing, reporter)
        position = end


def draw_range(
    backend: FrameBackend, run: RunFolder, positions: tuple[int, int], missing: Missing, reporter: Reporter
) -> Iterator[Frame]:
    """Draw a range of whole groups, in the order of drawing, into the run's folder, and yield the frames as they come.

    Of a group that was begun, what is there stays: it is drawn again only for the frames that are missing.
    """
    plan = drawing_order(run.plan)
    last = plan.frames[positions[1] - 1].index
    stop_if(reporter.should_stop)
    known = fingerprint(run.plan, backend)
    for drawn in draw_frames(plan, backend, recall_across_cuts(run, positions[0]), positions[0]):
        spec = drawn.spec
        if spec.index in missing.frames:
            settings = drawn.settings(plan, backend)
            path = run.write(spec.index, drawn.frame, frame_text(plan, spec, settings, known))
            yield drawn.frame
            _report(drawn, path, run, reporter, start_text(settings))
            stop_if(reporter.should_stop)
        else:
            yield drawn.frame
        if spec.index == last:
            return


def recall_across_cuts(run: RunFolder, first: int) -> ReadFrame:
    """Return what reads earlier frames for drawing from a position on; across a hard cut there need be none."""
    frames = drawing_order(run.plan).frames
    before = frames[first - 1].index if first else NO_ANCHOR

    def recall(index: int) -> Frame:
        if index == before and frames[first].cut and frames[first].diffuse and not run.frame_path(index).exists():
            # A cut looks at nothing of the frame before it.
            return np.zeros((run.plan.size[1], run.plan.size[0], 3), np.uint8)
        return run.read(index)

    return recall


def _report(drawn: Drawn, path: Path, run: RunFolder, reporter: Reporter, start: str) -> None:
    spec = drawn.spec
    if drawn.problem:
        run.note_held(spec.index, drawn.problem)
        reporter.on_event(FrameRepeated(spec.index, drawn.problem))
    if spec.diffuse:
        reporter.clock.tick()
    reporter.n_done += 1
    done, eta_s = reporter.n_done, reporter.clock.eta_s()
    reporter.on_event(FrameDone(spec.index, done, reporter.n_frames, spec.scene, path, spec.diffuse, eta_s, start))
