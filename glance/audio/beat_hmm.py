"""Beats: a tempo-tracking hidden Markov model over an onset activation.

The model is the bar pointer of Krebs, Boeck and Widmer (ISMIR 2015) in its semi-Markov form. Within a beat the
pointer moves at a constant tempo, so a beat of `tau` frames that starts at `t` is decided by its start alone, and the
best path to every start is

    V[t, tau] = e[t] + max over tau' of (V[t - tau', tau'] + log P(tau | tau'))

with e[t] the log-odds that frame `t` is a beat. As no beat is shorter than the shortest `tau`, that many frames are
decided at once in numpy.

Tempi are a grid of their own, finer than whole frames: every path carries the fraction of a frame that its next beat
lies off `t`, so 170.0 beats a minute are 35.37 frames, beat after beat. To change the tempo costs a price at once and
more the further it goes, so a grid cannot slip half a beat by leaning on its tempo a little for a dozen beats.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Tempo range in beats per minute.
MIN_BPM, MAX_BPM = 55.0, 215.0
#: Log-probability of a change of tempo from one beat to the next: -STEP - CHANGE * |log(tau / tau')|.
_STEP, _CHANGE = 1.5, 60.0
#: Log-probability of a sudden, arbitrary change of tempo.
_JUMP = -30.0
#: Steps of the tempo grid, in log tempo.
_FINENESS = 0.008
_NONE = np.float32(-np.inf)
#: Marks in `origin`: a path starts here; it came by the longer of the two whole numbers of frames.
_START, _LONGER = -1, 1 << 14


def decode_beats(
    evidence: NDArray[np.float32],
    rate_hz: float,
    bpm_range: tuple[float, float],
    prior: NDArray[np.float64] | None = None,
) -> NDArray[np.int64]:
    """Return the frames (m,) of the best beats for `evidence` (n,), the log-odds of a beat at each frame.

    Args:
        evidence: (n,) log-odds.
        rate_hz: Frames per second.
        bpm_range: Slowest and fastest tempo allowed.
        prior: Log-weight per beat of each interval, from `intervals(rate_hz, bpm_range)`; None for no preference.
    """
    taus = intervals(rate_hz, bpm_range)
    weights = np.zeros(taus.size) if prior is None else prior
    if evidence.size <= np.ceil(taus[-1]):
        evidence = np.pad(evidence, (0, int(np.ceil(taus[-1])) + 1 - evidence.size), constant_values=-3.0)
    values, origin = _forward(evidence.astype(np.float32), taus, weights.astype(np.float32))
    return _trace_back(values, origin, taus)


def intervals(rate_hz: float, bpm_range: tuple[float, float]) -> NDArray[np.float64]:
    """Return the beat lengths tried in frames, increasing, in equal steps of log tempo."""
    shortest, longest = 60 * rate_hz / bpm_range[1], 60 * rate_hz / bpm_range[0]
    count = max(2, int(np.ceil(np.log(longest / shortest) / _FINENESS)) + 1)
    return np.asarray(np.geomspace(shortest, longest, count))


@dataclass
class _Front:
    """The paths that the next beats can follow on: the last frames' values and fractions, (longest + block, tempi)."""

    values: NDArray[np.float32]
    fractions: NDArray[np.float32]

    def arrive(
        self, rows: NDArray[np.int64], whole: NDArray[np.int64], part: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
        """Return the value and fraction of each path whose beat ends on rows (block, 1), and whether by whole + 1."""
        columns = np.arange(whole.size, dtype=np.int64)
        near, far = rows - whole, rows - whole - 1
        moved = self.fractions[near, columns] + part
        late = self.fractions[far, columns] + part - 1
        first = np.where(moved < 0.5, self.values[near, columns], _NONE)
        second = np.where(late >= -0.5, self.values[far, columns], _NONE)
        longer = second > first
        return np.maximum(first, second), np.where(longer, late, moved), longer


def _forward(
    evidence: NDArray[np.float32], taus: NDArray[np.float64], weights: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Return V of the last frames (longest, tempi), and for each frame and interval the interval that led to it."""
    count, tempi = evidence.size, taus.size
    whole = np.floor(taus).astype(np.int64)
    part = (taus - whole).astype(np.float32)
    longest, block = int(whole[-1]) + 1, int(whole[0])
    price = np.float32(_CHANGE * np.log(taus[1] / taus[0])) * np.arange(tempi, dtype=np.float32)
    # It starts with `longest` frames before the song, all impossible; a path may start anywhere in the first beat.
    front = _Front(
        np.full((longest + block, tempi), _NONE, dtype=np.float32), np.zeros((longest + block, tempi), dtype=np.float32)
    )
    origin = np.full((count, tempi), _START, dtype=np.int16)
    columns = np.arange(tempi, dtype=np.int16)
    rows = np.arange(longest, longest + block, dtype=np.int64)[:, None]
    for start in range(0, count, block):
        size = min(block, count - start)
        value, fraction, longer = front.arrive(rows[:size], whole, part)
        source = np.broadcast_to(columns, value.shape)
        near, leap = _moved(value, price)
        best = np.where(near > value, near, value)
        source = np.where(near > value, leap, source)
        top = value.argmax(axis=1)[:, None]
        far = np.take_along_axis(value, top, axis=1) + np.float32(_JUMP)
        source = np.where(far > best, top, source)
        best = np.maximum(best, far)
        fraction = np.take_along_axis(fraction, source, axis=1)
        longer = np.take_along_axis(longer, source, axis=1)
        fresh = (start + np.arange(size, dtype=np.int64) < longest)[:, None] & (best <= 0)
        best, fraction = np.where(fresh, np.float32(0), best), np.where(fresh, np.float32(0), fraction)
        came = np.where(fresh, _START, source + np.where(longer, _LONGER, 0))
        origin[start : start + size] = np.where(np.isneginf(best), _START, came)
        best = best + weights + evidence[start : start + size, None]
        front.values[longest : longest + size], front.fractions[longest : longest + size] = best, fraction
        front.values[:longest], front.fractions[:longest] = (
            front.values[size : size + longest].copy(),
            front.fractions[size : size + longest].copy(),
        )
    return front.values[:longest], origin


def _moved(value: NDArray[np.float32], price: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return for each tempo (rows, tempi) the best value from another tempo, its price paid, and that tempo.

    As the price grows evenly with the distance, the best from one side is a running maximum.
    """
    up, leap_up = _running_maximum(value + price)
    down, leap_down = _running_maximum((value - price)[:, ::-1])
    up, down = up - price, down[:, ::-1] + price
    leap_down = value.shape[1] - 1 - leap_down[:, ::-1]
    return np.maximum(up, down) - np.float32(_STEP), np.where(up >= down, leap_up, leap_down)


def _running_maximum(values: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the largest value so far along each row, and where it is."""
    largest = np.maximum.accumulate(values, axis=1)
    index = np.where(values == largest, np.arange(values.shape[1], dtype=np.int64), 0)
    return largest, np.maximum.accumulate(index, axis=1)


def _trace_back(values: NDArray[np.float32], origin: NDArray[np.int16], taus: NDArray[np.float64]) -> NDArray[np.int64]:
    longest, total = values.shape[0], origin.shape[0]
    whole = np.floor(taus).astype(np.int64)
    # The last beat is one whose next would fall behind the end.
    moments = np.arange(total - longest, total, dtype=np.int64)[:, None]
    final = np.where((moments + whole + 1 >= total) & (moments >= 0), values, -np.inf)
    row, tempo = divmod(int(final.argmax()), final.shape[1])
    moment = row + total - longest
    beats = []
    while moment >= 0:
        beats.append(moment)
        came = int(origin[moment, tempo])
        if came == _START:
            break
        tempo = came & (_LONGER - 1)
        moment -= int(whole[tempo]) + (1 if came & _LONGER else 0)
    return np.array(beats[::-1], dtype=np.int64)
