"""The one short-time Fourier transform that all of the listening shares.

Conventions: frame `k` is centerd on sample `k * HOP`, that is on second `k / rate_hz`; powers are those of a Hann
window of `N_FFT` samples. Only what is drawn from each block of spectra is kept, never the spectra themselves, so
memory grows by about 0.5 kB a frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

N_FFT = 1024
HOP = 220
N_MELS = 64
_BLOCK = 1024
#: Pitch classes are read between these two notes, in Hz (A2 and A7): lower ones lie closer than a bin.
_CHROMA_RANGE = (110.0, 3520.0)
_TINY = 1e-30


@dataclass(frozen=True)
class Spectrum:
    """What is kept of a song's short-time spectra.

    Attributes:
        rate_hz: Frames per second, sr / HOP.
        mel: (n, N_MELS) float32 power per mel band.
        chroma: (n, 12) float32 power per pitch class, A first.
        loudness: (n,) float32 K-weighted power (ITU-R BS.1770).
        centroid_hz: (n,) float32 center of gravity of the magnitude spectrum; 0 in silence.
        mel_hz: (N_MELS,) center frequencies of the bands.
    """

    rate_hz: float
    mel: NDArray[np.float32]
    chroma: NDArray[np.float32]
    loudness: NDArray[np.float32]
    centroid_hz: NDArray[np.float32]
    mel_hz: NDArray[np.float64]


def analyse_spectrum(signal: NDArray[np.float32], sr: int, lead_frames: int = 0) -> Spectrum:
    """Return the kept parts of the spectra of `signal`, shape (samples,), with so many frames of silence before it."""
    from scipy.fft import rfft

    count = signal.size // HOP + 1 + lead_frames
    frequencies = np.asarray(np.fft.rfftfreq(N_FFT, 1.0 / sr), dtype=np.float64)
    mel_filters, mel_hz = mel_filterbank(frequencies)
    filters = np.hstack([mel_filters, _chroma_filterbank(frequencies), k_weighting(frequencies)[:, None]])
    filters = filters.astype(np.float32)
    window = np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    # scaled so that a full-scale sine has power 1
    window /= window.sum() / 2
    parts = np.empty((count, filters.shape[1]), dtype=np.float32)
    centroid = np.empty(count, dtype=np.float32)
    hz = frequencies.astype(np.float32)
    for start in range(0, count, _BLOCK):
        spectra = rfft(_frames(signal, start - lead_frames, min(count, start + _BLOCK) - lead_frames) * window, axis=1)
        power = np.square(spectra.real) + np.square(spectra.imag)
        parts[start : start + _BLOCK] = power @ filters
        magnitude = np.sqrt(power)
        centroid[start : start + _BLOCK] = (magnitude @ hz) / (magnitude.sum(axis=1) + _TINY)
    mel, chroma, loudness = parts[:, :N_MELS], parts[:, N_MELS : N_MELS + 12], parts[:, -1]
    return Spectrum(sr / HOP, mel, chroma, loudness, centroid, mel_hz)


def _frames(signal: NDArray[np.float32], start: int, stop: int) -> NDArray[np.float32]:
    """Return frames `start` to `stop` - 1 of a signal, (stop - start, N_FFT), with silence around its ends."""
    first = start * HOP - N_FFT // 2
    last = first + (stop - start - 1) * HOP + N_FFT
    inside = signal[max(first, 0) : max(last, 0)]
    before = min(max(-first, 0), last - first)
    padded = np.pad(inside, (before, last - first - before - inside.size))
    return np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP]


def mel_filterbank(
    frequencies: NDArray[np.float64], bands: int = N_MELS, low_hz: float = 30.0, high_hz: float = 10_500.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return triangular mel filters (bins, bands) and their centers (bands,) in Hz.

    Mel scale of Slaney's Auditory Toolbox: linear below 1 kHz, logarithmic above. Each filter's peak is 1 and spans at
    least one bin, so that no low band is empty.
    """
    edges = _mel_to_hz(np.linspace(_hz_to_mel(low_hz), _hz_to_mel(high_hz), bands + 2))
    bin_hz = frequencies[1] - frequencies[0]
    lower, center, upper = edges[:-2], edges[1:-1], edges[2:]
    rise = (frequencies[:, None] - lower) / np.maximum(center - lower, bin_hz)
    fall = (upper - frequencies[:, None]) / np.maximum(upper - center, bin_hz)
    return np.clip(np.minimum(rise, fall), 0.0, 1.0), center


def _hz_to_mel(hz: float) -> float:
    return hz * 3 / 200 if hz < 1000 else 15 + np.log(hz / 1000) * 27 / np.log(6.4)


def _mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))


def _chroma_filterbank(frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weights (bins, 12) that share each bin between its two nearest pitch classes."""
    weights = np.zeros((frequencies.size, 12))
    inside = np.flatnonzero((frequencies >= _CHROMA_RANGE[0]) & (frequencies <= _CHROMA_RANGE[1]))
    pitch = 12 * np.log2(frequencies[inside] / 440.0)
    below = np.floor(pitch).astype(np.int64)
    weights[inside, below % 12] += 1 - (pitch - below)
    weights[inside, (below + 1) % 12] += pitch - below
    return weights


def k_weighting(frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the power response of the K-weighting filter of ITU-R BS.1770 at `frequencies` in Hz.

    Its two stages in their analogue form: a second-order high pass at 38 Hz, and a high shelf of +4 dB above 1.7 kHz.
    """
    s = 1j * np.maximum(frequencies, 1e-3)
    f_high, q_high, f_shelf, q_shelf, gain = 38.135, 0.5003, 1681.97, 0.7072, 10 ** (3.99984 / 20)
    high_pass = s**2 / (s**2 + s * f_high / q_high + f_high**2)
    mid_gain = gain**0.4996667741545416
    shelf = (gain * s**2 + mid_gain * s * f_shelf / q_shelf + f_shelf**2) / (s**2 + s * f_shelf / q_shelf + f_shelf**2)
    return np.asarray(np.abs(high_pass * shelf) ** 2)
