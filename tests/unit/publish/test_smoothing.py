"""More frames a second: even between leaps, and never across one."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glance.errors import VideoError
from glance.publish.smoothing import FlowInterpolator, positions, smoothed


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 200),
    st.sampled_from([Fraction(12), Fraction(24), Fraction(30000, 1001)]),
    st.sampled_from([Fraction(24), Fraction(30), Fraction(60)]),
    st.sets(st.integers(1, 199), max_size=20),
)
def test_every_leap_comes_on_the_nearest_new_frame_and_nothing_lies_across_it(
    n_frames: int, fps: Fraction, new_fps: Fraction, leaps: set[int]
) -> None:
    where = positions(n_frames, fps, new_fps, frozenset(leaps))
    assert where.size == max(1, round(n_frames * new_fps / fps))
    assert np.all(np.diff(where) >= 0)
    assert (where[0], where[-1] <= n_frames - 1) == (0, True)
    for leap in leaps:
        # No new frame is a mixture of the pictures on either side of a leap.
        assert not np.any((where > leap - 1) & (where < leap))
        shown = np.flatnonzero(where >= leap)
        if leap < n_frames and shown.size and new_fps >= fps:
            assert abs(shown[0] / float(new_fps) - leap / float(fps)) <= 0.5 / float(new_fps) + 1e-9


def test_the_same_rate_gives_the_same_frames() -> None:
    frames = [np.full((16, 16, 3), value, np.uint8) for value in range(10)]
    made = list(smoothed(iter(frames), positions(10, Fraction(24), Fraction(24), frozenset({4})), FlowInterpolator()))
    assert [int(frame[0, 0, 0]) for frame in made] == list(range(10))


def test_frames_between_lie_between_and_a_picture_before_a_leap_stays() -> None:
    frames = [np.full((16, 16, 3), value, np.uint8) for value in (0, 100, 200, 40)]
    made = list(smoothed(iter(frames), positions(4, Fraction(12), Fraction(24), frozenset({2})), FlowInterpolator()))
    assert [int(frame[0, 0, 0]) for frame in made] == [0, 50, 100, 100, 200, 120, 40, 40]


def test_a_video_that_ends_early_is_told_and_does_not_freeze() -> None:
    where = positions(4, Fraction(12), Fraction(24), frozenset())
    with pytest.raises(VideoError, match="ends at frame 2"):
        list(smoothed(iter([np.zeros((16, 16, 3), np.uint8)] * 2), where, FlowInterpolator()))
