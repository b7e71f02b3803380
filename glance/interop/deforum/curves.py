"""Deforum's schedules become curves: the same values in every frame, in our camera's signs and units."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.errors import ScheduleError
from glance.frames import Size
from glance.interop.deforum.camera import MOTIONS, NOTES, DeforumView
from glance.interop.deforum.schedule import from_deforum, scaled, schedule_text, still_signals
from glance.interop.deforum.settings import SCHEDULES, SWITCHED
from glance.interop.parseq import ParseqFrames
from glance.schedule.channels import CHANNELS
from glance.schedule.curve import evaluate, number_text
from glance.schedule.parse import parse_schedule
from glance.system.loose_json import number_of


@dataclass(frozen=True)
class Entries:
    """The entries of one file under today's names, and what is to be said about them.

    Attributes:
        settings: Name -> value.
        notes: Sentences for the person who imports; reading adds to them.
    """

    settings: Mapping[str, Any]
    notes: list[str]

    def text(self, name: str) -> str:
        """Return an entry as text; empty where it is missing or `None`."""
        value = self.settings.get(name)
        return "" if value is None or str(value).strip() == "None" else str(value).strip()

    def flag(self, name: str, default: bool = False) -> bool:
        """Return whether an entry is on."""
        value = self.settings.get(name, default)
        return value.strip().lower() == "true" if isinstance(value, str) else bool(value)

    def whole(self, name: str, default: int, least: int = 1, most: int = 1_000_000_000) -> int:
        """Return an entry as a whole number of at least `least`; `default`, with a note, where it is none.

        More than `most` becomes `most`, which is said.
        """
        value = self.settings.get(name, default)
        number = number_of(value)
        if number is None:
            self.notes.append(f"`{name}` = {value!r:.60} is no number; {default} was taken instead")
            return default
        if number > most:
            self.notes.append(f"`{name}` = {number:g} is too much; {most} was taken instead")
            return most
        if isinstance(value, str) and "," in value:
            self.notes.append(f"`{name}` = {value} has a decimal comma and was read as {number:g}")
        return max(least, int(number))


@dataclass(frozen=True)
class Animation:
    """What the entries of one file are read against.

    Attributes:
        entries: The entries.
        mode: Deforum's animation mode, `2D`, `3D` or another.
        n_frames: Number of frames there.
        seed: `s` in formulas.
        size: (width, height) in pixels.
        parseq: The Parseq manifest inside the file, if there is one.
    """

    entries: Entries
    mode: str
    n_frames: int
    seed: int
    size: Size
    parseq: ParseqFrames | None

    @property
    def overridden(self) -> bool:
        """Whether Parseq decides frame rate, length and cadence."""
        return self.parseq is not None and self.entries.flag("parseq_non_schedule_overrides", True)

    def values(self, name: str, default: str = "") -> NDArray[np.float64]:
        """Return the values that Deforum gives an entry's schedule, (n_frames,); none, with a note, if unreadable."""
        text = self.entries.text(name) or default
        return self.values_of(text, name) if text else np.zeros(0)

    def values_of(self, text: str, name: str) -> NDArray[np.float64]:
        """Return the values that Deforum gives a schedule; none, with a note under `name`, if it cannot be read."""
        try:
            there = from_deforum(text, name, self.n_frames, self.seed).text
            return evaluate(parse_schedule(there, name), still_signals(self.n_frames, self.seed))
        except ScheduleError as error:
            self.entries.notes.append(f"`{name}` cannot be read and was left out: {error}")
            return np.zeros(0)


def read_curves(animation: Animation) -> dict[str, str]:
    """Return channel -> schedule text."""
    entries = animation.entries
    curves: dict[str, str] = {}
    for name, channel in SCHEDULES.items():
        _add(curves, animation, name, channel)
    for name, (channel, switch) in SWITCHED.items():
        if entries.flag(switch):
            _add(curves, animation, name, channel)
    _add_constants(curves, animation)
    if entries.text("seed_behavior") == "schedule":
        _add(curves, animation, "seed_schedule", "seed")
    if entries.flag("use_looper"):
        _add(curves, animation, "image_strength_schedule", "strength")
    if animation.parseq:
        curves |= animation.parseq.curves
        entries.notes.extend(animation.parseq.notes)
    if animation.mode == "3D":
        _to_our_3d(curves, animation)
    elif "translation_x" in curves:
        factor = DeforumView("2d", animation.size).factor("translation_x")
        curves["translation_x"] = scaled(curves["translation_x"], "translation_x", factor)
    if animation.mode == "Interpolation":
        # It draws every frame from nothing, whatever the file says about strength and cadence.
        curves |= {"strength": "0:(0)", "cadence": "0:(1)"}
    return curves


def _add(curves: dict[str, str], animation: Animation, name: str, channel: str) -> None:
    notes = animation.entries.notes
    value = animation.entries.settings.get(name)
    if value is None or not str(value).strip():
        return
    try:
        found = from_deforum(str(value), channel, animation.n_frames, animation.seed)
        if CHANNELS[channel].kind != "text":
            _check_range(animation, name, channel, found.text)
    except ScheduleError as error:
        notes.append(f"`{name}` cannot be read and was left out: {error}")
        return
    curves[channel] = found.text
    notes.extend(f"`{name}` {note}" for note in found.notes)


def _check_range(animation: Animation, name: str, channel: str, text: str) -> None:
    if CHANNELS[channel].group == "camera 2d" and animation.mode == "3D":
        return  # files for 3D often have a zoom of 0, which moves nothing there and here
    values = _evaluated(text, channel, animation)
    if channel == "fov" and values.max() < 0:
        values = -values
    low, high = CHANNELS[channel].low, CHANNELS[channel].high
    if values.min() < low or values.max() > high:
        found = f"{number_text(float(values.min()))} to {number_text(float(values.max()))}"
        limits = f"{number_text(float(low))} to {number_text(float(high))}"
        animation.entries.notes.append(f"`{name}` goes from {found}; `{channel}` is held within {limits}")


def _add_constants(curves: dict[str, str], animation: Animation) -> None:
    entries = animation.entries
    curves["cadence"] = f"0:({entries.whole('diffusion_cadence', 1)})"
    curves.setdefault("steps", f"0:({entries.whole('steps', 25)})")
    if animation.overridden and animation.parseq and animation.parseq.cadence:
        curves["cadence"] = f"0:({animation.parseq.cadence})"
    for name in ("sampler", "scheduler"):
        value = entries.settings.get(name)
        if isinstance(value, str) and value.strip() and name not in curves:
            curves[name] = '0:("{}")'.format(value.strip().replace('"', '""'))
        elif value is not None and not isinstance(value, str):
            entries.notes.append(f"`{name}` = {value} is the number of a {name} in an old list; the host's own is used")
    known = str(entries.settings.get("color_coherence", "LAB")).lower() in ("lab", "hsv", "rgb")
    curves["colour"] = "0:(1)" if known else "0:(0)"


def _to_our_3d(curves: dict[str, str], animation: Animation) -> None:
    """Give the motions our signs and units (`glance.interop.deforum.camera`)."""
    fov = _evaluated(curves["fov"], "fov", animation) if "fov" in curves else np.zeros(0)
    turned = fov.size > 0 and bool(np.all(fov < 0))
    if turned:
        curves["fov"] = scaled(curves["fov"], "fov", -1.0)
        animation.entries.notes.append(NOTES["negative_fov"])
    # Where the field of view changes, so does the pace of a move, frame by frame.
    base = _view(animation)
    views = [dataclasses.replace(base, fov_deg=each) for each in np.unique(np.abs(fov)).tolist()] or [base]
    sign = -1.0 if turned else 1.0
    for channel in MOTIONS:
        if channel not in curves:
            continue
        factors = {view.fov_deg: sign * view.factor(channel) for view in views}
        if len(set(factors.values())) == 1:
            curves[channel] = _times(curves[channel], channel, next(iter(factors.values())))
        else:
            by_frame = np.array([factors[each] for each in np.abs(fov).tolist()])
            values = _evaluated(curves[channel], channel, animation) * by_frame
            curves[channel] = schedule_text(np.arange(values.size), values)


def _evaluated(text: str, channel: str, animation: Animation) -> NDArray[np.float64]:
    return evaluate(parse_schedule(text, channel), still_signals(animation.n_frames, animation.seed))


def _times(text: str, channel: str, factor: float) -> str:
    return text if factor == 1 else scaled(text, channel, factor)


def _view(animation: Animation) -> DeforumView:
    flat = not animation.entries.flag("use_depth_warping", True)
    return DeforumView("3d", animation.size, aspect_ratio=_aspect_ratio(animation), flat=flat)


def _aspect_ratio(animation: Animation) -> float:
    if animation.entries.flag("aspect_ratio_use_old_formula"):
        return animation.size[0] / animation.size[1]
    ratios = animation.values("aspect_ratio_schedule")
    if ratios.size == 0:
        return 1.0
    if np.ptp(ratios) > 0 or ratios[0] <= 0:
        animation.entries.notes.append(
            "`aspect_ratio_schedule` changes or is not above 0; its first value above 0 was taken for all"
        )
    return float(next((ratio for ratio in ratios.tolist() if ratio > 0), 1.0))
