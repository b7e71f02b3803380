"""The page's two ways to a moving picture: the quick preview, and a take drawn in full.

Both go through the core's own loop. The preview is the same plan, small, with fewer pictures drawn and more of them
in-between, on the embedded painter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from glance.app.host import Host, Progress, Suited
from glance.app.pace import PaceMeter
from glance.app.takes import VIDEO, Take
from glance.app.tasks import Task
from glance.audio.corrections import apply_corrections
from glance.audio.types import SongAnalysis
from glance.backends.strength.calibration import PICTURES, Trial, measure_model
from glance.backends.strength.measured import keep_measured, measured_file, model_key
from glance.errors import ProjectError, VideoError
from glance.project.compile import compile_plan, crop_plan
from glance.project.model import Project
from glance.project.plan import RenderPlan
from glance.render.backend import fingerprint
from glance.render.disk import disk_error
from glance.render.events import (
    Event,
    FlashesMeasured,
    FrameDone,
    FrameRepeated,
    FrameUpscaled,
    RunFinished,
    RunStarted,
    UpscalingStarted,
)
from glance.render.feedback import draw_frames
from glance.render.job import Destination, make_video
from glance.render.metadata import frame_text
from glance.render.run_folder import RunFolder, discard_frames, is_begun
from glance.render.style_previews import SUBJECT, PreviewLook, draw_previews
from glance.render.upscaling import opened_upscaling
from glance.story.safety import check_words
from glance.story.styles import Style
from glance.system.files import remove_tree, sweep, write_atomically
from glance.timing import format_clock


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
    from glance.painter.backend import PainterBackend

    if span_s is not None:
        plan = crop_plan(plan, *span_s)
    run = _emptied(folder, plan)
    first = plan.frames[0].index
    facts = {"first": first, "total": len(plan.frames), "fps": float(plan.fps), "size": list(plan.size)}
    task.say(**facts)
    start = plan.look.start_image
    with closing(PainterBackend(start_image=Path(start.path) if start else None)) as painter:
        known = fingerprint(plan, painter)
        for done, drawn in enumerate(draw_frames(plan, painter, run.read), start=1):
            text = frame_text(plan, drawn.spec, drawn.settings(plan, painter), known)
            run.write(drawn.spec.index, drawn.frame, text)
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
    task: Task, take: Take, analysis: SongAnalysis, styles: Mapping[str, Style], host: Host, donors: tuple[Path, ...]
) -> dict[str, Any]:
    """Draw a take, or go on with it, and return what the page shows of it.

    What `donors`, other run folders, hold of its frames is taken over.

    Raises:
        GlanceError: Anything that keeps it from being finished; what was drawn is kept.
    """
    project = take.project()
    task.say(text="Planning every frame", take=take.number)
    plan = compile_plan(project, analysis, styles)
    span = take.note.span
    if span is not None:
        plan = crop_plan(plan, *span)
    meter = PaceMeter(host, plan.size)
    with (
        closing(host.open_backend(project)) as backend,
        opened_upscaling(project.output, host.open_upscaler) as upscaling,
    ):
        destination = Destination(
            take.target,
            take.run,
            resume=is_begun(take.run),
            told=host.defaults().metadata,
            upscaling=upscaling,
            so_far=take.so_far,
            donors=donors,
        )
        task.say(text="Waiting for its turn", total=len(plan.frames))
        with host.turn(task.stopping):
            made = make_video(
                project,
                plan,
                [backend],
                destination,
                on_event=lambda event: tell(event, task, host, float(plan.fps), meter),
                should_stop=lambda: task.stopping() or host.interrupted(),
            )
    meter.keep()
    if made is None:
        task.stop()
        return {"take": take.number}
    task.say(text="Measuring how well it follows the song", eta_s=None)
    take.note_sync(_sync(take.video, apply_corrections(analysis, project.song.corrections), plan.start_s))
    if not host.defaults().keep_frames:
        discard_frames(RunFolder(take.run, plan))
    return {"take": take.number}


def tell(event: Event, task: Task, host: Host, fps: float, meter: PaceMeter) -> None:
    """Let a task and a host's own display say how far a render is."""
    meter.hear(event)
    if isinstance(event, RunStarted):
        task.say(
            text="Drawing", total=event.n_frames, done=event.n_ready, **({"note": event.note} if event.note else {})
        )
    elif isinstance(event, FrameDone):
        eta = None if math.isnan(event.eta_s) else round(event.eta_s, 1)
        task.say(done=event.position, newest=event.index, scene=event.scene, eta_s=eta, start=event.start)
        moment = format_clock(round(event.index / fps, 1))
        host.show(Progress(f"frame {event.position} of {event.n_frames}, {moment}", event.position, event.n_frames))
    elif isinstance(event, UpscalingStarted):
        width, height = event.size
        task.say(text=f"Enlarging to {width}x{height}", done=event.n_ready, total=event.n_frames, eta_s=None)
    elif isinstance(event, FrameUpscaled):
        task.say(done=event.position, eta_s=round(event.eta_s, 1))
        host.show(Progress(f"enlarging frame {event.position} of {event.n_frames}", event.position, event.n_frames))
    elif isinstance(event, FrameRepeated):
        task.say(note=f"Frame {event.index} came out {event.problem}, so the one before was kept.")
    elif isinstance(event, FlashesMeasured):
        if event.report.spans or event.report.limited:
            task.say(note=f"This video {event.report}.")
    elif isinstance(event, RunFinished) and event.video.name != VIDEO:
        task.say(note=f"Another program has {VIDEO} open, so the new video is {event.video.name}.")


def _sync(video: Path, analysis: SongAnalysis, start_s: float) -> dict[str, Any]:
    from glance.media.sync import describe, measure_sync

    onsets = analysis.onsets["all"]
    try:
        report = measure_sync(video, onsets.times_s, onsets.strengths, start_s=start_s)
    except VideoError:  # of two frames nothing can be said
        return {}
    return {"text": describe(report)}


_QUALITY = 85
_SUBJECT_LENGTH = 300


def preview_look(asked: Mapping[str, Any], suits: Suited | None = None) -> PreviewLook:
    """Return what a page asked for: subject, and the host's names for checkpoint, sampler and scheduler.

    Args:
        asked: The page's request.
        suits: What suits the model that draws; few-step models are spoiled by other steps and guidance.

    Raises:
        ProjectError: The subject holds unsafe words.
    """
    subject = str(asked.get("subject", "")).strip()[:_SUBJECT_LENGTH] or SUBJECT
    check_words(subject, "subject")
    checkpoint, sampler, scheduler = (
        str(asked.get(name, ""))[:_SUBJECT_LENGTH] for name in ("checkpoint", "sampler", "scheduler")
    )
    look = PreviewLook(subject=subject, checkpoint=checkpoint, sampler=sampler, scheduler=scheduler)
    if suits is None or checkpoint:
        return look
    return replace(
        look,
        steps=min(look.steps, suits.steps),
        cfg=suits.cfg,
        sampler=sampler or suits.sampler,
        scheduler=scheduler or suits.scheduler,
    )


def chosen_styles(asked: Mapping[str, Any], styles: Mapping[str, Style]) -> list[Style]:
    """Return the styles a page asked for, in its order.

    Raises:
        ProjectError: It asked for none that exists.
    """
    wanted = asked.get("styles")
    names = [name for name in wanted if isinstance(name, str)] if isinstance(wanted, list) else []
    found = [styles[name] for name in dict.fromkeys(names) if name in styles]
    if not found:
        raise ProjectError("styles", "there is no style to preview; choose some in the grid")
    return found


def draw_styles(
    task: Task, styles: Sequence[Style], look: PreviewLook, host: Host, project: Project, cache: Path
) -> dict[str, Any]:
    """Draw the previews one by one; the task's `drawn` lists the styles whose picture is there.

    Args:
        task: Hears of every picture, and may ask to stop.
        styles: What to draw.
        look: How.
        host: Draws.
        project: Whose models and settings are used.
        cache: Folder that keeps the pictures.

    Raises:
        BackendError: Nothing can be drawn.
    """
    from PIL import Image

    drawn: list[str] = []
    shown = shown_folder(cache, task.id)
    shown.mkdir(parents=True, exist_ok=True)
    task.say(total=len(styles), drawn=[])
    with closing(host.open_backend(project)) as backend, host.turn(task.stopping):
        for done, preview in enumerate(draw_previews(styles, backend, look, cache / "styles", task.stopping), start=1):
            if preview.frame is not None:
                packed = BytesIO()
                Image.fromarray(preview.frame).save(packed, "JPEG", quality=_QUALITY)
                write_atomically(shown / f"{preview.style}.jpg", packed.getvalue(), sync=False)
                drawn = [*drawn, preview.style]
            task.say(done=done, drawn=drawn, note=preview.problem)
    return {"drawn": drawn}


def measure(task: Task, host: Host, project: Project, trial: Trial, folder: Path) -> dict[str, Any]:
    """Measure what strength means for the model that draws the video, and keep it.

    Args:
        task: Hears of every picture, and may ask to stop.
        host: Draws.
        project: Whose models and settings are used.
        trial: How the model is measured.
        folder: GLANCE's, in which it is kept.

    Returns:
        `model`, and `points` of its curve; nothing where it was stopped.

    Raises:
        BackendError: Nothing can be drawn, or compared.
        RunError: The folder cannot be written.
    """
    task.say(text="Waiting for its turn", total=PICTURES)
    with closing(host.open_backend(project)) as backend, host.turn(task.stopping):
        found = measure_model(
            backend,
            trial,
            lambda done: task.say(text="Drawing", done=done),
            lambda: task.stopping() or host.interrupted(),
        )
    if found is None:
        task.stop()
        return {}
    name, model = found
    keep_measured(measured_file(folder), name, model)
    return {"model": model_key(name), "points": [list(point) for point in model.points]}


def shown_folder(cache: Path, task_id: str) -> Path:
    """Return where a task's previews lie for the page."""
    return cache / "shown" / task_id
