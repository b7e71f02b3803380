"""A video's sections: a chorus that sleeps is seen, whatever the average says."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from glance.media.sync import Watched, align
from glance.media.sync_sections import cut_frames, measure_sections, rank_correlation

FPS = 24


def seen(hits_s: NDArray[np.float64], seconds: float = 60.0, steady: float = 0.01, late_s: float = 0.0) -> Watched:
    change = np.random.default_rng(0).uniform(0.8, 1.2, round(seconds * FPS)) * steady
    change[np.round(hits_s * FPS).astype(int)] += 0.1
    return Watched(change, Fraction(FPS), late_s)


def test_a_section_without_an_answer_scores_nothing_and_the_others_much() -> None:
    rng = np.random.default_rng(1)
    onsets = np.sort(rng.uniform(0.5, 59.5, 90))
    answered = onsets[(onsets < 20) | (onsets > 40)]
    bounds = [(0.0, 20.0), (20.0, 40.0), (40.0, 60.0)]
    _, parts = measure_sections(seen(answered), onsets, np.ones(90), bounds)
    assert parts[0].score > 0.6
    assert parts[1].score < 0.15
    assert parts[2].score > 0.6
    assert parts[1].movement < parts[0].movement


def test_the_whole_is_what_it_is_without_sections() -> None:
    onsets = np.arange(0.5, 59.0, 0.77)
    watched = seen(onsets)
    whole, _ = measure_sections(watched, onsets, np.ones(onsets.size), [(0.0, 60.0)])
    assert whole == align(watched.change, onsets, np.ones(onsets.size), Fraction(FPS))


def test_sections_lie_where_the_video_shows_them() -> None:
    onsets = np.arange(0.5, 119.0, 0.77)
    part = onsets[(onsets > 60) & (onsets < 119)] - 60
    _, (before, inside) = measure_sections(
        seen(part), onsets, np.ones(onsets.size), [(0.0, 60.0), (60.0, 120.0)], start_s=60.0
    )
    assert before.shown_s == 0
    assert not before.counts
    assert inside.shown_s == 60
    assert inside.score > 0.6


def test_cuts_are_no_movement() -> None:
    watched = seen(np.zeros(0), steady=0.01)
    watched.change[500] = 0.6
    assert np.flatnonzero(cut_frames(watched)).tolist() == [500]
    _, (section,) = measure_sections(watched, [], [], [(0.0, 60.0)])
    assert section.movement == pytest.approx(100 * FPS * 0.01, rel=0.02)
    assert section.score == 0.0


def test_ranks_are_averaged_where_equal_and_nothing_is_said_of_too_few() -> None:
    assert rank_correlation([1, 2, 3, 4], [10, 20, 30, 40]) == pytest.approx(1.0)
    assert rank_correlation([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1.0)
    assert rank_correlation([1, 1, 2], [5, 5, 9]) == pytest.approx(1.0)
    assert np.isnan(rank_correlation([1, 2], [1, 2]))
    assert np.isnan(rank_correlation([1, 2, 3], [5, 5, 5]))
