"""Twenty themes on two songs: nothing contradicts itself, cards can be told apart, themes and lyrics are kept."""

from __future__ import annotations

import itertools

import pytest

from benchmarks.bench_story import SONGS, THEMES, faults_of, told


@pytest.mark.parametrize(("theme", "song"), list(itertools.product(THEMES, SONGS)))
def test_nothing_is_wrong_with_a_storyboard_by_rule(theme: str, song: str) -> None:
    board, brief = told(theme, song)
    assert faults_of(board, brief) == []
    assert "reads English and Korean only" not in board.note


@pytest.mark.parametrize("theme", THEMES)
def test_two_songs_tell_one_theme_in_other_looks_and_pictures(theme: str) -> None:
    (first, one), (second, other) = (told(theme, song) for song in SONGS)
    assert {scene.prompt for scene in first.scenes}.isdisjoint(scene.prompt for scene in second.scenes)
    named = {style.id for style in one.looks.values()} & {"neon_sign", "film_noir"}
    looks = [[style.id for style in brief.looks.values()] for brief in (one, other)]
    assert named or looks[0] != looks[1] or theme.startswith("a diver")


@pytest.mark.parametrize("song", SONGS)
def test_two_themes_share_no_picture_and_few_looks(song: str) -> None:
    boards = [told(theme, song) for theme in THEMES]
    prompts = [{scene.prompt for scene in board.scenes} for board, _ in boards]
    assert all(one.isdisjoint(other) for one, other in itertools.combinations(prompts, 2))
    looks = {tuple(style.id for style in brief.looks.values()) for _, brief in boards}
    assert len(looks) >= len(THEMES) * 2 // 3


def test_a_dance_in_an_empty_stadium_has_no_crowd() -> None:
    board, _ = told("dancing alone in an empty stadium", "band")
    assert not any("crowd" in scene.prompt for scene in board.scenes)


def test_snow_does_not_fall_under_the_ice() -> None:
    board, _ = told("a diver finds a glowing city under the ice", "ballad")
    assert any(
        f"{picture} of slow falling snow" in board.scenes[-1].prompt
        for picture in ("postcard", "picture", "poster", "book")
    )
