"""Parseq's rendered JSON: the value of every parameter in every frame.

Parseq counts motion as it adds up over the frames and stores besides, under `NAME_delta`, what moves from one frame to
the next; the latter is what a camera needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.errors import ProjectError
from glance.interop.deforum.schedule import schedule_text
from glance.interop.deforum.settings_file import refuse_document
from glance.limits import ANIMATION_FRAMES, SETTINGS_BYTES, check_text
from glance.schedule.prompts import split_negative
from glance.system.loose_json import LooseJsonError, number_of, read_loose

#: Parseq's parameter -> channel.
_CHANNELS = {
    "seed": "seed",
    "subseed": "subseed",
    "subseed_strength": "subseed_strength",
    "scale": "cfg",
    "noise": "noise",
    "strength": "strength",
    "contrast": "contrast",
    "fov": "fov",
    "antiblur_amount": "sharpen",
    "steps_schedule": "steps",
    "clipskip_schedule": "clip_skip",
    "transform_center_x": "transform_center_x",
    "transform_center_y": "transform_center_y",
    "perspective_flip_fv": "perspective_flip_fv",
}
_MOTION: tuple[str, ...] = (
    "angle",
    "zoom",
    "translation_x",
    "translation_y",
    "translation_z",
    "rotation_3d_x",
    "rotation_3d_y",
)
_MOTION += ("rotation_3d_z", "perspective_flip_theta", "perspective_flip_phi", "perspective_flip_gamma")
_TEXTS = {"sampler_schedule": "sampler", "checkpoint_schedule": "checkpoint"}
#: Entries that say nothing about the picture by themselves.
_SILENT = ("frame", "deforum_prompt", "positive", "negative", "info", "subseed")


@dataclass(frozen=True)
class ParseqFrames:
    """A manifest, read.

    Attributes:
        n_frames: Number of frames.
        fps: Frames per second; None where the manifest leaves it open.
        cadence: Cadence; None where the manifest leaves it open.
        curves: Channel -> schedule text.
        prompts: ((time, prompt, negative prompt), ...), one for each change.
        notes: What was read differently or left out, in sentences.
    """

    n_frames: int
    fps: float | None
    cadence: int | None
    curves: dict[str, str]
    prompts: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]


def read_parseq(text: str, use_deltas: bool = True) -> ParseqFrames:
    """Read Parseq's rendered JSON.

    Args:
        text: The manifest.
        use_deltas: Take motion from frame to frame (`NAME_delta`), as Deforum does unless told otherwise.

    Raises:
        ProjectError: The text is no manifest with rendered frames.
    """
    if len(text) > SETTINGS_BYTES:
        raise ProjectError("parseq", f"expected Parseq's rendered JSON, found a text of {len(text):,} characters")
    try:
        found = read_loose(text).value
    except LooseJsonError as error:
        raise ProjectError("parseq", f"expected Parseq's rendered JSON, found text that is no JSON: {error}") from None
    if isinstance(found, dict):
        refuse_document(found)
    frames = found.get("rendered_frames") if isinstance(found, dict) else None
    if not isinstance(frames, list) or not frames or not all(isinstance(frame, dict) for frame in frames):
        raise ProjectError(
            "parseq", "expected `rendered_frames`, a list of frames; press Render in Parseq, then copy its output"
        )
    numbers = _frame_numbers(frames)
    notes: list[str] = []
    if np.unique(numbers).size != int(numbers.max()) + 1:
        notes.append(
            "the Parseq frames have gaps or repeat; values between them were filled in, and the last one counts"
        )
    curves = _curves(frames, numbers, use_deltas, notes)
    _list_unread(frames[0], notes)
    options = found.get("options")
    options = options if isinstance(options, Mapping) else {}
    cadence, fps = _option(options, "cadence", notes), _option(options, "output_fps", notes)
    return ParseqFrames(
        int(numbers.max()) + 1,
        fps,
        max(1, int(cadence)) if cadence else None,
        curves,
        _prompts(frames, numbers),
        tuple(notes),
    )


def _option(options: Mapping[str, Any], name: str, notes: list[str]) -> float | None:
    """Return an option that is a number above 0; None, with a note, for what is none."""
    value = options.get(name)
    if value is None or value == "":
        return None
    number = number_of(value)
    if number is None or number <= 0:
        notes.append(f"Parseq's `{name}` = {value!r:.40} is no number above 0 and was left out")
        return None
    return number


def _frame_numbers(frames: list[dict[str, Any]]) -> NDArray[np.int64]:
    numbers = [number_of(frame.get("frame")) for frame in frames]
    for index, number in enumerate(numbers):
        if number is None or not 0 <= number < ANIMATION_FRAMES:
            where = f"parseq.rendered_frames[{index}].frame"
            raise ProjectError(where, f"expected a frame number from 0, found {frames[index].get('frame')!r:.60}")
    return np.array(numbers, dtype=np.int64)


def _curves(
    frames: list[dict[str, Any]], numbers: NDArray[np.int64], use_deltas: bool, notes: list[str]
) -> dict[str, str]:
    sources = dict(_CHANNELS) | {f"{name}_delta" if use_deltas else name: name for name in _MOTION}
    curves = {}
    for source, channel in sources.items():
        # Parseq's promise: what the first frame has, all frames have.
        if frames[0].get(source) is None:
            continue
        values = np.array([number_of(frame.get(source)) for frame in frames], dtype=np.float64)
        known = np.isfinite(values)
        if not known.any():
            notes.append(f"Parseq's `{source}` is a number in no frame and was left out")
            continue
        if not known.all():
            frame = numbers[np.flatnonzero(~known)[0]]
            notes.append(f"Parseq's `{source}` is no number in frame {frame}; it was filled in from its neighbours")
        curves[channel] = schedule_text(numbers[known], values[known])
    for source, channel in _TEXTS.items():
        if isinstance(frames[0].get(source), str):
            changes = _changes([str(frame.get(source, "")) for frame in frames], numbers, source)
            curves[channel] = ", ".join('{}:("{}")'.format(time, text.replace('"', '""')) for time, text in changes)
    return curves


def _changes(texts: list[str], numbers: NDArray[np.int64], name: str) -> list[tuple[int, str]]:
    order = np.argsort(numbers, kind="stable").tolist()
    changes: list[tuple[int, str]] = []
    for index in order:
        if not changes or changes[-1][1] != texts[index]:
            check_text(texts[index], f"parseq.rendered_frames[{index}].{name}")
            changes.append((int(numbers[index]), texts[index]))
    return changes


def _prompts(frames: list[dict[str, Any]], numbers: NDArray[np.int64]) -> tuple[tuple[str, str, str], ...]:
    if not isinstance(frames[0].get("deforum_prompt"), str):
        return ()
    changes = _changes([str(frame.get("deforum_prompt", "")) for frame in frames], numbers, "deforum_prompt")
    return tuple((str(frame), *split_negative(text)) for frame, text in changes)


def _list_unread(frame: Mapping[str, Any], notes: list[str]) -> None:
    read = {*_CHANNELS, *_MOTION, *_TEXTS, *_SILENT}
    for name in frame:
        bare = name.removesuffix("_delta").removesuffix("_pc")
        if bare not in read and not bare.startswith("prompt_weight"):
            notes.append(f"Parseq's `{name}` has no counterpart and was left out")
