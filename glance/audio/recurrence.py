"""What comes back: sections compared bar by bar.

Two sections are alike where one of them, laid beside the other, goes the same way bar after bar: a stripe in the
bars' self-distance matrix. The mean along the best diagonal tells that, where a comparison of two means would take a
chorus with other words for something else and two loops of one loudness for the same.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from glance.audio.onsets import Flux
from glance.audio.spectrum import Spectrum

#: Slices of a bar that harmony and rhythm are compared in.
_CHORDS, _STROKES = 4, 8
#: Weights of the groups of a bar's picture.
_HARMONY, _RHYTHM, _TIMBRE = 1.0, 0.6, 1.0
#: The percentile of all distances that counts as 1.
_USUAL = 70.0
#: Sections nearer than this are the same; two bars by chance are 1 apart.
_ALIKE = 0.6
#: What neighbors are further apart for it: something changed between them, or there would be no boundary.
_NEIGHBORS = 0.2
#: Share of the shorter section that must lie beside the longer one, and the fewest bars.
_OVERLAP, _FEWEST = 0.75, 2


def bar_distances(
    level: NDArray[np.float32], spectrum: Spectrum, flux: Flux, marks: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return how far every two bars are apart, (bars, bars), 0 for the same; bars that differ as most do are at 1.

    What happens in a bar in order is compared: chords in quarters, strokes in eighths, and timbre.

    Args:
        level: (frames, bands) the song's `log_level`.
        spectrum: For its chroma.
        flux: For its strokes.
        marks: (bars + 1,) bar lines in seconds.
    """
    rate, count = spectrum.rate_hz, marks.size - 1
    chords = _sliced(np.sqrt(spectrum.chroma), marks, rate, _CHORDS).reshape(count, _CHORDS, 12)
    chords /= np.linalg.norm(chords, axis=2, keepdims=True) + 1e-6
    strokes = np.sqrt(_sliced(np.stack(list(flux.bands.values()), axis=1), marks, rate, _STROKES))
    timbre = _sliced(level.reshape(level.shape[0], -1, 4).mean(axis=2), marks, rate, 1)
    total = np.zeros((count, count), dtype=np.float32)
    for values, weight in ((chords.reshape(count, -1), _HARMONY), (strokes, _RHYTHM), (timbre, _TIMBRE)):
        apart = _apart(values.astype(np.float32))
        usual = float(np.percentile(apart[:: max(1, count // 500), :: max(1, count // 500)], _USUAL))
        total += np.float32(weight / (_HARMONY + _RHYTHM + _TIMBRE) / (usual + 1e-6)) * np.minimum(apart, 2 * usual)
    return total


def _apart(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the Euclidean distances of rows (n, n)."""
    squares = np.square(values).sum(axis=1)
    return np.asarray(np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * (values @ values.T), 0.0)))


def section_labels(distances: NDArray[np.float32], edges: list[int]) -> list[str]:
    """Return a letter for each section between the bar lines `edges`; equal letters sound alike.

    Sections join in the order of their likeness, as long as the mean distance between all of two groups stays small
    (average linkage).
    """
    bounds = list(pairwise(edges))
    apart = section_distances(distances, bounds)
    beside = np.arange(len(bounds) - 1, dtype=np.int64)
    apart[beside, beside + 1] += _NEIGHBORS
    apart[beside + 1, beside] += _NEIGHBORS
    groups = [[index] for index in range(len(bounds))]
    while len(groups) > 1:
        between = np.array([[_linkage(apart, one, other) for other in groups] for one in groups])
        np.fill_diagonal(between, np.inf)
        first, second = sorted(divmod(int(between.argmin()), len(groups)))
        if between[first, second] >= _ALIKE:
            break
        groups[first] = sorted(groups[first] + groups.pop(second))
    labels = [""] * len(bounds)
    for number, group in enumerate(sorted(groups)):
        for index in group:
            labels[index] = _letter(number)
    return labels


def section_distances(distances: NDArray[np.float32], bounds: list[tuple[int, int]]) -> NDArray[np.float64]:
    """Return the distance of every two sections (n, n): the mean along their best diagonal."""
    count = len(bounds)
    apart = np.zeros((count, count))
    for one in range(count):
        for other in range(one + 1, count):
            (a, b), (c, d) = bounds[one], bounds[other]
            apart[one, other] = apart[other, one] = _best_diagonal(distances[a:b, c:d])
    return apart


def _best_diagonal(block: NDArray[np.float32]) -> float:
    """Return the least mean along a diagonal of (m, n) that lies beside most of the shorter side."""
    rows, columns = block.shape
    least = max(min(_FEWEST, rows, columns), int(np.ceil(_OVERLAP * min(rows, columns))))
    # Written from the last row up, each row one further to the right: then a column holds a diagonal.
    skewed = np.zeros((rows, columns + rows), dtype=np.float64)
    skewed[:, :columns] = block[::-1]
    width = columns + rows - 1
    sums = skewed.ravel()[: rows * width].reshape(rows, width).sum(axis=0)
    offsets = np.arange(width, dtype=np.int64) - (rows - 1)
    lengths = np.minimum(rows, columns - offsets) - np.maximum(0, -offsets)
    means = np.where(lengths >= least, sums / np.maximum(lengths, 1), np.inf)
    return float(means.min())


def _linkage(apart: NDArray[np.float64], one: list[int], other: list[int]) -> float:
    return float(apart[np.ix_(one, other)].mean())


def _letter(index: int) -> str:
    return chr(ord("A") + index % 26) + (str(index // 26) if index >= 26 else "")


def _sliced(
    values: NDArray[np.float32], marks: NDArray[np.float64], rate_hz: float, slices: int
) -> NDArray[np.float64]:
    """Return the means of values (frames, d) over equal slices of each bar, (bars, slices * d)."""
    parts = np.linspace(marks[:-1], marks[1:], slices + 1, axis=1)[:, :-1].ravel()
    frames = np.clip(np.round(np.append(parts, marks[-1]) * rate_hz).astype(np.int64), 0, values.shape[0])
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    means = np.diff(sums[frames], axis=0) / np.maximum(np.diff(frames), 1)[:, None]
    return np.asarray(means.reshape(marks.size - 1, -1))
