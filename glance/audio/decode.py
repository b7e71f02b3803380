"""From a song file of any kind to one mono signal.

The signal starts where the music starts: what an encoder puts before it (priming, codec delay) is dropped by FFmpeg's
demuxers and decoders, and the resampler's own delay is compensated, so a click at `t` seconds stays at `t`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glance.containers import open_container
from glance.errors import AudioError

if TYPE_CHECKING:
    import av

#: The rate everything is analysed at, in Hz: nothing that beats lives above 11 kHz.
SAMPLE_RATE = 22_050
_HASH_BLOCK = 1 << 20
#: Lost packets in a row after which a file counts as damaged from there on.
_MAX_LOST = 50


def song_hash(path: Path) -> str:
    """Return the SHA-256 hex digest of a file's bytes.

    Raises:
        AudioError: The file is missing or cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with Path(path).open("rb") as file:
            while block := file.read(_HASH_BLOCK):
                digest.update(block)
    except OSError as error:
        raise AudioError(_unreadable(Path(path), error)) from None
    return digest.hexdigest()


def decode(path: Path, sr: int = SAMPLE_RATE, progress: Callable[[float], None] | None = None) -> NDArray[np.float32]:
    """Return the song as mono float32 of shape (n,), at `sr` samples a second.

    Channels are averaged by FFmpeg's down-mix. A file that ends too early is read as far as it goes; a gap of damaged
    packets becomes silence of the same length, so that what follows stays in time.

    Args:
        path: wav, mp3, flac, ogg, opus, m4a or anything else that FFmpeg reads; in a video, its first audio stream.
        sr: Sampling rate of the result in Hz.
        progress: Called with the share read so far, in [0, 1].

    Raises:
        AudioError: The file is missing, empty, no audio, without an audio stream, or damaged from its start.
    """
    path = Path(path)
    _require_file(path)
    import av

    try:
        container = open_container(path)
    except (av.FFmpegError, OSError) as error:
        raise AudioError(
            f"{path.name}: expected a song (wav, mp3, flac, ogg, opus, m4a), but this is not audio that can be read "
            f"({_reason(error)}). Check that the file plays in a music player, or convert it to wav."
        ) from None
    with container:
        if not container.streams.audio:
            raise AudioError(f"{path.name}: expected a song, found a file without any audio stream. Choose another.")
        # Grown in place: to gather blocks and then join them would take a long song's room twice.
        samples = bytearray()
        for block in _mono_blocks(container, sr, progress):
            samples += block.data
    signal = np.frombuffer(samples, dtype=np.float32)
    if not signal.size:
        raise AudioError(
            f"{path.name}: expected a song, but not one sample of it could be decoded: the file is damaged or holds "
            "no sound. Try to download or export it again."
        )
    return signal


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


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text).strip().rstrip(".").lower()


def _mono_blocks(
    container: av.container.InputContainer, sr: int, progress: Callable[[float], None] | None
) -> Iterator[NDArray[np.float32]]:
    """Yield the down-mixed, resampled signal block by block, nothing else kept in memory."""
    from av.audio.resampler import AudioResampler

    stream = container.streams.audio[0]
    resampler = AudioResampler(format="fltp", layout="mono", rate=sr)
    total_s = float(container.duration or 0) / 1e6
    done = 0
    for frame in _frames(container, stream):
        for out in resampler.resample(frame):
            block = _samples(out)
            done += block.size
            yield block
        if progress is not None and total_s > 0:
            progress(min(1.0, done / sr / total_s))
    if done:
        for out in resampler.resample(None):
            yield _samples(out)


def _samples(frame: Any) -> NDArray[np.float32]:
    block = np.ascontiguousarray(frame.to_ndarray()[0], dtype=np.float32)
    # A damaged float file may hold NaN or infinity, which would poison every spectrum.
    return block if np.isfinite(block).all() else np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)


def _frames(container: av.container.InputContainer, stream: Any) -> Iterator[Any]:
    """Yield decoded frames without time stamps, packets that cannot be decoded replaced by silence."""
    import av

    lost, shape = 0, None
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        try:
            frames = packet.decode()
        except av.FFmpegError:
            lost += 1
            if lost > _MAX_LOST:
                return
            frames = [_silence(shape)] if shape is not None else []
        else:
            lost = 0 if frames else lost
        for frame in frames:
            shape = (frame.format.name, frame.layout.name, frame.sample_rate, frame.samples)
            # The resampler would otherwise stretch or drop samples to follow odd time stamps.
            frame.pts = None
            yield frame


def _silence(shape: tuple[str, str, int, int]) -> Any:
    from av.audio.frame import AudioFrame

    sample_format, layout, rate, samples = shape
    frame = AudioFrame(format=sample_format, layout=layout, samples=samples)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate = rate
    return frame
