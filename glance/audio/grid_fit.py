"""How well times from outside fit a song's sound, and by how much they lie beside it.

Two trains of impulses, one of the file's notes (or beats), one of the onsets that were heard, both as wide as a hand is
exact, are cross-correlated over all shifts (by FFT). The highest correlation is the fit; its place, made finer by the
median distance of the pairs that meet there, is the shift. A grid that was counted at another sampling rate than the
bounce has been played at is stretched by their ratio, which is tried too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.audio.types import Onsets, SongAnalysis

#: Bins of the trains, width of an impulse (standard deviation), and the longest song that is laid out in them.
_BIN_S, _WIDTH_S, _LONGEST_S = 0.002, 0.008, 4 * 3600.0
#: A pair that lies further apart has not met, in seconds.
_PAIR_S = 0.020
#: Another shift is better where its correlation exceeds the present one's by this factor. It is near 1 because a song
#: that repeats itself bar by bar fits nearly as well a bar beside; only where it begins and ends tells them apart.
_BETTER = 1.005
#: And another stretch by this one.
_BETTER_STRETCHED = 1.15
#: Shifts smaller than this are within what an instrument's attack takes to be heard.
ASKED_FROM_S = 0.012
#: Sampling rates that are mistaken for one another.
_RATIOS = (1.0, 48_000 / 44_100, 44_100 / 48_000)


@dataclass(frozen=True)
class Fit:
    """How times from outside fit the sound.

    Attributes:
        correlation: Of the two trains as they are, in [0, 1].
        best: The highest correlation that a shift reaches, in [0, 1].
        shift_s: That shift: what is to be added to the file's times; 0 where none is better.
        stretch: What the file's times are to be multiplied by before; 1 where nothing else fits better.
    """

    correlation: float
    best: float
    shift_s: float
    stretch: float = 1.0

    @property
    def is_shifted(self) -> bool:
        """Whether the times would have to be moved to fit."""
        return abs(self.shift_s) >= ASKED_FROM_S or self.stretch != 1.0


def fit_times(
    times_s: NDArray[np.float64], weights: NDArray[np.float64], analysis: SongAnalysis, reach_s: float | None = None
) -> Fit:
    """Return how times (n,) with weights (n,) fit the onsets of a song.

    Args:
        times_s: Notes' starts, or beats, in seconds.
        weights: How much each counts.
        analysis: What was heard.
        reach_s: Shifts up to this are looked at; None for all, for times that are no even grid.
    """
    onsets, strengths = _heard(analysis.onsets)
    inside = times_s < _LONGEST_S
    times_s, weights = times_s[inside], weights[inside]
    if times_s.size < 2 or onsets.size < 2:
        return Fit(0.0, 0.0, 0.0)
    found = [_fit(times_s * ratio, weights, onsets, strengths, reach_s) for ratio in _RATIOS]
    plain = found[0]
    best = max(range(len(_RATIOS)), key=lambda index: found[index].best)
    if best and found[best].best > _BETTER_STRETCHED * plain.best:
        return Fit(plain.correlation, found[best].best, found[best].shift_s, _RATIOS[best])
    return plain


def _heard(onsets: Mapping[str, Onsets]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return all onsets of the song's own bands, each once, and their strengths."""
    bands = [onsets[name] for name in ("all", "low", "mid", "high") if name in onsets]
    times = np.concatenate([band.times_s for band in bands]) if bands else np.zeros(0)
    strengths = np.concatenate([band.strengths for band in bands]).astype(np.float64) if bands else np.zeros(0)
    order = np.argsort(times, kind="stable")
    times, strengths = times[order], strengths[order]
    apart = np.concatenate([[True], np.diff(times) > _WIDTH_S]) if times.size else np.zeros(0, dtype=bool)
    group = np.cumsum(apart, dtype=np.int64) - 1
    loudest = np.zeros(int(apart.sum()))
    np.maximum.at(loudest, group, strengths)
    return times[apart], loudest


def _fit(
    times: NDArray[np.float64],
    weights: NDArray[np.float64],
    onsets: NDArray[np.float64],
    strengths: NDArray[np.float64],
    reach_s: float | None,
) -> Fit:
    length = float(max(times.max(), onsets.max())) + 1.0
    # Trains of twice the length, so that what leaves at one end does not come in at the other.
    count = 1 << int(np.ceil(np.log2(2 * length / _BIN_S + 1)))
    ours, theirs = _train(times, weights, count), _train(onsets, np.sqrt(strengths), count)
    if not ours.any() or not theirs.any():
        return Fit(0.0, 0.0, 0.0)
    product = np.fft.irfft(np.fft.rfft(theirs) * np.conj(np.fft.rfft(ours)), count)
    steps = np.fft.fftfreq(count, 1 / count).round().astype(np.int64)
    product = product / _scale(ours, theirs, steps)
    lags = steps * _BIN_S
    near = np.abs(lags) < ASKED_FROM_S
    place = int(np.where(near, product, -1.0).argmax())
    now = best = float(product[place])
    other = int(np.where(np.abs(lags) <= (length if reach_s is None else reach_s), product, -1.0).argmax())
    if product[other] > _BETTER * now:
        place, best = other, float(product[other])
    coarse = float(lags[place])
    shift = _finer(times, onsets, coarse)
    return Fit(max(0.0, now), max(0.0, best), shift)


def _scale(ours: NDArray[np.float64], theirs: NDArray[np.float64], steps: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what the product of two trains is to be divided by at each shift, so that 1 is likeness.

    A bounce of half a song is compared with that half: only what lies in both counts. A shift at which little of either
    is left has to be so much the better.
    """
    ends = [int(np.flatnonzero(train)[-1]) + 1 for train in (ours, theirs)]
    energies = [
        np.concatenate([[0.0], np.cumsum(train[:end] ** 2, dtype=np.float64)])
        for train, end in zip((ours, theirs), ends, strict=True)
    ]
    low, high = np.maximum(0, steps), np.minimum(ends[1], steps + ends[0])
    high = np.maximum(low, high)
    inside = [energies[0][np.clip(edge - steps, 0, ends[0])] for edge in (low, high)]
    beside = [energies[1][np.clip(edge, 0, ends[1])] for edge in (low, high)]
    kept = (inside[1] - inside[0]) / energies[0][-1], (beside[1] - beside[0]) / energies[1][-1]
    both = np.sqrt(kept[0] * kept[1])
    whole = np.sqrt(energies[0][-1] * energies[1][-1])
    return np.asarray(whole * np.maximum(both / np.sqrt(np.maximum(np.maximum(*kept), 1e-9)), 0.05))


def _train(times: NDArray[np.float64], weights: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    from scipy.ndimage import gaussian_filter1d

    train = np.zeros(count)
    index = np.round(times / _BIN_S).astype(np.int64)
    inside = (index >= 0) & (index < count // 2)
    np.maximum.at(train, index[inside], weights[inside])
    return np.asarray(gaussian_filter1d(train, _WIDTH_S / _BIN_S, mode="constant"))


def _finer(times: NDArray[np.float64], onsets: NDArray[np.float64], coarse: float) -> float:
    """Return a shift in whose middle the pairs that meet lie."""
    after = np.clip(np.searchsorted(onsets, times + coarse), 1, onsets.size - 1)
    candidates = np.stack([onsets[after - 1], onsets[after]]) - (times + coarse)
    nearest = np.where(np.abs(candidates[0]) < np.abs(candidates[1]), candidates[0], candidates[1])
    met = nearest[np.abs(nearest) < _PAIR_S]
    if met.size < 3:
        return coarse
    return coarse + float(np.median(met))
