"""One part of a video drawn exactly as the whole shows it, and shown on its own: another version of a scene.

What a part grows out of is taken over from other runs or drawn, back to the hard cut that its stretch begins with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from glance.errors import BackendError, ProjectError
from glance.media.video_writer import Encoding, Soundtrack, VideoWriter
from glance.project.model import Project
from glance.project.plan import RenderPlan
from glance.render.backend import FrameBackend
from glance.render.disk import require_space
from glance.render.eta import EtaClock
from glance.render.events import Event, RunFinished, RunStarted
from glance.render.frame_links import Links, cut_positions
from glance.render.job import Destination
from glance.render.lock import run_lock
from glance.render.missing import missing_of
from glance.render.run_folder import RunFolder, is_begun, open_run
from glance.render.taking_over import take_over
from glance.render.video import Reporter, StopError, draw_range, stop_if


@dataclass(frozen=True)
class Part:
    """A part of a video: frames `first` to `end - 1` of the plan, by their positions in it."""

    plan: RenderPlan
    first: int
    end: int


def make_clip(
    project: Project,
    part: Part,
    backend: FrameBackend,
    destination: Destination,
    *,
    on_event: Callable[[Event], None],
    should_stop: Callable[[], bool],
) -> bool:
    """Draw what is missing of a part's frames, and write them as a video with their piece of the song.

    Args:
        project: What the plan was compiled from.
        part: Which part of which video.
        backend: Who draws.
        destination: Where the clip and its frames go, and where frames may be taken over from.
        on_event: Hears of every frame.
        should_stop: Asked after every frame.

    Returns:
        True when the clip is complete, False where it was stopped; what was drawn is kept.

    Raises:
        BackendError: It cannot be drawn.
        RunError: The disk is full, or the folder is another job's.
        VideoError: The clip cannot be written.
    """
    plan = part.plan
    problems = backend.problems(plan)
    if problems:
        raise BackendError("this cannot be drawn:\n" + "\n".join(f"- {problem}" for problem in problems))
    with run_lock(destination.run):
        plain = msgspec.to_builtins(project)
        run = open_run(destination.run, plan, backend, plain, resume=is_begun(destination.run))
        begin = max(at for at in cut_positions(plan.frames) if at <= part.first)
        take_over(run, destination.donors, {spec.index for spec in plan.frames[begin : part.end]})
        missing = missing_of(run, begin, part.end)
        width, height = plan.size
        require_space(run.path, len(missing.frames) * width * height * 3, "these frames")
        clock = EtaClock(missing.n_to_diffuse, warm_up=1)
        total = missing.n_ready + len(missing.frames)
        reporter = Reporter(on_event, should_stop, clock, missing.n_ready, total)
        on_event(RunStarted(run.path, total, missing.n_ready, clock.n_left))
        try:
            for positions in missing.ranges:
                for _ in draw_range(backend, run, positions, missing, reporter):
                    pass
            _write(run, project, destination, part, should_stop)
        except StopError:
            return False
        on_event(RunFinished(destination.video, run.path, tuple(run.held())))
    return True


def _write(
    run: RunFolder,
    project: Project,
    destination: Destination,
    part: Part,
    should_stop: Callable[[], bool],
) -> None:
    plan = part.plan
    shown = plan.frames[part.first : part.end]
    begin_s, end_s = (float(at / plan.fps) for at in (shown[0].index, shown[-1].index + 1))
    writer = VideoWriter(
        destination.video,
        fps=plan.fps,
        size=plan.size,
        soundtrack=Soundtrack(Path(plan.song), begin_s, min(end_s, plan.end_s)),
        encoding=Encoding(crf=project.output.crf, preset=project.output.preset),
    )
    with writer:
        for spec in shown:
            stop_if(should_stop)
            writer.write(run.read(spec.index))


def scenes_that_differ(plan: RenderPlan, one: Links, other: Links) -> list[int]:
    """Return the scenes of which some drawn frame has another link, in order."""
    return sorted({spec.scene for spec in plan.frames if spec.diffuse and one.of(spec.index) != other.of(spec.index)})


def part_of_scene(plan: RenderPlan, scene: int) -> Part:
    """Return a scene's part of the video.

    Raises:
        ProjectError: It has no frame.
    """
    found = [at for at, spec in enumerate(plan.frames) if spec.scene == scene]
    if not found:
        raise ProjectError(f"scenes[{scene}]", "this scene has no frame in the video, so that there is nothing to draw")
    return Part(plan, found[0], found[-1] + 1)
