"""Envelopes: the song's loudness in parts, as curves in [0, 1] that pictures can follow.

Scaling is robust: 1 is near the 95th percentile of where the part sounds, so a single transient does not rescale the
song; what exceeds it is bent softly into [0, 1]. All are relative to the song, so gain changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from glance.audio.onsets import Flux
from glance.audio.spectrum import Spectrum
from glance.audio.types import Envelopes, Onsets
from glance.timing import frames_at

#: Every song has these; in the order in which the page offers them.
ENVELOPES = ("kick", "snare", "hat", "onset", "low", "mid", "high", "rms", "percussive", "harmonic", "brightness")
#: Edges of the loudness bands in Hz.
_BANDS = {"low": (0.0, 200.0), "mid": (200.0, 2500.0), "high": (2500.0, 11_025.0)}
#: Time in which a hit's envelope falls to 1/e.
HIT_DECAY_S = 0.15
#: Frames that harmonic and percussive sound are told apart in together, and frames worked on at a time.
_STEP, _BLOCK = 4, 4096
_HITS = {"kick": "low", "snare": "mid", "hat": "high"}


def song_envelopes(spectrum: Spectrum, flux: Flux, onsets: Mapping[str, Onsets]) -> Envelopes:
    """Return all envelopes of a song at the spectrum's rate."""
    rate, active = spectrum.rate_hz, flux.active
    harmonic, percussive = separate_harmonic(np.sqrt(spectrum.mel))
    values = {"rms": np.sqrt(spectrum.loudness)}
    for name, (low, high) in _BANDS.items():
        inside = (spectrum.mel_hz >= low) & (spectrum.mel_hz < high)
        values[name] = np.sqrt(spectrum.mel[:, inside].sum(axis=1))
    values["harmonic"], values["percussive"] = harmonic, percussive
    curves = {name: robust_scale(follow(curve, rate, 10.0, 120.0), active) for name, curve in values.items()}
    curves["onset"] = robust_scale(follow(flux.total, rate, 0.0, 80.0), active)
    bright = follow(np.where(active, spectrum.centroid_hz, 0.0), rate, 40.0, 120.0)
    curves["brightness"] = np.clip(bright / 6000.0, 0.0, 1.0).astype(np.float32)
    for name, band in _HITS.items():
        curves[name] = hit_envelope(onsets[band], spectrum.loudness.size, rate)
    return Envelopes(rate, curves)


def separate_harmonic(magnitude: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the harmonic and percussive loudness (n,) each of mel magnitudes (n, bands).

    Median filtering after Fitzgerald (DAFx 2010) on mel bands, with a soft mask: what lasts in time is harmonic, what
    is broad in frequency percussive. The medians are taken at a quarter of the frame rate.
    """
    from scipy.ndimage import median_filter

    count = magnitude.shape[0]
    means, tops = _coarse(magnitude)
    lasting = median_filter(means, size=(13, 1), mode="nearest")
    broad = median_filter(tops, size=(1, 13), mode="nearest")
    mask = np.square(lasting) / (np.square(lasting) + np.square(broad) + 1e-20)
    harmonic, percussive = np.empty(count, dtype=np.float32), np.empty(count, dtype=np.float32)
    for start in range(0, count, _BLOCK):
        power = np.square(magnitude[start : start + _BLOCK])
        share = np.repeat(mask[start // _STEP : (start + _BLOCK) // _STEP], _STEP, axis=0)[: power.shape[0]]
        harmonic[start : start + _BLOCK] = (power * share).sum(axis=1)
        percussive[start : start + _BLOCK] = (power * (1 - share)).sum(axis=1)
    return np.sqrt(harmonic), np.sqrt(percussive)


def _coarse(magnitude: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the mean and the maximum of every `_STEP` frames, the last ones filled up with silence."""
    whole = magnitude.shape[0] // _STEP * _STEP
    rest = np.pad(magnitude[whole:], ((0, -magnitude.shape[0] % _STEP), (0, 0)))
    parts = [part.reshape(-1, _STEP, magnitude.shape[1]) for part in (magnitude[:whole], rest)]
    return (
        np.concatenate([part.mean(axis=1) for part in parts]),
        np.concatenate([part.max(axis=1) for part in parts]),
    )


def follow(curve: NDArray[np.float32], rate_hz: float, attack_ms: float, release_ms: float) -> NDArray[np.float32]:
    """Return `curve` (n,) smoothed by an envelope follower with the given rise and fall times.

    The fall is exponential with time constant `release_ms`; the rise is a one-pole of `attack_ms` run backwards in
    time, so that a peak is reached on its moment and not after it.
    """
    out = _release(np.asarray(curve, dtype=np.float64), rate_hz, release_ms)
    if attack_ms > 0:
        out = _release(out[::-1], rate_hz, attack_ms)[::-1]
    return out.astype(np.float32)


def _release(curve: NDArray[np.float64], rate_hz: float, time_ms: float) -> NDArray[np.float64]:
    """Return y[k] = max(x[k], y[k - 1] * r), by doubling: a decaying maximum over ever longer pasts."""
    if time_ms <= 0 or curve.size < 2:
        return np.asarray(curve)
    ratio = np.exp(-1000.0 / (rate_hz * time_ms))
    out = curve.copy()
    step = 1
    while step < out.size and ratio**step > 1e-6:
        out[step:] = np.maximum(out[step:], out[:-step] * ratio**step)
        step *= 2
    return np.asarray(out)


def robust_scale(curve: NDArray[np.float32], active: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return `curve` (n,) in [0, 1]: the 95th percentile where the song sounds becomes 0.8, the rest bends to 1."""
    if not active.any():
        return np.zeros(curve.size, dtype=np.float32)
    top = float(np.percentile(curve[active], 95))
    if top <= 1e-9:
        return np.zeros(curve.size, dtype=np.float32)
    scaled = curve * (0.8 / top)
    over = np.maximum(scaled - 0.8, 0.0)
    return np.asarray(np.minimum(scaled, 0.8) + 0.2 * over / (over + 0.2), dtype=np.float32)


def hit_envelope(onsets: Onsets, count: int, rate_hz: float) -> NDArray[np.float32]:
    """Return a curve (count,) that jumps to each onset's strength at its moment and decays within `HIT_DECAY_S`."""
    curve = np.zeros(count, dtype=np.float64)
    frames = np.round(onsets.times_s * rate_hz).astype(np.int64)
    inside = (frames >= 0) & (frames < count)
    np.maximum.at(curve, frames[inside], onsets.strengths[inside].astype(np.float64))
    out = _release(curve, rate_hz, HIT_DECAY_S * 1000)
    out[out < 0.01] = 0.0
    return out.astype(np.float32)


def sample_peaks(
    envelopes: Envelopes, n_frames: int, fps: Fraction, start_frame: int = 0
) -> dict[str, NDArray[np.float64]]:
    """Return each envelope sampled at video frames `start_frame` to `start_frame + n_frames` - 1, shape (n_frames,).

    Frame i takes the maximum over [(i - 0.5) / fps, (i + 0.5) / fps), the moments whose events belong to it, so an
    event at `t` peaks at frame round(t * fps). Behind the song's end envelopes are 0. Hits whose times
    are known exactly are put on their frames by those.
    """
    edges = (np.arange(n_frames + 1, dtype=np.int64) + start_frame - 0.5) * (fps.denominator / fps.numerator)
    bounds = np.ceil(edges * envelopes.rate_hz - 1e-9).astype(np.int64)
    sampled = {}
    for name, curve in envelopes.values.items():
        out = np.zeros(n_frames, dtype=np.float64)
        low, high = np.clip(bounds[:-1], 0, curve.size), np.clip(bounds[1:], 0, curve.size)
        filled = high > low
        if filled.any():
            extended = np.append(curve.astype(np.float64), 0.0)
            pairs = np.stack([low[filled], high[filled]], axis=1).ravel()
            out[filled] = np.maximum.reduceat(extended, pairs)[::2]
        # A frame shorter than an envelope step reads the value at its own moment.
        middle = (
            (np.arange(n_frames, dtype=np.int64) + start_frame) * (fps.denominator / fps.numerator) * envelopes.rate_hz
        )
        thin = (bounds[1:] == bounds[:-1]) & (middle <= curve.size - 1) & (middle >= 0)
        if curve.size and thin.any():
            out[thin] = np.interp(middle[thin], np.arange(curve.size, dtype=np.int64), curve)
        sampled[name] = out
    for name, hits in envelopes.exact.items():
        sampled[name] = _exact_hits(hits, n_frames, fps, start_frame)
    return sampled


def _exact_hits(hits: Onsets, n_frames: int, fps: Fraction, start_frame: int) -> NDArray[np.float64]:
    """Return hits at video frames (n_frames,): each jumps to its height on its own frame and decays as all hits do."""
    curve = np.zeros(start_frame + n_frames, dtype=np.float64)
    frames = frames_at(hits.times_s, fps)
    inside = (frames >= 0) & (frames < curve.size)
    np.maximum.at(curve, frames[inside], hits.strengths[inside].astype(np.float64))
    out = _release(curve, float(fps), HIT_DECAY_S * 1000)[start_frame:]
    out[out < 0.01] = 0.0
    return out
