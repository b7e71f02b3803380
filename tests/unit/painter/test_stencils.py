"""Things without a figure of their own are drawn from outlines, found by English and Korean names."""

from __future__ import annotations

import numpy as np
import pytest

from glance.painter.notes import note_on_undrawn
from glance.painter.sketch.composition import draw_sketch
from glance.painter.sketch.figures import height_of, place_of
from glance.painter.sketch.stencils import is_stencil, nearest_of, stencil_of
from glance.painter.sketch.vocabulary import SUBJECTS, read_prompt, undrawn

SIZE = (128, 72)


@pytest.mark.parametrize(
    ("prompt", "thing"),
    [
        ("an elephant in the desert", "elephant"),
        ("two penguins on the ice", "penguin"),
        ("a ferris wheel at night", "ferris wheel"),
        ("코끼리와 사막", "elephant"),
        ("바이올린, 밤", "violin"),
        ("neon rain, a saxophone, wide shot", "saxophone"),
    ],
)
def test_a_thing_is_found_by_its_name_in_both_languages(prompt: str, thing: str) -> None:
    assert f"stencil {thing}" in read_prompt(prompt).subjects


def test_how_and_where_something_is_names_no_outline() -> None:
    reading = read_prompt("a lighthouse by the sea, under a glass bell, beyond an elephant")
    assert reading.subjects == ("lighthouse",)


@pytest.mark.parametrize("word", ["elephant", "airplane", "ferry", "coin", "hospital", "pizza"])
def test_an_outline_shows_two_tones_and_stays_in_the_picture(word: str) -> None:
    bare, drawn = (draw_sketch(f"field, day{more}", (), 3, SIZE).astype(int) for more in ("", f", a {word}"))
    changed = np.abs(drawn - bare).max(axis=-1) > 25
    assert 0.003 < changed.mean() < 0.5
    assert not changed[0].any()
    assert drawn[changed].std() > 20
    name = stencil_of(word)
    assert is_stencil(name)
    assert place_of(name) in {"ground", "water", "air"}
    assert 0.1 <= height_of(name) <= 0.7


def test_what_has_no_picture_is_said_with_what_is_drawn_for_it() -> None:
    assert undrawn("a gramophone on a hill") == (("a gramophone", "radio"),)
    assert "radio" in read_prompt("a gramophone on a hill").subjects
    note = note_on_undrawn(["a gramophone on a hill", "a whirlpool"])
    assert "a gramophone (→ radio)" in note
    assert "a whirlpool" in note
    assert note_on_undrawn(["an elephant, a violin"]) == ""


def test_what_passes_by_does_not_take_the_subject_s_place() -> None:
    assert read_prompt("ribbons whipping past, a cat in a rainy alley").subjects[0] == "cat"
    assert read_prompt("an owl on a branch, a cat below").subjects[0] == "stencil owl"


def test_first_snow_lies_on_the_ground_beside_what_shows_it() -> None:
    snow, bare = (
        draw_sketch(f"{word}, morning", ("#d62828", "#f77f00"), 4, SIZE)[-8:] for word in ("first snow", "field")
    )
    assert snow.min(axis=-1).mean() > bare.min(axis=-1).mean() + 20
    assert snow.std(axis=-1).mean() < bare.std(axis=-1).mean()


def test_every_nearest_thing_can_be_drawn() -> None:
    for noun in ("puppy", "bakery", "gramophone", "novel", "camellia", "statue", "kettle", "bench"):
        near = nearest_of(noun)
        assert is_stencil(near) or near in SUBJECTS, noun
        assert height_of(near) > 0
