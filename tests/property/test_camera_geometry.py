from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glance.camera.move import CameraMove
from glance.camera.transform import compose, invert, transform_of
from glance.interop.deforum.camera import DeforumView

SIZE = (512, 288)


def number(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False, allow_subnormal=False)


FLAT = st.builds(
    CameraMove,
    mode=st.just("2d"),
    zoom=number(0.5, 2),
    angle_deg=number(-180, 180),
    translation_x=number(-100, 100),
    translation_y=number(-100, 100),
    center_x=number(0, 1),
    center_y=number(0, 1),
    perspective_flip_phi_deg=number(-20, 20),
    perspective_flip_gamma_deg=number(-20, 20),
)
SOLID = st.builds(
    CameraMove,
    mode=st.just("3d"),
    translation_x=number(-20, 20),
    translation_y=number(-20, 20),
    translation_z=number(-20, 20),
    rotation_3d_x_deg=number(-10, 10),
    rotation_3d_y_deg=number(-10, 10),
    rotation_3d_z_deg=number(-90, 90),
    fov_deg=number(30, 110),
)
MOVES = st.one_of(FLAT, SOLID)


def point_after(transform, point: np.ndarray) -> np.ndarray:
    return transform.matrix @ point + transform.parallax


@given(MOVES, MOVES, number(1, 3))
def test_composing_is_doing_one_after_the_other(first: CameraMove, then: CameraMove, depth: float) -> None:
    one, two = transform_of(first, SIZE), transform_of(then, SIZE)
    point = depth * np.array([100.0, 50.0, 1.0])
    step_by_step = point_after(two, point_after(one, point))
    assert np.allclose(point_after(compose(one, two), point), step_by_step, rtol=1e-9, atol=1e-6)


@given(MOVES, number(1, 3))
def test_inverting_leads_back(move: CameraMove, depth: float) -> None:
    transform = transform_of(move, SIZE)
    point = depth * np.array([100.0, 50.0, 1.0])
    assert np.allclose(point_after(invert(transform), point_after(transform, point)), point, atol=1e-6)


@given(number(0.5, 2), number(-180, 180), number(-50, 50), number(-50, 50))
def test_2d_moves_are_deforums_rotation_times_translation(zoom: float, angle: float, x: float, y: float) -> None:
    view = DeforumView("2d", SIZE)
    shifts = {name: value * view.factor(name) for name, value in (("translation_x", x), ("translation_y", y))}
    matrix = transform_of(CameraMove("2d", zoom=zoom, angle_deg=angle, **shifts), SIZE).matrix
    alpha, beta = zoom * math.cos(math.radians(angle)), zoom * math.sin(math.radians(angle))
    cx, cy = SIZE[0] * 0.5, SIZE[1] * 0.5
    rotation = np.array(
        [[alpha, beta, (1 - alpha) * cx - beta * cy], [-beta, alpha, beta * cx + (1 - alpha) * cy], [0, 0, 1]]
    )
    shift = np.array([[1, 0, x], [0, 1, y], [0, 0, 1]])
    assert np.allclose(matrix, rotation @ shift, atol=1e-9)


@given(number(-10, 10), number(-10, 10), number(40, 100), number(0.5, 2))
def test_3d_translation_shifts_as_far_as_deforums(x: float, y: float, fov: float, aspect: float) -> None:
    view = DeforumView("3d", SIZE, fov, aspect)
    shifts = {name: value * view.factor(name) for name, value in (("translation_x", x), ("translation_y", y))}
    plane = transform_of(CameraMove("3d", fov_deg=fov, **shifts), SIZE).homography(1.0)
    scale = 1 / 200 / math.tan(math.radians(fov) / 2)
    assert plane[0, 2] == pytest.approx(-x * scale * SIZE[0] / 2 / aspect, abs=1e-9)
    assert plane[1, 2] == pytest.approx(y * scale * SIZE[1] / 2, abs=1e-9)
