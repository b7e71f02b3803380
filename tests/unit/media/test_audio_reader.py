"""Sound that changes inside its file, or is damaged, is heard to its end or said to be cut; so is the video's."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from glance.audio.decode import SAMPLE_RATE, hear_sound
from glance.errors import AudioError
from glance.media import audio_reader
from glance.media.audio_reader import AudioReader
from glance.media.ogg_chain import ogg_links
from glance.media.soundtrack import SongReader, Soundtrack

CLICK_EVERY_S = 0.5


def pulses(seconds: float, rate: int, channels: int = 2) -> np.ndarray:
    """Return (channels, n) float32 with a decaying 80 Hz tone from every half second on."""
    t = np.arange(round(seconds * rate)) / rate
    wave = 0.6 * np.sin(2 * np.pi * 80 * t) * np.exp(-20 * (t % CLICK_EVERY_S))
    return np.repeat(wave[None].astype(np.float32), channels, axis=0)


def encode(path: Path, sound: np.ndarray, rate: int, codec: str, **options: str) -> Path:
    """Write (1 or 2, n) float samples with one of PyAV's encoders."""
    import av

    layout = "mono" if sound.shape[0] == 1 else "stereo"
    with av.open(str(path.absolute()), "w", options=options) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout=layout)
        frame.sample_rate, frame.pts = rate, 0
        form = stream.codec_context.format.name if stream.codec_context.format else "fltp"
        resampler = av.AudioResampler(form, layout, rate, stream.codec_context.frame_size or 1024)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def write_float_wav(path: Path, sound: np.ndarray, rate: int = 44_100) -> Path:
    """Write (channels, n) float32 as they are, whatever they are."""
    channels = sound.shape[0]
    data = np.ascontiguousarray(sound.T, dtype="<f4").tobytes()
    form = struct.pack("<HHIIHH", 3, channels, rate, rate * channels * 4, channels * 4, 32)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def soundtrack_of(path: Path, seconds: float) -> tuple[np.ndarray, int]:
    reader = SongReader(Soundtrack(path, 0.0, seconds))
    try:
        return reader.read(round(seconds * reader.rate)), reader.rate
    finally:
        reader.close()


def loud(signal: np.ndarray, rate: int, seconds: float) -> list[int]:
    """Return the numbers of the half seconds whose first tenth sounds."""
    pulse = round(0.1 * rate)
    starts = (round(k * CLICK_EVERY_S * rate) for k in range(round(seconds / CLICK_EVERY_S)))
    return [k for k, start in enumerate(starts) if np.abs(signal[start : start + pulse]).max(initial=0.0) > 0.2]


def attacks(signal: np.ndarray, rate: int) -> np.ndarray:
    """Return the seconds at which the signal becomes loud, to 10 ms."""
    block = rate // 100
    level = np.abs(signal[: signal.size // block * block]).reshape(-1, block).max(axis=1)
    calm = np.array([level[max(0, k - 10) : k].max(initial=0.0) < 0.2 for k in range(level.size)])
    return np.flatnonzero((level > 0.2) & calm) * (block / rate)


@pytest.mark.parametrize(
    ("ending", "codec", "parts"),
    [
        ("mp3", "libmp3lame", ((44_100, 2), (48_000, 2))),
        ("mp3", "libmp3lame", ((44_100, 1), (44_100, 2))),
        ("aac", "aac", ((44_100, 2), (44_100, 1))),
        ("aac", "aac", ((48_000, 1), (22_050, 2), (44_100, 1))),
    ],
)
def test_a_file_that_changes_on_the_way_is_heard_to_its_end_and_so_is_the_video(
    tmp_path: Path, ending: str, codec: str, parts: tuple[tuple[int, int], ...]
) -> None:
    path = tmp_path / f"glued.{ending}"
    glued = b""
    for number, (rate, channels) in enumerate(parts):
        piece = encode(tmp_path / f"{number}.{ending}", pulses(4.0, rate, channels), rate, codec)
        glued += piece.read_bytes()
    path.write_bytes(glued)
    whole_s = 4.0 * len(parts)
    heard = hear_sound(path)
    assert heard.signal.size / SAMPLE_RATE == pytest.approx(whole_s, abs=0.08 * len(parts))
    track, rate = soundtrack_of(path, heard.signal.size / SAMPLE_RATE)
    found = attacks(heard.signal, SAMPLE_RATE)
    assert found.size == 2 * whole_s
    np.testing.assert_allclose(found, np.arange(found.size) * CLICK_EVERY_S, atol=0.07 * len(parts))
    np.testing.assert_allclose(attacks(track[0], rate), found, atol=0.011)


def test_a_chain_of_ogg_streams_of_other_rates_is_heard_whole(tmp_path: Path) -> None:
    chain = tmp_path / "radio.ogg"
    one = encode(tmp_path / "a.ogg", pulses(4.0, 44_100), 44_100, "flac").read_bytes()
    other = encode(tmp_path / "b.ogg", pulses(4.0, 48_000, 1), 48_000, "flac").read_bytes()
    chain.write_bytes(one + other)
    assert [link.start for link in ogg_links(chain)] == [0, len(one)]
    heard = hear_sound(chain)
    assert heard.signal.size / SAMPLE_RATE == pytest.approx(8.0, abs=0.01)
    assert loud(heard.signal, SAMPLE_RATE, 8.0) == list(range(16))
    track, rate = soundtrack_of(chain, 8.0)
    assert loud(track[1], rate, 8.0) == list(range(16))
    assert ogg_links(tmp_path / "a.ogg") == ()


@pytest.mark.parametrize(
    ("ending", "codec", "options"),
    [
        ("flac", "flac", {}),
        ("wav", "pcm_s16le", {}),
        ("m4a", "aac", {"movflags": "faststart"}),
        ("mp3", "libmp3lame", {}),
    ],
)
def test_a_song_that_is_cut_short_says_how_much_of_it_was_heard(
    tmp_path: Path, ending: str, codec: str, options: dict[str, str]
) -> None:
    whole = encode(tmp_path / f"whole.{ending}", pulses(20.0, 44_100), 44_100, codec, **options)
    assert hear_sound(whole).notes == ()
    cut = tmp_path / f"cut.{ending}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    heard = hear_sound(cut)
    assert 9.0 < heard.signal.size / SAMPLE_RATE < 10.5
    assert "says that it is 0:20" in heard.notes[-1]
    assert "only 0:" in heard.notes[-1]


def test_a_hole_in_a_song_is_silent_and_what_follows_stays_in_time(tmp_path: Path) -> None:
    whole = encode(tmp_path / "whole.m4a", pulses(20.0, 44_100), 44_100, "aac", movflags="faststart")
    data = bytearray(whole.read_bytes())
    middle, hole = len(data) // 2, len(data) // 20
    data[middle : middle + hole] = np.random.default_rng(0).bytes(hole)
    broken = tmp_path / "broken.m4a"
    broken.write_bytes(data)
    heard, right = hear_sound(broken), hear_sound(whole)
    assert heard.signal.size == right.signal.size
    np.testing.assert_allclose(heard.signal[-4 * SAMPLE_RATE :], right.signal[-4 * SAMPLE_RATE :], atol=1e-3)
    assert "could not be read and are silent" in heard.notes[0]


@pytest.mark.parametrize("value", [-1e30, 3e4, np.nan, np.inf, -np.inf])
def test_one_absurd_sample_spoils_nothing(tmp_path: Path, value: float) -> None:
    sound = pulses(4.0, 44_100)
    clean = hear_sound(write_float_wav(tmp_path / "clean.wav", sound)).signal
    spoiled = sound.copy()
    spoiled[:, 100_000] = value
    path = write_float_wav(tmp_path / "spoiled.wav", spoiled)
    heard = hear_sound(path).signal
    assert np.abs(heard).max() <= 1.0
    away = np.abs(np.arange(heard.size) - 100_000 / 2) > 100
    np.testing.assert_allclose(heard[away], clean[away], atol=0.02)
    track, _ = soundtrack_of(path, 4.0)
    assert np.isfinite(track).all()
    assert np.abs(track).max() <= 1.0


@pytest.mark.parametrize("right", [-1.0, -0.8, -1.2])
def test_sides_that_cancel_each_other_are_heard(tmp_path: Path, right: float) -> None:
    one = pulses(6.0, 44_100, 1)
    path = write_float_wav(tmp_path / "inverted.wav", np.concatenate([one, right * one]))
    heard = hear_sound(path)
    assert loud(heard.signal, SAMPLE_RATE, 6.0) == list(range(12))
    assert "sides cancel each other" in heard.notes[0]


def test_wide_stereo_is_not_taken_for_inverted(tmp_path: Path) -> None:
    noise = 0.1 * np.random.default_rng(0).normal(size=(2, 88_200)).astype(np.float32)
    assert hear_sound(write_float_wav(tmp_path / "wide.wav", noise)).notes == ()


def test_the_default_one_of_two_sound_tracks_is_heard_and_put_under_the_video(tmp_path: Path) -> None:
    import av
    from av.stream import Disposition

    path = tmp_path / "two.mka"
    with av.open(str(path), "w", format="matroska") as container:
        streams = [container.add_stream("pcm_s16le", rate=44_100, layout="mono") for _ in range(2)]
        streams[0].disposition, streams[1].disposition = Disposition.comment, Disposition.default
        for stream, level in zip(streams, (0, 9000), strict=True):
            frame = av.AudioFrame.from_ndarray(np.full((1, 44_100), level, np.int16), format="s16", layout="mono")
            frame.sample_rate, frame.pts = 44_100, 0
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    assert np.median(hear_sound(path).signal) == pytest.approx(9000 / 32768, abs=0.01)
    assert np.median(soundtrack_of(path, 1.0)[0]) == pytest.approx(9000 / 32768, abs=0.01)


@pytest.mark.parametrize(
    "name", ["12:51.wav", "file:x.wav", "http:x.wav", "concat:a|b.wav", "a%03d.wav", "Op9: I?.wav"]
)
def test_a_name_is_a_name_whatever_it_looks_like(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path(name)
    try:
        write_float_wav(path, pulses(1.0, 44_100))
    except OSError:
        pytest.skip("this system has no such names")
    assert hear_sound(path).signal.size == SAMPLE_RATE
    assert soundtrack_of(path, 1.0)[0].shape == (2, 44_100)


def test_many_channels_are_folded_to_two_sides(tmp_path: Path) -> None:
    path = write_float_wav(tmp_path / "multitrack.wav", pulses(2.0, 44_100, 12))
    assert loud(hear_sound(path).signal, SAMPLE_RATE, 2.0) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "text", ["ffconcat version 1.0\nfile song.wav\n" * 9, "#EXTM3U\nsong.wav\n", "[playlist]\nFile1=a.wav\n"]
)
def test_a_list_of_songs_is_no_song(tmp_path: Path, text: str) -> None:
    write_float_wav(tmp_path / "song.wav", pulses(1.0, 44_100))
    path = tmp_path / "list.mp3"
    path.write_text(text)
    with pytest.raises(AudioError, match="found a list that names other files"):
        hear_sound(path)


def test_a_song_of_many_hours_is_refused_by_its_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_reader, "MAX_SONG_S", 5.0)
    path = encode(tmp_path / "long.flac", np.zeros((1, 80_000), np.float32), 8000, "flac")
    monkeypatch.setattr(AudioReader, "blocks", None)  # not one sample is decoded
    with pytest.raises(AudioError, match=r"long\.flac: expected a song of at most 0:05, found 0:10"):
        hear_sound(path)


def test_a_song_whose_length_nobody_states_is_counted_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = encode(tmp_path / "long.aac", pulses(20.0, 44_100), 44_100, "aac")
    monkeypatch.setattr(audio_reader, "MAX_SONG_S", 5.0)
    with pytest.raises(AudioError, match="expected a song of at most 0:05"):
        hear_sound(path)


def test_reading_ends_when_it_is_stopped(tmp_path: Path) -> None:
    path = write_float_wav(tmp_path / "song.wav", pulses(30.0, 44_100))
    shares: list[float] = []

    def stop(share: float) -> None:
        shares.append(share)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        hear_sound(path, progress=stop)
    assert len(shares) == 1
    assert shares[0] < 0.5


def test_tags_are_no_obstacle_for_a_pyav_that_knows_no_metadata_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import av

    path = write_float_wav(tmp_path / "song.wav", pulses(1.0, 44_100))
    real = av.open

    def newer(file: object, **options: object) -> object:
        if "metadata_errors" in options:
            raise TypeError("open() got an unexpected keyword argument 'metadata_errors'")
        return real(file, **options)

    monkeypatch.setattr(av, "open", newer)
    assert hear_sound(path).signal.size == SAMPLE_RATE
