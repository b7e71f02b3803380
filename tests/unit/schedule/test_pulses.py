"""Which hits are answered: a rest after each, the strongest first, and none missing for too long."""

from __future__ import annotations

import numpy as np
import pytest

from glance.schedule.pulses import LEAST_REST_S, Pulses, Rule, choose, on_the_bar, rises
from glance.timing import BeatGrid

GRID = BeatGrid(np.arange(0.0, 60.0, 0.5), np.arange(0.0, 60.0, 2.0))
NO_CUTS = np.zeros(0)
WHOLE = (Rule(0.0, 60.0),)


def hits(*pairs: tuple[float, float]) -> Pulses:
    return Pulses(np.array([time for time, _ in pairs]), np.array([height for _, height in pairs]))


def test_a_decaying_curve_rises_where_it_jumps() -> None:
    curve = np.zeros(300, dtype=np.float32)
    for at, height in ((0, 0.4), (100, 0.9), (110, 0.7), (200, 0.3)):
        curve[at:] = np.maximum(curve[at:], height * np.exp(-np.arange(300 - at) / 15))
    found = rises(curve, 100.0)
    assert found.times_s.tolist() == [0.0, 1.0, 1.1, 2.0]
    assert found.heights == pytest.approx([0.4, 0.9, 0.7, 0.3], abs=1e-6)


def test_a_flat_curve_has_no_rises() -> None:
    assert rises(np.full(100, 0.5, dtype=np.float32), 100.0).times_s.tolist() == [0.0]
    assert rises(np.zeros(100, dtype=np.float32), 100.0).times_s.size == 0
    assert rises(np.zeros(0, dtype=np.float32), 100.0).times_s.size == 0


def test_of_hits_that_are_too_close_the_strongest_wins() -> None:
    found = choose(hits((1.0, 0.5), (1.2, 0.9), (1.4, 0.6), (3.0, 0.4)), GRID, WHOLE, 0.5, NO_CUTS)
    assert found.times_s.tolist() == [1.2, 3.0]


@pytest.mark.parametrize("rest", [0.5, 1.0, 2.0])
def test_no_two_pulses_and_no_pulse_and_cut_are_closer_than_the_rest(rest: float) -> None:
    rng = np.random.default_rng(0)
    times = np.unique(np.round(rng.uniform(0, 60, 800), 3))
    cuts = np.array([0.0, 10.3, 20.1])
    rules = (Rule(0.0, 30.0, 0.2, 0.0, 2.0), Rule(30.0, 60.0, 0.9, 1.0, 1.0))
    found = choose(Pulses(times, rng.uniform(0.05, 1, times.size)), GRID, rules, rest, cuts)
    everything = np.sort(np.concatenate([found.times_s, cuts]))
    assert np.diff(everything).min() >= max(LEAST_REST_S, rest * 0.5) - 1e-6


def test_a_fast_song_rests_long_enough_to_be_seen() -> None:
    fast = BeatGrid(np.arange(0.0, 60.0, 0.25), np.arange(0.0, 60.0, 1.0))
    times = np.arange(0.0, 60.0, 0.125)
    found = choose(Pulses(times, np.full(times.size, 0.5)), fast, WHOLE, 0.5, NO_CUTS)
    assert np.diff(found.times_s).min() >= LEAST_REST_S


def test_where_no_hit_comes_for_too_long_one_is_put_on_the_bar() -> None:
    found = choose(hits((3.1, 0.9)), GRID, (Rule(0.0, 20.0, 0.0, 0.0, 2.0),), 0.5, np.array([0.0]))
    assert found.times_s.tolist() == [3.1, 8.0, 12.0, 16.0]
    assert choose(hits((3.1, 0.9)), GRID, (Rule(0.0, 20.0),), 0.5, NO_CUTS).times_s.tolist() == [3.1]


def test_a_gate_lets_the_strongest_through_and_leaves_their_choice_alone() -> None:
    rng = np.random.default_rng(1)
    times = np.unique(np.round(rng.uniform(0, 60, 300), 3))
    all_hits = Pulses(times, rng.uniform(0.05, 1, times.size))
    everything = choose(all_hits, GRID, WHOLE, 0.5, NO_CUTS)
    gated = choose(all_hits, GRID, (Rule(0.0, 60.0, 0.6),), 0.5, NO_CUTS)
    assert gated.times_s.tolist() == everything.times_s[everything.heights > 0.6].tolist()


def test_an_accent_comes_whatever_the_song_does() -> None:
    found = choose(hits((4.1, 0.9)), GRID, (Rule(0.0, 4.0), Rule(4.0, 20.0, 0.0, 1.0)), 0.5, NO_CUTS)
    assert found.times_s.tolist() == [4.0]
    assert found.heights.tolist() == [1.0]


def test_hits_on_the_bar_come_before_those_on_beats_and_those_before_the_rest() -> None:
    found = on_the_bar(hits((2.0, 0.8), (2.5, 0.8), (2.8, 0.8)), GRID).heights
    assert found[0] > found[1] > found[2]


def test_of_like_hits_any_part_can_be_taken_and_is_spread_evenly() -> None:
    times = np.arange(0.5, 60.0, 2.0)
    heights = on_the_bar(Pulses(times, np.full(times.size, 0.8)), GRID).heights
    assert np.unique(heights).size == times.size
    taken = times[heights > np.sort(heights)[times.size // 2]]
    assert np.diff(taken).max() <= 6.0


def test_no_hits_and_no_beats_are_no_error() -> None:
    none = Pulses(np.zeros(0), np.zeros(0))
    found = choose(on_the_bar(none, BeatGrid(NO_CUTS)), BeatGrid(NO_CUTS), (Rule(0.0, 9.0, 0, 0, 1.0),), 0.5, NO_CUTS)
    assert np.diff(found.times_s).min() >= LEAST_REST_S
