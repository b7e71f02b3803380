"""A project's effects, decided for every frame.

The value of an effect's channel is that of any channel (`glance.project.channel_values`). How far the effect works in a
scene is the scene's own number for it, else the project's; where one scene fades into the next, so does that number:

    value(f) = neutral + amount(f) * (channel(f) - neutral)

for the numbers that bring the effect in; those that only shape it are the channel's.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.effects.chain import EffectStep
from glance.effects.effect import Clock
from glance.effects.registry import EFFECTS
from glance.errors import ProjectError
from glance.project.model import EffectUse, Project
from glance.project.plan import EffectPlan
from glance.project.scenes import SceneTrack
from glance.project.validate import video_size
from glance.schedule.signals import Signals
from glance.system.files import sha256_of

Values = Mapping[str, NDArray[np.float64]]


def effect_plan(
    project: Project, signals: Signals, track: SceneTrack, values: Values, fades: NDArray[np.float64]
) -> EffectPlan | None:
    """Return what is done to the frames of a project, None where nothing is.

    Args:
        project: The project.
        signals: The song per frame.
        track: The scenes on their frames.
        values: Values of all channels, (n,) each.
        fades: (n,) how far each frame has gone over to the next scene.

    Raises:
        ProjectError: A file cannot be read.
    """
    used = [(index, use) for index, use in enumerate(project.effects) if not use.bypass]
    if not used:
        return None
    steps = [_step(index, use, _amounts(use, track, fades), values) for index, use in used]
    beats = np.maximum.accumulate(signals.grid.beat_at(signals.times_s))
    shown = np.arange(signals.n_frames)
    of_time = [step for step in steps if EFFECTS[step.effect].where == "time"]
    for step in of_time:
        show = EFFECTS[step.effect].show
        if show is not None:
            # A later effect of time chooses among what the earlier ones show.
            shown = shown[show(step.columns, Clock(beats))]
    return EffectPlan(
        after=tuple(step for step in steps if EFFECTS[step.effect].where == "after"),
        in_loop=tuple(step for step in steps if EFFECTS[step.effect].where == "loop"),
        shown=shown if np.any(shown != np.arange(signals.n_frames)) else None,
        beats=beats,
        seed=project.seed,
        lines=video_size(project.output)[1],
    )


def _amounts(use: EffectUse, track: SceneTrack, fades: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (n,) how far an effect works in each frame."""
    of_scene = np.array([scene.effects.get(use.effect, use.amount) for scene in track.scenes])
    following = np.append(of_scene[1:], of_scene[-1])
    return np.asarray(of_scene[track.scene_of] * (1.0 - fades) + following[track.scene_of] * fades)


def _step(index: int, use: EffectUse, amounts: NDArray[np.float64], values: Values) -> EffectStep:
    columns = {}
    for one in EFFECTS[use.effect].parameters:
        column = values[one.name]
        if one.neutral is not None:
            column = one.neutral + amounts * (column - one.neutral)
        columns[one.name] = np.round(column, 8)
    mask_picture = use.mask_picture if use.mask == "picture" else ""
    file = use.file if EFFECTS[use.effect].asset else ""
    where = f"effects[{index}]"
    digests = (_digest(mask_picture, f"{where}.mask_picture"), _digest(file, f"{where}.file"))
    return EffectStep(use.effect, columns, use.mask, mask_picture, file, digests)


def _digest(path: str, field: str) -> str:
    if not path:
        return ""
    try:
        return sha256_of(Path(path))
    except OSError as error:
        raise ProjectError(field, f"the file {path} cannot be read: {error.strerror or error}") from None
