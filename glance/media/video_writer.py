"""Frames in, a finished mp4 with its song out.

The video is H.264 in yuv420p, BT.709, limited range; the sound is AAC. Frame i is shown during [i / fps, (i + 1) / fps)
and the sound is exactly n / fps seconds long, padded with silence. The same frames, settings and song give the same
bytes. The file is written beside its final name and takes that name only when it is complete. A video that is complete
is never deleted: where its name is not to be had, it takes the next free one.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from glance.errors import VideoError
from glance.frames import Frame, Size
from glance.media.audio_reader import open_media
from glance.media.soundtrack import SongReader, Soundtrack
from glance.system.files import Stamp, part_path, put_in_place, reason, remove, stamp, sweep

if TYPE_CHECKING:
    import av

__all__ = ["X264_PRESETS", "Encoding", "Soundtrack", "VideoWriter"]

#: x264's presets, fastest first.
X264_PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
_SUFFIXES = (".mp4", ".m4v", ".mov")
#: Tags that mp4 has a place for; all others become lines of its comment.
_TAGS = ("title", "artist", "album", "date", "genre", "copyright", "description", "comment")
_AAC_FRAME = 1024
#: From this many bits a second on, FFmpeg's fast AAC coder sounds as good as its slow one, at 40 percent of the cost.
_FAST_CODER_FROM = 128_000
_BT709 = 1
_LIMITED_RANGE = 1
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_KEYFRAME_EVERY_S = 5
#: x264's result depends on how many threads share the work, so their number never follows the machine.
_THREADS = 2


@dataclass(frozen=True)
class Encoding:
    """How a video is compressed.

    Attributes:
        crf: x264's constant rate factor, 1 (best) to 51 (worst).
        preset: One of `X264_PRESETS`. At one CRF a slower preset gives a smaller file, not a better picture.
        audio_bitrate: Bits a second of the AAC sound, 32,000 to 512,000.

    Raises:
        VideoError: A value lies outside its range.
    """

    crf: int = 17
    preset: str = "superfast"
    audio_bitrate: int = 192_000

    def __post_init__(self) -> None:
        """Refuse what the encoders would refuse later and less clearly."""
        if not 1 <= self.crf <= 51:
            raise VideoError(f"crf: expected a whole number from 1 (best) to 51 (smallest file), found {self.crf}")
        if self.preset not in X264_PRESETS:
            raise VideoError(f"preset: expected one of {', '.join(X264_PRESETS)}, found {self.preset!r}")
        if not 32_000 <= self.audio_bitrate <= 512_000:
            raise VideoError(f"audio_bitrate: expected 32000 to 512000 bits a second, found {self.audio_bitrate}")


class VideoWriter:
    """Writes one video; a context manager.

    Leaving the `with` block cleanly finishes the video and puts it in place at once, over an older file of that name.
    Where another program holds that file, or has put one there since the block was entered, the video becomes
    `NAME (2).mp4`; `path` tells. Leaving it by an exception removes the unfinished file and leaves an older one as it
    was.

    Args:
        path: Where the video goes: .mp4, .m4v or .mov. Missing folders are made.
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
        encoding: Encoding = Encoding(),
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
        _check(self._path, self._fps, size)

    @property
    def path(self) -> Path:
        """The video's file; once the block is left, the name that it really has."""
        return self._path

    def __enter__(self) -> VideoWriter:
        self._song = SongReader(self._soundtrack) if self._soundtrack else None
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
        """Append a frame of shape (height, width, 3), and the sound that goes with it."""
        import av

        width, height = self._size
        if frame.shape != (height, width, 3) or frame.dtype != np.uint8:
            raise VideoError(
                f"frame {self._frames}: expected {width}x{height} RGB in 8 bits, found an array of shape "
                f"{frame.shape} and type {frame.dtype}"
            )
        picture = self._to_yuv.reformat(
            av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24"),
            format="yuv420p",
            dst_colorspace=_BT709,
            dst_color_range=_LIMITED_RANGE,
        )
        picture.pts = self._frames
        picture.time_base = 1 / self._fps
        with self._errors():
            self._output.mux(self._video.encode(picture))
            self._frames += 1
            self._write_sound(until=self._sample_count(), whole_blocks=True)

    @property
    def n_frames(self) -> int:
        """How many frames were written."""
        return self._frames

    def finish_as(self, path: Path) -> None:
        """Let what is written so far become a video of another name, in the same folder, when the block is left."""
        self._path = path
        self._older = stamp(path)

    def _open(self) -> None:
        import av
        from av.video.reformatter import VideoReformatter

        # One for all frames: each new one works its tables out again, half a millisecond at 512x512.
        self._to_yuv = VideoReformatter()
        options = {"movflags": "+faststart", "fflags": "+bitexact"}
        self._output: av.container.OutputContainer = av.open(
            str(self._temporary.absolute()), "w", format="mp4", container_options=options
        )
        self._output.metadata.update(self._tags)
        self._video = self._video_stream()
        self._audio: Any = self._audio_stream(self._song.rate) if self._song else None

    def _video_stream(self) -> Any:
        gop = max(1, round(self._fps * _KEYFRAME_EVERY_S))
        options = {"crf": str(self._encoding.crf), "preset": self._encoding.preset, "g": str(gop)}
        options |= {"threads": str(_THREADS), "flags": "+bitexact"}
        stream = self._output.add_stream("libx264", rate=self._fps, options=options)
        stream.width, stream.height = self._size
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = 1 / self._fps
        context = stream.codec_context
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _LIMITED_RANGE
        return stream

    def _audio_stream(self, rate: int) -> Any:
        coder = "fast" if self._encoding.audio_bitrate >= _FAST_CODER_FROM else "twoloop"
        stream = self._output.add_stream("aac", rate=rate, options={"flags": "+bitexact", "aac_coder": coder})
        stream.codec_context.bit_rate = self._encoding.audio_bitrate
        stream.codec_context.layout = "stereo"
        stream.codec_context.format = "fltp"
        stream.codec_context.time_base = Fraction(1, rate)
        return stream

    def _sample_count(self) -> int:
        """Return the number of samples that last as long as the frames written so far."""
        return round(self._frames / self._fps * self._song.rate) if self._song else 0

    def _write_sound(self, until: int, whole_blocks: bool) -> None:
        """Encode the song up to sample `until`; the last, shorter block only where `whole_blocks` is false."""
        import av

        if self._song is None:
            return
        while self._samples < until:
            count = min(_AAC_FRAME, until - self._samples)
            if whole_blocks and count < _AAC_FRAME:
                return
            block = av.AudioFrame.from_ndarray(self._song.read(count), format="fltp", layout="stereo")
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
        if self._song is not None:
            self._song.close()
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

        if self._song is not None:
            self._song.close()
        if hasattr(self, "_output"):
            with suppress(av.FFmpegError, OSError):
                self._output.close()
        with suppress(OSError):
            remove(self._temporary)

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


def check_name(path: Path) -> None:
    """Refuse a video's name before anything is done for it.

    Raises:
        VideoError: It ends otherwise than videos that can be written do, or is a folder.
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise VideoError(
            f"{path}: expected a name that ends in {', '.join(_SUFFIXES)}, found {path.suffix or 'none'!r}"
        )
    if path.is_dir():
        raise VideoError(f"{path}: expected a file name for the video, found a folder. Add a name such as video.mp4.")


def _check(path: Path, fps: Fraction, size: Size) -> None:
    check_name(path)
    width, height = size
    if width < 16 or height < 16 or width % 2 or height % 2:
        fit = f"{max(16, width + width % 2)}x{max(16, height + height % 2)}"
        raise VideoError(
            f"size: expected an even width and height of at least 16 pixels, as H.264 needs, found {width}x{height}. "
            f"Use {fit}."
        )
    if not 1 <= fps <= 240:
        raise VideoError(f"fps: expected 1 to 240 frames a second, found {fps}")


def _tags(metadata: Mapping[str, str]) -> dict[str, str]:
    known = {name: value for name, value in metadata.items() if name in _TAGS and value}
    lines = [f"{name}: {value}" for name, value in metadata.items() if name not in _TAGS and value]
    if lines:
        known["comment"] = "\n".join(filter(None, [known.get("comment", ""), *lines]))
    return known
