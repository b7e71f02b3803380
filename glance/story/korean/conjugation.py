"""Korean verbs and adjectives in the forms that stand in titles and lyrics: stem and ending become one word.

Forms are made, not taken apart: for every stem of the dictionary all forms are spelt out once, so that reading one is a
look-up. Rules: the National Institute of Korean Language's orthography (Hangul Orthography, ch. 4, sections 2 and 4).
"""

from __future__ import annotations

from collections.abc import Iterator

_FIRST, _LAST = 0xAC00, 0xD7A3
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
#: What a vowel becomes with the vowel of `-아/-어`; others take it as a syllable of its own.
_JOINED = {"ㅏ": "ㅏ", "ㅓ": "ㅓ", "ㅐ": "ㅐ", "ㅔ": "ㅔ", "ㅕ": "ㅕ", "ㅗ": "ㅘ", "ㅜ": "ㅝ", "ㅣ": "ㅕ", "ㅚ": "ㅙ"}
_HIEUT = {"ㅏ": "ㅐ", "ㅓ": "ㅐ", "ㅑ": "ㅒ", "ㅕ": "ㅖ"}

#: Endings behind a vowel -> behind a consonant.
_AFTER_VOWELS = {"ㄴ다": "는다", "ㄹ까": "을까", "ㄹ게": "을게", "ㄹ래": "을래", "ㅂ니다": "습니다", "ㄹ지": "을지"}

#: What a form does in its sentence.
PRESENT, PAST, FUTURE, LINK, END, NOUN = "present", "past", "future", "link", "end", "noun"


def forms_of(stem: str, irregular: str, *, adjective: bool = False) -> Iterator[tuple[str, str]]:
    """Yield (form, what it does) of a verb or an adjective.

    Args:
        stem: What stands before `-다`.
        irregular: ㅂ, ㄷ, ㅅ, ㅎ, 르 or 러 where the stem changes in that way; empty for regular ones.
        adjective: Whether `-ㄴ` says how something is, not what it did.
    """
    soft, infinitive = _soft(stem, irregular), infinitive_of(stem, irregular)
    bare = _without_final(stem) if _final(stem) == "ㄹ" else stem
    existing = stem.endswith(("있", "없"))
    yield _with_final(soft, "ㄴ", "은"), PRESENT if adjective else PAST
    if not adjective or existing:
        yield bare + "는", PRESENT
    yield _with_final(soft, "ㄹ", "을"), FUTURE
    yield from _of_the_past(stem, _with_final(infinitive, "ㅆ", ""))
    yield from _links(stem, soft, bare)
    for ending in ("", "서", "도", "야"):
        yield infinitive + ending, LINK if ending else END
    for ending in ("요", "라"):
        yield infinitive + ending, END
    yield from _ends(stem, soft, bare)
    yield stem + "기", NOUN
    yield _with_final(soft, "ㅁ", "음"), NOUN


def _of_the_past(stem: str, past: str) -> Iterator[tuple[str, str]]:
    for form in (stem, past):
        yield form + "던", PAST
    for ending in ("지만", "고", "는데"):
        yield past + ending, LINK
    for ending in ("다", "네", "어", "지", "을까", "으면", "습니다", "어요", "던가"):
        yield past + ending, END


def _links(stem: str, soft: str, bare: str) -> Iterator[tuple[str, str]]:
    for ending in ("고", "고서", "지", "지만", "게", "도록", "다가", "거나", "든", "자"):
        yield stem + ending, LINK
    for ending in ("며", "면서", "면", "러", "려고", "려", "니", "니까"):
        # ㄹ stays before these as a vowel does, and goes before ㄴ; other consonants take `으`.
        own = bare if ending[0] == "니" else stem
        yield (soft if not _final(soft) else own if _final(stem) == "ㄹ" else soft + "으") + ending, LINK
    yield bare + "는데", LINK


def _ends(stem: str, soft: str, bare: str) -> Iterator[tuple[str, str]]:
    for ending in ("다", "네", "니", "자", "나", "나요", "는가", "는다", "냐", "리", "리라"):
        yield (bare if ending[0] in "네니나는냐" else stem) + ending, END
    for open_form, closed in _AFTER_VOWELS.items():
        yield _with_final(soft, open_form[0], closed[0]) + open_form[1:], END


def infinitive_of(stem: str, irregular: str) -> str:
    """Return the stem with `-아/-어`: 걷 -> 걸어, 춥 -> 추워, 부르 -> 불러, 하 -> 해."""
    head, last = stem[:-1], stem[-1]
    vowel = _vowel(last)
    if last == "하" and irregular == "":
        return head + "해"
    if irregular == "르":
        before = head[-1]
        return head[:-1] + _set_final(before, "ㄹ") + ("라" if _vowel(before) in "ㅏㅗ" else "러")
    if irregular == "러":
        return stem + "러"
    if irregular == "ㅎ":
        return head + _set_vowel(_set_final(last, ""), _HIEUT[vowel])
    soft = _soft(stem, irregular)
    if irregular == "ㅂ":
        return soft[:-1] + "워"
    if irregular in ("ㄷ", "ㅅ") or _final(stem):
        return soft.removesuffix("으") + ("아" if vowel in "ㅏㅑㅗ" else "어")
    if vowel == "ㅡ":
        bright = bool(head) and _is_syllable(head[-1]) and _vowel(head[-1]) in "ㅏㅗ"
        return head + _set_vowel(last, "ㅏ" if bright else "ㅓ")
    return head + _set_vowel(last, _JOINED[vowel]) if vowel in _JOINED else stem + "어"


def _soft(stem: str, irregular: str) -> str:
    """Return the stem as it stands before endings that begin with a vowel: 춥 -> 추우, 걷 -> 걸, 짓 -> 지."""
    if irregular == "ㅂ":
        return _without_final(stem) + "우"
    if irregular == "ㄷ":
        return stem[:-1] + _set_final(stem[-1], "ㄹ") + "으"
    if irregular == "ㅅ":
        return _without_final(stem) + "으"
    if irregular == "ㅎ":
        return _without_final(stem)
    return stem


def _with_final(stem: str, final: str, closed: str) -> str:
    """Return the stem with an ending that is a final consonant after a vowel, and `closed` after a consonant."""
    if not _final(stem):
        return stem[:-1] + _set_final(stem[-1], final)
    if _final(stem) == "ㄹ" and final in ("ㄴ", "ㄹ", "ㅂ"):
        return stem[:-1] + _set_final(stem[-1], final)
    return stem + closed


def _final(text: str) -> str:
    return _FINALS[(ord(text[-1]) - _FIRST) % 28] if _is_syllable(text[-1]) else ""


def _without_final(text: str) -> str:
    return text[:-1] + _set_final(text[-1], "")


def _set_final(syllable: str, final: str) -> str:
    code = ord(syllable) - _FIRST
    return chr(_FIRST + code - code % 28 + _FINALS.index(final))


def _vowel(syllable: str) -> str:
    return _VOWELS[(ord(syllable) - _FIRST) % 588 // 28]


def _set_vowel(syllable: str, vowel: str) -> str:
    code = ord(syllable) - _FIRST
    return chr(_FIRST + code // 588 * 588 + _VOWELS.index(vowel) * 28 + code % 28)


def _is_syllable(letter: str) -> bool:
    return _FIRST <= ord(letter) <= _LAST
