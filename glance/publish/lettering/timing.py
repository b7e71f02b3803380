"""Which words are seen when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from glance.audio.types import LyricLine

Role = Literal["lyric", "title", "credit"]
#: A line stays for this long at least, if the next one lets it.
_LEAST_S = 1.0
#: The longest that a title stands, and the shortest that is worth showing.
_TITLE_S, _TITLE_LEAST_S = 5.0, 1.5
_CREDITS_S = 6.0
#: A line may come up to this share of a beat early, and go as late, to meet the beat.
_SNAP = 0.5
#: Writing without spaces between words: kana, Han.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class Word:
    """A word of a line, sung in `[start_s, end_s)`; `text` has the space that follows it."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class Caption:
    """Words that are seen in `[start_s, end_s)` of the song.

    Attributes:
        start_s: When they are there in full.
        end_s: When they begin to go.
        words: Their words in order.
        role: What they are.
    """

    start_s: float
    end_s: float
    words: tuple[Word, ...]
    role: Role = "lyric"

    @property
    def text(self) -> str:
        """All words as one text."""
        return "".join(word.text for word in self.words).strip()


def words_of(line: LyricLine) -> tuple[Word, ...]:
    """Return a line's words with their times: as they are known, else the line's length, shared by their letters."""
    if line.words:
        last = len(line.words) - 1
        blank = [
            "" if index == last or (_UNSPACED.search(word.text) and word.text + " " not in line.text + " ") else " "
            for index, word in enumerate(line.words)
        ]
        known = zip(line.words, blank, strict=True)
        return tuple(Word(word.start_s, word.end_s, word.text + after) for word, after in known)
    text = " ".join(line.text.split())
    parts = re.findall(r"\S+\s*", text) if not _UNSPACED.search(text) else re.findall(r"[!-~]+\s*|\S\s*", text)
    if not parts:
        return ()
    weights = np.array([1.0 + len(part.strip()) for part in parts])
    ends = line.start_s + (line.end_s - line.start_s) * np.cumsum(weights, dtype=np.float64) / weights.sum()
    starts = np.concatenate([[line.start_s], ends[:-1]])
    return tuple(Word(float(a), float(b), part) for a, b, part in zip(starts, ends, parts, strict=True))


def lyric_captions(lines: Sequence[LyricLine], beats_s: NDArray[np.float64]) -> list[Caption]:
    """Return the lines as captions without overlaps, coming and going with the beat where there is one.

    Args:
        lines: What is sung, sorted by time.
        beats_s: (n,) beats; may be empty.
    """
    made: list[Caption] = []
    for position, line in enumerate(lines):
        words = words_of(line)
        if not words:
            continue
        following = lines[position + 1].start_s if position + 1 < len(lines) else float("inf")
        end = min(max(line.end_s, line.start_s + _LEAST_S), following)
        start, end = _snapped(line.start_s, beats_s, back=True), min(_snapped(end, beats_s, back=False), following)
        if made and made[-1].end_s > start:
            made[-1] = replace(made[-1], end_s=start)
        made.append(Caption(start, max(end, line.start_s), words))
    return [caption for caption in made if caption.end_s > caption.start_s]


def title_caption(title: str, artist: str, start_s: float, first_word_s: float) -> list[Caption]:
    """Return the title card, which ends before the first word is sung; none where there is no room for it.

    Args:
        title: The song's name.
        artist: Whose it is; may be empty.
        start_s: Where the video begins.
        first_word_s: When the first word is seen.
    """
    text = "\n".join(filter(None, [title.strip(), artist.strip()]))
    end = min(start_s + _TITLE_S, first_word_s - 0.3)
    if not text or end - start_s < _TITLE_LEAST_S:
        return []
    return [Caption(start_s + 0.4, end, (Word(start_s, end, text),), "title")]


def credit_caption(credits_text: str, end_s: float, last_word_s: float) -> list[Caption]:
    """Return the credits at the video's end, after the last word."""
    text = "\n".join(line.strip() for line in credits_text.splitlines() if line.strip())
    start = max(end_s - _CREDITS_S, last_word_s + 0.3)
    if not text or end_s - start < _TITLE_LEAST_S:
        return []
    return [Caption(start, end_s - 0.4, (Word(start, end_s, text),), "credit")]


def _snapped(moment_s: float, beats_s: NDArray[np.float64], *, back: bool) -> float:
    """Return the beat at or before a moment, or at or after it; the moment itself where that is too far away."""
    if beats_s.size < 2:
        return moment_s
    place = int(np.searchsorted(beats_s, moment_s + (1e-6 if back else -1e-6), side="right" if back else "left"))
    place = place - 1 if back else place
    if not 0 <= place < beats_s.size:
        return moment_s
    beat = float(beats_s[place])
    near = int(np.clip(place, 0, beats_s.size - 2))
    return beat if abs(beat - moment_s) <= _SNAP * float(beats_s[near + 1] - beats_s[near]) else moment_s
