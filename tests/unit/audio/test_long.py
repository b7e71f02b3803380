"""Long songs: what is worked on piece by piece is the same as in one piece, and takes little room."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import median_filter

from glance.audio import spectrum
from glance.audio.analysis import analyse
from glance.audio.decode import SAMPLE_RATE
from glance.audio.envelopes import separate_harmonic
from glance.audio.spectrum import HOP, N_FFT
from tests.support.song_files import write_clicks


@pytest.mark.parametrize("samples", [1, 219, 220, 511, 513, 1024, 5 * HOP - 1, 5 * HOP, 10 * HOP + 77])
def test_frames_taken_in_blocks_are_those_of_the_whole_signal(samples: int) -> None:
    signal = np.random.default_rng(samples).standard_normal(samples).astype(np.float32)
    count = samples // HOP + 1
    whole = np.pad(signal, (N_FFT // 2, N_FFT))
    frames = np.lib.stride_tricks.sliding_window_view(whole, N_FFT)[::HOP][:count]
    for start in range(0, count, 3):
        stop = min(count, start + 3)
        np.testing.assert_array_equal(spectrum._frames(signal, start, stop), frames[start:stop])


def test_spectra_do_not_depend_on_the_length_of_their_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    signal = np.random.default_rng(1).standard_normal(40 * HOP).astype(np.float32)
    whole = spectrum.analyse_spectrum(signal, SAMPLE_RATE)
    monkeypatch.setattr(spectrum, "_BLOCK", 7)
    parts = spectrum.analyse_spectrum(signal, SAMPLE_RATE)
    for name in ("mel", "chroma", "loudness", "centroid_hz"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("count", [1, 3, 4, 4095, 4096, 4097, 9001])
def test_harmonic_and_percussive_parts_in_blocks_are_those_of_the_whole_to_the_bit(count: int) -> None:
    magnitude = np.random.default_rng(count).random((count, 64), dtype=np.float32)
    quarters = np.pad(magnitude, ((0, -count % 4), (0, 0))).reshape(-1, 4, 64)
    lasting = median_filter(quarters.mean(axis=1), size=(13, 1), mode="nearest")
    broad = median_filter(quarters.max(axis=1), size=(1, 13), mode="nearest")
    mask = np.square(lasting) / (np.square(lasting) + np.square(broad) + 1e-20)
    mask = np.repeat(mask, 4, axis=0)[:count]
    power = np.square(magnitude)
    harmonic, percussive = separate_harmonic(magnitude)
    np.testing.assert_array_equal(harmonic, np.sqrt((power * mask).sum(axis=1)))
    np.testing.assert_array_equal(percussive, np.sqrt((power * (1 - mask)).sum(axis=1)))


def test_listening_takes_less_than_three_times_the_room_of_the_samples(song: Path, tmp_path: Path) -> None:
    analyse(song)  # what is imported on the way is not counted
    long = write_clicks(tmp_path / "long.wav", duration_s=180.0, every_s=0.5)
    tracemalloc.start()
    try:
        analyse(long)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * 180 * SAMPLE_RATE * 4
