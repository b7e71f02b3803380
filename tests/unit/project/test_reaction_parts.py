"""Reactions along the song: amounts and settings of their own in each part, and single hits that are answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest

from glance.audio.types import SongAnalysis
from glance.errors import ProjectError
from glance.limits import REACTION_PARTS
from glance.project.channel_values import evaluate_channels, signals_of
from glance.project.compile import compile_plan
from glance.project.files import parse_project, project_json
from glance.project.model import Project, Reaction, ReactionPart, Scene, Song
from glance.project.scenes import lay_out
from glance.schedule.reactions import AmplitudeMap
from tests.conftest import heard


def project(*reactions: Reaction, **fields: Any) -> Project:
    scenes = fields.pop("scenes", (Scene(reactivity="high"),))
    return Project(song=Song(path="song.wav"), scenes=scenes, reactions=reactions, **fields)


def values(one: Project, channel: str, analysis: SongAnalysis | None = None) -> np.ndarray[Any, np.dtype[np.float64]]:
    signals = signals_of(one, analysis or heard())
    return evaluate_channels(one, signals, lay_out(one, signals))[channel]


def dips(parts: tuple[ReactionPart, ...] = (), rest: float = 0.5, **settings: float) -> Reaction:
    return Reaction(channel="strength", map=AmplitudeMap("kick", 0.9, 0.3, **settings), rest_beats=rest, parts=parts)


def test_a_file_from_before_parts_opens_and_moves_as_it_did() -> None:
    old = """{"song": {"path": "song.wav"}, "reactions": [
        {"channel": "strength", "map": {"envelope": "kick", "silence": 0.9, "peak": 0.25, "bend": 2.0}}]}"""
    read = parse_project(old)
    assert read.reactions[0].parts == ()
    assert read.reactions[0].rest_beats == 0
    kick = signals_of(read, heard()).envelopes["kick"]
    scene = msgspec.structs.replace(read.scenes[0], reactivity="high")
    found = values(msgspec.structs.replace(read, scenes=(scene,)), "strength")
    np.testing.assert_array_equal(found, np.clip(0.9 + (0.9 + (0.25 - 0.9) * kick**2.0 - 0.9), 0, 1))


def test_parts_survive_a_file() -> None:
    parts = (ReactionPart(), ReactionPart(at="3bar", amount=0.4, gate=0.2, bend=1.5, accent=1.0, every_bars=2.0))
    one = project(dips(parts))
    assert parse_project(project_json(one)) == one


def test_an_amount_scales_a_reaction_from_its_moment_on() -> None:
    whole = values(project(dips()), "strength")
    half = values(project(dips((ReactionPart(at="8s", amount=0.5),))), "strength")
    at = 8 * 12
    np.testing.assert_array_equal(half[:at], whole[:at])
    np.testing.assert_allclose(0.9 - half[at:], 0.5 * (0.9 - whole[at:]))
    assert (whole[at:] < 0.8).any()


def test_parts_in_bars_follow_a_corrected_grid() -> None:
    analysis = heard()
    later = replace(analysis, beats_s=analysis.beats_s + 0.25, downbeats_s=analysis.downbeats_s + 0.25)
    one = project(
        Reaction(channel="noise", map=AmplitudeMap("rms", 0.0, 1.0), parts=(ReactionPart(at="2bar", amount=0),))
    )
    assert np.flatnonzero(values(one, "noise", later) == 0)[0] - np.flatnonzero(values(one, "noise") == 0)[0] == 3


@pytest.mark.parametrize("own", [{"bend": 3.0}, {"gate": 0.5}, {"release_ms": 400.0}, {"attack_ms": 90.0}])
def test_a_part_may_have_its_own_settings(own: dict[str, float]) -> None:
    follow = Reaction(channel="strength", map=AmplitudeMap("kick", 0.9, 0.3))
    everywhere = msgspec.structs.replace(follow, map=replace(follow.map, **own))
    there = msgspec.structs.replace(follow, parts=(ReactionPart(at="8s", **own),))
    plain, changed, found = (values(project(one), "strength") for one in (follow, everywhere, there))
    np.testing.assert_array_equal(found[:96], plain[:96])
    np.testing.assert_array_equal(found[96:], changed[96:])
    assert not np.array_equal(plain, changed)


def test_single_hits_are_answered_for_one_picture_each() -> None:
    found = values(project(dips(rest=0.5)), "strength")
    low = np.flatnonzero(found < 0.8)
    assert low.size >= 6
    assert np.diff(low).min() >= 6  # a hit on every beat, half a second apart


@pytest.mark.parametrize("rest", [0.5, 2.0, 4.0])
def test_hits_closer_than_the_rest_are_passed_over(rest: float) -> None:
    low = np.flatnonzero(values(project(dips(rest=rest)), "strength") < 0.8)
    assert np.diff(low).min() >= rest * 6


@pytest.mark.parametrize("fps", ["12", "24", "25", "29.97", "60"])
def test_the_same_hits_are_answered_as_deeply_at_every_frame_rate(fps: str) -> None:
    one = project(dips((ReactionPart(every_bars=2.0),)))
    output = msgspec.structs.replace(one.output, fps=fps)
    found = values(msgspec.structs.replace(one, output=output), "strength")
    slow = values(one, "strength")
    rate = len(found) / len(slow) * 12
    assert np.flatnonzero(found < 0.8) / rate == pytest.approx(np.flatnonzero(slow < 0.8) / 12, abs=0.05)
    assert found[found < 0.8] == pytest.approx(slow[slow < 0.8], abs=1e-6)


def test_the_frames_of_answered_hits_are_drawn_and_no_others_besides_the_cadence() -> None:
    one = project(dips(), curves={"cadence": "4"}, scenes=(Scene(reactivity="high", prompt="a house"),))
    plan = compile_plan(one, heard(), {})
    for frame in plan.frames:
        if frame.strength < 0.8:
            assert frame.diffuse
    deep = sum(frame.strength < 0.8 for frame in plan.frames)
    assert sum(frame.diffuse for frame in plan.frames) <= len(plan.frames) / 4 + deep + 2


@pytest.mark.parametrize(
    ("part", "field"),
    [
        (ReactionPart(amount=-1), "amount"),
        (ReactionPart(amount=11), "amount"),
        (ReactionPart(accent=1.1), "accent"),
        (ReactionPart(every_bars=-1), "every_bars"),
        (ReactionPart(gate=1.0), "gate"),
        (ReactionPart(bend=0.0), "bend"),
        (ReactionPart(attack_ms=-1.0), "attack_ms"),
        (ReactionPart(release_ms=float("inf")), "release_ms"),
    ],
)
def test_numbers_out_of_range_are_refused_with_their_field(part: ReactionPart, field: str) -> None:
    with pytest.raises(ProjectError, match=rf"reactions\[0\]\.parts\[0\]\.{field}: expected"):
        compile_plan(project(dips((part,))), heard(), {})


def test_a_time_that_cannot_be_read_and_two_parts_at_once_are_refused_with_their_field() -> None:
    with pytest.raises(ProjectError, match=r"reactions\[0\]\.parts\[1\]\.at"):
        values(project(dips((ReactionPart(), ReactionPart(at="soon")))), "strength")
    with pytest.raises(ProjectError, match=r"reactions\[0\]\.parts\[1\]\.at: this reaction has a part at 2s already"):
        values(project(dips((ReactionPart(at="2s"), ReactionPart(at="1bar")))), "strength")


def test_parts_have_a_bound() -> None:
    part = {"at": "1s"}
    raw = {
        "song": {"path": "song.wav"},
        "reactions": [
            {
                "channel": "zoom",
                "map": {"envelope": "low", "silence": 1, "peak": 2},
                "parts": [part] * (REACTION_PARTS + 1),
            }
        ],
    }
    with pytest.raises(ProjectError, match=r"reactions\[0\]\.parts: expected at most"):
        parse_project(msgspec.json.encode(raw).decode())


def test_a_tiny_step_of_bars_puts_no_hit_closer_than_the_rest() -> None:
    low = np.flatnonzero(values(project(dips((ReactionPart(every_bars=1e-9),))), "strength") < 0.8)
    assert np.diff(low).min() >= 3
