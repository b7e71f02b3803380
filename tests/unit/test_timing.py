"""Frames, seconds and beats."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from glance.timing import (
    BeatGrid,
    format_clock,
    frame_at,
    frame_count,
    frame_times,
    frames_at,
    parse_clock,
    parse_fps,
    time_of,
)


@pytest.mark.parametrize(
    ("text", "fps"),
    [
        ("12", Fraction(12)),
        (24, Fraction(24)),
        ("29.97", Fraction(30000, 1001)),
        (23.976, Fraction(24000, 1001)),
        ("30000/1001", Fraction(30000, 1001)),
        ("12.5", Fraction(25, 2)),
    ],
)
def test_frame_rates_are_exact(text: str | float, fps: Fraction) -> None:
    assert parse_fps(text) == fps


@pytest.mark.parametrize("text", ["", "1e1000000000", "1e-999999999", "fast", "0", "-24", "241", "1/0", "nan", "inf"])
def test_frame_rates_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a frame rate"):
        parse_fps(text)


def test_frames_cover_the_whole_song() -> None:
    assert frame_count(10.0, Fraction(12)) == 120
    assert frame_count(10.01, Fraction(12)) == 121
    assert frame_count(0.0, Fraction(12)) == 1
    assert frame_count(120 / 12 + 1e-12, Fraction(12)) == 120


def test_ten_minutes_at_2997_do_not_drift() -> None:
    fps = parse_fps("29.97")
    event_s = 599.999
    assert frame_at(event_s, fps) == round(event_s * 30000 / 1001)
    assert frame_count(600.0, fps) == 17983
    assert abs(frame_times(17983, fps)[-1] - time_of(17982, fps)) < 1e-9


def test_vectorised_frames_equal_single_ones() -> None:
    seconds = np.linspace(0, 300, 997)
    fps = parse_fps("23.976")
    assert frames_at(seconds, fps).tolist() == [frame_at(t, fps) for t in seconds.tolist()]


@pytest.mark.parametrize(
    ("text", "seconds"), [("45", 45.0), ("45.5s", 45.5), ("1:23.5", 83.5), ("1:02:03", 3723.0), ("0:30", 30.0)]
)
def test_clock_times_are_read(text: str, seconds: float) -> None:
    assert parse_clock(text) == seconds


@pytest.mark.parametrize("text", ["", "abc", "1:xx", "-5", "1:2:3:4", "٣", "9" * 400, "1:" + "9" * 400])
def test_other_texts_are_no_clock_times(text: str) -> None:
    with pytest.raises(ValueError, match="expected a time"):
        parse_clock(text)


def test_clock_times_are_written_as_people_say_them() -> None:
    assert format_clock(83.5) == "1:23.5"
    assert format_clock(0.0) == "0:00"
    assert format_clock(59.9996) == "1:00"


def test_the_beat_ruler_goes_on_at_both_ends() -> None:
    grid = BeatGrid(np.array([1.0, 1.5, 2.0]), np.array([1.0]))
    assert grid.time_of_beat([-2, 0, 1, 2, 6]).tolist() == [0.0, 1.0, 1.5, 2.0, 4.0]
    assert grid.beat_at([0.0, 1.25, 4.0]).tolist() == [-2.0, 0.5, 6.0]
    assert grid.time_of_bar(1).item() == 3.0


def test_a_song_without_beats_still_has_a_ruler() -> None:
    grid = BeatGrid(np.zeros(0))
    assert grid.time_of_beat(4).item() == 2.0
    assert grid.time_of_bar(1).item() == 2.0
