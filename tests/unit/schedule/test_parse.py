"""Schedule text: what is accepted, how it is written back, and what mistakes say."""

from __future__ import annotations

import numpy as np
import pytest

from glance.errors import ScheduleError
from glance.limits import SCHEDULE_CHARACTERS, SCHEDULE_FORMULAS
from glance.schedule.curve import Key, PlainKeys, evaluate
from glance.schedule.parse import format_schedule, parse_schedule
from tests.support.schedule_songs import signals, texts, values

ACCEPTED = [
    "0:(0.7), 30:(0.7+0.1*sin(2*pi*t/20)), max_f-1:(0.5)",
    "0:(0), 12.5s:(1), 1:23.5:(2), 1:02:03:(3), 32b:(4), 9bar:(5), 10 bars:(6)",
    "\"max_f-1\":(s), 'max_f/2':(10), (5/2):(1)",
    "0:(where(t>5,1,2)), 20:(clip(low, 0, arctan2(t, 2)))",
    " 0 :\n( 1 ) ,\n\t5:2 ,",
    "0:(1, ease_in_out_sine), 30:(low, linear), 60:(2,hold)",
    "-3:(0), 3:(6)",
    "-3: 0.5",
    "1e3: 1",
    "2.0: 1",
    "2.5:(.5), +4:(+1)",
    "0.65",
    "0.7 + 0.1*kick",
    "0:0.5, 3:1e-3",
    "5:(1), 5:(2), 3:(0)",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_is_formatted_reads_back_as_the_same_curve(text: str) -> None:
    curve = parse_schedule(text, "zoom")
    again = parse_schedule(format_schedule(curve), "zoom")
    assert again == curve
    assert hash(again) == hash(curve)
    assert format_schedule(again) == format_schedule(curve)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("0.650", "0:(0.65)"),
        ("0: 1.0 , 5 :( 2 )", "0:(1), 5:(2)"),
        ("0:((((t))))", "0:(t)"),
        ("\"max_f-1\":('0.5')", "max_f-1:(0.5)"),
        ("0:(1,ease_in_quad),2:(3)", "0:(1, ease_in_quad), 2:(3)"),
    ],
)
def test_a_curve_is_written_in_one_plain_form(text: str, written: str) -> None:
    assert format_schedule(parse_schedule(text)) == written


def test_a_key_in_every_frame_is_kept_as_arrays_and_reads_like_keys() -> None:
    curve = parse_schedule(", ".join(f"{i}: ({i / 8})" for i in range(100)) + ",")
    assert isinstance(curve.keys, PlainKeys)
    assert len(curve.keys) == 100
    assert curve.keys[3] == Key("3", "0.375")
    assert [key.time for key in curve.keys[:2]] == ["0", "1"]
    assert list(curve.keys)[99] == Key("99", "12.375")


@pytest.mark.parametrize("text", ["0:(1), 1:(2)", "0:.5,1:(+1.)", "0:(1)\n,\n1:(2),"])
def test_both_ways_of_reading_numbers_give_the_same_kind_of_curve(text: str) -> None:
    assert isinstance(parse_schedule(text).keys, PlainKeys)


MISTAKES = [
    ("", 0, "found nothing"),
    ("   ", 0, "found nothing"),
    (",,", 0, "only commas"),
    ("0:(1) 3:(2)", 7, "comma between two keys"),
    ("0:(1),3", 6, "no colon"),
    ("0:(1), 0.5", 7, "no colon"),
    ("0:()", 3, "expected a value"),
    ("0:", 1, "expected a value"),
    ("0:5( )", 3, "an operator"),
    (":(1)", 0, "expected a time"),
    ("0:(sin(t)", 2, "never closed"),
    ("0:(t))", 5, "never opened"),
    ('"0:(1)', 0, "never closed"),
    ("0:(3+)", 4, "the end after `+`"),
    ("0:(*3)", 3, "found `*`"),
    ("0:(t t)", 5, "an operator such as * or + is missing"),
    ("0:((1)(2))", 6, "an operator"),
    ("0:(t = 5)", 5, "single ="),
    ("0:(1, ease_in_snie)", 6, "did you mean `ease_in_sine`"),
    ("0:(sni(t))", 3, "did you mean `sin`"),
    ("0:(sin(1,2))", 3, "expected sin(x), found 2 values"),
    ("0:(sin)", 3, "write sin(x)"),
    ("0:(１)", 3, "not one of the digits 0 to 9"),
    ("0:(٣)", 3, "not one of the digits 0 to 9"),
    ("0:(1e999)", 3, "too large"),
    ("0:(1);20:(2)", 5, "found a semicolon"),
    ("0:(1) 20:(2)", 8, "found a second colon"),
    ("frame:(1)", 0, "can use max_f"),
    ("t*2:(1)", 0, "found `t`"),
    ("12x:(1)", 2, "missing between `12` and `x`"),
    ("0:(t.real)", 4, "`.` has no meaning"),
    ("0:(t[0])", 4, "`[` has no meaning"),
    ("0:(lambda)", 3, "does not read as a formula"),
    ("0:(1+007)", 5, "write 7"),
]


@pytest.mark.parametrize(("text", "column", "words"), MISTAKES)
def test_a_mistake_is_shown_where_it_is(text: str, column: int, words: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        parse_schedule(text, "zoom")
    assert words in str(caught.value)
    assert caught.value.column == column
    assert caught.value.channel == "zoom"
    assert str(caught.value).startswith(f"zoom, column {column + 1}: ")
    assert "^" in str(caught.value).splitlines()[-1]


def test_the_underline_lies_under_the_offending_text() -> None:
    with pytest.raises(ScheduleError) as caught:
        parse_schedule("0:(1), 20:(sni(t))", "strength")
    _, shown, underline = str(caught.value).splitlines()
    assert shown[underline.index("^") : underline.rindex("^") + 1] == "sni"


@pytest.mark.parametrize(
    "text",
    [
        "0:(__import__('os').system('x'))",
        "0:(__import__)",
        "0:(().__class__)",
        "0:(lambda: 1)",
        "0:([1 for t in t])",
        "0:(open)",
        "0:(t.__class__)",
        "0:(f'{t}')",
        "0:(1;2)",
        "0:(t:=1)",
        "0:(`t`)",
        "0:(1\x00)",
        "0:(not)",
        "0:(t if)",
        "0:(await t)",
        "0:(1_000)",
        "0:(0x10)",
        "0:(1j)",
    ],
)
def test_nothing_but_formulas_gets_through(text: str) -> None:
    with pytest.raises(ScheduleError):
        evaluate(parse_schedule(text), signals())


@pytest.mark.parametrize(
    "text",
    [
        "0:(" + "(" * 5000 + "1" + ")" * 5000 + ")",
        "(" * 100_000,
        ")" * 100_000,
        "0:(" + "-" * 50_000 + "1)",
        "0:(" + "not " * 400 + "1)",
        "0:(" + "+".join(["1"] * 900) + ")",
        "0:(" + "sin(" * 300 + "t" + ")" * 300 + ")",
        "9" * 5000,
        "0:(" + "9" * 5000 + ")",
        "'" * 99_999,
        '0:("' * 30_000,
        ":" * 100_000,
        "," * 100_000 + "x",
        "0:(1 if t else " * 200,
        " " * (SCHEDULE_CHARACTERS + 1),
    ],
    ids=lambda text: text[:12] + f"... {len(text)}",
)
def test_monstrous_texts_are_errors_at_once(text: str) -> None:
    with pytest.raises(ScheduleError):
        evaluate(parse_schedule(text, "zoom"), signals())


def test_a_hundred_thousand_keys_are_read() -> None:
    curve = parse_schedule(", ".join(f"{i}:({i % 7}.5)" for i in range(100_000)))
    assert len(curve.keys) == 100_000
    assert evaluate(curve, signals(20)).tolist() == [i % 7 + 0.5 for i in range(20)]


def test_too_many_different_formulas_are_refused() -> None:
    with pytest.raises(ScheduleError, match="different formulas"):
        parse_schedule(", ".join(f"{i}:(t+{i})" for i in range(SCHEDULE_FORMULAS + 1)))


def test_text_channels_hold_their_texts() -> None:
    assert texts('0:(Euler a), 2:("DDIM")', 4) == ("Euler a", "Euler a", "DDIM", "DDIM")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Euler a", "Euler a"),
        ("C:\\models\\m.ckpt", "C:\\models\\m.ckpt"),
        ('0:("C:\\m (v2).ckpt")', "C:\\m (v2).ckpt"),
        ("0:(a, b)", "a, b"),
        ("0: it's", "it's"),
        ('0:("x ""y"" z")', 'x "y" z'),
        ("0:(DPM++ 2M (Karras))", "DPM++ 2M (Karras)"),
        ("0:(12345)", "12345"),
        ("0:(모델)", "모델"),
        ("0:()", ""),
    ],
)
def test_texts_keep_their_signs(text: str, first: str) -> None:
    curve = parse_schedule(text, "checkpoint")
    assert curve.keys[0].value == first
    assert parse_schedule(format_schedule(curve), "checkpoint") == curve


def test_a_text_key_with_a_broken_time_is_an_error() -> None:
    with pytest.raises(ScheduleError, match="missing between"):
        parse_schedule("12x:(Euler)", "sampler")


def test_numbers_read_fast_and_slow_are_the_same_numbers() -> None:
    numbers = np.random.default_rng(3).normal(size=200)
    fast = ", ".join(f"{i}:({number!r})" for i, number in enumerate(numbers.tolist()))
    slow = fast.replace("(", "((").replace(")", "))")
    assert values(fast, 200) == values(slow, 200) == numbers.tolist()
