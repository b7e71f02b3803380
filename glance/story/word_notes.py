"""What a person is told of how the offline writer read their words: one line for each thing that is worth knowing."""

from __future__ import annotations

from collections.abc import Sequence

from glance.story.languages import unread_words
from glance.story.theme import chapters_of, sentences_of
from glance.story.wildcards import unknown_names


def notes_on_words(theme: str, english: str, unknown: Sequence[str], chosen: Sequence[str] = ()) -> str:
    """Return what a person should know of how their words were read, a sentence or two a line; empty for nothing.

    Args:
        theme: The words as typed.
        english: What the prompts hold of them.
        unknown: Korean words that were not translated.
        chosen: The choices in braces that were made (`wildcards.choose`).
    """
    lines = [f"{choice}: a choice is made once, not for every frame." for choice in chosen]
    if unknown:
        words = ", ".join(unknown).replace(";", ",")
        lines.append(
            f"The offline writer has no English for: {words}. Write the theme in English, or connect a language model."
        )
    foreign = "" if unknown else unread_words(english)
    if foreign:
        lines.append(
            f"The offline writer reads English and Korean only: “{foreign}” stands in the prompts as you typed it, and "
            "an image model may not understand it. Translate it into English, or connect a language model, which does "
            "that."
        )
    names = ", ".join(unknown_names(theme))
    if names:
        lines.append(f"{names} names a list of another extension and stays as it is. Write words instead.")
    return "\n".join(lines)


def left_out_of(english: str, used: Sequence[int]) -> str:
    """Return what no prompt holds of a theme: sentences without a scene, and ends of sentences that are too long."""
    whole, short = sentences_of(english), chapters_of(english)
    gone = [
        sentence.removeprefix(kept).strip(" ,，、،") if index in used else sentence
        for index, (sentence, kept) in enumerate(zip(whole, short, strict=False))
    ]
    return " … ".join(part for part in gone if part.strip(".…"))


def room_note(left_out: str) -> str:
    """Return the sentence for what no prompt holds of a theme; empty for nothing."""
    if not left_out:
        return ""
    shown = left_out if len(left_out) <= 80 else f"{left_out[:79]}…"
    return f"The prompts have no room for all of the theme. Left out: “{shown.replace(';', ',')}”"
