"""Deforum's schedules become curves: the same values in every frame, in our camera's signs and units."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from glance.camera.deforum import MOTIONS, NOTES, DeforumView
from glance.errors import ScheduleError
from glance.project.deforum_entries import Animation
from glance.project.deforum_schedule import from_deforum, scaled, schedule_text, still_signals
from glance.project.deforum_settings import SCHEDULES, SWITCHED
from glance.schedule.channels import CHANNELS
from glance.schedule.curve import evaluate, number_text
from glance.schedule.parse import parse_schedule


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
    """Give the motions our signs and units (`glance.camera.deforum`)."""
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
