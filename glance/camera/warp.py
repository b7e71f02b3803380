"""One camera move applied to a frame, in a single resampling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glance.camera.relief import relief_places
from glance.camera.resample import BORDERS, Places, PlanePlaces, outside, resample
from glance.camera.transform import Transform, invert, is_identity
from glance.frames import Frame, size_of

Depth = NDArray[np.float32]
Mask = NDArray[np.float32]


def warp(frame: Frame, transform: Transform, *, depth: Depth | None, border: str) -> tuple[Frame, Mask | None]:
    """Move the content of `frame` as `transform` says.

    Args:
        frame: (height, width, 3) uint8.
        transform: Where content goes, made for the frame's size.
        depth: (height, width) float32 > 0 of `frame`, used by moves with parallax; None means flat.
        border: What enters at the edges: `reflect`, `replicate`, `wrap` or `outpaint`.

    Returns:
        The moved frame, and for `outpaint` a (height, width) float32 mask, 1 where nothing was known (those pixels
        are filled by reflection meanwhile); else None. The identity returns `frame` itself.

    Raises:
        ValueError: An unknown border, or sizes that do not agree.
    """
    if border not in BORDERS:
        raise ValueError(f"expected a border out of {', '.join(BORDERS)}, found {border!r}")
    if size_of(frame) != transform.size:
        raise ValueError(f"expected a frame of {transform.size}, found {size_of(frame)}")
    if is_identity(transform):
        return frame, np.zeros(frame.shape[:2], np.float32) if border == "outpaint" else None
    if depth is None or transform.is_flat:
        plane = invert(transform).homography() if transform.is_flat else np.linalg.inv(transform.homography())
        places: Places = PlanePlaces(plane / plane[2, 2], transform.size)
        hidden = None
    else:
        if depth.shape != frame.shape[:2]:
            raise ValueError(f"expected depth of shape {frame.shape[:2]}, found {depth.shape}")
        places, hidden = relief_places(transform, depth)
    moved = resample(frame, places, border)
    if border != "outpaint":
        return moved, None
    unknown = outside(places, transform.size)
    return moved, unknown if hidden is None else np.maximum(unknown, hidden)
