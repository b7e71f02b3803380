"""Prompts over time."""

from __future__ import annotations

import pytest

from glance.errors import ScheduleError
from glance.schedule.prompts import (
    Blend,
    format_prompts,
    lay_out_prompts,
    parse_prompts,
    split_negative,
    texts_over_time,
)
from tests.support.schedule_songs import signals

UNTOUCHED = "a [house|ship] <lora:ink_v2:0.8>, (easynegative:0.75), ((deep)) \\(x\\) <hypernet:a:1>, 4:3, ünï — 집"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a --neg b", ("a", "b")),
        ("a", ("a", "")),
        ("--neg b", ("", "b")),
        ("a --neg", ("a", "")),
        ("a --neg b --neg c,", ("a", "b, c")),
        ("a --negative b", ("a --negative b", "")),
    ],
)
def test_neg_parts_the_negative_prompt(text: str, parts: tuple[str, str]) -> None:
    assert split_negative(text) == parts


def test_tags_and_weights_pass_through_untouched() -> None:
    assert list(texts_over_time(UNTOUCHED, signals(3))) == [UNTOUCHED] * 3
    curve = parse_prompts('{"0": ' + f'"{UNTOUCHED}"'.replace("\\", "\\\\") + "}")
    assert [key.value for key in curve.keys] == [UNTOUCHED]


def test_formulas_in_backticks_become_numbers() -> None:
    found = texts_over_time("(rain:`0.5 + t/3`) `where(t > 0, s, max_f)`!", signals(3))
    assert list(found) == ["(rain:0.5) 2!", "(rain:0.8333) 5!", "(rain:1.1667) 5!"]


def test_formulas_hear_the_song() -> None:
    assert texts_over_time("(a:`1 - kick`)", signals(2)) == ("(a:0)", "(a:1)")


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [("a `t", 2, "never closed"), ("ab `1+`", 5, "the end"), ("`1/t`", 1, "frame 0"), ("(a:`kik`)", 4, "`kick`")],
)
def test_a_wrong_formula_is_shown_in_the_prompt(text: str, column: int, words: str) -> None:
    with pytest.raises(ScheduleError, match=words) as caught:
        texts_over_time(text, signals())
    assert caught.value.column == column
    assert caught.value.text == text


def test_formulas_are_worked_out_in_the_frames_asked_for() -> None:
    assert texts_over_time("(a:`t`)", signals(9), 3, 5) == ("(a:3)", "(a:4)")
    assert texts_over_time("a", signals(9), 3, 5) == ("a", "a")
    with pytest.raises(ScheduleError, match="frame 3"):
        texts_over_time("(a:`1/(t - 3)`)", signals(9), 2, 5)


def keys_of(text: str, n_frames: int, blend: Blend = "hold") -> tuple[list[str], list[float]]:
    track = lay_out_prompts(parse_prompts(text), signals(n_frames), blend)
    return [track.keys[index].value for index in track.key_of.tolist()], track.share.tolist()


def test_deforums_json_holds_each_prompt_until_the_next_key() -> None:
    held, share = keys_of('{"0": "a --neg x", "max_f/2": "b", "\\"8\\"": "c"}', 10)
    assert held == ["a --neg x"] * 4 + ["b"] * 4 + ["c"] * 2
    assert share == [0.0] * 10


def test_lines_with_times_are_keys_and_lines_without_go_on() -> None:
    curve = parse_prompts("0: a house\n   oil: thick paint\n\n2b: a ship --neg fog\n0:01.5: the sea\n")
    assert [(key.time, key.value) for key in curve.keys] == [
        ("0", "a house oil: thick paint"),
        ("2b", "a ship --neg fog"),
        ("0:01.5", "the sea"),
    ]


def test_a_text_without_any_time_is_one_prompt() -> None:
    assert [key.value for key in parse_prompts("oil painting: a house").keys] == ["oil painting: a house"]


def test_a_fade_moves_evenly_and_ends_on_the_key() -> None:
    held, share = keys_of('{"0": "a", "4": "b"}', 6, "fade")
    assert held == ["a"] * 4 + ["b"] * 2
    assert share == [0.0, 0.25, 0.5, 0.75, 0.0, 0.0]


def test_a_fade_towards_a_key_after_the_end_begins_all_the_same() -> None:
    assert keys_of('{"0": "a", "8": "b"}', 4, "fade")[1] == [0.0, 0.125, 0.25, 0.375]


def test_a_prompt_before_the_first_key_is_the_first_one() -> None:
    held, share = keys_of('{"5": "a", "7": "b"}', 8, "fade")
    assert held == ["a"] * 7 + ["b"]
    assert share == [0.0] * 6 + [0.5, 0.0]


def test_of_two_prompts_in_one_frame_the_later_one_counts() -> None:
    assert keys_of('{"0": "a", "2": "b", "1b": "d", "5": "c"}', 6)[0] == ["a", "a", "b", "b", "b", "c"]


def test_prompts_are_written_as_json_that_reads_back() -> None:
    curve = parse_prompts('0: a "quoted" house\n9bar: 집')
    assert parse_prompts(format_prompts(curve)) == curve


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 0, "found none"),
        ("{}", 0, "found none"),
        ('{"0" "a"}', 5, "JSON"),
        ('{"0": 3}', 0, "JSON"),
        ('{"soon": "a"}', 2, "found `soon`"),
        ("0: a\n12x: b", 7, "missing between"),
    ],
)
def test_broken_prompts_say_where(text: str, column: int, words: str) -> None:
    with pytest.raises(ScheduleError, match=words) as caught:
        parse_prompts(text)
    assert caught.value.column == column
