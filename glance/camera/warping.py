"""One camera move applied to a frame, in a single resampling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glance.camera.resample import BORDERS, FAR, GivenPlaces, Places, PlanePlaces, outside, resample
from glance.camera.transform import Matrix, Transform, invert, is_identity
from glance.frames import Frame, Size, size_of

_ROUNDS = 4
#: Guess and finding agree when what is between them is less than this many pixels of the frame.
_AGREE_PX = 1.5
#: No more rounds once all guesses are this good, in pixels of the frame.
_SETTLED_PX = 0.1
#: Widest gap, in grid pixels, over which a near thing is looked for.
_MAX_REACH = 24

_Array = NDArray[np.float32]


def relief_places(transform: Transform, depth: _Array) -> tuple[GivenPlaces, _Array]:
    """Return where each pixel of the new view is read in the old one, and what the old one does not show.

    Args:
        transform: The camera's motion.
        depth: (height, width) float32 above 0 of the old view.

    Returns:
        The places, and a (height, width) float32 mask, 1 where something hidden came into view.
    """
    import cv2

    height, width = depth.shape
    small = ((width + 1) // 2, (height + 1) // 2)
    nearness = (1.0 / np.maximum(cv2.resize(depth, small, interpolation=cv2.INTER_NEAREST), 1e-3)).astype(np.float32)
    columns = ((np.arange(small[0]) + 0.5) * (width / small[0]) - 0.5).astype(np.float32)
    rows = ((np.arange(small[1]) + 0.5) * (height / small[1]) - 0.5).astype(np.float32)
    rays = _affine(invert(transform).matrix, columns, rows)
    u, v, hidden = _traced(transform, nearness, rays, (width, height))
    if hidden.any():
        _fill_hidden(u, v, hidden, nearness, (columns, rows))
    for places, here in ((u, columns), (v, rows[:, None])):
        np.clip(places, -FAR, FAR, out=places)
        places -= here
    right, down = (cv2.resize(move, (width, height), interpolation=cv2.INTER_LINEAR) for move in (u, v))
    unseen = np.zeros((height, width), np.float32)
    if hidden.any():
        cv2.resize(hidden.astype(np.float32), (width, height), unseen, interpolation=cv2.INTER_NEAREST)
    return GivenPlaces(right, down), unseen


def _traced(
    transform: Transform, nearness: _Array, rays: tuple[_Array, ...], size: Size
) -> tuple[_Array, _Array, NDArray[np.bool_]]:
    """Return columns, rows and disagreement on the grid after `_ROUNDS` rounds of guess and finding."""
    import cv2

    parallax = invert(transform).parallax.astype(np.float32)
    scale = np.array([nearness.shape[1] / size[0], nearness.shape[0] / size[1]], np.float32)
    guess = _nearest_around(nearness, _travel_px(transform, nearness, size))
    third, e = transform.matrix[2].astype(np.float32), np.float32(transform.parallax[2])
    towards = np.maximum(np.abs(parallax[:2] - parallax[2] * np.array(size, np.float32) / 2), np.abs(parallax[2]))
    pixels = np.float32(max(np.hypot(*towards), abs(parallax[2]) * max(size) / 2))
    for _ in range(_ROUNDS):
        w = parallax[2] * guess
        w += rays[2]
        np.maximum(w, np.float32(1e-3), out=w)
        np.reciprocal(w, out=w)
        u, v = parallax[0] * guess, parallax[1] * guess
        for place, ray in ((u, rays[0]), (v, rays[1])):
            place += ray
            place *= w
        # The same places, counted in pixels of the grid.
        across, along = ((place + np.float32(0.5)) * part for place, part in zip((u, v), scale, strict=True))
        across -= np.float32(0.5)
        along -= np.float32(0.5)
        found = cv2.remap(nearness, across, along, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
        # A point at nearness n and place p is at nearness n / (third . p + e n) in the new view.
        forward = e * found + third[2]
        if third[0] or third[1]:
            forward += third[0] * u + third[1] * v
        last, guess = guess, found / np.maximum(forward, np.float32(1e-3))
        apart = cv2.absdiff(guess, last) * pixels
        if float(apart.max()) < _SETTLED_PX:
            break
    return u, v, apart > _AGREE_PX


def _travel_px(transform: Transform, nearness: _Array, size: Size) -> float:
    """Return the farthest, in pixels, that two depths at one place of the frame come apart."""
    near, far = 1.0 / max(float(nearness.max()), 1e-6), 1.0 / max(float(nearness.min()), 1e-6)
    corners = np.array([[0, size[0], 0, size[0]], [0, 0, size[1], size[1]], [1, 1, 1, 1]], np.float64)
    ends = []
    for depth in (near, far):
        moved = transform.homography(depth) @ corners
        ends.append(moved[:2] / np.maximum(moved[2], 1e-3))
    return float(np.hypot(*(ends[0] - ends[1])).max())


def _nearest_around(nearness: _Array, travel_px: float) -> _Array:
    import cv2

    reach = min(_MAX_REACH, int(travel_px / 2) + 1)
    return np.asarray(cv2.dilate(nearness, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)), dtype=np.float32)


def _fill_hidden(
    u: _Array, v: _Array, hidden: NDArray[np.bool_], nearness: _Array, rulers: tuple[_Array, _Array]
) -> None:
    """Let hidden pixels read the background beside them, mirrored at its edge; changes `u` and `v`."""
    import cv2

    columns, rows = rulers
    place_u = np.interp(u, columns, np.arange(columns.size)).astype(np.float32)
    place_v = np.interp(v, rows, np.arange(rows.size)).astype(np.float32)
    seen = cv2.remap(nearness, place_u, place_v, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    seen[hidden] = seen.max()
    farthest = cv2.erode(seen, np.ones((9, 9), np.uint8))
    background = ~hidden & (seen <= farthest * np.float32(1.15) + np.float32(1e-4))
    if not background.any():
        return
    _, labels = cv2.distanceTransformWithLabels(
        (~background).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    edge_y, edge_x = np.zeros(labels.max() + 1, np.int64), np.zeros(labels.max() + 1, np.int64)
    edge_y[labels[background]], edge_x[labels[background]] = np.nonzero(background)
    y, x = np.nonzero(hidden)
    near_y, near_x = edge_y[labels[y, x]], edge_x[labels[y, x]]
    mirror_y = np.clip(2 * near_y - y, 0, rows.size - 1)
    mirror_x = np.clip(2 * near_x - x, 0, columns.size - 1)
    usable = background[mirror_y, mirror_x]
    from_y, from_x = np.where(usable, mirror_y, near_y), np.where(usable, mirror_x, near_x)
    u[y, x], v[y, x] = u[from_y, from_x], v[from_y, from_x]


def _affine(matrix: Matrix, columns: _Array, rows: _Array) -> tuple[_Array, _Array, _Array]:
    """Return the three components, each (rows, columns), of matrix @ (u, v, 1)."""
    m = matrix.astype(np.float32)
    first, second, third = (np.add.outer(rows * m[i, 1] + m[i, 2], columns * m[i, 0]) for i in range(3))
    return first, second, third


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
