"""The ways to count a stretch of music: beat grids from the flux, from the network, and constant ones on both."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from glance.audio.beat_hmm import MAX_BPM, MIN_BPM, decode_beats, intervals
from glance.audio.grids import fit_line, grids_on, settled
from glance.audio.metrical_level import Clues, Level, rated

#: Tempi tried, as multiples of the first guess: from the flux, and from the network.
_FACTORS, _HEARD_FACTORS = (0.5, 2.0, 1.5, 2 / 3, 0.75, 4 / 3), (0.5, 2.0, 1.5, 2 / 3)
#: Phases tried, in beats: on the beat, between beats, and on either triplet.
_PHASES, _HEARD_PHASES = (0.0, 1 / 2, 1 / 3, 2 / 3), (0.0, 1 / 2)
_FEWEST = 4
#: Center and width, in octaves, of the tempi expected at first: by the flux, and by the network.
_PRIOR, _HEARD_PRIOR = (118.0, 0.6), (118.0, 0.9)


def tempo_levels(evidence: NDArray[np.float32], clues: Clues, start: int) -> list[Level]:
    """Return the ways to count a stretch, best first; empty where it holds fewer than four beats.

    Args:
        evidence: (n,) log-odds of a beat at each frame of the stretch, from the flux.
        clues: Cues of the whole song, and what the network heard in it.
        start: The stretch's first frame.
    """
    rate, end = clues.rate_hz, start + evidence.size
    frames = np.arange(start, end, dtype=np.int64) / 2
    heard = np.interp(frames, np.arange(clues.heard.beat.size, dtype=np.int64), clues.heard.beat).astype(np.float32)
    tracked = [
        *_in_phases(_at_all_tempi(evidence, rate, _PRIOR, _FACTORS), _PHASES),
        *_in_phases(_at_all_tempi(heard, rate, _HEARD_PRIOR, _HEARD_FACTORS), _HEARD_PHASES),
    ]
    levels = [rated(start + grid, clues) for grid in tracked]
    steady = _steady([level.frames for level in levels], evidence, start, rate)
    levels += [rated(grid, clues, steady=True) for grid in steady]
    return sorted(levels, key=lambda level: -level.score)


def _at_all_tempi(
    evidence: NDArray[np.float32], rate_hz: float, expected: tuple[float, float], factors: tuple[float, ...]
) -> list[NDArray[np.float64]]:
    """Return the likeliest grid, and the likeliest around each multiple of its tempo."""
    center, width = expected
    prior = -0.5 * np.square(np.log2(60 * rate_hz / intervals(rate_hz, (MIN_BPM, MAX_BPM)) / center) / width)
    first = decode_beats(evidence, rate_hz, (MIN_BPM, MAX_BPM), prior).astype(np.float64)
    if first.size < _FEWEST:
        return []
    tempi = 60 * rate_hz / np.diff(first)
    slow, fast = np.percentile(tempi, 5), np.percentile(tempi, 95)
    grids = [first]
    for factor in factors:
        low, high = max(slow * factor * 0.93, 0.75 * MIN_BPM), min(fast * factor * 1.07, 1.1 * MAX_BPM)
        if high > MIN_BPM and low < MAX_BPM and high > 1.05 * low:
            grids.append(decode_beats(evidence, rate_hz, (float(low), float(high))).astype(np.float64))
    return [grid for grid in grids if grid.size >= _FEWEST]


def _in_phases(grids: list[NDArray[np.float64]], phases: tuple[float, ...]) -> Iterator[NDArray[np.float64]]:
    for grid in grids:
        for phase in phases:
            yield grid[:-1] + phase * np.diff(grid) if phase else grid


def _steady(
    grids: list[NDArray[np.float64]], evidence: NDArray[np.float32], start: int, rate_hz: float
) -> Iterator[NDArray[np.float64]]:
    """Return the constant grids on the lines through grids, each once."""
    seen = set()
    for grid in grids:
        line = fit_line(grid, rate_hz)
        if line is None:
            continue
        for steady in grids_on(settled(line, evidence, start, rate_hz), start, start + evidence.size, rate_hz):
            key = (round(60 * rate_hz / (steady[1] - steady[0]), 1), round(float(steady[0]) / 3))
            if key not in seen:
                seen.add(key)
                yield steady
