"""How a video is compressed: the codecs, what holds them, and what each is told.

Only what the FFmpeg at hand has can be used; PyAV's wheels bring x264, x265, SVT-AV1, VP9 and ProRes. The encoders of
graphics cards are there by name on many machines and open on few: they are tried before the first frame.

Sources: for ProRes' profiles FFmpeg's `prores_ks`; for the ratio of the scales of quality the encoders' own manuals
(x265's default of 28 is to look as x264's 23; SVT-AV1's scale ends at 63 where x264's ends at 51).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from glance.errors import VideoError

#: x264's presets, fastest first.
X264_PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
#: Whether the song is compressed for the video, or its own packets are taken over.
SOUNDS = ("encode", "copy")
_KEYFRAME_EVERY_S = 5
#: An encoder's result depends on how many threads share the work, so their number never follows the machine.
_THREADS = 2
#: SVT-AV1's own scale: 0 is its slowest; above 10 it is not meant for films.
_SVT_PRESETS = dict(zip(X264_PRESETS, (10, 10, 9, 9, 8, 7, 5, 4, 3), strict=True))
_SVT_LOG = "SVT_LOG"
_MP4 = (".mp4", ".m4v", ".mov")


@dataclass(frozen=True)
class Codec:
    """One way to compress pictures.

    Attributes:
        name: How a person asks for it.
        label: How it is called.
        encoder: FFmpeg's name of the encoder.
        suffixes: Endings of files that can hold it, the usual one first.
        pixels: Bits of a channel -> FFmpeg's pixel format.
        alpha: The pixel format of pictures with transparency; empty where it has none.
        sound: FFmpeg's encoder of the sound beside it.
        tag: Four letters that players want to see; empty for FFmpeg's own.
        hardware: Whether it is part of a graphics card.
    """

    name: str
    label: str
    encoder: str
    suffixes: tuple[str, ...]
    pixels: Mapping[int, str]
    alpha: str = ""
    sound: str = "aac"
    tag: str = ""
    hardware: bool = False


def _hardware(family: str, encoder: str, label: str) -> list[Codec]:
    names = (("h264", "H.264", ""), ("hevc", "H.265", "hvc1"), ("av1", "AV1", ""))
    return [
        Codec(
            f"{'h265' if name == 'hevc' else name}-{family}",
            f"{title} by {label}",
            f"{name}_{encoder}",
            _MP4,
            {8: "nv12" if family == "qsv" else "yuv420p", 10: "p010le"},
            tag=tag,
            hardware=True,
        )
        for name, title, tag in names
    ]


#: Every codec, the usual one first.
CODECS: Mapping[str, Codec] = {
    codec.name: codec
    for codec in (
        Codec("h264", "H.264", "libx264", _MP4, {8: "yuv420p", 10: "yuv420p10le"}),
        Codec("h265", "H.265 (HEVC)", "libx265", _MP4, {8: "yuv420p", 10: "yuv420p10le"}, tag="hvc1"),
        Codec("av1", "AV1", "libsvtav1", (".mp4", ".webm"), {8: "yuv420p", 10: "yuv420p10le"}),
        Codec("prores422", "ProRes 422 HQ", "prores_ks", (".mov",), {10: "yuv422p10le"}, sound="pcm_s16le", tag="apch"),
        Codec(
            "prores4444",
            "ProRes 4444",
            "prores_ks",
            (".mov",),
            {10: "yuv444p10le"},
            alpha="yuva444p10le",
            sound="pcm_s16le",
            tag="ap4h",
        ),
        Codec("vp9", "VP9", "libvpx-vp9", (".webm",), {8: "yuv420p"}, alpha="yuva420p", sound="libopus"),
        Codec("hap", "HAP", "hap", (".mov",), {8: "rgba"}, alpha="rgba", sound="pcm_s16le"),
        *_hardware("nvenc", "nvenc", "an NVIDIA card"),
        *_hardware("qsv", "qsv", "an Intel card"),
        *_hardware("videotoolbox", "videotoolbox", "a Mac"),
    )
}


@dataclass(frozen=True)
class Encoding:
    """How a video is compressed.

    Attributes:
        crf: Quality on x264's scale, 1 (best) to 51 (worst); other codecs get what looks alike on theirs. ProRes and
            HAP have one quality.
        preset: One of `X264_PRESETS`. At one quality a slower preset gives a smaller file, not a better picture.
        audio_bitrate: Bits a second of AAC or Opus sound, 32,000 to 512,000.
        codec: One of `CODECS`.
        bits: Of a channel, 8 or 10; 0 for the codec's usual one.
        bitrate: Bits a second of the pictures in place of one quality, 100,000 to 400,000,000; 0 for quality.
        full_range: Whether black is 0 and white 255, as few players expect; else 16 and 235.
        alpha: Whether frames have a fourth channel, of how opaque they are.
        audio_rate: Samples a second of the sound, 44,100 or 48,000; 0 for the song's own.
        sound: One of `SOUNDS`.

    Raises:
        VideoError: A value lies outside its range, or the codec cannot do it.
    """

    crf: int = 17
    preset: str = "superfast"
    audio_bitrate: int = 192_000
    codec: str = "h264"
    bits: int = 0
    bitrate: int = 0
    full_range: bool = False
    alpha: bool = False
    audio_rate: int = 0
    sound: str = "encode"

    def __post_init__(self) -> None:
        """Refuse what the encoders would refuse later and less clearly."""
        if not 1 <= self.crf <= 51:
            raise VideoError(f"crf: expected a whole number from 1 (best) to 51 (smallest file), found {self.crf}")
        if self.preset not in X264_PRESETS:
            raise VideoError(f"preset: expected one of {', '.join(X264_PRESETS)}, found {self.preset!r}")
        if not 32_000 <= self.audio_bitrate <= 512_000:
            raise VideoError(f"audio_bitrate: expected 32000 to 512000 bits a second, found {self.audio_bitrate}")
        if self.codec not in CODECS:
            raise VideoError(f"codec: expected one of {', '.join(CODECS)}, found {self.codec!r}")
        if self.bitrate and not 100_000 <= self.bitrate <= 400_000_000:
            raise VideoError(f"bitrate: expected 100000 to 400000000 bits a second, found {self.bitrate}")
        if self.audio_rate not in (0, 44_100, 48_000):
            raise VideoError(f"audio_rate: expected 44100 or 48000 samples a second, found {self.audio_rate}")
        if self.sound not in SOUNDS:
            raise VideoError(f"sound: expected one of {', '.join(SOUNDS)}, found {self.sound!r}")
        codec = CODECS[self.codec]
        if self.bits and self.bits not in codec.pixels:
            has = " or ".join(map(str, codec.pixels))
            raise VideoError(f"bits: {codec.label} here has {has} bits a channel, found {self.bits}")
        if self.alpha and not codec.alpha:
            able = ", ".join(each.name for each in CODECS.values() if each.alpha)
            raise VideoError(f"codec: {codec.label} has no transparency; use one of {able}")

    @property
    def codec_facts(self) -> Codec:
        """The codec."""
        return CODECS[self.codec]

    @property
    def pix_fmt(self) -> str:
        """FFmpeg's name of the pixel format."""
        codec = self.codec_facts
        return codec.alpha if self.alpha else codec.pixels[self.bits or min(codec.pixels)]


#: What every video is compressed with unless something else is asked for.
USUAL = Encoding()


def is_there(codec: Codec) -> bool:
    """Return whether the FFmpeg at hand knows an encoder; one of a graphics card may still not open."""
    import av

    try:
        av.codec.Codec(codec.encoder, "w")
    except (av.FFmpegError, ValueError):  # PyAV's own error of an unknown codec is a ValueError
        return False
    return True


def check_encoder(encoding: Encoding) -> None:
    """Open the encoder once, before any work is done for it.

    Raises:
        VideoError: This FFmpeg does not have it, or the machine has no such card.
    """
    codec = encoding.codec_facts
    usable = "h264, h265, av1, prores422 and vp9 work everywhere"
    if not is_there(codec):
        raise VideoError(f"codec: the FFmpeg of this Python has no {codec.label} ({codec.encoder}); {usable}")
    if not codec.hardware:
        return
    import av

    context: Any = av.codec.CodecContext.create(codec.encoder, "w")
    context.width, context.height, context.pix_fmt = 640, 384, encoding.pix_fmt
    context.framerate, context.time_base = Fraction(25), Fraction(1, 25)
    try:
        context.open()
    except (av.FFmpegError, OSError, ValueError):
        raise VideoError(f"codec: {codec.label} does not open on this machine; {usable}") from None
    finally:
        with suppress(AttributeError):  # newer PyAV closes a context with its last reference
            context.close()


@contextmanager
def quiet_encoder(encoding: Encoding) -> Iterator[None]:
    """Keep SVT-AV1 from printing a page of its settings; it asks the environment while it is opened."""
    if encoding.codec_facts.encoder != "libsvtav1" or _SVT_LOG in os.environ:
        yield
        return
    os.environ[_SVT_LOG] = "1"
    try:
        yield
    finally:
        os.environ.pop(_SVT_LOG, None)


def container_for(path: Path, encoding: Encoding) -> str:
    """Return FFmpeg's name of the container that a file's ending stands for.

    Raises:
        VideoError: That kind of file cannot hold this codec.
    """
    suffixes = encoding.codec_facts.suffixes
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        raise VideoError(
            f"{path}: expected a name that ends in {', '.join(suffixes)}, found {path.suffix or 'none'!r}"
            + ("" if encoding.codec == "h264" else f", which {encoding.codec_facts.label} is kept in")
        )
    return {".webm": "webm", ".mov": "mov"}.get(suffix, "mp4") if encoding.codec != "h264" else "mp4"


def encoder_options(encoding: Encoding, fps: Fraction) -> dict[str, str]:
    """Return what the encoder is told. The same options and frames give the same bytes, on any number of cores."""
    encoder = encoding.codec_facts.encoder
    gop = max(1, round(fps * _KEYFRAME_EVERY_S))
    crf = encoding.crf
    common = {"g": str(gop), "threads": str(_THREADS), "flags": "+bitexact"}
    if encoder == "libx264":
        return {**({} if encoding.bitrate else {"crf": str(crf)}), "preset": encoding.preset, **common}
    if encoder == "libx265":
        quality = {} if encoding.bitrate else {"crf": str(min(51, crf + 5))}
        # More frames at once would be faster and give other bytes on other machines.
        return {
            **quality,
            "preset": encoding.preset,
            **common,
            "x265-params": "log-level=error:frame-threads=1:pools=2",
        }
    if encoder == "libsvtav1":
        quality = {} if encoding.bitrate else {"crf": str(min(63, round(crf * 63 / 51) + 6))}
        return {**quality, "preset": str(_SVT_PRESETS[encoding.preset]), "g": str(gop), "svtav1-params": "lp=2"}
    if encoder == "libvpx-vp9":
        speed = str(min(8, max(0, 8 - X264_PRESETS.index(encoding.preset))))
        quality = {} if encoding.bitrate else {"crf": str(min(63, round(crf * 63 / 51) + 6)), "b": "0"}
        return {**quality, **common, "deadline": "good", "cpu-used": speed, "row-mt": "1", "auto-alt-ref": "0"}
    if encoder == "prores_ks":
        return {"profile": "3" if encoding.codec == "prores422" else "4", "vendor": "apl0", "threads": str(_THREADS)}
    if encoder.endswith("_nvenc"):
        return {"g": str(gop), **({} if encoding.bitrate else {"rc": "vbr", "cq": str(crf)}), "preset": "p5"}
    if encoder.endswith("_qsv"):
        return {"g": str(gop), **({} if encoding.bitrate else {"global_quality": str(crf)})}
    return {"g": str(gop)}
