"""Bars: which beats are downbeats, and whether there are three or four to a bar.

A bar has a shape: what tends to happen on its first beat (a chord, a bass note, a kick) and on its others (a snare).
The shapes below are linear weights on `BAR_CUES`, fitted by softmax regression over all metres and phases on songs
with known bars. A Viterbi decoder over (metre, position in the bar) finds the bars that fit the song best.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Rows: `BAR_CUES`; columns: the beats of a bar.
SHAPE_4 = np.array(
    [
        [-0.01, -0.71, -0.25, -0.06],  # harmony
        [0.44, -0.10, -0.73, -0.38],  # bass
        [2.14, -0.17, -1.05, -0.79],  # low
        [-0.33, 0.31, -0.50, 0.51],  # mid
        [-0.59, -0.03, -0.53, 0.28],  # high
        [0.12, -0.13, -0.11, -0.16],  # total
        [1.28, -0.09, -0.53, 0.46],  # tonal
        [1.67, 0.40, -1.28, -1.31],  # harmony_4
        [0.78, -0.55, -0.10, -0.19],  # timbre_4
        [-0.06, 0.02, 0.45, -0.35],  # timbre_8
        [0.77, -0.63, -0.50, 0.12],  # loud
        [-0.02, 0.21, -0.29, -0.05],  # low_after
        [-0.51, 0.04, -0.65, 0.57],  # mid_after
    ]
)
SHAPE_3 = np.array(
    [
        [1.04, 0.24, -1.40],  # harmony
        [-0.22, 0.75, -0.64],  # bass
        [2.08, -1.14, -0.91],  # low
        [-0.23, 0.18, 0.06],  # mid
        [-0.34, 0.14, 0.12],  # high
        [-0.03, 0.06, -0.05],  # total
        [0.84, -0.23, -0.47],  # tonal
        [0.28, 0.10, -0.45],  # harmony_4
        [0.36, 0.46, -0.87],  # timbre_4
        [0.00, 0.33, -0.39],  # timbre_8
        [0.98, -0.73, -0.28],  # loud
        [-0.60, 0.75, -0.18],  # low_after
        [-0.66, 0.30, 0.29],  # mid_after
    ]
)
SHAPES = {4: SHAPE_4, 3: SHAPE_3}
#: Every (metre, position in the bar).
STATES = tuple((metre, position) for metre in SHAPES for position in range(metre))
#: What a bar in each metre gets before it is heard: most music is in four.
PRIOR = {4: 0.0, 3: -1.1}
#: Weight of one beat's score against the price of a break.
_SCALE = 0.15
#: Weight of the network's log-probability of a downbeat.
_HEARD = 0.5
#: Log-probability of breaking the bar pattern at one beat, of doing so after a pause, and of changing the metre.
_BREAK, _BREAK_AFTER_PAUSE, _NEW_METRE = -24.0, -0.5, -30.0
#: Log-odds of a downbeat by the network count up to this.
_SUREST = 6.0


def metre_scores(table: NDArray[np.float64]) -> dict[int, float]:
    """Return how well a whole song's beats, `bar_cues` (n, 11), fit each metre in its best phase."""
    scores = {}
    for metre, shape in SHAPES.items():
        if table.shape[0] < metre:
            scores[metre] = 0.0
            continue
        by_phase = np.stack([table[phase::metre].mean(axis=0) for phase in range(metre)])
        turned = (np.roll(by_phase, -phase, axis=0) for phase in range(metre))
        scores[metre] = max(float((rows * shape.T).sum()) for rows in turned) + PRIOR[metre]
    return scores


def bar_evidence(table: NDArray[np.float64], heard: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log-score (n, 7) of each beat in each state of `STATES`.

    Args:
        table: (n, 13) `bar_cues` of the beats.
        heard: (n,) the network's log-odds that each is a downbeat.
    """
    surely = np.clip(heard, -_SUREST, _SUREST)
    first, other = -_HEARD * np.logaddexp(0.0, -surely), -_HEARD * np.logaddexp(0.0, surely)
    columns = [
        _SCALE * (metre * (table @ SHAPES[metre][:, position]) + PRIOR[metre]) + (other if position else first)
        for metre, position in STATES
    ]
    return np.stack(columns, axis=1)


def decode_bars(emission: NDArray[np.float64], beats_s: NDArray[np.float64]) -> tuple[NDArray[np.int64], int]:
    """Return each beat's position in its bar (n,), 0 for downbeats, and the metre that most beats are in.

    Args:
        emission: (n, 7) `bar_evidence` of the beats.
        beats_s: (n,) their times; after a pause the bar may start anew at no great price.
    """
    states = STATES
    stays = np.array([[m == n for n, _ in states] for m, _ in states])
    follows = np.array([[m == n and q == (p + 1) % m for n, q in states] for m, p in states])
    gaps = np.diff(beats_s, prepend=beats_s[:1])
    paused = gaps > 1.8 * float(np.median(gaps[1:])) if gaps.size > 1 else np.zeros(gaps.size, dtype=bool)
    origin = np.zeros(emission.shape, dtype=np.int64)
    score = emission[0]
    for index in range(1, emission.shape[0]):
        slip = _BREAK_AFTER_PAUSE if paused[index] else _BREAK
        options = score[:, None] + np.where(follows, 0.0, np.where(stays, slip, _NEW_METRE))
        origin[index] = options.argmax(axis=0)
        score = options.max(axis=0) + emission[index]
    path = np.zeros(emission.shape[0], dtype=np.int64)
    path[-1] = int(score.argmax())
    for index in range(path.size - 1, 0, -1):
        path[index - 1] = origin[index, path[index]]
    positions = np.array([position for _, position in states])[path]
    metres = np.array([metre for metre, _ in states])[path]
    return positions, int(np.bincount(metres).argmax())
