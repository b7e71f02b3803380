"""What cannot be true of one picture: seasons, hours, indoors and out, water and fire, colors and a style without them.

The same rules choose the offline writer's phrases and read over what a language model wrote. They know words, not
meaning, so each rule is one that is rarely wrong: what a theme itself brings together is never taken apart, and what is
seen through a window may be outside.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from glance.story.prompt_text import split_prompt
from glance.story.styles import Style

_DATA = Path(__file__).parent / "data" / "contradictions.json"
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
#: Words of `deep red`, `a red door`: colors of light are no colors of things in a picture without any.
_NETWORKS = re.compile(r"<[^<>]*>")


class _Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Facets with the words that show them, joined by `-` where it takes several, and pairs that exclude one another.

    Attributes:
        facets: Name -> words.
        apart: Pairs of facets that are not true at once.
        looking_out: Words through which another place or time is seen.
        colors: Words of color.
        mediums: Words that name a medium, which is the style's business.
        artists: Names that no prompt shall hold.
    """

    facets: dict[str, str]
    apart: tuple[tuple[str, str], ...]
    looking_out: frozenset[str]
    colors: str
    mediums: str
    artists: str


@dataclass(frozen=True)
class Contradiction:
    """Two words of a picture that exclude one another; `said` stands in the later clause, `against` before it."""

    said: str
    against: str

    def __str__(self) -> str:
        return f"{self.said!r} beside {self.against!r}"


@functools.cache
def _rules() -> _Rules:
    return msgspec.json.decode(_DATA.read_bytes(), type=_Rules)


@functools.cache
def _words_of_facets() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.replace("-", " ") if "-" in words else words for words in text.split())
            for name, text in _rules().facets.items()}  # fmt: skip


def facets_of(text: str) -> dict[str, str]:
    """Return the facets that a text shows, each with the word or words that show it."""
    plain = " ".join(_WORD.findall(_NETWORKS.sub(" ", text.lower()).replace("-", " ")))
    padded = f" {plain} "
    found = {}
    for facet, words in _words_of_facets().items():
        shown = next((word for word in words if f" {word} " in padded), "")
        if shown:
            found[facet] = shown
    return found


def contradiction(phrase: str, known: str, theme: str = "") -> Contradiction | None:
    """Return how a phrase contradicts what is known of a picture; None where it does not.

    Args:
        phrase: What would be said.
        known: What is said already.
        theme: What it is about: what this brings together itself is no contradiction.
    """
    rules = _rules()
    if rules.looking_out & set(_WORD.findall(phrase.lower())):
        return None
    new, old, allowed = facets_of(phrase), facets_of(known), set(facets_of(theme))
    for one, other in rules.apart:
        for here, there in ((one, other), (other, one)):
            if here in new and there in old and not {here, there} <= allowed:
                return Contradiction(new[here], old[there])
    return None


def contradictions_in(prompt: str, theme: str = "") -> tuple[Contradiction, ...]:
    """Return what the clauses of a prompt say against the theme, or against clauses before them."""
    rules, known, found = _rules(), theme, list[Contradiction]()
    for clause in split_prompt(prompt):
        wrong = contradiction(clause, known, theme)
        if wrong is None:
            # What is on a photograph, or behind a window, is not in the scene itself.
            beyond = rules.looking_out & set(_WORD.findall(clause.lower()))
            known = known if beyond else f"{known}, {clause}"
        else:
            found.append(wrong)
    return tuple(found)


def colors_in(text: str) -> tuple[str, ...]:
    """Return the words of color in a text."""
    known = set(_rules().colors.split())
    return tuple(word for word in _WORD.findall(text.lower()) if word in known)


def is_colorless(style: Style | None) -> bool:
    """Return whether a style has no colors, so that words of color fight it."""
    return style is not None and "monochrome" in style.tags


def foreign_words(prompt: str) -> tuple[str, ...]:
    """Return words that name a medium or an artist, which only the style may do."""
    rules = _rules()
    named = set(rules.mediums.split()) | set(rules.artists.split())
    return tuple(word for word in _WORD.findall(prompt.lower()) if word in named)


def fighting_negatives(negative: str, prompt: str) -> tuple[str, ...]:
    """Return the entries of a negative prompt that the prompt asks for."""
    asked = set(_WORD.findall(prompt.lower()))
    return tuple(entry for entry in split_prompt(negative) if _words(entry) and _words(entry) <= asked)


def _words(entry: str) -> set[str]:
    return set(_WORD.findall(re.sub(r":\s*[0-9.]+", "", entry.lower())))


def without(entries: Iterable[str], wrong: Iterable[str]) -> str:
    """Return entries joined by commas, less those that are wrong."""
    gone = set(wrong)
    return ", ".join(entry for entry in entries if entry not in gone)
