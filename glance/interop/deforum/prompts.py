"""The words of a Deforum settings file: read into scenes or prompts with keys, and written.

A file saved by the tab keeps the positive and negative words for all prompts apart (`animation_prompts_positive`,
`animation_prompts_negative`). A file saved by a run keeps them as well (`positive_prompts`, `negative_prompts`), but
has already put them into every prompt: Deforum, loading such a file, adds them a second time. Here they are taken out
of the prompts again, so that they count once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from glance.errors import ScheduleError
from glance.interop.deforum.curves import Animation
from glance.interop.deforum.schedule import prompt_formula_for_deforum, still_signals
from glance.project.frame_prompts import FrameWords, Parts, PromptTimeline
from glance.project.frame_prompts import PromptVariant as WrittenWords
from glance.project.model import Scene
from glance.schedule.curve import Curve, Key
from glance.schedule.key_times import key_frame
from glance.schedule.prompts import Blend, format_prompts, is_prompt_schedule, split_negative
from glance.schedule.signals import Signals
from glance.story.prompt_text import mixed_prompt
from glance.story.wildcards import choose, unknown_names
from glance.system.loose_json import LooseJsonError, read_loose

_FORMULA = re.compile(r"`([^`]*)`")


@dataclass(frozen=True)
class PromptVariant:
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


def read_words(settings: Mapping[str, Any]) -> PromptVariant:
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
    return PromptVariant(entries, positive.strip(" ,"), negative.strip(" ,"), tuple(notes))


_RUN_NAMES = ("positive_prompts", "negative_prompts")


def _count(times: int) -> str:
    return "once" if times == 1 else f"{times} times"


def _prompts(settings: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Return time -> prompt, from either entry, as an object or as the JSON text that the tab holds."""
    found = settings.get("animation_prompts") or settings.get("prompts")
    notes: list[str] = []
    if isinstance(found, str):
        if not is_prompt_schedule(found):
            return {"0": found}, ["`prompts` is text that is no JSON; it was taken as one prompt"]
        try:
            loose = read_loose(found)
        except LooseJsonError as error:
            return {}, [f"`prompts` cannot be read and were left out: {error}. Correct them and import the file again"]
        found = loose.value
        notes = [f"`prompts` are not quite JSON: {repair}" for repair in loose.repairs]
    if isinstance(found, list):
        texts = [text for text in found if isinstance(text, str)]
        return {"0": texts[0]} if texts else {}, [f"`prompts` is a list of {len(found)}; only the first one was taken"]
    if not isinstance(found, Mapping) or not found:
        return {}, ["the file has no prompts; write them into the scenes"]
    prompts = {}
    for time, text in found.items():
        if isinstance(text, str):
            prompts[str(time).strip().strip("\"'")] = text
        else:
            what = "empty (null)" if text is None else f"no text ({text!r:.40})"
            notes.append(f"the prompt at {time} is {what} and was left out; the one before it goes on")
    return prompts, notes


def _has(text: str, positive: str, negative: str) -> bool:
    stripped = text.strip()
    return stripped.startswith(positive) and (not negative or ("--neg" in text and stripped.endswith(negative)))


def _without(text: str, positive: str, negative: str) -> str:
    stripped = text.strip().removeprefix(positive).removesuffix(negative).strip()
    return stripped.removesuffix("--neg").strip()


@dataclass(frozen=True)
class Placed:
    """Words in a project.

    Attributes:
        scenes: One for each prompt where prompts change at plain frames, else one for all.
        prompts: `Project.prompts`, where scenes cannot hold them.
        blend: `Project.prompts_blend`.
    """

    scenes: tuple[Scene, ...]
    prompts: str = ""
    blend: Blend = "hold"


def place_words(animation: Animation, words: PromptVariant) -> Placed:
    """Return where the prompts go.

    Prompts at frame numbers become scenes, which are the easier to edit. Keys that are formulas, prompts that fade
    (Deforum's mode Interpolation) and those that Parseq works out frame by frame stay prompts with keys.
    """
    by_parseq = bool(animation.parseq and animation.parseq.prompts)
    fading = animation.mode == "Interpolation" and not by_parseq
    prompts = animation.parseq.prompts if animation.parseq and by_parseq else words.prompts
    signals = still_signals(animation.n_frames, animation.seed)
    placed: dict[int, tuple[str, str, str]] = {}
    for time, positive, negative in prompts:
        # In this mode alone, `max_f` is the number of frames there.
        meant = re.sub(r"\bmax_f\b", "(max_f+1)", time) if fading else time
        # What Parseq works out frame by frame must not be chosen anew in each.
        positive = _without_choices(positive, animation, "" if by_parseq else time)
        try:
            placed[key_frame(meant, signals)] = (meant, positive, negative)
        except ScheduleError as error:
            animation.entries.notes.append(
                f"the prompt at {time!r} has no time that can be read and was left out: {error}"
            )
    still = Scene(camera_mode="3d" if animation.mode == "3D" else "2d", reactivity="none", transition="hold")
    ordered = [placed[frame] for frame in sorted(placed)]
    if not fading and not by_parseq and all(time.isdigit() for time, _, _ in ordered):
        made = [replace(still, start=time, prompt=text, negative=minus) for time, text, minus in ordered]
        return Placed((replace(made[0], start="0"), *made[1:]) if made else (still,))
    if len(ordered) < 2:
        return Placed((replace(still, prompt=ordered[0][1], negative=ordered[0][2]) if ordered else still,))
    keys = tuple(Key(time, _line(text, minus)) for time, text, minus in ordered)
    return Placed((still,), format_prompts(Curve("prompts", keys)), "fade" if fading else "hold")


def _without_choices(text: str, animation: Animation, time: str) -> str:
    """Return a prompt with its choices in braces made once, and say what was chosen and what cannot be."""
    chosen, told = choose(text, f"{animation.seed}/{time}")
    where = f"in the prompt at {time}" if time else "in the prompts"
    notes = [f"{where}, {choice}: a choice is made once for a scene" for choice in told]
    names = unknown_names(chosen)
    if names:
        notes.append(
            f"{where}, {', '.join(names)} names a list of another extension and stays as it is; write words instead"
        )
    animation.entries.notes.extend(note for note in notes if note not in animation.entries.notes)
    return chosen


def write_prompts(wording: PromptTimeline, words: Sequence[FrameWords]) -> dict[str, str]:
    """Return frame -> prompt, one wherever the words change, for Deforum's 2D and 3D.

    Prompts stay as they were written, formulas included, where Deforum works them out alike; where they fade, or ask
    for what Deforum does not know, they are written as they come out for this song.
    """
    lines = [_line_of_frame(wording, parts, said) for parts, said in zip(wording.parts, words, strict=True)]
    return {str(frame): line for frame, line in enumerate(lines) if not frame or line != lines[frame - 1]}


def write_fading_prompts(wording: PromptTimeline, signals: Signals) -> dict[str, str] | None:
    """Return frame -> prompt for Deforum's mode Interpolation, which fades by itself; None where that says it wrongly.

    It needs prompts with keys that fade, each said alike in all scenes, and formulas that Deforum knows.
    """
    by_key: dict[Key, set[str]] = {}
    for word in wording.words:
        if word.key is None or not _is_plain(word):
            return None
        by_key.setdefault(word.key, set()).add(_line(word.positive, word.negative))
    if len(by_key) < 2 or any(len(lines) > 1 for lines in by_key.values()):
        return None
    return {str(key_frame(key.time, signals)): lines.pop() for key, lines in by_key.items()}


def _line_of_frame(wording: PromptTimeline, parts: Parts, said: FrameWords) -> str:
    word = wording.words[parts[0][0]]
    if len(parts) == 1 and "`" in word.positive + word.negative and _is_plain(word):
        return _line(word.positive, word.negative)
    return _line(mixed_prompt(said.mix), said.negative)


def _line(positive: str, negative: str) -> str:
    return f"{positive} --neg {negative}" if negative else positive


def _is_plain(word: WrittenWords) -> bool:
    """Return whether Deforum works out all formulas of a prompt, and as GLANCE does."""
    return all(prompt_formula_for_deforum(text) for text in _FORMULA.findall(f"{word.positive} {word.negative}"))
