"""Movement directed anew: an old project gets GLANCE's movement, and loses nothing of a person's work."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from glance.audio.corrections import BeatCorrections
from glance.project.compile import compile_plan
from glance.project.director import DirectorOptions, direct
from glance.project.files import parse_project
from glance.project.model import Output, Project, Reaction, Scene, Song
from glance.project.redirect import DIRECTED, moved_anew, scene_sections
from glance.schedule.reactions import AmplitudeMap
from glance.story.storyboard import Storyboard
from tests.unit.project.test_movement import leaps, moved, song

OLD = Project(
    song=Song(path="song.wav"),
    scenes=tuple(
        Scene(start=f"{index * 16}s", prompt=f"picture {index}", picture=f"p{index}", camera="orbit", motion=1.3)
        for index in range(8)
    ),
    reactions=(
        Reaction(channel="strength", map=AmplitudeMap("kick", 0.9, 0.25, bend=2.0)),
        Reaction(channel="angle", map=AmplitudeMap("low", 0.0, 2.0)),
    ),
    curves={"cfg": "0: 6"},
    output=Output(width=64, height=64),
)


def test_an_old_project_moves_with_its_song_afterwards() -> None:
    analysis = song()
    new = moved_anew(OLD, analysis)
    before, after = (moved(analysis, compile_plan(one, analysis, {})) for one in (OLD, new))
    assert before[3] < before[1]  # the chorus slept
    assert after[3] > after[1] > after[0]
    assert after[6] > after[5]


def test_words_pictures_cameras_curves_and_other_reactions_stay() -> None:
    new = moved_anew(OLD, song())
    kept = ("start", "prompt", "negative", "style", "picture", "camera", "transition", "transition_beats")
    for old_scene, new_scene in zip(OLD.scenes, new.scenes, strict=True):
        assert all(getattr(old_scene, name) == getattr(new_scene, name) for name in kept)
    assert new.curves["cfg"] == "0: 6"
    assert [one for one in new.reactions if one.channel not in DIRECTED] == [OLD.reactions[1]]
    same = ("song", "look", "output", "prompts", "seed", "theme")
    assert all(getattr(OLD, name) == getattr(new, name) for name in same)


def test_locked_scenes_keep_their_dials() -> None:
    scenes = (OLD.scenes[0], msgspec.structs.replace(OLD.scenes[1], locked=True, reactivity="none"), *OLD.scenes[2:])
    analysis = song()
    new = moved_anew(msgspec.structs.replace(OLD, scenes=scenes), analysis)
    assert new.scenes[1] == scenes[1]
    assert new.scenes[2] != scenes[2]
    assert moved(analysis, compile_plan(new, analysis, {}))[1] == 0.0


def test_a_cadence_of_a_persons_own_stays() -> None:
    own = msgspec.structs.replace(OLD, curves={"cadence": "0: 3"})
    assert moved_anew(own, song()).curves == {"cadence": "0: 3"}


def test_anew_twice_is_anew_once_and_a_directed_project_stays_as_it_was() -> None:
    analysis = song()
    new = moved_anew(OLD, analysis)
    assert moved_anew(new, analysis) == new
    options = DirectorOptions(theme="the sea", output=Output(width=64, height=64))
    made = direct(analysis, Path("song.wav"), options, Storyboard("", (), (), ""), {})
    times, depths = leaps(compile_plan(made, analysis, {}))
    again, depths_again = leaps(compile_plan(moved_anew(made, analysis), analysis, {}))
    assert again.tolist() == times.tolist()
    assert depths_again == pytest.approx(depths, abs=0.01)


def test_a_corrected_grid_is_heeded_once() -> None:
    corrected = msgspec.structs.replace(OLD, song=Song(path="song.wav", corrections=BeatCorrections(offset_ms=100.0)))
    analysis = song()
    new = moved_anew(corrected, analysis)
    assert len(compile_plan(new, analysis, {}).frames) == 8 * 16 * 12


@pytest.mark.parametrize("scenes", [(Scene(),), (Scene(prompt="a"), Scene(start="500s", prompt="b"))])
def test_few_scenes_and_scenes_behind_the_end_are_no_error(scenes: tuple[Scene, ...]) -> None:
    new = moved_anew(msgspec.structs.replace(OLD, scenes=scenes), song())
    assert len(new.scenes) == len(scenes)
    compile_plan(new, song(), {})


def test_scenes_are_told_to_writers_with_their_energy_among_the_song() -> None:
    energies = [section.energy for section in scene_sections(OLD, song())]
    assert energies[3] > 0.8
    assert energies[0] < 0.3
    assert parse_project('{"song": {"path": "x"}}').reactions == ()
