"""Where a video goes, and what it has to be there: sizes, rates, codecs, lengths, and what lies over it.

The places change their rules; `docs/publish.md` says when each was looked at. Loudness is left as the song has it:
every place turns songs down by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from glance.errors import VideoError
from glance.frames import Size
from glance.media.encoders import Encoding
from glance.publish.fitting import Mode


@dataclass(frozen=True)
class SafeZone:
    """What a place lays over the video: shares of its height or width that words should keep out of."""

    top: float = 0.05
    right: float = 0.05
    bottom: float = 0.05
    left: float = 0.05


@dataclass(frozen=True)
class Target:
    """A place that videos go to.

    Attributes:
        name: How a person asks for it.
        label: Its name.
        size: (width, height) of the video.
        encoding: How it is compressed.
        suffix: Ending of its file.
        least_fps: It has at least so many frames a second; those of the song's video are kept above.
        most_fps: And at most so many.
        shortest_s: Shorter ones are refused there; 0 for no bound.
        longest_s: Longer ones are refused there; 0 for no bound.
        silent: Whether it is shown without sound.
        loops: Whether it is shown again and again.
        mode: How a picture of another shape becomes this one.
        safe: What has to stay free of words.
        thumbnail: (width, height) of the picture that stands for it; (0, 0) for none.
        draw: (width, height) to draw for it with a model of 512 pixels, before it is enlarged.
    """

    name: str
    label: str
    size: Size
    encoding: Encoding
    suffix: str = ".mp4"
    least_fps: int = 24
    most_fps: int = 60
    shortest_s: float = 0.0
    longest_s: float = 0.0
    silent: bool = False
    loops: bool = False
    mode: Mode = "crop"
    safe: SafeZone = SafeZone()
    thumbnail: Size = (0, 0)
    draw: Size = (768, 432)


_FILM = Encoding(crf=18, preset="medium", audio_bitrate=320_000, audio_rate=48_000)
#: What the feeds of phones lay over a video: names below, buttons on the right. The widest of the three.
_PHONE = SafeZone(top=0.14, right=0.17, bottom=0.35, left=0.06)
_UPRIGHT: Size = (432, 768)

#: Every place, by name.
TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        Target("youtube", "YouTube, 1080p", (1920, 1080), _FILM, thumbnail=(1280, 720)),
        Target(
            "youtube-4k",
            "YouTube, 4K",
            (3840, 2160),
            replace(_FILM, codec="h265", crf=20),
            thumbnail=(1280, 720),
        ),
        Target(
            "shorts",
            "YouTube Shorts",
            (1080, 1920),
            _FILM,
            longest_s=180,
            safe=_PHONE,
            thumbnail=(1080, 1920),
            draw=_UPRIGHT,
        ),
        Target(
            "reels",
            "Instagram Reels",
            (1080, 1920),
            replace(_FILM, audio_bitrate=256_000),
            longest_s=180,
            safe=_PHONE,
            thumbnail=(1080, 1920),
            draw=_UPRIGHT,
        ),
        Target(
            "tiktok",
            "TikTok",
            (1080, 1920),
            replace(_FILM, audio_bitrate=256_000),
            shortest_s=3,
            longest_s=600,
            safe=_PHONE,
            draw=_UPRIGHT,
        ),
        Target(
            "canvas",
            "Spotify Canvas",
            (1080, 1920),
            Encoding(crf=20, preset="medium"),
            shortest_s=3,
            longest_s=8,
            silent=True,
            loops=True,
            safe=SafeZone(top=0.12, right=0.06, bottom=0.35, left=0.06),
            draw=_UPRIGHT,
        ),
        Target("square", "A square post, 1:1", (1080, 1080), _FILM, thumbnail=(1080, 1080), draw=(512, 512)),
        Target("portrait", "An upright post, 4:5", (1080, 1350), _FILM, thumbnail=(1080, 1350), draw=(512, 640)),
        Target("cinema", "Cinema, 2.39:1 in 16:9", (1920, 1080), _FILM, mode="bars", draw=(1024, 432)),
        Target(
            "edit",
            "Editing: ProRes 422 HQ",
            (1920, 1080),
            Encoding(codec="prores422", audio_rate=48_000),
            suffix=".mov",
        ),
    )
}


def target_named(name: str) -> Target:
    """Return a target.

    Raises:
        VideoError: There is none of that name.
    """
    found = TARGETS.get(name.strip().lower())
    if found is None:
        raise VideoError(f"expected a place to publish in ({', '.join(TARGETS)}), found {name!r:.60}")
    return found
