"""Constant grids: most recorded music was made with a click, so its beats lie on one line.

A tracked grid that is steady gives the line; the line gives a beat grid at every multiple of its eighths and in every
phase, and those join the ways to count that `levels` chooses from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.audio.beat_hmm import MAX_BPM, MIN_BPM

#: A beat this near the line is on it, in seconds; and the share of beats that must be.
_NEAR_S, _SHARE = 0.030, 0.85
#: How far a line is moved at once towards where it meets the onsets, in seconds, and how often.
_MOVE_S, _MOVES = 0.040, 4
#: Periods tried around the median interval, as a share of it.
_COMB = 0.015
#: How many eighths a beat may be.
_MULTIPLES = (1, 2, 3, 4)
_FEWEST, _FEWEST_FIT = 8, 12


@dataclass(frozen=True)
class Line:
    """Eighths that come every `period` frames, one of them at `offset`."""

    period: float
    offset: float


def fit_line(frames: NDArray[np.float64], rate_hz: float) -> Line | None:
    """Return the line through the eighths of a beat grid (n,), or None where fewer than 85 % of the beats are on it.

    The period that most beats agree with, by the length of their mean phase vector; then robust line fits.
    """
    if frames.size < _FEWEST_FIT:
        return None
    period, offset = _comb(frames)
    for reach in (0.25, 0.2, 0.15, 0.1, 0.1):
        number = np.round((frames - offset) / period)
        inside = np.abs(frames - offset - number * period) < max(reach * period, _NEAR_S * rate_hz)
        if inside.sum() < _FEWEST or np.ptp(number[inside]) == 0:
            return None
        period, offset = (float(value) for value in np.polyfit(number[inside], frames[inside], 1))
    error = frames - offset - np.round((frames - offset) / period) * period
    on_line = float((np.abs(error) < _NEAR_S * rate_hz).mean())
    return Line(period, offset) if on_line >= _SHARE else None


def _comb(frames: NDArray[np.float64]) -> tuple[float, float]:
    middle, span = float(np.median(np.diff(frames))) / 2, float(frames[-1] - frames[0])
    # between two periods tried, the teeth slip by no more than an eighth of a period from end to end
    step = min(0.0005, 0.125 * middle / span)
    periods = middle * np.arange(1 - _COMB, 1 + _COMB, step, dtype=np.float64)
    turns = np.array([np.exp(2j * np.pi * (frames - frames[0]) / period).sum() for period in periods])
    best = int(np.abs(turns).argmax())
    period = float(periods[best])
    return period, float(frames[0] + np.angle(turns[best]) / (2 * np.pi) * period)


def settled(line: Line, evidence: NDArray[np.float32], start: int, rate_hz: float) -> Line:
    """Return a line moved uphill to where its eighths meet the most of `evidence` (n,) from frame `start` on."""
    reach = round(_MOVE_S * rate_hz)
    first = line.offset - np.floor((line.offset - start) / line.period) * line.period
    teeth = np.round(np.arange(first - start, evidence.size, line.period, dtype=np.float64)).astype(np.int64)
    shift, around = 0, np.arange(-reach, reach + 1, dtype=np.int64)
    for _ in range(_MOVES):
        met = evidence[np.clip(teeth[:, None] + shift + around, 0, evidence.size - 1)].mean(axis=0)
        step = int(met.argmax()) - reach
        shift += step
        if abs(step) < reach:
            break
    near = evidence[np.clip(teeth[:, None] + shift + np.arange(-1, 2, dtype=np.int64), 0, evidence.size - 1)].mean(
        axis=0
    )
    left, middle, right = near.astype(np.float64)
    bend = left - 2 * middle + right
    part = float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < -1e-9 else 0.0
    return Line(line.period, line.offset + shift + part)


def grids_on(line: Line, start: int, end: int, rate_hz: float) -> list[NDArray[np.float64]]:
    """Return the beat grids on a line from frame `start` to `end`: every multiple of its eighths, in every phase."""
    grids = []
    for multiple in _MULTIPLES:
        step = multiple * line.period
        if not 0.95 * MIN_BPM <= 60 * rate_hz / step <= 1.07 * MAX_BPM:
            continue
        for phase in range(multiple):
            first = line.offset + phase * line.period
            first -= np.floor((first - start + 3) / step) * step
            grid = np.arange(first, end, step, dtype=np.float64)
            if grid.size >= _FEWEST:
                grids.append(grid)
    return grids
