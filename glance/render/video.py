"""The render: a plan goes in, frames on disk and a video with its song come out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from glance.errors import BackendError, BackendInterruptedError, RunError
from glance.frames import Frame
from glance.media.video_writer import Encoding, Soundtrack, VideoWriter
from glance.project.plan import RenderPlan
from glance.render.backend import FrameBackend, fingerprint
from glance.render.drawing_order import drawing_order
from glance.render.drift_report import write_drift
from glance.render.eta import EtaClock
from glance.render.events import Event, FlashesMeasured, FrameDone, FrameRepeated, RunFinished, RunStarted, RunStopped
from glance.render.feedback import Drawn, draw_frames
from glance.render.finishing import Finisher, FinishingLine
from glance.render.metadata import frame_text, start_text
from glance.render.run_folder import RunFolder
from glance.render.upscaling import Upscaling, discard_enlarged


@dataclass(frozen=True)
class Target:
    """The video file to be made.

    Attributes:
        path: Where it goes; replaced only once the new one is complete. Where that cannot be, it becomes
            `NAME (2).mp4`; `RunFinished` tells.
        encoding: Quality and speed of the encoder.
        metadata: Title, comment and so on.
        upscaling: How finished frames are enlarged for it; None to show them as they were drawn.
    """

    path: Path
    encoding: Encoding
    metadata: Mapping[str, str]
    upscaling: Upscaling | None = None


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
    first = run.n_ready()
    # The first drawn frame may have loaded a model.
    clock = EtaClock(sum(spec.diffuse for spec in drawing_order(plan).frames[first:]), warm_up=1)
    reporter = _Reporter(on_event, should_stop, clock, first, fingerprint(plan, backend))
    if upscaling:
        upscaling.require_space(run)
    size = upscaling.video_size(plan.size) if upscaling else plan.size
    finisher = Finisher(plan, partial(upscaling.again, run) if upscaling else run.read, size)
    on_event(RunStarted(run.path, len(plan.frames), first, clock.n_left, run.note))
    try:
        with _writer(plan, target) as writer:
            frames = _frames(plan, backend, run, reporter, reread=upscaling is None)
            if upscaling:
                deque(frames, maxlen=0)
                frames = upscaling.frames(run, on_event, lambda: _stop_if(should_stop))
            with FinishingLine(plan, finisher, writer) as line:
                for spec, frame in zip(plan.frames, frames, strict=True):
                    line.write(spec.index, frame)
    except (_StopError, BackendInterruptedError):
        on_event(RunStopped(run.path, run.n_ready(), len(plan.frames)))
        return False
    with suppress(RunError):  # the video is complete; what is held open goes the next time
        discard_enlarged(run)
    on_event(FlashesMeasured(line.report()))
    drift = write_drift(plan, run)
    on_event(RunFinished(writer.path, run.path, tuple(run.held()), tuple(drift.lines()) if drift else ()))
    return True


def _writer(plan: RenderPlan, target: Target) -> VideoWriter:
    return VideoWriter(
        target.path,
        fps=plan.fps,
        size=target.upscaling.video_size(plan.size) if target.upscaling else plan.size,
        soundtrack=Soundtrack(Path(plan.song), plan.start_s, plan.end_s),
        encoding=target.encoding,
        metadata=target.metadata,
    )


class _StopError(Exception):
    """Leaves the writer's block without finishing the file."""


def _stop_if(should_stop: Callable[[], bool]) -> None:
    if should_stop():
        raise _StopError


@dataclass(frozen=True)
class _Reporter:
    """Who hears of each frame, and who may stop the run after it; `known` is the run's fingerprint."""

    on_event: Callable[[Event], None]
    should_stop: Callable[[], bool]
    clock: EtaClock
    first: int
    known: str


def _frames(
    plan: RenderPlan, backend: FrameBackend, run: RunFolder, reporter: _Reporter, *, reread: bool = True
) -> Iterator[Frame]:
    """Yield the video's frames: first those that are there, unless `reread` is off, then those that are drawn now.

    Where scenes are drawn backwards, all frames are drawn before the first one is yielded.
    """
    order = drawing_order(plan)
    drawn_now = _drawn(order, backend, run, reporter)
    if order is not plan:
        deque(drawn_now, maxlen=0)
    for spec in (plan.frames[: reporter.first] if order is plan else plan.frames) if reread else ():
        _stop_if(reporter.should_stop)
        yield run.read(spec.index)
    yield from drawn_now


def _drawn(plan: RenderPlan, backend: FrameBackend, run: RunFolder, reporter: _Reporter) -> Iterator[Frame]:
    """Draw the frames of a plan, in the order of drawing, that are missing in the run folder."""
    if reporter.first == len(plan.frames):
        return
    _stop_if(reporter.should_stop)
    positions = {spec.index: position for position, spec in enumerate(plan.frames)}
    for drawn in draw_frames(plan, backend, run.read, reporter.first):
        spec = drawn.spec
        position = positions[spec.index]
        if position < reporter.first:
            continue  # drawn again only because it shares a group with the first missing frame
        settings = drawn.settings(plan, backend)
        path = run.write(spec.index, drawn.frame, frame_text(plan, spec, settings, reporter.known))
        yield drawn.frame
        _report(drawn, position + 1, path, run, reporter, start_text(settings))
        _stop_if(reporter.should_stop)


def _report(drawn: Drawn, done: int, path: Path, run: RunFolder, reporter: _Reporter, start: str) -> None:
    spec = drawn.spec
    if drawn.problem:
        run.note_held(spec.index, drawn.problem)
        reporter.on_event(FrameRepeated(spec.index, drawn.problem))
    if spec.diffuse:
        reporter.clock.tick()
    eta_s = reporter.clock.eta_s()
    n_frames = len(run.plan.frames)
    reporter.on_event(FrameDone(spec.index, done, n_frames, spec.scene, path, spec.diffuse, eta_s, start))
