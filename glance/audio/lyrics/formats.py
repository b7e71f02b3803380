"""The forms that words with times come in, each read by a function: text in, lines with times out.

Read are LRC, subtitles with arrows (SubRip, WebVTT, what Whisper prints), tables (CSV, TSV, Audacity's labels,
Whisper's tsv), rows and blocks that begin with a time (editors' transcripts, YouTube's SBV), rows that begin with
seconds, JSON (Whisper and its kin), and by `pysubs2` Advanced SubStation, SAMI and TTML. A form is told by the content,
not the name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from glance.audio.lyrics.json_formats import json_rows
from glance.audio.lyrics.lines import (
    COUNTER,
    NEARLY_ALL,
    Reading,
    Timed,
    frames_told,
    is_numbering,
    left_out,
    plain_words,
    stamps_of,
)
from glance.audio.lyrics.tables import read_table
from glance.audio.lyrics.times import CLOCK, SECONDS, Stamp, read_seconds, read_stamp, ruler_of
from glance.audio.types import SungWord


@dataclass
class _Block:
    """A time on a row of its own, and the rows below it."""

    start: Stamp
    end: Stamp | None
    rows: list[str] = field(default_factory=list)


_BOX = re.compile(rf"[\[<]({CLOCK})[\]>]", re.ASCII)
_OFFSET = re.compile(r"\[\s{0,4}offset\s{0,4}:\s{0,4}([+-]?\d{1,9})\s{0,4}\]", re.IGNORECASE | re.ASCII)
_ARROW = re.compile(
    rf"^\s{{0,20}}(\[?)\s{{0,4}}({CLOCK})\s{{0,20}}-{{1,2}}>\s{{0,20}}({CLOCK})\s{{0,4}}(\]?)(.*)$", re.ASCII
)
_SHORT_ARROW = re.compile(rf"^\s{{0,20}}\[?({SECONDS})\s{{0,20}}-->\s{{0,20}}({SECONDS})\]?(.*)$", re.ASCII)
_ROW = re.compile(
    rf"^\s{{0,20}}[\[(]?({CLOCK})[\])]?(?:\s{{0,4}}(?:-->|->|[-–—~,]|to\b)?\s{{0,4}}[\[(]?({CLOCK})[\])]?)?(.*)$",
    re.ASCII,
)
_SECONDS_ROW = re.compile(rf"^\s{{0,20}}({SECONDS})(s?)(\s*[|,;\t]\s*|\s+)(\D.*)$", re.ASCII)
_KARAOKE = re.compile(r"\{[^{}]{0,80}?\\([kK][fo]?)(\d{1,6}(?:\.\d{1,4})?)[^{}]{0,80}\}", re.ASCII)
_SYNC = re.compile(r"<sync\s{1,4}start\s{0,4}=\s{0,4}\"?(\d{1,9})\"?[^<>]{0,80}>", re.IGNORECASE | re.ASCII)
#: A speaker and a time on a row of their own, as transcribers write them.
_SPEAKER_ROW = re.compile(rf"^([^\d\W][^\n]{{0,38}}?)\s{{1,20}}[\[(]?({CLOCK})[\])]?\s{{0,20}}$", re.ASCII)
_VOICE = re.compile(r"(?:v\d|bg|F|M|D)\s?:\s?", re.ASCII)
_SPEAKER = re.compile(r"(?:speaker|sprecher|locuteur|hablante|화자|话者|話者)[ _]?\w{0,3}:?", re.IGNORECASE)
#: Of the rows with words that follow the first with a time, so many must have one.
_MOST = 0.5


def read_forms(text: str) -> Reading:
    """Return the lines of a text in the form that it is in; without lines where it has no times."""
    for reader in _READERS:
        reading = reader(text)
        if reading is not None:
            return reading
    return Reading(())


def _subtitle_formats(text: str) -> Reading | None:
    head = text[:4000].lstrip().lower()
    form = "ssa" if "[v4 styles]" in head else "ass" if "[script info]" in head else ""
    if head.startswith("<") and "<tt" in head:
        form = "ttml"
    if not form:
        return None
    try:
        import pysubs2
    except ImportError:
        return Reading((), ("subtitles of this form need the package pysubs2, which is not installed here",))
    try:
        events = pysubs2.SSAFile.from_string(text, format_=form)
    except Exception as error:  # noqa: BLE001  its readers raise whatever their formats make them
        return Reading((), (f"the subtitles could not be read ({type(error).__name__})",))
    spoken = [event for event in events if event.type == "Dialogue" and not event.is_drawing]
    found = [
        _of_karaoke(event.start / 1000, event.end / 1000, event.text)
        or Timed(event.start / 1000, event.end / 1000, plain_words(event.plaintext))
        for event in spoken
    ]
    return Reading([line for line in found if line.text])


def _of_karaoke(start_s: float, end_s: float, text: str) -> Timed | None:
    """Return a line of Advanced SubStation whose syllables have lengths in hundredths; None for one without.

    Where the lengths say the line's begin and end finer than its own times can, they are taken.
    """
    places = list(_KARAOKE.finditer(text))
    if not places or text[: places[0].start()].strip():
        return None
    at, pieces = start_s, []
    for match, end in zip(places, [*(place.start() for place in places[1:]), len(text)], strict=True):
        pieces.append((at, text[match.end() : end]))
        at += float(match.group(2)) / 100
    sounding = next((start for start, words in pieces if words.strip()), start_s)
    begin, stop = (fine if abs(fine - own) < 0.01 else own for fine, own in ((sounding, start_s), (at, end_s)))
    whole = plain_words("".join(words for _, words in pieces))
    # One sweep over all of it has no words.
    words = _joined_syllables([*pieces, (at, "")])
    swept = len(words) == 1 and places[-1].group(1).lower() == "kf"
    return Timed(round(begin, 3), round(stop, 3), whole, () if swept else words)


def _joined_syllables(pieces: Sequence[tuple[float, str]]) -> tuple[SungWord, ...]:
    """Return words of syllables: one that follows without a blank belongs to the word before it."""
    joined: list[tuple[float, str]] = []
    open_word = False
    for start, words in pieces:
        if open_word and words.strip() and not words[0].isspace():
            joined[-1] = (joined[-1][0], joined[-1][1] + plain_words(words))
        else:
            joined.append((start, plain_words(words)))
        open_word = bool(words.strip()) and not words[-1].isspace()
    return _timed_words(joined)


def _sami(text: str) -> Reading | None:
    """Read SAMI: what is shown from a time on; a blank ends what was shown before it."""
    places = list(_SYNC.finditer(text))
    if not places or not text.lstrip().lower().startswith("<sami"):
        return None
    ends = [*(match.start() for match in places[1:]), len(text)]
    shown = (
        re.split(r"</body>", text[match.end() : end], flags=re.IGNORECASE)[0]
        for match, end in zip(places, ends, strict=True)
    )
    found = [
        Timed(int(match.group(1)) / 1000, None, plain_words(words)) for match, words in zip(places, shown, strict=True)
    ]
    return Reading(found)


def _json(text: str) -> Reading | None:
    rows = json_rows(text)
    return None if rows is None else Reading([Timed(start, end, plain_words(words)) for start, end, words in rows])


def _cues(text: str) -> Reading | None:
    rows = text.splitlines()
    at = [(number, match) for number, row in enumerate(rows) if (match := _ARROW.match(row))]
    if not at:
        return _short_cues(rows)
    counted = at[0][0] > 0 and bool(COUNTER.fullmatch(rows[at[0][0] - 1].strip()))
    web = text.lstrip().startswith("WEBVTT")
    rolling = web and any(_BOX.search(row) for row in rows)
    stamps = [stamp for _, match in at for stamp in stamps_of(match.group(2), match.group(3))]
    ruler = ruler_of(stamps)
    found: list[Timed] = []
    before = ""
    for place, (number, match) in enumerate(at):
        below: Sequence[str] = rows[number + 1 : at[place + 1][0] if place + 1 < len(at) else len(rows)]
        if place + 1 < len(at):
            below = _without_counter(below, counted, web)
        words = [clean for row in _of_cue(below) if (clean := plain_words(row))]
        if match.group(4) and match.group(5).strip():
            words.insert(0, plain_words(match.group(5)))
        # YouTube's captions roll: each begins with the last row of the one before it.
        shown = words[1:] if rolling and words and words[0] == before else words
        before = words[-1] if words else before
        start, end = (ruler.seconds(stamp) for stamp in stamps_of(match.group(2), match.group(3)))
        if shown:
            found.append(Timed(start, end, " ".join(shown)))
    return Reading(found)


def _short_cues(rows: Sequence[str]) -> Reading | None:
    """Read `[0.0 --> 2.5] words`, as some transcribers print."""
    matches = [match for row in rows if (match := _SHORT_ARROW.match(row))]
    if not matches:
        return None
    pairs = [
        (read_seconds(match.group(1)), read_seconds(match.group(2)), plain_words(match.group(3))) for match in matches
    ]
    return Reading([Timed(start, end, words) for start, end, words in pairs if start is not None and words])


def _without_counter(rows: Sequence[str], counted: bool, web: bool) -> Sequence[str]:
    """Return a cue's rows without the number, or WebVTT's name, that belongs to the next cue."""
    last = len(rows)
    while last and not rows[last - 1].strip() and not web:
        last -= 1
    if not last:
        return rows
    if counted and COUNTER.fullmatch(rows[last - 1].strip()):
        return rows[: last - 1]
    named = web and rows[last - 1].strip() and (last == 1 or not rows[last - 2].strip())
    return rows[: last - 1] if named else rows


def _of_cue(rows: Iterable[str]) -> list[str]:
    """Return a cue's rows without the comments and styles that may stand between WebVTT's cues."""
    kept: list[str] = []
    skipping = False
    for row in rows:
        if not row.strip():
            skipping = False
        elif row.startswith(("NOTE", "STYLE", "REGION")) and not skipping:
            skipping = row.split(None, 1)[0] in ("NOTE", "STYLE", "REGION")
        if not skipping:
            kept.append(row)
    return kept


@dataclass(frozen=True)
class _LrcRow:
    """A row of LRC: when it is sung, its words, and the pieces of it that have times of their own."""

    times: tuple[Stamp, ...]
    words: str
    pieces: tuple[tuple[Stamp, str], ...]


def _lrc(text: str) -> Reading | None:
    offset = _OFFSET.search(text)
    # LRC: a positive offset shows the words earlier.
    shift = -int(offset.group(1)) / 1000 if offset else 0.0
    rows = [row for line in text.splitlines() if (row := _lrc_row(line.strip())) is not None]
    if not rows:
        return None
    ruler = ruler_of([stamp for row in rows for stamp in row.times], may_be_hundredths=True)
    found = []
    for row in rows:
        inner = [(ruler.seconds(stamp) + shift, words) for stamp, words in row.pieces]
        last = inner[-1][0] if inner and not inner[-1][1] else None
        single = len(row.times) == 1
        for stamp in row.times:
            end = last if single else None
            found.append(Timed(ruler.seconds(stamp) + shift, end, row.words, _timed_words(inner) if single else ()))
    early = sum(line.start_s < 0 for line in found)
    notes = (f"the offset in the lyrics moves {early} lines to before the song's start",) if early else ()
    return Reading([line._replace(start_s=max(0.0, line.start_s)) for line in found], notes, shift)


def _lrc_row(row: str) -> _LrcRow | None:
    times, rest = [], row
    while (match := _BOX.match(rest)) and match.group().startswith("["):
        times += stamps_of(match.group(1))
        rest = rest[match.end() :].lstrip()
    if not times:
        return None
    inner = [(match, stamp) for match in _BOX.finditer(rest) if (stamp := read_stamp(match.group(1))) is not None]
    ends = [*(match.start() for match, _ in inner[1:]), len(rest)][: len(inner)]
    pieces = [(stamp, plain_words(rest[match.end() : end])) for (match, stamp), end in zip(inner, ends, strict=True)]
    head = plain_words(_VOICE.sub("", rest[: inner[0][0].start()], count=1)) if inner else ""
    if head and any(words for _, words in pieces):  # words before the first time of a word begin with their row
        pieces.insert(0, (times[0], head))
    words = _VOICE.sub("", plain_words(_BOX.sub(" ", rest)), count=1)
    return _LrcRow(tuple(times), words, tuple(pieces))


def _timed_words(pieces: Sequence[tuple[float, str]]) -> tuple[SungWord, ...]:
    """Return the words of a row whose pieces begin at some times; a piece without words ends the one before it."""
    if not any(words for _, words in pieces) or len(pieces) < 2:
        return ()
    ends = [*(start for start, _ in pieces[1:]), None]
    words = []
    for (start, text), end in zip(pieces, ends, strict=True):
        if text and start >= 0:
            words.append(SungWord(round(start, 3), round(max(start, end if end is not None else start), 3), text))
    return tuple(words)


def _rows_and_blocks(text: str) -> Reading | None:
    blocks: list[_Block] = []
    words_in_rows, without = 0, 0
    for row in text.splitlines():
        block = _begun(row)
        if block is not None:
            blocks.append(block)
            words_in_rows += bool(block.rows)
        elif blocks and row.strip():
            if words_in_rows:
                without += 1
            else:
                blocks[-1].rows.append(row.strip())
    if not blocks or without * _MOST > words_in_rows * (1 - _MOST):
        return None
    stamps = [stamp for block in blocks for stamp in (block.start, block.end) if stamp is not None]
    ruler = ruler_of(stamps)
    found = []
    for block, rows in zip(blocks, _without_speakers([block.rows for block in blocks]), strict=True):
        end = ruler.seconds(block.end) if block.end is not None else None
        found.append(Timed(ruler.seconds(block.start), end, plain_words(" ".join(rows))))
    return Reading(found, frames_told(ruler, stamps) + left_out(without, "lines without a time"))


def _begun(row: str) -> _Block | None:
    """Return the block that a row begins: with its words, or with those that follow below; None for another row."""
    match = _ROW.match(row)
    start = read_stamp(match.group(1)) if match else None
    if match is None or start is None:
        spoken = _SPEAKER_ROW.match(row)
        start = read_stamp(spoken.group(2)) if spoken else None
        return _Block(start, None) if start is not None else None
    rest = match.group(3).strip(" \t:-–—|,;")
    return _Block(start, read_stamp(match.group(2) or ""), [rest] if rest else [])


def _without_speakers(blocks: list[list[str]]) -> list[list[str]]:
    """Return blocks without the speaker's name that transcripts have above each."""
    long = [rows for rows in blocks if len(rows) > 1]
    same = (
        len(long) > 1 and len({rows[0] for rows in long}) == 1 and len(long) == len([rows for rows in blocks if rows])
    )
    return [rows[1:] if len(rows) > 1 and (same or _SPEAKER.fullmatch(rows[0])) else rows for rows in blocks]


def _seconds_rows(text: str) -> Reading | None:
    """Read rows that begin with a number of seconds, where they make sense as a whole.

    Songs have lines that begin with numbers ("99 ...", "7 days ..."): whole numbers before a blank count as times only
    where nearly all lines have one, at least three, and they rise without counting the lines.
    """
    rows = [row for row in text.splitlines() if row.strip()]
    matches = [_SECONDS_ROW.match(row) for row in rows]
    first = next((index for index, match in enumerate(matches) if match), len(rows))
    found = [match for match in matches[first:] if match]
    if not found or first > 2 or len(found) < NEARLY_ALL * (len(rows) - first):
        return None
    times = [read_seconds(match.group(1)) or 0.0 for match in found]
    sure = all(
        "." in match.group(1) or match.group(2) or match.group(3).strip() or "\t" in match.group(3) for match in found
    )
    rising = bool((np.diff(times) >= 0).all()) if len(times) > 1 else True
    if not rising or (not sure and len(found) < 3) or is_numbering([match.group(1) for match in found]):
        return None
    lines = [Timed(time, None, plain_words(match.group(4))) for time, match in zip(times, found, strict=True)]
    return Reading(lines, left_out(len(rows) - first - len(found), "lines without a time"))


_READERS: tuple[Callable[[str], Reading | None], ...] = (
    _json,
    _subtitle_formats,
    _sami,
    _cues,
    _lrc,
    read_table,
    _rows_and_blocks,
    _seconds_rows,
)
