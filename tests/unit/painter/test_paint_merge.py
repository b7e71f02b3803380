"""The law of denoising: which frequencies are kept."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from glance.painter.paint_merge import HALF_WAY, band_frequencies, cut_off, merge, new_share


def wave(cycles: float, size: int = 128) -> np.ndarray:
    """Return a picture of vertical stripes, `cycles` per height, in [0, 1]."""
    x = np.arange(size, dtype=np.float32) / size
    stripes = 0.5 + 0.4 * np.sin(2 * math.pi * cycles * x)
    return np.ascontiguousarray(np.broadcast_to(stripes[None, :, None], (size, size, 3)), dtype=np.float32)


def test_cut_off_falls_from_infinity_to_nothing() -> None:
    values = [cut_off(d) for d in (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)]
    assert values[0] == math.inf
    assert values[-1] == 0.0
    assert values[3] == pytest.approx(HALF_WAY)
    assert values == sorted(values, reverse=True)


def test_half_of_the_amplitude_is_new_at_the_cut_off() -> None:
    for denoising in (0.2, 0.5, 0.8):
        assert new_share(cut_off(denoising), denoising) == pytest.approx(0.5)


def test_merge_keeps_everything_at_0_and_nothing_at_1() -> None:
    kept, new = wave(3), wave(11)
    assert merge(kept, new, 0.0) is kept
    assert merge(kept, new, 1.0) is new


@pytest.mark.parametrize("denoising", [0.1, 0.4, 0.8])
def test_merge_of_equal_pictures_changes_nothing(denoising: float) -> None:
    np.testing.assert_allclose(merge(wave(5), wave(5), denoising), wave(5), atol=1e-6)


def test_large_forms_stay_while_fine_detail_is_replaced() -> None:
    flat = np.full((128, 128, 3), 0.5, dtype=np.float32)
    large = merge(wave(1), flat, 0.35).std() / wave(1).std()
    fine = merge(wave(40), flat, 0.35).std() / wave(40).std()
    assert large > 0.9
    assert fine < 0.25


def test_bands_halve_from_the_nyquist_frequency_downwards() -> None:
    frequencies = band_frequencies(256, 512)
    assert frequencies[0] == pytest.approx(128 / math.sqrt(2))
    assert all(a == pytest.approx(2 * b) for a, b in pairwise(frequencies[:-1]))
    assert frequencies[-1] < frequencies[-2]


def test_greater_gain_renews_more() -> None:
    flat = np.full((64, 64, 3), 0.5, dtype=np.float32)
    kept = [merge(wave(2, 64), flat, 0.4, gain).std() for gain in (1.0, 2.0, 3.0)]
    assert kept[0] > kept[1] > kept[2]


def test_least_share_brings_back_large_forms_too() -> None:
    flat = np.full((128, 128, 3), 0.5, dtype=np.float32)
    kept = [merge(wave(1), flat, 0.1, least=least).std() for least in (0.0, 0.2, 1.0)]
    assert kept[1] == pytest.approx(0.8 * wave(1).std(), rel=0.05)
    assert kept[0] > kept[1] > kept[2] == pytest.approx(0.0, abs=1e-5)
