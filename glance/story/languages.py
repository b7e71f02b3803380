"""Tells which words the offline writer cannot read: those that are neither English nor Korean.

Other scripts and emoji show by their letters. German, French, Spanish, Portuguese, Italian and Dutch show by their
small words, and by accents where nothing English stands beside them. A name or a loan such as `café` is no language.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from pathlib import Path

import msgspec

from glance.story.lexicon import load_lexicon

_DATA = Path(__file__).parent / "data" / "languages.json"
_NETWORK = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_SHOWN = 80


class _Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words in lower case.

    Attributes:
        english: Small words that are English alone.
        foreign: Words of other languages that are none in English: one of them is enough.
        foreign_in_names: Those that stand in names as well, such as Rio de Janeiro: two of them, or one and an accent.
        loans: What English spells with an accent.
    """

    english: frozenset[str]
    foreign: frozenset[str]
    foreign_in_names: frozenset[str]
    loans: frozenset[str]


@functools.cache
def _lists() -> _Lists:
    return msgspec.json.decode(_DATA.read_bytes(), type=_Lists)


def says_something(text: str) -> bool:
    """Return whether a text holds a letter, a number or a picture sign of any script."""
    return any(unicodedata.category(letter)[0] in "LN" or unicodedata.category(letter) == "So" for letter in text)


def unread_words(text: str) -> str:
    """Return the part of a text that is neither English nor Korean, as it was typed; empty where all can be read."""
    plain = " ".join(_NETWORK.sub(" ", text).split())
    foreign = [piece for piece in plain.split(" ") if any(_is_foreign(letter) for letter in piece)]
    if not foreign and _is_another_language(plain):
        foreign = [plain]
    shown = " ".join(piece.strip(",.;:!?。、") for piece in foreign).replace(";", ",")
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"


def _is_foreign(letter: str) -> bool:
    """Return whether a character is of another script than Latin and Hangul, or an emoji."""
    if letter.isascii() or _HANGUL.match(letter):
        return False
    category = unicodedata.category(letter)
    if category[0] == "L":
        return "LATIN" not in unicodedata.name(letter, "")
    return category == "So" or letter >= "\U0001f000"


@functools.cache
def _nouns() -> frozenset[str]:
    """Return English nouns that the writer knows, less those that other languages spell alike."""
    return frozenset().union(*load_lexicon().kinds.values()) - _lists().foreign - _lists().foreign_in_names


def _is_another_language(text: str) -> bool:
    lists = _lists()
    words = {word.casefold().replace("’", "'") for word in _WORD.findall(text)}
    latin = {word for word in words if not _HANGUL.search(word)}
    known = {word for word in latin if word in lists.english or (word.endswith("ing") and len(word) > 5)}
    english, foreign = len(known | (latin & _nouns())), len(latin & lists.foreign)
    weak = len(latin & lists.foreign_in_names)
    accented = sum(not word.isascii() for word in latin - lists.loans)
    if english:
        return foreign >= 2 and foreign + weak > 2 * english
    return foreign > 0 or weak + accented > 1 or (accented > 0 and len(latin) == 1)
