"""Cues: what a song gives away at each moment about its beats and bars.

Curves are at the spectrum's frame rate. `tonal` is the change of harmony over about 0.15 s, which finds the beat where
nothing is struck; the others are spectral fluxes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.audio.onsets import Flux, log_level
from glance.audio.spectrum import Spectrum

#: Names of the cue curves, in the order of all tables of weights.
CUES = ("total", "low", "mid", "high", "tonal")
#: Names of what describes one beat for the search for bars, in the order of all tables of weights.
BAR_CUES = (
    *("harmony", "bass", "low", "mid", "high", "total", "tonal", "harmony_4", "timbre_4", "timbre_8", "loud"),
    *("low_after", "mid_after"),
)
#: Frames over which a beat's cue may come early or late.
_REACH = 3
_TONAL_SMOOTH, _TONAL_LAG = 10, 8
_BASS_BANDS = 6


@dataclass(frozen=True)
class Cues:
    """Curves that tell beats from other moments, and running sums that tell what lies between two beats.

    Attributes:
        rate_hz: Frames per second.
        curves: (n, 5) float32, the highest value within 30 ms of each cue in `CUES`, relative to the song.
        harmony: (n + 1, 12) running sum of chroma.
        bass: (n + 1, 6) running sum of the lowest mel bands' magnitudes.
        timbre: (n + 1, 16) running sum of log-mel levels.
        loudness: (n + 1,) running sum of loudness.
    """

    rate_hz: float
    curves: NDArray[np.float32]
    harmony: NDArray[np.float64]
    bass: NDArray[np.float64]
    timbre: NDArray[np.float64]
    loudness: NDArray[np.float64]


def song_cues(spectrum: Spectrum, flux: Flux) -> Cues:
    """Return the cues of a song that is not silent throughout."""
    from scipy.ndimage import maximum_filter1d

    chroma = np.sqrt(spectrum.chroma)
    raw = {"total": flux.total, **flux.bands, "tonal": _tonal_change(chroma) * flux.active}
    curves = np.empty((flux.total.size, len(CUES)), dtype=np.float32)
    for column, name in enumerate(CUES):
        curve = maximum_filter1d(raw[name].astype(np.float32), 2 * _REACH + 1)
        curves[:, column] = curve / max(float(np.percentile(curve[flux.active], 90)), 0.02)
    level = log_level(spectrum, flux.active)
    return Cues(
        spectrum.rate_hz,
        curves,
        _running_sum(chroma),
        _running_sum(np.sqrt(spectrum.mel[:, :_BASS_BANDS])),
        _running_sum(level.reshape(level.shape[0], -1, 4).mean(axis=2)),
        _running_sum(np.sqrt(spectrum.loudness)),
    )


def cues_at(cues: Cues, frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cues (n, 5) at fractional frames (n,), those of a lone huge attack cut to 2.5."""
    index = np.clip(np.round(frames).astype(np.int64), 0, cues.curves.shape[0] - 1)
    return np.asarray(np.minimum(cues.curves[index], 2.5), dtype=np.float64)


def bar_cues(cues: Cues, frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what each beat tells about bars, (n, len(BAR_CUES)), each column standardised over the beats."""
    last = cues.curves.shape[0]
    edges = np.clip(np.round(frames).astype(np.int64), 0, last - 1)
    struck = np.sqrt(np.maximum(cues.curves[edges], 0.0)).astype(np.float64)
    ends = np.append(edges, min(int(edges[-1]) + 30, last))
    halves = np.clip(
        np.round(frames + np.diff(frames, append=2 * frames[-1] - frames[-2]) / 2).astype(np.int64), 0, last - 1
    )
    between = np.sqrt(np.maximum(cues.curves[halves], 0.0)).astype(np.float64)
    loud = np.diff(cues.loudness[ends]) / np.maximum(np.diff(ends), 1)
    columns = [
        _turn(cues.harmony, edges, 1),
        _turn(cues.bass, edges, 1),
        *(struck[:, CUES.index(name)] for name in ("low", "mid", "high", "total", "tonal")),
        _turn(cues.harmony, edges, 4),
        _step(cues.timbre, edges, 4),
        _step(cues.timbre, edges, 8),
        loud,
        *(between[:, CUES.index(name)] for name in ("low", "mid")),
    ]
    table = np.stack(columns, axis=1)
    return np.asarray((table - table.mean(axis=0)) / (table.std(axis=0) + 1e-9))


def _tonal_change(chroma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much of the harmony at each frame (n,) is new against 0.15 s earlier, 0 to about 2."""
    from scipy.ndimage import uniform_filter1d

    smooth = uniform_filter1d(chroma, _TONAL_SMOOTH, axis=0)
    smooth /= np.linalg.norm(smooth, axis=1, keepdims=True) + 1e-6
    change = np.zeros(chroma.shape[0], dtype=np.float32)
    lag = _TONAL_LAG
    if chroma.shape[0] > 2 * lag:
        change[lag:-lag] = np.maximum(smooth[2 * lag :] - smooth[: -2 * lag], 0.0).sum(axis=1)
    return change


def _running_sum(values: NDArray[np.float32]) -> NDArray[np.float64]:
    zero = np.zeros((1, *values.shape[1:]))
    return np.concatenate([zero, np.cumsum(values, axis=0, dtype=np.float64)])


def _means_around(
    sums: NDArray[np.float64], edges: NDArray[np.int64], width: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the means of the `width` beats before and after each beat, fewer at the song's ends."""
    reach = np.concatenate([np.repeat(edges[:1], width), edges, np.repeat(edges[-1:], width)])
    middle = np.arange(edges.size, dtype=np.int64) + width
    before, here, after = reach[middle - width], reach[middle], reach[middle + width]
    past = (sums[here] - sums[before]) / np.maximum(here - before, 1)[:, None]
    future = (sums[after] - sums[here]) / np.maximum(after - here, 1)[:, None]
    return past, future


def _turn(sums: NDArray[np.float64], edges: NDArray[np.int64], width: int) -> NDArray[np.float64]:
    """Return 1 - cosine similarity of what lies before and after each beat; 0 where either is empty."""
    past, future = _means_around(sums, edges, width)
    norm_past, norm_future = np.linalg.norm(past, axis=1), np.linalg.norm(future, axis=1)
    both = (norm_past > 1e-9) & (norm_future > 1e-9)
    similar = (past * future).sum(axis=1) / (norm_past * norm_future + 1e-18)
    return np.where(both, 1 - similar, 0.0)


def _step(sums: NDArray[np.float64], edges: NDArray[np.int64], width: int) -> NDArray[np.float64]:
    """Return the distance between what lies before and after each beat; 0 where either is empty."""
    past, future = _means_around(sums, edges, width)
    both = (np.abs(past).sum(axis=1) > 0) & (np.abs(future).sum(axis=1) > 0)
    return np.where(both, np.linalg.norm(future - past, axis=1), 0.0)
