"""Choices in prompts that another extension would make: `{red|blue}` and `__place__` (Dynamic Prompts, wildcards).

GLANCE draws without that extension's script. A choice in braces is made here, once for a scene: a new one in every
frame would flicker. A name between double underscores stands for a line of a file that only that extension knows, and
is said.
`[a|b]` and `[a:b:0.5]` are the WebUI's own and stay.

    {red|blue}            one of them             {3::red|1::blue}      red three times as often
    {2$$red|blue|green}   two of them             {a|{b|c}}             choices within choices
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

_CHOICE = re.compile(r"\{([^{}]*\|[^{}]*)\}")
_NAME = re.compile(r"__([\w./*\- ]{1,80}?)__")
_COUNT = re.compile(r"(\d{1,3})(?:-(\d{1,3}))?\$\$(?:([^$|]{0,10})\$\$)?")
_WEIGHT = re.compile(r"\s*(\d{1,6}(?:\.\d{1,6})?)::")
_MOST = 200


def unknown_names(text: str) -> tuple[str, ...]:
    """Return the names between double underscores, `__place__`, that nobody here can fill in."""
    return tuple(dict.fromkeys(match.group() for match in _NAME.finditer(text)))


def choose(text: str, key: str) -> tuple[str, tuple[str, ...]]:
    """Return the text with every choice in braces made, and what was chosen: `{red|blue} became red`.

    Args:
        text: A prompt or a theme.
        key: The same key makes the same choices.
    """
    told: list[str] = []
    for step in range(_MOST):
        match = _CHOICE.search(text)
        if match is None:
            break
        chosen = _chosen(match.group(1), f"{key}/{step}")
        told.append(f"{match.group()[:60]} became {chosen or 'nothing'}")
        text = text[: match.start()] + chosen + text[match.end() :]
    return text, tuple(told)


def _chosen(inside: str, key: str) -> str:
    count = _COUNT.match(inside)
    options = [_option(part) for part in inside[count.end() if count else 0 :].split("|")]
    if not count:
        return options[_place([weight for _, weight in options], key)][0]
    least, most = int(count.group(1)), int(count.group(2) or count.group(1))
    wanted = min(least + int(_share(f"{key}/count") * (abs(most - least) + 1)), len(options))
    taken = list(_several(options, wanted, key))
    return (count.group(3) if count.group(3) is not None else ", ").join(taken)


def _several(options: list[tuple[str, float]], wanted: int, key: str) -> Iterator[str]:
    left = list(options)
    for number in range(wanted):
        yield left.pop(_place([weight for _, weight in left], f"{key}/{number}"))[0]


def _option(part: str) -> tuple[str, float]:
    weight = _WEIGHT.match(part)
    return (part[weight.end() :].strip(), float(weight.group(1))) if weight else (part.strip(), 1.0)


def _place(weights: list[float], key: str) -> int:
    total = sum(weights)
    at = _share(key) * total
    for place, weight in enumerate(weights):
        at -= weight
        if at < 0:
            return place
    return len(weights) - 1


def _share(key: str) -> float:
    """Return a number in [0, 1) that looks random and is the same for the same key, on every machine."""
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:6], "big") / 2**48
