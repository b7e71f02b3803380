"""The guard against flashes: what counts, what it holds back, and what it says."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from glance.effects.flashes import LEAST_AREA, MOST_FLASHES, FlashGuard, FlashMeter, FlashReport
from glance.frames import Frame

FPS = Fraction(30)


def gray(level: float, share: float = 1.0) -> Frame:
    """Return a dark frame of which a share, from the left, has another level."""
    frame = np.full((90, 160, 3), 30, np.uint8)
    frame[:, : round(share * 160)] = round(level)
    return frame


def strobe(hz: float, seconds: float, share: float = 1.0, level: float = 220) -> list[Frame]:
    period = float(FPS) / hz
    return [gray(level if (index % period) < period / 2 else 30, share) for index in range(int(seconds * FPS))]


def worst_of(frames: list[Frame]) -> float:
    """Return the largest share of the picture that flashes more than it may in some second."""
    meter = FlashMeter(FPS)
    return max(meter.take(frame)[1] for frame in frames)


def report_of(frames: list[Frame], limits: bool) -> tuple[list[Frame], FlashReport]:
    guard = FlashGuard(FPS, limits)
    return [guard.guarded(frame) for frame in frames], guard.report()


@pytest.mark.parametrize(("hz", "unsafe"), [(2, False), (3, False), (5, True), (10, True), (15, True)])
def test_more_than_three_flashes_a_second_are_found(hz: float, unsafe: bool) -> None:
    assert (worst_of(strobe(hz, 3)) >= LEAST_AREA) == unsafe


def test_small_places_slight_changes_and_bright_on_bright_are_none() -> None:
    assert worst_of(strobe(10, 2, share=0.2)) < LEAST_AREA
    assert worst_of(strobe(10, 2, level=75)) < LEAST_AREA
    light = [np.full((90, 160, 3), 255 if index % 3 else 236, np.uint8) for index in range(60)]
    assert worst_of(light) < LEAST_AREA


def test_a_saturated_red_counts_though_it_is_dark() -> None:
    frames = [np.zeros((90, 160, 3), np.uint8) for _ in range(60)]
    for index, frame in enumerate(frames):
        frame[:, :, 0] = 130 if index % 3 else 0
    assert worst_of(frames) >= LEAST_AREA


def test_a_strobe_of_ten_a_second_is_held_within_the_bound_and_the_report_says_where() -> None:
    calm = [gray(30 + 20 * np.sin(index / 15)) for index in range(60)]
    frames = [*calm, *strobe(10, 2), *calm]
    seen, report = report_of(frames, limits=True)
    assert worst_of(frames) >= LEAST_AREA
    assert worst_of(seen) < LEAST_AREA
    assert report.spans == ()
    ((start, end),) = report.limited
    assert 2.0 <= start < 2.8
    assert 3.5 < end <= 4.5
    assert "held back at 0:02" in str(report)
    assert all(np.array_equal(one, other) for one, other in zip(seen[:60], frames[:60], strict=True))


def test_without_the_limit_it_is_only_told_with_its_times() -> None:
    frames = [*(gray(40) for _ in range(90)), *strobe(10, 2)]
    seen, report = report_of(frames, limits=False)
    assert all(one is other for one, other in zip(seen, frames, strict=True))
    (span,) = report.spans
    assert 2.2 <= span.start_s <= 3.5
    assert span.end_s == pytest.approx(5.0, abs=0.1)
    assert span.per_second > MOST_FLASHES
    assert span.area > 0.9
    assert "more than 3 times a second at 0:0" in str(report)


def test_a_safe_video_goes_through_untouched() -> None:
    frames = strobe(2, 3)
    seen, report = report_of(frames, limits=True)
    assert all(one is other for one, other in zip(seen, frames, strict=True))
    assert (report.spans, report.limited) == ((), ())


def test_effects_give_way_before_the_picture_stands_still() -> None:
    guard = FlashGuard(FPS, limits=True)
    plain = [np.full((90, 160, 3), 60 + index % 7, np.uint8) for index in range(60)]
    seen = [guard.guarded(gray(250) if index % 3 == 0 else frame, frame) for index, frame in enumerate(plain)]
    assert worst_of(seen) < LEAST_AREA
    late = seen[45:]
    assert all(not np.array_equal(one, other) for one, other in pairwise(late))
