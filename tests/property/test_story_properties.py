"""Words by chance: nothing a person or a model writes breaks the reading of it."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glance.story.llm_messages import WrongAnswer, read_alternatives, read_storyboard
from glance.story.offline_writer import expand_prompt, write_storyboard
from glance.story.prompt_text import CLIP_TOKENS, NEGATIVE_SETS, compose_negative, estimate_tokens, split_prompt
from glance.story.safety import find_unsafe
from glance.story.storyboard import StorySection
from glance.story.style_import import style_id_of, template_of

SECTION = StorySection("s00", "A", "verse", 0.0, 10.0, 0.5, 120.0)
WORDS = st.text(st.sampled_from(string.ascii_letters + " ,.()<>:가나다비바다🎵'\n0123456789"), max_size=120)


@given(st.text(max_size=200))
def test_the_guard_reads_any_text_and_points_into_it(text: str) -> None:
    for found in find_unsafe(text):
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.text


@given(st.sampled_from(["nude", "porn", "hentai"]), st.sampled_from(["", ".", "-", "_", "*", "\u200b"]), st.booleans())
def test_signs_between_letters_hide_nothing(word: str, sign: str, upper: bool) -> None:
    hidden = sign.join(word.upper() if upper else word)
    assert find_unsafe(f"a cat, {hidden}")


@given(st.lists(st.sampled_from(sorted(NEGATIVE_SETS)), max_size=8), WORDS)
def test_a_negative_holds_no_entry_twice_and_composing_again_changes_nothing(sets: list[str], extra: str) -> None:
    text = compose_negative(sets, None, extra)
    assert compose_negative([], None, text) == text
    entries = [entry.casefold() for entry in split_prompt(text)]
    assert len(set(entries)) == len(entries)


@given(WORDS, st.integers(), st.floats(0, 1))
@settings(deadline=None)
def test_any_theme_gives_scenes_and_prompts_that_fit(theme: str, seed: int, reach: float) -> None:
    story = write_storyboard(theme, [SECTION], seed)
    assert len(story.scenes) == 1
    assert story.scenes[0].prompt
    assert all(estimate_tokens(prompt) <= CLIP_TOKENS for prompt in expand_prompt(theme, seed, reach))


@given(st.text(max_size=300))
def test_any_text_that_is_no_answer_is_refused_in_words(answer: str) -> None:
    for read in (
        lambda: read_storyboard(answer, [SECTION], (), "tiny"),
        lambda: read_alternatives(answer, "finger"),
    ):
        with pytest.raises(WrongAnswer, match=r"."):
            read()


@given(st.text(max_size=60))
def test_any_style_name_becomes_an_id_and_any_prompt_a_template(text: str) -> None:
    assert style_id_of(text).replace("_", "").isalnum()
    assert template_of(text).count("{prompt}") == 1
