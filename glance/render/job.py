"""The one job of GLANCE: a project and its plan become a video. The command line, the page and programs call this."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from glance.errors import RunError
from glance.media.video_writer import Encoding
from glance.project.model import Project
from glance.project.plan import RenderPlan
from glance.render.backend import FrameBackend, fingerprint
from glance.render.events import Event, RunFinished
from glance.render.lock import run_lock
from glance.render.metadata import video_text
from glance.render.parallel import draw_side_by_side
from glance.render.run_folder import open_run
from glance.render.taking_over import take_over
from glance.render.upscaling import Upscaling
from glance.render.video import Target, render


def _unheard(event: Event) -> None:
    """Hear of an event, and do nothing."""


def _never() -> bool:
    return False


def _nothing() -> None:
    """Leave everything as it is."""


def _replaced(fingerprint: str) -> Callable[[], None]:
    """Let an older video be replaced."""
    return _nothing


@dataclass(frozen=True)
class Destination:
    """Where a video goes, and its frames.

    Attributes:
        video: The video's file. Only one that is GLANCE's own is replaced, and only once the new one is complete.
        run: Folder of the frames, see `glance.render.run_folder`.
        resume: Whether to go on with what is in the run folder.
        fresh: Whether to throw away what is in it.
        told: Whether the video says how it was made, see `video_text`.
        upscaling: How finished frames are enlarged for the video; None to show them as they were drawn.
        so_far: A file for what is there when the job is stopped, see `Target`.
        donors: Run folders of other videos; what they hold of this plan's frames is taken over and not drawn again.
        keep_older: Called with the run's fingerprint while the run folder still is as it was; what it returns is called
            once the run is opened, and puts an older video out of the way that has to be kept.
    """

    video: Path
    run: Path
    resume: bool = False
    fresh: bool = False
    told: bool = True
    upscaling: Upscaling | None = None
    so_far: Path | None = None
    donors: tuple[Path, ...] = ()
    keep_older: Callable[[str], Callable[[], None]] = _replaced


@dataclass(frozen=True)
class MadeVideo:
    """A finished video.

    Attributes:
        path: Its file: the one that was asked for, or the next free name where another program held that.
        repeated: Frames that stand in for one that could not be drawn: number -> what was wrong.
        drift: What became of its pictures over each scene, in lines.
    """

    path: Path
    repeated: Mapping[int, str]
    drift: Sequence[str] = ()


def make_video(
    project: Project,
    plan: RenderPlan,
    backends: Sequence[FrameBackend],
    destination: Destination,
    *,
    on_event: Callable[[Event], None] = _unheard,
    should_stop: Callable[[], bool] = _never,
) -> MadeVideo | None:
    """Draw what is missing of a plan's frames, and write the video with its song.

    A killed or stopped job goes on with `resume`, and gives the same frames and the same video as if it had never been
    stopped.

    Args:
        project: What the plan was compiled from.
        plan: See `glance.project.compile.compile_plan`.
        backends: Who draws; several share the stretches between cuts, and have to be alike. They stay open.
        destination: Where it goes.
        on_event: Hears of every frame.
        should_stop: Asked after every frame.

    Returns:
        The video, or None where it was stopped; what was drawn is kept.

    Raises:
        BackendError: The plan cannot be drawn, or a frame failed.
        RunError: The folder is another job's, or holds another run; or the disk is full.
        VideoError: The video cannot be written.
    """
    if not backends:
        raise RunError("a video needs at least one backend that draws it, found none")
    finished: list[RunFinished] = []

    def hear(event: Event) -> None:
        if isinstance(event, RunFinished):
            finished.append(event)
        on_event(event)

    with run_lock(destination.run):
        # 1. The run folder: frames that are there already, and whose they are.
        known = fingerprint(plan, backends[0])
        keep_older = destination.keep_older(known)
        plain = msgspec.to_builtins(project)
        run = open_run(destination.run, plan, backends[0], plain, resume=destination.resume, fresh=destination.fresh)
        take_over(run, destination.donors)
        # 2. The video's file.
        keep_older()
        encoding = Encoding(crf=project.output.crf, preset=project.output.preset)
        text = video_text(project, known) if destination.told else {}
        target = Target(destination.video, encoding, text, destination.upscaling, destination.so_far)
        # 3. The frames: by several backends, each a stretch between cuts; else one after the other.
        done = len(backends) == 1 or draw_side_by_side(plan, backends, run, on_event=hear, should_stop=should_stop)
        # 4. The video, from frames that are there and frames that are drawn now.
        done = done and render(plan, backends[0], run, target, on_event=hear, should_stop=should_stop)
        repeated = run.held()
    return MadeVideo(finished[-1].video, repeated, finished[-1].drift) if done and finished else None
