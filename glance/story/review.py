"""A second reading of a storyboard by rules, as a critic: what is wrong with it, and how it is mended.

What a language model wrote is read with the checks that choose the offline writer's phrases. It is asked once to mend
what they find; what is still wrong then is mended here, clause by clause, and said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from glance.story.contradictions import (
    colors_in,
    contradiction,
    contradictions_in,
    fighting_negatives,
    foreign_words,
    is_colorless,
)
from glance.story.prompt_text import estimate_tokens, split_prompt
from glance.story.storyboard import Storyboard, StoryScene, StorySection
from glance.story.styles import Style
from glance.story.sung import sung_things
from glance.story.theme import singular, words_of

#: Prompts whose first words are the same cannot be told apart on a card.
_FIRST_WORDS = 5
#: What a mended prompt may take at most.
_ROOM = 52
#: How many of the faults are told to a model, and to a person.
_TOLD = 8
_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "and",
        "or",
        "with",
        "without",
        "from",
        "by",
        "my",
        "your",
        "his",
        "her",
        "our",
        "their",
        "i",
        "you",
        "me",
        "we",
        "us",
        "he",
        "she",
        "it",
        "they",
        "that",
        "who",
        "which",
        "where",
        "when",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "never",
        "not",
        "no",
        "do",
        "does",
        "did",
        "into",
        "over",
        "under",
        "up",
        "out",
        "as",
        "than",
        "then",
    ]
)
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one scene.

    Attributes:
        scene: Its section's id.
        said: What is wrong, as a part of a sentence.
    """

    scene: str
    said: str

    def __str__(self) -> str:
        return f"scene {self.scene}: {self.said}"


@dataclass(frozen=True)
class Brief:
    """What a storyboard is held against.

    Attributes:
        theme: The theme in English.
        sections: The song's sections.
        looks: The style of each label.
    """

    theme: str
    sections: Sequence[StorySection]
    looks: Mapping[str, Style]


def review(board: Storyboard, brief: Brief) -> tuple[Fault, ...]:
    """Return what is wrong with a storyboard, in the song's order."""
    faults: list[Fault] = []
    seen: dict[str, str] = {}
    for section, scene in _pairs(board, brief):
        told = [*_untrue(scene, section, brief), *_missing(scene, section, brief)]
        beginning = _beginning(scene.prompt)
        if beginning in seen and seen[beginning] != section.label:
            told.append(f"begins like another scene ({beginning!r}); begin with what is new in it")
        seen.setdefault(beginning, section.label)
        faults += [Fault(section.id, text) for text in told]
    return tuple(faults)


def request_of(faults: Sequence[Fault]) -> str:
    """Return the faults as a model is told of them."""
    more = f"; and {len(faults) - _TOLD} more" if len(faults) > _TOLD else ""
    return "; ".join(str(fault) for fault in faults[:_TOLD]) + more


def mended(board: Storyboard, brief: Brief) -> Storyboard:
    """Return the storyboard with everything put right that `review` finds; scenes without faults stay as they are."""
    scenes: list[StoryScene] = []
    begun: dict[str, str] = {}
    for section, scene in _pairs(board, brief):
        prompt = scene.prompt
        if _untrue(scene, section, brief) or _missing(scene, section, brief):
            prompt = _mended_prompt(scene.prompt, section, brief)
        if begun.get(_beginning(prompt), section.label) != section.label:
            prompt = _begun_otherwise(prompt, begun)
        begun.setdefault(_beginning(prompt), section.label)
        fighting = set(fighting_negatives(scene.negative, prompt))
        negative = ", ".join(entry for entry in split_prompt(scene.negative) if entry not in fighting)
        scenes.append(replace(scene, prompt=prompt, negative=negative))
    return replace(board, scenes=tuple(scenes))


def _pairs(board: Storyboard, brief: Brief) -> list[tuple[StorySection, StoryScene]]:
    written = {scene.section_id: scene for scene in board.scenes}
    return [(section, written[section.id]) for section in brief.sections if section.id in written]


def _untrue(scene: StoryScene, section: StorySection, brief: Brief) -> list[str]:
    """Return what a scene says that cannot be, or must not be said."""
    told = [f"{wrong} cannot be in one picture" for wrong in contradictions_in(scene.prompt, brief.theme)]
    fighting = fighting_negatives(scene.negative, scene.prompt)
    if fighting:
        told.append(f"the negative {fighting[0]!r} is asked for in the prompt")
    colors = colors_in(scene.prompt) if is_colorless(brief.looks.get(section.label)) else ()
    if set(colors) - set(colors_in(brief.theme)):
        told.append(f"{colors[0]!r} in a look without colors")
    foreign = [word for word in foreign_words(scene.prompt) if word not in _WORD.findall(brief.theme.lower())]
    if foreign:
        told.append(f"{foreign[0]!r} names a medium or an artist; the style does that")
    return told


def _missing(scene: StoryScene, section: StorySection, brief: Brief) -> list[str]:
    """Return what a scene leaves out: the theme, and what is sung in it."""
    told = []
    if brief.theme and not _nouns(brief.theme) & _stems(scene.prompt):
        told.append(f"nothing of the theme {brief.theme[:60]!r} is in it")
    sung = sung_things(section.lyrics, brief.theme, most=1)
    if sung and not _stems(sung[0]) - _SMALL & _stems(scene.prompt):
        told.append(f"{sung[0]!r} is sung here and not seen")
    return told


def _mended_prompt(prompt: str, section: StorySection, brief: Brief) -> str:
    """Return a prompt without its wrong clauses, with the theme and what is sung in it."""
    named = set(_WORD.findall(brief.theme.lower()))
    kept: list[str] = []
    for clause in split_prompt(prompt):
        foreign = set(foreign_words(clause)) - named
        colors = set(colors_in(clause)) - named if is_colorless(brief.looks.get(section.label)) else set[str]()
        if contradiction(clause, ", ".join([brief.theme, *kept]), brief.theme) is not None:
            continue
        words = [word for word in clause.split() if word.strip(".,;:!").lower() not in foreign | colors]
        bare = " ".join(words).strip()
        # A clause of color alone, or of a medium, says nothing without them.
        if bare and not (colors | foreign and len(words) < max(2, len(clause.split()) / 2)):
            kept.append(bare)
    if brief.theme and not _nouns(brief.theme) & _stems(", ".join(kept)):
        kept.insert(min(1, len(kept)), brief.theme)
    for thing in sung_things(section.lyrics, brief.theme, most=1):
        if not _stems(thing) - _SMALL & _stems(", ".join(kept)):
            kept.insert(0, thing)
    while len(kept) > 2 and estimate_tokens(", ".join(kept)) > _ROOM:
        kept.pop()
    return ", ".join(kept) or brief.theme


def _begun_otherwise(prompt: str, begun: Mapping[str, str]) -> str:
    """Return the prompt with another clause in front, one that no scene begins with yet."""
    clauses = split_prompt(prompt)
    for place in range(1, len(clauses)):
        if _beginning(clauses[place]) not in begun:
            return ", ".join([clauses[place], *clauses[:place], *clauses[place + 1 :]])
    return prompt


def _beginning(prompt: str) -> str:
    return " ".join(prompt.lower().split()[:_FIRST_WORDS]).strip(",")


def _nouns(theme: str) -> set[str]:
    return {singular(word.removesuffix("'s")) for word in words_of(theme)} - _SMALL


def _stems(text: str) -> set[str]:
    return {singular(word.removesuffix("'s")) for word in words_of(text)}
