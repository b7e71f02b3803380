"""Sections: where the song turns, what comes back, and what each part is for.

Boundaries are peaks of self-similarity novelty (Foote, ICME 2000) over bar-synchronous timbre and harmony; they lie on
downbeats. Labels come from recurrence, roles from energy and position.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from glance.audio.analysis import Section
from glance.audio.spectrum import Spectrum

#: Half-width of the novelty kernel, in bars.
_KERNEL_BARS = 4
#: Cosine distance under which two sections sound alike.
_ALIKE = 0.12


def find_sections(spectrum: Spectrum, downbeats_s: NDArray[np.float64], duration_s: float) -> tuple[Section, ...]:
    """Return sections that cover `[0, duration_s)`."""
    marks = _marks(downbeats_s, duration_s)
    features = _bar_features(spectrum, marks)
    edges = [0, *_boundaries(features), marks.size - 1]
    bounds = [(a, b) for a, b in pairwise(edges) if b > a]
    means = np.array([features[a:b].mean(axis=0) for a, b in bounds])
    energies = _energies(spectrum, [(float(marks[a]), float(marks[b])) for a, b in bounds])
    labels = _labels(means)
    roles = _roles(labels, energies)
    return tuple(
        Section(float(marks[a]), float(marks[b]), label, role, energy)
        for (a, b), label, role, energy in zip(bounds, labels, roles, energies, strict=True)
    )


def _marks(downbeats_s: NDArray[np.float64], duration_s: float) -> NDArray[np.float64]:
    """Return bar lines from 0 to the end; two-second slices stand in where nothing beats."""
    inner = downbeats_s[(downbeats_s > 0.25) & (downbeats_s < duration_s - 0.25)]
    if inner.size < 2:
        inner = np.arange(2.0, duration_s - 1.0, 2.0)
    return np.concatenate([[0.0], inner, [duration_s]])


def _bar_features(spectrum: Spectrum, marks: NDArray[np.float64]) -> NDArray[np.float64]:
    frames = np.clip(np.round(marks * spectrum.rate_hz).astype(int), 0, spectrum.mel.shape[0])
    magnitude = np.sqrt(spectrum.mel)
    top = float(np.percentile(magnitude.max(axis=1), 95)) + 1e-9
    level = np.log1p(magnitude * (100.0 / top))
    timbre = _means(level.reshape(level.shape[0], -1, 4).mean(axis=2), frames)
    chroma = _means(np.sqrt(spectrum.chroma), frames)
    chroma /= np.linalg.norm(chroma, axis=1, keepdims=True) + 1e-6
    spread = timbre.std() + 1e-9
    return np.hstack([timbre / spread, 0.7 * chroma])


def _means(values: NDArray[np.float32], frames: NDArray[np.int64]) -> NDArray[np.float64]:
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    return np.asarray(np.diff(sums[frames], axis=0) / np.maximum(np.diff(frames), 1)[:, None])


def _boundaries(features: NDArray[np.float64]) -> list[int]:
    count = features.shape[0]
    size = _KERNEL_BARS
    if count < 4:
        return []
    distance = np.linalg.norm(features[:, None] - features[None], axis=2)
    novelty = np.zeros(count + 1)
    for index in range(1, count):
        low, high = max(0, index - size), min(count, index + size)
        across = distance[low:index, index:high].mean()
        within = (distance[low:index, low:index].mean() + distance[index:high, index:high].mean()) / 2
        novelty[index] = across - within
    threshold = max(0.3 * float(novelty.max()), 0.35)
    return [
        i for i in range(2, count - 1) if novelty[i] >= threshold and novelty[i] == novelty[max(0, i - 3) : i + 4].max()
    ]


def _energies(spectrum: Spectrum, bounds: list[tuple[float, float]]) -> list[float]:
    powers = []
    for start, end in bounds:
        part = spectrum.loudness[round(start * spectrum.rate_hz) : max(round(end * spectrum.rate_hz), 1)]
        powers.append(float(part.mean()) if part.size else 0.0)
    top = max(powers, default=0.0)
    if top <= 0:
        return [0.0] * len(powers)
    # 30 dB below the loudest section counts as no energy.
    return [float(np.clip(1 + np.log10(max(power / top, 1e-9)) / 3, 0.0, 1.0)) for power in powers]


def _labels(means: NDArray[np.float64]) -> list[str]:
    labels: list[str] = []
    examples: list[NDArray[np.float64]] = []
    for mean in means:
        distances = [float(np.linalg.norm(mean - e) / (np.linalg.norm(e) + 1e-9)) for e in examples]
        if distances and min(distances) < _ALIKE:
            labels.append(_letter(int(np.argmin(distances))))
        else:
            labels.append(_letter(len(examples)))
            examples.append(mean)
    return labels


def _letter(index: int) -> str:
    return chr(ord("A") + index % 26) + (str(index // 26) if index >= 26 else "")


def _roles(labels: list[str], energies: list[float]) -> list[str]:
    count = len(labels)
    middle = float(np.median(energies)) if energies else 0.0
    roles = []
    for index, energy in enumerate(energies):
        if energy <= 0.01:
            roles.append("silence")
        elif index == 0 and count > 2:
            roles.append("intro")
        elif index == count - 1 and count > 2:
            roles.append("outro")
        elif energy >= max(energies) - 0.05:
            roles.append("chorus")
        elif energy < middle - 0.12:
            roles.append("break")
        else:
            roles.append("verse")
    return roles
