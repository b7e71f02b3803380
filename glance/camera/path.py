"""Ways through poses: where the camera stands and what it looks at, at a few moments, and smoothly in between.

A pose is a row (x, y, z, look x, look y, roll): the place in units of a 3D translation from where the camera stood when
it saw the first picture, x to the right, y up, z into the picture; the point of the first picture that is looked at, as
shares of width and height; and the camera's clockwise roll in degrees.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from glance.camera.move import FOV_LIMITS_DEG
from glance.camera.transform import WORLD_UNIT

#: Channels of the columns that `moves_between` returns.
PATH_CHANNELS = ("translation_x", "translation_y", "translation_z", "rotation_3d_x", "rotation_3d_y", "rotation_3d_z")
#: Depth, in world units, of the point that is looked at.
LOOK_DEPTH = 1.8

_Rows = NDArray[np.float64]


def spline_poses(times_s: _Rows, keys: _Rows, at_s: _Rows) -> _Rows:
    """Return the poses (n, 6) at some moments, on cubic curves (Catmull and Rom, 1974) through keys.

    The camera sets off from the first key and stops at the last one; before and after them it stands still.

    Args:
        times_s: (k,) moments of the keys, increasing.
        keys: (k, 6) poses.
        at_s: (n,) moments.
    """
    if len(keys) == 1:
        return np.repeat(keys, at_s.size, axis=0)
    gaps = np.maximum(np.diff(times_s), 1e-6)[:, None]
    slopes = np.diff(keys, axis=0) / gaps
    tangents = np.zeros_like(keys)
    # The parabola through three neighbors, for keys at uneven distances.
    tangents[1:-1] = (slopes[:-1] * gaps[1:] + slopes[1:] * gaps[:-1]) / (gaps[1:] + gaps[:-1])
    index = np.clip(np.searchsorted(times_s, at_s, side="right") - 1, 0, len(keys) - 2)
    gap = gaps[index]
    u = np.clip((at_s - times_s[index])[:, None] / gap, 0.0, 1.0)
    first, second = keys[index], keys[index + 1]
    rise, swing = u * u * (3 - 2 * u), u * (1 - u)
    return np.asarray(
        first + (second - first) * rise + gap * swing * ((1 - u) * tangents[index] - u * tangents[index + 1])
    )


def moves_between(poses: _Rows, fov_deg: float = 70.0, aspect: float = 16 / 9) -> _Rows:
    """Return the camera's moves (n - 1, 6) from each of (n, 6) poses to the next, in the order of `PATH_CHANNELS`.

    Args:
        poses: From `spline_poses`.
        fov_deg: Angle that the picture's width spans.
        aspect: Width / height.
    """
    low, high = FOV_LIMITS_DEG
    reach = math.tan(math.radians(min(max(fov_deg, low), high)) / 2) * LOOK_DEPTH
    # The image's axes: x to the right, y down, z into the picture.
    places = poses[:, :3] * (WORLD_UNIT, -WORLD_UNIT, WORLD_UNIT)
    looked_at = np.stack(
        [(2 * poses[:, 3] - 1) * reach, (2 * poses[:, 4] - 1) * reach / aspect, np.full(len(poses), LOOK_DEPTH)], axis=1
    )
    views = _views(looked_at - places, np.radians(poses[:, 5]))
    turns = views[1:] @ views[:-1].transpose(0, 2, 1)
    shifts = np.einsum("nij,nj->ni", views[1:], places[:-1] - places[1:]) / WORLD_UNIT
    x = np.arctan2(turns[:, 2, 1], turns[:, 2, 2])
    y = -np.arcsin(np.clip(turns[:, 2, 0], -1.0, 1.0))
    z = np.arctan2(turns[:, 1, 0], turns[:, 0, 0])
    return np.column_stack([-shifts[:, 0], shifts[:, 1], -shifts[:, 2], -np.degrees(np.stack([x, y, z], axis=1))])


def _views(directions: _Rows, rolls: _Rows) -> _Rows:
    """Return (n, 3, 3) matrices whose rows are the camera's right, down and forward."""
    forward = directions / np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-9)
    right = np.cross((0.0, 1.0, 0.0), forward)
    right /= np.maximum(np.linalg.norm(right, axis=1, keepdims=True), 1e-9)
    down = np.cross(forward, right)
    cos, sin = np.cos(rolls)[:, None], np.sin(rolls)[:, None]
    return np.stack([right * cos + down * sin, down * cos - right * sin, forward], axis=1)
