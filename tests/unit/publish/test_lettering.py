"""Words over frames: when they are there, where they stand, and that every letter is one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glance.audio.lyrics.reader import read_lyrics
from glance.audio.types import LyricLine
from glance.errors import VideoError
from glance.project.model import Lettering
from glance.publish.lettering.fonts import choose_font, kind_for
from glance.publish.lettering.layer import LetteringLayer
from glance.publish.lettering.timing import credit_caption, lyric_captions, title_caption, words_of
from glance.publish.subtitles import write_subtitles
from glance.publish.targets import TARGETS, SafeZone

SIZE = (480, 270)


def a_layer(text: str, **fields: object) -> LetteringLayer:
    captions = lyric_captions([LyricLine(1.0, 3.0, text)], np.zeros(0))
    safe = SafeZone(0.1, 0.1, 0.1, 0.1)
    return LetteringLayer(captions, Lettering(**fields), choose_font(text), SIZE, safe)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 60), st.floats(0.01, 8)), min_size=1, max_size=12),
    st.floats(0.2, 1.5),
)
def test_captions_never_overlap_and_none_comes_after_its_words(spans: list[tuple[float, float]], beat_s: float) -> None:
    lines = [LyricLine(start, start + length, "one two") for start, length in sorted(spans)]
    captions = lyric_captions(lines, np.arange(0, 70, beat_s))
    for before, after in pairwise(captions):
        assert before.end_s <= after.start_s + 1e-9
    for caption in captions:
        assert caption.start_s < caption.end_s
        assert caption.start_s <= caption.words[0].start_s + 1e-9
        assert caption.words[0].start_s - caption.start_s <= 0.5 * beat_s + 1e-9


def test_a_line_comes_with_the_beat_before_it() -> None:
    (caption,) = lyric_captions([LyricLine(2.1, 3.3, "la")], np.arange(0, 8, 0.5))
    assert (caption.start_s, caption.end_s) == (2.0, 3.5)


def test_words_share_a_lines_time_and_unspaced_writing_goes_letter_by_letter() -> None:
    words = words_of(LyricLine(1.0, 2.0, "a longest  word"))
    assert "".join(word.text for word in words) == "a longest word"
    assert words[0].start_s == 1.0
    assert words[-1].end_s == pytest.approx(2.0)
    assert words[1].end_s - words[1].start_s > words[0].end_s - words[0].start_s
    assert len(words_of(LyricLine(0.0, 1.0, "海を見る"))) == 4


def test_a_title_makes_room_for_the_first_word_and_credits_follow_the_last() -> None:
    (title,) = title_caption("Song", "Band", 0.0, 3.0)
    assert title.end_s < 3.0
    assert title.text == "Song\nBand"
    assert title_caption("Song", "Band", 0.0, 1.0) == []
    assert title_caption(" ", "", 0.0, 9.0) == []
    (credit,) = credit_caption("A\n\nB", 60.0, 20.0)
    assert (credit.text, credit.start_s) == ("A\nB", 54.0)
    assert credit_caption("A", 60.0, 59.5) == []


def test_words_stay_inside_the_safe_zone_and_only_while_they_are_sung() -> None:
    layer = a_layer("a line that is long enough to be broken into several lines of words", size=0.08)
    frame = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    shown = layer.over(frame, 2.0)
    rows, columns = np.nonzero(np.abs(shown.astype(int) - 90).max(axis=2) > 12)
    assert columns.min() >= 0.1 * SIZE[0] - 2
    assert columns.max() <= 0.9 * SIZE[0] + 2
    assert rows.max() <= 0.9 * SIZE[1] + 2
    assert layer.over(frame, 0.2) is frame
    assert layer.over(frame, 9.0) is frame
    assert np.all(frame == 90)


def test_karaoke_fills_from_left_to_right_in_its_own_color() -> None:
    layer = a_layer("mmmm mmmm mmmm", lyrics="words", sung="#ff0000", color="#ffffff")
    reached = []
    for moment in (1.05, 1.7, 2.3, 2.95):
        drawn = layer.alone(moment)
        red = (drawn[:, :, 0] > 200) & (drawn[:, :, 1] < 60) & (drawn[:, :, 3] > 128)
        reached.append(int(np.nonzero(red)[1].max(initial=0)))
    assert reached == sorted(reached)
    assert reached[0] < reached[-1]


def test_what_is_drawn_alone_gives_the_same_picture_over_a_frame() -> None:
    layer = a_layer("both ways")
    frame = np.random.default_rng(2).integers(0, 255, (SIZE[1], SIZE[0], 3), np.uint8)
    alone = layer.alone(2.0).astype(float)
    share = alone[:, :, 3:] / 255
    assert np.abs(frame * (1 - share) + alone[:, :, :3] * share - layer.over(frame, 2.0)).max() <= 1.5


def test_a_font_has_all_letters_or_the_person_is_told() -> None:
    assert choose_font("바다 the sea é").path.is_file()
    with pytest.raises(VideoError, match="no font of this machine has all letters"):
        choose_font("\U0001e900\U00012000\U00016800")
    with pytest.raises(VideoError, match="no font 'no such font'"):
        choose_font("a", asked="no such font")
    assert choose_font("abc", asked="dejavu sans mono" if choose_font("a").path else "").path.is_file()


def test_the_lettering_goes_with_the_style() -> None:
    assert kind_for(["futuristic"]) == "mono"
    assert kind_for(["paint"]) == "serif"
    assert kind_for([]) == "sans"


@pytest.mark.parametrize("ending", [".srt", ".ass", ".vtt"])
def test_subtitles_are_read_back_with_the_same_times(ending: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    lines = [LyricLine(1.25, 2.5, "light on the sea"), LyricLine(3.0, 4.5, "등대가 기억하네")]
    captions = lyric_captions(lines, np.zeros(0))
    write_subtitles(tmp_path / f"x{ending}", captions, 0.5, Lettering(lyrics="words"))
    read = read_lyrics(tmp_path / f"x{ending}").lines
    assert [line.text for line in read] == [line.text for line in lines]
    assert [line.start_s for line in read] == pytest.approx([0.75, 2.5], abs=0.011)


def test_every_place_has_room_for_words() -> None:
    for target in TARGETS.values():
        assert 1 - target.safe.left - target.safe.right > 0.5
        assert 1 - target.safe.top - target.safe.bottom > 0.4
        assert not any(side % 2 for side in target.size)
        assert not any(side % 8 for side in target.draw)
