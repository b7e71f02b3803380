"""Previews of styles on the page: one subject, drawn in each style by whoever draws the video."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

from glance._files import write_atomically
from glance.errors import ProjectError
from glance.project.model import Project
from glance.render.style_previews import SUBJECT, PreviewLook, style_previews
from glance.story.guard import check_words
from glance.story.styles import Style
from glance.ui.host import Host
from glance.ui.tasks import Task

_QUALITY = 85
_SUBJECT_LENGTH = 300


def preview_look(asked: Mapping[str, Any]) -> PreviewLook:
    """Return what a page asked for: subject, and the host's names for checkpoint, sampler and scheduler.

    Raises:
        ProjectError: The subject holds unsafe words.
    """
    subject = str(asked.get("subject", "")).strip()[:_SUBJECT_LENGTH] or SUBJECT
    check_words(subject, "subject")
    checkpoint, sampler, scheduler = (
        str(asked.get(name, ""))[:_SUBJECT_LENGTH] for name in ("checkpoint", "sampler", "scheduler")
    )
    return PreviewLook(subject=subject, checkpoint=checkpoint, sampler=sampler, scheduler=scheduler)


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


def draw_styles(task: Task, styles: Sequence[Style], look: PreviewLook, host: Host, project: Project) -> dict[str, Any]:
    """Draw the previews one by one; the task's `drawn` lists the styles whose picture is there.

    Raises:
        BackendError: Nothing can be drawn.
    """
    from PIL import Image

    drawn: list[str] = []
    shown = shown_folder(host.folder, task.id)
    shown.mkdir(parents=True, exist_ok=True)
    task.say(total=len(styles), drawn=[])
    cache = host.folder / "cache" / "styles"
    with closing(host.open_backend(project)) as backend, host.turn(task.stopping):
        for done, preview in enumerate(style_previews(styles, backend, look, cache, task.stopping), start=1):
            if preview.frame is not None:
                packed = BytesIO()
                Image.fromarray(preview.frame).save(packed, "JPEG", quality=_QUALITY)
                write_atomically(shown / f"{preview.style}.jpg", packed.getvalue(), sync=False)
                drawn = [*drawn, preview.style]
            task.say(done=done, drawn=drawn, note=preview.problem)
    return {"drawn": drawn}


def shown_folder(folder: Path, task_id: str) -> Path:
    """Return where a task's previews lie for the page."""
    return folder / "cache" / "shown" / task_id
