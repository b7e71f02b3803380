"""The page's way from a finished take to files for the places where people see it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from glance.app.takes import Take
from glance.app.tasks import Task
from glance.audio.types import SongAnalysis
from glance.errors import ProjectError
from glance.limits import finite, shown
from glance.project.model import Project
from glance.publish.opening import open_finished
from glance.publish.parts import Wish, chosen_part
from glance.publish.publishing import Finished, Publication, captions, publish
from glance.publish.subtitles import write_subtitles
from glance.publish.targets import TARGETS, target_named
from glance.publish.thumbnail import write_thumbnail
from glance.render.events import Event, FramePublished, PublishingStarted
from glance.story.styles import Style
from glance.timing import parse_fps


def targets() -> list[dict[str, Any]]:
    """Return what the page offers: name, label, size, the size to draw, and bounds of each place."""
    return [
        {
            "name": target.name,
            "label": target.label,
            "size": target.size,
            "draw": target.draw,
            "longest_s": target.longest_s,
            "loops": target.loops,
            "silent": target.silent,
        }
        for target in TARGETS.values()
    ]


def publish_take(
    task: Task, take: Take, project: Project, song: SongAnalysis, styles: Mapping[str, Style], asked: Mapping[str, Any]
) -> dict[str, Any]:
    """Write a finished take for one place, with the words that its project has now.

    Args:
        task: Hears of every frame, and may ask to stop.
        take: A take whose video is complete.
        project: The project as the page has it now.
        song: What is heard in its song.
        styles: All styles.
        asked: `target`, and perhaps `fps`, `best_s`, `loop_bars`, `span` = [start, end] in seconds.

    Returns:
        The take's number, the file's name, and notes.

    Raises:
        GlanceError: It cannot be written, or the place does not take it.
    """
    target = target_named(str(asked.get("target", "")))
    fps = _fps(asked.get("fps"))
    wish = _wish(asked)
    finished = open_finished(take.run, project, take.video, lambda _: song, styles)
    part, excerpt = chosen_part(finished, target, wish)
    if wish.loop_bars:
        target = replace(target, loops=True)
    path = take.published / f"{target.name}{target.suffix}"
    done = publish(
        part,
        Publication(target, fps),
        path,
        on_event=lambda event: _tell(event, task),
        should_stop=task.stopping,
    )
    if done is None:
        return {"take": take.number}
    _write_beside(part, done.path)
    write_thumbnail(part, target, done.path.with_suffix(".png"))
    notes = [*([f"{target.label}: {excerpt}"] if excerpt else []), *done.notes]
    return {"take": take.number, "file": done.path.name, "notes": notes}


def _write_beside(finished: Finished, video: Path) -> None:
    """Write the lyrics as subtitles beside a video that has some."""
    read = [each for each in captions(finished, always=True) if each.role == "lyric"]
    start_s = float(finished.footage.plan.frames[0].index / finished.footage.fps)
    for ending in (".srt", ".ass") if read else ():
        write_subtitles(video.with_suffix(ending), read, start_s, finished.project.lettering)


def _tell(event: Event, task: Task) -> None:
    if isinstance(event, PublishingStarted):
        width, height = event.size
        task.say(text=f"Writing {width}x{height}", total=event.n_frames, done=0, eta_s=None)
    elif isinstance(event, FramePublished):
        task.say(done=event.position, eta_s=None if math.isnan(event.eta_s) else round(event.eta_s, 1))


def _fps(value: object) -> Fraction | None:
    if value in (None, ""):
        return None
    try:
        return parse_fps(str(value)[:40])
    except ValueError as error:
        raise ProjectError("fps", str(error)) from None


def _wish(asked: Mapping[str, Any]) -> Wish:
    span = asked.get("span")
    if span is not None and not (isinstance(span, Sequence) and len(span) == 2 and not isinstance(span, str)):
        raise ProjectError("span", f"expected a start and an end in seconds, found {shown(span)}")
    start, end = (_number(value, "span") for value in span) if span else (None, None)
    best, bars = _number(asked.get("best_s", 0), "best_s"), _number(asked.get("loop_bars", 0), "loop_bars")
    return Wish(start, end, best, int(max(-1.0, min(bars, 1_000.0))))


def _number(value: object, field: str) -> float:
    number = finite(value)
    if number is None:
        raise ProjectError(field, f"expected a number, found {shown(value)}")
    return number
