"""The offline writer: in order, drawable, short, the same for a seed, and never the same picture twice."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from glance.story.contradictions import colors_in, contradictions_in
from glance.story.lexicon import load_lexicon
from glance.story.offline_writer import SCENE_TOKENS, SOURCE, expand_prompt, write_storyboard
from glance.story.prompt_text import CLIP_TOKENS, estimate_tokens
from glance.story.safety import find_unsafe
from glance.story.storyboard import TRANSITIONS, StorySection
from glance.story.styles import apply_style, load_styles
from glance.story.sung import sung_things
from glance.story.theme import chapters_of, read_theme, translate_theme

SHAPE = (
    ("A", "intro", 0.15),
    ("B", "verse", 0.4),
    ("C", "chorus", 0.9),
    ("B", "verse", 0.45),
    ("C", "chorus", 0.95),
    ("D", "bridge", 0.3),
    ("E", "build", 0.6),
    ("C", "chorus", 1.0),
    ("A", "outro", 0.1),
)
THEMES = (
    "finger",
    "love",
    "the city of glass",
    "a lonely lighthouse keeper who falls in love with the sea",
    "바다 위의 빨간 풍선",
    "",
    "rain",
    "dancing robots",
    "A girl finds a key. She opens a door under the sea. The moon falls, slowly.",
    "an old man",
    "wolves",
    "nostalgia",
    "violin",
    "<lora:ink:0.7> (red balloon:1.2)",
    "neon seoul at midnight",
    "my grandmother's garden",
    "astronauts",
    "the last train home",
    "freedom",
    "a paper boat",
)


def sections(shape=SHAPE, lyrics: str = "") -> list[StorySection]:
    return [
        StorySection(f"s{i:02}", label, role, 20.0 * i, 20.0 * (i + 1), energy, 120.0, lyrics)
        for i, (label, role, energy) in enumerate(shape)
    ]


def test_there_is_one_scene_per_section_in_order() -> None:
    story = write_storyboard("finger", sections(), 1)
    assert [scene.section_id for scene in story.scenes] == [section.id for section in sections()]
    assert all(scene.transition in TRANSITIONS for scene in story.scenes)
    assert story.source == SOURCE
    assert story.note == ""
    assert all(re.fullmatch(r"#[0-9a-f]{6}", color) for color in story.palette)


def test_a_seed_decides_everything() -> None:
    assert write_storyboard("finger", sections(), 5) == write_storyboard("finger", sections(), 5)
    assert write_storyboard("finger", sections(), 5) != write_storyboard("finger", sections(), 6)


@pytest.mark.parametrize("theme", THEMES)
def test_every_scene_holds_the_theme_s_words_and_leaves_room_for_a_style(theme: str) -> None:
    openings = [chapter.rstrip(",.;") for chapter in chapters_of(translate_theme(theme)[0])]
    longest = max(estimate_tokens(apply_style(style, "")) for style in load_styles().values())
    for seed in range(5):
        for scene in write_storyboard(theme, sections(), seed).scenes:
            assert any(opening in scene.prompt for opening in openings)
            assert estimate_tokens(scene.prompt) <= SCENE_TOKENS
            assert estimate_tokens(scene.prompt) + longest + 1 <= CLIP_TOKENS
            assert not find_unsafe(scene.prompt)
            assert "{" not in scene.prompt
            assert ", ," not in scene.prompt


def test_the_parts_come_in_the_order_subject_setting_composition_light_color() -> None:
    lex = load_lexicon()
    framings = [phrase.split(", ")[0] for phrases in lex.compositions.values() for phrase in phrases]
    lights = [phrase for light in lex.lights.values() for phrase in (*light.soft, *light.strong, *light.indoor)]
    places = [setting.text for world in lex.worlds for setting in world.settings]
    for seed in range(30):
        for scene in write_storyboard("finger", sections(), seed).scenes:
            found = [
                max((scene.prompt.find(f", {phrase}") for phrase in phrases), default=-1)
                for phrases in (places, framings, lights)
            ]
            assert 0 < found[0] < found[1]
            assert found[2] == -1 or found[1] < found[2]


def test_a_returning_label_keeps_every_part_of_its_picture() -> None:
    for seed in range(20):
        scenes = write_storyboard("finger", sections(), seed).scenes
        first, second, third = (set(scenes[i].prompt.split(", ")) for i in (2, 4, 7))
        assert first <= second
        assert first <= third
        assert len(second) == len(first) + 1


def test_no_two_scenes_are_alike_over_two_hundred_songs() -> None:
    seen: dict[str, int] = {}
    for song in range(200):
        story = write_storyboard(THEMES[song % len(THEMES)], sections(), song)
        for scene in story.scenes:
            assert scene.prompt not in seen
            seen[scene.prompt] = song
    assert len(seen) == 200 * len(SHAPE)


def test_two_hundred_tellings_of_one_word_share_little() -> None:
    boards = [write_storyboard("finger", sections(), seed).scenes for seed in range(200)]
    parts = [{part for part in board[2].prompt.split(", ") if not part.startswith("finger")} for board in boards]
    rng = np.random.default_rng(1)
    pairs = rng.integers(0, 200, (2000, 2))
    shared = [len(parts[a] & parts[b]) / len(parts[a] | parts[b]) for a, b in pairs if a != b]
    assert np.mean(shared) < 0.06
    assert np.quantile(shared, 0.99) < 0.5


def test_loud_sections_are_put_otherwise_than_quiet_ones() -> None:
    lex = load_lexicon()
    for seed in range(20):
        scenes = write_storyboard("finger", sections(), seed).scenes
        assert any(action in scenes[2].prompt for action in lex.actions["object"].high)
        assert any(action in scenes[5].prompt for action in lex.actions["object"].calm)


def test_chapters_follow_one_another_through_the_song() -> None:
    shape = [(label, "verse", 0.5) for label in "ABCDEF"]
    scenes = write_storyboard(THEMES[8], sections(shape), 1).scenes
    told = ("A girl finds a key", "She opens a door under the sea", "The moon falls")
    assert [next(chapter for chapter in told if chapter in scene.prompt) for scene in scenes] == [
        "A girl finds a key",
        "A girl finds a key",
        "She opens a door under the sea",
        "She opens a door under the sea",
        "The moon falls",
        "The moon falls",
    ]


def test_what_lyrics_name_is_seen_first_in_the_scene_in_which_it_is_sung() -> None:
    told = list(sections())
    told[1] = replace(told[1], lyrics="rain on my red coat\nthe last train is gone")
    told[3] = replace(told[3], lyrics="빨간 우산과 편지 한 장")
    scenes = write_storyboard("finger", told, 1).scenes
    assert scenes[1].prompt.startswith("fine rain, a red coat and the last train ")
    assert scenes[3].prompt.startswith("a red umbrella ")
    assert "a letter" in scenes[3].prompt
    assert not any("coat" in scenes[place].prompt for place in (0, 2, 3, 4))
    # A return keeps its picture beside what is sung.
    assert set(scenes[1].prompt.split(", ")[2:5]) <= set(scenes[3].prompt.split(", "))


@pytest.mark.parametrize(
    ("lyrics", "things"),
    [
        ("burning like a flame, coffee on the table", ("small flames on the ground", "a cup of coffee", "a table")),
        ("우리 기차는 떠나고", ("a train",)),
        ("I miss you so, all my time, my heart", ()),
        ("a train", ("a train",)),
        ("the bridge, the bridge, an old guitar", ("a bridge", "an old guitar")),
    ],
)
def test_lyrics_name_things_and_no_feelings(lyrics: str, things: tuple[str, ...]) -> None:
    assert sung_things(lyrics, "finger", most=5) == things
    assert sung_things(lyrics, "a train, a bridge, flames, coffee, a table, a guitar", most=5) == ()


def test_what_cannot_be_where_it_is_sung_is_a_picture_there() -> None:
    told = [replace(section, lyrics="a flame in the rain") for section in sections()]
    for scene in write_storyboard("a diver under the ice", told, 4).scenes:
        assert re.search(r"(photograph|postcard|picture|picture book|poster) of small flames", scene.prompt)
        assert contradictions_in(scene.prompt, "a diver under the ice") == ()


def test_a_song_without_sections_or_theme_still_has_a_concept() -> None:
    story = write_storyboard("", [], 3)
    assert story.scenes == ()
    assert story.concept


def test_twenty_sections_of_twenty_labels_are_all_told() -> None:
    shape = [(f"L{i}", "verse", i / 20) for i in range(20)]
    prompts = [scene.prompt for scene in write_storyboard("a paper boat", sections(shape), 1).scenes]
    assert len(set(prompts)) == 20


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        ("손가락", "a finger"),
        ("외로운 등대", "a lonely lighthouse"),
        ("바다 위의 빨간 풍선", "a red balloon on the sea"),
        ("고양이와 달", "a cat and the moon"),
        ("겨울 바다", "the winter sea"),
        ("여름의 끝", "the end of summer"),
        ("비 오는 서울의 밤", "a rainy night in Seoul"),
        ("할머니의 바다", "a grandmother's sea"),
        ("외로운 할머니의 부엌", "a lonely grandmother's kitchen"),
        ("finger", "finger"),
    ],
)
def test_korean_is_translated_as_far_as_the_words_go(korean: str, english: str) -> None:
    assert translate_theme(korean) == (english, ())


def test_what_is_not_translated_is_said() -> None:
    story = write_storyboard("두근두근 고양이", sections(), 1)
    assert "두근두근" in story.note
    assert "a cat" in story.scenes[0].prompt
    assert "두근두근 고양이" in story.concept


@pytest.mark.parametrize(
    ("theme", "kind"),
    [
        ("a lonely lighthouse keeper", "person"),
        ("wolves", "creature"),
        ("the city of glass", "place"),
        ("rain", "element"),
        ("love", "abstract"),
        ("finger", "object"),
        ("a lonely lighthouse", "place"),
        ("electric dreams", "abstract"),
        ("kindness", "abstract"),
        ("a red balloon, the sea", "object"),
        ("David Bowie", "person"),
        ("dark techno", "abstract"),
        ("a jazz singer", "person"),
        ("winter 1987", "abstract"),
        ("night", "place"),
        ("mother tongue", "object"),
        ("betrayal", "abstract"),
        ("a letter to my younger self", "object"),
    ],
)
def test_the_kind_of_a_theme_is_told(theme: str, kind: str) -> None:
    assert read_theme(theme).kind == kind


@pytest.mark.parametrize(
    ("line", "figure"),
    [
        ("I saw you at the bus stop", "a lone figure"),
        ("she left without saying goodbye", "a woman"),
        ("what if we never land?", "two people side by side"),
        ("dancing in the dark", "a lone figure"),
        ("driving home", "a lone figure"),
        ("go to hell, darling", "a lone figure"),
        ("She opens a door under the sea", ""),
        ("dancing robots", ""),
        ("a paper boat", ""),
        ("floating", "a lone figure"),
        ("a clock that forgot how to sleep", ""),
        ("a letter to my younger self", ""),
    ],
)
def test_a_line_of_a_song_shows_somebody(line: str, figure: str) -> None:
    assert read_theme(line).figure == figure
    for scene in write_storyboard(line, sections(), 1).scenes:
        assert figure in scene.prompt


@pytest.mark.parametrize("theme", ["a lighthouse", "the moon", "rain", "Busan", "the sea"])
def test_a_place_is_shown_itself_and_nothing_stands_in_for_it(theme: str) -> None:
    lex = load_lexicon()
    kind = read_theme(theme).kind
    for seed in range(10):
        for section, scene in zip(sections(), write_storyboard(theme, sections(), seed).scenes, strict=True):
            views = [*lex.views.calm, *lex.views.mid, *lex.views.high, *lex.arrivals[kind], *lex.departures[kind]]
            shown = [*views, *lex.accents.calm, *lex.accents.mid, *lex.accents.high]
            assert any(scene.prompt.startswith(phrase) for phrase in shown)
            assert any(view in scene.prompt for view in views)
            assert f", {theme}" in scene.prompt
            assert "close-up" not in scene.prompt, section.role


@pytest.mark.parametrize(
    ("theme", "never"),
    [
        ("whale", {"candle", "embers", "sparks", "fireflies", "smoke", "kites", "leaves"}),
        ("a mother's kitchen", {"horizon", "sky", "clouds", "puddle", "fireworks", "panoramic"}),
        ("rain", {"confetti", "sparks", "macro", "embers", "bonfire"}),
        ("Paris in the rain", {"fence", "grass", "confetti", "close"}),
        ("a crow", {"bird", "birds"}),
        ("summer", {"frost", "ice", "fireflies", "moonlight"}),
    ],
)
def test_what_cannot_be_seen_together_is_not_drawn_together(theme: str, never: set[str]) -> None:
    for seed in range(20):
        for scene in write_storyboard(theme, sections(), seed).scenes:
            added = scene.prompt.replace(translate_theme(theme)[0], "", 1)
            assert not never & set(re.findall(r"[a-z]+", added.replace("bird's-eye", "").replace("jellyfish", "")))


def test_no_rule_takes_all_phrases_of_a_list() -> None:
    lex = load_lexicon()
    moods = [
        by.of(mood) for by in (*lex.actions.values(), lex.surroundings, lex.views) for mood in ("calm", "mid", "high")
    ]
    for clash in lex.clashes:
        for phrases in [*moods, *lex.compositions.values()]:
            left = [phrase for phrase in phrases if not clash.never & set(re.findall(r"[a-z]+(?:'[a-z]+)?", phrase))]
            assert left or "broad" in clash.words


def test_a_theme_that_says_where_and_what_is_not_taken_elsewhere() -> None:
    theme = read_theme("a fox crosses a winter city at dawn")
    assert (theme.placed, theme.acting, theme.stage) == (True, True, "dawn")
    places = [setting.text for world in load_lexicon().worlds for setting in world.settings]
    for seed in range(10):
        for scene in write_storyboard(theme.text, sections(), seed).scenes:
            assert not any(f", {place}" in scene.prompt for place in places)


def test_a_long_sentence_is_cut_between_words() -> None:
    long = "a very tired postman who carries every unsent letter of a drowned town " * 3
    (chapter,) = chapters_of(long)
    assert long.startswith(chapter)
    assert estimate_tokens(chapter) <= 22
    assert not chapter.endswith((" a", " the", " of", " who"))


@pytest.mark.parametrize("reach", [0.0, 0.3, 0.6, 1.0])
@pytest.mark.parametrize("words", ["finger", "love", "a dancer in the rain", "손가락"])
def test_three_different_prompts_grow_out_of_a_few_words(words: str, reach: float) -> None:
    prompts = expand_prompt(words, 4, reach)
    opening = translate_theme(words)[0]
    assert len(set(prompts)) == 3
    assert all(prompt.startswith(opening) for prompt in prompts)
    assert all(estimate_tokens(prompt) <= CLIP_TOKENS for prompt in prompts)
    assert prompts == expand_prompt(words, 4, reach)


def test_the_lever_goes_further() -> None:
    means = [np.mean([estimate_tokens(p) for p in expand_prompt("finger", 4, reach)]) for reach in (0.0, 0.3, 0.5, 1.0)]
    assert means == sorted(means)
    assert means[-1] > 2 * means[0]


@pytest.mark.parametrize("style", load_styles().values(), ids=lambda style: style.id)
def test_an_expanded_prompt_fits_in_every_style(style) -> None:
    for prompt in expand_prompt("a lonely lighthouse keeper", 2, 1.0, style):
        assert estimate_tokens(prompt) <= CLIP_TOKENS
        assert prompt.endswith(style.template.split("{prompt}")[1])


@pytest.mark.parametrize(
    "theme", ["a lighthouse that remembers the sea", "neon samurai", "a paper boat", "the first snow"]
)
def test_no_two_of_twenty_four_pictures_begin_alike(theme: str) -> None:
    shape = [(f"L{n}", "verse" if n % 3 else "chorus", 0.5 + 0.02 * (n % 7)) for n in range(24)]
    for seed in range(6):
        begun = [" ".join(scene.prompt.split()[:2]) for scene in write_storyboard(theme, sections(shape), seed).scenes]
        assert len(set(begun)) == len(begun)


def test_colors_are_those_of_the_look_and_none_where_it_has_none() -> None:
    styles = load_styles()
    looks = {label: styles["film_noir" if label == "C" else "risograph"] for label in "ABCDE"}
    story = write_storyboard("a detective", sections(), 2, looks)
    for section, scene in zip(sections(), story.scenes, strict=True):
        if section.label == "C":
            assert colors_in(scene.prompt) == ()
    assert story.palette == styles["risograph"].palette
    assert any(colors_in(scene.prompt) for scene in story.scenes)


def test_loud_and_quiet_are_those_of_the_song_however_loud_it_is() -> None:
    """A mastered song whose quietest verse has an energy of .9 still has calm pictures."""
    shape = (("A", "verse", 0.9), ("B", "verse", 0.96), ("C", "chorus", 1.0), ("A", "verse", 0.9))
    lex = load_lexicon()
    calm = [*lex.actions["object"].calm, *lex.arrivals["object"]]
    prompt = write_storyboard("finger", sections(shape), 3).scenes[0].prompt
    assert any(phrase in prompt for phrase in calm)
    assert not any(phrase in prompt for phrase in lex.compositions["dynamic"])
