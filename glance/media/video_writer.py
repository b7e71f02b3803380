"""Frames in, a finished video with its song out.

Usually the video is H.264 in yuv420p, BT.709, limited range, and the sound AAC; `glance.media.encoders` has the others.
Frame i is shown during [i / fps, (i + 1) / fps)
and the sound is exactly n / fps seconds long, padded with silence. The same frames, settings and song give the same
bytes. The file is written beside its final name and takes that name only when it is complete. A video that is complete
is never deleted: where its name is not to be had, it takes the next free one.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from glance.errors import VideoError
from glance.frames import Frame, Size
from glance.media.audio_reader import open_media
from glance.media.encoders import USUAL, X264_PRESETS, Encoding, container_for, encoder_options, quiet_encoder
from glance.media.sound_copy import CopiedSound, copy_problem
from glance.media.soundtrack import SongReader, Soundtrack
from glance.system.files import Stamp, part_path, put_in_place, reason, remove, stamp, sweep

if TYPE_CHECKING:
    import av

__all__ = ["X264_PRESETS", "Chapter", "Cue", "Encoding", "Soundtrack", "VideoWriter"]

#: Tags that mp4 has a place for; all others become lines of its comment.
_TAGS = ("title", "artist", "album", "date", "genre", "copyright", "description", "comment")
#: Samples of a block of sound, by encoder; PCM takes any number.
_BLOCKS = {"libopus": 960}
_BLOCK = 1024
_OPUS_RATE = 48_000
#: From this many bits a second on, FFmpeg's fast AAC coder sounds as good as its slow one, at 40 percent of the cost.
_FAST_CODER_FROM = 128_000
_BT709 = 1
_LIMITED_RANGE, _FULL_RANGE = 1, 2
#: What each encoder of sound takes.
_SOUND_FORMATS = {"aac": "fltp", "libopus": "flt", "pcm_s16le": "s16"}
#: Chapters and words are timed in milliseconds.
_MS = Fraction(1, 1000)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Chapter:
    """A part of the video that players offer to jump to: its start in seconds, and its title."""

    start_s: float
    title: str


@dataclass(frozen=True)
class Cue:
    """Words that players can show in `[start_s, end_s)` of the video."""

    start_s: float
    end_s: float
    text: str


class VideoWriter:
    """Writes one video; a context manager.

    Leaving the `with` block cleanly finishes the video and puts it in place at once, over an older file of that name.
    Where another program holds that file, or has put one there since the block was entered, the video becomes
    `NAME (2).mp4`; `path` tells. Leaving it by an exception removes the unfinished file and leaves an older one as it
    was.

    Args:
        path: Where the video goes: .mp4, .m4v or .mov, or what else the codec is kept in. Missing folders are made.
        fps: Frames a second, exact.
        size: (width, height) in pixels, both even.
        soundtrack: What is heard, or None for a silent video.
        encoding: How it is compressed.
        metadata: Tags. `title`, `artist`, `album`, `date`, `genre`, `copyright`, `description` and `comment` go where
            players look for them; any other becomes a line `name: value` of the comment.

    Raises (from every method):
        VideoError: The video cannot be written there or so, its song cannot be read, or the disk is full.
    """

    def __init__(
        self,
        path: Path,
        *,
        fps: Fraction,
        size: Size,
        soundtrack: Soundtrack | None = None,
        encoding: Encoding = USUAL,
        metadata: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._path = Path(path)
        self._fps = Fraction(fps)
        self._size = size
        self._soundtrack = soundtrack
        self._encoding = encoding
        self._tags = _tags(metadata)
        self._temporary = part_path(self._path)
        self._older: Stamp | None = None
        self._is_complete = False
        self._frames = 0
        self._samples = 0
        self._chapters: tuple[Chapter, ...] = ()
        self._cues: tuple[Cue, ...] = ()
        self._length_s = 0.0
        _check(self._path, self._fps, size, encoding)

    def annotate(self, length_s: float, chapters: Sequence[Chapter] = (), cues: Sequence[Cue] = ()) -> None:
        """Give the video chapters, and words that a viewer can switch on; to be called before the block is entered.

        Args:
            length_s: How long the video will be.
            chapters: In order. Where this PyAV is too old to write them (before 14), the video has none.
            cues: In order, without overlaps; mp4 and mov hold them, other containers do not.
        """
        self._length_s = length_s
        self._chapters = tuple(chapters)
        self._cues = tuple(cues)

    @property
    def path(self) -> Path:
        """The video's file; once the block is left, the name that it really has."""
        return self._path

    def __enter__(self) -> VideoWriter:
        self._song = self._opened_song()
        self._copied: CopiedSound | None = None
        try:
            with self._errors():
                self._path.parent.mkdir(parents=True, exist_ok=True)
                sweep(self._path.parent, self._path.name, keeps=_is_whole)
                self._older = stamp(self._path)
                self._open()
        except VideoError:
            self._abandon()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._abandon()
            return
        try:
            self._finish()
        except BaseException:
            self._abandon()
            raise

    def write(self, frame: Frame) -> None:
        """Append a frame of shape (height, width, 3), or 4 with transparency, and the sound that goes with it."""
        import av

        width, height = self._size
        channels = 4 if self._encoding.alpha else 3
        if frame.shape != (height, width, channels) or frame.dtype != np.uint8:
            raise VideoError(
                f"frame {self._frames}: expected {width}x{height} {'RGBA' if channels == 4 else 'RGB'} in 8 bits, "
                f"found an array of shape {frame.shape} and type {frame.dtype}"
            )
        picture = self._to_yuv.reformat(
            av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgba" if channels == 4 else "rgb24"),
            format=self._encoding.pix_fmt,
            dst_colorspace=_BT709,
            dst_color_range=self._range,
        )
        picture.pts = self._frames
        picture.time_base = 1 / self._fps
        with self._errors():
            self._output.mux(self._video.encode(picture))
            self._frames += 1
            self._write_sound(until=self._sample_count(), whole_blocks=True)
            if self._copied is not None:
                for packet in self._copied.packets(float(self._frames / self._fps)):
                    self._output.mux(packet)

    @property
    def _range(self) -> int:
        return _FULL_RANGE if self._encoding.full_range else _LIMITED_RANGE

    @property
    def _copies(self) -> bool:
        return self._encoding.sound == "copy"

    def _opened_song(self) -> SongReader | None:
        if self._soundtrack is None:
            return None
        if self._copies:
            problem = copy_problem(self._soundtrack, container_for(self._path, self._encoding))
            if problem:
                raise VideoError(f"{self._path}: the song cannot be taken over as it is, because {problem}")
            return None
        codec = self._encoding.codec_facts.sound
        rate = _OPUS_RATE if codec == "libopus" else self._encoding.audio_rate
        return SongReader(self._soundtrack, rate)

    def finish_as(self, path: Path) -> None:
        """Let what is written so far become a video of another name, in the same folder, when the block is left."""
        self._path = path
        self._older = stamp(path)

    def _open(self) -> None:
        import av
        from av.video.reformatter import VideoReformatter

        # One for all frames: each new one works its tables out again, half a millisecond at 512x512.
        self._to_yuv = VideoReformatter()
        kind = container_for(self._path, self._encoding)
        options = {"fflags": "+bitexact"} | ({} if kind == "webm" else {"movflags": "+faststart"})
        self._output: av.container.OutputContainer = av.open(
            str(self._temporary.absolute()), "w", format=kind, container_options=options
        )
        self._output.metadata.update(self._tags)
        self._video = self._video_stream()
        self._audio: Any = self._audio_stream(self._song.rate) if self._song else None
        if self._soundtrack and self._copies:
            self._copied = CopiedSound(self._soundtrack, self._output)
        words = self._word_stream() if self._cues and kind != "webm" else None
        if self._chapters and hasattr(self._output, "set_chapters"):
            cast(Any, self._output).set_chapters(_chapter_list(self._chapters, self._length_s))
        if words is not None:
            for packet in _word_packets(self._cues, words):
                self._output.mux(packet)

    def _video_stream(self) -> Any:
        codec = self._encoding.codec_facts
        stream: Any = self._output.add_stream(
            codec.encoder, rate=self._fps, options=encoder_options(self._encoding, self._fps)
        )
        stream.width, stream.height = self._size
        stream.pix_fmt = self._encoding.pix_fmt
        stream.time_base = stream.codec_context.time_base = 1 / self._fps
        context = stream.codec_context
        if self._encoding.bitrate:
            context.bit_rate = self._encoding.bitrate
        if codec.tag:
            context.codec_tag = codec.tag
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = self._range
        with quiet_encoder(self._encoding):
            context.open()
        return stream

    def _audio_stream(self, rate: int) -> Any:
        codec = self._encoding.codec_facts.sound
        options = {"flags": "+bitexact"}
        if codec == "aac":
            options["aac_coder"] = "fast" if self._encoding.audio_bitrate >= _FAST_CODER_FROM else "twoloop"
        stream: Any = self._output.add_stream(codec, rate=rate, options=options)
        if not codec.startswith("pcm"):
            stream.codec_context.bit_rate = self._encoding.audio_bitrate
        stream.codec_context.layout = "stereo"
        stream.codec_context.format = _SOUND_FORMATS[codec]
        stream.codec_context.time_base = Fraction(1, rate)
        return stream

    def _word_stream(self) -> Any:
        if hasattr(self._output, "add_mux_stream"):
            return self._output.add_mux_stream("mov_text")
        return None

    def _sample_count(self) -> int:
        """Return the number of samples that last as long as the frames written so far."""
        return round(self._frames / self._fps * self._song.rate) if self._song else 0

    def _write_sound(self, until: int, whole_blocks: bool) -> None:
        """Encode the song up to sample `until`; the last, shorter block only where `whole_blocks` is false."""
        import av

        if self._song is None:
            return
        size = _BLOCKS.get(self._encoding.codec_facts.sound, _BLOCK)
        kind = _SOUND_FORMATS[self._encoding.codec_facts.sound]
        while self._samples < until:
            count = min(size, until - self._samples)
            if whole_blocks and count < size:
                return
            block = av.AudioFrame.from_ndarray(_packed(self._song.read(count), kind), format=kind, layout="stereo")
            block.sample_rate = self._song.rate
            block.pts = self._samples
            block.time_base = Fraction(1, self._song.rate)
            self._output.mux(self._audio.encode(block))
            self._samples += count

    def _finish(self) -> None:
        if not self._frames:
            raise VideoError(f"{self._path}: no frame was drawn, so there is no video to write.")
        with self._errors():
            self._write_sound(until=self._sample_count(), whole_blocks=False)
            self._output.mux(self._video.encode(None))
            if self._audio is not None:
                self._output.mux(self._audio.encode(None))
            self._output.close()
            self._is_complete = True
        self._close_song()
        try:
            self._path = put_in_place(self._temporary, self._path, self._older)
        except OSError as error:
            raise VideoError(
                f"{self._path}: the video is complete, but can be given no name there ({reason(error)}). It is kept as "
                f"{self._temporary}: rename that file."
            ) from None

    def _abandon(self) -> None:
        """Close and remove what is unfinished; what went wrong before is the error that counts."""
        import av

        if self._is_complete:
            return

        self._close_song()
        if hasattr(self, "_output"):
            with suppress(av.FFmpegError, OSError):
                self._output.close()
        with suppress(OSError):
            remove(self._temporary)

    def _close_song(self) -> None:
        for song in (self._song, self._copied):
            if song is not None:
                song.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        import av

        try:
            yield
        except (av.FFmpegError, OSError) as error:
            if error.errno in _NO_ROOM:
                raise VideoError(self._no_room()) from None
            why = reason(error) if isinstance(error, OSError) else error.strerror or str(error)
            raise VideoError(f"{self._path}: the video cannot be written ({why}).") from None

    def _no_room(self) -> str:
        """Say how much room the video needs, estimated from what was written so far."""
        advice = "Free that much or write to another disk; frames that were drawn are kept."
        try:
            written = self._temporary.stat().st_size
        except OSError:
            written = 0
        if self._soundtrack is None:
            needed = f"more than {written / 1e6:.1f} MB"
        else:
            whole = (self._soundtrack.end_s - self._soundtrack.start_s) * float(self._fps)
            needed = f"about {written * max(1.0, whole / max(1, self._frames)) / 1e6 + 1.0:.0f} MB"
        return f"{self._path}: the disk is full. The whole video needs {needed} there. {advice}"


def _is_whole(path: Path) -> bool:
    """Return whether an unfinished video's file is complete all the same; it only lacks its name then."""
    import av

    try:
        with open_media(path) as container:
            return bool(container.streams.video and container.duration)
    except (av.FFmpegError, OSError):
        return False


def check_name(path: Path, encoding: Encoding = USUAL) -> None:
    """Refuse a video's name before anything is done for it.

    Raises:
        VideoError: It ends otherwise than videos of that codec do, or is a folder.
    """
    container_for(path, encoding)
    if path.is_dir():
        raise VideoError(f"{path}: expected a file name for the video, found a folder. Add a name such as video.mp4.")


def _check(path: Path, fps: Fraction, size: Size, encoding: Encoding) -> None:
    check_name(path, encoding)
    width, height = size
    if width < 16 or height < 16 or width % 2 or height % 2:
        fit = f"{max(16, width + width % 2)}x{max(16, height + height % 2)}"
        raise VideoError(
            f"size: expected an even width and height of at least 16 pixels, as H.264 needs, found {width}x{height}. "
            f"Use {fit}."
        )
    if not 1 <= fps <= 240:
        raise VideoError(f"fps: expected 1 to 240 frames a second, found {fps}")


def _packed(sound: NDArray[np.float32], kind: str) -> NDArray[Any]:
    """Return sound of shape (2, n) as the encoder wants it: planes, or samples of both channels in turn."""
    if kind == "fltp":
        return sound
    turns = np.ascontiguousarray(sound.T).reshape(1, -1)
    return np.round(np.clip(turns, -1, 1) * 32767).astype(np.int16) if kind == "s16" else turns


def _chapter_list(chapters: Sequence[Chapter], length_s: float) -> list[dict[str, Any]]:
    starts = [round(chapter.start_s * 1000) for chapter in chapters]
    ends = [*starts[1:], max(starts[-1] + 1, round(length_s * 1000))]
    return [
        {"id": number, "start": start, "end": end, "time_base": _MS, "metadata": {"title": chapter.title}}
        for number, (chapter, start, end) in enumerate(zip(chapters, starts, ends, strict=True), start=1)
        if end > start
    ]


def _word_packets(cues: Sequence[Cue], stream: Any) -> Iterator[Any]:
    """Yield the cues as samples of 3GPP timed text: two bytes of length, then UTF-8."""
    import av

    for cue in cues:
        text = cue.text.encode()[:65_000]
        packet = av.Packet(len(text).to_bytes(2, "big") + text)
        packet.stream = stream
        packet.time_base = _MS
        packet.pts = packet.dts = round(cue.start_s * 1000)
        packet.duration = max(1, round(cue.end_s * 1000) - packet.pts)
        yield packet


def _tags(metadata: Mapping[str, str]) -> dict[str, str]:
    known = {name: value for name, value in metadata.items() if name in _TAGS and value}
    lines = [f"{name}: {value}" for name, value in metadata.items() if name not in _TAGS and value]
    if lines:
        known["comment"] = "\n".join(filter(None, [known.get("comment", ""), *lines]))
    return known
