"""The concrete things that lyrics name, so that they are seen in the scene in which they are sung."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from glance.story.korean.analysis import words_in
from glance.story.korean.dictionary import load_dictionary
from glance.story.lexicon import load_lexicon
from glance.story.theme import singular, words_of

_HANGUL = re.compile(r"[가-힣]")
_ARTICLE = re.compile(r"^(?:an?|the) ")
_WORD = re.compile(r"[a-zß-ɏ]+(?:'[a-z]+)?")
#: Qualities that a sung thing keeps: `a red coat`, `the last train`.
_QUALITIES = frozenset(
    [
        "old",
        "red",
        "blue",
        "green",
        "yellow",
        "black",
        "white",
        "golden",
        "silver",
        "old",
        "broken",
        "empty",
        "last",
        "first",
        "paper",
        "wooden",
        "burning",
        "frozen",
        "little",
        "small",
        "big",
        "neon",
        "dusty",
        "rusty",
        "torn",
        "lonely",
        "pink",
        "purple",
        "grey",
        "gray",
        "orange",
        "brown",
    ]
)
#: Signs that stand in data, not in what is sung.
_MARKUP = frozenset("{}[]<>\\")
#: What lyrics do, not what they name.
_DEEDS = frozenset(
    [
        "burn",
        "burns",
        "burning",
        "burned",
        "fly",
        "flies",
        "flying",
        "flew",
        "drive",
        "drives",
        "driving",
        "drove",
        "sail",
        "sailing",
        "snowing",
        "raining",
    ]
)
#: Words that are sung of feelings, and only in earnest of things: `my heart`, `all my time`, `a hand`.
_WORN_OUT = frozenset(
    [
        "heart",
        "hand",
        "hands",
        "eye",
        "eyes",
        "face",
        "mind",
        "soul",
        "head",
        "body",
        "life",
        "love",
        "time",
        "day",
        "days",
        "night",
        "nights",
        "morning",
        "thing",
        "things",
        "word",
        "words",
        "name",
        "voice",
        "way",
        "world",
        "place",
        "side",
        "back",
        "line",
        "lines",
        "end",
        "home",
        "people",
        "man",
        "woman",
        "boy",
        "girl",
        "baby",
        "child",
        "lover",
        "lovers",
        "friend",
        "friends",
        "king",
        "queen",
        "bone",
        "bones",
        "skin",
        "hair",
        "breath",
        "light",
        "lights",
        "dark",
        "darkness",
        "shadow",
        "shadows",
        "dream",
        "dreams",
        "song",
        "songs",
        "music",
        "sound",
        "season",
        "year",
        "years",
        "color",
        "fall",
        "spring",
        "summer",
        "winter",
        "autumn",
        "part",
        "god",
        "sky",
    ]
)


def sung_things(lyrics: str, theme: str, most: int = 2) -> tuple[str, ...]:
    """Return up to `most` things that lyrics in English or Korean name, those named most often first, as phrases.

    What the theme names itself is left out, and so is what no picture shows.
    """
    named = {singular(word.removesuffix("'s")) for word in words_of(theme)}
    found: dict[str, tuple[int, int, str]] = {}
    for place, (head, phrase) in enumerate(_named(lyrics)):
        if head in named:
            continue
        count, first, longest = found.get(head, (0, place, phrase))
        found = {key: entry for key, entry in found.items() if key == head or entry[2] != phrase}
        found[head] = (count + 1, first, max(phrase, longest, key=len))
    ranked = sorted(found.values(), key=lambda entry: (-entry[0], entry[1]))
    return tuple(phrase for _, _, phrase in ranked[:most])


def _named(lyrics: str) -> list[tuple[str, str]]:
    """Return (noun in the singular, phrase) of every thing, in the order in which it is sung."""
    found = []
    for line in lyrics.splitlines():
        if _MARKUP & set(line):
            continue
        found += _korean(line) if _HANGUL.search(line) else _english(line)
    return found


def _english(line: str) -> list[tuple[str, str]]:
    words = _WORD.findall(line.lower())
    found = []
    for place, word in enumerate(words):
        noun = singular(word)
        if {word, noun} & (_WORN_OUT | _DEEDS):
            continue
        if word not in things_by_noun() and noun not in things_by_noun() and word not in load_lexicon().lyric_images:
            continue
        quality = words[place - 1] if place and words[place - 1] in _QUALITIES else ""
        found.append((noun, _phrase(word, noun, quality)))
    return found


def _korean(line: str) -> list[tuple[str, str]]:
    known, found, quality = load_dictionary(), list[tuple[str, str]](), ""
    for word in words_in(line):
        if word.kind == "adjective":
            quality = word.english if word.english in _QUALITIES else ""
            continue
        if word.kind == "noun" and word.english and word.text not in known.unseen:
            head = singular(_ARTICLE.sub("", word.english).split()[-1])
            plain = head not in _WORN_OUT and not word.relation
            found += (
                [(head, _phrase(head, head, quality) if head in things_by_noun() else word.english)] if plain else []
            )
        quality = ""
    return found


def _phrase(word: str, noun: str, quality: str) -> str:
    """Return `fine rain`, `a red coat` or `letters`."""
    images = load_lexicon().lyric_images
    seen = images.get(word) or images.get(noun)
    # Weather and light are phrases of their own; a thing is what it is called.
    if seen and (not things_by_noun().get(noun) or noun in _weather()):
        return seen
    plain = things_by_noun().get(noun) or noun
    bare = _ARTICLE.sub("", plain)
    if word != noun and word.endswith("s"):
        return f"{quality} {word}".strip()
    if plain == bare:
        return f"{quality} {plain}".strip()
    article = "the" if quality in ("last", "first") else "an" if (quality or bare)[0] in "aeiou" else "a"
    return " ".join(part for part in (article, quality, bare) if part)


@functools.cache
def _weather() -> frozenset[str]:
    return load_lexicon().kinds["element"]


@functools.cache
def things_by_noun() -> Mapping[str, str]:
    """Return noun -> phrase of all things that the dictionary and the lexicon know."""
    known, kinds = load_dictionary(), load_lexicon().kinds
    things: dict[str, str] = {}
    for korean, english in known.nouns.items():
        words = english.split()
        if korean not in known.unseen and words[-1] != "back" and len(words) <= 3 and words[0] in ("a", "an"):
            # The plainest name of a thing: a letter, and no love letter.
            things[words[-1]] = min(things.get(words[-1], english), english, key=lambda phrase: len(phrase.split()))
    for noun in (*kinds["object"], *kinds["creature"]):
        things.setdefault(noun, f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}")
    for noun in ("snow", "rain", "bread", "coffee", "wine", "smoke"):
        things.setdefault(noun, noun)
    things["coffee"] = "a cup of coffee"
    return things
