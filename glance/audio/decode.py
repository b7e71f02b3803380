"""From a song file of any kind to one mono signal.

The signal starts where the music starts: what an encoder puts before it (priming, codec delay) is dropped by FFmpeg's
demuxers and decoders, and the resampler's own delay is compensated, so a click at `t` seconds stays at `t`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.errors import AudioError
from glance.media.audio_reader import AudioReader
from glance.system.files import sha256_of

#: The rate everything is analysed at, in Hz: nothing that beats lives above 11 kHz.
SAMPLE_RATE = 22_050
#: Two sides cancel each other where their mean keeps less than this share of their mean power (unrelated ones: 0.5).
_CANCELLED = 0.15
#: Share of a song's power that lies in such places from which the louder side is heard instead.
_CANCELLED_PART = 0.1


def song_hash(path: Path) -> str:
    """Return the SHA-256 hex digest of a file's bytes.

    Raises:
        AudioError: The file is missing or cannot be read.
    """
    try:
        return sha256_of(Path(path))
    except OSError as error:
        raise AudioError(_unreadable(Path(path), error)) from None


def decode(path: Path, sr: int = SAMPLE_RATE, progress: Callable[[float], None] | None = None) -> NDArray[np.float32]:
    """Return the song as mono float32 of shape (n,), at `sr` samples a second; see `hear_sound`."""
    return hear_sound(path, sr, progress).signal


@dataclass(frozen=True)
class HeardSound:
    """A song as it is listened to.

    Attributes:
        signal: (n,) float32, mono.
        notes: What a person should know about the sound, such as how much of a damaged file could be read.
    """

    signal: NDArray[np.float32]
    notes: tuple[str, ...]


def hear_sound(path: Path, sr: int = SAMPLE_RATE, progress: Callable[[float], None] | None = None) -> HeardSound:
    """Return the song as mono float32 of shape (n,), at `sr` samples a second, and what is to be said about it.

    Channels are averaged, those beyond two after FFmpeg's down-mix to stereo. Where the two sides cancel each other
    (one is the other turned upside down: both loudspeakers play, their mean is silence), the louder side is heard. A
    file that ends too early is read as far as it goes; a gap of damaged packets becomes silence of the same length, so
    that what follows stays in time.

    Args:
        path: wav, mp3, flac, ogg, opus, m4a or anything else that FFmpeg reads; its default audio stream.
        sr: Sampling rate of the result in Hz.
        progress: Called with the share read so far, in [0, 1], at least once a second of sound or so; what it raises
            ends the reading.

    Raises:
        AudioError: The file is missing, empty, no audio, without an audio stream, too long, or damaged from its start.
    """
    path = Path(path)
    _require_file(path)
    with AudioReader(path) as reader:
        sides = _Sides()
        signal = _gathered(reader, sr, sides.mixed, progress)
        notes = reader.notes()
    if sides.cancel:
        with AudioReader(path) as reader:
            signal = _gathered(reader, sr, sides.louder, progress)
        notes = (*notes, f"{path.name}: its two sides cancel each other, so the louder one was listened to.")
    if not signal.size:
        raise AudioError(
            f"{path.name}: expected a song, but not one sample of it could be decoded: the file is damaged or holds "
            "no sound. Try to download or export it again."
        )
    return HeardSound(signal, notes)


def _gathered(
    reader: AudioReader,
    sr: int,
    mix: Callable[[NDArray[np.float32]], NDArray[np.float32]],
    progress: Callable[[float], None] | None,
) -> NDArray[np.float32]:
    # Grown in place: to gather blocks and then join them would take a long song's room twice.
    samples = bytearray()
    for block in reader.blocks(sr):
        samples += mix(block).data
        if progress is not None:
            progress(min(1.0, reader.heard_s / reader.promised_s) if reader.promised_s else 0.0)
    return np.frombuffer(samples, dtype=np.float32)


class _Sides:
    """Mixes two sides to one, and keeps count of how much of their power the mix has lost."""

    def __init__(self) -> None:
        self._power = np.zeros(2)
        self._lost = 0.0

    def mixed(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the mean of a block's channels, (n,)."""
        if block.shape[0] == 1:
            return np.ascontiguousarray(block[0])
        mean = np.asarray(block.mean(axis=0), dtype=np.float32)
        power = np.einsum("ij,ij->i", block, block, dtype=np.float64)
        self._power += power
        if float(np.dot(mean, mean)) < _CANCELLED * float(power.sum()) / 2:
            self._lost += float(power.sum())
        return mean

    def louder(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the channel of a block that is the louder one in the whole song, (n,)."""
        return np.ascontiguousarray(block[int(np.argmax(self._power)) if block.shape[0] > 1 else 0])

    @property
    def cancel(self) -> bool:
        """Whether the sides cancel each other in a good part of what sounds."""
        return self._lost > _CANCELLED_PART * float(self._power.sum()) > 0


def _require_file(path: Path) -> None:
    if not path.exists():
        raise AudioError(f"{path}: there is no such file. Check the path and the spelling of the name.")
    if path.is_dir():
        raise AudioError(f"{path}: expected a song, found a folder. Name the file inside it.")
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise AudioError(_unreadable(path, error)) from None
    if size == 0:
        raise AudioError(f"{path.name}: expected a song, found an empty file (0 bytes). Export or download it again.")


def _unreadable(path: Path, error: OSError) -> str:
    return f"{path}: the file cannot be read ({error.strerror or error}). Check that it exists and may be opened."
