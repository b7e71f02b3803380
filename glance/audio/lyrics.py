"""Words with times: .lrc, .srt, and plain text whose lines start with a time."""

from __future__ import annotations

import re
from pathlib import Path

from glance.audio.analysis import LyricLine
from glance.errors import AudioError

#: How long the last line stays, and any line at most where nothing says its end, in seconds.
_LONGEST_S = 10.0
_LRC_TIME = re.compile(r"\[(\d+):(\d{1,2}(?:[.:]\d{1,3})?)\]", re.ASCII)
_LRC_OFFSET = re.compile(r"\[offset:\s*([+-]?\d+)\s*\]", re.IGNORECASE | re.ASCII)
_WORD_TIME = re.compile(r"<\d+:\d{1,2}(?:[.:]\d{1,3})?>", re.ASCII)
_SRT_TIMES = re.compile(r"(\d+):(\d{1,2}):(\d{1,2}[.,]\d{1,3})\s*-->\s*(\d+):(\d{1,2}):(\d{1,2}[.,]\d{1,3})", re.ASCII)
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|\{\\[^}]*\}")
_PLAIN = re.compile(
    r"^\s*[\[(]?(?:(\d+):)?(\d+):(\d{1,2}(?:[.,]\d+)?)[\])]?(?:\s*[-–]\s*(?:(\d+):)?(\d+):(\d{1,2}(?:[.,]\d+)?))?"
    r"[\s:\-–|]+(.*)$",
    re.ASCII,
)
_SECONDS = re.compile(r"^\s*(\d+(?:\.\d+)?)s?(?:\s+|\t|\s*[|,;]\s*)(\D.*)$", re.ASCII)


def read_lyrics(path: Path) -> tuple[LyricLine, ...]:
    """Return the timed lines of a lyrics file, sorted by time.

    Read are LRC (`[1:23.45] words`, several times a line, `[offset:ms]`), SubRip (.srt), and text whose lines start
    with a time (`1:23.5 words`, `83.5 words`, `0:10 - 0:14 words`). The form is told by the content, not the name.

    Raises:
        AudioError: The file is missing, or no line in it has a time.
    """
    path = Path(path)
    try:
        text = _decoded(path.read_bytes())
    except OSError as error:
        raise AudioError(f"{path}: the lyrics cannot be read ({error.strerror or error}). Check the path.") from None
    lines = parse_lyrics(text)
    if not lines:
        raise AudioError(
            f"{path.name}: expected lyrics with times (.lrc, .srt, or lines such as '1:23.5 words'), "
            "found no line with a time. Add times, or leave the lyrics out."
        )
    return lines


def parse_lyrics(text: str) -> tuple[LyricLine, ...]:
    """Return the timed lines in `text`, sorted by time; empty where no line has a time."""
    for reader in (_srt, _lrc, _plain):
        lines = reader(text)
        if lines:
            return _closed(lines)
    return ()


def _decoded(data: bytes) -> str:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    options = (_text(data, encoding) for encoding in ("utf-16" if wide else "utf-8-sig", "cp949"))
    return next((text for text in options if text is not None), data.decode("latin-1"))


def _text(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _srt(text: str) -> list[tuple[float, float | None, str]]:
    found = []
    for block in re.split(r"\r?\n\s*\r?\n", text):
        rows = block.strip().splitlines()
        for number, row in enumerate(rows):
            match = _SRT_TIMES.search(row)
            if match:
                words = " ".join(_TAG.sub("", line).strip() for line in rows[number + 1 :]).strip()
                found.append((_seconds(*match.groups()[:3]), _seconds(*match.groups()[3:]), words))
                break
    return [line for line in found if line[2]]


def _lrc(text: str) -> list[tuple[float, float | None, str]]:
    offset = _LRC_OFFSET.search(text)
    # LRC: a positive offset shows the words earlier.
    shift = -int(offset.group(1)) / 1000 if offset else 0.0
    found: list[tuple[float, float | None, str]] = []
    for row in text.splitlines():
        times = []
        rest = row.strip()
        while match := _LRC_TIME.match(rest):
            times.append(_seconds("0", match.group(1), match.group(2).replace(":", ".")))
            rest = rest[match.end() :].lstrip()
        words = _WORD_TIME.sub("", rest).strip()
        found += [(max(0.0, time + shift), None, " ".join(words.split())) for time in times]
    return found


def _plain(text: str) -> list[tuple[float, float | None, str]]:
    found: list[tuple[float, float | None, str]] = []
    for row in text.splitlines():
        clock, number = _PLAIN.match(row), _SECONDS.match(row)
        if clock:
            end = _seconds(clock.group(4), clock.group(5), clock.group(6)) if clock.group(5) else None
            found.append((_seconds(*clock.groups()[:3]), end, clock.group(7).strip()))
        elif number:
            found.append((float(number.group(1)), None, number.group(2).strip()))
    return found


def _seconds(hours: str | None, minutes: str, seconds: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))


def _closed(lines: list[tuple[float, float | None, str]]) -> tuple[LyricLine, ...]:
    """Return lines whose missing ends are the next line's start; lines without words only end the one before."""
    ordered = sorted(lines, key=lambda line: line[0])
    closed = []
    for index, (start, end, words) in enumerate(ordered):
        later = next((other[0] for other in ordered[index + 1 :] if other[0] > start), start + _LONGEST_S)
        stop = end if end is not None and end > start else min(later, start + _LONGEST_S)
        if words:
            closed.append(LyricLine(round(start, 3), round(stop, 3), words))
    return tuple(closed)
