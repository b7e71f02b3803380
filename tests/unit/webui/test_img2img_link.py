"""img2img's fields for a whole video: what is read from them, what a project makes of it, what is drawn with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest

from glance.errors import ProjectError
from glance.project.files import parse_project, project_json
from glance.project.model import Project, Song
from glance.webui.img2img_link import ScriptValues, changed_scripts, live_text, script_arguments
from glance.webui.import_settings import from_img2img_fields
from tests.support.standin_webui import StandIn, install


class Mode(Enum):
    BALANCED = "Balanced"


@dataclass
class Unit:
    """As ControlNet's: an object that is also taken as a mapping."""

    enabled: bool = False
    image: Any = None
    control_mode: Mode = Mode.BALANCED

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Unit:
        return cls(**values)


def script(title: str, start: int, end: int) -> Any:
    return SimpleNamespace(title=lambda: title, args_from=start, args_to=end)


def fields(*values: Any) -> list[Any]:
    return [SimpleNamespace(value=value) for value in values]


SCRIPTS = [script("Sampler", 1, 2), script("ADetailer", 2, 4), script("ControlNet", 4, 5)]


def test_only_scripts_that_were_changed_are_read_and_never_the_ones_that_glance_decides():
    inputs = fields(None, 20, False, "face", Unit())
    changed = changed_scripts(SCRIPTS, inputs, [0, 35, True, "face", Unit()])
    assert changed == ScriptValues({"ADetailer": [True, "face"]})


def test_a_controlnet_unit_becomes_a_mapping_and_its_picture_stays_behind():
    inputs = fields(None, 20, False, "face", Unit())
    unit = Unit(enabled=True, image=np.zeros((2, 2, 3), np.uint8))
    changed = changed_scripts(SCRIPTS, inputs, [0, 20, False, "face", unit])
    assert changed.values == {"ControlNet": [{"enabled": True, "image": None, "control_mode": "Balanced"}]}
    assert changed.without_picture == ["ControlNet"]


def test_a_script_whose_values_cannot_be_written_down_is_named():
    changed = changed_scripts([script("Odd", 0, 1)], fields(None), [object()])
    assert changed == ScriptValues(unkept=["Odd"])


def test_a_list_that_hands_over_places_is_as_at_first_when_its_first_choice_is_chosen():
    modes = SimpleNamespace(value="two", type="index", choices=[("one", "one"), ("two", "two")])
    assert changed_scripts([script("Mode", 0, 1)], [modes], [1]) == ScriptValues()
    assert changed_scripts([script("Mode", 0, 1)], [modes], [0]).values == {"Mode": [0]}


def test_what_is_said_is_never_the_same_twice():
    assert live_text({}, ScriptValues(), {}) != live_text({}, ScriptValues(), {})


def test_scripts_run_with_what_was_kept_and_the_others_with_their_defaults():
    runner = SimpleNamespace(inputs=fields("None", 20, False, "face", None), alwayson_scripts=SCRIPTS)
    assert script_arguments(runner, {"adetailer": (True, "hand", "too many")}) == (0, 20, True, "hand", None)
    assert script_arguments(runner, {"gone": (1,)}) == (0, 20, False, "face", None)


def said(**fields: Any) -> dict[str, Any]:
    options = {"sd_model_checkpoint": "tiny.safetensors", "CLIP_stop_at_last_layers": 2, "sd_vae": "sharp.pt"}
    text = live_text(fields, ScriptValues({"ADetailer": [True]}), options)
    return json.loads(text)


PROJECT = Project(song=Song(path="song.wav"))


def test_img2imgs_fields_become_the_projects_look():
    new, told = from_img2img_fields(
        PROJECT,
        said(
            prompt="oil painting",
            negative="blurry",
            styles=["film"],
            sampler="Euler a",
            scheduler="Karras",
            steps=24,
            cfg=6.5,
            denoising=0.35,
            width=770,
            height=512,
            overrides=["Clip skip: 3"],
        ),
    )
    assert (new.look.prompt_prefix, new.look.negative) == ("oil painting", "blurry")
    assert new.curves == {
        "sampler": '"Euler a"',
        "scheduler": '"Karras"',
        "steps": "24",
        "cfg": "6.5",
        "checkpoint": '"tiny.safetensors"',
        "vae": '"sharp.pt"',
        "clip_skip": "3",
        "strength": "0.65",
    }
    assert (new.output.width, new.output.height) == (768, 512)
    assert new.look.always_on == {"ADetailer": (True,)}
    assert told["styles"] == ["film"]
    assert told["denoising"] is None


def test_a_denoising_that_would_draw_every_frame_anew_is_left_and_said():
    new, told = from_img2img_fields(PROJECT, said(denoising=0.75))
    assert "strength" not in new.curves
    assert told["denoising"] == 0.75


def test_forges_vae_is_found_among_its_modules(monkeypatch):
    install(StandIn(host="Forge"), monkeypatch.setitem)
    options = {"forge_additional_modules": ["/models/text_encoder/clip_l.safetensors", "/models/VAE/sharp.pt"]}
    new, _ = from_img2img_fields(PROJECT, {"fields": {}, "options": options})
    assert new.curves["vae"] == '"sharp.pt"'


def test_what_says_something_else_is_refused():
    with pytest.raises(ProjectError, match="could not be read"):
        from_img2img_fields(PROJECT, {"fields": {"prompt": ["a", "list"]}})


def test_always_on_scripts_are_kept_in_the_project_file():
    project = msgspec.structs.replace(
        PROJECT, look=msgspec.structs.replace(PROJECT.look, always_on={"ControlNet": ({"enabled": True}, None)})
    )
    assert parse_project(project_json(project)).look.always_on == {"ControlNet": ({"enabled": True}, None)}
