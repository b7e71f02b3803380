"""Which encoding a text file is in, when it does not say.

Unicode is recognized by its own marks. Among the East Asian encodings nearly any bytes are text of some kind, so each
is judged by how much of what comes out is what its language is mostly written in: a song of a dozen words is enough.
All others are single-byte encodings, which `charset-normalizer` tells apart.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import NamedTuple

#: East Asian text is believed from this much of what is usual in its language.
_BELIEVED = 0.6
#: Characters that decide; more would only take longer.
_ENOUGH = 4000
#: The most frequent characters of each language's songs.
_KOREAN = frozenset("이는가다나너를을에도고의은지해하사아기로리내그한어서라만널날우게면자대오마시일수인정")
_CHINESE = frozenset("的我你是不在了有一人这這来來就那個个到會会沒没愛爱心天想说說要去能多都好過过看着著里裡")
_MARKS = frozenset("、。「」『』・ー〜…！？，：；（）　“”‘’·～—《》")
#: Single-byte encodings by how many people use them.
_SINGLE_BYTE = ["cp1252", "cp1251", "cp1250", "cp1254", "cp1253", "cp1257", "cp874", "cp1258", "cp1255", "cp1256"]


class Decoded(NamedTuple):
    """A text and the encoding it was read in, by Python's name."""

    text: str
    encoding: str


def decode_text(data: bytes) -> Decoded:
    """Return the text in `data`; never fails, for every byte means something in some encoding."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return Decoded(data.decode(encoding, errors="replace"), encoding)
    wide = _without_mark(data)
    if wide:
        return Decoded(data.decode(wide, errors="replace"), wide)
    text = _decoded(data, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8")
    return _east_asian(data) or _single_byte(data)


def _without_mark(data: bytes) -> str | None:
    """Return which UTF-16 it is that carries no mark: signs and line ends are zeros in every other byte."""
    head = data[:_ENOUGH]
    even, odd = head[::2].count(0), head[1::2].count(0)
    # A tenth, since the words themselves may be in a script without zeros.
    if max(even, odd) < max(2, len(head) // 20) or len(data) % 2 or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _east_asian(data: bytes) -> Decoded | None:
    best, found = 0.0, None
    for encoding, weigh in _EAST_ASIAN.items():
        text = _decoded(data, encoding)
        if text is None:
            continue
        foreign = [character for character in text if ord(character) > 127][:_ENOUGH]
        score = sum(weigh(character) for character in foreign) / len(foreign) if foreign else 0.0
        if score > best:
            best, found = score, Decoded(text, encoding)
    return found if best >= _BELIEVED else None


def _korean(character: str) -> float:
    if character in _KOREAN:
        return 1.0
    if "가" <= character <= "힣":
        # Syllables outside of KS X 1001 are hardly ever written.
        return 0.9 if _lead(character, "euc_kr") else 0.0
    return 0.6 if character in _MARKS or "ㄱ" <= character <= "ㅣ" else 0.0


def _simplified(character: str) -> float:
    if character in _CHINESE:
        return 1.0
    if 0xB0 <= _lead(character, "gb2312") <= 0xD7:  # the first level of GB 2312: the characters in daily use
        return 0.85
    return 0.7 if character in _MARKS else 0.3 if _lead(character, "gb2312") > 0xD7 else 0.0


def _traditional(character: str) -> float:
    if character in _CHINESE:
        return 1.0
    if 0xA4 <= _lead(character, "big5") <= 0xC6:
        return 0.8
    return 0.7 if character in _MARKS else 0.2 if _lead(character, "big5") > 0xC6 else 0.0


def _japanese(character: str) -> float:
    if "ぁ" <= character <= "ヺ":
        return 1.0
    if 0xB0 <= _lead(character, "euc_jp") <= 0xCF:  # the first level of JIS X 0208
        return 0.65
    return 0.7 if character in _MARKS else 0.0


def _lead(character: str, encoding: str) -> int:
    """Return the first byte of a character's two in an encoding, 0 where it has not two."""
    try:
        data = character.encode(encoding)
    except UnicodeEncodeError:
        return 0
    return data[0] if len(data) == 2 else 0


_EAST_ASIAN: dict[str, Callable[[str], float]] = {
    "cp949": _korean,
    "gb18030": _simplified,
    "cp932": _japanese,
    "euc_jp": _japanese,
    "big5": _traditional,
}


def _single_byte(data: bytes) -> Decoded:
    try:
        from charset_normalizer import from_bytes
    except ImportError:  # what most of these files are in
        return Decoded(data.decode("cp1252", errors="replace"), "cp1252")
    matches = list(from_bytes(data, cp_isolation=_SINGLE_BYTE))
    western = _decoded(data, "cp1252")
    if not matches:
        return Decoded(data.decode("cp1252", errors="replace"), "cp1252")
    best = matches[0]
    usual = [match for match in matches if "cp1252" in (match.encoding, *match.could_be_from_charset)]
    # Where neither looks worse than the other, the one that most people have.
    if western is not None and usual and usual[0].chaos <= best.chaos:
        return Decoded(western, "cp1252")
    return Decoded(str(best), best.encoding)
