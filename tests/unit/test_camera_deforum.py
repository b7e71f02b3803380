from __future__ import annotations

import pytest

from glance.camera.deforum import NOTES, deforum_factor, move_from_deforum
from glance.camera.transform import transform_of

SIZE = (512, 512)


def content_shift(values: dict[str, float], mode, place=(255.5, 255.5)) -> tuple[float, float]:
    u, v, w = transform_of(move_from_deforum(values, mode, SIZE), SIZE).homography() @ (*place, 1.0)
    return u / w - place[0], v / w - place[1]


def test_positive_x_moves_content_right_in_2d_and_left_in_3d() -> None:
    assert content_shift({"translation_x": 10}, "2d") == pytest.approx((10, 0))
    assert content_shift({"translation_x": 10}, "3d")[0] < -1


def test_positive_y_moves_content_down_in_both_modes() -> None:
    assert content_shift({"translation_y": 10}, "2d") == pytest.approx((0, 10))
    assert content_shift({"translation_y": 10}, "3d")[1] > 1


def test_translation_comes_before_zoom() -> None:
    assert content_shift({"translation_x": 10, "zoom": 2}, "2d", (256, 256)) == pytest.approx((20, 0))


def test_ten_units_at_width_256_are_nine_pixels() -> None:
    plane = transform_of(move_from_deforum({"translation_x": 10}, "3d", (256, 256)), (256, 256)).homography(1.0)
    assert plane[0, 2] == pytest.approx(-9.1, abs=0.05)


@pytest.mark.parametrize(
    ("values", "place", "right", "down"),
    [
        ({"translation_z": 10}, (400, 255.5), 1, 0),
        ({"rotation_3d_x": 2}, (255.5, 255.5), 0, 1),
        ({"rotation_3d_y": 2}, (255.5, 255.5), -1, 0),
        ({"rotation_3d_z": 2}, (400, 255.5), 0, -1),
    ],
)
def test_3d_signs_are_those_measured(values, place, right: int, down: int) -> None:
    u, v = content_shift(values, "3d", place)
    assert (u * right > 1) if right else abs(u) < 0.5
    assert (v * down > 1) if down else abs(v) < 0.5


def test_a_negative_field_of_view_turns_the_move_around() -> None:
    ahead = move_from_deforum({"translation_z": 5, "fov_schedule": 70}, "3d", SIZE)
    back = move_from_deforum({"translation_z": 5, "fov_schedule": -70}, "3d", SIZE)
    assert (back.translation_z, back.fov_deg) == (-ahead.translation_z, ahead.fov_deg)


def test_keys_that_are_no_motion_are_left_alone() -> None:
    assert move_from_deforum({"strength_schedule": 0.5}, "2d", SIZE) == move_from_deforum({}, "2d", SIZE)


def test_an_aspect_ratio_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        deforum_factor("translation_x", "3d", SIZE, 0.0)


def test_every_note_is_a_sentence() -> None:
    assert all(note.endswith(".") and len(note) > 20 for note in NOTES.values())
