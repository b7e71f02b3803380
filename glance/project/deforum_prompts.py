"""The words of a Deforum settings file.

A file saved by the tab keeps the positive and negative words for all prompts apart (`animation_prompts_positive`,
`animation_prompts_negative`). A file saved by a run keeps them as well (`positive_prompts`, `negative_prompts`), but
has already put them into every prompt: Deforum, loading such a file, adds them a second time. Here they are taken out
of the prompts again, so that they count once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glance.schedule.prompts import split_negative


@dataclass(frozen=True)
class Words:
    """The words of a settings file.

    Attributes:
        prompts: ((time, prompt, negative prompt), ...) in the file's order, without the words common to all.
        prefix: Words before every prompt.
        negative: Words of every negative prompt.
        notes: What was read differently, in sentences.
    """

    prompts: tuple[tuple[str, str, str], ...]
    prefix: str
    negative: str
    notes: tuple[str, ...]


def read_words(settings: Mapping[str, Any]) -> Words:
    """Return the words of a settings file's entries; nothing in them is lost, and nothing is counted twice."""
    prompts, notes = _prompts(settings)
    by_run = "positive_prompts" in settings or "negative_prompts" in settings
    by_tab = "animation_prompts_positive" in settings or "animation_prompts_negative" in settings
    names = ("animation_prompts_positive", "animation_prompts_negative") if by_tab else _RUN_NAMES
    positive, negative = (str(settings.get(name) or "").replace("--neg", " ").strip() for name in names)
    times = 0
    # Saved, loaded and run again, the words may have been put in several times.
    while (positive or negative) and prompts and all(_has(text, positive, negative) for text in prompts.values()):
        prompts = {time: _without(text, positive, negative) for time, text in prompts.items()}
        times += 1
    if times > (0 if by_tab else 1):
        notes.append(f"the words for all prompts were in every prompt {_count(times)} already; they count once here")
    elif by_run and not by_tab and not times and (positive or negative):
        notes.append(
            "`positive_prompts` and `negative_prompts` were not added, because a run puts them into the prompts when "
            "it saves them, and these prompts were changed since"
        )
        positive = negative = ""
    entries = tuple((time, *split_negative(text)) for time, text in prompts.items())
    return Words(entries, positive.strip(" ,"), negative.strip(" ,"), tuple(notes))


_RUN_NAMES = ("positive_prompts", "negative_prompts")


def _count(times: int) -> str:
    return "once" if times == 1 else f"{times} times"


def _prompts(settings: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Return time -> prompt, from either entry, as an object or as the JSON text that the tab holds."""
    found = settings.get("animation_prompts") or settings.get("prompts")
    if isinstance(found, str):
        try:
            found = json.loads(found)
        except (ValueError, RecursionError) as error:
            return {"0": str(found)}, [f"`prompts` is text that is no JSON ({error}); it was taken as one prompt"]
    if isinstance(found, list):
        texts = [str(text) for text in found]
        return {"0": texts[0]} if texts else {}, [f"`prompts` is a list of {len(texts)}; only the first one was taken"]
    if not isinstance(found, Mapping) or not found:
        return {}, ["the file has no prompts; write them into the scenes"]
    return {str(time).strip().strip("\"'"): str(text) for time, text in found.items()}, []


def _has(text: str, positive: str, negative: str) -> bool:
    stripped = text.strip()
    return stripped.startswith(positive) and (not negative or ("--neg" in text and stripped.endswith(negative)))


def _without(text: str, positive: str, negative: str) -> str:
    stripped = text.strip().removeprefix(positive).removesuffix(negative).strip()
    return stripped.removesuffix("--neg").strip()
