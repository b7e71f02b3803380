"""Deforum's guided images and our pinned pictures.

Deforum shows one picture at a time, from its key to the next one's, and blends it into every drawn frame by

    max - slope * cos((f % tween) / (tween / 2))    where f % gap <= tween, else 0.07

with the gap between the two keys around frame f, 25 where there are none. That is a picture held from key to key, and a
`guide_strength` with these values. The way back writes our pull of each frame as `max`, with no slope and a tween
longer than any gap, so that nothing else is left of the formula.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from glance.errors import ScheduleError
from glance.interop.deforum.curves import Animation
from glance.interop.deforum.schedule import schedule_text, still_signals
from glance.project.frame_choices import frame_seeds
from glance.project.guides import LEAST_PULL, guide_weights
from glance.project.model import Guide, Project
from glance.schedule.key_times import key_frame
from glance.schedule.signals import Signals
from glance.system.loose_json import LooseJson, LooseJsonError, read_loose

_BETWEEN, _LONE_GAP = 0.07, 25
_DEFAULTS = {"blendFactorMax": "0:(0.35)", "blendFactorSlope": "0:(0.25)", "tweening_frames_schedule": "0:(20)"}


def read_guides(animation: Animation) -> tuple[tuple[Guide, ...], str]:
    """Return the pinned pictures, and the schedule of `guide_strength`; nothing where Deforum has them switched off."""
    entries = animation.entries
    if not entries.flag("use_looper") or animation.mode not in ("2D", "3D"):
        return (), ""
    keys = _keys(animation)
    if not keys:
        return (), ""
    entries.notes.append(
        "`init_images` are blended in as strongly as Deforum blends them; it also draws their colours into the picture "
        "by `color_correction_factor`, which has no counterpart"
    )
    guides = []
    shown = _shown(np.array([frame for frame, _, _ in keys], dtype=np.int64), animation.n_frames)
    for frame in np.flatnonzero(np.diff(shown, prepend=-1)).tolist():
        key, time, picture = keys[int(shown[frame])]
        guides.append(Guide(at=time if key == frame else str(frame), picture=picture, amount=1.0, shape="hold"))
    blend = _blend(animation, [frame for frame, _, _ in keys])
    return tuple(guides), schedule_text(np.arange(blend.size), np.clip(blend, 0.0, 1.0))


def write_guides(
    project: Project, signals: Signals, values: Mapping[str, NDArray[np.float64]], cadence: int
) -> dict[str, Any]:
    """Return the entries of the pinned pictures, and those that Deforum wants along with them; none without pictures.

    Args:
        project: The project.
        signals: Its song.
        values: Channel -> (n,) values.
        cadence: Frames from one drawn frame to the next there.
    """
    if not project.look.guides:
        return {}
    amounts = guide_weights(project.look.guides, signals, values["guide_strength"])
    pulled = np.flatnonzero(amounts.max(axis=0) > LEAST_PULL)
    # Deforum always has a picture in hand: until the next one pulls it is the one before, at first the first one.
    last = np.maximum(np.searchsorted(pulled, np.arange(signals.n_frames), side="right") - 1, 0)
    hardest = amounts.argmax(axis=0)[pulled[last]] if pulled.size else np.zeros(signals.n_frames, dtype=np.int64)
    changes = np.flatnonzero(np.diff(hardest, prepend=-1)).tolist()
    pictures = {str(frame): project.look.guides[int(hardest[frame])].picture for frame in changes}
    frames = np.arange(signals.n_frames)
    return {
        "use_looper": True,
        "init_images": json.dumps(pictures, ensure_ascii=False),
        "image_strength_schedule": schedule_text(frames, values["strength"]),
        "blendFactorMax": schedule_text(frames, np.round(np.minimum(amounts.max(axis=0), 1.0), 6)),
        "blendFactorSlope": "0:(0)",
        "tweening_frames_schedule": f"0:({signals.n_frames + _LONE_GAP})",
        "color_correction_factor": "0:(0)",
        "seed_behavior": "schedule",
        "seed_schedule": _seeds(project, signals, values["seed"], cadence),
    }


def _keys(animation: Animation) -> list[tuple[int, str, str]]:
    """Return (frame, time, picture) of each picture, in the order of the text."""
    text = animation.entries.settings.get("init_images")
    signals = still_signals(animation.n_frames, animation.seed)
    try:
        loose = read_loose(text) if isinstance(text, str) else LooseJson(text)
        found = msgspec.convert(loose.value, dict[str, str])
        animation.entries.notes.extend(f"`init_images` are not quite JSON: {repair}" for repair in loose.repairs)
        times = [time.strip().strip("\"'") for time in found]
        pairs = zip(times, found.values(), strict=True)
        return [(key_frame(time, signals), time, picture) for time, picture in pairs]
    except (ScheduleError, msgspec.MsgspecError, LooseJsonError) as error:
        animation.entries.notes.append(f"`init_images` cannot be read and was left out: {error}")
        return []


def _shown(keys: NDArray[np.int64], n_frames: int) -> NDArray[np.int64]:
    """Return (n,) which picture Deforum shows: it counts the keys after the first that lie behind."""
    return np.asarray((np.arange(n_frames)[:, None] >= keys[None, 1:]).sum(axis=1), dtype=np.int64)


def _blend(animation: Animation, keys: list[int]) -> NDArray[np.float64]:
    """Return (n,) Deforum's share of the picture in each frame."""
    frames = np.arange(animation.n_frames)
    strongest, slope, tween = (_series(animation, name) for name in _DEFAULTS)
    gap = np.full(animation.n_frames, _LONE_GAP)
    for start, end in pairwise(keys):
        gap[(frames >= start) & (frames <= end)] = max(1, end - start)
    tween = np.maximum(tween, 1e-9)
    swing = strongest - slope * np.cos(np.fmod(frames, tween) / (tween / 2))
    return np.where(frames % gap <= tween, swing, _BETWEEN)


def _series(animation: Animation, name: str) -> NDArray[np.float64]:
    values = animation.values(name, _DEFAULTS[name])
    return values if values.size else animation.values_of(_DEFAULTS[name], name)


def _seeds(project: Project, signals: Signals, scheduled: NDArray[np.float64], cadence: int) -> str:
    """Return the seeds as a schedule: Deforum takes no other way to count them along with guided images."""
    look = project.look
    if look.seed_behavior == "random":
        return "0:(-1)"
    frames = np.arange(signals.n_frames)
    if look.seed_behavior == "schedule":
        return schedule_text(frames, scheduled)
    base = np.full(signals.n_frames, project.seed, dtype=np.int64)
    seeds = frame_seeds(look.seed_behavior, base, frames // max(1, cadence), look.seed_every, scheduled)
    return schedule_text(frames, seeds.astype(np.float64))
