"""The one way sound comes out of a file: for listening and for the soundtrack alike, so that both hear the same.

Sound is float32 of shape (channels, n) with one or two channels at one rate, full scale 1. It is read as players play
it: what changes inside the file (rate, channels, sample format, a chain of Ogg streams) is followed, a packet that
cannot be decoded becomes silence of its length, samples that are no numbers become silence, and those beyond full scale
are cut off. Samples are counted, never taken from time stamps. What could not be read is kept as a note for the person.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glance.errors import AudioError, NotAudioError
from glance.media.ogg_chain import FilePart, OggLink, ogg_links
from glance.media.wave_header import wave_length_s
from glance.timing import format_clock

#: Longer songs are refused: what is kept of one while it is heard grows by 0.3 GB an hour.
MAX_SONG_S = 3 * 3600
#: Samples that are handed on together, so that the work on each block weighs little.
_BLOCK = 1 << 16
#: FFmpeg knows where the channels of up to this many belong; more are a multitrack recording's.
_MOST_CHANNELS = 8
#: FFmpeg's mark of a stream that is to be played unless another is asked for.
_DEFAULT = 1
#: Errors of the container in a row after which nothing more can come.
_MAX_BROKEN = 50
#: A song counts as cut short where this much of what its header promises is missing.
_MISSING_SHARE, _MISSING_S = 0.01, 1.0
#: Less than this is not worth a word.
_HEARABLE_S = 0.05
#: Formats without a table of contents: their length is a guess from the bit rate, unless a Xing or VBRI frame says it.
_GUESSED = {"mp3", "aac", "ac3", "eac3", "dts", "mp2", "mpeg", "loas"}
#: Texts that name other files; FFmpeg would follow them.
_LISTS = (b"ffconcat", b"#EXTM3U", b"[playlist]", b"<?xml", b"<smil", b"<asx")


def open_media(path: Path, **options: Any) -> Any:
    """Open a file for reading with PyAV, whatever its name is and whatever its tags are encoded in.

    Raises:
        av.FFmpegError: FFmpeg cannot read it.
        OSError: The system refuses.
    """
    import av

    try:
        return av.open(_safe_name(path), metadata_errors="ignore", **options)
    except TypeError as error:
        # PyAV 19 is lenient by itself and knows no such word. Versions do not tell (builds of one number differ), and a
        # compiled function does not show its parameters: only the call itself does.
        if "metadata_errors" not in str(error):
            raise
    return av.open(_safe_name(path), **options)


def _safe_name(path: Path) -> str:
    """Return a name in which FFmpeg sees no protocol: it takes what stands before the first colon for one."""
    return str(Path(path).absolute())


class _Kind(NamedTuple):
    """What a resampler is made for; a frame of another kind needs another resampler."""

    sample_format: str
    layout: str
    channels: int
    rate: int


class AudioReader:
    """The sound of a file's default audio stream, block by block in flat memory.

    Args:
        path: Anything with sound that FFmpeg reads.

    Attributes:
        native_rate: Samples a second of the file itself, at its start.
        promised_s: The length that the file states, in seconds; 0 where it states none that can be relied upon.

    Raises:
        AudioError: The file is missing, no audio, without an audio stream, or too long.
    """

    def __init__(self, path: Path) -> None:
        self._path = Path(path)
        self._stack = ExitStack()
        _refuse_lists(self._path)
        self._links = ogg_links(self._path)
        container, stream = self._opened(self._links[0] if self._links else None)
        self._first = (container, stream)
        self.native_rate = int(stream.rate or stream.codec_context.sample_rate or 0) or 48_000
        self._rate = self.native_rate
        self.promised_s = 0.0 if self._links else _promised_s(self._path, container, stream)
        self._samples = 0
        self._lost_samples = 0
        self._changes = 0
        if self.promised_s > MAX_SONG_S:
            self.close()
            raise _too_long(self._path, self.promised_s)

    @property
    def heard_s(self) -> float:
        """Seconds read so far."""
        return self._samples / self._rate

    def notes(self) -> tuple[str, ...]:
        """Return what a person should know about the sound, once all of it is read; empty where all is well."""
        found = []
        lost_s = self._lost_samples / self._rate
        if lost_s >= _HEARABLE_S:
            found.append(
                f"{self._path.name} is damaged: {lost_s:.1f} s of it could not be read and are silent. "
                "Export or download it again if you can."
            )
        missing_s = self.promised_s - self.heard_s
        if missing_s > max(_MISSING_S, _MISSING_SHARE * self.promised_s):
            found.append(
                f"{self._path.name} says that it is {format_clock(self.promised_s)} long, but only "
                f"{format_clock(self.heard_s)} of it could be read: it is damaged or cut short. "
                "Export or download it again."
            )
        return tuple(found)

    def close(self) -> None:
        """Let go of the file. Calling it twice is fine."""
        self._stack.close()

    def __enter__(self) -> AudioReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def blocks(self, rate: int) -> Iterator[NDArray[np.float32]]:
        """Yield the sound once, from its start, at `rate` samples a second as float32 (1 or 2, n): mono stays mono.

        Raises:
            AudioError: It turns out to be longer than three hours.
        """
        self._rate = rate
        waiting: list[NDArray[np.float32]] = []
        held = 0
        for block in self._resampled():
            if waiting and (waiting[0].shape[0] != block.shape[0] or held >= _BLOCK):
                yield self._counted(waiting)
                waiting, held = [], 0
            waiting.append(block)
            held += block.shape[1]
        if waiting:
            yield self._counted(waiting)

    def _counted(self, blocks: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        sound = np.concatenate(blocks, axis=1) if len(blocks) > 1 else np.array(blocks[0])
        self._samples += sound.shape[1]
        if self.heard_s > MAX_SONG_S:
            raise _too_long(self._path, self.heard_s)
        return bounded(sound)

    def _resampled(self) -> Iterator[NDArray[np.float32]]:
        from av.audio.resampler import AudioResampler

        resampler, kind = None, None
        for frame in self._frames():
            now = _kind(frame)
            if now.channels > _MOST_CHANNELS:
                frame, now = _two_sides(frame), now._replace(sample_format="fltp", layout="stereo", channels=2)
            if now != kind:
                if resampler is not None:
                    yield from _arrays(resampler, None)
                # Mono stays mono: FFmpeg's own up-mix would make it 3 dB quieter.
                layout = "mono" if now.channels == 1 else "stereo"
                resampler, kind = AudioResampler(format="fltp", layout=layout, rate=self._rate), now
            if resampler is not None:
                yield from _arrays(resampler, frame)
        if resampler is not None:
            yield from _arrays(resampler, None)

    def _frames(self) -> Iterator[Any]:
        """Yield decoded frames without time stamps, of all links of a chain, broken packets as silence."""
        container, stream = self._first
        yield from self._decoded(container, stream)
        for link in self._links[1:]:
            try:
                container, stream = self._opened(link)
            except AudioError:
                continue
            yield from self._decoded(container, stream)
            container.close()

    def _decoded(self, container: Any, stream: Any) -> Iterator[Any]:
        import av

        last = None
        wild = stream.codec_context.name.startswith("pcm_f")
        for packet in _packets(container, stream):
            try:
                frames = packet.decode()
            except av.FFmpegError:
                frames = [] if last is None else [_silence_like(last)]
                self._lost_samples += round(frames[0].samples * self._rate / frames[0].sample_rate) if frames else 0
            for frame in frames:
                last = frame
                tamed = _tamed(frame) if wild else frame
                # The resampler would stretch or drop samples to follow odd time stamps.
                tamed.pts = None
                yield tamed

    def _opened(self, link: OggLink | None) -> tuple[Any, Any]:
        import av

        try:
            container = open_media(self._path) if link is None else av.open(self._part(link), format="ogg")
        except (av.FFmpegError, OSError, ValueError) as error:
            kind = NotAudioError if isinstance(error, av.error.InvalidDataError) else AudioError
            raise kind(
                f"{self._path.name}: expected a song (wav, mp3, flac, ogg, opus, m4a), but this is not audio that can "
                f"be read ({_reason(error)}). Check that the file plays in a music player, or convert it to wav."
            ) from None
        self._stack.callback(container.close)
        if not container.streams.audio:
            self.close()
            raise NotAudioError(
                f"{self._path.name}: expected a song, found a file without any audio stream. Choose another."
            )
        return container, default_stream(container)

    def _part(self, link: OggLink) -> FilePart:
        file = self._stack.enter_context(self._path.open("rb"))
        return FilePart(file, link.start, link.end)


def default_stream(container: Any) -> Any:
    """Return a container's audio stream that players play: the first that is marked as default, else the first."""
    streams = list(container.streams.audio)
    for stream in streams:
        # PyAV before 13 does not tell; its first stream is what it has always taken.
        disposition = getattr(stream, "disposition", 0)
        if int(getattr(disposition, "value", disposition)) & _DEFAULT:
            return stream
    return streams[0]


def bounded(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return sound within full scale, in place; what is no number becomes silence."""
    np.nan_to_num(sound, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return np.asarray(np.clip(sound, -1.0, 1.0, out=sound))


def _packets(container: Any, stream: Any) -> Iterator[Any]:
    """Yield a stream's packets; a container that stumbles is asked again, as what follows may be whole."""
    import av

    broken = 0
    while broken < _MAX_BROKEN:
        try:
            for packet in container.demux(stream):
                broken = 0
                yield packet
        except av.EOFError:
            return
        except av.FFmpegError:
            broken += 1
        else:
            return


def _arrays(resampler: Any, frame: Any) -> Iterator[NDArray[np.float32]]:
    return (out.to_ndarray() for out in resampler.resample(frame))


def _tamed(frame: Any) -> Any:
    """Return a frame of floating-point samples within full scale: one sample of 1e30 would drown its neighbors."""
    samples = frame.to_ndarray()
    with np.errstate(invalid="ignore"):
        if bool((np.abs(samples) <= 1.0).all()):
            return frame
    for plane, row in zip(frame.planes, bounded(np.array(samples)), strict=True):
        plane.update(row.tobytes().ljust(plane.buffer_size, b"\0"))
    return frame


def _two_sides(frame: Any) -> Any:
    """Return a frame of many channels, whose places nobody knows, as stereo: every other one on either side."""
    from av.audio.frame import AudioFrame

    count = len(frame.layout.channels)
    samples = frame.to_ndarray()
    apart = samples if frame.format.is_planar else samples.reshape(-1, count).T
    if apart.dtype.kind in "iu":
        limits = np.iinfo(apart.dtype)
        apart = (apart - (limits.max + 1) / 2 * (limits.min == 0)) / (limits.max + 1) * (1 + (limits.min == 0))
    sides = np.stack([apart[::2].mean(axis=0), apart[1::2].mean(axis=0)]).astype(np.float32)
    folded = AudioFrame.from_ndarray(np.ascontiguousarray(bounded(sides)), format="fltp", layout="stereo")
    folded.sample_rate = frame.sample_rate
    return folded


def _kind(frame: Any) -> _Kind:
    return _Kind(frame.format.name, frame.layout.name, len(frame.layout.channels), int(frame.sample_rate))


def _silence_like(frame: Any) -> Any:
    from av.audio.frame import AudioFrame

    silence = AudioFrame(format=frame.format.name, layout=frame.layout.name, samples=frame.samples)
    for plane in silence.planes:
        plane.update(bytes(plane.buffer_size))
    silence.sample_rate = frame.sample_rate
    return silence


def _promised_s(path: Path, container: Any, stream: Any) -> float:
    """Return the length in seconds that a file states; 0 where FFmpeg only guesses it."""
    formats = set(str(container.format.name).split(","))
    if "wav" in formats:
        return wave_length_s(path)
    if formats & _GUESSED and not _counts_its_frames(path):
        return 0.0
    seconds = 0.0
    if stream.duration is not None and stream.time_base:
        seconds = float(stream.duration * stream.time_base)
    elif container.duration:
        seconds = float(container.duration) / 1e6
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0


def _counts_its_frames(path: Path) -> bool:
    """Return whether an MP3 starts with a frame that tells how many follow (Xing, Info or VBRI)."""
    with path.open("rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3" and len(head) == 10:
            size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
            file.seek(10 + size)
            head = b""
        head += file.read(4096)
    return any(mark in head for mark in (b"Xing", b"Info", b"VBRI"))


def _refuse_lists(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise AudioError(
            f"{path}: the file cannot be read ({error.strerror or error}). Check that it exists and may be opened."
        ) from None
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(tuple(mark.lower() for mark in _LISTS)):
        raise NotAudioError(
            f"{path.name}: expected a song, found a list that names other files. Choose the song itself."
        )


def _too_long(path: Path, seconds: float) -> AudioError:
    return AudioError(
        f"{path.name}: expected a song of at most {format_clock(MAX_SONG_S)}, found {format_clock(seconds)} or more. "
        "Cut the part that the video is for out of it first."
    )


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text).strip().rstrip(".").lower()
