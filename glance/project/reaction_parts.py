"""What the reactions of a project ask of each frame: amounts along the song, and which single hits are answered."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from glance.errors import ProjectError, ScheduleError
from glance.project.model import Project, Reaction, ReactionPart
from glance.project.scenes import SceneTrack
from glance.schedule.curve import resolve_time_s
from glance.schedule.pulses import Pulses, Rule, choose, on_the_bar
from glance.schedule.reactions import AmplitudeMap, apply
from glance.schedule.signals import Signals
from glance.timing import frames_at, time_of

#: Settings of a map that a part may replace.
_OWN = ("attack_ms", "release_ms", "bend", "gate")


def reaction_change(reaction: Reaction, signals: Signals, track: SceneTrack) -> NDArray[np.float64]:
    """Return by how much a reaction moves its channel in each frame, (n,), at full reactivity.

    Raises:
        ScheduleError: A part's time cannot be read, or a setting of the map is outside its range.
    """
    parts, starts_s = parts_of(reaction, signals)
    x = _pulse_curve(reaction, signals, track) if reaction.rest_beats > 0 else signals.envelopes[reaction.map.envelope]
    maps = [_map_of(reaction, part) for part in parts]
    starts = np.maximum(0, frames_at(starts_s, signals.fps))
    part_of = np.searchsorted(starts, np.arange(signals.n_frames), side="right") - 1
    change = np.zeros(signals.n_frames)
    # One pass for each setting that differs, over the whole song: so a tail goes on into the next part.
    for setting in dict.fromkeys(maps):
        level = apply(setting, x, signals.fps) - setting.silence
        amounts = np.array([part.amount if own == setting else 0.0 for own, part in zip(maps, parts, strict=True)])
        change += amounts[part_of] * level
    return change


def parts_of(reaction: Reaction, signals: Signals) -> tuple[tuple[ReactionPart, ...], NDArray[np.float64]]:
    """Return a reaction's parts in the order of their times, the first from the song's start, and those times.

    Raises:
        ScheduleError: A time cannot be read.
    """
    timed = [(_moment(part, signals), part) for part in reaction.parts]
    timed.sort(key=lambda pair: pair[0])
    if not timed or timed[0][0] > 0:
        timed.insert(0, (0.0, ReactionPart()))
    return tuple(part for _, part in timed), np.array([time_s for time_s, _ in timed])


def pulses_of(reaction: Reaction, signals: Signals, track: SceneTrack) -> Pulses:
    """Return the single hits that a reaction with a rest answers."""
    parts, starts_s = parts_of(reaction, signals)
    edges = [*starts_s.tolist(), time_of(signals.n_frames, signals.fps)]
    rules = tuple(
        Rule(start, end, reaction.map.gate if part.gate is None else part.gate, part.accent, part.every_bars)
        for part, (start, end) in zip(parts, pairwise(edges), strict=True)
        if end > start
    )
    cuts = [
        time_of(frame, signals.fps)
        for scene, frame in zip(track.scenes, track.starts.tolist(), strict=True)
        if scene.transition == "cut" or frame == 0
    ]
    hits = on_the_bar(signals.hits[reaction.map.envelope], signals.grid)
    return choose(hits, signals.grid, rules, reaction.rest_beats, np.array(cuts))


def leap_frames(project: Project, signals: Signals, track: SceneTrack) -> NDArray[np.bool_] | None:
    """Return (n,) True where a single hit moves the strength; None for a project whose strength answers none."""
    reactions = [one for one in project.reactions if one.channel == "strength" and one.rest_beats > 0]
    if not reactions:
        return None
    leaps = np.zeros(signals.n_frames, dtype=bool)
    for reaction in reactions:
        leaps |= (_pulse_curve(reaction, signals, track) > 0) & (reaction_change(reaction, signals, track) != 0)
    return leaps


def check_parts(project: Project, signals: Signals) -> None:
    """Raise ProjectError for parts of reactions that have no moment of their own."""
    for index, reaction in enumerate(project.reactions):
        moments: dict[float, str] = {}
        for number, part in enumerate(reaction.parts):
            where = f"reactions[{index}].parts[{number}].at"
            try:
                moment = _moment(part, signals)
            except ScheduleError as error:
                raise ProjectError(where, str(error)) from None
            if moment in moments:
                raise ProjectError(
                    where,
                    f"this reaction has a part at {moments[moment]} already, the same moment as {part.at}; "
                    "move one of them, or take it out",
                )
            moments[moment] = part.at


def _moment(part: ReactionPart, signals: Signals) -> float:
    return round(max(0.0, resolve_time_s(part.at, signals.grid, signals.fps, signals.first + signals.n_frames)), 6)


def _map_of(reaction: Reaction, part: ReactionPart) -> AmplitudeMap:
    own = {name: getattr(part, name) for name in _OWN if getattr(part, name) is not None}
    if reaction.rest_beats > 0:
        own["gate"] = 0.0  # it has chosen the hits already
    return dataclasses.replace(reaction.map, **own)


def _pulse_curve(reaction: Reaction, signals: Signals, track: SceneTrack) -> NDArray[np.float64]:
    """Return (n,) the height of each chosen hit on its frame, 0 on all others."""
    pulses = pulses_of(reaction, signals, track)
    curve = np.zeros(signals.n_frames)
    frames = frames_at(pulses.times_s, signals.fps)
    inside = (frames >= 0) & (frames < signals.n_frames)
    np.maximum.at(curve, frames[inside], pulses.heights[inside])
    return curve
