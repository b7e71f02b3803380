"""Reads what a language model answered, and says in a sentence what is wrong with it.

The sentence goes back to the model, which may try again; so it names the field, what was expected and what was found.
An answer is trusted in nothing: ids, lengths, languages, weights, colours and the guard's words are checked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from glance.loose_json import LooseJsonError, read_loose
from glance.story.guard import find_unsafe
from glance.story.negatives import split_prompt
from glance.story.storyboard import TRANSITIONS, Storyboard, StoryScene, StorySection
from glance.story.tokens import estimate_tokens

#: Longest scene that is taken; models miscount, and a style still fits behind this.
MAX_SCENE_TOKENS = 52
MAX_PROMPT_TOKENS = 75
#: Heaviest attention weight that is taken; beyond, pictures break.
MAX_WEIGHT = 1.4
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_WEIGHT = re.compile(r":\s*(\d+(?:\.\d+)?)\s*\)")
_FOREIGN = re.compile(
    r"[\u0370-\u03ff\u0590-\u06ff\u0900-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u4e00-\u9fff\uac00-\ud7af\u0400-\u04ff]"
)

_THOUGHT = r"(?:think|thinking|thought|reasoning|reflection)"
_THOUGHT_BEGINS = re.compile(rf"[<\[◁]{_THOUGHT}[>\]▷]", re.IGNORECASE)
_THOUGHT_ENDS = re.compile(rf"[<\[◁]/{_THOUGHT}[>\]▷]", re.IGNORECASE)


class WrongAnswer(Exception):  # noqa: N818 - never shown as an error: it is the reply to the model
    """An answer that cannot be used; `str()` tells the model, and a person, why."""


class _Scene(msgspec.Struct, frozen=True):
    section_id: str
    subject: str
    setting: str = ""
    composition: str = ""
    lighting: str = ""
    colour: str = ""
    camera: str = ""
    transition: str = ""
    negative: str = ""


class _Board(msgspec.Struct, frozen=True):
    scenes: list[_Scene]
    concept: str = ""
    palette: list[str] = []


class _Alternative(msgspec.Struct, frozen=True):
    subject: str
    setting: str = ""
    composition: str = ""
    lighting: str = ""
    colour: str = ""
    medium: str = ""


class _Ideas(msgspec.Struct, frozen=True):
    alternatives: list[_Alternative]
    english: str = ""


_Answer = TypeVar("_Answer", _Board, _Ideas)


def read_storyboard(
    answer: str, sections: Sequence[StorySection], cameras: Sequence[str], source: str, guarded: bool = True
) -> Storyboard:
    """Return the storyboard in a model's answer.

    Scenes are put into the song's order. Sections of one label keep the first one's subject, setting and colour, so
    that a return is seen as one. Unknown cameras and transitions become the director's choice and a cut.

    Args:
        answer: All that the model wrote; text around one JSON object is allowed.
        sections: What was asked for.
        cameras: Names a scene may choose from.
        source: The model's name.
        guarded: Whether the guard reads along.

    Raises:
        WrongAnswer: It cannot be used; the message says why.
    """
    board = _decode(answer, _Board)
    scenes = {scene.section_id: scene for scene in board.scenes}
    _check_ids([scene.section_id for scene in board.scenes], [section.id for section in sections])
    firsts: dict[str, _Scene] = {}
    pictures: dict[str, str] = {}
    told = []
    for section in sections:
        scene = scenes[section.id]
        first = firsts.setdefault(section.label, scene)
        parts = (first.subject, first.setting, scene.composition, scene.lighting, first.colour)
        prompt = _prompt(parts, f"scene {section.id}", MAX_SCENE_TOKENS, guarded)
        pictures.setdefault(section.label, prompt)
        camera = scene.camera if scene.camera in cameras else ""
        transition = scene.transition if scene.transition in TRANSITIONS else "cut"
        negative = ", ".join(split_prompt(scene.negative)[:8])
        told.append(StoryScene(section.id, prompt, negative, camera, transition))
    _refuse_repeats(list(pictures.values()), "scenes of different labels")
    palette = tuple(colour.lower() for colour in board.palette if _COLOUR.fullmatch(colour))[:6]
    concept = " ".join(board.concept.split())[:400]
    if guarded:
        _refuse_unsafe(concept, "concept")
    return Storyboard(concept, palette, tuple(told), source)


def read_alternatives(answer: str, words: str, guarded: bool = True) -> tuple[str, tuple[str, str, str]]:
    """Return a person's `words` in English, and the three prompts in a model's answer, those words in front.

    Raises:
        WrongAnswer: It cannot be used; the message says why.
    """
    ideas = _decode(answer, _Ideas)
    if len(ideas.alternatives) < 3:
        raise WrongAnswer(f"alternatives: expected 3, found {len(ideas.alternatives)}")
    english = " ".join(ideas.english.split())
    if len(english) > 3 * len(words) + 20:
        raise WrongAnswer(f"english: expected a translation of {words!r}, found {english[:60]!r}")
    prompts = []
    for number, idea in enumerate(ideas.alternatives[:3], 1):
        parts = (idea.subject, idea.setting, idea.composition, idea.lighting, idea.colour, idea.medium)
        where = f"alternative {number}"
        prompt = _prompt(parts, where, MAX_PROMPT_TOKENS, guarded)
        if english.casefold() not in prompt.casefold():
            prompt = _prompt((english, *parts), where, MAX_PROMPT_TOKENS, guarded)
        prompts.append(prompt)
    _refuse_repeats(prompts, "alternatives")
    return english, (prompts[0], prompts[1], prompts[2])


def _decode(answer: str, kind: type[_Answer]) -> _Answer:
    text = _json_of(answer)
    try:
        found = read_loose(text).value
        text.encode()
        needed = msgspec.structs.fields(kind)[0].name
        if isinstance(found, dict) and needed not in found:
            # Small models like to put everything into one more object, under a name of their own.
            inner = [value for value in found.values() if isinstance(value, dict) and needed in value]
            found = inner[0] if inner else found
        return msgspec.convert(found, kind)
    except msgspec.ValidationError as error:
        raise WrongAnswer(f"the JSON has not the form asked for: {error}") from error
    except (LooseJsonError, UnicodeEncodeError, RecursionError) as error:
        raise WrongAnswer(f"expected one whole JSON object, found broken JSON: {error}") from error


def spoken_of(answer: str) -> str:
    """Return an answer without the thoughts that models write in front of it, in whatever brackets they put them."""
    final = answer.rpartition("<|channel|>final<|message|>")[2]
    closed = [match.end() for match in _THOUGHT_ENDS.finditer(final)]
    after = final[closed[-1] :] if closed else final
    if closed and "{" in after:
        return after
    opened = _THOUGHT_BEGINS.search(final)
    if opened is None:
        return after if closed else final
    # What is thought to the end was never said; but some models say it first, or forget to close.
    return final[: opened.start()] + after if closed or opened.start() else final


def _json_of(answer: str) -> str:
    """Return what stands from the first `{` to the last `}` of what was said."""
    spoken = spoken_of(answer)
    start, end = spoken.find("{"), spoken.rfind("}")
    if start < 0:
        raise WrongAnswer("expected one JSON object, found none; answer with JSON alone")
    if end < start:
        raise WrongAnswer("expected one whole JSON object, found one that is cut off; be brief")
    return spoken[start : end + 1]


def _check_ids(found: Sequence[str], wanted: Sequence[str]) -> None:
    unknown = [name for name in dict.fromkeys(found) if name not in wanted]
    missing = [name for name in wanted if name not in found]
    double = [name for name in dict.fromkeys(found) if found.count(name) > 1]
    for problem, names in (("unknown", unknown), ("missing", missing), ("more than once", double)):
        if names:
            listed = ", ".join(names[:12])
            raise WrongAnswer(
                f"section_id: expected each of {', '.join(wanted)} exactly once, found {problem}: {listed}"
            )


def _prompt(parts: Sequence[str], where: str, limit: int, guarded: bool) -> str:
    """Return the parts as one prompt within `limit` tokens: what is least telling, at the end, goes first."""
    entries = [" ".join(part.split()).strip(" ,.;") for part in parts]
    if not entries[0]:
        raise WrongAnswer(f"{where}: expected a subject, found none")
    entries = [entry for entry in entries if entry]
    _refuse_repeats(entries, f"parts of {where}")
    prompt = ", ".join(entries)
    if _FOREIGN.search(prompt):
        raise WrongAnswer(f"{where}: expected English, found {prompt[:60]!r}")
    for weight in _WEIGHT.findall(prompt):
        if float(weight) > MAX_WEIGHT:
            raise WrongAnswer(f"{where}: expected weights of at most {MAX_WEIGHT}, found {weight}")
    tokens = estimate_tokens(prompt)
    if tokens > 2 * limit:
        raise WrongAnswer(f"{where}: expected about {limit * 2 // 3} words, found {len(prompt.split())}; be brief")
    if guarded:
        _refuse_unsafe(prompt, where)
    return _shorten(prompt, limit) if tokens > limit else prompt


def _refuse_repeats(texts: Sequence[str], where: str) -> None:
    """Refuse what small models write when they have nothing to say."""
    plain = [text.casefold() for text in texts]
    double = next((text for index, text in enumerate(plain) if text in plain[:index]), "")
    if double:
        raise WrongAnswer(f"{where}: expected each to differ, found {double[:60]!r} more than once")


def _shorten(prompt: str, limit: int) -> str:
    entries = split_prompt(prompt)
    while len(entries) > 1 and estimate_tokens(", ".join(entries)) > limit:
        entries.pop()
    words = ", ".join(entries).split()
    while len(words) > 1 and estimate_tokens(" ".join(words)) > limit:
        words.pop()
    return " ".join(words).strip(" ,")


def _refuse_unsafe(text: str, where: str) -> None:
    found = find_unsafe(text)
    if found:
        raise WrongAnswer(f"{where}: {found[0].text!r} may not be drawn; say it another way")
