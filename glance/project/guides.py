"""The picture files a project names: start image, mask, guides. They are known by their content, not their name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.errors import ProjectError
from glance.project.model import Guide, Look, Project
from glance.project.plan import LookPlan, PictureFile, Pull
from glance.project.scenes import moment_s
from glance.schedule.signals import Signals
from glance.system.files import sha256_of
from glance.timing import frame_at

#: Weaker pulls cannot be seen.
LEAST_PULL = 1e-3


def look_plan(look: Look) -> LookPlan:
    """Return what holds for all frames, with the look's picture files identified.

    Raises:
        ProjectError: A picture file is missing.
    """
    return LookPlan(
        color_space=look.color_space,
        noise_type=look.noise_type,
        border=look.border,
        start_image=picture_file(look.start_image, "look.start_image"),
        mask=picture_file(look.mask, "look.mask"),
        mask_invert=look.mask_invert,
        mask_feather_px=look.mask_feather_px,
        flow=look.flow,
        depth=look.depth,
        drift_limit=look.drift_limit,
    )


def picture_file(path: str, field: str) -> PictureFile | None:
    """Return the file with the hash of its content; None for an empty path.

    Raises:
        ProjectError: The file is missing or cannot be read; `field` names where it was asked for.
    """
    if not path:
        return None
    try:
        return PictureFile(path, sha256_of(Path(path)))
    except OSError as error:
        raise ProjectError(field, f"the picture {path} cannot be read: {error.strerror or error}") from None


def pulls(project: Project, signals: Signals, scale: NDArray[np.float64]) -> dict[int, Pull]:
    """Return frame -> the guide picture that pulls it hardest; frames out of every guide's reach are left out.

    Raises:
        ProjectError: A guide's moment or picture is wrong.
    """
    guides = project.look.guides
    pictures = [_guide_picture(guide, f"look.guides[{index}].picture") for index, guide in enumerate(guides)]
    amounts = guide_weights(guides, signals, scale)
    if not guides:
        return {}
    hardest, strongest = amounts.argmax(axis=0), amounts.max(axis=0)
    return {
        frame: Pull(pictures[int(hardest[frame])], round(min(1.0, float(strongest[frame])), 6))
        for frame in np.flatnonzero(strongest > LEAST_PULL).tolist()
    }


def guide_weights(guides: Sequence[Guide], signals: Signals, scale: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (g, n), how hard each of g guides pulls each frame.

    A pull that swells rises and falls as a raised cosine over `reach_s` on either side of the guide's moment; one that
    holds is even from its moment to that of the next guide in time.

    Args:
        guides: The guides.
        signals: The song.
        scale: (n,) values of the channel `guide_strength`.

    Raises:
        ProjectError: A guide's moment is wrong.
    """
    moments = np.array([moment_s(guide.at, f"look.guides[{index}].at", signals) for index, guide in enumerate(guides)])
    times = signals.times_s
    amounts = np.zeros((len(guides), signals.n_frames))
    for index, guide in enumerate(guides):
        if guide.shape == "hold":
            frame, later = frame_at(moments[index], signals.fps), moments[moments > moments[index]]
            end = frame_at(float(later.min()), signals.fps) if later.size else signals.n_frames
            shape = np.zeros(signals.n_frames)
            shape[max(0, frame) : max(0, end)] = 1.0
        else:
            distance = np.abs(times - moments[index]) / max(guide.reach_s, 1e-6)
            shape = 0.5 * (1 + np.cos(np.pi * np.minimum(distance, 1.0)))
        amounts[index] = guide.amount * scale * shape
    return amounts


def _guide_picture(guide: Guide, field: str) -> PictureFile:
    picture = picture_file(guide.picture, field)
    if picture is None:
        raise ProjectError(field, "expected a picture file, found none; choose one or remove the guide")
    return picture
