"""Tempo maps: which quarter note falls on which second, where bars begin, and the beats that follow from both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Tempi that are taken for one, in quarters a minute.
SLOWEST_BPM, FASTEST_BPM = 5.0, 1000.0
#: Beats of one song, and changes of tempo or metre, at most.
MOST_BEATS, MOST_CHANGES = 200_000, 200_000
#: A ramp is drawn in straight pieces of this many quarters: at 60 bpm more within a bar, 0.03 ms from its curve.
_PIECE = 1 / 16
_MOST_PIECES = 100_000
_EPSILON = 1e-6


class TempoPoint(NamedTuple):
    """A tempo from a place on; `ramps` where it goes evenly to the next point's.

    The place is counted in quarters or in seconds, as the map is made.
    """

    at: float
    bpm: float
    ramps: bool = False


class Metre(NamedTuple):
    """A time signature from a quarter note on, on which a bar begins; or has begun `begun` quarters before."""

    quarter: float
    numerator: int = 4
    denominator: int = 4
    begun: float = 0.0

    @property
    def bar(self) -> float:
        """Length of a bar in quarters."""
        return 4.0 * self.numerator / self.denominator

    @property
    def beats(self) -> int:
        """Beats of a bar as people count them: 6/8 has two, 7/8 seven."""
        compound = self.denominator >= 8 and self.numerator % 3 == 0 and self.numerator > 3
        return self.numerator // 3 if compound else self.numerator


@dataclass(frozen=True)
class TempoMap:
    """Straight pieces between places where quarter and second are both known; it goes on at both ends.

    Attributes:
        quarters: (n,) float64, increasing; n >= 2.
        seconds: (n,) float64, increasing.
        metres: In order; at least one.
    """

    quarters: NDArray[np.float64]
    seconds: NDArray[np.float64]
    metres: tuple[Metre, ...] = (Metre(0.0),)

    def seconds_at(self, quarters: ArrayLike) -> NDArray[np.float64]:
        """Return the seconds of some quarters, of any shape."""
        return _along(self.quarters, self.seconds, np.asarray(quarters, dtype=np.float64))

    def quarters_at(self, seconds: ArrayLike) -> NDArray[np.float64]:
        """Return the quarters at some seconds; the inverse of `seconds_at`."""
        return _along(self.seconds, self.quarters, np.asarray(seconds, dtype=np.float64))

    def grid(self, begin_s: float, end_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return all beats and all downbeats within `[begin_s, end_s)`, in seconds."""
        first, last = (float(each) for each in self.quarters_at([begin_s, end_s]))
        beats: list[NDArray[np.float64]] = []
        bars: list[NDArray[np.float64]] = []
        for index, metre in enumerate(self.metres):
            start = first if index == 0 else max(first, metre.quarter)
            end = self.metres[index + 1].quarter if index + 1 < len(self.metres) else last
            end = min(end, last)
            if end <= start or sum(map(len, beats)) > MOST_BEATS:
                continue
            # Before the map's first bar its bars go on backwards: a song may begin with a pick-up.
            origin = metre.quarter - metre.begun
            bars.append(_steps(origin, metre.bar, start, end))
            beats.append(_steps(origin, metre.bar / metre.beats, start, end))
        found = [self.seconds_at(np.concatenate(each) if each else np.zeros(0)) for each in (beats, bars)]
        times, downs = (each[(each >= begin_s - _EPSILON) & (each < end_s - _EPSILON)] for each in found)
        return np.maximum(times, begin_s), np.maximum(downs, begin_s)

    def beats_per_bar(self, duration_s: float) -> int:
        """Return the beats of a bar in the metre that most of the song has."""
        ends = [*(metre.quarter for metre in self.metres[1:]), float(self.quarters_at(duration_s))]
        spans = [end - max(metre.quarter, 0.0) for metre, end in zip(self.metres, ends, strict=True)]
        return max(1, self.metres[int(np.argmax(spans))].beats)


def map_of_quarters(points: Sequence[TempoPoint], metres: Sequence[Metre] = ()) -> TempoMap | None:
    """Return the map of tempi that are placed in quarters; ramps are even in quarters. None without a tempo."""
    known = _sane(points)
    if not known:
        return None
    quarters, seconds = [min(0.0, known[0].at)], [0.0]
    if known[0].at > quarters[0]:
        known.insert(0, TempoPoint(quarters[0], known[0].bpm))
    most = max(1, _MOST_PIECES // len(known))
    for point, after in zip(known, [*known[1:], None], strict=True):
        end = after.at if after else point.at + 4.0
        for begin, bpm, stop, bpm_after in _pieces(point, after, end, unit=1.0, most=most):
            mean = (bpm_after - bpm) / math.log(bpm_after / bpm) if abs(bpm_after - bpm) > 1e-9 else bpm
            quarters.append(stop)
            seconds.append(seconds[-1] + 60.0 * (stop - begin) / mean)
    return _made(quarters, seconds, 0.0, metres)


def map_of_seconds(
    points: Sequence[TempoPoint], metres: Sequence[tuple[float, int, int]] = (), begun: Sequence[float] = ()
) -> TempoMap | None:
    """Return the map of tempi that are placed in seconds; ramps are even in time. None without a tempo.

    Args:
        points: The tempi.
        metres: (seconds, numerator, denominator): a bar begins there.
        begun: How many quarters before it each of these bars has begun; 0 where nothing is said.
    """
    known = _sane(points)
    if not known:
        return None
    quarters, seconds = [0.0], [known[0].at]
    most = max(1, _MOST_PIECES // len(known))
    for point, after in zip(known, [*known[1:], None], strict=True):
        end = after.at if after else point.at + 4.0
        for begin, bpm, stop, bpm_after in _pieces(point, after, end, unit=60.0 / point.bpm, most=most):
            quarters.append(quarters[-1] + (bpm + bpm_after) / 120.0 * (stop - begin))
            seconds.append(stop)
    plain = _made(quarters, seconds, None, ())
    since = [*begun, *[0.0] * len(metres)]
    places = plain.quarters_at([at for at, _, _ in metres]).tolist()
    placed = [Metre(at, *row[1:], ago) for at, row, ago in zip(places, metres, since[: len(metres)], strict=True)]
    return _made(quarters, seconds, None, placed)


def sane_metre(numerator: int, denominator: int) -> bool:
    """Return whether two numbers can be a time signature."""
    return 1 <= numerator <= 64 and denominator in (1, 2, 4, 8, 16, 32)


def _sane(points: Sequence[TempoPoint]) -> list[TempoPoint]:
    """Return the points that can be, in order; of two at one place the last, after the ramp to the first."""
    kept = [
        point
        for point in points
        if math.isfinite(point.at) and abs(point.at) < 1e6 and SLOWEST_BPM <= point.bpm <= FASTEST_BPM
    ]
    return sorted(kept[:MOST_CHANGES], key=lambda point: point.at)


def _pieces(
    point: TempoPoint, after: TempoPoint | None, end: float, unit: float, most: int
) -> list[tuple[float, float, float, float]]:
    """Return (begin, bpm, stop, bpm there) of the straight pieces from a point to the next one."""
    if after is None or not point.ramps or after.bpm == point.bpm:
        return [(point.at, point.bpm, end, point.bpm)] if end > point.at else []
    if end <= point.at:
        return []
    count = max(1, min(most, math.ceil((end - point.at) / (unit * _PIECE))))
    at = np.linspace(point.at, end, count + 1, dtype=np.float64)
    bpm = np.linspace(point.bpm, after.bpm, count + 1, dtype=np.float64)
    rows = zip(at[:-1].tolist(), bpm[:-1].tolist(), at[1:].tolist(), bpm[1:].tolist(), strict=True)
    return list(rows)


def _made(quarters: Sequence[float], seconds: Sequence[float], zero: float | None, metres: Sequence[Metre]) -> TempoMap:
    rows = np.array([quarters, seconds], dtype=np.float64)
    kept = np.concatenate([[True], (np.diff(rows) > 0).all(axis=0)])
    made = TempoMap(rows[0][kept], rows[1][kept], _ordered(metres))
    if zero is None:
        return made
    # Seconds count from quarter `zero`, wherever the first tempo stands.
    return TempoMap(made.quarters, made.seconds - float(made.seconds_at(zero)), made.metres)


def _ordered(metres: Sequence[Metre]) -> tuple[Metre, ...]:
    sane = [metre for metre in metres[:MOST_CHANGES] if sane_metre(metre.numerator, metre.denominator)]
    last_at_its_place = {round(metre.quarter, 6): metre for metre in sorted(sane, key=lambda each: each.quarter)}
    found = tuple(last_at_its_place.values())
    return found or (Metre(0.0),)


def _steps(origin: float, step: float, start: float, end: float) -> NDArray[np.float64]:
    low, high = math.ceil((start - origin) / step - _EPSILON), math.ceil((end - origin) / step - _EPSILON)
    return origin + step * np.arange(low, min(high, low + MOST_BEATS), dtype=np.float64)


def _along(x: NDArray[np.float64], y: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    first, last = (y[1] - y[0]) / (x[1] - x[0]), (y[-1] - y[-2]) / (x[-1] - x[-2])
    inside = np.interp(at, x, y)
    return np.asarray(
        np.where(at < x[0], y[0] + (at - x[0]) * first, np.where(at > x[-1], y[-1] + (at - x[-1]) * last, inside))
    )
