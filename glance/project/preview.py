"""The plan of a preview: small, few pictures drawn and the rest in-between, but with every frame and every move."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from glance.audio.analysis import SongAnalysis
from glance.frames import Size
from glance.project.compile import compile_plan
from glance.project.model import Project
from glance.project.plan import RenderPlan
from glance.project.values import frame_rate
from glance.story.styles import Style

#: Longer side of a preview, in pixels.
_LONGER_SIDE = 256
#: Seconds from one drawn picture to the next; hits of the music are drawn besides.
_STEP_S = 0.5


def preview_size(size: Size) -> Size:
    """Return a small size of nearly the same shape, in multiples of 8."""
    scale = min(1.0, _LONGER_SIDE / max(size))
    width, height = (max(64, round(length * scale / 8) * 8) for length in size)
    return width, height


def preview_plan(
    project: Project, analysis: SongAnalysis, styles: Mapping[str, Style], *, size: Size | None = None
) -> RenderPlan:
    """Return the plan of a project's preview, at `size` or at a size that suits a preview.

    Raises:
        ProjectError: A field is wrong.
        ScheduleError: A curve's text is wrong.
    """
    cadence = max(1, round(float(frame_rate(project)) * _STEP_S))
    quick = msgspec.structs.replace(
        project,
        curves={**project.curves, "cadence": str(cadence)},
        look=msgspec.structs.replace(project.look, flow=False),
    )
    size = size or preview_size((project.output.width, project.output.height))
    return compile_plan(quick, analysis, styles, size=size)
