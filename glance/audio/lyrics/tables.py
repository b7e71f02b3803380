"""Words with times in columns: CSV, TSV, Audacity's labels, Whisper's tsv."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from glance.audio.lyrics.lines import (
    NEARLY_ALL,
    Reading,
    Timed,
    frames_told,
    is_numbering,
    left_out,
    plain_words,
    stamps_of,
)
from glance.audio.lyrics.times import Ruler, read_seconds, read_stamp, ruler_of


def read_table(text: str) -> Reading | None:
    """Return the lines of a text whose rows are cells, nearly all with a time; None for another text."""
    rows = [row for row in text.splitlines() if row.strip() and not row.startswith("\\")]
    for delimiter in ("\t", ";", ",", "|"):
        if sum(delimiter in row for row in rows) < max(1, NEARLY_ALL * len(rows)):
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
    timed = [row for row in body if len(row) > max(start, words or 0) and _is_time(row[start])]
    if words is None or len(timed) < max(1, NEARLY_ALL * len(body)):
        return None
    if start == 0 and is_numbering([row[0] for row in timed]):
        return None
    stamps = [stamp for row in timed for cell in row[:words] for stamp in stamps_of(cell)]
    ruler = ruler_of(stamps)
    # Whisper's tables count in whole milliseconds.
    scale = (
        1e-3 if names[:3] == ["start", "end", "text"] and all(row[start].strip().isdigit() for row in timed) else 1.0
    )
    found = []
    for row in timed:
        begin, stop = _cell_s(row[start], ruler), _cell_s(row[end], ruler) if end is not None else None
        text = plain_words(delimiter.join(row[words:]) if words == len(names) - 1 or words >= 1 else row[words])
        found.append(Timed((begin or 0.0) * scale, stop * scale if stop is not None else None, text))
    return Reading(found, frames_told(ruler, stamps) + left_out(len(body) - len(timed), "rows of the table"))


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
