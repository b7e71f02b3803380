"""A theme in any language stands in every prompt, what nobody read is said, and the concept claims no more."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import msgspec
import pytest

from glance.project.compile import compile_plan
from glance.project.model import Project, Scene, Song
from glance.story.languages import unread_words
from glance.story.llm_endpoints import Endpoint
from glance.story.offline_writer import expand_prompt, write_storyboard
from glance.story.safety import check_words
from glance.story.storyboard import StorySection
from glance.story.styles import load_styles
from glance.story.writer import StoryWriter
from tests.conftest import heard

ROOT = Path(__file__).parents[3]
SECTIONS = [
    StorySection("s00", "A", "intro", 0.0, 10.0, 0.2, 120.0),
    StorySection("s01", "B", "chorus", 10.0, 20.0, 0.9, 120.0),
    StorySection("s02", "A", "verse", 20.0, 30.0, 0.5, 120.0),
]
FOREIGN = (
    "海を覚えている灯台",
    "記得大海的燈塔",
    "маяк, який пам'ятає море",
    "маяк, который помнит море",
    "منارة تتذكر البحر",
    "ประภาคารที่จดจำทะเล",
    "מגדלור שזוכר את הים",
    "ο φάρος που θυμάται τη θάλασσα",
    "समुद्र को याद रखने वाला दीपस्तंभ",
    "🔥🔥🔥",
    "❤️ 🌊",
    "der Leuchtturm, der sich ans Meer erinnert",
    "le phare qui se souvient de la mer",
    "un faro que recuerda el mar",
    "um farol que se lembra do mar",
    "il faro che ricorda il mare",
    "Liebe und Licht",
    "corazón",
    "noche de luna",
    "ngọn hải đăng nhớ biển",
)
READ = (
    "a lighthouse that remembers the sea",
    "a walk in Zürich with Beyoncé",
    "Rio de Janeiro",
    "La La Land",
    "a naïve girl in a café",
    "1984",
    "외로운 등대",
    "",
    "...",
    "the die is cast, no man is an island",
    "<lora:ink_日本:0.8> a house",
)


@pytest.mark.parametrize("theme", FOREIGN)
def test_a_theme_that_nobody_reads_stands_in_every_prompt_and_is_said(theme: str) -> None:
    for seed in range(3):
        story = write_storyboard(theme, SECTIONS, seed)
        assert all(theme in scene.prompt for scene in story.scenes)
        assert "reads English and Korean only" in story.note
        assert "connect a language model" in story.note
        assert all(prompt.startswith(theme) for prompt in expand_prompt(theme, seed, 0.5))
    ideas = StoryWriter(None).expand_prompt(theme, 1, 0.5)
    assert "reads English and Korean only" in ideas.note


@pytest.mark.parametrize("theme", READ)
def test_what_is_english_korean_or_a_name_is_not_called_unread(theme: str) -> None:
    assert unread_words(theme) == ""
    assert write_storyboard(theme, SECTIONS, 1).note == ""


@pytest.mark.parametrize(
    ("theme", "words"), [("a lighthouse 灯台", "灯台"), ("the sun 🌞", "🌞"), ("a Москва night", "Москва")]
)
def test_of_a_mixed_theme_only_the_foreign_words_are_named(theme: str, words: str) -> None:
    assert unread_words(theme) == words
    assert all(theme in scene.prompt for scene in write_storyboard(theme, SECTIONS, 1).scenes)


def test_korean_words_without_english_follow_as_they_were_typed() -> None:
    story = write_storyboard("두근두근 등대", SECTIONS, 1)
    assert all("두근두근" in scene.prompt for scene in story.scenes)
    assert "두근두근" in story.note
    story = write_storyboard("灯台 바다 🌊", SECTIONS, 1)
    assert all("灯台" in scene.prompt and "🌊" in scene.prompt for scene in story.scenes)


@pytest.mark.parametrize(
    "theme",
    [
        "A girl finds a key. She opens a door. The moon falls. It rains. The end comes.",
        "猫が歩く。犬が走る。鳥が飛ぶ。魚が泳ぐ。",
        "a very tired postman who carries every unsent letter of a drowned town, " * 3,
        "記得大海的燈塔，在很久很久以前的一個夜晚，人們都忘記了它的名字，只有海風還在唱歌",
        "海" * 200,
        "...",
        *FOREIGN,
    ],
)
def test_the_concept_claims_no_more_of_the_theme_than_the_prompts_hold(theme: str) -> None:
    story = write_storyboard(theme, SECTIONS, 1)
    prompts = " ".join(scene.prompt for scene in story.scenes).casefold()
    pieces = [piece.strip() for piece in re.split(r"[.。]", theme) if piece.strip()]
    held = [piece for piece in pieces if piece.casefold() in prompts]
    run_lock = [piece for piece in pieces if piece.casefold() in story.concept.casefold()]
    assert set(run_lock) <= set(held)
    if len(held) < len(pieces):
        assert "no room for all of the theme" in story.note


@pytest.mark.parametrize("theme", FOREIGN)
def test_the_guard_lets_harmless_words_of_all_languages_pass(theme: str) -> None:
    check_words(theme, "theme")
    scenes = tuple(Scene(prompt=scene.prompt) for scene in write_storyboard(theme, SECTIONS, 1).scenes[:1])
    compile_plan(Project(song=Song(path="a.wav"), scenes=scenes), heard(), load_styles())


def test_a_model_gets_the_theme_as_it_was_typed() -> None:
    from tests.support.chat_server import chat_server, fail

    with chat_server(fail(418)) as chat:
        writer = StoryWriter(Endpoint("custom", chat.url, "tiny"), patience_s=8.0)
        story = writer.write_storyboard("海を覚えている灯台", SECTIONS, 1)
    assert json.loads(chat.requests[0]["messages"][1]["content"])["theme"] == "海を覚えている灯台"
    assert story.note.splitlines()[0].endswith("Written offline instead.")
    assert story.note.splitlines()[1].startswith("The offline writer reads English and Korean only")


def test_choices_in_a_theme_are_made_once_and_names_of_lists_are_said() -> None:
    story = write_storyboard("a {red|blue} lighthouse by __place__", SECTIONS, 1)
    assert len({re.search(r"a (red|blue) lighthouse by __place__", scene.prompt)[0] for scene in story.scenes}) == 1
    assert "{red|blue} became" in story.note
    assert "__place__ names a list of another extension" in story.note


def test_choices_in_a_typed_prompt_are_made_once_for_a_scene() -> None:
    scenes = (
        Scene(prompt="a {red|blue|green|white|black} car", picture="A"),
        *(Scene(prompt="a {red|blue|green|white|black} car", picture=f"B{n}", start=f"{n}s") for n in range(1, 9)),
    )
    project = Project(song=Song(path="a.wav"), scenes=scenes)
    frames = compile_plan(project, heard(), load_styles()).frames
    said = [{frame.prompt for frame in frames if frame.scene == scene} for scene in range(len(scenes))]
    assert all(len(words) == 1 for words in said)
    assert len(set().union(*said)) > 1
    assert "{" not in frames[0].prompt[0][0]
    again = compile_plan(msgspec.structs.replace(project, title="x"), heard(), load_styles()).frames
    assert [frame.prompt for frame in again] == [frame.prompt for frame in frames]


def test_every_note_of_the_offline_writer_is_told_in_korean(tmp_path: Path) -> None:
    themes = [
        "海を覚えている灯台",
        "두근두근 고양이",
        "a {red|blue} car by __place__",
        "A cat. A dog. A bird. A fish. A cow.",
    ]
    notes = [write_storyboard(theme, SECTIONS, 1).note for theme in themes]
    file = tmp_path / "notes.json"
    file.write_text(json.dumps(notes), "utf-8")
    done = subprocess.run(
        ["node", "tests/js/translate_messages.mjs", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    lines = [line for told in json.loads(done.stdout) for line in told.splitlines()]
    assert len(lines) == 5
    assert [line for line in lines if not re.search("[가-힣]{2}", line)] == []
    assert "海を覚えている灯台" in lines[0]
