"""What is about to be drawn, and how long it takes on this machine: asked before, not found out afterwards.

key pictures    one for each scene, in full
draft           half the size, every third frame drawn
final           as the project says
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from glance.app.host import Host
from glance.app.pace import pace_s
from glance.audio.corrections import apply_corrections
from glance.audio.types import SongAnalysis
from glance.frames import Size
from glance.project.channel_values import evaluate_channels, signals_of
from glance.project.compile import drawn_and_between
from glance.project.model import Project
from glance.project.scenes import lay_out
from glance.project.validate import with_sound_curves

_DRAFT_CADENCE = 3
_LEAST_SIDE = 64


def draft_of(project: Project, multiple: int = 8) -> Project:
    """Return the project of a draft: half as wide and high, every third frame drawn, and not enlarged.

    Args:
        project: The project.
        multiple: Sides that the host draws without rounding are multiples of this, in pixels.
    """
    output = project.output
    width, height = (max(_LEAST_SIDE, round(side / 2 / multiple) * multiple) for side in (output.width, output.height))
    return msgspec.structs.replace(
        project,
        curves={**project.curves, "cadence": str(_DRAFT_CADENCE)},
        output=msgspec.structs.replace(output, width=width, height=height, upscaler=""),
    )


def costs(
    project: Project, analysis: SongAnalysis, host: Host, span_s: tuple[float, float] | None = None
) -> dict[str, Any]:
    """Return, by `keys`, `draft` and `final`: `pictures` to draw, `size` and `seconds`, None where none was measured.

    Args:
        project: The project.
        analysis: What was heard in its song, without corrections.
        host: What draws.
        span_s: The part of the song that is made; None for all of it.

    Raises:
        ProjectError: It cannot be drawn.
    """
    draft = draft_of(project, host.defaults().multiple)
    full = project.output.width, project.output.height
    return {
        "keys": _cost(len(project.scenes), full, host),
        "draft": _cost(_n_drawn(draft, analysis, span_s), (draft.output.width, draft.output.height), host),
        "final": _cost(_n_drawn(project, analysis, span_s), full, host),
    }


def _cost(n_pictures: int, size: Size, host: Host) -> dict[str, Any]:
    pace = pace_s(host, size)
    return {
        "pictures": n_pictures,
        "size": list(size),
        "pace_s": pace,
        "seconds": None if pace is None else round(n_pictures * pace, 1),
    }


def _n_drawn(project: Project, analysis: SongAnalysis, span_s: tuple[float, float] | None) -> int:
    corrected = apply_corrections(analysis, project.song.corrections)
    signals = signals_of(project, corrected)
    project, _ = with_sound_curves(project, signals)
    track = lay_out(project, signals)
    values = evaluate_channels(project, signals, track)
    drawn, _ = drawn_and_between(project, corrected, signals, track, values["cadence"])
    if span_s is None:
        return int(drawn.sum())
    times = np.arange(drawn.size) / float(signals.fps)
    return int(drawn[(times >= span_s[0]) & (times < span_s[1])].sum())
