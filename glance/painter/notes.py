"""What the painter cannot draw, said before it starts."""

from __future__ import annotations

from collections.abc import Iterable

from glance.painter.sketch.vocabulary import undrawn

#: How many things are named.
_SHOWN = 6


def note_on_undrawn(prompts: Iterable[str]) -> str:
    """Return a sentence about what prompts are about and the painter draws nothing like; empty for nothing."""
    things = list(dict.fromkeys(thing for prompt in prompts for thing in undrawn(prompt)))
    if not things:
        return ""
    shown = ", ".join(things[:_SHOWN]) + (" …" if len(things) > _SHOWN else "")
    return (
        f"The built-in painter has no picture of: {shown}. It shows the scene around it. Write of something else, "
        "choose a start picture, or draw with a WebUI."
    )
