"""The song's own sound, cut and padded for a video.

Sound is float32 of shape (2, n) at one rate, full scale 1. Sample k of the song is its k-th decoded sample: places are
counted, never taken from time stamps, so that they mean what the analysis of the same song means by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.errors import AudioError, VideoError
from glance.media.audio_reader import AudioReader
from glance.timing import format_clock

#: Sampling rates that are kept as they are; all others become the nearest of 44.1 and 48 kHz that loses nothing.
_KEPT_RATES = (22_050, 24_000, 32_000, 44_100, 48_000)


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

    Args:
        soundtrack: What is read.
        rate: Samples a second that are asked for; 0 for the song's own where videos can have it.

    Attributes:
        rate: Samples a second of what is read.
        name: The song's file name, for messages.

    Raises:
        VideoError: The song is missing or has no sound that can be read.
    """

    def __init__(self, soundtrack: Soundtrack, rate: int = 0) -> None:
        self.name = soundtrack.path.name
        try:
            self._reader = AudioReader(soundtrack.path)
        except AudioError as error:
            raise VideoError(str(error)) from None
        native = self._reader.native_rate
        self.rate = rate or (native if native in _KEPT_RATES else 44_100 if native % 11_025 == 0 else 48_000)
        first = round(soundtrack.start_s * self.rate)
        self._left = round(soundtrack.end_s * self.rate) - first
        self._blocks = self._reader.blocks(self.rate)
        self._rest = np.zeros((2, 0), dtype=np.float32)
        self._skip(first, soundtrack.start_s)

    def read(self, count: int) -> NDArray[np.float32]:
        """Return the next `count` samples, shape (2, count)."""
        wanted = min(count, self._left)
        pieces = [self._rest]
        have = self._rest.shape[1]
        while have < wanted and (block := next(self._blocks, None)) is not None:
            pieces.append(_stereo(block))
            have += block.shape[1]
        sound = np.concatenate(pieces, axis=1) if len(pieces) > 1 else self._rest
        self._rest = sound[:, wanted:]
        self._left -= wanted
        taken = sound[:, :wanted]
        return np.pad(taken, ((0, 0), (0, count - taken.shape[1])))

    def close(self) -> None:
        """Let go of the file. Calling it twice is fine."""
        self._reader.close()

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
            self._rest = _stereo(block)[:, samples:]
            samples -= block.shape[1]


def _stereo(block: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a block of one or two channels as two; mono is doubled at full level."""
    return block if block.shape[0] == 2 else np.repeat(block, 2, axis=0)
