"""Carried noise is white at every moment, whatever the camera does, and goes where the picture goes."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from glance.camera.depth import StandingThings
from glance.camera.move import CameraMove
from glance.camera.transform import transform_of
from glance.imaging.carried_noise import CarriedField, NoiseMove, mixed_noise

SIZE = (256, 256)
CELLS = 32
SHAPE = (4, CELLS, CELLS)

#: A path for each kind of move: what enters, what leaves, what is magnified, what comes out from behind something.
PATHS = {
    "push and turn": CameraMove(zoom=1.01, angle_deg=0.4),
    "pull back": CameraMove(zoom=0.99),
    "pan": CameraMove(translation_x=2.96, translation_y=0.3),
    "flight through standing things": CameraMove(mode="3d", translation_x=0.8, translation_z=0.6),
}


def noise_move(frame: int, move: CameraMove) -> NoiseMove:
    transform = transform_of(move, SIZE)
    depth = None
    if not transform.is_flat:
        depth = cv2.resize(StandingThings().estimate(np.zeros((*SIZE, 3), np.uint8)), (CELLS, CELLS))
    return NoiseMove(frame, transform.matrix, transform.parallax, depth)


def after(field: CarriedField, move: CameraMove, n_frames: int, first: int = 1) -> CarriedField:
    for frame in range(first, first + n_frames):
        field.advance(noise_move(frame, move))
    return field


def worst_autocorrelation(cells: NDArray[np.float32], lags: int = 4) -> float:
    worst = 0.0
    for down in range(lags + 1):
        for right in range(-lags, lags + 1):
            if (down, right) > (0, 0):
                moved = np.roll(cells, (-down, -right), axis=(1, 2))
                worst = max(worst, abs(float((cells * moved).mean())))
    return worst


def rings(cells: NDArray[np.float32], n_rings: int = 8) -> NDArray[np.float64]:
    """Return the power in rings of spatial frequency; 1 in all of them is white."""
    power = (np.abs(np.fft.fft2(cells)) ** 2).mean(axis=0) / cells[0].size
    along = np.fft.fftfreq(cells.shape[1])
    ring = (np.hypot(along[:, None], along[None]) / math.sqrt(0.5) * n_rings).astype(int)
    return np.array([power[ring == each].mean() for each in range(n_rings)])


@pytest.mark.parametrize("name", PATHS)
def test_the_field_is_white_after_a_thousand_frames(name: str) -> None:
    field = CarriedField(SHAPE, SIZE, 7)
    looks = [after(field, PATHS[name], 100, first).cells().copy() for first in range(1, 1001, 100)]
    last = np.stack(looks)
    # Bounds for 4096 independent numbers: four standard errors (of 1024 for a ring, which has as few as 20 of them).
    assert abs(float(looks[-1].mean())) < 4 / 64
    assert abs(float(looks[-1].var()) - 1) < 4 * math.sqrt(2 / 4096)
    assert worst_autocorrelation(looks[-1]) < 4.5 / 64
    assert np.abs(rings(looks[-1]) - 1).max() < 0.55
    # Ten looks together leave a tenth of the variance, and show a small bias that one look would hide.
    assert abs(float(last.var()) - 1) < 4 * math.sqrt(2 / 40960)
    assert max(worst_autocorrelation(last.reshape(-1, CELLS, CELLS)), 0) < 4.5 / math.sqrt(40960)


def block_means(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    channels, rows, columns = cells.shape
    return cells.reshape(channels, rows // 4, 4, columns // 4, 4).mean(axis=(2, 4))


@pytest.mark.parametrize("name", ["push and turn", "pull back", "pan"])
def test_forms_of_the_noise_go_with_the_picture(name: str) -> None:
    field = after(CarriedField(SHAPE, SIZE, 3), PATHS[name], 20)
    to_pixels = np.array([[8, 0, 3.5], [0, 8, 3.5], [0, 0, 1]])
    in_cells = np.linalg.inv(to_pixels) @ transform_of(PATHS[name], SIZE).matrix @ to_pixels
    found = []
    for frame in range(21, 29):
        before = field.cells()
        field.advance(noise_move(frame, PATHS[name]))
        moved = np.stack([cv2.warpPerspective(each, in_cells, (CELLS, CELLS)) for each in before])
        inner = (slice(None), slice(1, -1), slice(1, -1))
        found.append(np.corrcoef(block_means(moved)[inner].ravel(), block_means(field.cells())[inner].ravel())[0, 1])
    assert np.mean(found) > 0.9


def test_whole_cells_are_carried_exactly() -> None:
    field = CarriedField(SHAPE, SIZE, 3)
    before = field.cells()
    field.advance(noise_move(1, CameraMove(translation_x=16)))
    np.testing.assert_allclose(field.cells()[:, :, :-2], before[:, :, 2:], atol=1e-5)


def test_what_leaves_into_the_margin_comes_back() -> None:
    field = CarriedField(SHAPE, SIZE, 3)
    before = field.cells()
    after(after(field, CameraMove(translation_x=8), 4), CameraMove(translation_x=-8), 4, first=5)
    np.testing.assert_allclose(field.cells(), before, atol=1e-5)


def test_a_new_anchor_keeps_what_cells_show() -> None:
    field = CarriedField(SHAPE, SIZE, 3)
    frame = 0
    while not field.anchors:
        before = field.cells()
        frame += 1
        field.advance(noise_move(frame, CameraMove(zoom=1.03)))
    assert frame > 5
    to_pixels = np.array([[8, 0, 3.5], [0, 8, 3.5], [0, 0, 1]])
    in_cells = np.linalg.inv(to_pixels) @ transform_of(CameraMove(zoom=1.03), SIZE).matrix @ to_pixels
    moved = np.stack([cv2.warpPerspective(each, in_cells, (CELLS, CELLS)) for each in before])
    inner = (slice(None), slice(1, -1), slice(1, -1))
    assert np.corrcoef(block_means(moved)[inner].ravel(), block_means(field.cells())[inner].ravel())[0, 1] > 0.85


def test_the_field_follows_from_its_seed_and_moves_alone() -> None:
    once = after(CarriedField(SHAPE, SIZE, 3), PATHS["flight through standing things"], 60)
    for _ in range(3):
        once.cells()
    again = after(CarriedField(SHAPE, SIZE, 3), PATHS["flight through standing things"], 60)
    np.testing.assert_array_equal(once.cells(), again.cells())
    other = after(CarriedField(SHAPE, SIZE, 4), PATHS["flight through standing things"], 60)
    assert abs(np.corrcoef(once.cells().ravel(), other.cells().ravel())[0, 1]) < 0.1


def test_a_move_that_loses_everything_leaves_white_noise() -> None:
    field = CarriedField(SHAPE, SIZE, 3)
    field.advance(noise_move(1, CameraMove(translation_x=4000)))
    field.advance(NoiseMove(2, np.diag([1.0, 1.0, -1.0]), np.zeros(3)))
    cells = field.cells()
    assert np.isfinite(cells).all()
    assert abs(float(cells.var()) - 1) < 0.1


def test_every_mixture_of_carried_and_new_noise_has_variance_one() -> None:
    carried, new = np.random.default_rng(1).standard_normal((2, 4, 64, 64)).astype(np.float32)
    assert mixed_noise(carried, new, 1.0) is new
    np.testing.assert_allclose(mixed_noise(carried, new, 0.0), carried, atol=1e-6)
    for fresh in (0.1, 0.25, 0.5, 0.9):
        assert abs(float(mixed_noise(carried, new, fresh).var()) - 1) < 0.05
