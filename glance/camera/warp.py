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
    places, hidden = _places(transform, depth)
    moved = resample(frame, places, border)
    if border != "outpaint":
        return moved, None
    unknown = outside(places, transform.size)
    return moved, unknown if hidden is None else np.maximum(unknown, hidden)


def warp_depth(depth: Depth, transform: Transform) -> tuple[Depth, Mask]:
    """Return the depth of the moved frame, as far as the old one's tells it.

    Args:
        depth: (height, width) float32 > 0 of the frame before the move.
        transform: Where content goes, made for the frame's size.

    Returns:
        (height, width) float32 depth > 0, read at the nearest pixel so that things keep their edges, and a mask of the
        same shape, 1 where nothing was known.

    Raises:
        ValueError: The sizes do not agree.
    """
    import cv2

    if is_identity(transform):
        return depth, np.zeros(depth.shape, np.float32)
    places, hidden = _places(transform, depth)
    u, v = places.strip(0, np.zeros(depth.shape[0], np.float32))
    read = cv2.remap(depth, u, v, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    third = transform.matrix[2].astype(np.float32)
    moved = read * (third[0] * u + third[1] * v + third[2]) + np.float32(transform.parallax[2])
    unknown = outside(places, transform.size)
    return np.maximum(moved, np.float32(1e-3)), unknown if hidden is None else np.maximum(unknown, hidden)


def _places(transform: Transform, depth: Depth | None) -> tuple[Places, Mask | None]:
    """Return where each pixel of the moved frame is read, and what comes into view from behind something, if known."""
    if depth is None or transform.is_flat:
        plane = invert(transform).homography() if transform.is_flat else np.linalg.inv(transform.homography())
        return PlanePlaces(plane / plane[2, 2], transform.size), None
    if depth.shape != transform.size[::-1]:
        raise ValueError(f"expected depth of shape {transform.size[::-1]}, found {depth.shape}")
    return relief_places(transform, depth)
