"""Prompts in the form a family of models reads best, and negatives that do not fight them."""

from __future__ import annotations

import pytest

from glance.backends.sdapi.families import family_of
from glance.story.offline_writer import write_storyboard
from glance.story.prompt_form import in_form
from glance.story.prompt_text import DEFAULT_NEGATIVE_SETS, NEGATIVE_SETS, compose_negative, split_prompt
from glance.story.storyboard import StorySection
from glance.story.theme import words_of
from glance.story.writer import StoryWriter

SECTIONS = tuple(
    StorySection(f"s{n}", label, role, 20.0 * n, 20.0 * n + 20.0, energy, 120.0)
    for n, (label, role, energy) in enumerate(
        [("A", "intro", 0.2), ("B", "verse", 0.4), ("C", "chorus", 0.9), ("D", "bridge", 0.3), ("E", "outro", 0.1)]
    )
)
SMALL = {"it", "is", "seen", "as", "a", "an", "the", "light", "colors", "are"}


@pytest.mark.parametrize("theme", ["a lighthouse that remembers the sea", "두 연인의 이별", "neon samurai", "rain"])
def test_sentences_say_what_the_tags_say(theme: str) -> None:
    tags = StoryWriter(None).write_storyboard(theme, SECTIONS, 3)
    told = StoryWriter(None, form="sentences").write_storyboard(theme, SECTIONS, 3)
    assert tags == write_storyboard(theme, SECTIONS, 3)
    for plain, sentence in zip(tags.scenes, told.scenes, strict=True):
        assert set(words_of(sentence.prompt)) - SMALL == set(words_of(plain.prompt)) - SMALL
        assert sentence.prompt.count(". ") >= 2
        assert not sentence.prompt.endswith(".")
        assert sentence.prompt[0].isupper()


def test_a_short_prompt_is_a_sentence_already() -> None:
    assert in_form("finger", "sentences") == "finger"
    assert in_form("a red door, by the sea", "tags") == "a red door, by the sea"


@pytest.mark.parametrize(
    ("model", "form"),
    [("v1-5-pruned.safetensors", "tags"), ("ponyXL.safetensors", "tags"), ("flux1-dev.safetensors", "sentences")],
)
def test_every_family_knows_its_form(model: str, form: str) -> None:
    family = family_of(model=model)
    assert family is not None
    assert family.prompts == form


@pytest.mark.parametrize(
    ("prompt", "gone"),
    [
        ("two lovers on a bridge", "duplicate"),
        ("wide shot, natural frame", "frame"),
        ("an astronaut's last letter home", "text"),
        ("a neon sign in the rain", "text"),
        ("a lighthouse, close-up, 85 mm lens, soft background", "blurry"),
        ("macro detail of a rose", "cropped"),
    ],
)
def test_what_the_prompt_asks_for_is_not_kept_away(prompt: str, gone: str) -> None:
    without = split_prompt(compose_negative(DEFAULT_NEGATIVE_SETS, prompt=prompt))
    assert gone in split_prompt(compose_negative(DEFAULT_NEGATIVE_SETS, prompt="a lighthouse"))
    assert gone not in without
    assert set(NEGATIVE_SETS["safety"]) <= set(without)


def test_a_person_s_own_negative_stays_whatever_the_prompt_says() -> None:
    assert compose_negative(["border"], extra="duplicate, frame", prompt="two lovers, framed") == (
        "white space, duplicate, frame"
    )
