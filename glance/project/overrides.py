"""Changes to single stretches, laid over everything else that decides a channel.

Curve, camera preset and reactions come first and are clipped to the channel's range; over these values v come the
project's overrides, in the order of the list, each in its own frames [first, last):

    set:    target(f) = c(f)
    add:    target(f) = v(f) + c(f)
    scale:  target(f) = v0 + c(f) (v(f) - v0),   v0 = 1 for zoom, else 0
    v(f)   <- v(f) + share(f) (target(f) - v(f))

c is the override's value, or its curve; share is the override's shape. What comes out is clipped again.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from glance.errors import ProjectError, ScheduleError
from glance.project.model import Override, Project
from glance.schedule.channels import CHANNELS, clamp
from glance.schedule.curve import evaluate, resolve_time_s
from glance.schedule.parse import parse_schedule
from glance.schedule.signals import Signals
from glance.system.suggest import did_you_mean
from glance.timing import frame_at

#: Share of a `soft` override that its edges take on either side.
_EDGE = 0.25


def laid_over(
    project: Project, values: Mapping[str, NDArray[np.float64]], signals: Signals
) -> dict[str, NDArray[np.float64]]:
    """Return name -> (n,) with the project's overrides laid over the values; channels without any are as they were.

    Raises:
        ProjectError: An override's time cannot be read.
        ScheduleError: An override's curve is wrong.
    """
    result = dict(values)
    for index, override in enumerate(project.overrides):
        first, last = (min(max(frame, 0), signals.n_frames) for frame in _frames(override, index, signals))
        if first >= last:
            continue
        if result[override.channel] is values[override.channel]:
            result[override.channel] = values[override.channel].copy()
        there = result[override.channel][first:last]
        there[:] = _laid(override, index, there, first, signals)
    # What has no override keeps its very values: clipping twice would change nothing, and costs.
    return {name: clamp(name, value) if value is not values[name] else value for name, value in result.items()}


def override_frames(project: Project, signals: Signals) -> list[tuple[int, int]]:
    """Return the frames [first, last) of each override; they may lie outside the song.

    Raises:
        ProjectError: A time cannot be read.
    """
    return [_frames(override, index, signals) for index, override in enumerate(project.overrides)]


def override_starts(project: Project, signals: Signals) -> NDArray[np.bool_]:
    """Return (n,) True on each frame at which an override begins: it must be drawn for the change to be seen there."""
    starts = np.zeros(signals.n_frames, dtype=bool)
    for first, last in override_frames(project, signals):
        if last > 0 and first < signals.n_frames:
            starts[max(0, first)] = True
    return starts


def check_overrides(project: Project, signals: Signals) -> None:
    """Raise ProjectError for overrides and markers without channel or moment, ScheduleError for wrong curves."""
    for index, override in enumerate(project.overrides):
        check_override(override, index, signals)
    for index, marker in enumerate(project.markers):
        _moment_s(marker.at, f"markers[{index}].at", signals)


def check_override(override: Override, index: int, signals: Signals) -> None:
    """Check the override of that number.

    Raises:
        ProjectError: It names no number channel or no moment, or ends before it starts.
        ScheduleError: Its curve is wrong.
    """
    name = override.channel
    if name not in CHANNELS or CHANNELS[name].kind == "text":
        advice = did_you_mean(name, CHANNELS)
        raise ProjectError(f"overrides[{index}].channel", f"there is no number channel `{name}`; {advice}")
    _frames(override, index, signals)
    if override.curve.strip():
        _curve_values(override, index, signals)


def _frames(override: Override, index: int, signals: Signals) -> tuple[int, int]:
    """Return the frames [first, last) of an override, which may lie outside the song; at least one."""
    start_s = _moment_s(override.start, f"overrides[{index}].start", signals)
    first = frame_at(start_s, signals.fps)
    if not override.end.strip():
        return first, first + 1
    end_s = _moment_s(override.end, f"overrides[{index}].end", signals)
    if end_s <= start_s:
        raise ProjectError(
            f"overrides[{index}].end",
            f"expected a time after its start {override.start}, found {override.end}; move it, or leave it empty for "
            "a single frame",
        )
    return first, max(first + 1, frame_at(end_s, signals.fps))


def _moment_s(text: str, field: str, signals: Signals) -> float:
    try:
        return resolve_time_s(text, signals.grid, signals.fps, signals.first + signals.n_frames)
    except ScheduleError as error:
        raise ProjectError(field, str(error)) from None


def _laid(
    override: Override, index: int, there: NDArray[np.float64], first: int, signals: Signals
) -> NDArray[np.float64]:
    """Return the values (m,) of an override's frames with the override laid over them."""
    asked: float | NDArray[np.float64] = override.value
    if override.curve.strip():
        asked = _curve_values(override, index, signals)[first : first + there.size]
    if override.mode == "set":
        target = np.broadcast_to(asked, there.shape)
    elif override.mode == "add":
        target = there + asked
    else:
        rest = 1.0 if override.channel == "zoom" else 0.0
        target = rest + asked * (there - rest)
    share = shape_share(override.shape, *_within(override, index, first, there.size, signals))
    return np.where(share == 1.0, target, there + share * (target - there))


def _curve_values(override: Override, index: int, signals: Signals) -> NDArray[np.float64]:
    return evaluate(parse_schedule(override.curve, f"overrides[{index}].curve"), signals)


def _within(override: Override, index: int, first: int, count: int, signals: Signals) -> tuple[NDArray[np.int64], int]:
    """Return which frames of the whole override these are, and how many it has: it may begin before the song does."""
    begin, end = _frames(override, index, signals)
    return np.arange(first - begin, first - begin + count), end - begin


def shape_share(shape: str, frame: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Return how much of an override counts in some of its frames, in [0, 1].

    Args:
        shape: See `Override.shape`.
        frame: (m,) numbers of the frames within it, from 0.
        count: Number of all its frames.
    """
    if shape == "fall":
        return np.asarray(1.0 - frame / count)
    if shape == "rise":
        return np.asarray((frame + 1) / count)
    middle = (frame + 0.5) / count
    if shape == "swell":
        return np.asarray(np.sin(np.pi * middle) ** 2)
    if shape == "soft":
        edge = np.minimum(1.0, np.minimum(middle, 1.0 - middle) / _EDGE)
        return np.asarray(edge * edge * (3.0 - 2.0 * edge))
    return np.ones(frame.shape)
