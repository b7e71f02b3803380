"""Seeds: the same for the same picture, and going on as asked."""

from __future__ import annotations

import numpy as np

from glance.project.frame_choices import frame_seeds, picture_seed

COUNT = np.arange(6)
BASE = np.full(6, 100)
NO = np.full(6, -1.0)


def test_a_returning_picture_has_its_first_seed() -> None:
    assert picture_seed(7, "A") == picture_seed(7, "A")
    assert len({picture_seed(7, name) for name in "ABCDEF"}) == 6
    assert picture_seed(7, "A") != picture_seed(8, "A")


def test_a_scene_without_picture_uses_the_projects_seed() -> None:
    assert picture_seed(1234, "") == 1234


def test_seed_behaviors() -> None:
    assert frame_seeds("iter", BASE, COUNT, 1, NO).tolist() == [100, 101, 102, 103, 104, 105]
    assert frame_seeds("iter", BASE, COUNT, 3, NO).tolist() == [100, 100, 100, 101, 101, 101]
    assert frame_seeds("fixed", BASE, COUNT, 1, NO).tolist() == [100] * 6
    assert frame_seeds("ladder", BASE, COUNT, 1, NO).tolist() == [100, 102, 101, 103, 102, 104]
    assert frame_seeds("alternate", BASE, COUNT, 1, NO).tolist() == [100, 101, 100, 101, 100, 101]


def test_random_seeds_repeat_from_run_to_run() -> None:
    first = frame_seeds("random", BASE, COUNT, 1, NO)
    assert first.tolist() == frame_seeds("random", BASE, COUNT, 1, NO).tolist()
    assert len(set(first.tolist())) == 6


def test_a_schedule_of_seeds_is_followed_and_minus_one_is_chance() -> None:
    seeds = frame_seeds("schedule", BASE, COUNT, 1, np.array([5.0, 6.9, -1.0, 2.0**32 - 1, 0.0, 1.0]))
    assert seeds[[0, 1, 3, 4, 5]].tolist() == [5, 6, 2**32 - 1, 0, 1]
    assert 0 <= seeds[2] < 2**32
