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
        [-0.28, -0.73, -0.36, 0.09],  # harmony
        [0.48, -0.26, -0.52, -0.60],  # bass
        [1.83, -0.14, -1.03, -0.55],  # low
        [-0.39, 0.10, -0.15, 0.39],  # mid
        [-0.42, -0.35, -0.73, 0.36],  # high
        [0.11, -0.28, 0.09, -0.31],  # total
        [1.41, -0.03, -0.41, 0.45],  # tonal
        [1.61, 0.37, -1.28, -1.40],  # harmony_4
        [0.84, -0.83, 0.13, -0.21],  # timbre_4
        [-0.04, -0.06, 0.68, -0.57],  # timbre_8
        [0.69, -0.53, -0.79, 0.40],  # loud
    ]
)
SHAPE_3 = np.array(
    [
        [0.79, 0.44, -1.28],  # harmony
        [0.69, 0.45, -1.18],  # bass
        [0.93, -0.50, -0.42],  # low
        [-0.37, 0.40, -0.03],  # mid
        [-0.08, 0.10, -0.05],  # high
        [-0.23, 0.29, -0.07],  # total
        [0.47, 0.13, -0.54],  # tonal
        [0.18, 0.11, -0.32],  # harmony_4
        [0.23, 0.15, -0.40],  # timbre_4
        [0.08, 0.10, -0.20],  # timbre_8
        [0.21, -0.12, -0.10],  # loud
    ]
)
SHAPES = {4: SHAPE_4, 3: SHAPE_3}
#: What a bar in each metre gets before it is heard: most music is in four.
PRIOR = {4: 0.0, 3: -2.4}
#: Weight of one beat's score against the price of a break.
_SCALE = 0.15
#: Log-probability of breaking the bar pattern at one beat, of doing so after a pause, and of changing the metre.
_BREAK, _BREAK_AFTER_PAUSE, _NEW_METRE = -8.0, -0.5, -30.0


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


def decode_bars(table: NDArray[np.float64], beats_s: NDArray[np.float64]) -> tuple[NDArray[np.int64], int]:
    """Return each beat's position in its bar (n,), 0 for downbeats, and the metre that most beats are in.

    Args:
        table: (n, 11) `bar_cues` of the beats.
        beats_s: (n,) their times; after a pause the bar may start anew at no great price.
    """
    states = [(metre, position) for metre in SHAPES for position in range(metre)]
    emission = np.stack(
        [_SCALE * (metre * (table @ SHAPES[metre][:, position]) + PRIOR[metre]) for metre, position in states], axis=1
    )
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
