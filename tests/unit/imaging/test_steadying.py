"""Detail that an upscaler invents is held on to where the picture stays, and let go where it changes."""

from __future__ import annotations

import cv2
import numpy as np

from glance.imaging.steadying import detail_flicker, steadied

SIZE = (192, 128)


def small_frame(shift: int = 0, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = cv2.resize(rng.integers(0, 255, (9, 13, 3), np.uint8), (112, 80), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(coarse[8:72, 8 + shift : 104 + shift])


def invented(small: np.ndarray, seed: int) -> np.ndarray:
    large = cv2.resize(small, SIZE, interpolation=cv2.INTER_CUBIC).astype(float)
    return np.clip(large + np.random.default_rng(seed).normal(0, 8, large.shape), 0, 255).astype(np.uint8)


def test_invented_detail_flickers_less_and_light_stays() -> None:
    smalls = [small_frame(shift) for shift in range(6)]
    larges = [invented(small, seed) for seed, small in enumerate(smalls)]
    made = [larges[0]]
    for at in range(1, 6):
        made.append(steadied(larges[at], smalls[at], made[-1], smalls[at - 1]))
    raw, held = (
        np.mean([detail_flicker(these[at], smalls[at], these[at - 1], smalls[at - 1]) for at in range(2, 6)])
        for these in (larges, made)
    )
    assert held < 0.7 * raw
    assert abs(made[-1].mean() - larges[-1].mean()) < 0.5


def test_a_picture_that_changed_keeps_nothing_of_the_one_before() -> None:
    first, other = small_frame(seed=1), small_frame(seed=7)
    large = invented(other, 3)
    made = steadied(large, other, invented(first, 2), first)
    assert np.abs(made.astype(int) - large).mean() < 1.0
