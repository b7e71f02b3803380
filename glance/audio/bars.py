"""Bars: which beats are downbeats, and whether there are three or four to a bar.

Each beat gets features of its onset and of the harmony that starts there; a Viterbi decoder over (metre, position in
the bar) finds the bars that fit them best, with a price for every bar that breaks the pattern.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glance.audio.onsets import Flux
from glance.audio.spectrum import Spectrum

_METRES = (4, 3)
#: Log-probability of breaking the bar pattern at one beat.
_BREAK = -6.0


def find_bars(beats_s: NDArray[np.float64], spectrum: Spectrum, flux: Flux) -> tuple[NDArray[np.float64], int]:
    """Return the downbeats, a subset of `beats_s`, and the metre that most bars have."""
    evidence = downbeat_evidence(beats_s, spectrum, flux)
    positions, metre = decode_bars(evidence)
    return beats_s[positions == 0], metre


def downbeat_evidence(beats_s: NDArray[np.float64], spectrum: Spectrum, flux: Flux) -> NDArray[np.float64]:
    """Return how much each beat sounds like the first of a bar, (n,), about zero mean and unit variance."""
    frames = np.clip(np.round(beats_s * spectrum.rate_hz).astype(int), 0, spectrum.loudness.size - 1)
    harmony = _change(np.sqrt(spectrum.chroma), frames)
    bass = _change(np.sqrt(spectrum.mel[:, :6]), frames)
    low, mid = (_peak_near(flux.bands[name], frames) for name in ("low", "mid"))
    total = _peak_near(flux.total, frames)
    return np.asarray(
        1.0 * _standard(harmony)
        + 0.7 * _standard(bass)
        + 0.7 * _standard(low)
        + 0.5 * _standard(total)
        - 0.4 * _standard(mid)
    )


def decode_bars(evidence: NDArray[np.float64]) -> tuple[NDArray[np.int64], int]:
    """Return each beat's position in its bar (n,), 0 for downbeats, and the commonest metre."""
    states = [(metre, position) for metre in _METRES for position in range(metre)]
    count = len(states)
    move = np.full((count, count), _BREAK)
    for source, (metre, position) in enumerate(states):
        for target, (other, next_position) in enumerate(states):
            if other == metre and next_position == (position + 1) % metre:
                move[source, target] = 0.0
    metre_of = np.array([metre for metre, _ in states])
    emission = np.where(
        np.array([position == 0 for _, position in states]),
        evidence[:, None] * 1.0,
        -evidence[:, None] / (metre_of - 1),
    )
    emission[:, metre_of == 3] -= 0.1
    score = emission[0].copy()
    origin = np.zeros((evidence.size, count), dtype=np.int64)
    for index in range(1, evidence.size):
        options = score[:, None] + move
        origin[index] = options.argmax(axis=0)
        score = options.max(axis=0) + emission[index]
    path = np.zeros(evidence.size, dtype=np.int64)
    path[-1] = int(score.argmax())
    for index in range(evidence.size - 1, 0, -1):
        path[index - 1] = origin[index, path[index]]
    positions = np.array([states[state][1] for state in path])
    metres = metre_of[path]
    return positions, int(np.bincount(metres).argmax())


def _change(features: NDArray[np.float32], frames: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return 1 - cosine similarity between the beat that ends at each frame and the one that starts there."""
    sums = np.concatenate([np.zeros((1, features.shape[1])), np.cumsum(features, axis=0, dtype=np.float64)])
    edges = np.concatenate([[0], frames, [features.shape[0]]])
    means = np.diff(sums[edges], axis=0) / np.maximum(np.diff(edges), 1)[:, None]
    norms = np.linalg.norm(means, axis=1) + 1e-9
    dots = (means[1:] * means[:-1]).sum(axis=1) / (norms[1:] * norms[:-1])
    change = 1 - dots
    change[norms[1:] < 1e-6] = 0.0
    return np.asarray(change)


def _peak_near(curve: NDArray[np.float32], frames: NDArray[np.int64], reach: int = 3) -> NDArray[np.float64]:
    index = np.clip(frames[:, None] + np.arange(-reach, reach + 1), 0, curve.size - 1)
    return np.asarray(curve[index].max(axis=1), dtype=np.float64)


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)
