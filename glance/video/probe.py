"""What a video file says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from glance.errors import VideoError
from glance.frames import Size
from glance.video.audio_reader import default_stream
from glance.video.decode import opened


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
