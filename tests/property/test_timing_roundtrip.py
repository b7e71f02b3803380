"""The beat ruler and its inverse agree everywhere."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glance.timing import BeatGrid, format_clock, parse_clock


@given(
    start=st.floats(0, 5),
    intervals=st.lists(st.floats(0.2, 2.0), min_size=1, max_size=40),
    seconds=st.lists(st.floats(-10, 100), min_size=1, max_size=20),
)
def test_beats_of_seconds_of_beats(start: float, intervals: list[float], seconds: list[float]) -> None:
    beats = np.concatenate([[start], start + np.cumsum(intervals)])
    grid = BeatGrid(beats, beats[::4])
    np.testing.assert_allclose(grid.time_of_beat(grid.beat_at(seconds)), seconds, atol=1e-6)
    np.testing.assert_allclose(grid.time_of_bar(grid.bar_at(seconds)), seconds, atol=1e-6)


@given(st.floats(0, 36000))
def test_written_clock_times_read_back(seconds: float) -> None:
    assert abs(parse_clock(format_clock(seconds)) - seconds) <= 0.0005 + 1e-9
