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

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec
import numpy as np

from glance.errors import ScheduleError
from glance.schedule.curve import Curve, Key, frame_of
from glance.schedule.expression import Scope, compile_expression
from glance.schedule.keytime import check_key
from glance.schedule.signals import Signals

#: One text per frame.
PromptTexts: TypeAlias = Sequence[str]
Blend = Literal["hold", "fade"]

_FORMULA = re.compile(r"`([^`]*)`")
_NEGATIVE = re.compile(r"\s*--neg\b\s*")
_TIME = re.compile(r"[\"']?((?:\d+:)?\d+:\d+(?:\.\d*)?|[^:\"']{1,80})[\"']?\s*:(?=\s|$)", re.ASCII)


@dataclass(frozen=True)
class PromptFrame:
    """The words of one frame.

    Attributes:
        mix: ((text, weight), ...), one or two entries, weights positive, sum 1.
        negative: The negative prompt; of two prompts the one that weighs more.
    """

    mix: tuple[tuple[str, float], ...]
    negative: str


def split_negative(text: str) -> tuple[str, str]:
    """Return the prompt and the negative prompt of a text, blanks at their ends removed.

    A text with several `--neg` has all that follows the first one in its negative prompt, joined by commas.
    """
    positive, *negatives = _NEGATIVE.split(text)
    return positive.strip(), ", ".join(part.strip().rstrip(",") for part in negatives if part.strip())


def texts_over_time(text: str, signals: Signals) -> PromptTexts:
    """Return the text of every frame, its formulas in backticks replaced by their values.

    Raises:
        ScheduleError: A backtick is never closed, or a formula is wrong or has no finite value in a frame.
    """
    plain: list[str] = []
    columns: list[list[str]] = []
    end = 0
    for match in _FORMULA.finditer(text):
        plain.append(text[end : match.start()])
        columns.append(_values(text, match, signals))
        end = match.end()
    if "`" in text[end:]:
        raise ScheduleError("prompt", text, text.index("`", end), "this backtick is never closed")
    if not columns:
        return (text,) * signals.n_frames
    plain.append(text[end:])
    rows = zip(*columns, strict=True)
    return tuple("".join(_alternate(plain, row)) for row in rows)


def parse_prompts(text: str) -> Curve:
    """Read prompts with keys, in either form of the module.

    Raises:
        ScheduleError: The JSON is broken, a key is no time, or there is no prompt at all.
    """
    keys = _json_keys(text) if text.lstrip().startswith("{") else _line_keys(text)
    if not keys:
        raise ScheduleError("prompts", text, 0, 'expected prompts such as {"0": "a house"} or 0: a house, found none')
    return Curve("prompts", tuple(keys), text)


def format_prompts(curve: Curve) -> str:
    """Return prompts as a JSON object; `parse_prompts` reads the same curve back, but for keys given twice."""
    return msgspec.json.format(msgspec.json.encode({key.time: key.value for key in curve.keys}), indent=2).decode()


def prompts_over_time(curve: Curve, signals: Signals, blend: Blend = "hold") -> tuple[PromptFrame, ...]:
    """Return the words of every frame.

    Args:
        curve: From `parse_prompts`.
        signals: For formulas and key times.
        blend: `hold` keeps each prompt until the next key; `fade` moves evenly from each prompt to the next one.

    Raises:
        ScheduleError: A key's time or a formula is wrong.
    """
    placed = {frame_of(curve, key, signals): key for key in curve.keys}
    frames = np.array(sorted(placed))
    split = [split_negative(placed[frame].value) for frame in frames.tolist()]
    texts = [texts_over_time(positive, signals) for positive, _ in split]
    negatives = [texts_over_time(negative, signals) for _, negative in split]
    which = np.searchsorted(frames, np.arange(signals.n_frames), side="right") - 1
    words = []
    for frame, index in enumerate(np.maximum(which, 0).tolist()):
        share = 0.0
        if blend == "fade" and index + 1 < len(texts):
            share = max(0.0, (frame - int(frames[index])) / int(frames[index + 1] - frames[index]))
        here, there = texts[index][frame], texts[min(index + 1, len(texts) - 1)][frame]
        mix = ((here, 1.0),) if share == 0 or here == there else ((here, 1.0 - share), (there, share))
        words.append(PromptFrame(mix, negatives[index + (share > 0.5)][frame]))
    return tuple(words)


def _values(text: str, match: re.Match[str], signals: Signals) -> list[str]:
    try:
        found = compile_expression(match.group(1)).values(Scope(signals))
    except ScheduleError as error:
        raise ScheduleError("prompt", text, match.start(1) + error.column, error.hint, error.length) from None
    values = np.broadcast_to(np.asarray(found, dtype=np.float64), (signals.n_frames,))
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        hint = f"this formula has no finite value in frame {int(bad[0])}"
        raise ScheduleError("prompt", text, match.start(1), hint, len(match.group(1)))
    # Adding 0 turns -0.0 into 0.0, which would read oddly as an attention weight.
    return [f"{value:.4f}".rstrip("0").rstrip(".") for value in (np.round(values, 4) + 0.0).tolist()]


def _alternate(plain: list[str], values: tuple[str, ...]) -> list[str]:
    pieces = [plain[0]]
    for value, after in zip(values, plain[1:], strict=True):
        pieces += [value, after]
    return pieces


def _json_keys(text: str) -> list[Key]:
    try:
        found = msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        hint = f'expected a JSON object of texts, {{"0": "a house", "30": "a ship"}}: {error}'
        raise ScheduleError("prompts", text, _byte_column(text, str(error)), hint) from None
    keys: list[Key] = []
    at = 0
    for time, value in found.items():
        name = time.strip().strip("\"'")
        # Escaped signs make a text look different in JSON; then the place of the key before is near enough.
        column = text.find(f'"{time}"', at) + 1 or at
        _check(text, name, column)
        at = column + len(time)
        keys.append(Key(name, value, "", column, max(at, text.find(value, at))))
    return keys


def _byte_column(text: str, message: str) -> int:
    place = re.search(r"byte (\d+)", message)
    return len(text.encode("utf-8", "replace")[: int(place.group(1))].decode("utf-8", "ignore")) if place else 0


def _line_keys(text: str) -> list[Key]:
    keys: list[Key] = []
    at = 0
    for line in text.splitlines(keepends=True):
        body, column = line.strip(), at + len(line) - len(line.lstrip())
        at += len(line)
        match = _TIME.match(body)
        if match and _looks_like_time(match.group(1)):
            _check(text, match.group(1).strip(), column)
            keys.append(Key(match.group(1).strip(), body[match.end() :].strip(), "", column, column + match.end()))
        elif keys and body:
            last = keys.pop()
            keys.append(Key(last.time, f"{last.value} {body}".strip(), "", last.column, last.value_column))
        elif body:
            keys.append(Key("0", body, "", column, column))
    return keys


def _looks_like_time(text: str) -> bool:
    """Return whether a line's head is meant as a time: `oil painting: a house` is not."""
    return text[:1].isdigit() or text.startswith((".", "-", "max_f", "fps", "("))


def _check(text: str, time: str, column: int) -> None:
    try:
        check_key(time)
    except ScheduleError as error:
        raise ScheduleError("prompts", text, column + error.column, error.hint, error.length) from None
