"""Several weighted prompts as one text in the WebUI's own language.

The WebUI draws `a :0.3 AND b :0.7` by asking the model for each part and adding the weighted directions (composable
diffusion: Liu et al., 2022), which is what a cross-fade between two scenes means. Three things of that language need
care: a part may itself be joined by AND, a part may carry weights of its own, and `<lora:name:weight>` acts on the
whole text, wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_AND = re.compile(r"\bAND\b")
_WEIGHT = re.compile(r":\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+))$")
_NETWORK = re.compile(r"<(?P<kind>lora|lyco|hypernet):(?P<name>[^:<>]+)(?::(?P<weight>[^<>]*))?>")


def mixed_prompt(parts: Iterable[tuple[str, float]]) -> str:
    """Return one prompt for ((text, weight), ...), weights positive.

    A single part is passed on untouched. Networks such as `<lora:name:0.8>` are taken out of the parts, scaled by the
    part's weight, added up where several parts name the same one, and put at the end, so that they fade with their
    scene.
    """
    wanted = [(text, weight) for text, weight in parts if weight > 0]
    if len(wanted) == 1:
        return wanted[0][0]
    networks: dict[tuple[str, str], list[float]] = {}
    pieces = []
    for text, weight in wanted:
        bare = _without_networks(text, weight, networks)
        pieces += [f"{piece} :{own * weight:.4g}" for piece, own in _composed(bare)]
    tags = "".join(f"<{kind}:{name}:{_weights(values)}>" for (kind, name), values in networks.items())
    return " AND ".join(pieces) + tags


def _composed(text: str) -> list[tuple[str, float]]:
    """Return the parts that a person joined by AND, with the weights they gave."""
    parts = []
    for piece in _AND.split(text):
        piece = piece.strip()
        match = _WEIGHT.search(piece)
        parts.append((piece[: match.start()].strip(), float(match[1])) if match else (piece, 1.0))
    return parts


def _without_networks(text: str, weight: float, networks: dict[tuple[str, str], list[float]]) -> str:
    def take(match: re.Match[str]) -> str:
        values = _numbers(match["weight"])
        if values is None:
            return match[0]  # a form this does not know, such as `te=0.5`, stays in its part at full strength
        known = networks.setdefault((match["kind"], match["name"]), [0.0] * len(values))
        known += [0.0] * (len(values) - len(known))
        for position, value in enumerate(values):
            known[position] += value * weight
        return ""

    return re.sub(r"\s{2,}", " ", _NETWORK.sub(take, text)).strip(" ,")


def _numbers(text: str | None) -> list[float] | None:
    try:
        return [float(part) for part in text.split(":")] if text else [1.0]
    except ValueError:
        return None


def _weights(values: Iterable[float]) -> str:
    return ":".join(f"{value:.4g}" for value in values)
