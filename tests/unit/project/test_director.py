"""The director: a first project from a song alone, that moves with it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from glance.audio.types import LyricLine, Section, SongAnalysis
from glance.project.compile import compile_plan
from glance.project.director import LONGEST_SCENE_S, SHORTEST_SCENE_S, DirectorOptions, direct, story_sections
from glance.project.files import project_json
from glance.project.model import Output, Project
from glance.project.plan import RenderPlan
from glance.story.offline_writer import write_storyboard
from glance.story.storyboard import Storyboard, StoryScene
from glance.story.styles import load_styles
from tests.conftest import heard

STYLES = load_styles()


def directed(analysis: SongAnalysis, wishes: DirectorOptions | None = None) -> Project:
    wishes = wishes or DirectorOptions(theme="the sea")
    storyboard = write_storyboard(wishes.theme, story_sections(analysis), wishes.seed)
    return direct(analysis, Path("song.wav"), wishes, storyboard, STYLES)


def test_each_section_is_a_scene_on_its_downbeat(analysis: SongAnalysis) -> None:
    project = directed(analysis)
    assert [scene.start for scene in project.scenes] == ["0", "3bar", "6bar"]


def test_a_returning_section_returns_to_its_picture_style_and_camera(analysis: SongAnalysis) -> None:
    first, other, again = directed(analysis).scenes
    assert (first.picture, first.style, first.camera) == (again.picture, again.style, again.camera)
    assert first.picture != other.picture
    assert first.style != other.style
    assert again.transition == "cut"


def test_loud_sections_react_more_deeply(analysis: SongAnalysis) -> None:
    quiet, loud, _ = directed(analysis).scenes
    assert quiet.reactivity == "low"
    assert loud.reactivity == "high"


def test_a_wished_reactivity_holds_everywhere_and_none_chooses_cameras_that_do_not_listen(
    analysis: SongAnalysis,
) -> None:
    deaf = directed(analysis, DirectorOptions(theme="the sea", reactivity="none"))
    assert {scene.reactivity for scene in deaf.scenes} == {"none"}
    plan = compile_plan(deaf, analysis, STYLES)
    levels = {name: np.zeros_like(values) for name, values in analysis.envelopes.values.items()}
    silent = replace(analysis, envelopes=replace(analysis.envelopes, values=levels))
    assert [spec.camera for spec in plan.frames] == [spec.camera for spec in compile_plan(deaf, silent, STYLES).frames]
    for scene in range(3):
        frames = [spec for spec in plan.frames if spec.scene == scene]
        assert len({spec.strength for spec in frames}) == 1


def test_strength_falls_and_the_camera_moves_on_the_same_frames(analysis: SongAnalysis) -> None:
    plan = compile_plan(directed(analysis), analysis, STYLES)
    loud = [spec for spec in plan.frames if spec.scene == 1]
    strength = np.array([spec.strength for spec in loud])
    hits = np.flatnonzero(strength < 0.6)
    beats = {round(t * 12) for t in np.arange(6.0, 12.0, 0.5)}
    assert hits.size >= 3
    assert {loud[hit].index for hit in hits.tolist()} <= beats
    push = np.array([max(abs(spec.camera.zoom - 1) * 80, spec.camera.translation_z) for spec in loud])
    assert push[hits].min() > np.median(push)


def test_the_same_wishes_give_the_same_project_and_another_seed_another(analysis: SongAnalysis) -> None:
    assert project_json(directed(analysis)) == project_json(directed(analysis))
    assert project_json(directed(analysis, DirectorOptions(theme="the sea", seed=2))) != project_json(
        directed(analysis)
    )


def test_twice_the_frame_rate_keeps_the_pace_of_change(analysis: SongAnalysis) -> None:
    def kept_in_a_quiet_second(fps: int) -> float:
        wishes = DirectorOptions(theme="the sea", output=Output(width=64, height=64, fps=str(fps)))
        plan = compile_plan(directed(analysis, wishes), analysis, STYLES)
        return float(np.prod([spec.strength for spec in plan.frames[fps : 2 * fps] if spec.diffuse]))

    for fps in (24, 30, 60):
        assert kept_in_a_quiet_second(fps) == pytest.approx(kept_in_a_quiet_second(12), rel=0.1)


def test_twice_the_frame_rate_costs_as_many_pictures_and_leaps_at_the_same_moments(analysis: SongAnalysis) -> None:
    def plan_at(fps: int) -> RenderPlan:
        wishes = DirectorOptions(theme="the sea", output=Output(width=64, height=64, fps=str(fps)))
        return compile_plan(directed(analysis, wishes), analysis, STYLES)

    def leaps(plan: RenderPlan) -> list[float]:
        return [frame.time_s for frame in plan.frames if frame.strength < 0.6 and not frame.cut]

    slow = plan_at(12)
    for fps in (24, 48, 60):
        fast = plan_at(fps)
        drawn = sum(frame.diffuse for frame in fast.frames)
        assert drawn <= 1.1 * len(slow.frames) + 2
        assert leaps(fast) == pytest.approx(leaps(slow), abs=1 / 12)
        assert all(frame.diffuse for frame in fast.frames if frame.strength < 0.6)


def test_long_sections_are_split_on_downbeats_and_short_ones_joined() -> None:
    song = heard(120.0)
    sections = (
        Section(0.0, 1.0, "A", "intro", 0.1),
        Section(1.0, 61.0, "B", "verse", 0.5),
        Section(61.0, 62.0, "C", "break", 0.5),
        Section(62.0, 120.0, "B", "verse", 0.5),
    )
    parts = story_sections(replace(song, sections=sections))
    assert parts[0].start_s == 0.0
    assert parts[-1].end_s == 120.0
    assert all(before.end_s == after.start_s for before, after in pairwise(parts))
    lengths = [part.end_s - part.start_s for part in parts]
    assert max(lengths) <= LONGEST_SCENE_S + 2.0
    assert min(lengths) >= SHORTEST_SCENE_S
    inner = [part.start_s for part in parts[1:] if part.start_s not in (1.0, 61.0, 62.0)]
    assert all(np.abs(song.downbeats_s - start).min() < 1e-6 for start in inner)


def test_lyrics_go_to_the_section_they_are_sung_in(analysis: SongAnalysis) -> None:
    lines = (LyricLine(1.0, 2.0, "hello"), LyricLine(6.5, 7.0, "sea"), LyricLine(7.0, 8.0, "again"))
    parts = story_sections(replace(analysis, lyrics=lines))
    assert [part.lyrics for part in parts] == ["hello", "sea\nagain", ""]


def test_a_song_without_beats_gets_a_project_too(analysis: SongAnalysis) -> None:
    none = np.zeros(0)
    quiet = replace(analysis, beats_s=none, downbeats_s=none, beat_tempo_bpm=none, tempo_bpm=0.0)
    assert len(compile_plan(directed(quiet), quiet, STYLES).frames) == 192


def test_a_writer_that_left_a_section_out_loses_no_scene(analysis: SongAnalysis) -> None:
    storyboard = Storyboard("concept", (), (StoryScene("s01", "a house"),), "model")
    project = direct(analysis, Path("song.wav"), DirectorOptions(theme="the sea"), storyboard, STYLES)
    assert [scene.prompt for scene in project.scenes] == ["a house", "the sea", "the sea"]


def test_named_styles_take_turns_and_free_words_go_into_every_prompt(analysis: SongAnalysis) -> None:
    names = tuple(STYLES)[:2]
    project = directed(analysis, DirectorOptions(theme="the sea", styles=names, style_words="on rough paper"))
    assert {scene.style for scene in project.scenes} == set(names)
    assert "on rough paper" in compile_plan(project, analysis, STYLES).frames[0].prompt[0][0]


def sung_in(song: SongAnalysis, digest: str) -> SongAnalysis:
    return replace(song, song_hash=digest)


def test_a_song_brings_its_own_seed_so_that_two_songs_differ(analysis: SongAnalysis) -> None:
    first, second = (directed(sung_in(analysis, digest)) for digest in ("a" * 64, "b" * 64))
    assert first.seed != second.seed
    assert directed(analysis, DirectorOptions(theme="the sea", seed=4)).seed == 4
    looks = {directed(sung_in(analysis, f"{n:064x}")).scenes[0].style for n in range(12)}
    assert len(looks) > 3


def test_a_long_chorus_keeps_one_look_and_the_verse_has_another() -> None:
    song = heard(160.0)
    parts = (
        Section(0.0, 40.0, "A", "verse", 0.4),
        Section(40.0, 80.0, "B", "chorus", 0.9),
        Section(80.0, 120.0, "A", "verse", 0.4),
        Section(120.0, 160.0, "B", "chorus", 0.9),
    )
    project = directed(replace(song, sections=parts))
    by_letter = {letter: {s.style for s in project.scenes if s.picture.startswith(letter)} for letter in "AB"}
    assert len(project.scenes) > 4
    assert [len(styles) for styles in by_letter.values()] == [1, 1]
    assert by_letter["A"] != by_letter["B"]
    families = {STYLES[scene.style].family for scene in project.scenes}
    assert len(families) == 1


def test_a_style_that_the_theme_names_is_worn_by_every_scene(analysis: SongAnalysis) -> None:
    project = directed(analysis, DirectorOptions(theme="film noir detective in the rain"))
    assert {scene.style for scene in project.scenes} == {"film_noir"}


def test_of_several_wished_styles_the_second_is_that_of_the_loud_parts(analysis: SongAnalysis) -> None:
    project = directed(analysis, DirectorOptions(theme="the sea", styles=("baroque", "pop_art")))
    assert [scene.style for scene in project.scenes] == ["baroque", "pop_art", "baroque"]
