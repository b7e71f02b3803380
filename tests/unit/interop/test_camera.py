"""Deforum's camera values do to the picture here what they do there, at any shape of picture."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glance.camera.move import FOV_LIMITS_DEG
from glance.camera.transform import transform_of
from glance.interop.deforum.camera import MOTIONS, NOTES, DeforumView
from glance.interop.deforum.reader import Imported, import_settings
from glance.project.compile import compile_plan
from glance.schedule.channels import CHANNELS
from tests.conftest import heard

SIZES = [(512, 512), (768, 432), (432, 768)]
#: Depth at which the pace of all motions is the same here and there.
MEAN_DEPTH = 1 / math.log(2)
#: Of 25 places all over the picture, the one in the middle.
MIDDLE = 12
Points = NDArray[np.float64]


def imported(size: tuple[int, int], mode: str, **entries: Any) -> Imported:
    settings = {"W": size[0], "H": size[1], "animation_mode": mode, "max_frames": 24, "seed": 1, "prompts": {"0": "a"}}
    schedules = {name: value if isinstance(value, bool) else f"0:({value})" for name, value in entries.items()}
    return import_settings(json.dumps(settings | schedules), "song.wav")


def places(size: tuple[int, int]) -> Points:
    """Return 25 (u, v) in pixels."""
    across, down = (np.linspace(0, length - 1, 5) for length in size)
    return np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)


def our_shift(found: Imported, depth: float) -> Points:
    """Return how far the places go in one frame of the imported project, in pixels."""
    size = (found.project.output.width, found.project.output.height)
    move = compile_plan(found.project, heard(), {}).frames[3].camera
    start = places(size)
    moved = np.column_stack([start, np.ones(len(start))]) @ transform_of(move, size).homography(depth).T
    return moved[:, :2] / moved[:, 2:] - start


def deforums_shift(size: tuple[int, int], depth: float, **values: float) -> Points:
    """Return the same by Deforum's own formulas: NDC(new) - NDC(old) of points (x, y, depth), both axes -1 to 1."""
    tx, ty, tz, rx, ry, rz = (values.get(name, 0.0) for name in MOTIONS)
    half = np.array(size) / 2
    start = (places(size) - (np.array(size) - 1) / 2) / half
    points = np.column_stack([start, np.full(len(start), depth)])
    turn = np.eye(3)
    for axis, degrees in enumerate((rx, ry, rz)):
        c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        one = np.eye(3)
        first, second = (axis + 1) % 3, (axis + 2) % 3
        one[first, first] = one[second, second] = c
        one[first, second], one[second, first] = -s, s
        turn = turn @ one

    def seen(at: Points) -> Points:
        tan = math.tan(math.radians(values.get("fov_schedule", 70.0)) / 2)
        return at[:, :2] / np.array([values.get("aspect_ratio_schedule", 1.0), 1.0]) / at[:, 2:] / tan

    # Points are rows there, and rows meet the matrix from the left.
    new = points @ turn + np.array([-tx, ty, -tz]) / 200
    return np.asarray((seen(new) - seen(points)) * half)


def assert_alike(ours: Points, theirs: Points) -> None:
    assert np.abs(theirs).max() > 0.1
    assert np.abs(ours - theirs).max() < 0.02 * np.abs(theirs).max()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fov", [30, 70, 110])
@pytest.mark.parametrize("motion", MOTIONS[:3])
@pytest.mark.parametrize("value", [0.5, -0.5])
def test_3d_translations_are_deforums_at_every_place(size, fov: float, motion: str, value: float) -> None:
    values = {"fov_schedule": fov, motion: value}
    assert_alike(our_shift(imported(size, "3D", **values), MEAN_DEPTH), deforums_shift(size, MEAN_DEPTH, **values))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("motion", MOTIONS[:3])
def test_without_depth_translations_are_deforums_on_the_one_plane(size, motion: str) -> None:
    values = {"fov_schedule": 50.0, motion: 0.5}
    found = imported(size, "3D", use_depth_warping=False, **values)
    assert found.project.look.depth == "flat"
    assert_alike(our_shift(found, 1.0), deforums_shift(size, 1.0, **values))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fov", [40, 70, 100])
@pytest.mark.parametrize("motion", ["rotation_3d_x", "rotation_3d_y"])
@pytest.mark.parametrize("value", [0.3, -0.3])
def test_turns_up_and_sideways_are_deforums_in_the_middle(size, fov: float, motion: str, value: float) -> None:
    values = {"fov_schedule": fov, motion: value}
    ours = our_shift(imported(size, "3D", **values), MEAN_DEPTH)[MIDDLE]
    theirs = deforums_shift(size, MEAN_DEPTH, **values)[MIDDLE]
    assert_alike(ours, theirs)


@pytest.mark.parametrize("motion", ["rotation_3d_x", "rotation_3d_y"])
def test_turns_bend_a_square_picture_as_deforums_do_at_its_usual_view(motion: str) -> None:
    ours = our_shift(imported((512, 512), "3D", **{motion: 0.3}), MEAN_DEPTH)
    assert_alike(ours, deforums_shift((512, 512), MEAN_DEPTH, **{motion: 0.3}))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fov", [40, 70, 100])
@pytest.mark.parametrize("value", [0.4, -0.4])
def test_rolls_have_deforums_pace(size, fov: float, value: float) -> None:
    values = {"fov_schedule": fov, "rotation_3d_z": value}
    theirs = deforums_shift(size, MEAN_DEPTH, **values)
    # There a roll is one of the square that the picture is squeezed into; here it is one of the picture.
    shape = size[0] / size[1]
    assert_alike(our_shift(imported(size, "3D", **values), MEAN_DEPTH), theirs / [shape, 1 / shape])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "values",
    [
        {"translation_x": 6.0},
        {"translation_y": -6.0},
        {"angle": 1.5},
        {"zoom": 1.02},
        {"zoom": 1.5, "translation_x": 10.0, "translation_y": 4.0, "angle": -3.0},
        {"angle": 2.0, "transform_center_x": 0.25, "transform_center_y": 0.8},
    ],
)
def test_2d_moves_are_deforums_rotation_after_translation(size, values: dict[str, float]) -> None:
    found = imported(size, "2D", **values)
    angle, zoom = math.radians(values.get("angle", 0.0)), values.get("zoom", 1.0)
    along, across = zoom * math.cos(angle), zoom * math.sin(angle)
    center = np.array(size) * [values.get("transform_center_x", 0.5), values.get("transform_center_y", 0.5)]
    shift = [values.get("translation_x", 0.0), values.get("translation_y", 0.0)]
    start = places(size)
    expected = (start + shift - center) @ np.array([[along, -across], [across, along]]) + center - start
    assert np.allclose(our_shift(found, 1.0), expected, atol=1e-4)


def test_a_view_that_narrows_quickens_the_way_in_frame_by_frame() -> None:
    settings = {"animation_mode": "3D", "fov_schedule": "0:(90), 20:(30)", "translation_z": "0:(2)", "max_frames": 24}
    found = import_settings(json.dumps(settings | {"prompts": {"0": "a"}}), "song.wav").project
    frames = compile_plan(found, heard(), {}).frames
    for frame in (0, 10, 20):
        pace = math.log(2) / math.tan(math.radians(90 - 3 * frame) / 2)
        assert frames[frame].camera.translation_z == pytest.approx(2 * pace, rel=1e-5)


@pytest.mark.parametrize("ratio", [0.5, 2.0])
def test_deforums_aspect_ratio_divides_what_goes_across(ratio: float) -> None:
    values = {"translation_x": 1.0, "aspect_ratio_schedule": ratio}
    ours = our_shift(imported((512, 512), "3D", **values), MEAN_DEPTH)
    assert_alike(ours, deforums_shift((512, 512), MEAN_DEPTH, **values))


def test_the_old_formula_takes_the_pictures_own_aspect_ratio() -> None:
    found = imported((768, 432), "3D", translation_x=1, aspect_ratio_use_old_formula=True)
    theirs = deforums_shift((768, 432), MEAN_DEPTH, translation_x=1, aspect_ratio_schedule=768 / 432)
    assert_alike(our_shift(found, MEAN_DEPTH), theirs)


def test_the_range_of_views_is_one_everywhere() -> None:
    for channel in ("fov", "perspective_flip_fv"):
        assert (CHANNELS[channel].low, CHANNELS[channel].high) == FOV_LIMITS_DEG


@pytest.mark.parametrize(("fov", "held"), [(180, 179.0), (0.5, 1.0), (-180, 179.0)])
def test_a_view_out_of_range_is_held_and_said(fov: float, held: float) -> None:
    found = imported((512, 512), "3D", fov_schedule=fov)
    assert compile_plan(found.project, heard(), {}).frames[0].camera.fov_deg == held
    assert any("`fov_schedule` goes from" in note and "1 to 179" in note for note in found.notes)


def test_ten_units_at_width_256_are_nine_pixels() -> None:
    assert our_shift(imported((256, 256), "3D", translation_x=10), 1.0)[MIDDLE][0] == pytest.approx(-9.1, abs=0.05)


def test_positive_x_moves_content_right_in_2d() -> None:
    assert our_shift(imported((512, 512), "2D", translation_x=10), 1.0)[MIDDLE] == pytest.approx((10, 0))


def test_a_negative_field_of_view_turns_the_move_around() -> None:
    ahead, back = (our_shift(imported((512, 512), "3D", translation_z=0.5, fov_schedule=f), 1.0) for f in (70, -70))
    assert_alike(ahead, -back)


def test_an_aspect_ratio_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        DeforumView("3d", (512, 512), aspect_ratio=0.0)


def test_every_note_is_a_sentence() -> None:
    assert all(note.endswith(".") and len(note) > 20 for note in NOTES.values())
