"""What a person reads in the terminal, in their own language: English text is the key, as on the page.

The catalogue is the page's own (`localizations/ko_KR.json`). Messages arrive with their places filled in, so entries
with places such as `{name}` are patterns. What has no entry stays English. This mirrors `javascript/lib/core/i18n.mjs`.
"""

from __future__ import annotations

import functools
import locale
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

_CHECKOUT = Path(__file__).resolve().parents[2]
#: Where the page's files and translations lie: beside the package in a checkout, else where they were installed.
FILES_ROOT = _CHECKOUT if (_CHECKOUT / "javascript").is_dir() else Path(sys.prefix) / "share" / "glance"
_MARK = "GLANCE|"
_CATALOGUES = {"ko": "ko_KR"}
_PLACES = re.compile(r"\{\w+\}")
#: What a message begins with: the field it is about, and where in its text.
_FIELD = re.compile(r"^(?:--?[a-z-]+: |[a-z_]+(?:\.[a-z_]+|\[\d+\])*(?:, column \d+)?: |column \d+: )+")
#: A Korean syllable or digit, quotes that close behind it, and a particle in both forms.
_PARTICLE = re.compile(r"([가-힣0-9])([\"'`’”)\]]*)(은\(는\)|이\(가\)|을\(를\)|와\(과\)|\(으\)로)")
_FORMS = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "와(과)": ("과", "와"),
    "(으)로": ("으로", "로"),
}
#: Final consonants of 영, 일, 삼, 육, 칠, 팔: is there one, and is it ㄹ.
_DIGITS = {
    "0": (True, False), "1": (True, True), "3": (True, False), "6": (True, False), "7": (True, True), "8": (True, True),
}  # fmt: skip
_RIEUL = 8


def language() -> str:
    """Return the person's language as two letters: `GLANCE_LANG`, else that of this machine, else `en`."""
    asked = os.environ.get("GLANCE_LANG") or next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    if not asked:
        try:
            asked = locale.getlocale()[0] or ""
        except ValueError:  # a name that this machine's C library does not know
            asked = ""
    return asked[:2].lower() or "en"


def in_language(message: str, wanted: str | None = None) -> str:
    """Return a message in a language, as far as its words are known: whole, or by its parts and lines.

    Args:
        message: English, with its places filled in.
        wanted: Two letters; None for the person's own.
    """
    entries = _entries(wanted or language())
    if not entries.plain:
        return message
    first, *context = message.split("\n")
    return "\n".join([_line(first, entries), *(_known(line, entries) or line for line in context)])


def with_particles(text: str) -> str:
    """Return Korean with the form of each particle that suits the syllable or digit before it.

    Behind letters of other scripts, whose sound is not known, both forms stay.
    """

    def chosen(match: re.Match[str]) -> str:
        ends, liquid = _ending(match[1])
        with_final, without = _FORMS[match[3]]
        takes = ends and not (liquid and match[3] == "(으)로")
        return match[1] + match[2] + (with_final if takes else without)

    return _PARTICLE.sub(chosen, text)


def _ending(letter: str) -> tuple[bool, bool]:
    """Return whether a syllable or digit ends in a consonant, and whether that is ㄹ."""
    if letter.isdigit():
        return _DIGITS.get(letter, (False, False))
    final = (ord(letter) - 0xAC00) % 28
    return final != 0, final == _RIEUL


class _Entries(msgspec.Struct, frozen=True):
    """A catalogue: English to translation, and patterns with their places, the wordiest first."""

    plain: Mapping[str, str]
    patterns: tuple[tuple[re.Pattern[str], tuple[str, ...], str], ...]


def _line(line: str, entries: _Entries) -> str:
    whole = _known(line, entries)
    if whole is not None:
        return whole
    match = _FIELD.match(line)
    place = match[0] if match else ""
    told = line[len(place) :]
    parts = "; ".join(_known(part, entries) or part for part in told.split("; "))
    return place + (_known(told, entries) or parts)


def _known(text: str, entries: _Entries) -> str | None:
    if text in entries.plain:
        return with_particles(entries.plain[text])
    for pattern, names, translation in entries.patterns:
        found = pattern.match(text)
        if found:
            values = dict(zip(names, found.groups(), strict=True))
            return with_particles(_PLACES.sub(lambda place, values=values: values[place[0]], translation))  # type: ignore[misc]
    return None


@functools.cache
def _entries(wanted: str) -> _Entries:
    name = _CATALOGUES.get(wanted)
    path = FILES_ROOT / "localizations" / f"{name}.json"
    if name is None or not path.is_file():
        return _Entries({}, ())
    table = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    plain = {key.removeprefix(_MARK): text for key, text in table.items()}
    keys = sorted((key for key in plain if _PLACES.search(key)), key=lambda key: -len(_PLACES.sub("", key)))
    return _Entries(plain, tuple((_pattern(key), tuple(_PLACES.findall(key)), plain[key]) for key in keys))


def _pattern(key: str) -> re.Pattern[str]:
    return re.compile("([^;]+)".join(re.escape(part) for part in _PLACES.split(key)) + r"\Z")
