"""Beat This! from an ONNX file: its spectra, its peaks, and what is said of files that are none."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from benchmarks.audio_truth import SR, clicks, write_wav
from glance.audio import beat_this_onnx
from glance.audio.analysis import analyse
from glance.audio.beat_this_onnx import beats_and_downbeats, log_mel
from glance.errors import AudioError

#: A network of two subtractions: beats where the mean level exceeds 1, downbeats where it exceeds 2.2.
SMALL = (
    "CAg65AEKMQoLc3BlY3Ryb2dyYW0KAmF4EgFtIgpSZWR1Y2VNZWFuKg8KCGtlZXBkaW1zGACgAQIKEQoBbQoBYxIEYmVhdCIDU3ViChYKAW0KAmMy"
    "Eghkb3duYmVhdCIDU3ViEgFnKgsQASIEAACAP0IBYyoMEAEiBM3MDEBCAmMyKgsIARAHOgECQgJheFojCgtzcGVjdHJvZ3JhbRIUChIIARIOCgIIAQoD"
    "EgF0CgMIgAFiFwoEYmVhdBIPCg0IARIJCgIIAQoDEgF0YhsKCGRvd25iZWF0Eg8KDQgBEgkKAggBCgMSAXRCBAoAEBI="
)
BEATS = np.arange(0.5, 40.0, 0.5)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "small.onnx"
    path.write_bytes(base64.b64decode(SMALL))
    return path


@pytest.fixture
def song(tmp_path: Path) -> Path:
    signal = clicks(BEATS, 40.5) * 0.02
    loud = clicks(BEATS[::4], 40.5)
    write_wav(tmp_path / "song.wav", signal + loud, SR)
    return tmp_path / "song.wav"


def test_beats_and_downbeats_are_the_peaks_of_what_the_file_says(model: Path, song: Path) -> None:
    beats, downbeats = beats_and_downbeats(model, song)
    assert beats.size == BEATS.size
    np.testing.assert_allclose(beats, BEATS, atol=0.025)
    np.testing.assert_allclose(downbeats, BEATS[::4], atol=0.025)


def test_chunks_tell_what_the_whole_tells(model: Path, song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = beats_and_downbeats(model, song)
    monkeypatch.setattr(beat_this_onnx, "_CHUNK", 101)
    for one, other in zip(beats_and_downbeats(model, song), whole, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_song_is_analysed_with_it_by_path(model: Path, song: Path, tmp_path: Path) -> None:
    heard = analyse(song, tracker=str(model), cache=tmp_path / "cache")
    np.testing.assert_allclose(heard.beats_s, BEATS, atol=0.025)
    assert heard.beats_per_bar == 4
    assert heard.confidence is None
    again = analyse(song, tracker=str(model), cache=tmp_path / "cache")
    np.testing.assert_array_equal(again.beats_s, heard.beats_s)
    assert again.confidence is None


def test_a_tone_lies_in_the_band_of_its_pitch() -> None:
    time = np.arange(22050) / 22050
    levels = log_mel(np.sin(2 * np.pi * 440 * time).astype(np.float32))
    assert levels.shape == (51, 128)
    band = int(levels[25].argmax())
    # Slaney's scale: 200/3 Hz a mel below 1 kHz
    edges = np.linspace(30 * 3 / 200, 15 + np.log(11) * 27 / np.log(6.4), 130)
    assert abs(edges[band + 1] - 440 * 3 / 200) < edges[1] - edges[0]


def test_what_is_no_such_network_is_named(song: Path, tmp_path: Path) -> None:
    (tmp_path / "text.onnx").write_text("no network")
    with pytest.raises(AudioError, match=r"text\.onnx: expected Beat This!"):
        analyse(song, tracker=str(tmp_path / "text.onnx"))
    with pytest.raises(AudioError, match="no tracker"):
        analyse(song, tracker=str(tmp_path / "none.onnx"))
