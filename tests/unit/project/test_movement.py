"""The director's movement: the picture wakes when the song does."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from glance.audio.envelopes import hit_envelope
from glance.audio.types import Onsets, Section, SongAnalysis
from glance.project.compile import compile_plan
from glance.project.director import DirectorOptions, direct, story_sections
from glance.project.model import Output, Project
from glance.project.plan import RenderPlan
from glance.schedule.pulses import LEAST_REST_S
from glance.story.storyboard import Storyboard
from tests.conftest import heard

#: (role, decibels under the loudest, strength of the onsets in it, onsets a beat), 16 s each at 120 beats a minute.
SONG = (
    ("intro", -14.0, 0.5, 1),
    ("verse", -5.0, 0.9, 1),
    ("build", -3.0, 0.5, 2),
    ("chorus", 0.0, 0.2, 4),
    ("break", -9.0, 0.6, 1),
    ("verse", -4.0, 0.9, 1),
    ("chorus", -0.5, 0.2, 4),
    ("outro", -18.0, 0.4, 1),
)


def song(parts: tuple[tuple[str, float, float, float], ...] = SONG, length_s: float = 16.0) -> SongAnalysis:
    """Return a song whose dense choruses have the weakest single onsets, as full mixes do."""
    base = heard(length_s * len(parts))
    values = {name: np.full_like(curve, 0.3) for name, curve in base.envelopes.values.items()}
    level = np.repeat([10 ** (part[1] / 20) for part in parts], round(length_s * 100))
    values["rms"] = np.append(level, level[-1]).astype(np.float32)
    values["percussive"] = values["rms"] * np.float32(0.8)
    times, strengths = [], []
    for index, (_, _, strength, dense) in enumerate(parts):
        if dense:
            inside = index * length_s + np.arange(0, length_s - 1e-9, 0.5 / dense)
            times.append(inside)
            on_beat = np.abs(inside % 0.5) < 1e-6
            strengths.append(np.where(on_beat, strength, 0.6 * strength))
    onsets = Onsets(np.concatenate(times), np.concatenate(strengths).astype(np.float32))
    values["kick"] = hit_envelope(onsets, values["rms"].size, base.envelopes.rate_hz)
    sections = tuple(
        Section(index * length_s, (index + 1) * length_s, f"{'ABCDEFGHIJ'[index]}", role, max(0.0, 1 + db / 30))
        for index, (role, db, _, _) in enumerate(parts)
    )
    return replace(
        base,
        onsets=dict.fromkeys(("all", "low", "mid", "high"), onsets),
        sections=sections,
        envelopes=replace(base.envelopes, values=values),
    )


def directed(analysis: SongAnalysis, **wishes: object) -> Project:
    options = DirectorOptions(theme="the sea", output=Output(width=64, height=64), **wishes)  # type: ignore[arg-type]
    return direct(analysis, Path("song.wav"), options, Storyboard("", (), (), ""), {})


def planned(analysis: SongAnalysis, **wishes: object) -> RenderPlan:
    return compile_plan(directed(analysis, **wishes), analysis, {})


def leaps(plan: RenderPlan) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Return times and depths of the frames whose strength falls, cuts left out."""
    rest = max(frame.strength for frame in plan.frames)
    found = [
        (frame.time_s, rest - frame.strength) for frame in plan.frames if rest - frame.strength > 0.1 and not frame.cut
    ]
    return np.array([time for time, _ in found]), np.array([depth for _, depth in found])


def moved(analysis: SongAnalysis, plan: RenderPlan) -> list[float]:
    """Return the sum of the depths of leaps in each section, a second; those at its very beginning are its cut."""
    times, depths = leaps(plan)
    return [
        float(depths[(times > one.start_s + 0.05) & (times < one.end_s)].sum()) / (one.end_s - one.start_s)
        for one in analysis.sections
    ]


def test_the_louder_a_section_the_more_it_moves_whatever_its_single_hits_are_like() -> None:
    analysis = song()
    found = moved(analysis, planned(analysis))
    by_level = [found[index] for index in np.argsort([part[1] for part in SONG])]
    assert by_level == sorted(by_level)


@pytest.mark.parametrize("role", ["verse", "part", "bridge"])
def test_movement_follows_loudness_where_nothing_has_a_role(role: str) -> None:
    parts = tuple((role, *part[1:]) for part in SONG)
    analysis = song(parts)
    found = moved(analysis, planned(analysis))
    assert int(np.argmax(found)) == 3
    assert found[3] > 2 * found[0]


def test_a_chorus_is_never_calmer_than_the_verse_before_it() -> None:
    loud_verse = (("verse", 0.0, 0.9, 2), ("chorus", -4.0, 0.1, 4), ("verse", -1.0, 0.9, 2), ("chorus", -6.0, 0.1, 0))
    analysis = song(loud_verse)
    found = moved(analysis, planned(analysis))
    assert found[1] >= found[0]
    assert found[3] >= found[2]


def test_loud_sections_leap_between_once_in_three_seconds_and_twice_a_second() -> None:
    analysis = song()
    times, depths = leaps(planned(analysis))
    for one in analysis.sections:
        inside = depths[(times >= one.start_s) & (times < one.end_s)]
        if one.role == "chorus":
            assert 0.3 <= inside.size / 16 <= 2
        assert inside.size == 0 or inside.min() >= 0.28  # seen at 4 steps: two of them are taken instead of one


def test_no_leap_comes_close_after_a_leap_or_a_cut() -> None:
    analysis = song()
    plan = planned(analysis)
    cuts = [frame.time_s for frame in plan.frames if frame.cut]
    everything = np.sort(np.concatenate([leaps(plan)[0], cuts]))
    assert np.diff(everything).min() >= LEAST_REST_S - 1 / 12


def test_a_loud_part_without_hits_is_framed_anew_every_few_bars() -> None:
    analysis = song((("verse", -6.0, 0.9, 1), ("chorus", 0.0, 0.5, 0), ("verse", -6.0, 0.9, 1)))
    plan = planned(analysis)
    shots = np.sort(np.concatenate([leaps(plan)[0], [frame.time_s for frame in plan.frames if frame.cut], [32.0]]))
    inside = shots[(shots >= 16.0) & (shots <= 32.0)]
    assert np.diff(inside).max() <= 4 * 2.0 + 1 / 12


def test_no_shot_is_longer_than_eight_bars_but_in_silence() -> None:
    quiet = (("intro", -14.0, 0.1, 0), ("verse", -14.0, 0.1, 0), ("verse", -12.0, 0.5, 0), ("chorus", 0.0, 0.5, 1))
    analysis = song(quiet)
    plan = planned(analysis)
    shots = np.sort(np.concatenate([leaps(plan)[0], [frame.time_s for frame in plan.frames if frame.cut], [64.0]]))
    assert np.diff(shots).max() <= 8 * 2.0 + 0.5


def test_a_build_rises_and_its_camera_becomes_faster() -> None:
    analysis = song()
    project = directed(analysis)
    times, depths = leaps(compile_plan(project, analysis, {}))
    first, second = (depths[(times >= start) & (times < start + 8)].sum() for start in (32.0, 40.0))
    assert second > 1.2 * first
    motions = [
        scene.motion for scene, one in zip(project.scenes, story_sections(analysis), strict=True) if one.role == "build"
    ]
    assert len(motions) > 1
    assert motions == sorted(motions)
    assert motions[-1] > motions[0]


def test_silence_stands_still() -> None:
    parts = (("verse", -3.0, 0.8, 1), ("silence", -60.0, 0.5, 0), ("chorus", 0.0, 0.4, 2))
    analysis = song(parts)
    assert moved(analysis, planned(analysis))[1] == 0.0


def test_a_section_that_does_not_begin_with_a_cut_begins_with_a_leap() -> None:
    analysis = song()
    project = directed(analysis)
    plan = compile_plan(project, analysis, {})
    starts = [one.start_s for one in analysis.sections]
    for scene, one in zip(project.scenes, story_sections(analysis), strict=True):
        frame = plan.frames[round(one.start_s * 12)]
        if one.start_s in starts and one.energy >= 0.2:
            assert frame.cut or frame.strength < 0.6, scene.start


def test_the_last_hit_of_the_song_is_answered() -> None:
    parts = (("verse", -5.0, 0.6, 1), ("chorus", 0.0, 0.6, 1))
    analysis = song(parts)
    all_hits = analysis.onsets["all"]
    kept = all_hits.times_s < 30.3
    ended = Onsets(all_hits.times_s[kept], all_hits.strengths[kept])
    analysis = replace(analysis, onsets=dict.fromkeys(analysis.onsets, ended))
    assert leaps(planned(analysis))[0].max() == pytest.approx(30.0, abs=1 / 12)


def test_a_wished_reactivity_keeps_the_order_of_the_sections() -> None:
    analysis = song()
    found = moved(analysis, planned(analysis, reactivity="low"))
    for calm, loud in pairwise((0, 1, 3)):
        assert found[calm] < found[loud]
    assert sum(found) < sum(moved(analysis, planned(analysis)))


def test_the_same_song_gives_the_same_movement_and_another_gain_too() -> None:
    analysis = song()
    assert directed(analysis) == directed(analysis)


@pytest.mark.parametrize("fps", ["24", "30", "60"])
def test_a_leap_shows_at_every_frame_rate_and_at_few_steps(fps: str) -> None:
    analysis = song()
    options = DirectorOptions(theme="the sea", output=Output(width=64, height=64, fps=fps))
    fast = compile_plan(direct(analysis, Path("song.wav"), options, Storyboard("", (), (), ""), {}), analysis, {})
    slow = planned(analysis)
    assert leaps(fast)[0] == pytest.approx(leaps(slow)[0], abs=1 / 12)
    assert leaps(fast)[1] == pytest.approx(leaps(slow)[1], abs=0.03)
    rest = max(frame.strength for frame in fast.frames if frame.diffuse)
    for frame in fast.frames:
        if rest - frame.strength > 0.1:
            assert round((1 - frame.strength) * 4) >= 2  # of four steps, at rest one is taken
