"""The numbers behind the timeline, and everything that is wrong with a project, field by field."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from glance.audio.corrections import apply_corrections
from glance.audio.types import SongAnalysis
from glance.errors import GlanceError, ProjectError, ScheduleError
from glance.project.channel_values import channel_texts, channel_values, signals_of
from glance.project.compile import drawn_and_between
from glance.project.frame_prompts import frame_words, prompt_timeline, unsafe_words
from glance.project.model import Project
from glance.project.scenes import lay_out, scene_starts
from glance.project.validate import faults
from glance.schedule.channels import CHANNELS
from glance.schedule.curve import evaluate
from glance.schedule.parse import parse_schedule
from glance.schedule.signals import Signals
from glance.story.styles import Style


@dataclass(frozen=True)
class Problem:
    """Something a person has to put right.

    Attributes:
        field: Path of the field in the project, such as `curves.zoom` or `scenes[2].start`.
        message: What was expected, what was found, what to do.
        column: Where in the field's text the fault begins; -1 where that is not known.
        length: How many characters are at fault.
    """

    field: str
    message: str
    column: int = -1
    length: int = 0


def problems_of(project: Project, analysis: SongAnalysis, styles: Mapping[str, Style]) -> list[Problem]:
    """Return all that would keep the project from being rendered; empty where nothing does."""
    try:
        signals = signals_of(project, apply_corrections(analysis, project.song.corrections))
    except GlanceError as error:
        return [_problem(error)]
    found = list(_curve_problems(project, signals))
    slips = [_problem(fault) for fault in faults(project)]
    if slips:
        return [*found, *slips]
    sound = _without_curves(project, [problem.field.removeprefix("curves.") for problem in found])
    try:
        track = lay_out(sound, signals)
        values = channel_values(sound, signals, track)
        channel_texts(sound, signals)
        words = prompt_timeline(sound, track, styles, signals)
        frame_words(words, values["prompt_weight"], signals)
    except GlanceError as error:
        return [*found, _problem(error)]
    if not project.look.allow_unsafe:
        # A prompt with a key may be said in several scenes; it is wrong only once.
        found.extend(dict.fromkeys(_problem(error) for error in unsafe_words(words)))
    return found


def timeline(project: Project, analysis: SongAnalysis, channels: Sequence[str]) -> dict[str, Any]:
    """Return what the timeline draws.

    Args:
        project: The project; a curve that cannot be read is left out, its default is drawn instead.
        analysis: What was heard in its song, without corrections.
        channels: Names of the number channels wanted.

    Returns:
        `fps`, `n_frames` and `n_drawn`, how many of them are drawn; `starts`, the scenes' starts in seconds; and
        `channels`: name -> `base` (the curve alone), `heard` (with reactions) and `final` (with reactions and camera
        presets), each n_frames float32, little-endian, as base64.

    Raises:
        ProjectError: The frame rate or a scene's start is wrong.
    """
    corrected = apply_corrections(analysis, project.song.corrections)
    signals = signals_of(project, corrected)
    broken = [problem.field.removeprefix("curves.") for problem in _curve_problems(project, signals)]
    project = _without_curves(project, broken)
    track = lay_out(project, signals)
    final = channel_values(project, signals, track)
    scenes = tuple(msgspec.structs.replace(scene, motion=0.0) for scene in project.scenes)
    still = msgspec.structs.replace(project, scenes=scenes)
    heard = channel_values(still, signals, lay_out(still, signals))
    wanted = [name for name in channels if name in final]
    drawn, _ = drawn_and_between(project, corrected, signals, track, final["cadence"])
    return {
        "fps": float(signals.fps),
        "n_frames": signals.n_frames,
        "n_drawn": int(drawn.sum()),
        "starts": scene_starts(project, signals),
        "channels": {
            name: {
                "base": _packed(_base(project, name, signals)),
                "heard": _packed(heard[name]),
                "final": _packed(final[name]),
            }
            for name in wanted
        },
    }


def _base(project: Project, name: str, signals: Signals) -> NDArray[np.float64]:
    text = project.curves.get(name, "").strip()
    if text:
        return evaluate(parse_schedule(text, name), signals)
    level = next((one.map.silence for one in project.reactions if one.channel == name), CHANNELS[name].default)
    return np.full(signals.n_frames, float(level))


def _curve_problems(project: Project, signals: Signals) -> Iterator[Problem]:
    for name, text in project.curves.items():
        if name not in CHANNELS or not text.strip():
            continue
        try:
            curve = parse_schedule(text, name)
            if CHANNELS[name].kind != "text":
                evaluate(curve, signals)
        except ScheduleError as error:
            yield Problem(f"curves.{name}", error.hint, error.column, error.length)


def _problem(error: GlanceError) -> Problem:
    if isinstance(error, ScheduleError):
        field = "prompts" if error.channel == "prompts" else f"curves.{error.channel}"
        return Problem(field, error.hint, error.column, error.length)
    if isinstance(error, ProjectError):
        return Problem(error.field, error.message)
    return Problem("", str(error))


def _without_curves(project: Project, names: Sequence[str]) -> Project:
    if not names:
        return project
    kept = {name: text for name, text in project.curves.items() if name not in names}
    return msgspec.structs.replace(project, curves=kept)


def _packed(values: NDArray[np.float64]) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode("ascii")
