"""Sections: where the song turns, what comes back, and what each part is for.

Bars are compared by timbre, rhythm and harmony. A section is a block on the diagonal of the bars' self-similarity
matrix: the boundaries are those that leave the least distance inside the blocks, at a price for each block (least
squares segmentation; Jackson et al., IEEE Signal Processing Letters 2005). They lie on downbeats. Labels come from
recurrence (`glance.audio.recurrence`), roles from labels, fullness and position (`glance.audio.roles`).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from glance.audio.onsets import Flux, log_level
from glance.audio.recurrence import bar_distances, section_labels
from glance.audio.roles import Heft, section_roles
from glance.audio.spectrum import Spectrum
from glance.audio.types import Section

#: Price of one more section, in units of the bars' own variance.
_PRICE = 4.0
#: What a section of other than a whole number of four bars pays more, and one of less than four bars.
_ODD_PRICE, _SHORT_PRICE = 0.6, 1.2
#: Bars that an inner section has at least, and any section at most.
_FEWEST_BARS, _MOST_BARS = 2, 32
#: Weights of the groups of features.
_TIMBRE, _RHYTHM, _HARMONY = 1.0, 0.8, 0.5
#: A section of which less than this share sounds is silence.
_SOUNDING = 0.15


def find_sections(
    spectrum: Spectrum, flux: Flux, downbeats_s: NDArray[np.float64], duration_s: float
) -> tuple[Section, ...]:
    """Return sections that cover `[0, duration_s)`, their inner boundaries on downbeats or at silences."""
    if not flux.active.any():
        return (Section(0.0, duration_s, "A", "silence", 0.0),)
    marks = bar_lines(downbeats_s, duration_s, flux)
    level = log_level(spectrum, flux.active)
    edges = segment(bar_features(level, spectrum, flux, marks))
    distances = bar_distances(level, spectrum, flux, marks)
    labels = section_labels(distances, edges)
    edges, labels = _merged(edges, labels)
    bounds = [(float(marks[a]), float(marks[b])) for a, b in pairwise(edges)]
    hefts = _hefts(spectrum, flux, level, bounds)
    roles = section_roles(labels, hefts)
    return tuple(
        Section(start, end, label, role, heft.energy)
        for (start, end), label, role, heft in zip(bounds, labels, roles, hefts, strict=True)
    )


def bar_lines(downbeats_s: NDArray[np.float64], duration_s: float, flux: Flux) -> NDArray[np.float64]:
    """Return 0, the downbeats, and the song's end, with no bar shorter than half a bar.

    Where nothing beats for longer than two bars, phrases stand in: slices of about a bar's length (two seconds without
    any bars), each of which starts where something starts to sound.
    """
    gaps = np.diff(downbeats_s)
    bar = float(np.median(gaps)) if gaps.size else 2.0
    inner = downbeats_s[(downbeats_s > bar / 2) & (downbeats_s < duration_s - bar / 2)]
    lines = [0.0]
    for line in [*(float(value) for value in inner), duration_s]:
        missing = int(np.floor((line - lines[-1]) / bar - 0.5)) if line - lines[-1] > 2.5 * bar else 0
        start = lines[-1]
        lines += [_phrase_start(start + bar * (number + 1), bar, flux) for number in range(missing)]
        lines.append(line)
    return np.array(lines)


def _phrase_start(moment_s: float, bar_s: float, flux: Flux) -> float:
    """Return where within 0.4 bars of a moment the sound rises most; the moment itself where nothing does."""
    first = max(0, round((moment_s - 0.4 * bar_s) * flux.rate_hz))
    near = flux.total[first : max(first + 1, round((moment_s + 0.4 * bar_s) * flux.rate_hz))]
    if not near.size or float(near.max()) <= 0:
        return moment_s
    return (first + int(near.argmax())) / flux.rate_hz


def bar_features(
    level: NDArray[np.float32], spectrum: Spectrum, flux: Flux, marks: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what each bar sounds like, (bars, features), scaled so that the whole song's variance is 1 per group.

    `level` is the song's `log_level`, (frames, bands).
    """
    frames = np.clip(np.round(marks * spectrum.rate_hz).astype(np.int64), 0, spectrum.mel.shape[0])
    timbre = _means(level.reshape(level.shape[0], -1, 4).mean(axis=2), frames)
    rhythm = _means(np.stack([flux.total, *flux.bands.values()], axis=1), frames)
    chroma = _means(np.sqrt(spectrum.chroma), frames)
    chroma /= np.linalg.norm(chroma, axis=1, keepdims=True) + 1e-6
    groups = [(timbre, _TIMBRE), (np.sqrt(rhythm), _RHYTHM), (chroma, _HARMONY)]
    return np.hstack([_scaled(group) * np.sqrt(weight) for group, weight in groups])


def segment(features: NDArray[np.float64]) -> list[int]:
    """Return the boundaries (first and last bar line included) of the cheapest segmentation of bars (n, d).

    No inner section has fewer than two bars, and none more than 32; the first and the last may be an upbeat or a fade.
    """
    count = features.shape[0]
    sums = np.concatenate([np.zeros((1, features.shape[1])), np.cumsum(features, axis=0, dtype=np.float64)])
    squares = np.concatenate([[0.0], np.cumsum(np.square(features).sum(axis=1), dtype=np.float64)])
    best = np.full(count + 1, np.inf)
    best[0] = 0.0
    origin = np.zeros(count + 1, dtype=np.int64)
    for end in range(1, count + 1):
        starts = np.arange(max(0, end - _MOST_BARS), end, dtype=np.int64)
        length = end - starts
        inside = squares[end] - squares[starts] - np.square(sums[end] - sums[starts]).sum(axis=1) / length
        # The first and last stretch may be an upbeat or a fade of any length.
        free = (starts == 0) | (end == count)
        price = _PRICE + np.where(free, 0.0, _ODD_PRICE * (length % 4 != 0))
        price = price + _SHORT_PRICE * (length < 4) + np.where(free | (length >= _FEWEST_BARS), 0.0, np.inf)
        cost = best[starts] + inside + price
        choice = int(cost.argmin())
        best[end], origin[end] = cost[choice], starts[choice]
    edges = [count]
    while edges[-1] > 0:
        edges.append(int(origin[edges[-1]]))
    return edges[::-1]


def _merged(edges: list[int], labels: list[str]) -> tuple[list[int], list[str]]:
    """Return edges and labels with neighbors of one label joined, as long as that makes no more than 32 bars."""
    kept, names = [edges[0]], [labels[0]]
    for edge, end, label in zip(edges[1:-1], edges[2:], labels[1:], strict=True):
        if label == names[-1] and end - kept[-1] <= _MOST_BARS:
            continue
        kept.append(edge)
        names.append(label)
    return [*kept, edges[-1]], names


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return columns about their mean, divided so that the mean squared length of rows is 1."""
    centered = values - values.mean(axis=0)
    return np.asarray(centered / (np.sqrt(np.square(centered).sum(axis=1).mean()) + 1e-9))


def _means(values: NDArray[np.float32], frames: NDArray[np.int64]) -> NDArray[np.float64]:
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    return np.asarray(np.diff(sums[frames], axis=0) / np.maximum(np.diff(frames), 1)[:, None])


def _hefts(spectrum: Spectrum, flux: Flux, level: NDArray[np.float32], bounds: list[tuple[float, float]]) -> list[Heft]:
    """Return how much there is to each section: how loud, how wide, how busy."""
    spans = [(round(a * spectrum.rate_hz), max(round(b * spectrum.rate_hz), 1)) for a, b in bounds]
    powers = np.array([_mean(spectrum.loudness[a:b]) for a, b in spans])
    top = max(float(powers.max(initial=0.0)), 1e-20)
    hefts = []
    for (start_s, end_s), (a, b), power in zip(bounds, spans, powers, strict=True):
        # 30 dB below the loudest section counts as no energy.
        energy = float(np.clip(1 + np.log10(max(power / top, 1e-9)) / 3, 0.0, 1.0))
        hefts.append(
            Heft(
                seconds=end_s - start_s,
                energy=energy,
                loud_db=float(10 * np.log10(max(power / top, 1e-9))),
                wide=_mean(level[a:b]),
                busy=_mean(flux.total[a:b]),
                silent=_mean(flux.active[a:b]) < _SOUNDING,
            )
        )
    return hefts


def _mean(values: NDArray[np.float32] | NDArray[np.bool_]) -> float:
    return float(np.mean(values)) if values.size else 0.0
