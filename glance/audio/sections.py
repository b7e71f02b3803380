"""Sections: where the song turns, what comes back, and what each part is for.

Bars are compared by timbre, rhythm and harmony. A section is a block on the diagonal of the bars' self-similarity
matrix: the boundaries are those that leave the least distance inside the blocks, at a price for each block (least
squares segmentation; Jackson et al., IEEE Signal Processing Letters 2005). They lie on downbeats. Labels come from
recurrence, roles from energy and position.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from glance.audio.onsets import Flux, log_level
from glance.audio.spectrum import Spectrum
from glance.audio.types import Section

#: Price of one more section, in units of the bars' own variance.
_PRICE = 2.2
#: What a section of other than a whole number of four bars pays more, one of less than four bars, and a lone bar.
_ODD_PRICE, _SHORT_PRICE, _LONE_PRICE = 0.6, 1.2, 8.0
_LONGEST_BARS = 64
#: Mean squared distance per feature under which two sections sound alike.
_ALIKE = 0.45
#: Weights of the groups of features.
_TIMBRE, _RHYTHM, _HARMONY = 1.0, 0.8, 0.5


def find_sections(
    spectrum: Spectrum, flux: Flux, downbeats_s: NDArray[np.float64], duration_s: float
) -> tuple[Section, ...]:
    """Return sections that cover `[0, duration_s)`, their inner boundaries on downbeats or at silences."""
    if not flux.active.any():
        return (Section(0.0, duration_s, "A", "silence", 0.0),)
    marks = bar_lines(downbeats_s, duration_s)
    features = bar_features(spectrum, flux, marks)
    edges = segment(features)
    bounds = list(pairwise(edges))
    means = np.array([features[a:b].mean(axis=0) for a, b in bounds])
    energies = _energies(spectrum, [(float(marks[a]), float(marks[b])) for a, b in bounds])
    labels = _labels(means)
    roles = _roles(labels, energies)
    return tuple(
        Section(float(marks[a]), float(marks[b]), label, role, energy)
        for (a, b), label, role, energy in zip(bounds, labels, roles, energies, strict=True)
    )


def bar_lines(downbeats_s: NDArray[np.float64], duration_s: float) -> NDArray[np.float64]:
    """Return 0, the downbeats, and the song's end, with no bar shorter than half a bar.

    Where nothing beats for longer than two bars, slices of a bar's length (two seconds without any bars) stand in.
    """
    gaps = np.diff(downbeats_s)
    bar = float(np.median(gaps)) if gaps.size else 2.0
    inner = downbeats_s[(downbeats_s > bar / 2) & (downbeats_s < duration_s - bar / 2)]
    lines = [0.0]
    for line in [*(float(value) for value in inner), duration_s]:
        missing = int(np.floor((line - lines[-1]) / bar - 0.5)) if line - lines[-1] > 2.5 * bar else 0
        start = lines[-1]
        lines += [start + bar * (number + 1) for number in range(missing)]
        lines.append(line)
    return np.array(lines)


def bar_features(spectrum: Spectrum, flux: Flux, marks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what each bar sounds like, (bars, features), scaled so that the whole song's variance is 1 per group."""
    frames = np.clip(np.round(marks * spectrum.rate_hz).astype(np.int64), 0, spectrum.mel.shape[0])
    level = log_level(spectrum, flux.active)
    timbre = _means(level.reshape(level.shape[0], -1, 4).mean(axis=2), frames)
    rhythm = _means(np.stack([flux.total, *flux.bands.values()], axis=1), frames)
    chroma = _means(np.sqrt(spectrum.chroma), frames)
    chroma /= np.linalg.norm(chroma, axis=1, keepdims=True) + 1e-6
    groups = [(timbre, _TIMBRE), (np.sqrt(rhythm), _RHYTHM), (chroma, _HARMONY)]
    return np.hstack([_scaled(group) * np.sqrt(weight) for group, weight in groups])


def segment(features: NDArray[np.float64]) -> list[int]:
    """Return the boundaries (first and last bar line included) of the cheapest segmentation of bars (n, d)."""
    count = features.shape[0]
    sums = np.concatenate([np.zeros((1, features.shape[1])), np.cumsum(features, axis=0, dtype=np.float64)])
    squares = np.concatenate([[0.0], np.cumsum(np.square(features).sum(axis=1), dtype=np.float64)])
    best = np.full(count + 1, np.inf)
    best[0] = 0.0
    origin = np.zeros(count + 1, dtype=np.int64)
    for end in range(1, count + 1):
        starts = np.arange(max(0, end - _LONGEST_BARS), end, dtype=np.int64)
        length = end - starts
        inside = squares[end] - squares[starts] - np.square(sums[end] - sums[starts]).sum(axis=1) / length
        # The first and last stretch may be an upbeat or a fade of any length.
        free = (starts == 0) | (end == count)
        price = _PRICE + np.where(free, 0.0, _ODD_PRICE * (length % 4 != 0))
        price = price + _SHORT_PRICE * (length < 4) + _LONE_PRICE * (length < 2)
        cost = best[starts] + inside + price
        choice = int(cost.argmin())
        best[end], origin[end] = cost[choice], starts[choice]
    edges = [count]
    while edges[-1] > 0:
        edges.append(int(origin[edges[-1]]))
    return edges[::-1]


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return columns about their mean, divided so that the mean squared length of rows is 1."""
    centerd = values - values.mean(axis=0)
    return np.asarray(centerd / (np.sqrt(np.square(centerd).sum(axis=1).mean()) + 1e-9))


def _means(values: NDArray[np.float32], frames: NDArray[np.int64]) -> NDArray[np.float64]:
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    return np.asarray(np.diff(sums[frames], axis=0) / np.maximum(np.diff(frames), 1)[:, None])


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
    """Return letters for sections with mean features (n, d): a section takes the letter of the likest earlier one."""
    labels: list[str] = []
    examples: list[NDArray[np.float64]] = []
    for mean in means:
        distances = [float(np.square(mean - example).sum()) for example in examples]
        if distances and min(distances) < _ALIKE:
            labels.append(_letter(int(np.argmin(distances))))
        else:
            labels.append(_letter(len(examples)))
            examples.append(mean)
    return labels


def _letter(index: int) -> str:
    return chr(ord("A") + index % 26) + (str(index // 26) if index >= 26 else "")


def _roles(labels: list[str], energies: list[float]) -> list[str]:
    """Return what each section is for.

    The loudest part (one that comes back counts as louder) is the chorus; what rises to it only there is a build, what
    falls away between two of it a break or a bridge. A chorus that mostly follows builds and breaks is a drop.
    """
    heard = {label: [e for other, e in zip(labels, energies, strict=True) if other == label] for label in labels}
    loudness = {label: float(np.mean(found)) + 0.03 * (len(found) > 1) for label, found in heard.items()}
    top = max(loudness, key=lambda label: loudness[label])
    roles = [_role(index, labels, energies, top) for index in range(len(labels))]
    before = [roles[index - 1] for index in range(1, len(roles)) if roles[index] == "chorus"]
    if sum(role in ("build", "break") for role in before) > len(before) / 2:
        roles = ["drop" if role == "chorus" else role for role in roles]
    return roles


def _role(index: int, labels: list[str], energies: list[float], top: str) -> str:
    last, label, energy = len(labels) - 1, labels[index], energies[index]
    if energy <= 0.01:
        return "silence"
    if label == top and last > 0:
        return "chorus"
    if index in (0, last):
        return "verse" if last == 0 else "intro" if index == 0 else "outro"
    loud = float(np.mean([e for other, e in zip(labels, energies, strict=True) if other == top]))
    fallen = loud - energy > (0.15 if labels.count(label) == 1 else 0.22)
    if fallen and energies[index - 1] > energy + 0.08:
        return "break"
    if labels[index - 1] == top == labels[index + 1]:
        return "verse" if labels.count(label) > 1 else "bridge"
    if labels[index + 1] == top and labels.count(label) == 1 and energy >= energies[index - 1] - 0.02:
        return "verse" if index == 1 and energies[0] < energy - 0.05 else "build"
    return "verse"
