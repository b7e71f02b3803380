"""Words with times from JSON: what Whisper and its kin write.

Known are objects with `segments` (Whisper, faster-whisper, WhisperX), `chunks` (Transformers), `events` (YouTube's
json3), `transcription` (whisper.cpp), `lines`, `words`, `captions`, `lyrics`, or a list of such rows at the top. A row
has a start and an end in seconds, under any of the usual names, and its words under `text` or the like.
"""

from __future__ import annotations

import json
import math
from typing import Any, TypeAlias

Row: TypeAlias = "tuple[float, float | None, str]"
_LISTS = ("segments", "chunks", "events", "lines", "captions", "lyrics", "transcription", "transcript", "words")
_STARTS, _ENDS = (
    ("start", "start_s", "startTime", "start_time", "begin", "from", "time"),
    ("end", "end_s", "endTime", "end_time", "to"),
)
_WORDS = ("text", "words", "line", "word", "lyric", "content", "transcript")
#: Times beyond a day belong to no song.
_LONGEST_S = 86_400.0


def json_rows(text: str) -> list[Row] | None:
    """Return the rows with times in a JSON text; None where it is none, an empty list where it has no such rows."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    rows = _list_in(data)
    return [row for item in rows if isinstance(item, dict) and (row := _row(item)) is not None]


def _list_in(data: Any) -> list[Any]:
    for _ in range(3):
        if isinstance(data, list):
            return data
        if not isinstance(data, dict):
            return []
        data = next((data[name] for name in _LISTS if isinstance(data.get(name), list | dict)), None)
    return data if isinstance(data, list) else []


def _row(item: dict[str, Any]) -> Row | None:
    if "tStartMs" in item:  # YouTube
        start, length = _number(item["tStartMs"]), _number(item.get("dDurationMs"))
        parts = item.get("segs") if isinstance(item.get("segs"), list) else []
        words = "".join(str(part.get("utf8", "")) for part in parts or [] if isinstance(part, dict))
        end = (start + length) / 1000 if start is not None and length is not None else None
        return (start / 1000, end, words) if start is not None and words.strip() else None
    span = item.get("timestamp")
    if isinstance(span, list) and span:
        start, end = _number(span[0]), _number(span[1]) if len(span) > 1 else None
    elif isinstance(item.get("offsets"), dict):  # whisper.cpp, in milliseconds
        start, end = (_thousandth(_number(item["offsets"].get(name))) for name in ("from", "to"))
    else:
        start, end = (_number(next((item[name] for name in names if name in item), None)) for names in (_STARTS, _ENDS))
    words = next((item[name] for name in _WORDS if isinstance(item.get(name), str)), "")
    return (start, end, words) if start is not None and words.strip() else None


def _thousandth(value: float | None) -> float | None:
    return value / 1000 if value is not None else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 <= number <= 1000 * _LONGEST_S else None
