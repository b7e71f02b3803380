"""Stops prompts that ask for what must not be drawn: sexual content, abuse, gore, self-harm and hate.

The list in `data/guard.json` is our own and is about pictures: lists of swear words, which packages offer, flag what
songs are full of and miss what a model would draw. Words are compared after folding, so that `N.U.D.E`, `nu de` with
spaces in every gap, `nud3`, `nüde`, Cyrillic look-alikes, full-width letters, zero-width characters and `nuuuude` read
as the word they hide. A word list cannot read meaning: it is the first of two nets, the second looks at frames.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from glance.errors import ProjectError

_DATA = Path(__file__).parent / "data" / "guard.json"
#: Letters of other scripts, and signs, that are drawn like a Latin letter (Unicode TR 39, the common ones).
_LOOKALIKES = str.maketrans(
    "абвеёзікмнорстухѕјһԁɡαβεικνορτυχωıłøđ@$!|€£",
    "abbeeeikmhopctyxsjhdgaeeiknoptuxwilodasiiel",
)
_LEET = str.maketrans("013456789", "oieasgtbg")
_LEET_L = str.maketrans("013456789", "oleasgtbg")
_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Cc"})
_TOKEN = re.compile(r"[a-z]+|[가-힣]+")
_REPEATED = re.compile(r"(.)\1+")
_STRETCHED = re.compile(r"(.)\1{2,}")
#: So many pieces at most are read as one word that was broken up.
_JOINED = 14


@dataclass(frozen=True)
class UnsafeWord:
    """A find: what was written, why it is stopped, and where.

    Attributes:
        text: The characters of the text, as written.
        kind: sexual, abuse of children, sexual violence, gore, self-harm or hate.
        start: 0-based index of the first character at fault.
        end: Index after the last.
    """

    text: str
    kind: str
    start: int
    end: int


class _Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    # `korean` is stopped anywhere in a word, `korean_words` only where a word begins with it.
    version: int
    words: dict[str, tuple[str, ...]]
    phrases: dict[str, tuple[str, ...]]
    korean: dict[str, tuple[str, ...]]
    korean_words: dict[str, tuple[str, ...]]
    minors: frozenset[str]
    minor_phrases: tuple[str, ...]
    suggestive: frozenset[str]
    allowed: tuple[str, ...]


@dataclass(frozen=True)
class _Token:
    """A folded word and where it came from in the text."""

    word: str
    start: int
    end: int


def check_words(text: str, field: str) -> None:
    """Refuse a text that asks for what must not be drawn. Negative prompts are not to be given here.

    Args:
        text: A prompt, lyrics, or what a language model wrote.
        field: Name of the field for the message, for example `scenes[2].prompt`.

    Raises:
        ProjectError: Something was found; the message quotes the first find.
    """
    found = find_unsafe(text)
    if found:
        first = found[0]
        raise ProjectError(
            field,
            f"expected words that may be drawn, found {first.text!r} ({first.kind}) at column {first.start + 1}; "
            "take it out or say it another way",
        )


@functools.lru_cache(maxsize=1024)
def find_unsafe(text: str) -> tuple[UnsafeWord, ...]:
    """Return everything in a text that must not be drawn, in the order of the text; empty means clean."""
    finds: dict[tuple[int, int], str] = {}
    seen: list[_Token] | None = None
    for leet in (_LEET, _LEET_L):
        read = _tokens(text, leet)
        if read == seen:
            break  # no figure in it that could be two letters
        seen = read
        tokens = _without_allowed(read)
        for token in [*tokens, *_rejoined(tokens, text)]:
            kind = _kind(token.word)
            if kind:
                finds.setdefault((token.start, token.end), kind)
        for kind, start, end in [*_phrases(tokens), *_minors(tokens)]:
            finds.setdefault((start, end), kind)
    return tuple(UnsafeWord(text[s:e], kind, s, e) for (s, e), kind in sorted(finds.items()))


@functools.cache
def _lists() -> _Lists:
    return msgspec.json.decode(_DATA.read_bytes(), type=_Lists)


@functools.cache
def _kinds() -> dict[str, str]:
    return {word: kind for kind, words in _lists().words.items() for word in words}


@functools.cache
def _korean() -> re.Pattern[str]:
    """Return a pattern that finds a Korean entry anywhere: where it finds none, no list has to be gone through."""
    lists = _lists()
    entries = [word for words in (*lists.korean.values(), *lists.korean_words.values()) for word in words]
    return re.compile("|".join(map(re.escape, entries)) or r"(?!)")


@functools.cache
def _beginnings() -> frozenset[str]:
    """Return the first three letters of every listed word, letters that are doubled in it written once."""
    bare = [_once(word) for word in _kinds()]
    return frozenset(form[:3] for word in bare for form in (word, word + "s"))


def _once(word: str) -> str:
    return _REPEATED.sub(r"\1", word)


def _tokens(text: str, leet: dict[int, int]) -> list[_Token]:
    """Return the text's words in plain lower-case letters, each with its place in the text."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").replace("\r", "").isprintable():
        # One letter for each: nothing to fold, and every place is known.
        plain = text.lower().translate(_LOOKALIKES).translate(leet)
        return [_Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(plain)]
    folded, places = [], []
    for place, character in enumerate(text):
        for letter in _fold(character).translate(leet):
            folded.append(letter)
            places.append(place)
    line = unicodedata.normalize("NFC", "".join(folded))
    if len(line) != len(places):
        # Loose Hangul letters grew together: the places of what follows are no longer known to the character.
        places = [min(place, len(text) - 1) for place in range(len(line))]
    return [_Token(m.group(), places[m.start()], places[m.end() - 1] + 1) for m in _TOKEN.finditer(line)]


@functools.lru_cache(maxsize=8192)
def _fold(character: str) -> str:
    """Return a character in plain lower-case letters; nothing for one that is not seen."""
    if character in "\n\t\r":
        return character  # words on two lines are two words
    if unicodedata.category(character) in _INVISIBLE:
        return ""
    plain = unicodedata.normalize("NFKC", character).casefold()
    if "가" <= plain <= "힣":
        return plain
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if unicodedata.category(c) not in _INVISIBLE)
    return bare.translate(_LOOKALIKES)


def _without_allowed(tokens: list[_Token]) -> list[_Token]:
    """Return the tokens without those of a phrase that is harmless as a whole, such as `naked eye`."""
    kept, index = [], 0
    phrases, korean = _allowed()
    while index < len(tokens):
        first = tokens[index].word
        found = phrases.get(first, ())
        words = [token.word for token in tokens[index : index + 3]] if found else []
        match = next((phrase for phrase in found if words[: len(phrase)] == phrase), None)
        if match is None and not (first[0] >= "가" and first.startswith(korean)):
            kept.append(tokens[index])
        index += len(match) if match else 1
    return kept


@functools.cache
def _allowed() -> tuple[dict[str, list[list[str]]], tuple[str, ...]]:
    """Return the harmless phrases by their first words, and the first words of the Korean ones."""
    phrases: dict[str, list[list[str]]] = {}
    for phrase in _lists().allowed:
        phrases.setdefault(phrase.split()[0], []).append(phrase.split())
    return phrases, tuple(word for word in phrases if word[0] >= "가")


def _rejoined(tokens: Sequence[_Token], text: str) -> Iterator[_Token]:
    """Yield words that were broken up: letters set apart (`n u d e`) and pieces joined by signs (`nu-de`)."""
    run: list[_Token] = []
    letters = True  # nothing but single letters in the run so far
    for token in tokens:
        gap = text[run[-1].end : token.start] if run else ""
        spelled = letters and len(token.word) == 1 and len(gap) <= 3
        glued = bool(gap) and len(gap) <= 2 and not any(c.isspace() or c == "," for c in gap)
        if run and not (spelled or glued):
            yield from _join(run)
            run, letters = [], True
        run.append(token)
        letters = letters and len(token.word) == 1
    yield from _join(run)


def _join(run: Sequence[_Token]) -> Iterator[_Token]:
    """Yield every word of at least three letters that two or more neighbors spell together."""
    for first in range(len(run) - 1):
        word = run[first].word
        for last in range(first + 1, min(first + _JOINED, len(run))):
            word += run[last].word
            if word[0] < "가" and len(once := _once(word[:_JOINED])) >= 3 and once[:3] not in _beginnings():
                break  # no listed word begins like this, however it goes on
            if len(word) >= (2 if word[0] >= "가" else 3) and _kind(word):
                yield _Token(word, run[first].start, run[last].end)


@functools.lru_cache(maxsize=16384)
def _kind(word: str) -> str:
    """Return why a word is stopped, or an empty text; stretched and plural forms count as the word."""
    kinds, lists = _kinds(), _lists()
    forms = [word]
    if _STRETCHED.search(word):
        forms = [word, _STRETCHED.sub(r"\1", word), _STRETCHED.sub(r"\1\1", word), _once(word)]
    forms += [form.removesuffix("s") for form in forms if len(form) > 4]
    for form in forms:
        if form in kinds:
            return kinds[form]
    if "가" <= word[0] <= "힣" and _korean().search(word):
        begun = [(len(w), kind) for kind, words in lists.korean_words.items() for w in words if word.startswith(w)]
        within = [(len(part), kind) for kind, parts in lists.korean.items() for part in parts if part in word]
        return max([*begun, *within, (0, "")])[1]
    return ""


def _phrases(tokens: Sequence[_Token]) -> Iterator[tuple[str, int, int]]:
    words = [token.word for token in tokens]
    there = set(words)
    for kind, phrases in _lists().phrases.items():
        for phrase in phrases:
            wanted = phrase.split()
            if not there.issuperset(wanted):
                continue
            for index in range(len(words) - len(wanted) + 1):
                if words[index] == wanted[0] and words[index : index + len(wanted)] == wanted:
                    yield kind, tokens[index].start, tokens[index + len(wanted) - 1].end


def _minors(tokens: Sequence[_Token]) -> Iterator[tuple[str, int, int]]:
    """Yield suggestive words of a text that also names a child."""
    lists = _lists()
    words = [token.word for token in tokens]
    line = f" {' '.join(words)} "
    young = any(_begins(word, lists.minors) for word in words) or any(f" {p} " in line for p in lists.minor_phrases)
    if young:
        for token in tokens:
            if _begins(token.word, lists.suggestive):
                yield "abuse of children", token.start, token.end


def _begins(word: str, listed: frozenset[str]) -> bool:
    """Return whether a word is listed; a Korean one may carry a particle."""
    return word in listed or ("가" <= word[0] <= "힣" and any(word.startswith(entry) for entry in listed))
