"""The second reading: what a language model gets wrong is found, sent back once, and mended."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from glance.story.llm_endpoints import Endpoint
from glance.story.review import Brief, mended, review
from glance.story.storyboard import Storyboard, StoryScene, StorySection
from glance.story.styles import load_styles
from glance.story.writer import StoryWriter
from tests.support.chat_server import chat_server, say

STYLES = load_styles()
THEME = "a diver finds a glowing city under the ice"
SECTIONS = (
    StorySection("s01", "A", "verse", 0.0, 20.0, 0.4, 120.0),
    StorySection("s02", "B", "chorus", 20.0, 40.0, 0.9, 120.0, "a red coat in the water"),
    StorySection("s03", "C", "outro", 40.0, 60.0, 0.2, 120.0),
)
GOOD = (
    "a diver sinks through blue water toward the ice city, drowned streets below, wide shot, pale light",
    "swimming past glowing towers under the ice, a diver in a red coat, the city all around, low angle",
    "looking up at the ice from a silent square, the diver alone, city lights, close-up, dim light",
)
#: What goes wrong -> the scene's number, its prompt, its negative.
WRONG = {
    "fire under water": (0, "a diver in the ice city, a campfire on the square, wide shot", ""),
    "birds under water": (0, "a diver above the ice city, a flock of kites overhead, wide shot", ""),
    "summer in the ice": (0, "a diver in the ice city, a sunny midsummer meadow, wide shot", ""),
    "day at night": (2, "a midnight diver in the ice city, blazing noon daylight, close-up", ""),
    "indoors and the open": (2, "the diver in a bathroom of the ice city, under a wide horizon, close-up", ""),
    "the theme is gone": (1, "a ballerina on a stage in a red coat, low angle", ""),
    "what is sung is gone": (1, "a diver between towers of the ice city, low angle", ""),
    "the negative fights the prompt": (0, GOOD[0], "blurry, ice"),
    "a medium": (2, "an oil painting of the diver in the ice city, close-up", ""),
    "an artist": (2, "the diver in the ice city, banksy, close-up", ""),
    "colors in a look without any": (2, "the diver in the ice city, crimson and gold light, close-up", ""),
    "a beginning like another's": (2, GOOD[0].replace("wide shot", "close-up"), ""),
}


def board_of(changes: dict[int, tuple[str, str]]) -> Storyboard:
    told = [changes.get(place, (prompt, "")) for place, prompt in enumerate(GOOD)]
    scenes = [StoryScene(s.id, prompt, negative) for s, (prompt, negative) in zip(SECTIONS, told, strict=True)]
    return Storyboard("A diver.", ("#102030",), tuple(scenes), "tiny")


def brief_of() -> Brief:
    looks = {"A": STYLES["watercolour"], "B": STYLES["watercolour"], "C": STYLES["film_noir"]}
    return Brief(THEME, SECTIONS, looks)


def answer_of(board: Storyboard) -> str:
    def scene(told: StoryScene) -> dict[str, str]:
        subject, setting, *rest = told.prompt.split(", ", 2)
        return {
            "section_id": told.section_id,
            "subject": subject,
            "setting": setting,
            "composition": rest[0] if rest else "",
            "lighting": "",
            "colour": "",
            "camera": "",
            "transition": "cut",
            "negative": told.negative,
        }

    return json.dumps({"concept": "A diver.", "palette": ["#102030"], "scenes": [scene(s) for s in board.scenes]})


def test_a_good_storyboard_is_left_alone() -> None:
    board = board_of({})
    assert review(board, brief_of()) == ()
    assert mended(board, brief_of()) == board


@pytest.mark.parametrize("fault", WRONG)
def test_every_fault_is_found_in_its_scene_and_mended(fault: str) -> None:
    place, prompt, negative = WRONG[fault]
    board = board_of({place: (prompt, negative)})
    faults = review(board, brief_of())
    assert {found.scene for found in faults} == {SECTIONS[place].id}
    whole = mended(board, brief_of())
    assert review(whole, brief_of()) == ()
    untouched = [scene for index, scene in enumerate(whole.scenes) if index != place]
    assert untouched == [scene for index, scene in enumerate(board.scenes) if index != place]


@pytest.mark.parametrize("fault", WRONG)
def test_a_model_is_asked_once_to_mend_and_what_stays_wrong_is_mended_and_said(fault: str) -> None:
    place, prompt, negative = WRONG[fault]
    bad = answer_of(board_of({place: (prompt, negative)}))
    with chat_server(say(bad), say(bad)) as chat:
        writer = StoryWriter(Endpoint("custom", chat.url, "tiny"), patience_s=8.0)
        story = writer.write_storyboard(THEME, SECTIONS, 1, looks=brief_of().looks)
    assert len(chat.requests) == 2
    assert SECTIONS[place].id in chat.requests[1]["messages"][-1]["content"]
    assert story.source == "tiny"
    assert "mended in s0" in story.note
    assert review(story, brief_of()) == ()


def test_a_model_that_mends_itself_is_taken_at_its_word() -> None:
    place, prompt, negative = WRONG["fire under water"]
    with chat_server(say(answer_of(board_of({place: (prompt, negative)}))), say(answer_of(board_of({})))) as chat:
        story = StoryWriter(Endpoint("custom", chat.url, "tiny"), patience_s=8.0).write_storyboard(THEME, SECTIONS, 1)
    assert story.note == ""
    assert [scene.prompt for scene in story.scenes] == list(GOOD)


def test_a_model_that_breaks_down_over_the_repair_loses_nothing_of_its_first_answer() -> None:
    place, prompt, negative = WRONG["fire under water"]
    bad = answer_of(board_of({place: (prompt, negative)}))
    with chat_server(say(bad), say("sorry"), say("sorry")) as chat:
        story = StoryWriter(Endpoint("custom", chat.url, "tiny"), patience_s=8.0).write_storyboard(THEME, SECTIONS, 1)
    assert story.source == "tiny"
    assert "campfire" not in story.scenes[place].prompt
    assert story.scenes[1].prompt == GOOD[1]


def test_what_the_theme_itself_brings_together_is_no_contradiction() -> None:
    board = board_of({})
    told = [
        replace(scene, prompt=f"fireworks over the winter sea, {scene.prompt[:9]}{place}")
        for place, scene in enumerate(board.scenes)
    ]
    brief = Brief("cherry blossoms in the first snow", (), {})
    assert review(replace(board, scenes=tuple(told)), brief) == ()
