"""Words for a name that nobody knows: the nearest known ones, or what there is instead."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable

#: How alike two names are, 0 to 1 (difflib's ratio), so that one may be a slip of the other.
_ALIKE = 0.5
#: Names listed where none is near.
_LISTED = 24


def did_you_mean(
    name: str, known: Iterable[str], otherwise: str = "", *, most: int = 1, shown: Callable[[str], str] = "`{}`".format
) -> str:
    """Return words that point from a misspelt name to the nearest known ones, whatever their case.

    Args:
        name: What was written.
        known: The names that there are.
        otherwise: What to say where none is near; by default, what there is.
        most: How many names are suggested at most.
        shown: Gives what is shown of a known name; by default, it itself in backticks.
    """
    spelled: dict[str, str] = {}
    for each in known:
        spelled.setdefault(each.casefold(), each)
    near = difflib.get_close_matches(name.casefold(), spelled, n=most, cutoff=_ALIKE)
    if near:
        return f"did you mean {' or '.join(shown(spelled[each]) for each in near)}?"
    return otherwise or f"there are {listed(spelled.values())}"


def listed(names: Iterable[str], most: int = _LISTED) -> str:
    """Return names with commas between, `...` after the last where there are more, `none` where there are none."""
    each = list(names)
    return ", ".join(each[:most] + ["..."] * (len(each) > most)) or "none"
