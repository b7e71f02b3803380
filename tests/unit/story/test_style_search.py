"""Search: what people type for a look finds it, in either language, misspelt or not."""

from __future__ import annotations

import pytest

from glance.story.style_search import edit_distance, search_styles
from glance.story.styles import load_styles

STYLES = load_styles()

#: What is typed -> looks of which one is meant.
SEARCHES = {
    "watercolor": "watercolour",
    "claymation": "claymation clay",
    "8-bit": "pixel_art",
    "8 bit": "pixel_art",
    "lo-fi": "lofi_anime",
    "lofi": "lofi_anime",
    "pixar": "render_3d",
    "disney": "render_3d storybook",
    "retro": "atomic_1950s disco_1970s synthwave vaporwave",
    "vintage": "lithograph etching botanical",
    "ghibli": "anime storybook",
    "lego": "toy_bricks voxel",
    "tilt shift": "tilt_shift",
    "vhs": "vhs",
    "oil painting": "oil_impasto",
    "black and white": "photo_black_white film_noir manga",
    "b&w": "photo_black_white",
    "photorealistic": "photo_35mm photo_studio cinematic",
    "film grain": "photo_35mm super8 documentary_16mm",
    "80s": "memphis_1980s synthwave vhs",
    "90s anime": "anime_90s",
    "neon": "neon_sign cyberpunk",
    "noir": "film_noir",
    "sketch": "pencil charcoal",
    "van gogh": "post_impressionism",
    "dark academia": "dark_academia",
    "wuxia": "wuxia",
    "polaroid": "photo_polaroid",
    "cctv": "security_camera",
    "zine": "zine_photocopy",
    "crt": "crt",
    "old tv": "crt",
    "minecraft": "voxel",
    "street art": "spray_graffiti",
    "ghibli style": "anime storybook",
    "수채화": "watercolour",
    "유화": "oil_impasto",
    "흑백": "photo_black_white film_noir",
    "실사": "photo_35mm photo_studio",
    "레트로": "vaporwave disco_1970s atomic_1950s synthwave",
    "느와르": "film_noir",
    "누아르": "film_noir",
    "지브리": "storybook anime",
    "지브리 스타일": "storybook anime",
    "애니메이션": "anime",
    "픽셀": "pixel_art",
    "도트": "pixel_art",
    "사이버펑크": "cyberpunk",
    "수묵화": "ink_wash",
    "빈티지": "lithograph etching botanical",
    "만화": "webtoon comic_book ligne_claire",
    "동화": "storybook fairy_tale fairy_golden_age",
    "네온": "neon_sign cyberpunk",
    "폴라로이드": "photo_polaroid",
    "레고": "toy_bricks",
    "브라운관": "crt",
    "무협": "wuxia",
    "로파이": "lofi_anime",
    "고흐": "post_impressionism",
    "그림책": "storybook",
    "클레이": "clay claymation",
    "바로크 느낌": "baroque",
    "ㅂㄹㅋ": "baroque",
}


@pytest.mark.parametrize(("typed", "meant"), SEARCHES.items())
def test_what_people_type_finds_what_they_mean_in_the_first_three(typed: str, meant: str) -> None:
    assert {style.id for style in search_styles(STYLES, typed)[:3]} & set(meant.split())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("impresionism", "impressionism"),
        ("cyberpnuk", "cyberpunk"),
        ("polariod", "photo_polaroid"),
        ("graffitti", "spray_graffiti"),
        ("수체화", "watercolour"),
        ("싸이버펑크", "cyberpunk"),
        ("바로끄", "baroque"),
    ],
)
def test_a_misspelt_word_finds_its_style(typed: str, meant: str) -> None:
    assert search_styles(STYLES, typed)[0].id == meant


def test_a_word_that_is_spelt_right_is_not_taken_for_another() -> None:
    assert {style.id for style in search_styles(STYLES, "clay")} >= {"clay", "claymation"}
    assert "cyanotype" not in {style.id for style in search_styles(STYLES, "clay")}


def test_a_letter_or_two_find_nothing_by_accident() -> None:
    assert {style.id for style in search_styles(STYLES, "3d")} == {"render_3d"}
    assert search_styles(STYLES, "qx") == ()


def test_a_page_of_text_is_no_query_that_takes_long() -> None:
    assert search_styles(STYLES, "무" * 100_000) == ()


@pytest.mark.parametrize(
    ("a", "b", "edits"), [("noir", "noir", 0), ("nior", "noir", 1), ("nor", "noir", 1), ("x", "noir", 3)]
)
def test_edits_are_counted_up_to_a_bound(a: str, b: str, edits: int) -> None:
    assert edit_distance(a, b, 2) == edits
