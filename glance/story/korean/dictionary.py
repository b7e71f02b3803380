"""The Korean dictionary: the typed form of `data/korean.json`, with all forms of its verbs and adjectives."""

from __future__ import annotations

import functools
from pathlib import Path

import msgspec

from glance.story.korean.conjugation import forms_of

_DATA = Path(__file__).parent.parent / "data" / "korean.json"


class Verb(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verb: how its stem changes, and its English in the third person, in -ing, past tense, past participle."""

    irregular: str
    forms: tuple[str, ...]


class Adjective(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An adjective: how its stem changes, and its English."""

    irregular: str
    english: str


class Dictionary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Korean words and what they are in English.

    Attributes:
        nouns: Noun -> English with its article.
        verbs: Stem -> verb.
        adjectives: Stem -> adjective.
        adverbs: Adverb -> English; empty for those that a picture does not show.
        determiners: Word before a noun -> English.
        numerals: Numeral -> English.
        counters: What things are counted by; English has no word for most.
        relations: Noun of place such as 위 -> preposition.
        times: Noun that makes a clause a time, such as 후 -> conjunction.
        particles: Particle -> what it says of its noun.
        unseen: Nouns that nothing in a picture is.
        phrases: Words that are one in the dictionary -> that one.
    """

    nouns: dict[str, str]
    verbs: dict[str, Verb]
    adjectives: dict[str, Adjective]
    adverbs: dict[str, str]
    determiners: dict[str, str]
    numerals: dict[str, str]
    counters: frozenset[str]
    relations: dict[str, str]
    times: dict[str, str]
    particles: dict[str, str]
    phrases: dict[str, str]
    unseen: frozenset[str]


@functools.cache
def load_dictionary() -> Dictionary:
    """Return the shipped dictionary, read and checked once."""
    return msgspec.json.decode(_DATA.read_bytes(), type=Dictionary)


@functools.cache
def verb_forms() -> dict[str, tuple[str, str]]:
    """Return form -> (stem, what it does) of all verbs; where two share one, the one that stands first has it."""
    found: dict[str, tuple[str, str]] = {}
    for stem, verb in load_dictionary().verbs.items():
        for form, use in forms_of(stem, verb.irregular):
            found.setdefault(form, (stem, use))
    return found


@functools.cache
def adjective_forms() -> dict[str, tuple[str, str]]:
    """Return form -> (stem, what it does) of all adjectives."""
    found: dict[str, tuple[str, str]] = {}
    for stem, adjective in load_dictionary().adjectives.items():
        for form, use in forms_of(stem, adjective.irregular, adjective=True):
            found.setdefault(form, (stem, use))
    return found
