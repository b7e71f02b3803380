"""Schedule text to keys, and back.

    schedule = entry {"," entry} [","]  |  value            a value alone holds for the whole song
    entry    = time ":" value                               see glance.schedule.key_times; quotes are fine
    value    = number | formula | "(" formula ["," easing] ")"
    text     = any text, in (brackets), "quotes" or neither; on text channels only

Numbers move in a straight line to the next key, formulas hold; an easing named after a comma inside the brackets
decides the way to the next key instead. Blanks and line breaks do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from glance.errors import ScheduleError
from glance.limits import (
    SCHEDULE_BRACKETS,
    SCHEDULE_CHARACTERS,
    SCHEDULE_FORMULAS,
    SCHEDULE_KEYS,
)
from glance.schedule.channels import CHANNELS
from glance.schedule.curve import Curve, Key, PlainKeys, is_number, number_text
from glance.schedule.easing import EASINGS
from glance.schedule.expression import compile_expression
from glance.schedule.key_times import CLOCK, check_key
from glance.system.loose_json import decimal_comma
from glance.system.suggest import did_you_mean

#: Frame numbers beyond this are slips, and are refused when the curve is evaluated.
_LAST_FRAME = 1e9
_LIST = msgspec.json.Decoder(list[float])
_NUMBERS_OUT = str.maketrans("", "", "0123456789+-.eE \t\r\n")
_AS_LIST = str.maketrans(":()", ",  ")
_EMPTY = re.compile(r"\(\s*\)")
_MARK = re.compile(r"[()\"',:]")
_EXAMPLE = "such as 0:(0.65), 30:(0.7 + 0.1*sin(t/10))"


def parse_schedule(text: str, channel: str = "") -> Curve:
    """Read a schedule.

    Args:
        text: The schedule.
        channel: Name of the channel it is for; text channels are read as texts, all others as numbers.

    Raises:
        ScheduleError: The text is not a schedule; the error points at the place.
    """
    if len(text) > SCHEDULE_CHARACTERS:
        raise ScheduleError(
            channel,
            text,
            SCHEDULE_CHARACTERS,
            f"a schedule may have {SCHEDULE_CHARACTERS:,} characters, found {len(text):,}",
        )
    is_text = channel in CHANNELS and CHANNELS[channel].kind == "text"
    plain = None if is_text else _plain(text)
    if plain is not None:
        return Curve(channel, plain, text)
    if not text.strip():
        raise ScheduleError(channel, text, 0, f"expected a schedule {_EXAMPLE}, found nothing")
    try:
        return _Reader(text, channel, is_text).curve()
    except ScheduleError as error:
        raise ScheduleError(channel, text, error.column, error.hint, error.length) from None


def format_schedule(curve: Curve) -> str:
    """Return a curve as text; `parse_schedule` reads the same curve back from it."""
    if isinstance(curve.keys, PlainKeys):
        pairs = zip(curve.keys.frames.tolist(), curve.keys.values.tolist(), strict=True)
        return ", ".join(f"{frame}:({number_text(value)})" for frame, value in pairs)
    if curve.channel in CHANNELS and CHANNELS[curve.channel].kind == "text":
        return ", ".join(f"{key.time}:({_quoted(key.value)})" for key in curve.keys)
    return ", ".join(f"{key.time}:({key.value}{', ' if key.easing else ''}{key.easing})" for key in curve.keys)


def _quoted(value: str) -> str:
    doubled = value.replace('"', '""')
    return f'"{doubled}"'


def _plain(text: str) -> PlainKeys | None:
    """Read `0:(1.5), 1:(2) ...` at the speed of a JSON reader; None where the text is anything else."""
    outline = text.translate(_NUMBERS_OUT)
    outline = outline if outline.endswith(",") else outline + ","
    if outline != ":()," * (len(outline) // 4) or _EMPTY.search(text):
        return None
    # With the outline checked, commas for colons and blanks for brackets leave a list of times and values.
    try:
        flat = np.array(_LIST.decode(f"[{text.translate(_AS_LIST).rstrip().rstrip(',')}]"), dtype=np.float64)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return None
    return _plain_keys(flat[0::2], flat[1::2]) if flat.size == len(outline) // 2 else None


def _plain_keys(times: NDArray[np.float64], values: NDArray[np.float64]) -> PlainKeys | None:
    whole = bool(np.all(np.floor(times) == times)) and bool(np.all(np.abs(times) <= _LAST_FRAME))
    return PlainKeys(times.astype(np.int64), values) if whole and bool(np.all(np.isfinite(values))) else None


class _Reader:
    """Reads one schedule, entry by entry."""

    def __init__(self, text: str, channel: str, is_text: bool) -> None:
        self.text, self.channel, self.is_text = text, channel, is_text
        self.formulas: set[str] = set()

    def curve(self) -> Curve:
        """Return the curve of the whole text."""
        keys = [self._key(start, stop, colons) for start, stop, colons in self._entries()]
        if not keys:
            raise self._error(0, f"expected a schedule {_EXAMPLE}, found only commas")
        plain = None if self.is_text else _as_plain(keys)
        return Curve(self.channel, plain or tuple(keys), self.text)

    def _error(self, column: int, hint: str, length: int = 1) -> ScheduleError:
        return ScheduleError(self.channel, self.text, column, hint, length)

    def _entries(self) -> list[tuple[int, int, list[int]]]:
        """Cut the text at its outer commas: (start, stop, columns of outer colons) of each entry that is not blank."""
        entries: list[tuple[int, int, list[int]]] = []
        colons: list[int] = []
        start = 0
        for at, mark in self._outer_marks():
            if mark == ":":
                colons.append(at)
                continue
            entries.append((start, at, colons))
            start, colons = at + 1, []
            if len(entries) > SCHEDULE_KEYS:
                raise self._error(at, f"a schedule may have {SCHEDULE_KEYS:,} keys")
        entries.append((start, len(self.text), colons))
        return [entry for entry in entries if _first(self.text, entry[0], entry[1]) < entry[1]]

    def _outer_marks(self) -> Iterator[tuple[int, str]]:
        """Yield the columns of the commas and colons outside brackets, and refuse what is not closed."""
        opened: list[int] = []
        for at, mark in _marks(self.text, 0):
            if mark == "(":
                opened.append(at)
                if len(opened) > SCHEDULE_BRACKETS:
                    raise self._error(at, f"brackets may be {SCHEDULE_BRACKETS} deep")
            elif mark == ")":
                if not opened:
                    raise self._error(at, "this closes a bracket that was never opened")
                opened.pop()
            elif mark in "\"'":
                raise self._error(at, "this quotation mark is never closed")
            elif not opened:
                yield at, mark
        if opened:
            raise self._error(opened[-1], "this bracket is never closed")

    def _key(self, start: int, stop: int, colons: list[int]) -> Key:
        colon = self._separator(start, stop, colons)
        if colon is None:
            time, time_at, value_start = "0", start, start
        else:
            time_at, time_stop = self._unwrapped(start, colon, "\"'")
            time, value_start = self.text[time_at:time_stop], colon + 1
            self._checked(time_at, check_key, time)
        at, end = self._unwrapped(value_start, stop, "" if self.is_text else "\"'")
        if at == end and not self.is_text:
            raise self._error(min(at, len(self.text) - 1), "expected a value after the colon, found nothing")
        if self.is_text:
            return self._text_key(time, time_at, at, end)
        return self._number_key(time, time_at, at, end)

    def _separator(self, start: int, stop: int, colons: list[int]) -> int | None:
        """Return the colon between time and value; None for a value alone."""
        for colon in colons[2:0:-1]:  # a clock time has one colon or two of its own
            if CLOCK.fullmatch(self.text[start:colon].strip()):
                return colon
        if not colons:
            if self.text[:start].strip(" \t\r\n,") or self.text[stop:].strip(" \t\r\n,"):
                at = _first(self.text, start, stop)
                hint = decimal_comma(self.text[:start].rstrip(", "), self.text[at:stop])
                hint = hint or "expected time:(value), found no colon"
                raise self._error(at, hint, _last(self.text, at, stop) - at)
            return None
        if self.is_text:
            return colons[0] if self._is_time(start, colons[0]) else None
        if len(colons) > 1:
            semicolon = self.text.find(";", start, colons[1])
            at, found = (semicolon, "a semicolon") if semicolon >= 0 else (colons[1], "a second colon")
            raise self._error(at, f"expected a comma between two keys, found {found}")
        return colons[0]

    def _is_time(self, start: int, colon: int) -> bool:
        at, end = self._unwrapped(start, colon, "\"'")
        try:
            check_key(self.text[at:end])
        except ScheduleError:
            # On text channels `C:\model` is a value; but what looks like a number shall not be taken for one.
            return self.text[at : at + 1].isdigit()
        return True

    def _number_key(self, time: str, time_at: int, at: int, end: int) -> Key:
        comma = _outer_comma(self.text, at, end)
        easing = ""
        if comma is not None:
            easing_at = _first(self.text, comma + 1, end)
            easing = self.text[easing_at:end].strip()
            if easing not in EASINGS:
                hint = decimal_comma(self.text[at:comma], easing)
                advice = did_you_mean(easing, EASINGS, most=2)
                hint = hint or f"expected the name of an easing after the comma; {advice}"
                raise self._error(min(easing_at, end - 1), hint, len(easing))
            at, end = self._unwrapped(at, comma, "")
        value = self.text[at:end]
        if not is_number(value):
            self._checked(at, compile_expression, value)
            self.formulas.add(value)
            if len(self.formulas) > SCHEDULE_FORMULAS:
                raise self._error(at, f"a schedule may have {SCHEDULE_FORMULAS:,} different formulas", len(value))
        elif not np.isfinite(float(value)):
            raise self._error(at, "this number is too large", len(value))
        return Key(time, value, easing, time_at, at)

    def _text_key(self, time: str, time_at: int, at: int, end: int) -> Key:
        mark = self.text[at : at + 1]
        if mark in ('"', "'") and end - at >= 2 and self.text[end - 1] == mark:
            return Key(time, self.text[at + 1 : end - 1].replace(mark * 2, mark), "", time_at, at + 1)
        return Key(time, self.text[at:end], "", time_at, at)

    def _checked(self, at: int, check: Callable[[str], object], piece: str) -> None:
        try:
            check(piece)
        except ScheduleError as error:
            raise self._error(at + error.column, error.hint, error.length) from None

    def _unwrapped(self, start: int, stop: int, quotes: str) -> tuple[int, int]:
        """Return a piece's range without blanks, and without quotes or brackets that enclose all of it."""
        start = _first(self.text, start, stop)
        stop = _last(self.text, start, stop)
        while stop - start >= 2:
            first, last = self.text[start], self.text[stop - 1]
            quoted = first in quotes and first == last if quotes else False
            if not quoted and not (first == "(" and _closes(self.text, start) == stop - 1):
                break
            start = _first(self.text, start + 1, stop - 1)
            stop = _last(self.text, start, stop - 1)
        return start, stop


def _as_plain(keys: list[Key]) -> PlainKeys | None:
    """Return keys as arrays where all are numbers at whole frames without easings, so that equal curves are equal."""
    if not all(is_number(key.time) and is_number(key.value) and not key.easing for key in keys):
        return None
    times, values = [float(key.time) for key in keys], [float(key.value) for key in keys]
    return _plain_keys(np.array(times), np.array(values))


def _marks(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Yield the columns and characters that structure the text; a quotation mark only where nothing closes it."""
    position = start
    while match := _MARK.search(text, position):
        at, mark = match.start(), match.group()
        position = match.end()
        if mark not in "\"'":
            yield at, mark
        elif _opens_quote(text, at):
            end = _quote_end(text, at)
            if end < 0:
                yield at, mark
            else:
                position = end


def _opens_quote(text: str, at: int) -> bool:
    """Return whether a quotation mark begins a piece; within a word it is an apostrophe."""
    at -= 1
    while at >= 0 and text[at].isspace():
        at -= 1
    return at < 0 or text[at] in "(,:"


def _quote_end(text: str, at: int) -> int:
    """Return the column after the quotation mark that closes the one at `at` (doubled ones are text), or -1."""
    mark, position = text[at], at + 1
    while (end := text.find(mark, position)) >= 0:
        if text[end : end + 2] != mark * 2:
            return end + 1
        position = end + 2
    return -1


def _closes(text: str, start: int) -> int:
    """Return the column of the bracket that closes the one at `start`."""
    depth = 0
    for at, mark in _marks(text, start):
        depth += (mark == "(") - (mark == ")")
        if depth == 0:
            return at
    return -1


def _outer_comma(text: str, start: int, stop: int) -> int | None:
    """Return the column of the last comma outside brackets in `[start, stop)`, if any."""
    depth, found = 0, None
    for at, mark in _marks(text, start):
        if at >= stop:
            break
        depth += (mark == "(") - (mark == ")")
        if mark == "," and depth == 0:
            found = at
    return found


def _first(text: str, start: int, stop: int) -> int:
    """Return the column of the first character in `[start, stop)` that is not blank, or `stop`."""
    while start < stop and text[start].isspace():
        start += 1
    return start


def _last(text: str, start: int, stop: int) -> int:
    """Return the column after the last character in `[start, stop)` that is not blank, or `start`."""
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    return stop
