"""Scenes with seeds of their own, and the versions they are chosen from."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from glance.cli import main
from glance.errors import ProjectError
from glance.project.compile import compile_plan
from glance.project.files import load_project, parse_project, project_json
from glance.project.model import Output, Project, Scene, Song
from glance.project.scene_versions import with_scene, with_version
from tests.conftest import heard


def a_project(**second: object) -> Project:
    scenes = (
        Scene(prompt="a house", picture="A"),
        Scene(start="1s", prompt="a ship", picture="A"),
        Scene(start="2s", prompt="a {red|blue|green|white} bird", picture="C", transition="hold"),
    )
    made = Project(song=Song(path="song.wav"), scenes=scenes, output=Output(width=64, height=64, fps="4"))
    return with_scene(made, 1, second)


def seeds(project: Project) -> list[int]:
    return [spec.seed for spec in compile_plan(project, heard(3.0), {}).frames]


def test_a_seed_of_its_own_is_another_picture_from_the_scenes_first_frame_on_whether_it_is_cut_or_grows() -> None:
    plain = seeds(a_project())
    assert plain[0] == plain[4]  # scenes of one picture return to its seed
    own = seeds(a_project(seed=7))
    assert own[:4] == plain[:4]
    assert set(own[4:]).isdisjoint(plain[4:])
    grown = seeds(with_scene(a_project(), 2, {"seed": 7}))
    assert grown[:8] == plain[:8]
    assert set(grown[8:]).isdisjoint(plain[8:])


def test_wildcards_are_thrown_by_the_scenes_own_seed() -> None:
    said = {
        compile_plan(with_scene(a_project(), 2, {"seed": seed}), heard(3.0), {}).frames[-1].prompt for seed in range(12)
    }
    assert len(said) > 1


def test_versions_change_no_pixel_and_a_file_of_before_has_none() -> None:
    project = a_project()
    kept = with_version(with_version(project, 1, {"seed": 5}), 1, {"seed": None})
    assert [each.seed for each in kept.scenes[1].versions] == [None, 5]
    assert compile_plan(kept, heard(3.0), {}) == compile_plan(project, heard(3.0), {})
    plain = msgspec.to_builtins(project)
    for scene in plain["scenes"]:
        del scene["seed"], scene["versions"]
    assert parse_project(json.dumps(plain)) == project
    assert parse_project(project_json(kept)) == kept


def test_a_version_of_the_wrong_type_is_refused_at_its_scene() -> None:
    with pytest.raises(ProjectError) as found:
        with_version(a_project(), 1, {"seed": "many"})
    assert found.value.field == "scenes[1]"


def test_the_command_line_draws_one_scene_again_and_keeps_both_versions(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "p.glance.json"
    project = msgspec.structs.replace(a_project(), song=Song(path=str(song)))
    path.write_text(project_json(project))
    assert main(["render", str(path)]) == 0
    folder = tmp_path / "p.run" / "frames"
    before = {file.name: file.stat().st_mtime_ns for file in folder.glob("*.png")}
    assert main(["render", str(path), "--scene", "2", "--seed", "9"]) == 0
    assert "scene 2 has 2 versions now" in capsys.readouterr().err
    saved = load_project(path).scenes[1]
    assert (saved.seed, [each.seed for each in saved.versions]) == (9, [None, 9])
    after = {file.name: file.stat().st_mtime_ns for file in folder.glob("*.png")}
    assert sorted(name for name in before if before[name] == after[name]) == [f"{index:06d}.png" for index in range(4)]
    for wrong in (["--scene", "4", "--seed", "1"], ["--scene", "2"]):
        assert main(["render", str(path), *wrong]) == 1
    assert "expected a scene from 1 to 3, found 4" in capsys.readouterr().err
