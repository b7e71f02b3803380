"""The lyrics as files beside a video: SubRip for platforms, Advanced SubStation with the words' times for karaoke."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from glance.project.model import Lettering
from glance.publish.lettering.timing import Caption
from glance.system.files import write_text


def write_subtitles(path: Path, captions: Sequence[Caption], start_s: float, lettering: Lettering) -> None:
    """Write captions as the subtitles of a video that begins at a second of the song.

    Args:
        path: Ends in `.srt`, `.vtt` or `.ass`; the last has the words' own times and the lettering's colors.
        captions: In order; those before the video's start are left out.
        start_s: Where in the song the video begins.
        lettering: How the words look.

    Raises:
        OSError: The file cannot be written.
    """
    import pysubs2

    karaoke = path.suffix.lower() == ".ass"
    document = pysubs2.SSAFile()
    document.info["Title"] = "Lyrics"
    style = pysubs2.SSAStyle(fontsize=36, outline=2.0, shadow=1.0)
    # In SubStation words begin in the secondary color and are filled with the primary one as they are sung.
    style.primarycolor = _color(lettering.sung if lettering.lyrics == "words" else lettering.color)
    style.secondarycolor = _color(lettering.color)
    style.outlinecolor = _color(lettering.outline)
    document.styles["Default"] = style
    for caption in captions:
        if caption.end_s <= start_s:
            continue
        text = _karaoke(caption) if karaoke and lettering.lyrics == "words" else caption.text.replace("\n", r"\N")
        start, end = (round(max(0.0, moment - start_s) * 1000) for moment in (caption.start_s, caption.end_s))
        document.events.append(pysubs2.SSAEvent(start=start, end=end, text=text))
    write_text(path, document.to_string(path.suffix.lower().lstrip(".")))


def _karaoke(caption: Caption) -> str:
    """Return a caption with its words' lengths in hundredths of a second, after the silence before its first word."""
    parts = []
    reached = caption.start_s
    for word in caption.words:
        wait = round((word.start_s - reached) * 100)
        parts.append(rf"{{\k{wait}}}" if wait > 0 else "")
        parts.append(rf"{{\kf{max(1, round((word.end_s - word.start_s) * 100))}}}{word.text}")
        reached = word.end_s
    return "".join(parts).rstrip()


def _color(text: str) -> Any:
    import pysubs2

    from glance.publish.lettering.layer import rgb_of

    return pysubs2.Color(*rgb_of(text))
