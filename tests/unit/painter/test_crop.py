"""Where a frame lies in the scene's picture."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from glance.painter import crop as crops
from glance.painter.sketch.composition import draw_sketch

PICTURE = draw_sketch("mountain lake, birds", (), 3, (400, 225)).astype(np.float32) / np.float32(255.0)
ASPECT = 400 / 225


def test_whole_picture_is_shown_by_the_middle_crop() -> None:
    shown = crops.sample(PICTURE, crops.crop_at((0.0, 0.0), 1.0), 225, 400)
    np.testing.assert_allclose(shown, PICTURE, atol=1e-3)


@pytest.mark.parametrize(
    ("center", "scale", "angle_deg"),
    [((0.1, -0.05), 0.8, 0.0), ((-0.2, 0.1), 0.55, 4.0), ((0.0, 0.0), 0.42, -3.0), ((0.05, 0.0), 0.6, 58.0)],
)
def test_crop_is_found_again(center: tuple[float, float], scale: float, angle_deg: float) -> None:
    frame = crops.sample(PICTURE, crops.crop_at(center, scale, angle_deg), 90, 160)
    match = crops.find(frame, PICTURE)
    assert match.trust == 1.0
    assert crops.scale_of(match.crop) == pytest.approx(scale, rel=0.04)
    np.testing.assert_allclose(match.crop[:, 2], center, atol=0.02)
    # A hundredth of a tilt is taken back in every frame on purpose.
    angle = math.degrees(math.atan2(match.crop[1, 0], match.crop[0, 0]))
    assert angle == pytest.approx(0.97 * angle_deg, abs=1.5)


def test_flat_frame_is_not_trusted() -> None:
    assert crops.find(np.full((90, 160, 3), 0.3, dtype=np.float32), PICTURE).trust == 0.0


def test_stranger_is_trusted_less_than_a_part() -> None:
    noise = np.random.default_rng(0).random((90, 160, 3), dtype=np.float32)
    assert crops.find(noise, PICTURE).trust < 0.5


def test_exhaustion_grows_as_the_camera_nears_the_end() -> None:
    ends = [crops.exhaustion(crops.crop_at((0.0, 0.0), scale), ASPECT) for scale in (0.8, 0.4, 0.34, 0.1)]
    assert ends[0] == 0.0
    assert 0.0 < ends[1] < 1.0
    assert ends[2] == pytest.approx(1.0)
    assert ends[3] > 1.0
    assert crops.exhaustion(crops.crop_at((0.6 * ASPECT, 0.0), 0.8), ASPECT) > 1.0
    assert crops.exhaustion(crops.crop_at((0.0, 0.0), 1.5), ASPECT) > 1.0


def test_resting_crop_drifts_slowly_and_stays_inside() -> None:
    path = [crops.resting_crop(4, time_s, ASPECT) for time_s in np.arange(0, 60, 0.25)]
    steps = [np.abs(b - a).max() for a, b in pairwise(path)]
    assert max(steps) < 0.02
    for crop in path:
        assert crops.exhaustion(crop, ASPECT) == 0.0
        assert abs(crop[0, 2]) + crops.scale_of(crop) * ASPECT / 2 <= ASPECT / 2 + 1e-9
        assert abs(crop[1, 2]) + crops.scale_of(crop) / 2 <= 0.5 + 1e-9


def test_pulses_leap_to_other_places_but_one_pulse_stays_together() -> None:
    first, same = (crops.leaping_crop(4, 7, time_s, 0, ASPECT) for time_s in (1.0, 1.2))
    later, again = (crops.leaping_crop(4, 7, 3.0, attempt, ASPECT) for attempt in (0, 1))
    np.testing.assert_array_equal(first, same)
    assert np.abs(first - later).max() > 0.02
    assert np.abs(again - later).max() > 0.02


def test_other_seed_moves_a_leap_a_little() -> None:
    one, other = (crops.leaping_crop(4, seed, 1.0, 0, ASPECT) for seed in (7, 8))
    assert 0.0 < np.abs(one - other).max() < 0.15


def test_leap_shows_the_whole_subject() -> None:
    focus = (0.45, 0.1, 0.55)
    for time_s in np.arange(0.0, 20.0, 0.5):
        crop = crops.leaping_crop(4, 7, time_s, 0, ASPECT, focus)
        shown = np.linalg.inv(crop[:, :2]) @ (np.array(focus[:2]) - crop[:, 2])
        assert abs(shown[0]) < 0.42 * ASPECT
        assert abs(shown[1]) + focus[2] / 2 / crops.scale_of(crop) < 0.75
        assert crops.exhaustion(crop, ASPECT, focus) <= 1.0


def test_picture_is_used_up_once_the_subject_has_left_it() -> None:
    crop = crops.crop_at((-0.3, 0.0), 0.6)
    assert crops.exhaustion(crop, ASPECT) == 0.0
    assert crops.exhaustion(crop, ASPECT, (0.5, 0.0, 0.3)) == 2.0


def test_way_between_two_crops_starts_and_ends_there_and_turns_the_short_way() -> None:
    first, second = crops.crop_at((0.1, 0.0), 0.4, 170.0), crops.crop_at((-0.1, 0.2), 0.9, -170.0)
    np.testing.assert_allclose(crops.blend_matrices(first, second, 0.0), first, atol=1e-12)
    np.testing.assert_allclose(crops.blend_matrices(first, second, 1.0), second, atol=1e-12)
    half = crops.blend_matrices(first, second, 0.5)
    assert crops.scale_of(half) == pytest.approx(0.6)
    np.testing.assert_allclose(half[:, :2] / 0.6, crops.crop_at((0, 0), 1.0, 180.0)[:, :2], atol=1e-12)


def test_crop_of_a_crop_shows_the_same_part() -> None:
    outer, inner = crops.crop_at((0.05, 0.02), 0.8, 8.0), crops.crop_at((0.1, -0.03), 0.5, 3.0)
    wide = crops.sample(PICTURE, outer, 450, 800)
    through = crops.sample(wide, crops.within(inner, outer), 90, 160)
    np.testing.assert_allclose(through, crops.sample(PICTURE, inner, 90, 160), atol=0.12)
    assert np.abs(through - crops.sample(PICTURE, inner, 90, 160)).mean() < 0.01


@pytest.mark.parametrize("angle_deg", [0.0, 5.0, -50.0])
@pytest.mark.parametrize("scale", [0.36, 0.5, 0.77, 1.0])
def test_resting_place_holds_its_crop_and_stays_for_small_moves(scale: float, angle_deg: float) -> None:
    crop = crops.crop_at((0.13, -0.07), scale, angle_deg)
    place = crops.resting_place(crop)
    corners = np.array([[x * ASPECT / 2, y / 2, 1.0] for x in (-1, 1) for y in (-1, 1)]).T
    seen = np.abs(crops.within(crop, place) @ corners)
    assert seen[0].max() < 0.62 * ASPECT
    assert seen[1].max() < 0.62
    moved = crops.resting_place(crops.crop_at((0.131, -0.07), scale * 1.001, angle_deg))
    assert np.abs(moved - place).max() < 0.3
