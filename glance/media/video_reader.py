"""A video's frames, one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from glance.errors import VideoError
from glance.frames import Frame, Size
from glance.media.audio_reader import default_stream, open_media

if TYPE_CHECKING:
    import av


@contextmanager
def opened(path: Path) -> Iterator[av.container.InputContainer]:
    """Open a file that has a video stream, and turn what goes wrong while it is read into words for a person.

    Raises:
        VideoError: The file is missing, no video, or damaged.
    """
    import av

    try:
        with open_media(path) as container:
            if not container.streams.video:
                raise VideoError(f"{path}: expected a video, found a file without pictures. Choose another.")
            yield container
    except (av.FFmpegError, OSError) as error:
        reason = (error.strerror or str(error)).rstrip(".").lower()
        raise VideoError(f"{path}: expected a video that can be read, but {reason}. Check the file.") from None


def frames(path: Path, *, size: Size | None = None) -> Iterator[Frame]:
    """Yield a video's frames in the order they are shown, as arrays of shape (height, width, 3).

    Args:
        path: A video file.
        size: (width, height) that each frame is scaled to, by area; None for the video's own.

    Raises:
        VideoError: The file is missing, no video, or damaged.
    """
    return (frame for _, frame in timed_frames(path, size=size))


def timed_frames(path: Path, *, size: Size | None = None) -> Iterator[tuple[float | None, Frame]]:
    """Yield each frame as `frames` does, with the second of the file it is shown at; None where the file has no time.

    Raises:
        VideoError: The file is missing, no video, or damaged.
    """
    from av.video.reformatter import VideoReformatter

    width, height = size or (None, None)
    to_rgb = VideoReformatter()
    with opened(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for picture in container.decode(stream):
            matrix = _matrix(picture.colorspace, picture.height)
            # RGB has no matrix, but PyAV 12 looks at the source's only where the target's is another.
            other = 1 if matrix != 1 else 5
            rgb = to_rgb.reformat(
                picture, width, height, "rgb24", src_colorspace=matrix, dst_colorspace=other, interpolation="AREA"
            )
            yield picture.time, np.ascontiguousarray(rgb.to_ndarray())


def _matrix(tagged: int, height: int) -> int:
    """Return swscale's number of the matrix from YCbCr to RGB (ITU-T H.273, table 4, gives the tags).

    Untagged pictures follow what players do: BT.709 for high definition, BT.601 below.
    """
    by_tag = {1: 1, 5: 5, 6: 5, 7: 7, 9: 9, 10: 9}
    return by_tag.get(int(tagged), 1 if height >= 720 else 5)


@dataclass(frozen=True)
class VideoInfo:
    """A video's facts.

    Attributes:
        codec: Name of the video's codec, for example `h264`.
        pix_fmt: FFmpeg's name of its pixel format, for example `yuv420p`.
        size: (width, height) in pixels.
        fps: Frames a second, exact.
        n_frames: Number of frames.
        video_s: Length of the picture in seconds.
        audio_s: Length of the sound in seconds; 0 without sound.
        audio_codec: Name of the sound's codec; empty without sound.
        audio_rate: Samples a second; 0 without sound.
        audio_start_s: Second of the file at which its sound starts; 0 without sound.
        metadata: The file's tags.
    """

    codec: str
    pix_fmt: str
    size: Size
    fps: Fraction
    n_frames: int
    video_s: float
    audio_s: float
    audio_codec: str
    audio_rate: int
    audio_start_s: float
    metadata: Mapping[str, str]


def probe(path: Path) -> VideoInfo:
    """Return a video file's facts, without decoding it.

    Raises:
        VideoError: The file is missing or no video.
    """
    with opened(path) as container:
        video = container.streams.video[0]
        audio = default_stream(container) if container.streams.audio else None
        fps = video.average_rate or video.guessed_rate
        if not fps:
            raise VideoError(f"{path}: the video does not say how many frames a second it has.")
        size = (int(video.codec_context.width), int(video.codec_context.height))
        info = VideoInfo(
            codec=video.codec_context.name,
            pix_fmt=video.codec_context.pix_fmt or "",
            size=size,
            fps=Fraction(fps),
            n_frames=video.frames,
            video_s=_length_s(video, container),
            audio_s=_length_s(audio, container) if audio else 0.0,
            audio_codec=audio.codec_context.name if audio else "",
            audio_rate=int(audio.rate) if audio else 0,
            audio_start_s=_start_s(audio) if audio else 0.0,
            metadata=dict(container.metadata),
        )
        if info.n_frames:
            return info
        # Some containers keep no count: packets are counted instead.
        count = sum(1 for packet in container.demux(video) if packet.size)
    return VideoInfo(**{**vars(info), "n_frames": count})


def _length_s(stream: Any, container: Any) -> float:
    if stream.duration is not None:
        return float(stream.duration * stream.time_base)
    return float(container.duration or 0) / 1e6


def _start_s(audio: Any) -> float:
    """Return when a stream's first sample that is heard is heard: what encoders put before it lies below 0."""
    start = audio.start_time
    return max(0.0, float(start * audio.time_base)) if start is not None else 0.0
