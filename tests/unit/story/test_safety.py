"""The guard: what must not be drawn is stopped however it is written, and harmless words pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import glance.story
from glance.errors import ProjectError
from glance.story.safety import check_words, find_unsafe

HIDDEN = [
    "nude",
    "NuDe",
    "N.U.D.E",
    "n u d e",
    "n-u-d-e",
    "nu-de",
    "nu*de",
    "nud3",
    "nüde",
    "nudе",  # Cyrillic е
    "ｎｕｄｅ",
    "𝓃𝓊𝒹𝑒",
    "nu\u200bde",
    "nu\u00adde",
    "nuuuude",
    "nudes",
    "p0rn",
    "5ex",
    "pu$$y",
    "d!ck",
    "b00bs",
    "n_s_f_w",
    "섹스",
    "섹.스",
    "섹 스",
    "벌거벗은",
    "g o r e",
]
HARMLESS = [
    "Sussex and Essex",
    "a cockatoo",
    "a classic assassin",
    "grapes",
    "therapist",
    "analysis",
    "document",
    "circumstances",
    "moby dick",
    "the naked eye",
    "naked trees in winter",
    "a penguin",
    "pen is mightier than the sword",
    "85 mm lens, 1 2 3 4 5",
    "a b c d e f g",
    "raspberries, drapery",
    "a child holding a kite",
    "a woman in a bikini",
    "Titanic",
    "shiitake mushrooms",
    "지나치게 큰 달",
    "건강간식",
    "잠을 자지 못한 밤",
    "유니섹스 코트",
    "the blood moon",
    "kill the lights",
    "nuclear sunrise",
    "",
    "   ",
    "🎵🎶",
]


@pytest.mark.parametrize("word", HIDDEN)
def test_an_unsafe_word_is_found_however_it_is_written(word: str) -> None:
    text = f"a woman, {word}, by a window"
    (found, *_) = find_unsafe(text)
    assert text[found.start : found.end].strip() == found.text.strip()
    assert found.text in text
    assert 9 <= found.start < found.end <= 9 + len(word)


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_words_pass(text: str) -> None:
    assert find_unsafe(text) == ()
    check_words(text, "prompt")


def test_a_child_and_a_suggestive_word_together_are_stopped() -> None:
    (found,) = find_unsafe("a little girl, lingerie, soft light")
    assert (found.text, found.kind) == ("lingerie", "abuse of children")
    assert find_unsafe("소녀가 비키니를 입고")


def test_phrases_are_found_across_signs_and_spaces() -> None:
    assert find_unsafe("a knight holds a  Severed,head")[0].kind == "gore"


def test_the_message_names_field_word_and_place() -> None:
    with pytest.raises(ProjectError) as caught:
        check_words("a cat, n.u.d.e", "scenes[2].prompt")
    assert caught.value.field == "scenes[2].prompt"
    assert "'n.u.d.e'" in str(caught.value)
    assert "column 8" in str(caught.value)


def test_everything_found_is_in_the_order_of_the_text() -> None:
    found = find_unsafe("porn, a cat, nude")
    assert [item.text for item in found] == ["porn", "nude"]


def test_every_listed_word_is_found_and_no_allowed_phrase_is() -> None:
    lists = json.loads((Path(glance.story.__file__).parent / "data" / "guard.json").read_text(encoding="utf-8"))
    for name in ("words", "phrases", "korean", "korean_words"):
        for kind, words in lists[name].items():
            for word in words:
                assert kind in {item.kind for item in find_unsafe(f"a cat, {word}, a dog")}, word
    for phrase in lists["allowed"]:
        assert find_unsafe(f"a cat, {phrase}, a dog") == (), phrase


def test_decomposed_hangul_is_read() -> None:
    import unicodedata

    assert find_unsafe(unicodedata.normalize("NFD", "고양이 섹스"))
