from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage import data

from glance.imaging.blend import masked, mix, read_mask
from glance.imaging.color import SPACES, match_color, reference_of
from glance.imaging.filters import adjust_contrast, sharpen
from glance.imaging.flow import inbetween
from glance.imaging.noise import KINDS, add_noise, perlin
from glance.imaging.quality import blank_frame_problem, is_plain_lanczos


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    return cv2.resize(data.astronaut(), (256, 192), interpolation=cv2.INTER_AREA)


@pytest.fixture(scope="module")
def coffee() -> np.ndarray:
    return cv2.resize(data.coffee(), (256, 192), interpolation=cv2.INTER_AREA)


def lab(frame: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(frame.astype(np.float32) / 255, cv2.COLOR_RGB2LAB).reshape(-1, 3)


def test_every_step_that_is_off_returns_the_frame_itself(photo, coffee) -> None:
    assert match_color(photo, reference_of(coffee, "lab"), 0.0) is photo
    assert add_noise(photo, 0.0, "perlin", 1) is photo
    assert adjust_contrast(photo, 1.0) is photo
    assert sharpen(photo, 0.0) is photo
    assert mix(photo, coffee, 0.0) is photo
    assert mix(photo, coffee, 1.0) is coffee
    assert inbetween(photo, coffee, 0.0, flow=True) is photo
    assert inbetween(photo, coffee, 1.0, flow=True) is coffee


def test_no_step_changes_its_input(photo, coffee) -> None:
    before = photo.copy()
    add_noise(photo, 0.3, "uniform", 1)
    match_color(photo, reference_of(coffee, "rgb"), 1.0)
    sharpen(adjust_contrast(photo, 2.0), 1.0)
    inbetween(photo, coffee, 0.5, flow=True)
    assert np.array_equal(photo, before)


@pytest.mark.parametrize("space", SPACES)
def test_a_frame_matched_to_its_own_colors_stays_as_it_is(photo, space: str) -> None:
    matched = match_color(photo, reference_of(photo, space), 1.0)
    assert np.abs(matched.astype(int) - photo).max() <= 1


@pytest.mark.parametrize("space", SPACES)
def test_matching_brings_back_a_cast_and_a_loss_of_contrast(photo, space: str) -> None:
    faded = np.clip(photo * np.array([0.8, 0.75, 0.65]) + np.array([20, 25, 40]), 0, 255).astype(np.uint8)
    back = match_color(faded, reference_of(photo, space), 1.0)
    half = match_color(faded, reference_of(photo, space), 0.5)
    lost, left, part = (np.abs(lab(frame).mean(0) - lab(photo).mean(0)).sum() for frame in (faded, back, half))
    assert left < 0.4 * lost
    assert left < part < lost


def test_lab_matching_meets_the_references_mean_and_spread(photo, coffee) -> None:
    matched = lab(match_color(photo, reference_of(coffee, "lab"), 1.0))
    assert np.abs(matched.mean(0) - lab(coffee).mean(0)).max() < 4
    assert matched[:, 0].std() == pytest.approx(lab(coffee)[:, 0].std(), rel=0.2)


@pytest.mark.parametrize("space", SPACES)
def test_one_flat_color_can_be_matched(space: str, photo) -> None:
    flat = np.full_like(photo, 90)
    matched = match_color(flat, reference_of(photo, space), 1.0)
    assert matched.std(axis=(0, 1)).max() == 0


def test_an_unknown_color_space_is_named(photo) -> None:
    with pytest.raises(ValueError, match="cmyk"):
        reference_of(photo, "cmyk")


def test_colors_do_not_drift_over_three_thousand_frames_fed_back(photo) -> None:
    small = cv2.resize(photo, (64, 48), interpolation=cv2.INTER_AREA)
    reference, frame = reference_of(small, "lab"), small
    worst = 0.0
    for index in range(3000):
        frame = sharpen(add_noise(match_color(frame, reference, 0.5), 0.02, "uniform", index), -0.02)
        if index % 100 == 99:
            worst = max(worst, float(np.abs(lab(frame).mean(0) - lab(small).mean(0)).max()))
    assert worst < 3.0


@pytest.mark.parametrize("kind", KINDS)
def test_noise_has_zero_mean_and_the_promised_power_at_every_level(kind: str) -> None:
    for level in (0, 3, 128, 250, 255):
        frame = np.full((210, 330, 3), level, np.uint8)
        change = np.mean([add_noise(frame, 0.065, kind, seed).astype(float) - level for seed in range(8)])
        assert abs(change) < 0.1 if kind != "perlin" else abs(change) < 0.4
    change = add_noise(np.full((210, 330, 3), 128, np.uint8), 0.065, kind, 5).astype(float) - 128
    assert change.std() == pytest.approx(0.065 * 127.5 / 3**0.5, rel=0.15)


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_decided_by_its_seed(photo, kind: str) -> None:
    assert np.array_equal(add_noise(photo, 0.1, kind, 7), add_noise(photo, 0.1, kind, 7))
    assert not np.array_equal(add_noise(photo, 0.1, kind, 7), add_noise(photo, 0.1, kind, 8))


@pytest.mark.parametrize("size", [(1, 1), (7, 513), (333, 50)])
@pytest.mark.parametrize("kind", KINDS)
def test_noise_takes_any_size(kind: str, size: tuple[int, int]) -> None:
    frame = np.full((size[1], size[0], 3), 100, np.uint8)
    assert add_noise(frame, 0.1, kind, 2**32 - 1).shape == frame.shape


def test_perlin_noise_is_soft() -> None:
    field = perlin((320, 200), 3)
    assert field.shape == (200, 320)
    assert abs(np.mean([perlin((320, 200), seed).mean() for seed in range(20)])) < 0.02
    assert np.abs(np.diff(field, axis=1)).mean() < 0.2 * field.std()


def test_an_unknown_noise_is_named(photo) -> None:
    with pytest.raises(ValueError, match="pink"):
        add_noise(photo, 0.1, "pink", 1)


def test_contrast_moves_levels_away_from_the_mean_and_never_wraps(photo) -> None:
    strong = adjust_contrast(photo, 1.5)
    assert strong.std() > photo.std()
    assert (strong[photo > 230] >= 230).all()
    assert adjust_contrast(photo, 0.0).std() < 1


def test_sharpening_never_wraps(photo) -> None:
    assert sharpen(photo, 1.0).std() > photo.std()
    edge = np.zeros((16, 16, 3), np.uint8)
    edge[:, 8:] = 255
    assert np.array_equal(sharpen(edge, 2.0), edge)


@pytest.mark.parametrize("weight", [0.25, 0.5, 0.75])
def test_an_inbetween_shows_what_moves_under_way(photo, weight: float) -> None:
    after, goal = np.roll(photo, 8, axis=1), np.roll(photo, round(8 * weight), axis=1)
    inner = np.s_[16:-16, 24:-24]
    followed = cv2.PSNR(inbetween(photo, after, weight, flow=True)[inner], goal[inner])
    faded = cv2.PSNR(inbetween(photo, after, weight, flow=False)[inner], goal[inner])
    assert followed > faded + 6


def test_an_inbetween_of_two_unrelated_pictures_is_close_to_their_mixture(photo, coffee) -> None:
    assert cv2.PSNR(inbetween(photo, coffee, 0.5, flow=True), mix(photo, coffee, 0.5)) > 18


def test_an_inbetween_of_equal_frames_is_that_frame(photo) -> None:
    assert np.abs(inbetween(photo, photo.copy(), 0.3, flow=True).astype(int) - photo).max() <= 1


def test_a_mask_decides_where_the_second_frame_shows(photo, coffee) -> None:
    mask = np.zeros(photo.shape[:2], np.float32)
    mask[:, 128:] = 1
    out = masked(photo, coffee, mask)
    assert np.array_equal(out[:, :128], photo[:, :128])
    assert np.array_equal(out[:, 128:], coffee[:, 128:])
    assert np.abs(masked(photo, photo, mask * 0.37).astype(int) - photo).max() <= 1


def test_masks_are_read_from_gray_or_color_inverted_and_feathered() -> None:
    gray = np.zeros((40, 60), np.uint8)
    gray[:, 30:] = 255
    mask = read_mask(gray)
    assert mask.dtype == np.float32
    assert np.array_equal(read_mask(np.repeat(gray[..., None], 3, axis=2)), mask)
    assert np.array_equal(read_mask(gray, invert=True), 1 - mask)
    soft = read_mask(gray, feather_px=4)
    assert 0.3 < soft[20, 29] < 0.7
    assert soft[20, 2] < 0.01


def test_masks_of_another_size_are_refused(photo) -> None:
    with pytest.raises(ValueError, match="one size"):
        masked(photo, photo, np.ones((4, 4), np.float32))


def test_broken_pictures_are_told_from_dark_ones(photo) -> None:
    assert blank_frame_problem(np.zeros_like(photo)) == "black"
    assert blank_frame_problem(np.full_like(photo, 127)) == "one flat colour"
    assert blank_frame_problem((photo // 16).astype(np.uint8)) == ""
    assert blank_frame_problem(photo) == ""


def test_only_plain_interpolation_is_taken_for_a_model_that_was_not_loaded(photo) -> None:
    plain = np.asarray(Image.fromarray(photo).resize((512, 384), Image.Resampling.LANCZOS))
    assert is_plain_lanczos(plain, photo)
    assert not is_plain_lanczos(photo, photo)
    other = plain.copy()
    other[3, 5, 1] ^= 1
    assert not is_plain_lanczos(other, photo)
    assert not is_plain_lanczos(photo.repeat(2, axis=0).repeat(2, axis=1), photo)
    black = np.zeros_like(photo)
    assert not is_plain_lanczos(black.repeat(2, axis=0).repeat(2, axis=1), black)
