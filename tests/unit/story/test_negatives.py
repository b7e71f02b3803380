"""Negative prompts: sets merge without duplicates, styles take out what fights them, a person's words stay."""

from __future__ import annotations

import pytest

from glance.errors import ProjectError
from glance.story.prompt_text import DEFAULT_NEGATIVE_SETS, NEGATIVE_SETS, compose_negative, split_prompt
from glance.story.styles import Style, load_styles


def style(**changes) -> Style:
    return Style("x", "X", "엑스", "own", "{prompt}", **changes)


def test_the_sets_are_those_of_the_method() -> None:
    assert set(NEGATIVE_SETS) >= {"quality", "anatomy", "realistic", "border", "safety"}
    assert NEGATIVE_SETS["border"] == ("white space", "frame")
    assert set(DEFAULT_NEGATIVE_SETS) <= set(NEGATIVE_SETS)


def test_sets_follow_one_another_without_duplicates() -> None:
    words = split_prompt(compose_negative(["border", "safety", "border"]))
    assert words == ["white space", "frame", "nsfw", "nude", "censored"]


def test_nothing_asked_for_is_nothing() -> None:
    assert compose_negative([]) == ""


def test_a_style_takes_words_out_of_the_sets_but_not_out_of_a_person_s() -> None:
    noir = style(subtract=("monochrome", "horror"))
    assert compose_negative(["calm"], noir) == "sketch, geometry"
    assert compose_negative(["calm"], noir, "monochrome") == "sketch, geometry, monochrome"


def test_no_style_takes_out_safety() -> None:
    assert compose_negative(["safety"], style(subtract=("nsfw", "nude", "censored"))) == "nsfw, nude, censored"


def test_a_person_s_weight_replaces_the_plain_word() -> None:
    text = compose_negative(["border"], None, "(Frame:1.3), [white_space], cat")
    assert text == "[white_space], (Frame:1.3), cat"


def test_embeddings_and_networks_pass_untouched() -> None:
    text = "(easynegative:0.75), <lora:bad-hands:0.6>, (one, two:1.2)"
    assert compose_negative([], None, text) == text
    assert split_prompt(text) == ["(easynegative:0.75)", "<lora:bad-hands:0.6>", "(one, two:1.2)"]


def test_a_style_adds_its_own_words() -> None:
    assert compose_negative(["border"], style(negative="clutter, frame")) == "white space, frame, clutter"


def test_an_unknown_set_is_named() -> None:
    with pytest.raises(ProjectError, match="quality, anatomy"):
        compose_negative(["qualty"])


@pytest.mark.parametrize("name", ["ink_wash", "film_noir", "manga"])
def test_ink_and_noir_are_not_told_to_avoid_monochrome(name: str) -> None:
    assert "monochrome" not in compose_negative(NEGATIVE_SETS, load_styles()[name])


def test_cubism_is_not_told_to_avoid_geometry() -> None:
    assert "geometry" not in compose_negative(NEGATIVE_SETS, load_styles()["cubism"])
