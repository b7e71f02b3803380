"""Words with times as a page sends them: checked, in order, bounded."""

from __future__ import annotations

from typing import Any

from glance.audio.types import LyricLine, SungWord
from glance.errors import ProjectError
from glance.limits import check_text, finite

#: Lines of a song, words of a line, characters of a line, and the latest moment, in seconds.
_MOST_LINES, _MOST_WORDS, _LONGEST, _LATEST_S = 5_000, 200, 2_000, 86_400.0


def lines_of_page(value: Any) -> tuple[LyricLine, ...]:
    """Return the lines that JSON holds, in the order of their starts.

    Raises:
        ProjectError: They are no lines with times, or too many.
    """
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_LINES:
        raise ProjectError("lines", f"expected a list of 1 to {_MOST_LINES:,} lines with `start_s`, `end_s` and `text`")
    lines = [_line(item, f"lines[{index}]") for index, item in enumerate(value)]
    return tuple(sorted(lines, key=lambda line: line.start_s))


def _line(item: Any, field: str) -> LyricLine:
    start, end, text = _timed(item, field)
    words = item.get("words") or []
    if not isinstance(words, list) or len(words) > _MOST_WORDS:
        raise ProjectError(f"{field}.words", f"expected a list of at most {_MOST_WORDS} words")
    sung = [SungWord(*_timed(word, f"{field}.words[{index}]")) for index, word in enumerate(words)]
    return LyricLine(start, end, text, tuple(sorted(sung, key=lambda word: word.start_s)))


def _timed(item: Any, field: str) -> tuple[float, float, str]:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise ProjectError(field, "expected an object with `start_s`, `end_s` and `text`")
    start, end = finite(item.get("start_s")), finite(item.get("end_s"))
    if start is None or end is None or not 0 <= start <= end <= _LATEST_S:
        raise ProjectError(field, "expected `start_s` and `end_s` in seconds, in this order")
    text = " ".join(item["text"].split())
    check_text(text, f"{field}.text", _LONGEST)
    if not text:
        raise ProjectError(f"{field}.text", "expected words, found none")
    return round(start, 3), round(end, 3), text
