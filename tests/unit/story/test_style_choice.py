"""The look of a first video: named by the theme, or chosen by theme and song."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from glance.story.style_choice import SongMood, choose_looks, styles_named_in
from glance.story.styles import load_styles, surprise_style

STYLES = load_styles()
SLOW, FAST = SongMood(-0.8, -0.6, -0.5, -1.0), SongMood(0.9, 0.7, 0.8, 0.8)
THEMES = (
    "an astronaut's last letter home",
    "바다를 기억하는 등대",
    "goodbye at the station",
    "a stadium singing my name",
    "love",
    "",
)


@pytest.mark.parametrize(
    ("theme", "named"),
    [
        ("neon samurai", "neon_sign"),
        ("film noir detective in the rain", "film_noir"),
        ("사이버펑크 서울의 사무라이", "cyberpunk"),
        ("수채화로 그린 봄날", "watercolour"),
        ("고흐 풍의 밤하늘", "post_impressionism"),
        ("a watercolor of my grandmother", "watercolour"),
        ("lo-fi rain", "lofi_anime"),
        ("a mandala turning", "mandala"),
        ("my dog, claymation", "claymation"),
        ("a marble style dancer", "marble"),
        ("8-bit love", "pixel_art"),
    ],
)
def test_a_theme_that_names_a_style_gets_it(theme: str, named: str) -> None:
    assert styles_named_in(theme, STYLES)[0] == named
    looks = choose_looks(theme, FAST, STYLES, 5)
    assert looks is not None
    assert looks.main == named


@pytest.mark.parametrize(
    "theme",
    [
        "a diver underwater",
        "a marble statue",
        "winter in my town",
        "the magazine on the table",
        "사진 한 장",
        "달리는 기차",
    ],
)
def test_a_thing_in_a_theme_names_no_style(theme: str) -> None:
    assert styles_named_in(theme, STYLES) == ()


@pytest.mark.parametrize("theme", THEMES)
def test_both_looks_are_of_one_family_and_none_is_sacred(theme: str) -> None:
    for seed, mood in itertools.product(range(40), (SLOW, FAST, SongMood())):
        looks = choose_looks(theme, mood, STYLES, seed)
        assert looks is not None
        main, loud = STYLES[looks.main], STYLES[looks.loud]
        assert main != loud
        assert main.family == loud.family
        assert not main.asked
        assert not loud.asked
        assert "culture" not in (main.group, loud.group) or theme


def test_songs_and_themes_differ_in_their_looks() -> None:
    def shown(mood: SongMood, seed: int) -> set[object]:
        return {choose_looks(theme, mood, STYLES, seed) for theme in THEMES}

    assert len(shown(SLOW, 11)) >= len(THEMES) - 1
    assert not shown(SLOW, 11) & shown(FAST, 12)


def test_a_style_that_suits_the_theme_wins_whatever_the_song() -> None:
    """An old samurai tale is mostly drawn in ink or as a print, a letter home seldom in neon."""
    found = [choose_looks("a samurai", mood, STYLES, seed) for mood in (SLOW, FAST) for seed in range(30)]
    suits = {"ukiyo_e", "ink_wash", "manga", "anime", "anime_90s", "woodcut"}
    assert sum(looks is not None and looks.main in suits for looks in found) > 30


def test_a_person_s_own_styles_are_taken_only_where_they_are_named() -> None:
    own = {"mine": replace(STYLES["baroque"], id="mine", name_en="Our wall", name_ko="우리 벽", family="", synonyms=())}
    assert choose_looks("the sea", FAST, own, 1) is None
    looks = choose_looks("the sea on our wall", FAST, own, 1)
    assert looks is not None
    assert looks.main == "mine"


def test_no_surprise_is_sacred() -> None:
    assert not any(surprise_style(STYLES, seed).asked for seed in range(300))
