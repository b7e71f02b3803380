"""The forms that words with times come in, each read by a function: text in, lines with times out.

Read are LRC, subtitles with arrows (SubRip, WebVTT, what Whisper prints), tables (CSV, TSV, Audacity's labels,
Whisper's tsv), rows and blocks that begin with a time (editors' transcripts, YouTube's SBV), rows that begin with
seconds, JSON (Whisper and its kin), and by `pysubs2` Advanced SubStation, SAMI and TTML. A form is told by the content,
not the name.
"""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from glance.audio.lyric_json import json_rows
from glance.audio.lyric_times import CLOCK, SECONDS, Ruler, Stamp, read_seconds, read_stamp, ruler_of


class Timed(NamedTuple):
    """A line as it stands in a file: its start and, where the file says it, its end, in seconds."""

    start_s: float
    end_s: float | None
    text: str


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
    rf"^\s{{0,20}}[\[(]?({CLOCK})[\])]?(?:\s{{0,4}}(?:-->|->|[-–—~,]|to\b)\s{{0,4}}[\[(]?({CLOCK})[\])]?)?(.*)$",
    re.ASCII,
)
_SECONDS_ROW = re.compile(rf"^\s{{0,20}}({SECONDS})(s?)(\s*[|,;\t]\s*|\s+)(\D.*)$", re.ASCII)
_MARKUP = re.compile(r"<[^<>]{0,200}>|\{\\[^{}]{0,200}\}")
_COUNTER = re.compile(r"\d{1,7}", re.ASCII)
_VOICE = re.compile(r"(?:v\d|bg|F|M|D)\s?:\s?", re.ASCII)
_SPEAKER = re.compile(r"(?:speaker|sprecher|locuteur|hablante|화자|话者|話者)[ _]?\w{0,3}:?", re.IGNORECASE)
#: Of the rows with words that follow the first with a time, so many must have one.
_MOST, _NEARLY_ALL = 0.5, 0.8


def read_forms(text: str) -> Reading:
    """Return the lines of a text in the form that it is in; without lines where it has no times."""
    for reader in _READERS:
        reading = reader(text)
        if reading is not None:
            return reading
    return Reading(())


def _subtitle_formats(text: str) -> Reading | None:
    head = text[:2000].lstrip().lower()
    known = "[script info]" in head or head.startswith("<sami") or (head.startswith("<") and "<tt" in head)
    if not known:
        return None
    import pysubs2

    try:
        events = pysubs2.SSAFile.from_string(text)
    except Exception as error:  # noqa: BLE001  its readers raise whatever their formats make them
        return Reading((), (f"the subtitles could not be read ({type(error).__name__})",))
    spoken = (event for event in events if event.type == "Dialogue" and not event.is_drawing)
    found = [Timed(event.start / 1000, event.end / 1000, _plain(event.plaintext)) for event in spoken]
    return Reading([line for line in found if line.text])


def _json(text: str) -> Reading | None:
    rows = json_rows(text)
    return None if rows is None else Reading([Timed(start, end, _plain(words)) for start, end, words in rows])


def _cues(text: str) -> Reading | None:
    rows = text.splitlines()
    at = [(number, match) for number, row in enumerate(rows) if (match := _ARROW.match(row))]
    if not at:
        return _short_cues(rows)
    counted = at[0][0] > 0 and bool(_COUNTER.fullmatch(rows[at[0][0] - 1].strip()))
    web = text.lstrip().startswith("WEBVTT")
    rolling = web and any(_BOX.search(row) for row in rows)
    stamps = [stamp for _, match in at for stamp in _stamps(match.group(2), match.group(3))]
    ruler = ruler_of(stamps)
    found: list[Timed] = []
    before = ""
    for place, (number, match) in enumerate(at):
        below: Sequence[str] = rows[number + 1 : at[place + 1][0] if place + 1 < len(at) else len(rows)]
        if place + 1 < len(at):
            below = _without_counter(below, counted, web)
        words = [clean for row in _of_cue(below) if (clean := _plain(row))]
        if match.group(4) and match.group(5).strip():
            words.insert(0, _plain(match.group(5)))
        # YouTube's captions roll: each begins with the last row of the one before it.
        shown = words[1:] if rolling and words and words[0] == before else words
        before = words[-1] if words else before
        start, end = (ruler.seconds(stamp) for stamp in _stamps(match.group(2), match.group(3)))
        if shown:
            found.append(Timed(start, end, " ".join(shown)))
    return Reading(found)


def _short_cues(rows: Sequence[str]) -> Reading | None:
    """Read `[0.0 --> 2.5] words`, as some transcribers print."""
    matches = [match for row in rows if (match := _SHORT_ARROW.match(row))]
    if not matches:
        return None
    pairs = [(read_seconds(match.group(1)), read_seconds(match.group(2)), _plain(match.group(3))) for match in matches]
    return Reading([Timed(start, end, words) for start, end, words in pairs if start is not None and words])


def _without_counter(rows: Sequence[str], counted: bool, web: bool) -> Sequence[str]:
    """Return a cue's rows without the number, or WebVTT's name, that belongs to the next cue."""
    last = len(rows)
    while last and not rows[last - 1].strip() and not web:
        last -= 1
    if not last:
        return rows
    if counted and _COUNTER.fullmatch(rows[last - 1].strip()):
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


def _lrc(text: str) -> Reading | None:
    offset = _OFFSET.search(text)
    # LRC: a positive offset shows the words earlier.
    shift = -int(offset.group(1)) / 1000 if offset else 0.0
    rows: list[tuple[list[Stamp], str, Stamp | None]] = []
    for row in text.splitlines():
        times, rest = [], row.strip()
        while (match := _BOX.match(rest)) and match.group().startswith("["):
            times += _stamps(match.group(1))
            rest = rest[match.end() :].lstrip()
        if times:
            inner = list(_BOX.finditer(rest))
            last = read_stamp(inner[-1].group(1)) if inner and not rest[inner[-1].end() :].strip() else None
            rows.append((times, _VOICE.sub("", _plain(_BOX.sub(" ", rest)), count=1), last))
    if not rows:
        return None
    ruler = ruler_of([stamp for times, *_ in rows for stamp in times], may_be_hundredths=True)
    found = []
    for times, words, last in rows:
        for stamp in times:
            start = ruler.seconds(stamp) + shift
            end = ruler.seconds(last) + shift if last is not None and len(times) == 1 else None
            found.append(Timed(start, end, words))
    early = sum(line.start_s < 0 for line in found)
    notes = (f"the offset in the lyrics moves {early} lines to before the song's start",) if early else ()
    return Reading([line._replace(start_s=max(0.0, line.start_s)) for line in found], notes, shift)


def _table(text: str) -> Reading | None:
    rows = [row for row in text.splitlines() if row.strip() and not row.startswith("\\")]
    for delimiter in ("\t", ";", ",", "|"):
        if sum(delimiter in row for row in rows) < max(1, _NEARLY_ALL * len(rows)):
            continue
        try:
            cells = [row for row in csv.reader(rows, delimiter=delimiter) if row]
        except csv.Error:
            continue
        reading = _columns(cells, delimiter)
        if reading is not None:
            return reading
    return None


def _columns(rows: list[list[str]], delimiter: str) -> Reading | None:
    """Return the lines of a table whose columns are named, or begin with one or two times."""
    names = [cell.strip().lower() for cell in rows[0]]
    start, end, words = (_column(names, known) for known in (_START_NAMES, _END_NAMES, _WORDS_NAMES))
    body = rows[1:] if start is not None else rows
    if not body:
        return None
    if start is None:
        start = 0
        two = all(len(row) > 2 and _is_time(row[1]) for row in body)
        end, words = (1, 2) if two else (None, 1)
    elif words is None:
        words = (end if end is not None else start) + 1
    read = [(row, _is_time(row[start])) for row in body if len(row) > max(start, words or 0)]
    timed = [row for row, is_time in read if is_time]
    if words is None or len(timed) < max(1, _NEARLY_ALL * len(body)):
        return None
    if start == 0 and _is_numbering([row[0] for row in timed]):
        return None
    ruler = ruler_of([stamp for row in timed for cell in row[:words] for stamp in _stamps(cell)])
    # Whisper's tables count in whole milliseconds.
    scale = (
        1e-3 if names[:3] == ["start", "end", "text"] and all(row[start].strip().isdigit() for row in timed) else 1.0
    )
    found = []
    for row in timed:
        begin, stop = _cell_s(row[start], ruler), _cell_s(row[end], ruler) if end is not None else None
        text = _plain(delimiter.join(row[words:]) if words == len(names) - 1 or words >= 1 else row[words])
        found.append(Timed((begin or 0.0) * scale, stop * scale if stop is not None else None, text))
    return Reading(found, _left_out(len(body) - len(timed), "rows of the table"))


_START_NAMES = (
    "start",
    "begin",
    "from",
    "time",
    "start time",
    "starttime",
    "in",
    "timestamp",
    "start_s",
    "시작",
    "시간",
    "開始",
    "开始",
)
_END_NAMES = ("end", "to", "stop", "end time", "endtime", "out", "end_s", "끝", "종료", "終了", "结束")
_WORDS_NAMES = (
    "text",
    "words",
    "lyrics",
    "lyric",
    "line",
    "transcript",
    "caption",
    "content",
    "label",
    "가사",
    "歌詞",
    "歌词",
)


def _column(names: Sequence[str], known: Sequence[str]) -> int | None:
    return next((index for index, name in enumerate(names) if name in known), None)


def _is_time(cell: str) -> bool:
    return read_stamp(cell) is not None or read_seconds(cell) is not None


def _cell_s(cell: str, ruler: Ruler) -> float | None:
    stamp = read_stamp(cell)
    return ruler.seconds(stamp) if stamp is not None else read_seconds(cell)


def _is_numbering(cells: Sequence[str]) -> bool:
    """Return whether whole numbers only count the rows."""
    if not all(_COUNTER.fullmatch(cell.strip()) for cell in cells) or len(cells) < 2:
        return False
    return bool((np.diff([int(cell) for cell in cells]) == 1).all())


def _rows_and_blocks(text: str) -> Reading | None:
    blocks: list[_Block] = []
    words_in_rows, without = 0, 0
    for row in text.splitlines():
        match = _ROW.match(row)
        start = read_stamp(match.group(1)) if match else None
        if match and start is not None:
            rest = match.group(3).strip(" \t:-–—|,;")
            blocks.append(_Block(start, read_stamp(match.group(2) or ""), [rest] if rest else []))
            words_in_rows += bool(rest)
        elif blocks and row.strip():
            if words_in_rows:
                without += 1
            else:
                blocks[-1].rows.append(row.strip())
    if not blocks or without * _MOST > words_in_rows * (1 - _MOST):
        return None
    ruler = ruler_of([stamp for block in blocks for stamp in (block.start, block.end) if stamp is not None])
    found = []
    for block, rows in zip(blocks, _without_speakers([block.rows for block in blocks]), strict=True):
        end = ruler.seconds(block.end) if block.end is not None else None
        found.append(Timed(ruler.seconds(block.start), end, _plain(" ".join(rows))))
    frames = any(len(block.start.fields) == 4 for block in blocks)
    counted = (f"the frames in the lyrics' times were counted at {ruler.frame_rate} a second",) if frames else ()
    return Reading(found, counted + _left_out(without, "lines without a time"))


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
    if not found or first > 2 or len(found) < _NEARLY_ALL * (len(rows) - first):
        return None
    times = [read_seconds(match.group(1)) or 0.0 for match in found]
    sure = all(
        "." in match.group(1) or match.group(2) or match.group(3).strip() or "\t" in match.group(3) for match in found
    )
    rising = bool((np.diff(times) >= 0).all()) if len(times) > 1 else True
    if not rising or (not sure and len(found) < 3) or _is_numbering([match.group(1) for match in found]):
        return None
    lines = [Timed(time, None, _plain(match.group(4))) for time, match in zip(times, found, strict=True)]
    return Reading(lines, _left_out(len(rows) - first - len(found), "lines without a time"))


def _stamps(*texts: str) -> list[Stamp]:
    return [stamp for text in texts if (stamp := read_stamp(text)) is not None]


def _left_out(count: int, what: str) -> tuple[str, ...]:
    return (f"{count} {what} of the lyrics were left out",) if count > 0 else ()


def _plain(text: str) -> str:
    """Return words without mark-up, entities and double blanks."""
    return " ".join(html.unescape(_MARKUP.sub("", text)).replace("\\N", " ").split())


_READERS: tuple[Callable[[str], Reading | None], ...] = (
    _json,
    _subtitle_formats,
    _cues,
    _lrc,
    _table,
    _rows_and_blocks,
    _seconds_rows,
)
