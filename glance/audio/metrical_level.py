"""Tempo levels: the same music can be counted at half, double or 3:2 the speed, and on or off the beat.

Each way to count is a beat grid of its own. A grid is described by a dozen numbers (what happens on its beats, between
them, and how well bars fit it), and the description is weighed by weights that were fitted by softmax regression on
songs with known beats. The best grid is the decision; the others remain as stated alternatives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.audio.beat_hmm import MAX_BPM, MIN_BPM, decode_beats, intervals
from glance.audio.downbeats import metre_scores
from glance.audio.rhythm_features import CUES, Cues, bar_cues, cues_at

#: Tempi tried, as multiples of the first guess.
_FACTORS = (0.5, 2.0, 1.5, 2 / 3, 0.75, 4 / 3)
#: Phases tried, in beats: on the beat, between beats, and on either triplet.
_PHASES = (0.0, 1 / 2, 1 / 3, 2 / 3)
_FEWEST = 4
#: The tempo that most music is felt at, in beats per minute.
_CENTER_BPM = 115.0

#: Name of each number that describes a grid -> its weight.
WEIGHTS: dict[str, float] = {
    "on": 0.49,
    "half": 0.05,
    "quarters": -1.94,
    "thirds": -1.28,
    "swing": 0.92,
    "push": 0.74,
    "tempo": 1.35,
    "tempo_squared": -2.27,
    "bars_4": 0.36,
    "bars_3": 0.46,
    "low_on": 1.89,
    "mid_on": 0.56,
    "high_on": 4.58,
    "tonal_on": 3.89,
    "turns_1": -0.46,
    "turns_2": 0.22,
    "turns_4": 2.21,
}


@dataclass(frozen=True)
class Level:
    """One way to count a stretch of music.

    Attributes:
        frames: (n,) fractional frames of the beats.
        bpm: Median tempo.
        score: Log-score, comparable between levels of the same stretch.
    """

    frames: NDArray[np.float64]
    bpm: float
    score: float


def tempo_levels(evidence: NDArray[np.float32], cues: Cues, start: int) -> list[Level]:
    """Return the ways to count a stretch, best first; empty where it holds fewer than four beats.

    Args:
        evidence: (n,) log-odds of a beat at each frame of the stretch.
        cues: Cues of the whole song.
        start: The stretch's first frame.
    """
    rate = cues.rate_hz
    taus = intervals(rate, (MIN_BPM, MAX_BPM))
    prior = -0.5 * np.square(np.log2(60 * rate / taus / 118.0) / 0.6)
    first = decode_beats(evidence, rate, (MIN_BPM, MAX_BPM), prior)
    if first.size < _FEWEST:
        return []
    tempi = 60 * rate / np.diff(first)
    slow, fast = np.percentile(tempi, 5), np.percentile(tempi, 95)
    grids = [first]
    for factor in _FACTORS:
        low, high = max(slow * factor * 0.93, 0.75 * MIN_BPM), min(fast * factor * 1.07, 1.1 * MAX_BPM)
        if high > MIN_BPM and low < MAX_BPM and high > 1.05 * low:
            grids.append(decode_beats(evidence, rate, (float(low), float(high))))
    levels = []
    for grid in grids:
        if grid.size < _FEWEST:
            continue
        gaps = np.diff(grid)
        bpm = float(60 * rate / np.median(gaps))
        for phase in _PHASES:
            frames = start + (grid[:-1] + phase * gaps if phase else grid.astype(np.float64))
            levels.append(Level(frames, bpm, weigh(describe(frames, cues))))
    return sorted(levels, key=lambda level: -level.score)


def weigh(description: dict[str, float]) -> float:
    """Return the log-score of a grid's description."""
    return sum(WEIGHTS[name] * value for name, value in description.items() if name in WEIGHTS)


def describe(frames: NDArray[np.float64], cues: Cues) -> dict[str, float]:
    """Return the numbers that tell a good beat grid, `frames` (n,), from a bad one."""
    beats, gaps = frames[:-1], np.diff(frames)
    at = {phase: cues_at(cues, beats + phase * gaps) for phase in (0.0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4)}
    loud = {phase: float(np.log(0.05 + values[:, 0]).mean()) for phase, values in at.items()}
    octaves = float(np.log2(60 * cues.rate_hz / np.median(gaps) / _CENTER_BPM))
    metres = metre_scores(bar_cues(cues, frames))
    description = {
        "on": loud[0.0],
        "half": loud[1 / 2],
        "quarters": (loud[1 / 4] + loud[3 / 4]) / 2,
        "thirds": (loud[1 / 3] + loud[2 / 3]) / 2,
        "swing": loud[2 / 3] - loud[1 / 3],
        "push": loud[3 / 4] - loud[1 / 4],
        "tempo": octaves,
        "tempo_squared": octaves**2,
        "bars_4": metres[4],
        "bars_3": metres[3],
    }
    for column, name in enumerate(CUES):
        description[f"{name}_on"] = float(at[0.0][:, column].mean())
        description[f"{name}_half"] = float(at[1 / 2][:, column].mean())
    # kick and snare take turns: their difference repeats every second and fourth beat
    turns = at[0.0][:, CUES.index("low")] - at[0.0][:, CUES.index("mid")]
    turns = turns - turns.mean()
    power = float(np.square(turns).mean()) + 1e-3
    for lag in (1, 2, 3, 4):
        pairs = turns[:-lag] * turns[lag:]
        description[f"turns_{lag}"] = float(pairs.mean()) / power if pairs.size > 4 else 0.0
    return description
