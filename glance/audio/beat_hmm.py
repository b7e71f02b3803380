"""Beats: a tempo-tracking hidden Markov model over an onset activation.

The model is the bar pointer of Krebs, Boeck and Widmer (ISMIR 2015) in its semi-Markov form. Within a beat the
pointer moves at a constant tempo, so a beat of `tau` frames that starts at `t` is decided by its start alone, and the
best path to every start is

    V[t, tau] = e[t] + max over tau' of (V[t - tau', tau'] + log P(tau | tau'))

with e[t] the log-odds that frame `t` is a beat. As no beat is shorter than the shortest `tau`, that many frames are
decided at once in numpy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Tempo range in beats per minute.
MIN_BPM, MAX_BPM = 55.0, 215.0
#: How sharply a change of tempo from beat to beat is disfavored: log P = -CHANGE * |tau / tau' - 1|.
_CHANGE = 60.0
#: Log-probability of a sudden, arbitrary change of tempo.
_JUMP = -12.0
_DRIFT = 8


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
    values, origin = _forward(evidence.astype(np.float32), taus, weights.astype(np.float32))
    return _trace_back(values, origin, taus)


def intervals(rate_hz: float, bpm_range: tuple[float, float]) -> NDArray[np.int64]:
    """Return all beat lengths in frames that lie within a tempo range."""
    return np.arange(
        int(np.floor(60 * rate_hz / bpm_range[1])), int(np.ceil(60 * rate_hz / bpm_range[0])) + 1, dtype=np.int64
    )


def _forward(
    evidence: NDArray[np.float32], taus: NDArray[np.int64], weights: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Return V (pad + n, tempi) and the index of the interval that led to each entry, -1 at a path's start."""
    count, longest, block, tempi = evidence.size, int(taus[-1]), int(taus[0]), taus.size
    offsets = np.arange(-_DRIFT, _DRIFT + 1, dtype=np.int64)
    source = np.arange(tempi, dtype=np.int64)[:, None] + offsets
    legal = (source >= 0) & (source < tempi)
    ratio = taus[:, None] / taus[np.clip(source, 0, tempi - 1)]
    change = np.where(legal, -_CHANGE * np.abs(ratio - 1), -np.inf).astype(np.float32)
    # V starts with `longest` frames before the song, all impossible; a path may start anywhere in the first beat.
    values = np.full((longest + count, tempi), -np.inf, dtype=np.float32)
    origin = np.full((longest + count, tempi), -1, dtype=np.int16)
    rows, columns = np.arange(block, dtype=np.int64)[:, None], np.arange(tempi, dtype=np.int64)
    padded = np.full((block, tempi + 2 * _DRIFT), -np.inf, dtype=np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(padded, offsets.size, axis=1)
    for start in range(0, count, block):
        size = min(block, count - start)
        arrive = values[longest + start + rows - taus, columns]
        padded[:, _DRIFT:-_DRIFT] = arrive
        near = windows + change
        best = near.argmax(axis=2)
        score = np.take_along_axis(near, best[:, :, None], axis=2)[:, :, 0]
        step = np.asarray(columns + best - _DRIFT, dtype=np.int16)
        jump = arrive.argmax(axis=1)
        far = arrive[np.arange(block, dtype=np.int64), jump][:, None] + np.float32(_JUMP)
        step = np.where(far > score, jump[:, None], step)
        score = np.maximum(score, far)
        moment = start + rows
        fresh = np.where(moment < longest, np.float32(0.0), np.float32(-np.inf))
        step = np.where(fresh >= score, -1, step)
        score = np.maximum(score, fresh) + weights
        rest = slice(longest + start, longest + start + size)
        values[rest] = score[:size] + evidence[start : start + size, None]
        origin[rest] = step[:size]
    return values, origin


def _trace_back(values: NDArray[np.float32], origin: NDArray[np.int16], taus: NDArray[np.int64]) -> NDArray[np.int64]:
    longest, total = int(taus[-1]), values.shape[0]
    # The last beat is one whose next would fall behind the end.
    moments = np.arange(total - longest, total, dtype=np.int64)[:, None]
    final = np.where((moments + taus >= total) & (moments >= longest), values[total - longest :], -np.inf)
    row, tempo = divmod(int(final.argmax()), final.shape[1])
    moment = row + total - longest
    beats = []
    while True:
        beats.append(moment - longest)
        before = int(origin[moment, tempo])
        if before < 0:
            break
        tempo = before
        moment -= int(taus[tempo])
    return np.array(beats[::-1], dtype=np.int64)
