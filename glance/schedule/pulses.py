"""Single hits out of a curve: which of them the picture is to answer, so that it leaps and does not tremble.

A curve that follows every hit makes the picture tremble where hits are dense and sleep where none is. Pulses are
chosen: of hits that lie closer than the rest after a hit the strongest wins, those on the bar before those off it;
where none came for too long, one is put on the bar.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.timing import BeatGrid

#: A rise by less than this is no hit.
_LEAST_RISE = 0.02
#: Rises within this time of a higher one belong to it.
_NEAR_S = 0.03
#: What a hit counts on the first beat of a bar, on another beat, between beats; and how near it must be, in seconds.
_ON_BAR, _ON_BEAT, _BETWEEN, _ON_S = 1.0, 0.9, 0.75, 0.07
#: Hits that are alike differ by up to this, in steps that spread whatever share of them is taken evenly.
_SPREAD, _GOLDEN = 0.02, (5**0.5 - 1) / 2
#: Height of a pulse that is put where no hit came.
_PUT_HEIGHT = 0.7
#: The finest grid that pulses are put on, in bars.
_FINEST_BARS = 1 / 16
#: However fast the song, two pulses are at least this far apart: closer ones read as a fault of the film.
LEAST_REST_S = 0.3


@dataclass(frozen=True)
class Pulses:
    """Moments at which the picture is to move.

    Attributes:
        times_s: (n,) float64, increasing.
        heights: (n,) float64 in (0, 1].
    """

    times_s: NDArray[np.float64]
    heights: NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """How pulses are chosen in one stretch `[start_s, end_s)` of the song.

    Attributes:
        start_s: Start in seconds.
        end_s: End in seconds.
        gate: Hits of at most this height are passed over, in [0, 1).
        accent: Height of a pulse at the very start, in [0, 1]; 0 for none.
        every_bars: Where no pulse came for so many bars, one is put on a bar line (for less than one, on its like
            fractions); 0 puts none.
    """

    start_s: float
    end_s: float
    gate: float = 0.0
    accent: float = 0.0
    every_bars: float = 0.0


def rises(curve: NDArray[np.float32], rate_hz: float) -> Pulses:
    """Return where an envelope (n,), in [0, 1] at `rate_hz`, jumps up, and how high it stands there."""
    from scipy.ndimage import maximum_filter1d, minimum_filter1d

    values = np.asarray(curve, dtype=np.float64)
    if not values.size:
        return Pulses(np.zeros(0), np.zeros(0))
    reach = max(1, round(_NEAR_S * rate_hz))
    lowest = minimum_filter1d(values, 2 * reach + 1, origin=reach, mode="constant", cval=0.0)
    top = values == maximum_filter1d(values, 2 * reach + 1, mode="nearest")
    first = values > np.concatenate([[0.0], values[:-1]])
    found = np.flatnonzero(top & first & (values - lowest > _LEAST_RISE))
    return Pulses(found / rate_hz, values[found])


def on_the_bar(hits: Pulses, grid: BeatGrid) -> Pulses:
    """Return the hits, those between beats lower than those on beats, and these lower than those on bar lines.

    So hits that are alike in a mix, as a drum machine's are, can be told apart, and a part of them taken.
    """
    weight = np.full(hits.times_s.size, _BETWEEN)
    for marks, counts in ((grid.beats_s, _ON_BEAT), (grid.downbeats_s, _ON_BAR)):
        if marks.size:
            place = np.clip(np.searchsorted(marks, hits.times_s), 1, max(1, marks.size - 1))
            near = np.minimum(
                np.abs(hits.times_s - marks[place - 1]), np.abs(hits.times_s - marks[np.minimum(place, marks.size - 1)])
            )
            weight[near <= _ON_S] = counts
    spread = 1 - _SPREAD * (np.arange(1, hits.times_s.size + 1, dtype=np.float64) * _GOLDEN % 1.0)
    return Pulses(hits.times_s, hits.heights * weight * spread)


def choose(
    hits: Pulses, grid: BeatGrid, rules: tuple[Rule, ...], rest_beats: float, cuts_s: NDArray[np.float64]
) -> Pulses:
    """Return the pulses of a song.

    Args:
        hits: All that could be answered.
        grid: The song's beats.
        rules: Stretches that follow one another; outside of them nothing is chosen.
        rest_beats: Least distance of two pulses, and of a pulse and a cut, in beats; never under `LEAST_REST_S`.
        cuts_s: (k,) increasing moments at which the picture starts anew, where no pulse is needed.
    """
    chosen = _Chosen(grid, rest_beats, cuts_s)
    for rule in rules:
        if rule.accent > 0:
            chosen.add(rule.start_s, rule.accent)
    starts = np.array([rule.start_s for rule in rules])
    ends = np.array([rule.end_s for rule in rules])
    gates = np.array([rule.gate for rule in rules])
    if starts.size and hits.times_s.size:
        part = np.searchsorted(starts, hits.times_s + 1e-9, side="right") - 1
        inside = (part >= 0) & (hits.times_s < ends[part] - 1e-9) & (hits.heights > gates[part])
        rests_s = chosen.rests_s(hits.times_s)
        # The strongest first; of equals those that come first.
        for index in np.lexsort((hits.times_s, -np.round(hits.heights, 6))).tolist():
            if inside[index]:
                chosen.add(float(hits.times_s[index]), float(hits.heights[index]), float(rests_s[index]))
    for rule in rules:
        if rule.every_bars > 0:
            chosen.fill(rule)
    return chosen.pulses()


class _Chosen:
    """Pulses chosen so far, kept in the order of their times."""

    def __init__(self, grid: BeatGrid, rest_beats: float, cuts_s: NDArray[np.float64]) -> None:
        self._grid = grid
        self._rest_beats = rest_beats
        self._times: list[float] = cuts_s.tolist()
        self._heights: list[float] = [0.0] * len(self._times)

    def rests_s(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n,) the least distance in seconds of pulses at (n,) times."""
        beats = self._grid.beat_at(times_s)
        around = self._grid.time_of_beat(beats + 0.5) - self._grid.time_of_beat(beats - 0.5)
        return np.asarray(np.maximum(LEAST_REST_S, self._rest_beats * around))

    def add(self, time_s: float, height: float, rest_s: float | None = None) -> None:
        """Take a pulse, unless one or a cut is nearer than its rest, which is worked out where it is not given."""
        if rest_s is None:
            rest_s = float(self.rests_s(np.array([time_s]))[0])
        place = bisect.bisect_left(self._times, time_s)
        for neighbor in self._times[max(0, place - 1) : place + 1]:
            if abs(neighbor - time_s) < rest_s - 1e-9:
                return
        self._times.insert(place, time_s)
        self._heights.insert(place, height)

    def fill(self, rule: Rule) -> None:
        """Put pulses on bar lines wherever none came for the rule's number of bars."""
        first, last = (float(place) for place in self._grid.bar_at([rule.start_s, rule.end_s]))
        step = min(1.0, max(_FINEST_BARS, rule.every_bars))
        lines = np.arange(np.ceil(first / step - 1e-6), np.ceil(last / step - 1e-6), dtype=np.float64) * step
        for line, time_s in zip(lines.tolist(), self._grid.time_of_bar(lines).tolist(), strict=True):
            place = bisect.bisect_left(self._times, time_s)
            before = self._times[place - 1] if place else 0.0
            if line - float(self._grid.bar_at(before)) >= rule.every_bars - 0.05:
                self.add(time_s, _PUT_HEIGHT)

    def pulses(self) -> Pulses:
        """Return the pulses, without the cuts."""
        kept = [(time, height) for time, height in zip(self._times, self._heights, strict=True) if height > 0]
        return Pulses(np.array([time for time, _ in kept]), np.array([height for _, height in kept]))
