"""The song's own sound, cut and padded for a video.

Sound is float32 of shape (2, n) at one rate, full scale 1. Sample k of the song is its k-th decoded sample: places are
counted, never taken from time stamps, so that they mean what the analysis of the same song means by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.containers import open_container
from glance.errors import VideoError
from glance.timing import format_clock

#: Sampling rates that are kept as they are; all others become the nearest of 44.1 and 48 kHz that loses nothing.
_KEPT_RATES = (22_050, 24_000, 32_000, 44_100, 48_000)
#: Damaged packets in a row after which the rest of a song counts as missing.
_MAX_LOST = 50


@dataclass(frozen=True)
class Soundtrack:
    """The stretch `[start_s, end_s)` of a song that is heard under a video.

    Attributes:
        path: The song, or a video with sound.
        start_s: Where in the song the video starts, in seconds, at least 0.
        end_s: Where in the song the video ends, in seconds, above `start_s`. Beyond the song's end lies silence.

    Raises:
        VideoError: The stretch is empty or starts before the song.
    """

    path: Path
    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        """Refuse a stretch that holds nothing."""
        if not 0 <= self.start_s < self.end_s < float("inf"):
            raise VideoError(
                f"{self.path}: expected a stretch of the song whose start lies before its end, found "
                f"{self.start_s:g} s to {self.end_s:g} s. Change the start or the end."
            )


class SongReader:
    """Reads a soundtrack forwards, in pieces of any length, with silence after its end. Memory is flat.

    Attributes:
        rate: Samples a second of what is read.
        name: The song's file name, for messages.

    Raises:
        VideoError: The song is missing or has no sound that can be read.
    """

    def __init__(self, soundtrack: Soundtrack) -> None:
        import av

        self.name = soundtrack.path.name
        try:
            self._container = open_container(soundtrack.path)
        except (av.FFmpegError, OSError) as error:
            raise VideoError(f"{soundtrack.path}: the song cannot be read ({_reason(error)}).") from None
        if not self._container.streams.audio:
            self._container.close()
            raise VideoError(f"{soundtrack.path}: expected a song, found a file without sound. Choose another.")
        native = int(self._container.streams.audio[0].rate)
        self.rate = native if native in _KEPT_RATES else 44_100 if native % 11_025 == 0 else 48_000
        first = round(soundtrack.start_s * self.rate)
        self._left = round(soundtrack.end_s * self.rate) - first
        self._blocks = _stereo_blocks(self._container, self.rate)
        self._rest = np.zeros((2, 0), dtype=np.float32)
        self._skip(first, soundtrack.start_s)

    def read(self, count: int) -> NDArray[np.float32]:
        """Return the next `count` samples, shape (2, count)."""
        wanted = min(count, self._left)
        pieces = [self._rest]
        have = self._rest.shape[1]
        while have < wanted and (block := next(self._blocks, None)) is not None:
            pieces.append(block)
            have += block.shape[1]
        sound = np.concatenate(pieces, axis=1) if len(pieces) > 1 else self._rest
        self._rest = sound[:, wanted:]
        self._left -= wanted
        taken = sound[:, :wanted]
        return np.pad(taken, ((0, 0), (0, count - taken.shape[1])))

    def close(self) -> None:
        """Let go of the file. Calling it twice is fine."""
        self._container.close()

    def _skip(self, samples: int, start_s: float) -> None:
        # Decoded and thrown away rather than sought: a seek lands on a packet, not on a sample.
        while samples > 0:
            block = next(self._blocks, None)
            if block is None:
                self.close()
                raise VideoError(
                    f"{self.name}: the video starts at {format_clock(start_s)} of the song, after the song's end. "
                    "Choose an earlier start."
                )
            self._rest = block[:, samples:]
            samples -= block.shape[1]


def _stereo_blocks(container: Any, rate: int) -> Iterator[NDArray[np.float32]]:
    """Yield a file's first audio stream as stereo float32 blocks of shape (2, n) at `rate`."""
    from av.audio.resampler import AudioResampler

    resampler = None
    for frame in _frames(container):
        if resampler is None:
            # Mono is doubled below, at full level: FFmpeg's own up-mix would make it 3 dB quieter.
            layout = "mono" if len(frame.layout.channels) == 1 else "stereo"
            resampler = AudioResampler(format="fltp", layout=layout, rate=rate)
        for out in resampler.resample(frame):
            yield _block(out)
    if resampler is not None:
        for out in resampler.resample(None):
            yield _block(out)


def _block(frame: Any) -> NDArray[np.float32]:
    sound: NDArray[np.float32] = np.nan_to_num(frame.to_ndarray(), nan=0.0, posinf=0.0, neginf=0.0)
    stereo = np.empty((2, sound.shape[1]), dtype=np.float32)
    # A down-mix of many channels may go beyond full scale.
    stereo[:] = np.clip(sound, -1.0, 1.0)
    return stereo


def _frames(container: Any) -> Iterator[Any]:
    """Yield decoded frames without time stamps; a packet that cannot be decoded gives silence of the same length."""
    import av

    lost, last = 0, None
    packets = container.demux(container.streams.audio[0])
    while lost <= _MAX_LOST:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        try:
            frames = packet.decode()
        except av.FFmpegError:
            lost += 1
            frames = [_silence_like(last)] if last is not None else []
        else:
            lost = 0 if frames else lost
        for frame in frames:
            # The resampler would stretch or drop samples to follow odd time stamps.
            frame.pts = None
            last = frame
            yield frame


def _silence_like(frame: Any) -> Any:
    from av.audio.frame import AudioFrame

    silence = AudioFrame(format=frame.format.name, layout=frame.layout.name, samples=frame.samples)
    for plane in silence.planes:
        plane.update(bytes(plane.buffer_size))
    silence.sample_rate = frame.sample_rate
    return silence


def _reason(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error).strip().rstrip(".").lower()
