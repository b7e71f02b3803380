"""Prompts over time, to Deforum and back: the same words in every frame."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from glance.interop.deforum.export import export_settings
from glance.interop.deforum.reader import import_any, import_settings
from glance.project.compile import compile_plan
from glance.project.model import Look, Output, Project, Scene, Song
from glance.story.styles import load_styles
from tests.conftest import heard

STYLES = load_styles()
MODES = ("2D", "3D", "Interpolation")
PROMPTS: tuple[dict[str, str], ...] = (
    {"0": "a house"},
    {"0": "a house --neg fog", "30": "a ship", "90": "(sea:1.2) <lora:ink:0.7> --neg boats, fog"},
    {"10": "a house", "50": "a [ship|boat]"},
    {"0": "a house", "max_f/2": "a ship --neg fog", "max_f-1": "the sea"},
    {"0": "(house:`0.5 + t/400`) --neg (fog:`t/max_f`)", "40": "a ship"},
    {"0": "a house", "150": "a ship", "5000": "the sea"},
)


def words(project: Project) -> list[tuple[Any, str]]:
    frames = compile_plan(project, heard(), STYLES).frames
    return [(frame.prompt, frame.negative) for frame in frames]


def deciding(project: Project) -> list[tuple[Any, ...]]:
    """Return all that the home of the prompts could change in a frame."""
    frames = compile_plan(project, heard(), STYLES).frames
    return [(frame.prompt, frame.negative, frame.cut, frame.anchor, frame.seed, frame.diffuse) for frame in frames]


def back_again(project: Project) -> Project:
    return import_settings(export_settings(project, heard(), STYLES).text).project


def a_project(**changes: Any) -> Project:
    base = Project(
        song=Song(path="song.wav"),
        look=Look(negative_sets=()),
        output=Output(width=256, height=128, fps="12"),
    )
    return msgspec.structs.replace(base, **changes)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("prompts", PROMPTS)
def test_import_export_import_is_the_same_words_in_every_frame(mode: str, prompts: dict[str, str]) -> None:
    settings = {"animation_mode": mode, "max_frames": 192, "fps": 12, "W": 256, "H": 128, "prompts": prompts, "seed": 3}
    first = import_settings(json.dumps(settings), "song.wav").project
    again = back_again(first)
    assert deciding(again) == deciding(first)
    fades = mode == "Interpolation" and len(prompts) > 1
    assert (again.prompts_blend == "fade") == fades


def test_the_end_of_an_interpolation_is_the_number_of_its_frames() -> None:
    settings = {"animation_mode": "Interpolation", "max_frames": 192, "fps": 12, "seed": 3}
    found = import_settings(json.dumps(settings | {"prompts": {"0": "a", "max_f/2": "b"}}), "song.wav").project
    frames = words(found)
    assert frames[48][0] == (("a", 0.5), ("b", 0.5))
    assert frames[96][0] == (("b", 1.0),)


def test_a_manifests_prompts_stay_prompts_with_keys() -> None:
    frames = [
        {"frame": n, "deforum_prompt": f"ship :{1 - n / 192:.3f} AND house :{n / 192:.3f} --neg c"} for n in range(192)
    ]
    found = import_any(json.dumps({"rendered_frames": frames, "options": {"output_fps": 12}}), "song.wav").project
    assert len(found.scenes) == 1
    assert words(found)[96] == ((("ship :0.500 AND house :0.500", 1.0),), "c")


def exported(**changes: Any) -> dict[str, str]:
    found: dict[str, str] = json.loads(export_settings(a_project(**changes), heard(), STYLES).text)["prompts"]
    return found


def test_fades_are_written_as_they_come_out() -> None:
    scenes = (Scene(prompt="a house", negative="fog"), Scene(start="24", prompt="a ship", transition="fade"))
    found = exported(scenes=scenes)
    assert found["0"] == "a house --neg fog"
    assert found["6"] == "a house :0.75 AND a ship :0.25 --neg fog"
    assert found["18"] == "a house :0.25 AND a ship :0.75"
    assert found["24"] == "a ship"
    assert max(int(frame) for frame in found) == 24


def test_formulas_that_deforum_knows_stand_and_others_are_worked_out() -> None:
    assert exported(prompts="0: (a:`0.5 + t/400`)") == {"0": "(a:`0.5 + t/400`)"}
    assert exported(prompts="0: (a:`sqrt(t)`)")["4"] == "(a:2)"
    assert exported(prompts="0: (a:`floor(beat/8)`)") == {"0": "(a:0)", "48": "(a:1)", "96": "(a:2)", "144": "(a:3)"}


def test_the_weight_of_all_prompts_is_written_into_them() -> None:
    assert exported(scenes=(Scene(prompt="a"),), curves={"prompt_weight": "1.2"}) == {"0": "(a:1.2)"}


def test_styles_are_written_into_fading_prompts_only_where_scenes_agree() -> None:
    scenes = (Scene(), Scene(start="48", style="baroque", transition="hold"))
    fading = {"prompts": "0: a\n96: b", "prompts_blend": "fade", "curves": {"strength": "0", "cadence": "1"}}
    text = export_settings(a_project(scenes=scenes, **fading), heard(), STYLES).text
    assert json.loads(text)["animation_mode"] == "2D"
    text = export_settings(a_project(scenes=scenes[:1], **fading), heard(), STYLES).text
    assert json.loads(text)["animation_mode"] == "Interpolation"
