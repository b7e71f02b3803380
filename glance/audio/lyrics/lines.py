"""What the readers of lyrics have in common: the lines they return, and what they do to words and times."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from glance.audio.lyrics.times import Ruler, Stamp, read_stamp
from glance.audio.types import SungWord

#: A whole number and nothing else: a subtitle's counter.
COUNTER = re.compile(r"\d{1,7}", re.ASCII)
#: This share counts as all, where people and programs leave a row out now and then.
NEARLY_ALL = 0.8
_MARKUP = re.compile(r"<[^<>]{0,200}>|\{\\[^{}]{0,200}\}")


class Timed(NamedTuple):
    """A line as it stands in a file: its start and, where the file says them, its end and its words', in seconds."""

    start_s: float
    end_s: float | None
    text: str
    words: tuple[SungWord, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a form's reader made of a text.

    Attributes:
        lines: In the order of the file.
        notes: What a person should know about the reading.
        shift_s: How far the file itself has moved its times (LRC's offset), in seconds.
    """

    lines: Sequence[Timed]
    notes: tuple[str, ...] = ()
    shift_s: float = 0.0


def is_numbering(cells: Sequence[str]) -> bool:
    """Return whether whole numbers only count the rows."""
    if not all(COUNTER.fullmatch(cell.strip()) for cell in cells) or len(cells) < 2:
        return False
    return bool((np.diff([int(cell) for cell in cells]) == 1).all())


def stamps_of(*texts: str) -> list[Stamp]:
    """Return the clocks among some texts."""
    return [stamp for text in texts if (stamp := read_stamp(text)) is not None]


def frames_told(ruler: Ruler, stamps: Sequence[Stamp]) -> tuple[str, ...]:
    """Return a note on the frame rate that timecodes were counted at, where a file has such."""
    frames = any(len(stamp.fields) == 4 for stamp in stamps)
    return (f"the frames in the lyrics' times were counted at {ruler.frame_rate} a second",) if frames else ()


def left_out(count: int, what: str) -> tuple[str, ...]:
    """Return a note on what was left out, none for a count of 0."""
    return (f"{count} {what} of the lyrics were left out",) if count > 0 else ()


def plain_words(text: str) -> str:
    """Return words without mark-up, entities and double blanks."""
    return " ".join(html.unescape(_MARKUP.sub("", text)).replace("\\N", " ").split())
