"""The form in which a family of models reads prompts best: tags between commas, or sentences.

Models with CLIP alone (SD 1, SDXL) were trained on captions and tags; those with a language model as their encoder (SD
3, Flux, Qwen-Image ...) follow sentences. Writers write tags, which the checks read; this turns them into sentences
afterwards, and changes no word of what is seen. The person's own prompts are left alone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, TypeAlias

from glance.story.contradictions import colors_in
from glance.story.prompt_text import split_prompt
from glance.story.storyboard import Storyboard

Form: TypeAlias = Literal["tags", "sentences"]

_SHOT = re.compile(
    r"\b(?:shot|angle|angles|close-up|view|views|composition|lens|depth|perspective|diagonals|lines|eye level|scale"
    r"|bokeh|negative space|rule of thirds|foreground|background|macro|texture|natural frame|small in the frame"
    r"|off-center|centered|symmetrical|towering|framed)\b"
)
_LIGHT = re.compile(
    r"\b(?:\w*lights?|lit|dark storm|glow|glowing|dawn"
    r"|sunrise|dusk|twilight|afterglow|hour|shadow|shadows|sun|rays|beams|haze|mist|lamp|bulbs?|flare|silhouettes|sky"
    r"|horizon|caustics|fireworks|lightning|reflections)\b"
)


def in_form(prompt: str, form: Form) -> str:
    """Return a writer's prompt in a form, without a full stop at its end: a style's words follow.

    Args:
        prompt: Clauses between commas, those of shot, light and color last.
        form: `tags` leaves it as it is.
    """
    clauses = split_prompt(prompt)
    if form == "tags" or len(clauses) < 2:
        return prompt
    tail: list[tuple[str, str]] = []
    while len(clauses) > 1 and _role(clauses[-1]):
        tail.insert(0, (_role(clauses[-1]), clauses.pop()))
    shot, light, colors = ([clause for role, clause in tail if role == wanted] for wanted in ("shot", "light", "color"))
    told = [_begun(", ".join(clauses))]
    if shot:
        told.append(f"It is seen as {_article(shot[0])}{', '.join(shot)}")
    if light:
        told.append(f"The light is {_article(light[0], bare=_MANY.search(light[0]) is not None)}{', '.join(light)}")
    if colors:
        told.append(f"The colors are {', '.join(colors)}")
    return ". ".join(told)


def board_in_form(board: Storyboard, form: Form) -> Storyboard:
    """Return a storyboard with all its prompts in a form."""
    if form == "tags":
        return board
    return replace(board, scenes=tuple(replace(scene, prompt=in_form(scene.prompt, form)) for scene in board.scenes))


#: Light that is spoken of without an article.
_MANY = re.compile(
    r"^(?:a|an|the|one|two|first|last)\b"
    r"|\b(?:\w*light|mist|haze|glow|hour|shadows|bulbs|rays|beams|caustics|fireworks|\w*lights|reflections)$"
)


def _role(clause: str) -> str:
    """Return what a clause is about beside what is seen: its shot, its light or its colors; else nothing."""
    if _SHOT.search(clause):
        return "shot"
    if _LIGHT.search(clause):
        return "light"
    return "color" if colors_in(clause) else ""


def _article(words: str, bare: bool = False) -> str:
    first = words.split()[0].lower() if words.split() else ""
    if bare or first in {"a", "an", "the", "one", "framed", "looking", "first", "seen"}:
        return ""
    return "an " if first[:1] in "aeiou" else "a "


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]
