"""The video writer: lengths, sound in its place, colors, determinism, and what is left when it fails."""

from __future__ import annotations

import errno
import subprocess
import sys
import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from glance.errors import VideoError
from glance.media.video_reader import frames, probe
from glance.media.video_writer import Encoding, Soundtrack, VideoWriter
from glance.timing import frame_count

CLICKS_S = (0.5, 1.25, 2.0)


def write_song(
    path: Path,
    rate: int = 44_100,
    length_s: float = 3.3,
    channels: int = 2,
    clicks: tuple[float, ...] = CLICKS_S,
    noise: float = 0.001,
) -> Path:
    """Write a song of faint noise with a loud click at each of the times `clicks`, in seconds."""
    sound = noise * np.random.default_rng(0).normal(size=(int(rate * length_s), channels))
    for click in clicks:
        at = round(click * rate)
        sound[at : at + max(4, rate // 2000)] = 0.8
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((sound * 32767).astype("<i2").tobytes())
    return path


def gray(count: int, size: tuple[int, int] = (64, 48)) -> list[np.ndarray]:
    return [np.full((size[1], size[0], 3), (i * 5) % 256, np.uint8) for i in range(count)]


def write_all(writer: VideoWriter, pictures: list[np.ndarray]) -> None:
    with writer:
        for picture in pictures:
            writer.write(picture)


def decoded_sound(path: Path) -> tuple[int, np.ndarray]:
    """Return rate and samples (2, n) as a player would hear them from second 0."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        blocks, start_s = [], None
        for frame in container.decode(stream):
            start_s = frame.time if start_s is None else start_s
            blocks.append(frame.to_ndarray())
        sound = np.concatenate(blocks, axis=1)
        return stream.rate, np.pad(sound, ((0, 0), (round((start_s or 0.0) * stream.rate), 0)))


def test_each_frame_arrives_in_its_order_and_nothing_is_lost(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "v.mp4", fps=Fraction(12), size=(64, 48)) as writer:
        for frame in gray(30):
            writer.write(frame)
    shown = [int(frame.mean() + 0.5) for frame in frames(tmp_path / "v.mp4")]
    assert shown == pytest.approx([i * 5 for i in range(30)], abs=2)
    info = probe(tmp_path / "v.mp4")
    assert (info.codec, info.pix_fmt, info.size, info.fps, info.n_frames) == (
        "h264",
        "yuv420p",
        (64, 48),
        Fraction(12),
        30,
    )
    assert (info.audio_s, info.audio_codec, info.audio_rate) == (0.0, "", 0)


@pytest.mark.parametrize(
    ("rate", "fps"),
    [
        (8_000, Fraction(12)),
        (22_050, Fraction(60)),
        (44_100, Fraction(12)),
        (44_100, Fraction(24_000, 1001)),
        (48_000, Fraction(30_000, 1001)),
        (48_000, Fraction(5, 2)),
        (96_000, Fraction(24_000, 1001)),
    ],
)
def test_sound_and_picture_are_equally_long_and_clicks_stay_in_place(tmp_path: Path, rate: int, fps: Fraction) -> None:
    song = write_song(tmp_path / "song.wav", rate)
    start_s, end_s = 0.25, 3.2
    path = tmp_path / "v.mp4"
    count = frame_count(end_s - start_s, fps)
    write_all(VideoWriter(path, fps=fps, size=(64, 48), soundtrack=Soundtrack(song, start_s, end_s)), gray(count))
    info = probe(path)
    assert info.n_frames == count
    assert info.fps == fps
    assert info.audio_codec == "aac"
    assert info.video_s == pytest.approx(float(count / fps), abs=1e-3)
    assert info.audio_s == pytest.approx(float(count / fps), abs=2e-3)
    heard_rate, sound = decoded_sound(path)
    level = np.abs(sound).max(axis=0)
    for click in CLICKS_S:
        near = round((click - start_s - 0.1) * heard_rate)
        window = level[near : near + round(0.2 * heard_rate)]
        at = near + int(np.argmax(window > window.max() / 2))
        assert at / heard_rate == pytest.approx(click - start_s, abs=0.002)


def test_a_ten_minute_video_at_ntsc_rate_does_not_drift(tmp_path: Path) -> None:
    fps = Fraction(24_000, 1001) / 8
    click_s = 595.0
    song = write_song(tmp_path / "song.wav", 22_050, length_s=600.0, clicks=(click_s,), noise=0.0)
    path = tmp_path / "v.mp4"
    count = frame_count(600.0, fps)
    frame = np.zeros((16, 16, 3), np.uint8)
    with VideoWriter(path, fps=fps, size=(16, 16), soundtrack=Soundtrack(song, 0.0, 600.0)) as writer:
        for _ in range(count):
            writer.write(frame)
    info = probe(path)
    assert info.n_frames == count
    assert info.video_s == pytest.approx(float(count / fps), abs=1e-3)
    assert abs(info.video_s - info.audio_s) < 2e-3
    rate, sound = decoded_sound(path)
    assert int(np.argmax(np.abs(sound).max(axis=0) > 0.4)) / rate == pytest.approx(click_s, abs=0.002)


def test_what_the_song_lacks_is_silence_and_its_end_is_cut(tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav")
    path = tmp_path / "v.mp4"
    write_all(VideoWriter(path, fps=Fraction(10), size=(64, 48), soundtrack=Soundtrack(song, 0.0, 1.0)), gray(30))
    rate, sound = decoded_sound(path)
    assert np.abs(sound[:, : round(0.9 * rate)]).max() > 0.5
    assert np.abs(sound[:, round(1.1 * rate) : 3 * rate]).max() < 1e-3
    assert probe(path).audio_s == pytest.approx(3.0, abs=2e-3)


def test_mono_is_heard_on_both_sides_at_its_own_level(tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav", channels=1)
    path = tmp_path / "v.mp4"
    write_all(VideoWriter(path, fps=Fraction(10), size=(64, 48), soundtrack=Soundtrack(song, 0.0, 3.0)), gray(30))
    _, sound = decoded_sound(path)
    assert sound.shape[0] == 2
    assert np.abs(sound).max(axis=1) == pytest.approx([0.8, 0.8], abs=0.15)


def test_colors_survive_and_are_tagged_as_bt709_limited_range(tmp_path: Path) -> None:
    colors = np.array(
        [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0], [128, 128, 128], [200, 60, 90]], np.uint8
    )
    path = tmp_path / "v.mp4"
    with VideoWriter(path, fps=Fraction(5), size=(64, 48), encoding=Encoding(crf=5)) as writer:
        for color in colors:
            writer.write(np.broadcast_to(color, (48, 64, 3)).copy())
    for shown, color in zip(frames(path), colors, strict=True):
        assert np.abs(shown[10:-10, 10:-10].astype(int) - color).max() <= 4
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        first = next(container.decode(video=0)).to_ndarray()
    # BT.709 red in limited range, ITU-R BT.709-6: Y = 16 + 219 * 0.2126.
    assert first[24, 32] == pytest.approx(62.6, abs=1.5)


def test_the_same_frames_give_the_same_bytes(tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav")
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (48, 64, 3), dtype=np.uint8) for _ in range(36)]
    for name in ("a.mp4", "b.mp4"):
        with VideoWriter(
            tmp_path / name, fps=Fraction(12), size=(64, 48), soundtrack=Soundtrack(song, 0.0, 3.0)
        ) as writer:
            for picture in pictures:
                writer.write(picture)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_the_index_comes_first_so_that_a_browser_can_start_at_once(tmp_path: Path) -> None:
    write_all(VideoWriter(tmp_path / "v.mp4", fps=Fraction(12), size=(64, 48)), gray(12))
    data = (tmp_path / "v.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_tags_are_kept_and_unknown_ones_become_the_comment(tmp_path: Path) -> None:
    tags = {"title": "Leuchtturm 등대", "prompt": "a sea that sings", "version": "0.1.0", "artist": ""}
    with VideoWriter(tmp_path / "v.mp4", fps=Fraction(12), size=(64, 48), metadata=tags) as writer:
        writer.write(gray(1)[0])
    metadata = probe(tmp_path / "v.mp4").metadata
    assert metadata["title"] == "Leuchtturm 등대"
    assert metadata["comment"] == "prompt: a sea that sings\nversion: 0.1.0"
    assert "artist" not in metadata


def test_a_failed_render_leaves_an_older_video_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "v.mp4"
    path.write_bytes(b"an older video")

    def interrupted() -> None:
        with VideoWriter(path, fps=Fraction(12), size=(64, 48)) as writer:
            writer.write(gray(1)[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"an older video"
    assert [file.name for file in tmp_path.iterdir()] == ["v.mp4"]


def test_a_video_without_frames_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with (
        pytest.raises(VideoError, match="no frame was drawn"),
        VideoWriter(tmp_path / "v.mp4", fps=Fraction(12), size=(64, 48)),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_missing_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "v.mp4"
    with VideoWriter(path, fps=Fraction(12), size=(64, 48)) as writer:
        writer.write(gray(1)[0])
    assert probe(path).n_frames == 1


# A file may not grow beyond 100 kB in that process, which the writer meets as it meets a full disk.
FULL_DISK = """
import resource, signal, sys
from fractions import Fraction
from pathlib import Path
import numpy as np
from glance.errors import VideoError
from glance.media.images import write_png
from glance.media.video_writer import VideoWriter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
rng = np.random.default_rng(0)
noise = lambda: rng.integers(0, 256, (256, 256, 3), dtype=np.uint8)
folder = Path(sys.argv[1])
try:
    with VideoWriter(folder / "v.mp4", fps=Fraction(12), size=(256, 256)) as writer:
        for _ in range(40):
            writer.write(noise())
except VideoError as error:
    print(error)
try:
    write_png(folder / "00001.png", noise())
except OSError as error:
    print(error)
"""


def test_a_full_disk_is_named_with_the_room_needed_and_older_files_stay(tmp_path: Path) -> None:
    path = tmp_path / "v.mp4"
    path.write_bytes(b"an older video")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, timeout=120, check=True
    )
    video, still = done.stdout.splitlines()
    assert "the disk is full. The whole video needs more than 0.1 MB" in video
    assert "File too large" in still
    assert path.read_bytes() == b"an older video"
    assert [file.name for file in tmp_path.iterdir()] == ["v.mp4"]


def test_with_a_song_the_room_for_the_whole_video_is_estimated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    song = write_song(tmp_path / "song.wav")
    path = tmp_path / "v.mp4"

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(VideoWriter, "_write_sound", full)
    writer = VideoWriter(path, fps=Fraction(12), size=(64, 48), soundtrack=Soundtrack(song, 0.0, 3.0))
    with pytest.raises(VideoError, match=r"disk is full. The whole video needs about \d+ MB there"):
        write_all(writer, gray(1))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"size": (63, 48)}, "even width and height.*found 63x48. Use 64x48"),
        ({"size": (64, 0)}, "found 64x0. Use 64x16"),
        ({"fps": Fraction(0)}, "1 to 240 frames a second, found 0"),
        ({"path": "v.avi"}, "ends in .mp4.*found '.avi'"),
        ({"path": "v"}, "found 'none'|found none"),
        ({"path": "folder.mp4"}, "found a folder"),
    ],
)
def test_what_cannot_become_a_video_is_refused_before_the_first_frame(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    (tmp_path / "folder.mp4").mkdir()
    settings: dict[str, object] = {"path": "v.mp4", "fps": Fraction(12), "size": (64, 48)} | change
    path = tmp_path / str(settings.pop("path"))
    with pytest.raises(VideoError, match=message):
        VideoWriter(path, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"crf": 0}, "crf.*found 0"),
        ({"preset": "quick"}, "preset.*superfast.*'quick'"),
        ({"audio_bitrate": 1}, "32000"),
    ],
)
def test_an_impossible_encoding_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(VideoError, match=message):
        Encoding(**settings)  # type: ignore[arg-type]


def test_a_frame_of_another_size_is_named_by_its_number(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "v.mp4", fps=Fraction(12), size=(64, 48))
    with pytest.raises(VideoError, match=r"frame 1: expected 64x48.*\(50, 64, 3\)"):
        write_all(writer, [*gray(1), np.zeros((50, 64, 3), np.uint8)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("start_s", "end_s"), [(2.0, 2.0), (-1.0, 2.0), (0.0, float("inf")), (float("nan"), 1.0)])
def test_an_empty_stretch_of_song_is_refused(start_s: float, end_s: float) -> None:
    with pytest.raises(VideoError, match="start lies before its end"):
        Soundtrack(Path("song.wav"), start_s, end_s)


@pytest.mark.parametrize(
    ("content", "start_s", "message"),
    [
        (None, 0.0, "song.wav: the file cannot be read"),
        (b"no song at all", 0.0, "song.wav: expected a song .* not audio that can be read"),
        ("song", 60.0, "the video starts at 1:00 of the song, after the song's end"),
        ("silent video", 0.0, "found a file without any audio stream"),
    ],
)
def test_a_song_that_gives_no_sound_is_refused_before_the_first_frame(
    tmp_path: Path, content: bytes | str | None, start_s: float, message: str
) -> None:
    song = tmp_path / "song.wav"
    if content == "song":
        write_song(song)
    elif content == "silent video":
        with VideoWriter(tmp_path / "silent.mp4", fps=Fraction(12), size=(64, 48)) as writer:
            writer.write(gray(1)[0])
        (tmp_path / "silent.mp4").rename(song)
    elif isinstance(content, bytes):
        song.write_bytes(content)
    track = Soundtrack(song, start_s, 90.0)
    with (
        pytest.raises(VideoError, match=message),
        VideoWriter(tmp_path / "v.mp4", fps=Fraction(12), size=(64, 48), soundtrack=track),
    ):
        pass
    assert not (tmp_path / "v.mp4").exists()
    assert not list(tmp_path.glob(".*"))


def test_a_damaged_stretch_of_song_becomes_silence_and_what_follows_stays_in_time(tmp_path: Path) -> None:
    song, flac = write_song(tmp_path / "song.wav"), tmp_path / "song.mp3"
    with av.open(str(song)) as source, av.open(str(flac), "w") as target:
        stream = target.add_stream("libmp3lame", rate=44_100)
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    data = bytearray(flac.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 300] = bytes(300)
    flac.write_bytes(bytes(data))
    path = tmp_path / "v.mp4"
    write_all(VideoWriter(path, fps=Fraction(10), size=(64, 48), soundtrack=Soundtrack(flac, 0.0, 3.0)), gray(30))
    rate, sound = decoded_sound(path)
    assert probe(path).audio_s == pytest.approx(3.0, abs=2e-3)
    assert int(np.argmax(np.abs(sound).max(axis=0) > 0.4)) / rate == pytest.approx(CLICKS_S[0], abs=0.002)


@pytest.mark.parametrize("content", [None, b"text", "song"])
def test_what_is_no_video_is_refused_by_name(tmp_path: Path, content: bytes | str | None) -> None:
    path = tmp_path / "holiday.mp4"
    if content == "song":
        write_song(path)
    elif isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(VideoError, match=r"holiday\.mp4: expected a video"):
        probe(path)
    with pytest.raises(VideoError, match=r"holiday\.mp4: expected a video"):
        next(frames(path))


def test_frames_can_be_had_smaller(tmp_path: Path) -> None:
    write_all(VideoWriter(tmp_path / "v.mp4", fps=Fraction(12), size=(64, 48)), gray(3))
    shapes = {frame.shape for frame in frames(tmp_path / "v.mp4", size=(20, 10))}
    assert shapes == {(10, 20, 3)}
