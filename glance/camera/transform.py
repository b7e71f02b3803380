"""Camera moves as geometry: where each pixel of one frame goes in the next.

Conventions: a pixel is the column (u, v, 1), u to the right and v down, pixel centers on whole numbers. Depth z > 0 is
measured along the view. A transform carries the point z * (u, v, 1) to

    z' * (u', v', 1) = matrix @ (z * (u, v, 1)) + parallax

so flat moves are homographies (parallax 0), rigid camera motion R, t with intrinsics K is matrix = K R inv(K) and
parallax = K t (Hartley and Zisserman, Multiple View Geometry, 2nd ed., eq. 9.7), and both compose and invert alike.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.camera.move import FOV_LIMITS_DEG, CameraMove
from glance.frames import Size

#: World units per unit of a 3D translation, the scale that Disco Diffusion and Deforum made customary.
WORLD_UNIT = 1.0 / 200.0
#: Depth assumed everywhere when nothing is known about the picture's depth.
FLAT_DEPTH = 1.0
_ZOOM_LIMIT = 20.0

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Transform:
    """Where the content of a frame goes.

    Attributes:
        matrix: (3, 3) float64, see the module's equation.
        parallax: (3,) float64, the part that depends on depth; all 0 for flat moves and pure rotations.
        size: (width, height) in pixels of the frames it is meant for.
    """

    matrix: Matrix
    parallax: Matrix
    size: Size

    @property
    def is_flat(self) -> bool:
        """Whether the picture's depth makes no difference."""
        return not self.parallax.any()

    def homography(self, depth: float = FLAT_DEPTH) -> Matrix:
        """Return the (3, 3) homography by which everything at `depth` moves."""
        plane: Matrix = self.matrix.copy()
        plane[:, 2] += self.parallax / depth
        return plane


def transform_of(move: CameraMove, size: Size) -> Transform:
    """Return the transform of one camera move over frames of `size` = (width, height).

    2D: the picture is translated, then turned and zoomed about the center, then flipped; as matrices F @ RZ @ T.
    3D: the flat picture is flipped, then seen by a camera that turned by x, then y, then z, and moved.

    Raises:
        ValueError: A value is not finite.
    """
    for field in dataclasses.fields(move):
        value = getattr(move, field.name)
        if field.name != "mode" and not math.isfinite(value):
            raise ValueError(f"expected a finite number for the camera's {field.name}, found {value}")
    flip = _flip(move, size)
    if move.mode == "2d":
        flat: Matrix = flip @ _similarity(move, size)
        return Transform(flat, np.zeros(3), size)
    intrinsics = _intrinsics(move.fov_deg, size)
    rotation = _rotation(move.rotation_3d_x_deg, move.rotation_3d_y_deg, move.rotation_3d_z_deg)
    shift: Matrix = np.array([-move.translation_x, move.translation_y, -move.translation_z]) * WORLD_UNIT
    still = np.array_equal(rotation, np.eye(3))
    matrix: Matrix = flip if still else intrinsics @ rotation @ np.linalg.inv(intrinsics) @ flip
    return Transform(matrix, np.asarray(intrinsics @ shift, dtype=np.float64), size)


def identity(size: Size) -> Transform:
    """Return the transform that moves nothing."""
    return Transform(np.eye(3), np.zeros(3), size)


def compose(first: Transform, *then: Transform) -> Transform:
    """Return one transform that does `first` and then the others in their order.

    Raises:
        ValueError: They are meant for frames of different sizes.
    """
    matrix: Matrix = first.matrix
    parallax: Matrix = first.parallax
    for step in then:
        if step.size != first.size:
            raise ValueError(f"expected transforms of one size, found {first.size} and {step.size}")
        matrix = step.matrix @ matrix
        parallax = np.asarray(step.matrix @ parallax + step.parallax, dtype=np.float64)
    return Transform(matrix, parallax, first.size)


def invert(transform: Transform) -> Transform:
    """Return the transform that undoes `transform`.

    Raises:
        ValueError: The transform squashes the picture to a line, so there is no way back.
    """
    scale = np.abs(transform.matrix).max() or 1.0
    if abs(np.linalg.det(transform.matrix / scale)) < 1e-12:
        raise ValueError("expected a camera move that can be undone, found one that squashes the picture to a line")
    back: Matrix = np.asarray(np.linalg.inv(transform.matrix), dtype=np.float64)
    return Transform(back, -back @ transform.parallax, transform.size)


def is_identity(transform: Transform) -> bool:
    """Return whether every pixel stays exactly where it is."""
    return transform.is_flat and np.array_equal(transform.matrix, np.eye(3) * transform.matrix[2, 2])


def needs_depth(transform: Transform) -> bool:
    """Return whether near and far parts of the picture move differently."""
    return not transform.is_flat


def _similarity(move: CameraMove, size: Size) -> Matrix:
    zoom = min(max(move.zoom, 1.0 / _ZOOM_LIMIT), _ZOOM_LIMIT)
    angle = math.radians(move.angle_deg)
    along, across = zoom * math.cos(angle), zoom * math.sin(angle)
    center = np.array([size[0] * move.center_x, size[1] * move.center_y])
    turn = np.array([[along, across], [-across, along]])
    content = np.array([-move.translation_x, move.translation_y])
    matrix = np.eye(3)
    matrix[:2, :2] = turn
    # T first: p -> turn @ (p + content - center) + center
    matrix[:2, 2] = turn @ content + (center - turn @ center)
    return matrix


def _flip(move: CameraMove, size: Size) -> Matrix:
    theta, phi, gamma = (
        math.radians(value)
        for value in (
            move.perspective_flip_theta_deg,
            move.perspective_flip_phi_deg,
            move.perspective_flip_gamma_deg,
        )
    )
    if theta == phi == gamma == 0.0:
        return np.eye(3)
    width, height = size
    half_view = _half(move.perspective_flip_fv_deg)
    distance = math.hypot(width, height) / (2 * math.sin(half_view))
    spun = _about_x(phi) @ _about_y(gamma) @ _about_z(theta)
    # The eye sits `distance` in front of the plane z = 0: (x', y') = distance * (x, y) / (distance - z).
    project = np.array([[distance, 0, 0], [0, distance, 0], [0, 0, -1.0]])
    plane = project @ spun
    plane[:, 2] = (0.0, 0.0, distance)
    center = np.array([[1, 0, width / 2], [0, 1, height / 2], [0, 0, 1.0]])
    matrix = center @ plane @ np.linalg.inv(center)
    return np.asarray(matrix / matrix[2, 2])


def _intrinsics(fov_deg: float, size: Size) -> Matrix:
    width, height = size
    focal = width / (2 * math.tan(_half(fov_deg)))
    return np.array([[focal, 0, (width - 1) / 2], [0, focal, (height - 1) / 2], [0, 0, 1.0]])


def _half(view_deg: float) -> float:
    """Return half an opening angle in radians, held within the limits."""
    low, high = FOV_LIMITS_DEG
    return math.radians(min(max(view_deg, low), high)) / 2


def _rotation(x_deg: float, y_deg: float, z_deg: float) -> Matrix:
    # The content turns against the camera; image axes have y down, hence all three signs.
    x, y, z = (-math.radians(value) for value in (x_deg, y_deg, z_deg))
    return _about_z(z) @ _about_y(y) @ _about_x(x)


def _about_x(angle: float) -> Matrix:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def _about_y(angle: float) -> Matrix:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _about_z(angle: float) -> Matrix:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
