"""What is heard in one stem: loudness, onsets, bands, pitch; and whether it lies where the song says.

A stem is part of its song, so its waveform is found in it again by cross-correlation. A stem that begins late, or was
cut at its start, is moved to where it fits, and this is said; one that fits nowhere is used as it is, and this is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.audio.decode import SAMPLE_RATE, decode
from glance.audio.envelopes import follow, robust_scale
from glance.audio.lead_in import behind_silence, lead_frames_of, onsets_without_lead_in
from glance.audio.onsets import fine_energy, pick_onsets, spectral_flux
from glance.audio.spectrum import Spectrum, analyse_spectrum
from glance.audio.types import Onsets

#: Endings of the envelopes that each stem has.
STEM_CURVES = ("", "_onset", "_low", "_mid", "_high", "_pitch")
#: Edges of the bands in Hz.
_BANDS = {"_low": (0.0, 200.0), "_mid": (200.0, 2500.0), "_high": (2500.0, 11_025.0)}
#: Signals are compared at a rate so many times less, and this long; what stands out of the correlation so much fits.
_COARSE, _LONGEST_S, _CLEAR = 8, 20 * 60.0, 6.0
#: A stem that lies beside the song by less than this is where it should be; and it may be this much shorter.
_NEAR_S, _SHORT_S = 0.004, 0.5
#: Pitch: window and step in samples, the range that is looked for, and how periodic a tone must be.
_WINDOW, _LOWEST_HZ, _HIGHEST_HZ, _PERIODIC = 2048, 55.0, 1760.0, 0.6
_BLOCK = 512


@dataclass(frozen=True)
class StemSound:
    """What was heard in a stem.

    Attributes:
        curves: Ending of `STEM_CURVES` -> curve (n,) in [0, 1] at the song's rate.
        onsets: Where something starts to sound.
        notes: What a person should know: sentences.
    """

    curves: dict[str, NDArray[np.float32]]
    onsets: Onsets
    notes: tuple[str, ...] = ()


class StemAligner:
    """Finds stems in their song's signal again."""

    def __init__(self, signal: NDArray[np.float32]) -> None:
        self.duration_s = signal.size / SAMPLE_RATE
        self._coarse = _coarse(signal)

    def shift_s(self, stem: NDArray[np.float32]) -> float | None:
        """Return by how many seconds a stem lies too early in the song; None where it is found nowhere."""
        part = _coarse(stem)
        if part.size < 2 or self._coarse.size < 2 or not part.any() or not self._coarse.any():
            return None
        count = 1 << int(np.ceil(np.log2(part.size + self._coarse.size)))
        # Whitened: what counts is that the waves agree, not how loud the bass is.
        product = np.fft.rfft(self._coarse, count) * np.conj(np.fft.rfft(part, count))
        found = np.fft.irfft(product / np.sqrt(np.maximum(np.abs(product), 1e-12)), count)
        place = int(np.abs(found).argmax())
        if abs(found[place]) < _CLEAR * float(np.std(found)):
            return None
        lag = place if place < count // 2 else place - count
        return lag * _COARSE / SAMPLE_RATE


def listen_to_stem(path: Path, count: int, song: StemAligner) -> StemSound:
    """Return what is heard in a stem, its curves (count,) at the song's rate.

    Raises:
        AudioError: The file cannot be read.
    """
    signal, notes = _in_place(path.name, decode(path), song)
    lead_frames = lead_frames_of(signal)
    spectrum = analyse_spectrum(signal, SAMPLE_RATE, lead_frames)
    fine = behind_silence(fine_energy(signal, SAMPLE_RATE), lead_frames, SAMPLE_RATE)
    lead_s, duration_s = lead_frames / spectrum.rate_hz, signal.size / SAMPLE_RATE
    flux = spectral_flux(spectrum)
    curves = {
        "": follow(np.sqrt(spectrum.loudness), spectrum.rate_hz, 10.0, 120.0),
        "_onset": follow(flux.total, spectrum.rate_hz, 0.0, 80.0),
        **{name: _band(spectrum, *edges) for name, edges in _BANDS.items()},
    }
    scaled = {name: _fitted(robust_scale(curve, flux.active)[lead_frames:], count) for name, curve in curves.items()}
    scaled["_pitch"] = _pitch(signal, count, spectrum.rate_hz)
    onsets = onsets_without_lead_in(pick_onsets(flux.total, flux, fine), lead_s, duration_s)
    return StemSound(scaled, onsets, notes)


def _in_place(name: str, signal: NDArray[np.float32], song: StemAligner) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Return a stem's signal moved to where it lies in the song, and what was done."""
    notes = []
    shift = song.shift_s(signal)
    if shift is None:
        notes.append(f"{name}: it was not found again in the song, so whether it lies right could not be checked.")
    elif abs(shift) >= _NEAR_S:
        samples = round(shift * SAMPLE_RATE)
        signal = np.pad(signal, (samples, 0)) if samples > 0 else signal[-samples:]
        notes.append(f"{name}: it lies {1000 * shift:+.0f} ms beside the song, so it was moved by that.")
    missing = song.duration_s - signal.size / SAMPLE_RATE
    if missing > _SHORT_S:
        notes.append(f"{name}: it is {missing:.1f} s shorter than the song; after its end it is silent.")
    return signal, tuple(notes)


def _coarse(signal: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a signal at an eighth of its rate, by means."""
    whole = min(signal.size, int(_LONGEST_S * SAMPLE_RATE)) // _COARSE * _COARSE
    means = signal[:whole].reshape(-1, _COARSE).mean(axis=1)
    return np.asarray(np.diff(means, prepend=means[:1]), dtype=np.float32)


def _band(spectrum: Spectrum, low: float, high: float) -> NDArray[np.float32]:
    inside = (spectrum.mel_hz >= low) & (spectrum.mel_hz < high)
    return follow(np.sqrt(spectrum.mel[:, inside].sum(axis=1)), spectrum.rate_hz, 10.0, 120.0)


def _pitch(signal: NDArray[np.float32], count: int, rate_hz: float) -> NDArray[np.float32]:
    """Return the pitch (count,) of what sounds alone: 0 at A1 and where there is none, 1 at A6, even by semitones.

    The highest peak of the autocorrelation, normalised by the energy of both of its halves (as in YIN and MPM).
    """
    starts = (np.arange(count, dtype=np.float64) * SAMPLE_RATE / rate_hz).astype(np.int64)
    padded = np.pad(signal, (_WINDOW // 2, 2 * _WINDOW))
    starts = np.minimum(starts, padded.size - _WINDOW)
    shortest, longest = int(SAMPLE_RATE / _HIGHEST_HZ), int(SAMPLE_RATE / _LOWEST_HZ)
    pitch = np.zeros(count, dtype=np.float32)
    loudest = float(np.abs(signal).max(initial=0.0))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)
    for begin in range(0, count, _BLOCK):
        block = frames[starts[begin : begin + _BLOCK]].astype(np.float64)
        power = np.abs(np.fft.rfft(block, 2 * _WINDOW)) ** 2
        same = np.fft.irfft(power)[:, : longest + 1]
        energy = np.cumsum(block**2, axis=1, dtype=np.float64)
        lags = np.arange(longest + 1, dtype=np.int64)
        both = energy[:, _WINDOW - 1 - lags] + (
            energy[:, -1:] - np.concatenate([np.zeros((len(block), 1)), energy[:, :longest]], axis=1)
        )
        likeness = 2 * same / np.maximum(both, 1e-12)
        inside = likeness[:, shortest:]
        # The first peak that is nearly as high as the highest one: else an octave below would do as well.
        best = inside.max(axis=1)
        first = (inside >= 0.93 * best[:, None]).argmax(axis=1)
        window = np.minimum(first[:, None] + np.arange(8, dtype=np.int64), inside.shape[1] - 1)
        first = window[np.arange(len(block), dtype=np.int64), np.take_along_axis(inside, window, axis=1).argmax(axis=1)]
        hz = SAMPLE_RATE / (first + shortest)
        loud = np.sqrt(energy[:, -1] / _WINDOW) > 0.01 * loudest
        place = np.log2(hz / _LOWEST_HZ) / np.log2(_HIGHEST_HZ / _LOWEST_HZ)
        pitch[begin : begin + _BLOCK] = np.where(loud & (best > _PERIODIC), np.clip(place, 0, 1), 0.0)
    return pitch


def _fitted(curve: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Return a curve cut or filled with zeros to `count` values."""
    return np.pad(curve[:count], (0, max(0, count - curve.size)))
