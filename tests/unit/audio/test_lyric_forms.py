"""Words with times are read in the forms that people and programs write; nothing else is taken for words."""

from __future__ import annotations

from pathlib import Path

import pytest

from glance.audio.lyrics.reader import MAX_BYTES, MAX_LINE, Lyrics, misplaced, parse_lyrics, read_lyrics
from glance.errors import AudioError


def times(text: str) -> list[tuple[float, float, str]]:
    return [(line.start_s, line.end_s, line.text) for line in parse_lyrics(text).lines]


PAPER, THEY = "Paper boats along the kerb", "They remember rain"
BOTH = [(1.0, 3.0, PAPER), (4.0, 6.0, THEY)]


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        (
            "lrc with hours",
            "[00:00:02.50]eins\n[00:00:08.00]zwei\n[01:02:03.00]weit",
            [(2.5, 8.0, "eins"), (8.0, 18.0, "zwei"), (3723.0, 3733.0, "weit")],
        ),
        (
            "lrc with hours, without fractions",
            "[00:00:12]a\n[00:00:15]b\n[01:00:00]c",
            [(12.0, 15.0, "a"), (15.0, 25.0, "b"), (3600.0, 3610.0, "c")],
        ),
        (
            "lrc with hundredths behind a colon",
            "[00:12:50]a\n[00:15:20]b\n[00:19:00]c",
            [(12.5, 15.2, "a"), (15.2, 19.0, "b"), (19.0, 29.0, "c")],
        ),
        ("lrc with a comma", "[00:02,50]eins\n[00:08,00]zwei", [(2.5, 8.0, "eins"), (8.0, 18.0, "zwei")]),
        ("lrc with many digits", "[00:02.5000]a\n[00:08.123456]b", [(2.5, 8.123, "a"), (8.123, 18.123, "b")]),
        (
            "lrc with times of words",
            "[00:10.00]<00:10.00>I [00:10.50]love <00:11>you<00:11.50>",
            [(10.0, 11.5, "I love you")],
        ),
        (
            "lrc lines with numbers",
            "[00:01.00] 99 Luftballons\n[00:02.00]7",
            [(1.0, 2.0, "99 Luftballons"), (2.0, 12.0, "7")],
        ),
        (
            "WebVTT without hours",
            "WEBVTT\n\n00:02.500 --> 00:05.000\neins\n\n00:08.000 --> 00:10.000 align:start position:0%\nzwei",
            [(2.5, 5.0, "eins"), (8.0, 10.0, "zwei")],
        ),
        (
            "WebVTT with names, notes, voices and entities",
            "WEBVTT - x\n\nNOTE no words\nno\n\nSTYLE\n::cue { }\n\nintro\n"
            "01:00:02.500 --> 01:00:05.000\n<v Anna>a &amp; b</v>\n\n2\n01:00:06.000 --> 01:00:07.000\nc",
            [(3602.5, 3605.0, "a & b"), (3606.0, 3607.0, "c")],
        ),
        (
            "WebVTT with times of words",
            "WEBVTT\n\n00:00:05.010 --> 00:00:08.000\neins zwei\ndrei<00:00:06.000><c> vier</c>",
            [(5.01, 8.0, "eins zwei drei vier")],
        ),
        (
            "WebVTT that rolls",
            "WEBVTT\n\n00:01.000 --> 00:03.000\n \nhello<00:01.500><c> you</c>\n\n"
            "00:03.000 --> 00:03.010\nhello you\n \n\n00:03.010 --> 00:05.000\nhello you\nnext<00:04.000><c> line</c>",
            [(1.0, 3.0, "hello you"), (3.01, 5.0, "next line")],
        ),
        (
            "SubRip without blank lines",
            "1\n00:00:02,500 --> 00:00:05,000\n1999\n2\n00:00:08,000 --> 00:00:10,000\nzwei\nzeilen",
            [(2.5, 5.0, "1999"), (8.0, 10.0, "zwei zeilen")],
        ),
        (
            "SubRip without milliseconds",
            "1\n00:00:02,500 --> 00:00:05,000\neins\n\n2\n00:00:08 --> 00:00:10\nzwei",
            [(2.5, 5.0, "eins"), (8.0, 10.0, "zwei")],
        ),
        ("what Whisper prints", f"[00:01.000 --> 00:03.000]  {PAPER}\n[00:04.000 --> 00:06.000]  {THEY}", BOTH),
        ("Whisper's tsv", f"start\tend\ttext\n1000\t3000\t{PAPER}\n4000\t6000\t{THEY}", BOTH),
        (
            "Whisper's json",
            f'{{"text": "x", "segments": [{{"start": 1, "end": 3.0, "text": " {PAPER}"}}, '
            f'{{"start": 4, "end": 6, "text": "{THEY}"}}]}}',
            BOTH,
        ),
        ("json of chunks", f'{{"chunks": [{{"timestamp": [1.0, 3.0], "text": " {PAPER}"}}]}}', BOTH[:1]),
        (
            "whisper.cpp's json",
            f'{{"transcription": [{{"offsets": {{"from": 1000, "to": 3000}}, "text": " {PAPER}"}}]}}',
            BOTH[:1],
        ),
        ("Audacity's labels", f"1.000000\t3.000000\t{PAPER}\n\\\t100.0\t200.0\n4.0\t6.0\t{THEY}", BOTH),
        (
            "Advanced SubStation",
            "[Script Info]\n\n[Events]\n"
            "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
            "Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,{\\k20}Paper {\\k30}boats along the kerb\n"
            "Comment: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,no\n"
            "Dialogue: 0,0:00:04.00,0:00:06.00,Default,,0,0,0,,They\\Nremember rain",
            BOTH,
        ),
        (
            "SAMI",
            f"<SAMI><BODY>\n<SYNC Start=1000><P Class=EN>{PAPER}\n<SYNC Start=3000><P>&nbsp;\n"
            f"<SYNC Start=4000><P>{THEY}\n"
            "<SYNC Start=6000><P>&nbsp;\n</BODY></SAMI>",
            BOTH,
        ),
        (
            "TTML",
            '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"><body><div>'
            f'<p begin="00:00:01.000" end="00:00:03.000">{PAPER}</p></div></body></tt>',
            BOTH[:1],
        ),
        ("SBV", f"0:00:01.000,0:00:03.000\n{PAPER}\n\n0:00:04.000,0:00:06.000\nThey\nremember rain", BOTH),
        ("CSV", f"start,end,text\n00:00:01,00:00:03,{PAPER}\n00:00:04,00:00:06,{THEY}", BOTH),
        (
            "CSV of seconds",
            f'time,lyrics\n1.5,"{PAPER}, slow"\n4,{THEY}',
            [(1.5, 4.0, f"{PAPER}, slow"), (4.0, 14.0, THEY)],
        ),
        ("CSV with semicolons", f"Start;End;Text\n0:01,5;0:03;{PAPER}; slow\n", [(1.5, 3.0, f"{PAPER}; slow")]),
        ("CSV with numbers", f"id,start,end,text\n1,0:01.0,0:03.0,{PAPER}\n2,0:04.0,0:06.0,{THEY}", BOTH),
        ("timecodes", f"00:00:01:05\t{PAPER}\n00:00:04:00\t{THEY}", [(1.208, 4.0, PAPER), (4.0, 14.0, THEY)]),
        (
            "a transcript",
            f"00:00:01:05 - 00:00:03:10\nSpeaker 1\n{PAPER}\n\n00:00:04:00 - 00:00:06:12\nSpeaker 1\n{THEY}",
            [(1.208, 3.417, PAPER), (4.0, 6.5, THEY)],
        ),
        (
            "drop-frame timecodes",
            f"00:00:01;15 - 00:00:03;00\n{PAPER}\n\n00:00:04;29 - 00:00:06;00\n{THEY}",
            [(1.5, 3.0, PAPER), (4.967, 6.0, THEY)],
        ),
        ("speakers with times", f"Anna  0:01\n{PAPER}\n\nBen  0:04\n{THEY}", [(1.0, 4.0, PAPER), (4.0, 14.0, THEY)]),
        ("rows with seconds", "10 a\n14 b\n20 c", [(10.0, 14.0, "a"), (14.0, 20.0, "b"), (20.0, 30.0, "c")]),
    ],
)
def test_each_form_gives_its_words_at_their_times(form: str, text: str, expected: list[object]) -> None:
    assert times(text) == expected
    assert times(text.replace("\n", "\r\n")) == expected


@pytest.mark.parametrize(
    "text",
    [
        "99 Luftballons",
        "Paper boats\nthey remember\n99 lanterns on the water\nand nobody to blame\n7 days of weather\nsail on",
        "We met at noon\n3:16 in the morning\nand nobody knew\nat all",
        "1 one\n2 two\n3 three\n4 four",
        "[Verse 1]\nPaper boats\n[Chorus]\nSail on",
        '{"text": "words without times"}',
        "[1, 2, 3]",
        "",
    ],
)
def test_words_without_times_stay_without_times(text: str) -> None:
    assert times(text) == []


def test_section_tags_are_kept_as_hints_and_never_sung() -> None:
    found = parse_lyrics(
        "[00:01.00][Verse 1]\n[00:01.40]Paper boats\n[00:04.00]They remember\n[00:07.00][Chorus: Anna]\n"
        "[00:07.30]Sail on\n[00:10.00][Instrumental break]\n[00:12.00][코러스]\n[00:13.00][Bridge] last line\n"
        "[00:15.00]【サビ】\n[00:16.00]Outro:"
    )
    assert [line.text for line in found.lines] == ["Paper boats", "They remember", "Sail on", "last line"]
    assert found.lines[1].end_s == 7.3, "a tag ends no line"
    assert [(hint.start_s, hint.role) for hint in found.hints] == [
        (1.0, "verse"),
        (7.0, "chorus"),
        (10.0, "break"),
        (12.0, "chorus"),
        (13.0, "bridge"),
        (15.0, "chorus"),
        (16.0, "outro"),
    ]


def test_sounds_notes_and_fillers_are_no_words_and_are_told() -> None:
    found = parse_lyrics(
        "1\n00:00:01,000 --> 00:00:03,000\n[Music]\n\n2\n00:00:03,000 --> 00:00:05,000\n♪ Paper boats ♪\n\n"
        "3\n00:00:06,000 --> 00:00:07,500\n(upbeat music)\n\n4\n00:00:07,600 --> 00:00:07,900\n♪♪\n\n"
        "5\n00:00:08,000 --> 00:00:09,500\nThank you for watching!\n"
    )
    assert [line.text for line in found.lines] == ["Paper boats"]
    assert any("[Music]" in note and "(upbeat music)" in note for note in found.notes)
    assert any("filler" in note and "Thank you for watching!" in note for note in found.notes)


def test_words_in_brackets_within_a_line_are_sung() -> None:
    assert times("[00:01.00](oh) Paper boats (oh oh)")[0][2] == "(oh) Paper boats (oh oh)"
    assert times("[00:01.00][x2] Paper boats")[0][2] == "[x2] Paper boats"
    assert times("[00:01.00]Bridge over water")[0][2] == "Bridge over water"
    assert times("[00:01.00]Thank you for watching\n[00:04.00]over me")[0][2] == "Thank you for watching"


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("gbk", "我爱你中国"),
        ("gbk", "你问我爱你有多深\n我爱你有几分"),
        ("gb18030", "朋友一生一起走"),
        ("shift_jis", "ひとつ"),
        ("shift_jis", "君の名前を呼ぶ\nカタカナ"),
        ("euc_jp", "桜の花びらたち"),
        ("euc_kr", "사랑해"),
        ("cp949", "나는 오늘도 너를 생각해"),
        ("big5", "月亮代表我的心"),
        ("cp1252", "Café über naïve"),
        ("cp1252", "l’été déjà été"),
        ("cp1251", "Катюша вышла на берег"),
        ("cp1250", "Příliš žluťoučký kůň"),
        ("utf-16", "바다의 등대"),
        ("utf-16-le", "바다의 등대"),
        ("utf-16-be", "바다의 등대"),
        ("utf-32", "바다"),
        ("utf-8-sig", "바다 é 我"),
    ],
)
def test_old_encodings_are_told_apart_and_said(tmp_path: Path, encoding: str, words: str) -> None:
    path = tmp_path / "song.lrc"
    rows = "\n".join(f"[00:0{number}.50]{row}" for number, row in enumerate(words.split("\n"), 2))
    path.write_bytes(rows.encode(encoding))
    found = read_lyrics(path)
    assert "\n".join(line.text for line in found.lines) == words
    assert bool(found.notes) == (not encoding.startswith("utf"))


def test_what_is_left_out_is_counted() -> None:
    assert "1 rows of the table" in parse_lyrics("start,end,text\n" + "0:01,0:02,a\n" * 9 + "oops,0:03,b").notes[0]
    assert "1 lines without a time" in parse_lyrics("0:01 a\n0:02 b\nc\n0:03 d").notes[0]
    assert "24 a second" in parse_lyrics("00:00:01:05\twords").notes[0]
    assert "30 a second" in parse_lyrics("00:00:01:05\twords\n00:00:02:29\tmore").notes[0]


def test_words_after_the_end_and_words_where_nothing_sounds_are_told() -> None:
    late = parse_lyrics("[00:01.00]one\n[01:10.00]two")
    (note,) = misplaced(late, 60.0, [1.0])
    assert "1 of 2 lines of the lyrics begin after the song's end (1:00), the first at 1:10" in note
    assert misplaced(parse_lyrics("[00:01.00]one\n[00:10.00]two"), 60.0, [1.0, 10.1]) == ()


def test_an_offset_that_fits_no_onset_is_told() -> None:
    rows = "\n".join(f"[00:{second:02}.00]line" for second in range(20, 50, 5))
    onsets = [float(second) for second in range(20, 50, 5)]
    assert misplaced(parse_lyrics(rows), 60.0, onsets) == ()
    (note,) = misplaced(parse_lyrics("[offset:+2500]\n" + rows), 60.0, onsets)
    assert "6 of 6 lines of the lyrics begin where nothing is heard" in note
    assert "without the offset of -2.5 s" in note
    assert "6 lines to before the song's start" in parse_lyrics("[offset:+90000]\n" + rows).notes[0]


def test_no_lyrics_fit_any_song() -> None:
    assert misplaced(Lyrics(()), 60.0, []) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1" * (MAX_LINE + 1), f"expected lines of at most {MAX_LINE} characters"),
        ("[0:01]a\n" * (MAX_BYTES // 8 + 1), "expected lyrics of at most 1000 kB"),
        ("[" * 3000, f"expected lines of at most {MAX_LINE} characters"),
    ],
)
def test_a_text_beyond_all_bounds_is_refused(text: str, message: str) -> None:
    with pytest.raises(AudioError, match=message):
        parse_lyrics(text)


def test_a_file_beyond_all_bounds_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "large.lrc"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(AudioError, match=r"large\.lrc: expected lyrics of at most"):
        read_lyrics(path)


@pytest.mark.parametrize("row", ["[", "(", "<a", "{\\", "0:01 ", "1", " ", "- ", "♪", "thank you ", "[0:01]", ","])
def test_no_row_takes_longer_than_its_length(row: str) -> None:
    # A quadratic pattern would not be done within the tests' time limit.
    rows = "\n".join([(row * MAX_LINE)[:MAX_LINE]] * 400)
    parse_lyrics(rows)
    parse_lyrics("\n".join(f"[0:01]{line[:1900]}" for line in rows.splitlines()))


def test_odd_numbers_in_json_are_no_times() -> None:
    text = (
        '{"segments": [{"start": NaN, "text": "a"}, {"start": 1e999, "text": "b"}, {"start": -1, "text": "c"}, '
        '{"start": "3", "text": "d"}]}'
    )
    assert times(text) == [(3.0, 13.0, "d")]
    deep = '{"a": "' + '", "segments": ' + "[" * 100_000
    assert times(deep) == []
