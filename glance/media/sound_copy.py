"""The song's own packets, taken over into a video without being compressed again.

Only whole packets from the song's first on can be taken, and only of codecs whose first sample players find by the
container alone: what MP3's header says of it, for one, is lost in an mp4, and the song would come 25 ms late.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from glance.errors import VideoError
from glance.media.audio_reader import default_stream, open_media
from glance.media.soundtrack import Soundtrack

#: Container of the video -> codec -> containers of the song (FFmpeg's names) from which it can be taken.
_TAKEN = {
    "mp4": {"aac": {"mov,mp4,m4a,3gp,3g2,mj2"}, "alac": {"mov,mp4,m4a,3gp,3g2,mj2"}, "flac": {"flac"}},
    "mov": {"aac": {"mov,mp4,m4a,3gp,3g2,mj2"}, "alac": {"mov,mp4,m4a,3gp,3g2,mj2"}},
    "webm": {"opus": {"ogg", "matroska,webm"}, "vorbis": {"ogg", "matroska,webm"}},
}


def copy_problem(soundtrack: Soundtrack, container: str) -> str:
    """Return why a song's packets cannot be taken over, as the end of a sentence; empty where they can."""
    import av

    if soundtrack.start_s > 0:
        return "the video begins inside the song, between two of its packets"
    try:
        with open_media(soundtrack.path) as song:
            if not song.streams.audio:
                return "the song's file has no sound"
            codec = default_stream(song).codec_context.name
            kind = str(song.format.name)
    except (av.FFmpegError, OSError):
        return "the song cannot be read that way"
    if kind in _TAKEN.get(container, {}).get(codec, ()):
        return ""
    return f"{codec} of a .{soundtrack.path.suffix.lstrip('.')} file keeps no exact start in .{container}"


class CopiedSound:
    """A song's packets on their way into a video.

    Args:
        soundtrack: What is heard; its start is 0.
        output: PyAV's container that is written.

    Raises (from every method):
        av.FFmpegError, OSError: The song is damaged.
        VideoError: This PyAV cannot take packets over.
    """

    def __init__(self, soundtrack: Soundtrack, output: Any) -> None:
        self._song = open_media(soundtrack.path)
        source = default_stream(self._song)
        if hasattr(output, "add_stream_from_template"):
            self._stream = output.add_stream_from_template(source)
        else:
            try:
                self._stream = output.add_stream(template=source)
            except TypeError:
                self._song.close()
                raise VideoError("this PyAV cannot take a song over as it is; let it be compressed") from None
        self._packets = self._read(source, soundtrack.end_s)
        self._next = next(self._packets, None)

    def packets(self, until_s: float) -> Iterator[Any]:
        """Yield the packets that begin before a second of the video."""
        while self._next is not None and float(self._next.pts * self._next.time_base) < until_s:
            packet, self._next = self._next, next(self._packets, None)
            packet.stream = self._stream
            yield packet

    def close(self) -> None:
        """Let go of the song."""
        self._song.close()

    def _read(self, source: Any, end_s: float) -> Iterator[Any]:
        for packet in self._song.demux(source):
            if packet.size and packet.pts is not None and float(packet.pts * packet.time_base) < end_s:
                yield packet
