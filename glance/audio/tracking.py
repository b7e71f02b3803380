"""From flux to beats, tempo and bars: the tracker that GLANCE brings along.

Silences split the song into stretches that are tracked on their own, so that no beat falls into a silence and the
beat may come back with another phase.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.audio.analysis import TempoCandidate
from glance.audio.beats import MAX_BPM, MIN_BPM, decode_beats, intervals
from glance.audio.onsets import FineEnergy, Flux
from glance.audio.spectrum import Spectrum
from glance.audio.tempo import main_tempo

#: A silence longer than this has no beats.
_GAP_S = 1.5
#: A stretch shorter than this is not tracked.
_SHORTEST_S = 2.0


@dataclass(frozen=True)
class Tracked:
    """Beats and bars as a tracker found them.

    Attributes:
        beats_s: (n,) increasing times.
        downbeats_s: (m,) a subset of `beats_s`.
        beats_per_bar: 3 or 4.
        candidates: Tempi the song could be felt in, the chosen one first.
    """

    beats_s: NDArray[np.float64]
    downbeats_s: NDArray[np.float64]
    beats_per_bar: int
    candidates: tuple[TempoCandidate, ...]


def track(spectrum: Spectrum, flux: Flux, fine: FineEnergy) -> Tracked:
    """Return the beats and bars of a song."""
    from glance.audio.bars import find_bars

    evidence = beat_evidence(flux)
    taus = intervals(flux.rate_hz, (MIN_BPM, MAX_BPM))
    octaves = np.log2(60 * flux.rate_hz / taus / 118.0)
    prior = -0.5 * np.square(octaves / 0.6)
    stretches = []
    for start, end in active_stretches(flux.active, flux.rate_hz):
        path = decode_beats(evidence[start:end], flux.rate_hz, (MIN_BPM, MAX_BPM), prior)
        beats = (start + path.frames) / flux.rate_hz
        stretches.append(place_beats(beats, flux, fine))
    beats_s = np.concatenate(stretches) if stretches else np.zeros(0)
    if beats_s.size < 2:
        return Tracked(np.zeros(0), np.zeros(0), 4, ())
    downbeats, metre = find_bars(beats_s, spectrum, flux)
    bpm = main_tempo(beats_s)
    return Tracked(beats_s, downbeats, metre, (TempoCandidate(bpm, 1.0),))


def beat_evidence(flux: Flux) -> NDArray[np.float32]:
    """Return the log-odds (n,) of a beat at each frame from its flux, normalised to the loudness around it."""
    from scipy.ndimage import gaussian_filter1d, maximum_filter1d

    curve = flux.total + 0.5 * flux.bands["low"]
    curve = gaussian_filter1d(curve, 1.0)
    around = maximum_filter1d(curve, round(6 * flux.rate_hz))
    around = gaussian_filter1d(around, 2 * flux.rate_hz)
    top = float(curve.max()) if curve.size else 0.0
    shape = curve / np.maximum(around, 0.05 * top + 1e-9)
    return np.asarray(np.log((shape + 0.05) / 0.25), dtype=np.float32)


def active_stretches(active: NDArray[np.bool_], rate_hz: float) -> list[tuple[int, int]]:
    """Return (start, end) frames of the stretches between silences of more than 1.5 s."""
    frames = np.flatnonzero(active)
    if not frames.size:
        return []
    breaks = np.flatnonzero(np.diff(frames) > _GAP_S * rate_hz)
    starts = np.concatenate([frames[:1], frames[breaks + 1]])
    ends = np.concatenate([frames[breaks], frames[-1:]]) + 1
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if b - a >= _SHORTEST_S * rate_hz]


def place_beats(beats_s: NDArray[np.float64], flux: Flux, fine: FineEnergy) -> NDArray[np.float64]:
    """Return beats moved to the onset each belongs to, where it has one."""
    placed = fine.place(beats_s, reach_s=0.03)
    placed = np.where(np.abs(placed - beats_s) < 0.03, placed, beats_s)
    keep = np.concatenate([[True], np.diff(placed) > 0.1])
    return np.asarray(placed[keep])
