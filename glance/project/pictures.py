"""The picture files a project names: start image, mask, guides. They are known by their content, not their name."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.errors import ProjectError, ScheduleError
from glance.project.model import Guide, Look, Project
from glance.project.plan import LookPlan, PictureFile, Pull
from glance.schedule.curve import resolve_time_s
from glance.schedule.signals import Signals


def look_plan(look: Look) -> LookPlan:
    """Return what holds for all frames, with the look's picture files identified.

    Raises:
        ProjectError: A picture file is missing.
    """
    return LookPlan(
        colour_space=look.colour_space,
        noise_type=look.noise_type,
        border=look.border,
        start_image=picture_file(look.start_image, "look.start_image"),
        mask=picture_file(look.mask, "look.mask"),
        mask_invert=look.mask_invert,
        mask_feather_px=look.mask_feather_px,
        flow=look.flow,
        depth=look.depth,
    )


def picture_file(path: str, field: str) -> PictureFile | None:
    """Return the file with the hash of its content; None for an empty path.

    Raises:
        ProjectError: The file is missing or cannot be read; `field` names where it was asked for.
    """
    if not path:
        return None
    try:
        return PictureFile(path, sha256(Path(path).read_bytes()).hexdigest())
    except OSError as error:
        raise ProjectError(field, f"the picture {path} cannot be read: {error.strerror or error}") from None


def pulls(project: Project, signals: Signals, scale: NDArray[np.float64]) -> dict[int, Pull]:
    """Return frame -> the guide picture that pulls it hardest; frames out of every guide's reach are left out.

    The pull rises and falls as a raised cosine over `reach_s` on either side of the guide's moment.

    Raises:
        ProjectError: A guide's moment or picture is wrong.
    """
    strongest: dict[int, Pull] = {}
    times = signals.times_s
    for index, guide in enumerate(project.look.guides):
        where = f"look.guides[{index}]"
        picture = picture_file(guide.picture, f"{where}.picture")
        if picture is None:
            raise ProjectError(
                f"{where}.picture", "expected a picture file, found none; choose one or remove the guide"
            )
        distance = np.abs(times - _moment(guide, where, signals)) / max(guide.reach_s, 1e-6)
        amounts = guide.amount * scale * 0.5 * (1 + np.cos(np.pi * np.minimum(distance, 1.0)))
        for frame in np.flatnonzero(amounts > 1e-3).tolist():
            amount = round(min(1.0, float(amounts[frame])), 6)
            if frame not in strongest or strongest[frame].amount < amount:
                strongest[frame] = Pull(picture, amount)
    return strongest


def _moment(guide: Guide, where: str, signals: Signals) -> float:
    try:
        return resolve_time_s(guide.at, signals.grid, signals.fps, signals.n_frames)
    except ScheduleError as error:
        raise ProjectError(f"{where}.at", str(error)) from None
