"""Finds styles by what people type: names, synonyms and tags in both languages, misspelt ones too.

What is typed and what is written are brought to one form first: no case, no hyphens, American spelling, one Unicode
form. The whole query is looked for before its words, names before synonyms, synonyms before tags, tags before the words
of the template. Only where that finds nothing, words that are nearly spelt like the query count: an edit (a letter too
many, too few, wrong, or two changed places) for every four letters, jamo by jamo in Korean.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from glance.story.styles import Style, style_labels

#: Endings of British spelling -> American ones, as far as names of looks need them.
_SPELLING = (("colour", "color"), ("grey", "gray"), ("theatre", "theater"), ("centre", "center"), ("cosy", "cozy"))
#: Words that say that a look is meant, and none which.
_FILLERS = frozenset(
    [
        "style",
        "styles",
        "styled",
        "look",
        "looks",
        "aesthetic",
        "art",
        "like",
        "the",
        "a",
        "of",
        "in",
        "스타일",
        "스타일의",
        "화풍",
        "풍",
        "풍의",
        "느낌",
        "느낌의",
        "같은",
    ]
)
_CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
#: Fewer letters than this are looked for as whole words only, and never corrected.
_SHORT = 3
#: Letters of a query that one edit is allowed for, and the most edits.
_LETTERS_PER_EDIT, _MOST_EDITS = 4, 2
#: No query is read further than this.
_LONGEST = 80


@dataclass(frozen=True)
class _Shelves:
    """What a style can be found by, in one form; the synonyms most typical first."""

    names: tuple[str, ...]
    synonyms: tuple[str, ...]
    tags: tuple[str, ...]
    template: tuple[str, ...]
    initials: str

    def by_rank(self) -> tuple[tuple[str, ...], ...]:
        """Return the shelves, the best first."""
        return self.names, self.synonyms, self.tags, self.template


def search_styles(
    styles: Mapping[str, Style], query: str = "", group: str = "", tags: Iterable[str] = ()
) -> tuple[Style, ...]:
    """Return the styles that a query means, best first, within a group and with all of `tags`.

    An empty query means all. Korean initials find Korean names: `ㅂㄹㅋ` finds 바로크.
    """
    wanted = frozenset(tags)
    kept = [s for s in styles.values() if (not group or s.group == group) and wanted <= set(s.tags)]
    whole = _words(query[:_LONGEST])
    if not whole:
        return tuple(kept)
    telling = tuple(word for word in whole if word not in _FILLERS) or whole
    for rank in (_rank, _rank_misspelt):
        ranked = []
        for place, style in enumerate(kept):
            found = [value for words in {whole, telling} if (value := rank(style, words)) is not None]
            ranked += [(min(found), place, style)] if found else []
        if ranked:
            return tuple(style for _, _, style in sorted(ranked, key=lambda entry: entry[:2]))
    return ()


def plain_name(text: str) -> str:
    """Return a name as it is compared: no case, spaces, hyphens or accents' second forms; American spelling."""
    return "".join(_words(text))


@functools.lru_cache(maxsize=2048)
def _shelves(style: Style) -> _Shelves:
    labels = style_labels()
    tags = [*labels.groups.get(style.group, ()), *(name for tag in style.tags for name in labels.tags.get(tag, (tag,)))]
    return _Shelves(
        tuple(" ".join(_words(name)) for name in (style.name_en, style.name_ko, style.id)),
        tuple(" ".join(_words(name)) for name in style.synonyms),
        tuple(word for tag in tags for word in _words(tag)),
        _words(style.template.replace("{prompt}", " ")),
        _initials(style.name_ko),
    )


def _words(text: str) -> tuple[str, ...]:
    # A Mac's file names and what is copied from them come with Hangul and accents taken apart.
    plain = unicodedata.normalize("NFC", text).casefold()
    for british, american in _SPELLING:
        plain = plain.replace(british, american)
    # `8-bit` and `8bit`, `mid-century` and `midcentury`: a hyphen joins.
    plain = re.sub(r"[-_'’.]", "", plain)
    return tuple(re.findall(r"[^\W_]+|&", plain.replace("&", " & ")))


def _rank(style: Style, words: tuple[str, ...]) -> float | None:
    """Return 0 for the best find, more for worse, None where a word is missing."""
    shelves, query = _shelves(style), "".join(words)
    if all(letter in _CONSONANTS for letter in query):
        return 1.0 if query in shelves.initials else None
    for base, shelf in ((0.0, shelves.names), (1.0, shelves.synonyms)):
        for place, name in enumerate(shelf):
            if name.replace(" ", "") == query:
                return base + place / 100
    for base, shelf in ((2.0, shelves.names), (3.0, shelves.synonyms)):
        for place, name in enumerate(shelf):
            if _holds(name, query):
                return base + (0 if name.replace(" ", "").startswith(query) else 0.5) + place / 100
    places = [_place(shelves, word) for word in words]
    found = [place for place in places if place is not None]
    return 4.0 + sum(found) / len(found) if len(found) == len(places) else None


def _holds(name: str, query: str) -> bool:
    """Return whether a name holds the query: within its words, or of a short query as one of them."""
    if len(query) < (_SHORT if query.isascii() else 2):
        return query in name.split()
    return query in name.replace(" ", "")


def _place(shelves: _Shelves, word: str) -> float | None:
    for number, shelf in enumerate(shelves.by_rank()):
        whole = [part for name in shelf for part in name.split()]
        if word in whole:
            return float(number)
        if len(word) >= _SHORT - (not word.isascii()) and any(word in part for part in whole):
            return number + 0.5
    return None


def _rank_misspelt(style: Style, words: tuple[str, ...]) -> float | None:
    shelves, query = _shelves(style), _jamo("".join(words))
    edits = min(len(query) // _LETTERS_PER_EDIT, _MOST_EDITS)
    if not edits:
        return None
    names = [_jamo(name.replace(" ", "")) for name in (*shelves.names, *shelves.synonyms)]
    single = [_jamo(part) for name in (*shelves.names, *shelves.synonyms) for part in name.split()]
    nearest = min(
        (base + edit_distance(query, name, edits) for base, group in ((0.0, names), (0.5, single)) for name in group),
        default=edits + 1.0,
    )
    return 10.0 + nearest if nearest <= edits + 0.5 else None


def edit_distance(a: str, b: str, most: int) -> int:
    """Return the optimal string alignment distance of two texts, or `most + 1` where it is more.

    Formula: Wagner and Fischer's table with transpositions of neighbors (Boytsov 2011, restricted Damerau-Levenshtein).
    """
    if abs(len(a) - len(b)) > most:
        return most + 1
    before, last, row = [0], list(range(len(b) + 1)), [0]
    for i, letter in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


def _jamo(text: str) -> str:
    """Return Hangul taken apart into letters, so that a wrong vowel is one wrong letter."""
    return unicodedata.normalize("NFD", text)


def _initials(korean: str) -> str:
    """Return the leading consonants of Hangul syllables: U+AC00 + (588 * initial), Unicode ch. 3.12."""
    return "".join(_CONSONANTS[(ord(c) - 0xAC00) // 588] if "가" <= c <= "힣" else " " for c in korean)
