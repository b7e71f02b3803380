from __future__ import annotations

import math

import numpy as np
import pytest

from glance.camera.move import CameraMove
from glance.camera.transform import compose, identity, invert, is_identity, needs_depth, transform_of

SIZE = (640, 360)
MIDDLE = (319.5, 179.5)


def carried(move: CameraMove, place: tuple[float, float] = MIDDLE, depth: float = 1.0) -> tuple[float, float]:
    """Return by how many pixels to the right and down the content at `place` moves."""
    u, v, w = transform_of(move, SIZE).homography(depth) @ (*place, 1.0)
    return u / w - place[0], v / w - place[1]


def test_a_camera_that_stands_still_is_the_identity() -> None:
    assert is_identity(transform_of(CameraMove(), SIZE))
    assert is_identity(transform_of(CameraMove("3d", fov_deg=90), SIZE))
    assert not is_identity(transform_of(CameraMove(translation_x=1e-6), SIZE))


@pytest.mark.parametrize("mode", ["2d", "3d"])
def test_x_to_the_right_and_y_up_move_the_picture_left_and_down_in_both_modes(mode) -> None:
    assert carried(CameraMove(mode, translation_x=10))[0] < -1
    assert carried(CameraMove(mode, translation_y=10))[1] > 1


def test_3d_turns_follow_the_camera() -> None:
    assert carried(CameraMove("3d", rotation_3d_x_deg=2))[1] > 1
    assert carried(CameraMove("3d", rotation_3d_y_deg=2))[0] < -1
    assert carried(CameraMove("3d", rotation_3d_z_deg=2), (500, 179.5))[1] < -1
    assert carried(CameraMove(angle_deg=2), (500, 180))[1] < -1


def test_2d_translation_comes_before_zoom() -> None:
    assert carried(CameraMove(translation_x=-10, zoom=2), (320, 180)) == pytest.approx((20, 0))


def test_3d_translation_shifts_by_its_world_units_over_depth() -> None:
    move = CameraMove("3d", translation_x=10, fov_deg=70)
    for width, depth in ((256, 1.0), (1024, 2.0)):
        shift = transform_of(move, (width, width)).homography(depth)[0, 2]
        assert shift == pytest.approx(-10 / 200 / math.tan(math.radians(35)) * width / 2 / depth)


def test_forward_translation_enlarges_near_things_more() -> None:
    move = CameraMove("3d", translation_z=20)
    near, far = (carried(move, (400, 179.5), depth)[0] for depth in (1.0, 3.0))
    assert near > far > 0


def test_only_3d_translation_needs_depth() -> None:
    assert needs_depth(transform_of(CameraMove("3d", translation_z=1), SIZE))
    assert not needs_depth(transform_of(CameraMove("3d", rotation_3d_y_deg=1), SIZE))
    assert not needs_depth(transform_of(CameraMove(zoom=1.1, translation_x=3), SIZE))


def test_a_flip_keeps_the_middle_and_brings_the_named_side_nearer() -> None:
    move = CameraMove(perspective_flip_phi_deg=10)
    assert carried(move, (320, 180)) == pytest.approx((0, 0), abs=1e-9)
    plane = transform_of(move, SIZE).homography()
    width_of = {v: np.diff([(p := plane @ (u, v, 1))[0] / p[2] for u in (0, 640)])[0] for v in (0, 360)}
    assert width_of[360] > 640 > width_of[0]


def test_zoom_and_angle_leave_their_center_alone() -> None:
    move = CameraMove(zoom=1.3, angle_deg=20, center_x=0.25, center_y=0.75)
    assert carried(move, (160, 270)) == pytest.approx((0, 0), abs=1e-9)


def test_reckless_zoom_and_field_of_view_are_held() -> None:
    assert np.array_equal(
        transform_of(CameraMove(zoom=-3), SIZE).matrix, transform_of(CameraMove(zoom=0.05), SIZE).matrix
    )
    wild, held = (CameraMove("3d", fov_deg=fov, translation_x=1) for fov in (400, 179))
    assert np.array_equal(transform_of(wild, SIZE).parallax, transform_of(held, SIZE).parallax)


def test_values_that_are_not_finite_are_named() -> None:
    with pytest.raises(ValueError, match="zoom"):
        transform_of(CameraMove(zoom=math.nan), SIZE)


def test_transforms_of_two_sizes_do_not_compose() -> None:
    with pytest.raises(ValueError, match="one size"):
        compose(identity((64, 64)), identity((64, 32)))


def test_a_move_without_a_way_back_says_so() -> None:
    flat = CameraMove(perspective_flip_phi_deg=90)
    with pytest.raises(ValueError, match="undone"):
        invert(transform_of(flat, SIZE))
