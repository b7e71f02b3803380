"""Tempo levels: the same music can be counted at half, double or 3:2 the speed, and on or off the beat.

Each way to count is a beat grid of its own. A grid is described by two dozen numbers (what happens on its beats,
between them, how well bars fit it, and what the beat network says of all that), and the description is weighed by
weights that were fitted by softmax regression on songs with known beats. The best grid is the decision; the others
remain as stated alternatives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.audio.downbeats import metre_scores
from glance.audio.network import TEMPI_BPM, Heard
from glance.audio.rhythm_features import CUES, Cues, bar_cues, cues_at

#: The tempo that most music is felt at, in beats per minute.
_CENTER_BPM = 115.0
#: The least log-probability that the network's tempo counts with at one frame.
_LEAST_TEMPO = -6.0

#: Name of each number that describes a grid -> its weight.
WEIGHTS: dict[str, float] = {
    "on": -0.16,
    "half": 0.41,
    "quarters": -1.10,
    "thirds": -1.21,
    "swing": 1.33,
    "push": 0.47,
    "tempo": 2.37,
    "tempo_squared": -2.01,
    "uneven": -6.47,
    "steady": 2.98,
    "bars_4": 0.26,
    "bars_3": 0.50,
    "low_on": 0.31,
    "mid_on": 0.78,
    "high_on": 3.21,
    "tonal_on": 3.24,
    "low_half": 0.98,
    "high_half": 0.64,
    "turns_1": 1.57,
    "turns_2": 1.40,
    "turns_4": 2.11,
    "heard_on": 0.83,
    "heard_between": 0.79,
    "heard_tempo": 0.47,
}


@dataclass(frozen=True)
class Clues:
    """All that a grid is judged by: the cues of the flux, and what the network heard."""

    cues: Cues
    heard: Heard

    @property
    def rate_hz(self) -> float:
        """Frames per second of the grids."""
        return self.cues.rate_hz


@dataclass(frozen=True)
class Level:
    """One way to count a stretch of music.

    Attributes:
        frames: (n,) fractional frames of the beats.
        bpm: Median tempo.
        score: Log-score, comparable between levels of the same stretch.
        steady: Whether the beats lie on one line.
    """

    frames: NDArray[np.float64]
    bpm: float
    score: float
    steady: bool = False


def rated(frames: NDArray[np.float64], clues: Clues, steady: bool = False) -> Level:
    """Return a grid (n,) with its score."""
    bpm = 60 * clues.rate_hz / middle_gap(frames)
    return Level(frames, bpm, weigh(describe(frames, clues, steady)), steady)


def weigh(description: dict[str, float]) -> float:
    """Return the log-score of a grid's description."""
    return sum(WEIGHTS[name] * value for name, value in description.items() if name in WEIGHTS)


def describe(frames: NDArray[np.float64], clues: Clues, steady: bool = False) -> dict[str, float]:
    """Return the numbers that tell a good beat grid, `frames` (n,), from a bad one."""
    return _described_by_flux(frames, clues.cues) | _described_by_network(frames, clues) | {"steady": float(steady)}


def _described_by_flux(frames: NDArray[np.float64], cues: Cues) -> dict[str, float]:
    beats, gaps = frames[:-1], np.diff(frames)
    at = {phase: cues_at(cues, beats + phase * gaps) for phase in (0.0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4)}
    loud = {phase: float(np.log(0.05 + values[:, 0]).mean()) for phase, values in at.items()}
    octaves = float(np.log2(60 * cues.rate_hz / middle_gap(frames) / _CENTER_BPM))
    metres = metre_scores(bar_cues(cues, frames))
    turning = np.abs(np.diff(np.log(gaps))) if gaps.size > 1 else np.zeros(1)
    description = {
        "uneven": float(np.sqrt(turning).mean()),
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


def _described_by_network(frames: NDArray[np.float64], clues: Clues) -> dict[str, float]:
    """Return mean log-probabilities: of a beat at the beats, of none halfway between, of the tempo."""
    heard = clues.heard
    if heard.beat.size < 3:
        return {"heard_on": 0.0, "heard_between": 0.0, "heard_tempo": 0.0}
    halves = (frames[1:] + frames[:-1]) / 2
    bpm = 60 * clues.rate_hz / middle_gap(frames)
    place = np.interp(np.log(bpm), np.log(TEMPI_BPM), np.arange(TEMPI_BPM.size, dtype=np.int64))
    below, above = int(np.floor(place)), int(np.ceil(place))
    rows = np.clip((frames / 2).astype(np.int64), 0, heard.beat.size - 1)
    tempo = np.logaddexp(heard.tempo[rows, below], heard.tempo[rows, above])
    on = log_sigmoid(log_odds_at(heard.beat, frames))
    between = log_sigmoid(-log_odds_at(heard.beat, halves, reach=0))
    return {
        "heard_on": float(on.mean()),
        "heard_between": float(between.mean()),
        "heard_tempo": float(np.maximum(tempo, _LEAST_TEMPO).mean()),
    }


def middle_gap(frames: NDArray[np.float64]) -> float:
    """Return the typical interval of a grid in frames: the mean of those within 5 % of the median."""
    gaps = np.diff(frames)
    middle = float(np.median(gaps))
    near = gaps[np.abs(gaps / middle - 1) <= 0.05]
    return float(near.mean()) if near.size else middle


def log_odds_at(curve: NDArray[np.float32], frames: NDArray[np.float64], reach: int = 1) -> NDArray[np.float64]:
    """Return the highest of a network curve (at half the frame rate) within `reach` of its frames, for frames (n,)."""
    index = np.clip(np.round(frames / 2).astype(np.int64), reach, max(curve.size - 1 - reach, reach))
    index = np.minimum(index[:, None] + np.arange(-reach, reach + 1, dtype=np.int64), curve.size - 1)
    return np.asarray(curve[index].max(axis=1), dtype=np.float64)


def log_sigmoid(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log-probabilities of log-odds."""
    return np.asarray(-np.logaddexp(0.0, -log_odds))
