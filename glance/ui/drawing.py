"""The page's two ways to a moving picture: the quick preview, and a take drawn in full.

Both go through the core's own loop. The preview is the same plan, small, with fewer pictures drawn and more of them
in-between, on the embedded painter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from glance._files import remove_tree, sweep
from glance.audio.analysis import SongAnalysis
from glance.audio.corrections import apply_corrections
from glance.project.compile import compile_plan, crop_plan
from glance.project.plan import RenderPlan
from glance.render.claim import claimed
from glance.render.disk import disk_error
from glance.render.drawing import draw_frames
from glance.render.events import Event, FrameDone, FrameHeld, FrameUpscaled, RunFinished, RunStarted, UpscalingStarted
from glance.render.loop import Target, frame_text, render, video_text
from glance.render.run_folder import RunFolder, discard_frames, open_run
from glance.render.upscaling import opened_upscaling
from glance.story.styles import Style
from glance.timing import format_clock
from glance.ui.host import Host, Progress
from glance.ui.takes import VIDEO, Take
from glance.ui.tasks import Task
from glance.video.writer import Encoding


def draw_preview(task: Task, plan: RenderPlan, folder: Path, span_s: tuple[float, float] | None) -> dict[str, Any]:
    """Draw a preview into `folder`, telling the task after each frame; what was there before is replaced.

    Args:
        task: Hears of every frame, and may ask to stop.
        plan: See `preview_plan`.
        folder: Where its frames go; see `RunFolder`.
        span_s: Part of the song in seconds; None for all of it.

    Raises:
        BackendError: The painter cannot draw it.
        RunError: The disk is full.
    """
    from glance.backends.painter import PainterBackend

    if span_s is not None:
        plan = crop_plan(plan, *span_s)
    run = _emptied(folder, plan)
    first = plan.frames[0].index
    facts = {"first": first, "total": len(plan.frames), "fps": float(plan.fps), "size": list(plan.size)}
    task.say(**facts)
    start = plan.look.start_image
    with closing(PainterBackend(start_image=Path(start.path) if start else None)) as painter:
        for done, drawn in enumerate(draw_frames(plan, painter, run.read), start=1):
            run.write(drawn.spec.index, drawn.frame, frame_text(plan, drawn.spec))
            task.say(done=done, newest=drawn.spec.index, scene=drawn.spec.scene)
            if task.stopping():
                break
    return facts


def _emptied(folder: Path, plan: RenderPlan) -> RunFolder:
    run = RunFolder(folder, plan)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        sweep(folder.parent, folder.name)
        remove_tree(folder)
        run.folder.mkdir(parents=True)
    except OSError as error:
        raise disk_error(error, folder, 0) from None
    return run


def draw_take(
    task: Task, take: Take, analysis: SongAnalysis, styles: Mapping[str, Style], host: Host
) -> dict[str, Any]:
    """Draw a take, or go on with it, and return what the page shows of it.

    Raises:
        GlanceError: Anything that keeps it from being finished; what was drawn is kept.
    """
    project = take.project()
    task.say(text="Planning every frame", take=take.number)
    plan = compile_plan(project, analysis, styles)
    encoding = Encoding(crf=project.output.crf, preset=project.output.preset)
    metadata = video_text(project, plan) if host.defaults().metadata else {}
    with (
        claimed(take.run),
        closing(host.open_backend(project)) as backend,
        opened_upscaling(project.output, host.open_upscaler) as upscaling,
    ):
        resume = (take.run / "run.json").exists()
        run = open_run(take.run, plan, backend, msgspec.to_builtins(project), resume=resume)
        task.say(text="Waiting for its turn", total=len(plan.frames))
        with host.turn(task.stopping):
            done = render(
                plan,
                backend,
                run,
                Target(take.target, encoding, metadata, upscaling),
                on_event=lambda event: _tell(event, task, host, float(plan.fps)),
                should_stop=lambda: task.stopping() or host.interrupted(),
            )
    if not done:
        task.stop()
        return {"take": take.number}
    task.say(text="Measuring how well it follows the song", eta_s=None)
    take.note_sync(_sync(take.video, apply_corrections(analysis, project.song.corrections)))
    if not host.defaults().keep_frames:
        discard_frames(run)
    return {"take": take.number}


def _tell(event: Event, task: Task, host: Host, fps: float) -> None:
    if isinstance(event, RunStarted):
        task.say(text="Drawing", total=event.n_frames, done=event.n_ready)
    elif isinstance(event, FrameDone):
        eta = None if math.isnan(event.eta_s) else round(event.eta_s, 1)
        task.say(done=event.position, newest=event.index, scene=event.scene, eta_s=eta)
        moment = format_clock(round(event.index / fps, 1))
        host.show(Progress(f"frame {event.position} of {event.n_frames}, {moment}", event.position, event.n_frames))
    elif isinstance(event, UpscalingStarted):
        width, height = event.size
        task.say(text=f"Enlarging to {width}x{height}", done=event.n_ready, total=event.n_frames, eta_s=None)
    elif isinstance(event, FrameUpscaled):
        task.say(done=event.position, eta_s=round(event.eta_s, 1))
        host.show(Progress(f"enlarging frame {event.position} of {event.n_frames}", event.position, event.n_frames))
    elif isinstance(event, FrameHeld):
        task.say(note=f"Frame {event.index} came out {event.problem}, so the one before was kept.")
    elif isinstance(event, RunFinished) and event.video.name != VIDEO:
        task.say(note=f"Another program has {VIDEO} open, so the new video is {event.video.name}.")


def _sync(video: Path, analysis: SongAnalysis) -> dict[str, Any]:
    from glance.render.sync import describe, measure_sync

    onsets = analysis.onsets["all"]
    report = measure_sync(video, onsets.times_s, onsets.strengths)
    return {"text": describe(report)}
