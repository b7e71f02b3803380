"""How much a project may hold, and what no text or number in it may be: the same for reading and for saving.

This looks at plain values, before any of them is compared or converted: a number of 400 digits cannot be compared with
a float, and a NUL passes every other check and stops a render at its first frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from glance.errors import ProjectError
from glance.limits import (
    EFFECTS,
    GUIDES,
    MARKERS,
    OVERRIDES,
    PROMPTS_CHARACTERS,
    REACTION_PARTS,
    REACTIONS,
    SCENES,
    SCHEDULE_CHARACTERS,
    TEXT_CHARACTERS,
    TEXTS_CHARACTERS,
    check_text,
    finite,
)

#: Lists of a project, and how long they may be.
_LISTS = {"scenes": SCENES, "reactions": REACTIONS, "overrides": OVERRIDES, "markers": MARKERS}
_LISTS |= {"look.guides": GUIDES, "effects": EFFECTS}
_PARTS = re.compile(r"reactions\[\d+\]\.parts")
#: Names of files, which may hold more than texts may; what no file can be called is refused where it is looked for.
_FILES = re.compile(
    r"song\.(path|stems|lyrics|midi|markers|aligner)|look\.(start_image|mask|guides\[\d+\]\.picture)|effects\[\d+\]\.(mask_picture|file)"
)
#: What the WebUI's scripts had in their fields: pictures as text among it, which only the WebUI reads.
_FOREIGN = "look.always_on"


def check_bounds(plain: Any) -> None:
    """Refuse a project's plain values (what JSON holds) that no project may hold.

    Raises:
        ProjectError: With the path of the field, such as `scenes[2].prompt`.
    """
    total = 0  # characters
    for field, value in _leaves(plain, ""):
        if isinstance(value, str) and not _FILES.fullmatch(field):
            schedule = field.startswith("curves.")
            most = SCHEDULE_CHARACTERS if schedule else PROMPTS_CHARACTERS if field == "prompts" else TEXT_CHARACTERS
            check_text(value, field, most)
            total += 0 if schedule or field == "prompts" else len(value)
        elif isinstance(value, int | float) and not isinstance(value, bool) and finite(value) is None:
            raise ProjectError(field, "expected a number, found one beyond every use")
    if total > TEXTS_CHARACTERS:
        raise ProjectError(
            "", f"all texts of a project may have {TEXTS_CHARACTERS:,} characters together, found {total:,}"
        )


def _leaves(value: Any, field: str) -> Iterator[tuple[str, Any]]:
    """Yield (path, value) of everything that is no object and no list; lists are counted before they are entered."""
    if field == _FOREIGN:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            check_text(str(key), field, TEXT_CHARACTERS)
            yield from _leaves(inner, f"{field}.{key}" if field else str(key))
    elif isinstance(value, list | tuple):
        most = REACTION_PARTS if _PARTS.fullmatch(field) else _LISTS.get(field)
        if most is not None and len(value) > most:
            raise ProjectError(field, f"expected at most {most:,} of them, found {len(value):,}")
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{field}[{index}]")
    else:
        yield field, value
