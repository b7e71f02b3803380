"""The words that stand around every scene's own."""

from __future__ import annotations

import pytest

from glance.project.compile import compile_plan
from glance.project.model import Look, Output, Project, Scene, Song
from glance.story.styles import load_styles
from tests.conftest import heard


@pytest.mark.parametrize(
    ("prefix", "prompt"),
    [
        ("oil painting", "oil painting, a house, sharp"),
        ("film still of {prompt}, grain", "film still of a house, grain, sharp"),
        ("{prompt} inside {prompt}", "a house inside a house, sharp"),
    ],
)
def test_words_stand_before_a_prompt_or_around_it_where_they_say_so(prefix: str, prompt: str) -> None:
    look = Look(prompt_prefix=prefix, prompt_suffix="sharp", negative_sets=())
    project = Project(
        song=Song(path="song.wav"), scenes=(Scene(prompt="a house"),), look=look, output=Output(width=64, height=64)
    )
    assert compile_plan(project, heard(), load_styles()).frames[0].prompt == ((prompt, 1.0),)
