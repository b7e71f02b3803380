"""Reads JSON as people and small models write it, and says what was not JSON about it.

Settings and prompt schedules are edited by hand and pasted from one program into another: a comma after the last entry,
single or typographic quotes, `None`, a comment, no braces around it all, a name given twice. Each of these has one
meaning that nobody doubts. What has none is refused, with its place.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any

#: Longest whole number that is read as one, in digits; all longer ones are beyond a double and become infinite.
_DIGITS = 300
MAX_DEPTH = 60
_QUOTES = {'"': '"', "'": "'", "“": "”“", "„": "“”", "”": "”", "‘": "’", "«": "»", "`": "`"}
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "/": "/", "\\": "\\"}
_WORDS = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None}
_BLANK = re.compile(r"(?:[\s\ufeff\u00a0]+|//[^\n]*|#[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9})?", re.ASCII)
_WORD = re.compile(r"[A-Za-z]+")
_BARE_KEY = re.compile(r"[^\s\"'“”„‘’«»:,{}\[\]]{1,80}(?=\s*:)")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_AFTER_VALUE = re.compile(r"\s*(?:[,:}\]]|$)")
_HALF = re.compile("[\ud800-\udfff]")


class LooseJsonError(ValueError):
    """A text that has no one meaning as JSON.

    Attributes:
        column: 0-based index of the first character at fault.
        hint: What was expected there.
    """

    def __init__(self, text: str, column: int, hint: str) -> None:
        self.column = column
        self.hint = hint
        line = text.count("\n", 0, column) + 1
        at = column - (text.rfind("\n", 0, column) + 1) + 1
        super().__init__(f"line {line}, column {at}: {hint}")


@dataclass(frozen=True)
class LooseJson:
    """What a text says.

    Attributes:
        value: Objects, lists, texts, numbers, truth values and None. A number beyond a double is infinite.
        repairs: What was not JSON about it, or was given twice, in sentences without a full stop.
    """

    value: Any
    repairs: tuple[str, ...] = ()


def read_loose(text: str) -> LooseJson:
    """Return what a text says; a text without braces that begins with a key is the inside of an object.

    Raises:
        LooseJsonError: It has no one meaning.
    """
    try:
        return _strict(text)
    except (ValueError, RecursionError):
        reader = _Reader(text)
        value = reader.whole()
        return LooseJson(value, tuple(dict.fromkeys(reader.repairs)))


def number_of(value: object) -> float | None:
    """Return a number, or a text that is one, also with a decimal comma; None for what is none, or not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        value = value.strip().replace(",", ".") if _DECIMAL_COMMA.fullmatch(value.strip()) else value.strip()
        if not value.isascii() or "_" in value:
            return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def decimal_comma(before: str, after: str) -> str:
    """Return what to say of a comma between two texts where it is a decimal comma; empty where it is none."""
    whole, part = re.search(r"\d{1,9}$", before.rstrip()), re.match(r"\s*(\d{1,9})(?![\w:])", after)
    if not whole or not part:
        return ""
    return f"decimal commas are not known here; write {whole.group()}.{part.group(1)}"


def _strict(text: str) -> LooseJson:
    twice: list[str] = []

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found and found[name] != value:
                twice.append(_given_twice(name))
            found[name] = value
        return found

    value = json.loads(text, object_pairs_hook=made, parse_int=_whole)
    if _HALF.search(text) or "\\u" in text:
        _refuse_halves(text, value)
    return LooseJson(value, tuple(dict.fromkeys(twice)))


def _refuse_halves(text: str, value: Any) -> None:
    if _HALF.search(json.dumps(value, ensure_ascii=False)):
        raise LooseJsonError(text, 0, "this text holds half a character, which no file can keep; delete it")


def _given_twice(name: str) -> str:
    return f"`{name[:60]}` is given more than once; the last one counts"


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _DIGITS else math.copysign(math.inf, -1 if digits.startswith("-") else 1)


class _Reader:
    """Reads one text from its first character to its last."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.repairs: list[str] = []

    def whole(self) -> Any:
        self.blank()
        if self.peek() in "{[":
            value = self.value(0)
        elif self.key_follows():
            self.repairs.append("there are no braces around it")
            value = self.members(0, closed=False)
        else:
            raise self.error('expected an object in braces, or a key such as "0":')
        self.blank()
        if self.peek() in (",", ";"):
            self.at += 1
            self.blank()
            self.repairs.append("there is a comma after the last entry")
        if self.at < len(self.text):
            raise self.error("expected the end of the text")
        return value

    def error(self, hint: str) -> LooseJsonError:
        return LooseJsonError(self.text, min(self.at, max(0, len(self.text) - 1)), hint)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1] or "\0"

    def blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        if match:
            if match.group().strip().lstrip("\ufeff"):
                self.repairs.append("it holds a comment")
            self.at = match.end()

    def key_follows(self) -> bool:
        if self.peek() not in _QUOTES:
            return bool(_BARE_KEY.match(self.text, self.at))
        here, repairs = self.at, len(self.repairs)
        try:
            self.string()
            self.blank()
            return self.peek() == ":"
        except LooseJsonError:
            return False
        finally:
            self.at = here
            del self.repairs[repairs:]

    def value(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise self.error(f"brackets may be {MAX_DEPTH} deep")
        mark = self.peek()
        if mark == "{":
            self.at += 1
            return self.members(depth, closed=True)
        if mark == "[":
            self.at += 1
            return self.items(depth)
        if mark in _QUOTES:
            return self.string()
        number = _NUMBER.match(self.text, self.at)
        if number:
            self.at = number.end()
            return _number(number.group())
        word = _WORD.match(self.text, self.at)
        if word and word.group() in _WORDS:
            self.at = word.end()
            if word.group()[0].isupper():
                self.repairs.append(f"it has Python's {word.group()}")
            return _WORDS[word.group()]
        raise self.error("expected a text in quotation marks, a number, true, false or null")

    def members(self, depth: int, *, closed: bool) -> dict[str, Any]:
        """Read an object after its opening brace, or one that has none."""
        found: dict[str, Any] = {}
        while True:
            self.blank()
            if self.peek() == "}" and closed:
                self.at += 1
                return found
            if self.at >= len(self.text) and not closed:
                return found
            name = self.key()
            self.blank()
            value = self.value(depth + 1)
            if name in found and found[name] != value:
                self.repairs.append(_given_twice(name))
            found[name] = value
            self.separator("}" if closed else "\0")

    def key(self) -> str:
        if self.peek() in _QUOTES:
            name = self.string()
        else:
            bare = _BARE_KEY.match(self.text, self.at)
            if bare is None:
                raise self.error("expected a key in quotation marks, and a colon")
            name = bare.group()
            self.at = bare.end()
            self.repairs.append("keys stand without quotation marks")
        self.blank()
        if self.peek() != ":":
            raise self.error("expected a colon after the key")
        self.at += 1
        return name

    def items(self, depth: int) -> list[Any]:
        found: list[Any] = []
        while True:
            self.blank()
            if self.peek() == "]":
                self.at += 1
                return found
            found.append(self.value(depth + 1))
            self.separator("]")

    def separator(self, end: str) -> None:
        """Pass the comma between two entries; one at the end, or none where the next key begins, is forgiven."""
        self.blank()
        if self.peek() == ",":
            self.at += 1
            self.blank()
            if self.peek() == end:
                self.repairs.append("there is a comma after the last entry")
        elif self.peek() == end:
            return
        elif end != "]" and self.key_follows():
            self.repairs.append("a comma between two entries is missing")
        else:
            raise self.error("expected a comma or the end" if end == "\0" else f"expected a comma or {end}")

    def string(self) -> str:
        opened, start = self.peek(), self.at
        ends = _QUOTES[opened]
        if opened != '"':
            self.repairs.append("its quotation marks are not the straight double ones of JSON")
        parts: list[str] = []
        self.at += 1
        run = re.compile(rf"[^\\{ends}]+")
        while self.at < len(self.text):
            plain = run.match(self.text, self.at)
            if plain:
                parts.append(plain.group())
                self.at = plain.end()
                continue
            mark = self.text[self.at]
            if mark == "\\":
                parts.append(self.escape())
            elif opened in "'’‘" and not _AFTER_VALUE.match(self.text, self.at + 1):
                parts.append(mark)  # an apostrophe within the words
                self.at += 1
            else:
                self.at += 1
                return "".join(parts)
        self.at = start
        raise self.error("this quotation mark is never closed")

    def escape(self) -> str:
        mark = self.text[self.at + 1 : self.at + 2]
        code = self.text[self.at + 2 : self.at + 6]
        if mark == "u" and re.fullmatch(r"[0-9a-fA-F]{4}", code):
            self.at += 6
            letter = chr(int(code, 16))
            if "\ud800" <= letter <= "\udfff":
                raise self.error("half a character, which no file can keep")
            return letter
        self.at += 2
        if mark in _ESCAPES:
            return _ESCAPES[mark]
        # `\(` is how a bracket that is none of weight is written in prompts.
        return mark if mark in _QUOTES else f"\\{mark}"


def _number(text: str) -> int | float:
    bare = text.lstrip("+")
    return _whole(bare) if bare.lstrip("-").isdigit() else float(bare)
