"""Exact sizes: cut around the subject, or whole on bars."""

from __future__ import annotations

import numpy as np
import pytest

from glance.publish.fitting import MODES, Fit, resized


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080), (1080, 1080), (1080, 1350), (1920, 804), (101, 77)])
def test_every_size_is_met_exactly(mode: str, size: tuple[int, int]) -> None:
    frame = np.zeros((288, 512, 3), np.uint8)
    assert Fit(size, mode).apply(frame).shape == (size[1], size[0], 3)  # type: ignore[arg-type]


def test_a_crop_keeps_the_subject_in_its_middle_and_stays_inside() -> None:
    frame = np.zeros((90, 160, 3), np.uint8)
    frame[40:50, 36:44] = 255
    upright = Fit((90, 160), focus=(0.25, 0.5)).apply(frame)
    _, columns = np.nonzero(upright[:, :, 0] > 200)
    assert abs(columns.mean() - 45) < 2
    left, _, right, _ = Fit((90, 160), focus=(0.02, 0.5)).window((160, 90))
    assert left == 0
    assert 0 < right < 0.5


def test_bars_show_everything_on_black() -> None:
    made = Fit((160, 160), "bars").apply(np.full((90, 160, 3), 200, np.uint8))
    assert made[80, 80, 0] == 200
    assert made[10].max() == 0


def test_a_frame_of_the_right_size_is_left_as_it_is() -> None:
    frame = np.random.default_rng(1).integers(0, 255, (72, 128, 3), np.uint8)
    assert Fit((128, 72)).apply(frame) is frame
    assert resized(frame, (128, 72)) is frame
