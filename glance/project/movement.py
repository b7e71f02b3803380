"""How much of the picture a song lets go of, where: the director's amounts for every section.

A section's energy among its own song (`glance.audio.fullness`) says how much is to move: so many leaps a second, so
deep. Of the section's hits the strongest are taken until that is met, and their amount is set so that it is met
exactly; so a chorus moves more than its verse whatever its mix does to single hits. Within a section louder bars get
more, a build rises towards its end. Where a loud part has no hits, the picture is framed anew every few bars.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from glance.audio.fullness import energies
from glance.audio.hits import HIT, with_hits
from glance.audio.types import SongAnalysis
from glance.project.model import REACTIVITY, Output, Reaction, ReactionPart, Reactivity
from glance.schedule.pulses import Pulses, Rule, choose, on_the_bar, rises
from glance.schedule.reactions import AmplitudeMap
from glance.story.storyboard import StorySection
from glance.timing import BeatGrid, parse_fps

#: Pictures drawn a second; frames between them are in-betweens.
DRAWN_FPS = 12.0
#: The same as a schedule, so that it holds at another frame rate too.
CADENCE = f"0:(max(1, floor(fps/{DRAWN_FPS:g})))"
#: Share of the picture that a frame keeps where nothing hits, at `DRAWN_FPS`, and that a hit of amount 1 takes off it.
_KEPT, _DEPTH = 0.9, 0.6
#: Leaps a second and their depth at no energy, and what full energy adds to them.
_RATE, _RATE_MORE, _RATE_BEND = 0.05, 0.8, 1.2
_LEAP, _LEAP_MORE = 0.38, 0.14
#: A leap is deep enough to show at 4 steps and for the embedded painter, and leaves something of the picture.
_LEAST_LEAP, _DEEPEST_LEAP = 0.34, 0.62
#: Two leaps, and a leap and a cut, are at least this many beats apart.
_REST_BEATS = 0.5
#: Bends the heights of hits: even a weaker one that is answered is seen.
_BEND = 0.4
#: Bars of one part: within a section, and within a build, which rises from part to part by this much each way.
_PART_BARS, _BUILD_BARS, _BUILD_RISE = 4.0, 2.0, 0.6
#: How much less or more than its section a part of it may get for being quieter or louder.
_LEAST_SHARE, _MOST_SHARE = 0.4, 1.8
#: From this energy on, the picture is framed anew after so many bars without a hit; the loudest first.
_REFRAMED = ((0.7, 2.0), (0.4, 4.0), (0.0, 8.0))
#: Scenes that are shorter than this do not move.
_SHORTEST_S = 1e-3
#: No pulses are put closer than this share of a bar to make up for hits that are not there.
_CLOSEST_BARS = 0.5
#: A section that begins with this energy begins with a hit, and a hit of this height may be the song's last.
_ACCENT_ENERGY, _LAST_HIT = 0.2, 0.6
#: The push on a hit: logarithm of the zoom, 3D units, its length, and the seconds in which the camera sinks back.
_PUSH_ZOOM, _PUSH_Z, _PUSH_MS, _SETTLE_S = 0.08, 6.5, 60.0, 0.5
#: How far a camera goes at no energy, and what full energy, and the end of a build, add to it.
_MOTION, _MOTION_MORE, _BUILD_MOTION = 0.55, 0.85, 0.4
_PUSH_GATE, _PUSH, _PUSH_MORE = 0.1, 0.4, 0.8


@dataclass(frozen=True)
class MovingScene:
    """What is decided of a scene before its movement is.

    Attributes:
        section: The part of the song.
        start: Its start as the project writes it.
        is_cut: Whether its picture starts anew.
        reactivity: Its dial.
        name: Name of the song's section that it is a part of; neighbors of one name are parts of one section.
    """

    section: StorySection
    start: str
    is_cut: bool
    reactivity: Reactivity
    name: str


@dataclass(frozen=True)
class _Stretch:
    """A few bars of one scene, and what is wanted in them.

    `want` is the sum of the depths of all leaps, but for one at the very moment at which a scene begins: `opens`.
    """

    start_s: float
    end_s: float
    at: str
    energy: float
    dial: float
    want: float
    accent: float
    every_bars: float
    opens: bool = False


def director_cadence(output: Output) -> int:
    """Return every how many frames a picture is drawn: so many that `DRAWN_FPS` are drawn a second, or a few more."""
    return max(1, math.floor(float(parse_fps(output.fps)) / DRAWN_FPS + 1e-6))


def reactivity_of(section: StorySection) -> Reactivity:
    """Return the dial of a section's scenes."""
    if section.role == "silence":
        return "none"
    if section.energy < 0.3:
        return "low"
    return "medium" if section.energy < 0.65 else "high"


def motion_of(section: StorySection, part: int = 0, n_parts: int = 1) -> float:
    """Return how far a scene's camera goes: by its energy, and further from part to part of a build."""
    rise = _BUILD_MOTION * part / max(1, n_parts - 1) if section.role == "build" else 0.0
    return round(_MOTION + _MOTION_MORE * section.energy + rise, 2)


def movement(
    analysis: SongAnalysis, scenes: Sequence[MovingScene], output: Output, *, own_dials: bool = True
) -> tuple[Reaction, ...]:
    """Return how strength leaps and the camera pushes on the song's hits, with an amount for each part of the song.

    Args:
        analysis: What was heard.
        scenes: One for each section as the director sees them, in order.
        output: The frame rate, over which rest and pushes are spread.
        own_dials: Whether the scenes' reactivity is the director's own: then amounts make up for it, so that the dial
            of a scene tells its energy and the amount does the exact rest.
    """
    analysis = with_hits(analysis)
    grid, envelopes = analysis.grid, analysis.envelopes
    hits = on_the_bar(rises(envelopes.values[HIT], envelopes.rate_hz), grid)
    cuts = np.array([scene.section.start_s for scene in scenes if scene.is_cut])
    stretches = [one for index in range(len(scenes)) for one in _stretches(analysis, scenes, index, own_dials)]
    stretches = _with_last_hit(stretches, hits)
    rules = _rules(stretches, hits, grid, cuts)
    pulses = choose(hits, grid, rules, _REST_BEATS, cuts)
    leaps = [_leap_part(*pair, pulses) for pair in zip(stretches, rules, strict=True)]
    pushes = [_push_part(*pair) for pair in zip(stretches, leaps, strict=True)]
    return _reactions(output, tuple(leaps), tuple(pushes))


def _stretches(analysis: SongAnalysis, scenes: Sequence[MovingScene], index: int, own_dials: bool) -> list[_Stretch]:
    """Return the stretches of one scene, what its energy wants spread over them."""
    scene = scenes[index]
    section, grid = scene.section, analysis.grid
    if section.end_s - section.start_s < _SHORTEST_S:
        return []  # it has no frame, or starts behind the song's end
    edges = _edges(section, grid)
    share = _shares(analysis, section, edges, _whole(scenes, index))
    dial = REACTIVITY[scene.reactivity] if own_dials else 1.0
    continues = index > 0 and scenes[index - 1].name == scene.name
    accent = 1.0 if not (scene.is_cut or continues) and section.energy >= _ACCENT_ENERGY else 0.0
    rate = 0.0 if section.role == "silence" else wanted_movement(section.energy)
    every = next((bars for energy, bars in _REFRAMED if section.energy >= energy), 0.0)
    every = 0.0 if section.role == "silence" else every
    return [
        _Stretch(
            start_s=start,
            end_s=end,
            at=scene.start if number == 0 else time_text(start, grid),
            energy=section.energy,
            dial=dial,
            want=rate * (end - start) * float(share[number]),
            accent=accent if number == 0 else 0.0,
            every_bars=every,
            opens=number == 0,
        )
        for number, (start, end) in enumerate(pairwise(edges.tolist()))
    ]


def _whole(scenes: Sequence[MovingScene], index: int) -> tuple[float, float]:
    """Return start and end, in seconds, of the song's section that a scene is a part of."""
    name = scenes[index].name
    first = last = index
    while first > 0 and scenes[first - 1].name == name:
        first -= 1
    while last + 1 < len(scenes) and scenes[last + 1].name == name:
        last += 1
    return scenes[first].section.start_s, scenes[last].section.end_s


def wanted_movement(energy: float) -> float:
    """Return the sum of the depths of a second's leaps at an energy in [0, 1]."""
    return float((_RATE + _RATE_MORE * energy**_RATE_BEND) * _depth(energy))


def _depth(energy: float) -> float:
    return _LEAP + _LEAP_MORE * energy


def _edges(section: StorySection, grid: BeatGrid) -> NDArray[np.float64]:
    """Return where a section's stretches begin and end, on bar lines inside."""
    step = _BUILD_BARS if section.role == "build" else _PART_BARS
    first, last = (float(place) for place in grid.bar_at([section.start_s, section.end_s]))
    n_parts = max(1, round((last - first) / step))
    lines = np.unique(np.round(first + (last - first) * np.arange(1, n_parts, dtype=np.float64) / n_parts))
    lines = lines[(lines > first + 0.5) & (lines < last - 0.5)]
    return np.concatenate([[section.start_s], grid.time_of_bar(lines), [section.end_s]])


def _shares(
    analysis: SongAnalysis, section: StorySection, edges: NDArray[np.float64], whole: tuple[float, float]
) -> NDArray[np.float64]:
    """Return (n,) how much each stretch gets of what the section wants; their mean over the whole section is 1."""
    if section.role == "build":
        middle = (edges[:-1] + edges[1:]) / 2
        return np.asarray(1 + _BUILD_RISE * (2 * (middle - whole[0]) / (whole[1] - whole[0]) - 1))
    lengths = np.diff(edges)
    wanted = np.array([wanted_movement(energy) for energy in energies(analysis, edges).tolist()])
    shares = np.clip(wanted / np.average(wanted, weights=lengths), _LEAST_SHARE, _MOST_SHARE)
    return np.asarray(shares / np.average(shares, weights=lengths))


def time_text(time_s: float, grid: BeatGrid) -> str:
    """Return a moment in bars where it lies on a downbeat, so that it follows a corrected grid; else in seconds."""
    if grid.downbeats_s.size:
        nearest = int(np.argmin(np.abs(grid.downbeats_s - time_s)))
        if abs(float(grid.downbeats_s[nearest]) - time_s) <= 0.15:
            return f"{nearest}bar"
    return f"{time_s:.3f}s"


def _with_last_hit(stretches: list[_Stretch], hits: Pulses) -> list[_Stretch]:
    """Return the stretches, the last one parted at the song's last clear hit, which is answered in any case."""
    clear = np.flatnonzero(hits.heights >= _LAST_HIT)
    if not clear.size or not stretches:
        return stretches
    time_s = float(hits.times_s[clear[-1]])
    index = next((i for i, one in enumerate(stretches) if one.start_s <= time_s < one.end_s), len(stretches) - 1)
    one = stretches[index]
    if one.energy < _ACCENT_ENERGY or time_s - one.start_s < 1.0 or one.end_s - time_s < 0.2:
        return stretches
    # It is one of the leaps that are wanted, and not one more.
    depth = _depth(one.energy)
    before = replace(one, end_s=time_s, want=max(0.0, one.want - depth))
    last = replace(one, start_s=time_s, at=f"{time_s:.3f}s", want=depth, accent=1.0, every_bars=0.0, opens=False)
    return [*stretches[:index], before, last, *stretches[index + 1 :]]


def _rules(stretches: Sequence[_Stretch], hits: Pulses, grid: BeatGrid, cuts: NDArray[np.float64]) -> tuple[Rule, ...]:
    """Return which hits are taken: in each stretch so many of the strongest that they make up what is wanted."""
    every = tuple(Rule(one.start_s, one.end_s, 0.0, one.accent) for one in stretches)
    found = choose(hits, grid, every, _REST_BEATS, cuts)
    rules = []
    missing = 0.0
    for one in stretches:
        heights = np.sort(_inside(found, one))[::-1]
        # What a stretch could not give whole leaps of, the next one of like energy gives.
        wanted = one.want / _depth(one.energy) + missing
        count = max(0, round(wanted)) if one.want > 0 else 0
        missing = float(np.clip(wanted - count, -0.5, 0.5)) if one.want > 0 else 0.0
        rules.append(Rule(one.start_s, one.end_s, _gate(heights, count), one.accent, _every(one, count, heights, grid)))
    return tuple(rules)


def _gate(heights: NDArray[np.float64], count: int) -> float:
    """Return the gate that about `count` of decreasing heights pass, like ones all or none."""
    if not count:
        return 0.999
    if count >= heights.size:
        return 0.0
    tops = np.round(heights, 4)
    passing = [(abs(int((tops > gate).sum()) - count), gate) for gate in (tops[count], tops[count - 1])]
    # Between two heights, so that neither is met exactly.
    gate = min(passing)[1]
    above = tops[tops > gate]
    return round(float((gate + above.min()) / 2) if above.size else float(gate), 3) if gate < 1 else 0.999


def _every(one: _Stretch, count: int, heights: NDArray[np.float64], grid: BeatGrid) -> float:
    """Return after how many bars without a hit one is put: sooner where the song has fewer than are wanted."""
    if heights.size >= count or not one.every_bars:
        return one.every_bars
    first, last = (float(place) for place in grid.bar_at([one.start_s, one.end_s]))
    closest = 2.0 ** math.floor(math.log2(max((last - first) / count, _CLOSEST_BARS)))
    return min(one.every_bars, max(_CLOSEST_BARS, closest))


def _inside(pulses: Pulses, one: _Stretch) -> NDArray[np.float64]:
    """Return the heights of the pulses within a stretch, without one at the moment at which its scene begins."""
    after = one.start_s + (1e-3 if one.opens else -1e-6)
    return pulses.heights[(pulses.times_s > after) & (pulses.times_s < one.end_s - 1e-6)]


def _leap_part(one: _Stretch, rule: Rule, pulses: Pulses) -> ReactionPart:
    heights = _inside(pulses, one) ** _BEND
    depth = _depth(one.energy)
    if heights.size:
        mean = float(np.clip(one.want / heights.size, _LEAST_LEAP, _DEEPEST_LEAP))
        depth = min(mean * heights.size / float(heights.sum()), _DEEPEST_LEAP / float(heights.max()))
    amount = depth / (_DEPTH * one.dial) if one.dial > 0 and one.want > 0 else 0.0
    return ReactionPart(
        at=one.at,
        amount=round(amount, 3),
        gate=rule.gate,
        accent=rule.accent,
        every_bars=rule.every_bars,
    )


def _push_part(one: _Stretch, leap: ReactionPart) -> ReactionPart:
    amount = (_PUSH + _PUSH_MORE * one.energy) / one.dial if leap.amount > 0 else 0.0
    return ReactionPart(
        at=one.at,
        amount=round(amount, 3),
        gate=min(leap.gate or 0.0, _PUSH_GATE),
        accent=leap.accent,
        every_bars=leap.every_bars,
    )


def _reactions(
    output: Output, leaps: tuple[ReactionPart, ...], pushes: tuple[ReactionPart, ...]
) -> tuple[Reaction, ...]:
    """Return the reactions; values are per frame, so what is meant per second is spread over a second's frames."""
    fps = float(parse_fps(output.fps))
    drawn = fps / director_cadence(output)
    kept = round(_KEPT ** (DRAWN_FPS / drawn), 3)
    # All frames of one push together go the same way at any rate.
    first = 1 - math.exp(-1000 / (fps * _PUSH_MS))
    strength = AmplitudeMap(HIT, kept, round(kept - _DEPTH, 3), bend=_BEND)
    zoom = AmplitudeMap(HIT, 1.0, round(1 + _PUSH_ZOOM * first, 4), release_ms=_PUSH_MS)
    forward = AmplitudeMap(HIT, 0.0, round(_PUSH_Z * first, 3), release_ms=_PUSH_MS)
    return (
        Reaction(channel="strength", map=strength, rest_beats=_REST_BEATS, parts=leaps),
        # Pushes sink back, or a loud minute would leave nothing of the subject in the picture.
        Reaction(channel="zoom", map=zoom, settle_s=_SETTLE_S, rest_beats=_REST_BEATS, parts=pushes),
        Reaction(channel="translation_z", map=forward, settle_s=_SETTLE_S, rest_beats=_REST_BEATS, parts=pushes),
        Reaction(channel="noise", map=AmplitudeMap("percussive", 0.01, 0.06)),
    )
