"""Codecs: what comes out is what was asked for, tagged so that players show the right colors."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from glance.errors import VideoError
from glance.media.audio_reader import AudioReader
from glance.media.encoders import CODECS, Encoding, check_encoder, is_there
from glance.media.picture_sequence import write_gif, write_sequence
from glance.media.sound_copy import copy_problem
from glance.media.video_reader import frames, probe
from glance.media.video_writer import Soundtrack, VideoWriter
from tests.support.song_files import write_clicks

SIZE = (96, 64)
CASES = (
    ("h264", {}, ".mp4", "yuv420p"),
    ("h264", {"bits": 10}, ".mp4", "yuv420p10le"),
    ("h264", {"bitrate": 400_000}, ".mov", "yuv420p"),
    ("h265", {"bits": 10}, ".mp4", "yuv420p10le"),
    ("av1", {}, ".mp4", "yuv420p"),
    ("prores422", {"audio_rate": 48_000}, ".mov", "yuv422p10le"),
    ("vp9", {}, ".webm", "yuv420p"),
)


def a_frame(shift: int = 0) -> np.ndarray:
    x, y = np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1]))
    return np.stack([(2 * x + shift) % 256, 4 * y % 256, np.full_like(x, 90)], axis=-1).astype(np.uint8)


def write(path: Path, song: Path | None, encoding: Encoding, n_frames: int = 12) -> Path:
    soundtrack = Soundtrack(song, 0.0, n_frames / 12) if song else None
    with VideoWriter(path, fps=Fraction(12), size=SIZE, soundtrack=soundtrack, encoding=encoding) as writer:
        for number in range(n_frames):
            writer.write(a_frame(number))
    return path


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clicks(tmp_path_factory.mktemp("song") / "s.wav", duration_s=2.0, every_s=0.5, sr=44_100)


@pytest.mark.parametrize(("codec", "fields", "ending", "pixels"), CASES)
def test_a_codec_writes_its_pixels_with_the_colors_of_bt_709(
    codec: str, fields: dict, ending: str, pixels: str, song: Path, tmp_path: Path
) -> None:
    import av

    path = write(tmp_path / f"v{ending}", song, Encoding(crf=10, codec=codec, **fields))
    info = probe(path)
    assert (info.pix_fmt, info.size, info.n_frames or 12) == (pixels, SIZE, 12)
    assert info.audio_rate == (48_000 if codec in ("vp9", "prores422") else 44_100)
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        picture = next(container.decode(video=0))
        assert (int(picture.colorspace), int(context.color_range)) == (1, 1)
    # Smooth colors come back within what chroma at half the size loses.
    assert np.abs(next(frames(path)).astype(int) - a_frame()).mean() < 6


def test_full_range_is_marked_and_comes_back_alike(tmp_path: Path) -> None:
    path = write(tmp_path / "v.mp4", None, Encoding(crf=8, full_range=True))
    assert np.abs(next(frames(path)).astype(int) - a_frame()).mean() < 6


@pytest.mark.parametrize("codec", ["h265", "av1"])
def test_the_same_frames_give_the_same_bytes(codec: str, tmp_path: Path) -> None:
    files = [write(tmp_path / f"{name}.mp4", None, Encoding(codec=codec)) for name in "ab"]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_what_cannot_be_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="expected one of h264"):
        Encoding(codec="divx")
    with pytest.raises(VideoError, match="ProRes 422 HQ here has 10 bits"):
        Encoding(codec="prores422", bits=8)
    with pytest.raises(VideoError, match="no transparency"):
        Encoding(alpha=True)
    with pytest.raises(VideoError, match=r"ends in \.webm, found '\.mp4', which VP9"):
        write(tmp_path / "v.mp4", None, Encoding(codec="vp9"))
    for codec in CODECS.values():
        if codec.hardware or not is_there(codec):
            with pytest.raises(VideoError, match="work everywhere"):
                check_encoder(Encoding(codec=codec.name))


def test_a_songs_own_packets_are_taken_over_and_sound_the_same(tmp_path: Path, song: Path) -> None:
    import av

    flac = tmp_path / "s.flac"
    with av.open(str(song)) as source, av.open(str(flac), "w") as target:
        stream = target.add_stream("flac", rate=44_100)
        stream.codec_context.layout = "mono"
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    path = write(tmp_path / "v.mp4", flac, Encoding(sound="copy"), n_frames=24)
    assert probe(path).audio_codec == "flac"
    heard = [np.concatenate(list(AudioReader(each).blocks(44_100)), axis=1)[:, :80_000] for each in (flac, path)]
    assert np.array_equal(*heard)
    assert "keeps no exact start" in copy_problem(Soundtrack(song, 0.0, 1.0), "mp4")
    assert "inside the song" in copy_problem(Soundtrack(flac, 0.5, 1.0), "mp4")
    with pytest.raises(VideoError, match="cannot be taken over"):
        write(tmp_path / "w.mp4", song, Encoding(sound="copy"))


def test_a_gif_and_a_folder_of_pictures(tmp_path: Path) -> None:
    from PIL import Image

    made = write_gif(tmp_path / "v.gif", iter([a_frame(shift) for shift in range(0, 60, 10)]), Fraction(12), SIZE)
    with Image.open(tmp_path / "v.gif") as picture:
        assert (made, picture.size, getattr(picture, "n_frames", 1)) == (True, SIZE, 6)
    assert not write_gif(tmp_path / "w.gif", iter([]), Fraction(12), SIZE)
    with pytest.raises(VideoError, match="at most 600 pictures"):
        write_gif(tmp_path / "x.gif", (a_frame(shift) for shift in range(700)), Fraction(12), SIZE)
    assert not (tmp_path / "x.gif").exists()
    assert write_sequence(tmp_path / "p", iter([a_frame(), a_frame(9)]), Fraction(12), SIZE)
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == ["000001.png", "000002.png"]
    with pytest.raises(VideoError, match="found one with files in it"):
        write_sequence(tmp_path / "p", iter([a_frame()]), Fraction(12), SIZE)
