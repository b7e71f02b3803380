"""Damages texts and JSON values at random, the same way for the same seed."""

from __future__ import annotations

import gzip
import random
import re
from typing import Any

#: What breaks readers: marks of the grammars, numbers beyond every range, signs that no file can hold.
TOKENS = (
    *"()[]{}:;,.`'\"\\|^%+-*/<>=#&@~ \t\n\r",
    *("\0", "\x1b", "\ud800", "\udc00", "\ufeff", "\u202e", "\u0661", "é", "가", "😀"),
    *("0", "-1", "1", "1e999", "-1e308", "1e-999", "9" * 401, "0.1", "1.", ".5", "0x10", "1_000", "NaN", "Infinity"),
    *(
        "null",
        "true",
        "--neg",
        "max_f",
        "t",
        "s",
        "b",
        "bar",
        "99999999999999999999:23.5",
        "00:00:99,999 --> ",
        "[01:02.3]",
    ),
    *("1/0", "**", "10**400", "rms", "linear", "ease_in", "where(", "{prompt}", "AND", "<lora:a:1>", "(a:1.5)", "``"),
)
#: What a JSON reader's callers do not expect in a value's place.
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 10**400, -(10**400), 0.5, 1e308, -1e-308, 1e9),
    *("", " ", "\0", "\udc00", "x" * 300, "x" * 30_000, "9" * 5_000, "1/0", "../../etc/passwd", "t", "0:(t)"),
    *([], [[]], [0], [None], {}, {"": {}}, {"a": [1]}),
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def mutated_text(seed: str, chance: random.Random) -> str:
    """Return a text with one to six damages."""
    text = seed
    for _ in range(chance.randint(1, 6)):
        text = chance.choice(_DAMAGES)(text, chance)
    return text


def mutated_bytes(seed: bytes, chance: random.Random) -> bytes:
    """Return bytes with one to eight damages: others in their place, pieces left out, repeated, cut off, false sizes.

    What is packed is damaged inside of its packing half of the time, or nothing but the packing would ever be tried.
    """
    if seed[:2] == b"\x1f\x8b" and chance.random() < 0.5:
        return gzip.compress(mutated_bytes(gzip.decompress(seed), chance), 1)
    data = bytearray(seed)
    for _ in range(chance.randint(1, 8)):
        at, length = chance.randrange(len(data) + 1), chance.choice((1, 2, 4, 16, 200))
        way = chance.random()
        if way < 0.35:
            data[at : at + length] = bytes(
                chance.choice((0, 0x7F, 0x80, 0xFF, chance.randrange(256))) for _ in range(length)
            )
        elif way < 0.55:
            data[at : at + 4] = chance.choice((0, 1, 2**31 - 1, 2**32 - 1)).to_bytes(
                4, chance.choice(("little", "big"))
            )
        elif way < 0.7:
            del data[at : at + length]
        elif way < 0.85:
            data[at:at] = data[at : at + length] * chance.choice((1, 2, 50))
        elif way < 0.95:
            data[at:at] = chance.choice(TOKENS).encode("utf-8", "replace")
        else:
            del data[at:]
        data = data or bytearray(seed[:20])
    return bytes(data)


def mutated_json(seed: Any, chance: random.Random) -> Any:
    """Return a copy of a JSON value with one to four values exchanged, left out, repeated or put elsewhere."""
    value = _copy(seed)
    for _ in range(chance.randint(1, 4)):
        places = list(_places(value))
        if not places:
            break
        holder, key = chance.choice(places)
        way = chance.random()
        if way < 0.5:
            holder[key] = _copy(chance.choice(VALUES))
        elif way < 0.65:
            del holder[key]
        elif way < 0.8:
            other, there = chance.choice(places)
            if there in other if isinstance(other, dict) else there < len(other):
                holder[key] = _copy(other[there])
        elif isinstance(holder[key], str):
            holder[key] = mutated_text(holder[key], chance)
        elif isinstance(holder[key], list) and holder[key]:
            holder[key] = _copy(holder[key][:1]) * chance.choice((2, 30, 6000))
        elif isinstance(holder, dict):
            holder[chance.choice(("", "a", "\0", "zoom", "x" * 99))] = holder[key]
    return value


def _places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    todo = [value]
    while todo and len(found) < 5_000:
        holder = todo.pop()
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        for key in keys:
            found.append((holder, key))
            if isinstance(holder[key], dict | list):
                todo.append(holder[key])
    return found


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


def _span(text: str, chance: random.Random) -> tuple[int, int]:
    start = chance.randint(0, len(text))
    return start, min(len(text), start + chance.choice((1, 2, 5, 20, 200)))


def _cut(text: str, chance: random.Random) -> str:
    start, end = _span(text, chance)
    return text[:start] + text[end:]


def _insert(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice(TOKENS) * chance.choice((1, 1, 1, 2, 50, 2000)) + text[at:]


def _overwrite(text: str, chance: random.Random) -> str:
    start, end = _span(text, chance)
    return text[:start] + chance.choice(TOKENS) + text[end:]


def _repeat(text: str, chance: random.Random) -> str:
    start, end = _span(text, chance)
    return text[:end] + text[start:end] * chance.choice((1, 3, 100)) + text[end:]


def _number(text: str, chance: random.Random) -> str:
    found = list(_NUMBER.finditer(text))
    if not found:
        return text
    match = chance.choice(found)
    return text[: match.start()] + chance.choice(TOKENS) + text[match.end() :]


def _truncate(text: str, chance: random.Random) -> str:
    return text[: chance.randint(0, len(text))]


def _swap(text: str, chance: random.Random) -> str:
    a, b = sorted(_span(text, chance))
    c, d = _span(text[b:], chance)
    return text[:a] + text[b + c : b + d] + text[b : b + c] + text[a:b] + text[b + d :]


_DAMAGES = (_cut, _insert, _insert, _overwrite, _overwrite, _repeat, _number, _number, _truncate, _swap)
