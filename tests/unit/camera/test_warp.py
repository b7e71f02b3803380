from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from glance.camera.depth import GroundPlane
from glance.camera.move import CameraMove
from glance.camera.resample import BORDERS, GivenPlaces, resample
from glance.camera.transform import Transform, compose, identity, invert, transform_of
from glance.camera.warping import warp, warp_depth

SIZE = (256, 256)


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    return cv2.resize(data.astronaut(), SIZE, interpolation=cv2.INTER_AREA)


def shifted(photo: np.ndarray, x: float, y: float = 0.0, border: str = "reflect") -> np.ndarray:
    return warp(photo, transform_of(CameraMove(translation_x=x, translation_y=y), SIZE), depth=None, border=border)[0]


def sharpness(frame: np.ndarray) -> float:
    gray = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float32)[48:-48, 48:-48]
    return float(np.abs(np.diff(gray, axis=0)).mean() + np.abs(np.diff(gray, axis=1)).mean())


@pytest.mark.parametrize("border", BORDERS)
def test_identity_gives_the_same_pixels_bit_for_bit(photo, border: str) -> None:
    moved, mask = warp(photo, identity(SIZE), depth=GroundPlane().estimate(photo), border=border)
    assert np.array_equal(moved, photo)
    assert (mask is not None) == (border == "outpaint")


def test_whole_pixels_are_moved_untouched(photo) -> None:
    assert np.array_equal(shifted(photo, 10, 4)[4:, :-10], photo[:-4, 10:])


def test_the_same_input_gives_the_same_output(photo) -> None:
    move = transform_of(CameraMove(zoom=1.01, angle_deg=1), SIZE)
    first, second = (warp(photo, move, depth=None, border="wrap")[0] for _ in range(2))
    assert np.array_equal(first, second)


def test_borders_show_what_they_are_named_for(photo) -> None:
    assert np.array_equal(shifted(photo, -8, border="wrap")[:, :8], photo[:, -8:])
    assert np.array_equal(shifted(photo, -8, border="reflect")[:, :8], photo[:, 7::-1])
    assert np.array_equal(shifted(photo, -8, border="replicate")[:, :8], np.repeat(photo[:, :1], 8, axis=1))


def test_outpaint_marks_exactly_what_was_not_in_the_picture(photo) -> None:
    move = transform_of(CameraMove(translation_x=-8), SIZE)
    _, mask = warp(photo, move, depth=None, border="outpaint")
    assert mask.dtype == np.float32
    assert (mask[:, :8] == 1).all()
    assert (mask[:, 8:] == 0).all()


def test_two_hundred_subpixel_moves_and_back_keep_a_photograph_sharp(photo) -> None:
    random = np.random.default_rng(1)
    moves = [
        transform_of(CameraMove(translation_x=x, translation_y=y, angle_deg=a, zoom=z), SIZE)
        for x, y, a, z in zip(
            random.uniform(-1, 1, 200),
            random.uniform(-1, 1, 200),
            random.uniform(-0.3, 0.3, 200),
            np.exp(random.uniform(-0.003, 0.003, 200)),
            strict=True,
        )
    ]
    ours, bilinear = photo, photo
    for move in [*moves, *(invert(each) for each in reversed(moves))]:
        ours = warp(ours, move, depth=None, border="reflect")[0]
        bilinear = cv2.warpPerspective(bilinear, move.matrix, SIZE, borderMode=cv2.BORDER_REFLECT)
    inner = np.s_[48:-48, 48:-48]
    assert sharpness(ours) > 1.8 * sharpness(bilinear)
    assert sharpness(ours) < 1.2 * sharpness(photo)
    assert cv2.PSNR(ours[inner], photo[inner]) > cv2.PSNR(bilinear[inner], photo[inner]) + 3


@pytest.mark.parametrize("border", ["reflect", "replicate", "wrap"])
@pytest.mark.parametrize(
    "move",
    [
        CameraMove(perspective_flip_phi_deg=1, zoom=1.01),
        CameraMove(perspective_flip_gamma_deg=-6, perspective_flip_theta_deg=3),
        CameraMove("3d", rotation_3d_x_deg=1, rotation_3d_y_deg=-2),
        CameraMove(perspective_flip_phi_deg=40),
    ],
)
def test_a_tilt_reads_every_pixel_where_its_homography_says(photo, move: CameraMove, border: str) -> None:
    transform = transform_of(move, SIZE)
    plane = np.linalg.inv(transform.matrix)
    x, y = np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1]))
    u, v, w = (row[0] * x + row[1] * y + row[2] for row in plane)
    assert (w > 0).all()
    places = GivenPlaces((u / w - x).astype(np.float32), (v / w - y).astype(np.float32))
    moved = warp(photo, transform, depth=None, border=border)[0].astype(int)
    assert np.abs(moved - resample(photo, places, border)).mean() < 0.8


def test_two_hundred_tilts_and_back_keep_a_photograph_sharp(photo) -> None:
    tilts = np.random.default_rng(2).uniform(-2, 2, (200, 2)).tolist()
    moves = [
        transform_of(CameraMove(perspective_flip_phi_deg=phi, perspective_flip_gamma_deg=gamma), SIZE)
        for phi, gamma in tilts
    ]
    ours, bilinear = photo, photo
    for move in [*moves, *(invert(each) for each in reversed(moves))]:
        ours = warp(ours, move, depth=None, border="reflect")[0]
        bilinear = cv2.warpPerspective(bilinear, move.matrix, SIZE, borderMode=cv2.BORDER_REFLECT)
    inner = np.s_[48:-48, 48:-48]
    assert 1.6 * sharpness(bilinear) < sharpness(ours) < 1.2 * sharpness(photo)
    assert cv2.PSNR(ours[inner], photo[inner]) > cv2.PSNR(bilinear[inner], photo[inner]) + 3


@pytest.mark.parametrize(
    "move",
    [
        CameraMove(zoom=1.005),
        CameraMove(angle_deg=0.2),
        CameraMove(translation_x=0.05),
        CameraMove(translation_x=0.5, translation_y=0.25),
        CameraMove(zoom=0.99, angle_deg=1),
        CameraMove(perspective_flip_phi_deg=0.3),
        CameraMove("3d", rotation_3d_y_deg=0.2),
    ],
)
def test_no_steady_move_makes_stripes_grow(photo, move: CameraMove) -> None:
    frame, step = photo, transform_of(move, SIZE)
    for _ in range(150):
        frame = warp(frame, step, depth=None, border="reflect")[0]
    assert sharpness(frame) < 1.6 * sharpness(photo)


def test_moves_below_the_smallest_step_do_not_stick(photo) -> None:
    for zoom in (1.0, 1 + 1e-6):
        frame, step = photo, transform_of(CameraMove(translation_x=0.008, zoom=zoom), SIZE)
        for _ in range(250):
            frame = warp(frame, step, depth=None, border="reflect")[0]
        soft, goal, start = (cv2.GaussianBlur(each, (0, 0), 2) for each in (frame, photo[:, 2:], photo))
        moved_on = cv2.PSNR(soft[:, 8:-10], goal[:, 8:-8])
        assert moved_on > cv2.PSNR(soft[:, 8:-10], start[:, 8:-10]) + 3


def test_flat_depth_and_no_depth_agree(photo) -> None:
    move = transform_of(CameraMove("3d", translation_z=6, translation_x=4, rotation_3d_y_deg=1), SIZE)
    flat = warp(photo, move, depth=np.ones((256, 256), np.float32), border="reflect")[0]
    assert cv2.PSNR(flat, warp(photo, move, depth=None, border="reflect")[0]) > 38


def test_near_things_move_farther_than_far_ones(photo) -> None:
    depth = np.full((256, 256), 3.0, np.float32)
    depth[128:] = 1.0
    move = transform_of(CameraMove("3d", translation_x=30, fov_deg=90), SIZE)
    moved = warp(photo, move, depth=depth, border="reflect")[0]
    near, far = 30 / 200 * 128, 30 / 200 * 128 / 3
    for rows, shift in ((np.s_[140:240], near), (np.s_[10:110], far)):
        errors = [cv2.PSNR(moved[rows, :200], photo[rows, s : s + 200]) for s in range(40)]
        assert abs(int(np.argmax(errors)) - shift) <= 1


def test_real_disparity_brings_the_left_photo_to_the_right_one() -> None:
    left, right, disparity = data.stereo_motorcycle()
    known = np.isfinite(disparity)
    nearness = np.where(known, disparity, 8.0).astype(np.float32)
    size = (left.shape[1], left.shape[0])
    one_pixel_per_nearness = Transform(np.eye(3), np.array([-1.0, 0.0, 0.0]), size)
    moved, mask = warp(left, one_pixel_per_nearness, depth=1.0 / nearness, border="outpaint")
    seen = mask == 0
    columns = np.arange(size[0], dtype=np.float32)[None] + nearness
    rows = np.repeat(np.arange(size[1], dtype=np.float32)[:, None], size[0], axis=1)
    naive = cv2.remap(left, columns, rows, cv2.INTER_LINEAR)
    ours_error, naive_error, still_error = (
        float(np.square(frame[seen].astype(float) - right[seen]).mean()) for frame in (moved, naive, left)
    )
    assert ours_error < 0.5 * naive_error
    assert ours_error < 0.15 * still_error
    assert 0.03 < mask.mean() < 0.25


def test_depth_moves_with_the_picture_and_shrinks_on_the_way_in() -> None:
    depth = np.full((128, 128), 3.0, np.float32)
    depth[40:90, 50:80] = 1.0
    aside, unknown = warp_depth(depth, transform_of(CameraMove("3d", translation_x=30, fov_deg=90), (128, 128)))
    shift = round(30 / 200 * 64)
    assert (aside[45:85, 52 - shift : 78 - shift] == 1).all()
    assert (aside[45:85, 20:35] == 3).all()
    assert (unknown[:, 126:] == 1).all()
    assert (unknown[45:85, 80 - shift : 78] > 0).mean() > 0.5
    inwards, _ = warp_depth(depth, transform_of(CameraMove("3d", translation_z=20, fov_deg=90), (128, 128)))
    assert inwards[64, 64] == pytest.approx(0.9, rel=1e-4)
    assert inwards[10, 10] == pytest.approx(2.9, rel=1e-4)
    turned, _ = warp_depth(depth, transform_of(CameraMove(angle_deg=90), (128, 128)))
    assert (turned[52:76, 42:88] == 1).all()


def test_depth_that_does_not_move_stays_the_same() -> None:
    depth = np.full((256, 256), 2.0, np.float32)
    same, unknown = warp_depth(depth, identity(SIZE))
    assert same is depth
    assert not unknown.any()


def test_what_was_hidden_is_filled_with_background_not_with_a_smeared_foreground() -> None:
    frame = np.zeros((128, 128, 3), np.uint8)
    frame[..., 1] = 200
    frame[40:90, 50:80] = (255, 0, 0)
    depth = np.full((128, 128), 3.0, np.float32)
    depth[40:90, 50:80] = 1.0
    move = transform_of(CameraMove("3d", translation_x=30, fov_deg=90), (128, 128))
    moved, mask = warp(frame, move, depth=depth, border="outpaint")
    hidden = mask[45:85, 20:100] > 0
    assert hidden.sum() > 100
    red = (moved[..., 0] > 128).sum() / 1500
    assert 0.9 < red < 1.1
    fringe = (moved[..., 0] > 40) & (moved[..., 1] > 40)
    assert fringe.mean() < 0.02


def test_composed_moves_match_moves_in_a_row(photo) -> None:
    steps = [transform_of(CameraMove(zoom=1.01, angle_deg=1, translation_x=1.3), SIZE) for _ in range(3)]
    at_once = warp(photo, compose(*steps), depth=None, border="reflect")[0]
    frame = photo
    for step in steps:
        frame = warp(frame, step, depth=None, border="reflect")[0]
    assert cv2.PSNR(frame[20:-20, 20:-20], at_once[20:-20, 20:-20]) > 28


def test_mistakes_are_named(photo) -> None:
    with pytest.raises(ValueError, match="mirror"):
        warp(photo, identity(SIZE), depth=None, border="mirror")
    with pytest.raises(ValueError, match="64"):
        warp(photo, identity((64, 64)), depth=None, border="wrap")
    move = transform_of(CameraMove("3d", translation_x=1), SIZE)
    with pytest.raises(ValueError, match="depth"):
        warp(photo, move, depth=np.ones((8, 8), np.float32), border="wrap")


@pytest.mark.parametrize("size", [(8, 8), (17, 9), (720, 8)])
def test_odd_and_tiny_sizes_work(size: tuple[int, int]) -> None:
    frame = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    for move in (CameraMove(zoom=0.05), CameraMove("3d", translation_z=-150), CameraMove(perspective_flip_phi_deg=40)):
        moved, mask = warp(frame, transform_of(move, size), depth=GroundPlane().estimate(frame), border="outpaint")
        assert moved.shape == frame.shape
        assert mask.shape == frame.shape[:2]
