"""How sure the hearing is: of the beat, of its octave, and of the bars, for the song and for each passage of it.

A figure is the share that the chosen answer has among all that were weighed: 0.9 means that nine of ten songs that
sounded like this were right. The octave is weighed once for each stretch between silences, beat and bars as the song
goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from glance.audio.downbeats import STATES
from glance.audio.metrical_level import Level, log_odds_at
from glance.audio.network import Heard
from glance.audio.types import Confidence, Passage

#: Tempi this near are the same; beats this near (in beats) are in the same phase.
_SAME_TEMPO, _SAME_PHASE = 0.04, 0.15
#: Share of a constant grid's beats that another grid must have, to be the same played without a click.
_KEEPS = 0.95
#: Beats to either side that a beat is judged by, and those that its place in the bar is judged by.
_BEATS_AROUND, _BARS_AROUND = 8, 24
#: From how far the network finds beats above the moments between them (log-odds) to a share: center and slope.
_PULSE_CENTER, _PULSE_SLOPE = 1.0, 1.2
#: A stretch pulses by at least this many log-odds; a passage of it is judged by this many beats to either side.
_LEAST_PULSE, _PULSE_AROUND = 0.5, 12
#: Neighboring beats tell much the same about the bars: what each counts.
_BAR_WEIGHT = 0.35
#: Beats in a passage.
_PASSAGE = 32


@dataclass(frozen=True)
class Sureness:
    """How sure a stretch is of its tempo's octave, and of its phase at that tempo, each in [0, 1]."""

    octave: float
    phase: float


def sureness(levels: list[Level], chosen: Level) -> Sureness:
    """Return how far the chosen way to count a stretch stands out from the others."""
    shares = np.exp(np.array([level.score for level in levels]) - max(level.score for level in levels))
    same = np.array([abs(level.bpm / chosen.bpm - 1) < _SAME_TEMPO for level in levels])
    near = np.array([_counts_alike(level, chosen) for level in levels])
    octave = float(shares[same].sum())
    return Sureness(octave / float(shares.sum()), float(shares[near].sum()) / max(octave, 1e-12))


def _counts_alike(level: Level, chosen: Level) -> bool:
    if abs(level.bpm / chosen.bpm - 1) >= _SAME_TEMPO:
        return False
    gap = float(np.median(np.diff(chosen.frames)))
    nearest = np.abs(chosen.frames[:, None] - level.frames).min(axis=1) if level.frames.size else np.full(1, gap)
    return float(np.median(nearest)) < _SAME_PHASE * gap


def keeps_to(level: Level, line: Level) -> bool:
    """Return whether a way to count goes with a constant grid from end to end, and never slips off it for a while."""
    gap = float(np.median(np.diff(line.frames)))
    nearest = np.abs(line.frames[:, None] - level.frames).min(axis=1)
    return abs(level.bpm / line.bpm - 1) < _SAME_TEMPO and float((nearest < _SAME_PHASE * gap).mean()) > _KEEPS


def pulse_shares(heard: Heard, frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each beat (n,), at fractional frames, how clearly the music around it pulses there, in [0, 1]."""
    if frames.size < 2:
        return np.zeros(frames.size)
    halves = frames + np.diff(frames, append=2 * frames[-1] - frames[-2]) / 2
    above = log_odds_at(heard.beat, frames) - log_odds_at(heard.beat, halves)
    return np.asarray(1 / (1 + np.exp(-_PULSE_SLOPE * (_smooth(above, _BEATS_AROUND) - _PULSE_CENTER))))


def pulses(heard: Heard, frames: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return for each beat (n,) of a stretch whether anything pulses around it.

    Where the network finds beats no likelier on a grid than halfway or a quarter of the way between, the grid is made
    up: then the whole stretch has no beat, or a long passage of it.
    """
    if frames.size < 2:
        return np.zeros(frames.size, dtype=bool)
    gaps, on = np.diff(frames, append=2 * frames[-1] - frames[-2]), log_odds_at(heard.beat, frames)
    half, quarter, late = (log_odds_at(heard.beat, frames + share * gaps) for share in (0.5, 0.25, 0.75))
    above = [on - half, on - (quarter + late) / 2]
    if max(float(part.mean()) for part in above) < _LEAST_PULSE:
        return np.zeros(frames.size, dtype=bool)
    local = np.maximum(*(_smooth(part, _PULSE_AROUND) for part in above))
    return np.asarray(_smooth((local > 0).astype(np.float64), _PULSE_AROUND) > 0)


def bar_shares(emission: NDArray[np.float64], positions: NDArray[np.int64], metre: int) -> NDArray[np.float64]:
    """Return for each beat (n,) how sure its place in the bar is, in [0, 1], against every other way to count.

    Args:
        emission: (n, 7) `bar_evidence` of the beats.
        positions: (n,) the chosen places, 0 for downbeats.
        metre: The chosen beats per bar.
    """
    index = np.arange(positions.size, dtype=np.int64)
    ways = [(positions + shift) % metre for shift in range(metre)]
    totals = [_smooth(emission[index, _columns(metre, way)], _BARS_AROUND) for way in ways]
    other = 7 - metre
    totals += [
        _smooth(emission[index, _columns(other, (index + shift) % other)], _BARS_AROUND) for shift in range(other)
    ]
    scores = np.stack(totals) * (2 * _BARS_AROUND + 1) * _BAR_WEIGHT
    shares = np.exp(scores - scores.max(axis=0))
    return np.asarray(shares[0] / shares.sum(axis=0))


def _columns(metre: int, positions: NDArray[np.int64]) -> NDArray[np.int64]:
    return STATES.index((metre, 0)) + positions


def _smooth(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Return the mean of values (n,) over `reach` to either side, fewer at the ends."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    low = np.maximum(np.arange(values.size, dtype=np.int64) - reach, 0)
    high = np.minimum(np.arange(values.size, dtype=np.int64) + reach + 1, values.size)
    return np.asarray((sums[high] - sums[low]) / (high - low))


def confidence(
    beats_s: NDArray[np.float64],
    beat: NDArray[np.float64],
    octave: NDArray[np.float64],
    bar: NDArray[np.float64],
) -> Confidence:
    """Return the confidence of a song from that of each of its beats, (n,) each, in passages of 32 beats."""
    if beats_s.size < 2:
        return Confidence()
    edges = [*range(0, max(beats_s.size - _PASSAGE // 2, 1), _PASSAGE), beats_s.size]
    passages = []
    for start, end in pairwise(edges):
        last = float(beats_s[end] if end < beats_s.size else beats_s[-1])
        parts = (_rounded_mean(values[start:end]) for values in (beat, octave, bar))
        passages.append(Passage(float(beats_s[start]), last, *parts))
    return Confidence(_rounded_mean(beat), _rounded_mean(octave), _rounded_mean(bar), tuple(passages))


def _rounded_mean(values: NDArray[np.float64]) -> float:
    return round(float(values.mean()), 3)
