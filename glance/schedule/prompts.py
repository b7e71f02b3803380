"""Prompts over time.

A prompt may hold formulas in backticks, `` (rain:`0.5 + 0.5*low`) ``: each is replaced by its value in every frame,
with at most four decimals. `--neg` ends the prompt and begins the negative one. All else, LoRA tags, embeddings and
attention weights among it, passes through as it is written.

Prompts with keys are written as a JSON object, `{"0": "a house", "max_f/2": "a ship --neg sails"}` (Deforum's form), or
one key a line, in any form of time that schedules know; a line without a time goes on with the prompt above it:

    0: a house on a hill
    1:23.5: a ship
        under full sail --neg people
    32bar: the open sea
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from glance.errors import ScheduleError
from glance.limits import (
    PROMPT_FORMULAS,
    PROMPT_FRAMES_CHARACTERS,
    PROMPT_KEYS,
    PROMPTS_CHARACTERS,
    TEXT_CHARACTERS,
    unwritable,
)
from glance.schedule.curve import Curve, Key, frame_of
from glance.schedule.expression import Scope, compile_expression
from glance.schedule.key_times import check_key
from glance.schedule.signals import Signals
from glance.system.loose_json import LooseJsonError, read_loose

#: One text per frame.
PromptTexts: TypeAlias = Sequence[str]
Blend = Literal["hold", "fade"]
#: Characters in which the next part of a JSON text is looked for, besides its own length.
_NEAR = 1000

_FORMULA = re.compile(r"`([^`]*)`")
# The blanks around it are taken off the parts: a pattern for them would try each blank of a long row anew.
_NEGATIVE = re.compile(r"--neg\b")
_TIME = re.compile(r"[\"']?((?:\d+:)?\d+:\d+(?:\.\d*)?|[^:\"']{1,80})[\"']?\s*:(?=\s|$)", re.ASCII)

#: How an object of prompts begins: a key, a colon, and a quotation mark.
_KEYED = re.compile(r"\s*(?P<quote>[\"'“”‘’]?)(?P<key>[^\"'“”‘’:\n]{1,80})[\"'“”‘’]?\s*:(?P<gap>\s*)[\"'“‘„]")


@dataclass(frozen=True)
class PromptTrack:
    """Prompts with keys, laid out on a video's frames.

    Attributes:
        keys: The keys, in the order of their frames.
        key_of: (n,) index into `keys` for every frame.
        share: (n,) how far each frame has gone over to the next key's prompt, in [0, 1).
    """

    keys: tuple[Key, ...]
    key_of: NDArray[np.int64]
    share: NDArray[np.float64]


def split_negative(text: str) -> tuple[str, str]:
    """Return the prompt and the negative prompt of a text, blanks at their ends removed.

    A text with several `--neg` has all that follows the first one in its negative prompt, joined by commas.
    """
    positive, *negatives = _NEGATIVE.split(text)
    return positive.strip(), ", ".join(part.strip().rstrip(",") for part in negatives if part.strip())


def texts_over_time(text: str, signals: Signals, start: int = 0, stop: int | None = None) -> PromptTexts:
    """Return the text of every frame in `[start, stop)`, its formulas in backticks replaced by their values.

    Raises:
        ScheduleError: A backtick is never closed, or a formula is wrong or has no finite value in a frame.
    """
    scope = Scope(signals, start, signals.n_frames if stop is None else stop)
    _check_amount(text, _count(scope))
    plain: list[str] = []
    columns: list[list[str]] = []
    end = 0
    for match in _FORMULA.finditer(text):
        plain.append(text[end : match.start()])
        columns.append(_values(text, match, scope))
        end = match.end()
    if "`" in text[end:]:
        raise ScheduleError("prompt", text, text.index("`", end), "this backtick is never closed")
    if not columns:
        return (text,) * _count(scope)
    plain.append(text[end:])
    rows = zip(*columns, strict=True)
    return tuple("".join(_alternate(plain, row)) for row in rows)


def parse_prompts(text: str) -> Curve:
    """Read prompts with keys, in either form of the module.

    Raises:
        ScheduleError: The JSON is broken, a key is no time, or there is no prompt at all.
    """
    if len(text) > PROMPTS_CHARACTERS:
        raise ScheduleError("prompts", text, PROMPTS_CHARACTERS, f"expected at most {PROMPTS_CHARACTERS:,} characters")
    keys = _json_keys(text) if is_prompt_schedule(text) else _line_keys(text)
    if len(keys) > PROMPT_KEYS:
        raise ScheduleError("prompts", text, keys[PROMPT_KEYS].column, f"expected at most {PROMPT_KEYS:,} prompts")
    for key in keys:
        if len(key.value) > TEXT_CHARACTERS:
            hint = f"a prompt may have {TEXT_CHARACTERS:,} characters, found {len(key.value):,}"
            raise ScheduleError("prompts", text, key.value_column, hint)
        # In a JSON text, an escape may hide what the text itself may not hold.
        if sign := unwritable(key.value):
            raise ScheduleError("prompts", text, key.value_column, f"this prompt holds the control character {sign}")
    if not keys:
        raise ScheduleError("prompts", text, 0, 'expected prompts such as {"0": "a house"} or 0: a house, found none')
    return Curve("prompts", tuple(keys), text)


def format_prompts(curve: Curve) -> str:
    """Return prompts as a JSON object; `parse_prompts` reads the same curve back, but for keys given twice."""
    return msgspec.json.format(msgspec.json.encode({key.time: key.value for key in curve.keys}), indent=2).decode()


def lay_out_prompts(curve: Curve, signals: Signals, blend: Blend = "hold") -> PromptTrack:
    """Place prompts on frames. Before the first key its prompt holds; of two keys in one frame the later one counts.

    Args:
        curve: From `parse_prompts`.
        signals: For key times.
        blend: `hold` keeps each prompt until the next key; `fade` moves evenly from each prompt to the next one.

    Raises:
        ScheduleError: A key's time is undefined.
    """
    placed = {frame_of(curve, key, signals): key for key in curve.keys}
    frames = np.array(sorted(placed), dtype=np.int64)
    every = np.arange(signals.n_frames)
    key_of = np.maximum(np.searchsorted(frames, every, side="right") - 1, 0)
    share = np.zeros(signals.n_frames)
    if blend == "fade" and frames.size > 1:
        gaps = np.append(np.diff(frames), 1)
        share = np.where(key_of + 1 < frames.size, np.maximum(0.0, (every - frames[key_of]) / gaps[key_of]), 0.0)
    return PromptTrack(tuple(placed[frame] for frame in frames.tolist()), key_of, share)


def place_in(curve: Curve, key: Key, words: str) -> int:
    """Return the column at which a key's words stand in the prompts' text; where the key's prompt begins if unsure."""
    # In a JSON text, signs may be escaped, and lines that were joined have lost their indentation.
    return max(curve.text.find(words, key.value_column), key.value_column)


def _check_amount(text: str, n_frames: int) -> None:
    """Raise ScheduleError for more formulas, or more text over all frames, than can be worked out."""
    found = [match.start() for match in itertools.islice(_FORMULA.finditer(text), PROMPT_FORMULAS + 1)]
    if len(found) > PROMPT_FORMULAS:
        hint = f"a prompt may have {PROMPT_FORMULAS} formulas in backticks"
        raise ScheduleError("prompt", text, found[-1], hint)
    if found and len(text) * n_frames > PROMPT_FRAMES_CHARACTERS:
        hint = f"a prompt with formulas of {len(text):,} characters is too long for {n_frames:,} frames"
        raise ScheduleError("prompt", text, found[0], hint)


def _values(text: str, match: re.Match[str], scope: Scope) -> list[str]:
    try:
        found = compile_expression(match.group(1)).values(scope)
    except ScheduleError as error:
        raise ScheduleError("prompt", text, match.start(1) + error.column, error.hint, error.length) from None
    values = np.broadcast_to(np.asarray(found, dtype=np.float64), (_count(scope),))
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        hint = f"this formula has no finite value in frame {scope.start + int(bad[0])}"
        raise ScheduleError("prompt", text, match.start(1), hint, len(match.group(1)))
    # Adding 0 turns -0.0 into 0.0, which would read oddly as an attention weight.
    return [f"{value:.4f}".rstrip("0").rstrip(".") for value in (np.round(values, 4) + 0.0).tolist()]


def _count(scope: Scope) -> int:
    return (scope.signals.n_frames if scope.stop is None else scope.stop) - scope.start


def _alternate(plain: list[str], values: tuple[str, ...]) -> list[str]:
    pieces = [plain[0]]
    for value, after in zip(values, plain[1:], strict=True):
        pieces += [value, after]
    return pieces


def is_prompt_schedule(text: str) -> bool:
    """Return whether a text is meant as an object of prompts, with braces or, as in ComfyUI's schedules, without.

    `0: "a house" by the sea` is a line of words, if what follows is none of an object's.
    """
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return True
    begin = _KEYED.match(text)
    if begin is None or not _looks_like_time(begin.group("key").strip()):
        return False
    if begin.group("quote") or not begin.group("gap"):
        return True
    try:
        return isinstance(read_loose(text).value, dict)
    except LooseJsonError:
        return False


def _json_keys(text: str) -> list[Key]:
    keys: list[Key] = []
    at = reach = 0
    for time, value in _objects_texts(text).items():
        name = time.strip().strip("\"'")
        # Escaped signs make a text look different in JSON; then the place of the key before is near enough. No sign
        # takes more than six there, so that the search need not go through all that follows.
        column = text.find(time, at, at + reach + 6 * len(time) + _NEAR)
        column = at if column < 0 else column
        _check(text, name, column)
        at = column + len(time)
        reach = 6 * len(value) + _NEAR
        keys.append(Key(name, value, "", column, max(at, text.find(value, at, at + reach))))
    return keys


def _objects_texts(text: str) -> dict[str, str]:
    try:
        found = read_loose(text).value
        return msgspec.convert(found, dict[str, str])
    except LooseJsonError as error:
        column, fault = error.column, error.hint
    except msgspec.ValidationError as error:
        column, fault = 0, str(error)
    hint = f'expected a JSON object of texts, {{"0": "a house", "30": "a ship"}}: {fault}'
    raise ScheduleError("prompts", text, column, hint)


def _line_keys(text: str) -> list[Key]:
    keys: list[Key] = []
    lines: list[str] = []
    at = 0

    def end() -> None:
        """Put the lines that were gathered since the last key into it."""
        if keys and lines:
            last = keys.pop()
            keys.append(Key(last.time, " ".join([last.value, *lines]).strip(), "", last.column, last.value_column))
        lines.clear()

    for line in text.splitlines(keepends=True):
        body, column = line.strip(), at + len(line) - len(line.lstrip())
        at += len(line)
        match = _TIME.match(body)
        if match and _looks_like_time(match.group(1)):
            _check(text, match.group(1).strip(), column)
            end()
            keys.append(Key(match.group(1).strip(), body[match.end() :].strip(), "", column, column + match.end()))
        elif keys and body:
            lines.append(body)
        elif body:
            keys.append(Key("0", body, "", column, column))
    end()
    return keys


def _looks_like_time(text: str) -> bool:
    """Return whether a line's head is meant as a time: `oil painting: a house` is not."""
    return text[:1].isdigit() or text.startswith((".", "-", "max_f", "fps", "("))


def _check(text: str, time: str, column: int) -> None:
    try:
        check_key(time)
    except ScheduleError as error:
        raise ScheduleError("prompts", text, column + error.column, error.hint, error.length) from None
