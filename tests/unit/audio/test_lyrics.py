"""Timed words are read from the forms that people have them in."""

from __future__ import annotations

from pathlib import Path

import pytest

from glance.audio.lyrics.reader import parse_lyrics, read_lyrics
from glance.audio.lyrics.section_tags import Stanza
from glance.audio.types import LyricLine, SungWord
from glance.errors import AudioError


def test_lrc_lines_end_where_the_next_begins() -> None:
    text = "[ar:Someone]\n[00:10.50]first\n[00:12.00] second <00:12.50>line\n[00:15.00]\n[01:00.5]last"
    assert parse_lyrics(text).lines == (
        LyricLine(10.5, 12.0, "first"),
        LyricLine(12.0, 15.0, "second line", (SungWord(12.0, 12.5, "second"), SungWord(12.5, 15.0, "line"))),
        LyricLine(60.5, 70.5, "last"),
    )


def test_a_refrain_with_several_times_is_sung_each_time() -> None:
    lines = parse_lyrics("[00:10.00][00:30.00]la la\n[00:20.00]verse").lines
    assert [(line.start_s, line.text) for line in lines] == [(10.0, "la la"), (20.0, "verse"), (30.0, "la la")]


def test_a_positive_lrc_offset_shows_words_earlier() -> None:
    assert parse_lyrics("[offset:+500]\n[00:10.00]words").lines[0].start_s == 9.5


def test_srt_keeps_its_ends_and_loses_its_tags() -> None:
    first = "1\r\n00:00:01,500 --> 00:00:03,000\r\n<i>Hello</i>\r\nthere\r\n\r\n"
    text = first + "2\r\n00:01:00,000 --> 00:01:02,250\r\nBye\r\n"
    assert parse_lyrics(text).lines == (LyricLine(1.5, 3.0, "Hello there"), LyricLine(60.0, 62.25, "Bye"))


@pytest.mark.parametrize(
    ("row", "start"),
    [
        ("1:23.5 words", 83.5),
        ("(0:07) words", 7.0),
        ("83.5 words", 83.5),
        ("1:02:03 - words", 3723.0),
        ("12s words", 12.0),
    ],
)
def test_plain_lines_may_start_with_a_time(row: str, start: float) -> None:
    (line,) = parse_lyrics(f"A title without a time\n{row}\n").lines
    assert (line.start_s, line.text) == (start, "words")


def test_a_plain_line_may_name_its_end() -> None:
    assert parse_lyrics("0:10 - 0:14 words").lines == (LyricLine(10.0, 14.0, "words"),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_korean_words_are_read_in_the_encodings_they_come_in(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "song.lrc"
    path.write_bytes("[00:01.00]바다의 등대\n".encode(encoding))
    assert read_lyrics(path).lines[0].text == "바다의 등대"


def test_words_without_times_are_stanzas_and_what_holds_no_words_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "song.txt"
    path.write_text("[Verse]\nonly words\nand no times\n")
    assert read_lyrics(path).stanzas == (Stanza("Verse", ("only words", "and no times")),)
    path.write_text("\x00\x01\x02 ...\n\n--\n")
    with pytest.raises(AudioError, match=r"song\.txt: expected lyrics with times"):
        read_lyrics(path)
    with pytest.raises(AudioError, match="cannot be read"):
        read_lyrics(tmp_path / "none.lrc")
