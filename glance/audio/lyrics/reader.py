"""Words with times, from the files that people have them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from glance.audio.lyrics.formats import read_forms
from glance.audio.lyrics.lines import Timed
from glance.audio.lyrics.section_tags import Stanza, stanzas_of, sung
from glance.audio.types import LyricLine, SectionHint
from glance.errors import AudioError
from glance.system.text_encoding import decode_text
from glance.timing import format_clock

#: Endings of the files that words with times come in; the form itself is told by the content.
LYRICS_ENDINGS = (".lrc", ".srt", ".vtt", ".txt", ".json", ".tsv", ".csv", ".ass", ".ssa", ".sbv", ".smi", ".ttml")
#: Bounds of a file: in bytes, those of JSON apart (it holds many numbers a word), and in characters of a line.
MAX_BYTES, MAX_JSON_BYTES, MAX_LINE = 1_000_000, 8_000_000, 2000
#: How long the last line stays, and any line at most where nothing says its end, in seconds.
_LONGEST_S = 10.0
_EXPECTED = "expected lyrics with times (.lrc, .srt, .vtt, .ass, Whisper's .json, or lines such as '1:23.5 words')"


@dataclass(frozen=True)
class Lyrics:
    """A lyrics file as it was read.

    Attributes:
        lines: What is sung, sorted by time.
        hints: Where the file names parts of the song (`[Chorus]`).
        notes: What a person should know about the reading: sentences.
        shift_s: How far the file itself has moved its times (LRC's offset), in seconds.
        stanzas: What is sung, and the parts that are named, of a text without times; empty for one with times.
    """

    lines: tuple[LyricLine, ...]
    hints: tuple[SectionHint, ...] = ()
    notes: tuple[str, ...] = ()
    shift_s: float = 0.0
    stanzas: tuple[Stanza, ...] = ()


def read_lyrics(path: Path) -> Lyrics:
    """Return the words of a lyrics file, with their times where it has them.

    Read are LRC, SubRip, WebVTT, Advanced SubStation, SAMI, TTML, YouTube's SBV, Whisper's json and tsv and what it
    prints, Audacity's labels, tables with times, editors' transcripts, and text whose lines start with a time, in
    Unicode or in the older encodings of East Asia, Europe and Russia. Form and encoding are told by the content. A text
    of plain words has `stanzas` instead of lines: somebody who hears the song has to place them (`place_words`).

    Raises:
        AudioError: The file is missing or too large, or it holds no words.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_JSON_BYTES else b""
    except OSError as error:
        raise AudioError(f"{path}: the lyrics cannot be read ({error.strerror or error}). Check the path.") from None
    if size > MAX_JSON_BYTES:
        raise AudioError(f"{path.name}: expected lyrics of at most {MAX_BYTES // 1000} kB, found {size // 1000} kB.")
    text, encoding = decode_text(data)
    try:
        lyrics = parse_lyrics(text)
    except AudioError as error:
        raise AudioError(f"{path.name}: {error}") from None
    if not (lyrics.lines or lyrics.stanzas):
        why = f" ({lyrics.notes[0]})" if lyrics.notes else ""
        raise AudioError(
            f"{path.name}: {_EXPECTED}, found no line with a time{why}. Add times, or leave the lyrics out."
        )
    notes = tuple(f"{path.name}: {note}." for note in lyrics.notes)
    if not encoding.startswith("utf"):
        notes = (f"{path.name}: read as {encoding}; if the words look wrong, save the file as UTF-8.", *notes)
    return replace(lyrics, notes=notes)


def parse_lyrics(text: str) -> Lyrics:
    """Return the words with times in `text`, or its stanzas where it has no times.

    Raises:
        AudioError: The text, or a line of it, is too long.
    """
    _require_bounds(text)
    reading = read_forms(text)
    if not reading.lines and not reading.notes:
        return Lyrics((), stanzas=stanzas_of(text))
    found = sung(reading.lines)
    return Lyrics(_closed(found.lines), found.hints, (*reading.notes, *found.notes), reading.shift_s)


def misplaced(lyrics: Lyrics, duration_s: float, onset_times_s: ArrayLike) -> tuple[str, ...]:
    """Return what is to be said about lyrics that do not fit their song: sentences, none where they fit.

    Args:
        lyrics: The words.
        duration_s: Length of the song in seconds.
        onset_times_s: Where something starts to sound in it, increasing.
    """
    notes = []
    late = [line for line in lyrics.lines if line.start_s >= duration_s]
    if late:
        notes.append(
            f"{len(late)} of {len(lyrics.lines)} lines of the lyrics begin after the song's end "
            f"({format_clock(duration_s)}), the first at {format_clock(late[0].start_s)}: {late[0].text[:40]!r}. "
            "Are they the words of this recording?"
        )
    lost = _silent(lyrics.lines, 0.0, duration_s, onset_times_s)
    if lost > max(1, len(lyrics.lines) // 3):
        advice = "move them by the offset that fits"
        if lyrics.shift_s and _silent(lyrics.lines, -lyrics.shift_s, duration_s, onset_times_s) < lost:
            advice = f"without the offset of {lyrics.shift_s:+.3g} s that the file asks for, more of them would fit"
        notes.append(f"{lost} of {len(lyrics.lines)} lines of the lyrics begin where nothing is heard; {advice}")
    return tuple(notes)


def _silent(lines: Sequence[LyricLine], shift_s: float, duration_s: float, onsets: ArrayLike) -> int:
    """Return how many lines, moved by `shift_s`, begin further from any onset than a singer is from the beat."""
    starts = np.array([line.start_s + shift_s for line in lines])
    times = np.asarray(onsets, dtype=np.float64)
    starts = starts[(starts < duration_s) | (shift_s != 0)]
    if not times.size or not starts.size:
        return 0
    after = np.clip(np.searchsorted(times, starts), 0, times.size - 1)
    distance = np.minimum(np.abs(times[after] - starts), np.abs(times[np.maximum(after - 1, 0)] - starts))
    return int((distance > _NEAR_S).sum())


#: A line that is sung begins this near to something that starts to sound.
_NEAR_S = 1.0


def _require_bounds(text: str) -> None:
    most = MAX_JSON_BYTES if text.lstrip()[:1] in ("{", "[") and '"' in text[:2000] else MAX_BYTES
    if len(text) > most:
        raise AudioError(
            f"expected lyrics of at most {most // 1000} kB, found {len(text) // 1000} thousand characters."
        )
    if most == MAX_BYTES:
        number, longest = max(enumerate(map(len, text.splitlines()), 1), key=lambda row: row[1], default=(0, 0))
        if longest > MAX_LINE:
            raise AudioError(
                f"expected lines of at most {MAX_LINE} characters, found one of {longest} (line {number})."
            )


def _closed(lines: Sequence[Timed]) -> tuple[LyricLine, ...]:
    """Return lines whose missing ends are the next line's start; lines without words only end the one before."""
    ordered = sorted(lines, key=lambda line: line.start_s)
    closed: list[LyricLine] = []
    later, current = float("inf"), float("inf")
    for start, end, text, words in reversed(ordered):
        if start < current:
            later, current = current, start
        stop = end if end is not None and end > start else min(later, start + _LONGEST_S)
        if text:
            # The last word of a row that does not say when it ends lasts as long as the row.
            whole = tuple(replace(word, end_s=round(stop, 3)) if word.end_s <= word.start_s else word for word in words)
            closed.append(LyricLine(round(start, 3), round(stop, 3), text, whole))
    return tuple(closed[::-1])
