"""Negative prompts: named sets of words, each of which a person can switch on and off, and their composition.

The sets are the ones the method's authors used. `calm` holds what they had mixed into their quality set although it
fights ink, noir and cubist styles; here it is a switch of its own, off at first, and styles subtract it as well.

A negative prompt is a wish, not a filter; what must not be drawn is stopped by `guard`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from glance.errors import ProjectError
from glance.story.styles import Style


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


#: Name -> words, in the order in which they are written.
NEGATIVE_SETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "quality": _words(
            "worst quality, normal quality, low quality, low res, blurry, text, watermark, logo, banner, extra digits, "
            "cropped, jpeg artifacts, signature, username, error, duplicate, ugly, mutation, disgusting"
        ),
        "anatomy": _words(
            "bad anatomy, bad hands, three hands, three legs, bad arms, missing legs, missing arms, poorly drawn face, "
            "bad face, fused face, cloned face, extra fingers, missing fingers, fused feet, extra eyes, amputation, "
            "disconnected limbs"
        ),
        "realistic": _words("cartoon, cg, 3d, unreal, animate"),
        "border": _words("white space, frame"),
        "safety": _words("nsfw, nude, censored"),
        "calm": _words("sketch, monochrome, horror, geometry"),
    }
)
#: The sets that are on in a new project. `anatomy` helps only where people are seen, `realistic` only with photographs.
DEFAULT_NEGATIVE_SETS: tuple[str, ...] = ("quality", "border", "safety")
#: Commas inside these belong to one entry: attention `(a, b:1.2)`, `[a, b]`, and networks `<lora:name:0.7>`.
_OPENING, _CLOSING = "([<{", ")]>}"


def compose_negative(sets: Iterable[str], style: Style | None = None, extra: str = "") -> str:
    """Return one negative prompt: the named sets less what the style subtracts, the style's words, the user's words.

    Duplicates are merged (the first stays; a person's own weighted form, such as `(blurry:1.3)`, wins over the plain
    word of a set). What the style subtracts is taken out of the sets only, never out of `extra`; safety words stay.

    Raises:
        ProjectError: A set is not known.
    """
    taken_out = {_key(word) for word in style.subtract} if style else set()
    entries: list[str] = []
    for name in sets:
        words = _set(name)
        entries += [word for word in words if name == "safety" or _key(word) not in taken_out]
    entries += split_prompt(style.negative) if style else []
    own = split_prompt(extra)
    merged: dict[str, str] = {}
    for word in entries:
        merged.setdefault(_key(word), word)
    for word in own:
        merged[_key(word)] = word
    return ", ".join(merged.values())


def split_prompt(text: str) -> list[str]:
    """Return the comma-separated entries of a prompt; commas within brackets do not separate."""
    entries, depth, start = [], 0, 0
    for index, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif character in ",\n" and depth == 0:
            entries.append(text[start:index])
            start = index + 1
    entries.append(text[start:])
    return [entry.strip() for entry in entries if entry.strip()]


def _set(name: str) -> tuple[str, ...]:
    if name not in NEGATIVE_SETS:
        known = ", ".join(NEGATIVE_SETS)
        raise ProjectError("negative sets", f"expected some of {known}, found {name!r}; remove it or correct its name")
    return NEGATIVE_SETS[name]


def _key(entry: str) -> str:
    """Return what makes two entries the same: no case, no attention brackets, no weight, `-` and `_` as spaces."""
    if entry.startswith("<"):
        return entry
    plain = re.sub(r":\s*[0-9.]+\s*(?=[)\]]*$)", "", entry)
    return " ".join(re.sub(r"[()\[\]_-]+", " ", plain).casefold().split())
