"""Songs become samples, in time, or are refused in words a musician understands."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from benchmarks.audio_truth import clicks, write_wav
from glance.audio.decode import SAMPLE_RATE, decode, song_hash
from glance.errors import AudioError

CLICKS_S = np.array([0.25, 0.5, 1.0, 1.75, 2.5])


def encode(path: Path, signal: np.ndarray, sr: int, codec: str, layout: str = "mono") -> None:
    """Write float samples (channels, n) with one of PyAV's encoders."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=sr, layout=layout)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(signal, dtype=np.float32), format="fltp", layout=layout)
        frame.sample_rate, frame.pts = sr, 0
        sample_format = stream.codec_context.format.name if stream.codec_context.format else "fltp"
        resampler = av.AudioResampler(sample_format, layout, sr, stream.codec_context.frame_size or 1024)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))


def starts(signal: np.ndarray) -> np.ndarray:
    """Return when each of CLICKS_S begins in a decoded signal: 30 % of its peak is reached."""
    found = []
    for time in CLICKS_S:
        first = int((time - 0.06) * SAMPLE_RATE)
        part = np.abs(signal[first : first + int(0.12 * SAMPLE_RATE)])
        found.append((first + np.flatnonzero(part > 0.3 * part.max())[0]) / SAMPLE_RATE)
    return np.array(found)


@pytest.mark.parametrize(
    ("ending", "codec", "sr"),
    [
        ("wav", "pcm_s16le", 44_100),
        ("wav", "pcm_f32le", 96_000),
        ("wav", "pcm_s16le", 8_000),
        ("flac", "flac", 48_000),
        ("mp3", "libmp3lame", 44_100),
        ("mp3", "libmp3lame", 22_050),
        ("m4a", "aac", 44_100),
        ("m4a", "aac", 48_000),
        ("opus", "libopus", 48_000),
        ("ogg", "libopus", 48_000),
    ],
)
def test_a_click_stays_where_it_was_whatever_the_codec_puts_before_it(
    tmp_path: Path, ending: str, codec: str, sr: int
) -> None:
    path = tmp_path / f"clicks.{ending}"
    encode(path, clicks(CLICKS_S, 3.0, sr)[None], sr, codec)
    signal = decode(path)
    assert signal.dtype == np.float32
    np.testing.assert_allclose(starts(signal), CLICKS_S, atol=0.002)
    assert signal.size / SAMPLE_RATE == pytest.approx(3.0, abs=0.06)


def test_all_channels_of_a_surround_song_are_heard(tmp_path: Path) -> None:
    one = clicks(CLICKS_S, 3.0, 48_000)
    for channel in (0, 1, 2, 4, 5):
        channels = np.zeros((6, one.size), dtype=np.float32)
        channels[channel] = one
        path = tmp_path / f"surround{channel}.wav"
        encode(path, channels, 48_000, "pcm_s16le", "5.1")
        np.testing.assert_allclose(starts(decode(path)), CLICKS_S, atol=0.002)


def test_progress_grows_and_ends_at_the_whole_song(tmp_path: Path) -> None:
    write_wav(tmp_path / "song.wav", clicks(CLICKS_S, 3.0))
    shares: list[float] = []
    decode(tmp_path / "song.wav", progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0, abs=0.01)


def test_a_truncated_mp3_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = tmp_path / "whole.mp3"
    encode(whole, clicks(CLICKS_S, 3.0)[None], 44_100, "libmp3lame")
    cut = tmp_path / "cut.mp3"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert 1.2 < decode(cut).size / SAMPLE_RATE < 1.8


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    path.write_bytes(b"abc")
    assert song_hash(path) == hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.mp3", b"", "empty file"),
        ("words.mp3", b"these are words and no music. " * 200, "not audio"),
        ("header.wav", b"RIFF\x24\x00\x00\x00WAVE", "header.wav"),
    ],
)
def test_a_file_that_is_no_song_is_refused_by_name(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AudioError, match=says) as caught:
        decode(path)
    assert name in str(caught.value)


def test_a_missing_song_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="no such file"):
        decode(tmp_path / "nothing.wav")
    with pytest.raises(AudioError, match="found a folder"):
        decode(tmp_path)
    with pytest.raises(AudioError, match="cannot be read"):
        song_hash(tmp_path / "nothing.wav")


def test_a_video_without_sound_is_refused(tmp_path: Path) -> None:
    import av

    path = tmp_path / "mute.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), dtype=np.uint8), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(AudioError, match="without any audio stream"):
        decode(path)


@pytest.mark.parametrize("refuses", [False, True])
def test_a_song_is_read_by_a_pyav_that_is_lenient_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refuses: bool
) -> None:
    import av

    song = tmp_path / "song.wav"
    write_wav(song, clicks(CLICKS_S, 3.0))
    before, opened = decode(song), av.open

    def strict(file: str, mode: str = "r", **words: object) -> object:
        if refuses and "metadata_errors" in words:  # PyAV 19
            raise TypeError("open() got an unexpected keyword argument 'metadata_errors'")
        return opened(file, mode, **words)

    monkeypatch.setattr(av, "open", strict)
    np.testing.assert_array_equal(decode(song), before)


def test_another_error_of_the_reader_is_not_taken_for_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import av

    from glance.media.audio_reader import open_media

    def broken(*arguments: object, **words: object) -> object:
        raise TypeError("expected str, found NoneType")

    monkeypatch.setattr(av, "open", broken)
    with pytest.raises(TypeError, match="NoneType"):
        open_media(tmp_path / "song.wav")
