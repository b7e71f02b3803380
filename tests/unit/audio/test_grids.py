"""The beat model and constant grids: a steady song keeps its beat, and does not slip for a few loud hits."""

from __future__ import annotations

import numpy as np
import pytest

from glance.audio.beat_hmm import decode_beats, intervals
from glance.audio.grids import Line, fit_line, grids_on, settled

RATE = 22050 / 220


def evidence(times_s: np.ndarray, heights: np.ndarray, duration_s: float) -> np.ndarray:
    """Return log-odds with a peak of a height at each time."""
    curve = np.full(round(duration_s * RATE), 0.05)
    frames = np.arange(curve.size)
    for time, height in zip(times_s, heights, strict=True):
        curve += height * np.exp(-0.5 * np.square(frames - time * RATE))
    return np.log((curve + 0.05) / 0.25).astype(np.float32)


def off(found: np.ndarray, wanted_s: np.ndarray) -> np.ndarray:
    """Return how far each found beat lies from the nearest wanted one, in seconds."""
    return np.abs(found[:, None] / RATE - wanted_s).min(axis=1)


def test_a_tempo_between_whole_frames_is_kept_to_the_end() -> None:
    beats = np.arange(0.4, 120, 60 / 170)
    found = decode_beats(evidence(beats, np.ones(beats.size), 120), RATE, (55, 215))
    assert off(found, beats).max() < 0.02
    assert abs(found.size - beats.size) <= 1


def test_a_dozen_louder_off_beats_do_not_turn_the_beat_round() -> None:
    beats = np.arange(0.4, 120, 0.6)
    heights = np.full(beats.size, 1.0)
    halves, loud = beats + 0.3, np.where((beats > 50) & (beats < 60), 1.6, 0.3)
    curve = evidence(np.concatenate([beats, halves]), np.concatenate([heights, loud]), 121)
    found = decode_beats(curve, RATE, (80, 120))
    assert (off(found, beats) < 0.05).mean() > 0.97


def test_a_song_of_two_tempi_is_followed_through_the_change() -> None:
    beats = np.concatenate([np.arange(0.4, 60, 0.5), 60.4 + np.arange(0, 55, 0.41)])
    found = decode_beats(evidence(beats, np.ones(beats.size), 116), RATE, (55, 215))
    assert (off(found, beats) < 0.03).mean() > 0.97


def test_intervals_are_even_steps_of_tempo() -> None:
    taus = intervals(RATE, (60.0, 120.0))
    assert (taus[0], taus[-1]) == pytest.approx((RATE / 2, RATE))
    np.testing.assert_allclose(np.diff(np.log(taus)), np.diff(np.log(taus))[0])


@pytest.mark.parametrize("count", [1, 3, 20])
def test_evidence_shorter_than_a_beat_is_no_error(count: int) -> None:
    assert decode_beats(np.zeros(count, np.float32), RATE, (55, 215)).size >= 1


def test_a_line_goes_through_a_grid_that_wavers_and_slips_for_a_while() -> None:
    rng = np.random.default_rng(1)
    true = 40 + 50.17 * np.arange(160)
    grid = true + rng.normal(0, 0.8, true.size)
    grid[60:70] += 6.0
    line = fit_line(grid, RATE)
    assert line is not None
    assert line.period * 2 == pytest.approx(50.17, abs=0.01)
    assert fit_line(np.cumsum(rng.uniform(40, 60, 160)), RATE) is None
    assert fit_line(true[:8], RATE) is None


def test_grids_on_a_line_are_its_multiples_in_every_phase() -> None:
    grids = grids_on(Line(25.0, 10.0), 0, 3000, RATE)
    steps = sorted(round(float(grid[1] - grid[0])) for grid in grids)
    assert steps == [50, 50, 75, 75, 75, 100, 100, 100, 100]
    assert all(((grid - 10) % 25 < 1e-6).all() or ((grid - 10) % 25 > 25 - 1e-6).all() for grid in grids)


def test_a_line_settles_on_the_hits() -> None:
    beats = np.arange(0.5, 60, 0.5)
    curve = evidence(beats, np.ones(beats.size), 60)
    line = settled(Line(0.5 * RATE, 0.57 * RATE), curve, 0, RATE)
    assert line.offset / RATE == pytest.approx(0.5, abs=0.006)
