"""Where librosa means the same, it is the same: the transform, mel bands, the centroid, onset strength, the tempo.

librosa is asked here as a second opinion; GLANCE does not need it (`docs/decisions/0001-audio-without-numba.md`).
"""

from __future__ import annotations

import librosa
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.io import wavfile

from glance.audio.analysis import analyse
from glance.audio.onsets import _LAG, log_level, spectral_flux
from glance.audio.spectrum import HOP, N_FFT, N_MELS, analyse_spectrum, mel_filterbank
from tests.support.song_files import write_clicks

SR = 22_050
FREQUENCIES = np.fft.rfftfreq(N_FFT, 1 / SR)


@pytest.fixture(scope="module")
def signal() -> NDArray[np.float32]:
    """Four seconds of chords that change, noise that swells, and clicks; the length is no multiple of the hop."""
    times = np.arange(4 * SR + 77) / SR
    chance = np.random.default_rng(7)
    chord = sum(np.sin(2 * np.pi * hz * (1 + (times > 2) / 3) * times) for hz in (220.0, 277.2, 330.0, 1760.0))
    clicks = np.exp(-(times % 0.5) * 80) * chance.standard_normal(times.size)
    return (0.1 * chord + 0.02 * times * chance.standard_normal(times.size) + 0.5 * clicks).astype(np.float32)


@pytest.fixture(scope="module")
def magnitude(signal: NDArray[np.float32]) -> NDArray[np.float32]:
    """librosa's magnitudes, (bins, frames), a full-scale sine being 1."""
    spectra = librosa.stft(signal, n_fft=N_FFT, hop_length=HOP, window="hann", center=True, pad_mode="constant")
    return np.abs(spectra) / (librosa.filters.get_window("hann", N_FFT).sum() / 2)


def test_the_transform_is_librosas(signal: NDArray[np.float32], magnitude: NDArray[np.float32]) -> None:
    ours = analyse_spectrum(signal, SR).mel
    theirs = (magnitude**2).T @ mel_filterbank(FREQUENCIES)[0]
    assert ours.shape == theirs.shape == (signal.size // HOP + 1, N_MELS)
    np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-7 * theirs.max())


def test_the_mel_bands_are_librosas_where_they_are_wider_than_a_bin() -> None:
    ours, centers = mel_filterbank(FREQUENCIES)
    theirs = librosa.filters.mel(
        sr=SR, n_fft=N_FFT, n_mels=N_MELS, fmin=30.0, fmax=10_500.0, htk=False, norm=None, dtype=np.float64
    ).T
    edges = librosa.mel_frequencies(N_MELS + 2, fmin=30.0, fmax=10_500.0, htk=False)
    np.testing.assert_allclose(centers, edges[1:-1], rtol=1e-9)
    wide = np.diff(edges)[:-1] >= FREQUENCIES[1]
    assert wide.sum() > N_MELS // 2
    np.testing.assert_allclose(ours[:, wide], theirs[:, wide], atol=1e-9)
    # Below, librosa leaves bands that hear nothing.
    assert (ours.sum(axis=0) > 0).all()


def test_the_centroid_is_librosas(signal: NDArray[np.float32], magnitude: NDArray[np.float32]) -> None:
    theirs = librosa.feature.spectral_centroid(S=magnitude, sr=SR, n_fft=N_FFT)[0]
    np.testing.assert_allclose(analyse_spectrum(signal, SR).centroid_hz, theirs, rtol=1e-3)


def test_the_onset_strength_is_librosas_superflux_between_the_frames_it_compares(signal: NDArray[np.float32]) -> None:
    spectrum = analyse_spectrum(signal, SR)
    flux = spectral_flux(spectrum)
    theirs = librosa.onset.onset_strength(
        S=log_level(spectrum, flux.active).T, sr=SR, hop_length=HOP, lag=_LAG, max_size=3, center=False, detrend=False
    )
    # librosa writes a rise at the later frame; ours stands between the two.
    half = _LAG // 2
    np.testing.assert_allclose(flux.total[half : half - _LAG], theirs[_LAG:], atol=1e-5 * theirs.max())


# Not 137 or 138: which octave bare clicks of these are felt in is a tie, and rounding decides it.
@pytest.mark.parametrize("bpm", [84, 100, 120, 140])
def test_the_tempo_is_librosas(tmp_path_factory: pytest.TempPathFactory, bpm: int) -> None:
    song = write_clicks(tmp_path_factory.mktemp("tempo") / "clicks.wav", duration_s=12.0, every_s=60 / bpm)
    sr, samples = wavfile.read(song)
    mono = samples.astype(np.float32).reshape(samples.shape[0], -1).mean(axis=1) / 32_768
    strength = librosa.onset.onset_strength(y=mono, sr=sr, hop_length=HOP)
    theirs = float(librosa.feature.tempo(onset_envelope=strength, sr=sr, hop_length=HOP)[0])
    ours = analyse(song).tempo_bpm
    assert ours == pytest.approx(bpm, rel=0.005)
    # librosa's tempi lie on a grid of whole frames.
    assert ours == pytest.approx(theirs, rel=0.03)
