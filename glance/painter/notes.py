"""What the painter cannot draw, said before it starts."""

from __future__ import annotations

from collections.abc import Iterable

from glance.painter.sketch.vocabulary import undrawn

#: How many things are named.
_SHOWN = 6


def note_on_undrawn(prompts: Iterable[str]) -> str:
    """Return a sentence about what prompts are about and the painter has no picture of; empty for nothing.

    Where something is near, it says what is drawn instead.
    """
    things = dict(pair for prompt in prompts for pair in undrawn(prompt))
    if not things:
        return ""
    told = [f"{thing} (→ {near})" if near else thing for thing, near in things.items()]
    shown = ", ".join(told[:_SHOWN]) + (" …" if len(told) > _SHOWN else "")
    if all(things.values()):
        return f"The built-in painter draws what is nearest to some things: {shown}."
    return (
        f"The built-in painter has no picture of: {shown}. It shows the scene around it. Write of something else, "
        "choose a start picture, or draw with a WebUI."
    )
