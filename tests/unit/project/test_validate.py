"""A number out of its range, or a picture that is not there, is said by its field: on the page and before a render."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from glance.errors import ProjectError
from glance.project.compile import compile_plan
from glance.project.files import parse_project, project_of
from glance.project.model import Guide, Look, Output, Project, Scene, Song
from glance.project.validate import faults, problems_of
from glance.story.styles import load_styles
from tests.conftest import heard

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"scenes": [{}, {"start": "4s", "motion": -1}]}, "scenes[1].motion"),
    ({"scenes": [{"motion": 30}]}, "scenes[0].motion"),
    ({"scenes": [{"transition_beats": 1e308}]}, "scenes[0].transition_beats"),
    ({"look": {"seed_every": 0}}, "look.seed_every"),
    ({"look": {"mask_feather_px": -1}}, "look.mask_feather_px"),
    ({"look": {"mask": "/nowhere/mask.png"}}, "look.mask"),
    ({"look": {"start_image": "/nowhere/start.png"}}, "look.start_image"),
    ({"look": {"guides": [{"at": "1s", "picture": "/nowhere/guide.png"}]}}, "look.guides[0].picture"),
    ({"look": {"guides": [{"at": "1s", "picture": "", "amount": 2}]}}, "look.guides[0].amount"),
    ({"output": {"width": 513}}, "output.width"),
    ({"output": {"width": 100_000, "height": 100_000}}, "output"),
    ({"output": {"crf": 0}}, "output.crf"),
    ({"output": {"preset": "warp"}}, "output.preset"),
    ({"output": {"upscaler": "Lanczos", "upscale": 9}}, "output.upscale"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_what_would_keep_a_project_from_being_drawn_is_said_by_its_field(change: dict[str, Any], field: str) -> None:
    project = project_of({"song": {"path": "/song.wav"}, **change})
    assert [fault.field for fault in faults(project)] == [field]
    assert field in [problem.field for problem in problems_of(project, heard(), load_styles())]
    with pytest.raises(ProjectError) as refused:
        compile_plan(project, heard(), load_styles())
    assert refused.value.field == field


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_is_no_project(number: str) -> None:
    text = '{"song": {"path": "x"}, "scenes": [{"motion": ' + number + "}]}"
    with pytest.raises(ProjectError, match="is no number"):
        parse_project(text)


def test_half_a_character_is_no_text_and_a_whole_one_is() -> None:
    parse_project(json.dumps({"song": {"path": "x"}, "title": "\N{DOLPHIN}"}))
    with pytest.raises(ProjectError, match="no text"):
        parse_project('{"song": {"path": "x"}, "title": "\\ud800"}')


def test_the_ends_of_every_range_are_allowed(tmp_path: Path) -> None:
    picture = tmp_path / "p.png"
    picture.write_bytes(b"x")
    guides = (Guide(at="1s", picture=str(picture), amount=0.0), Guide(at="2s", picture=str(picture), amount=1.0))
    for motion, crf, side in ((0.0, 1, 64), (3.0, 51, 512)):
        look = Look(seed_every=1, mask_feather_px=0.0, guides=guides, start_image=str(picture), mask=str(picture))
        output = Output(width=side, height=side, crf=crf)
        scenes = (Scene(motion=motion, transition_beats=0.0),)
        assert not list(faults(Project(song=Song(path="x"), scenes=scenes, look=look, output=output)))
    assert not list(faults(msgspec.structs.replace(Project(song=Song(path="x")), look=Look())))
