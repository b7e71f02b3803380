"""What curves give in every frame: Deforum's rules where it has one, and what lies beyond them."""

from __future__ import annotations

import unicodedata
from fractions import Fraction

import numpy as np
import pytest

from glance.errors import ScheduleError
from glance.schedule.curve import Curve, Key, evaluate, resolve_time_s
from glance.schedule.easing import EASINGS
from glance.schedule.parse import parse_schedule
from glance.schedule.signals import Signals
from glance.timing import BeatGrid
from tests.support.schedule_songs import signals, texts, values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0:(0), 5:(10)", [0, 2, 4, 6, 8, 10, 10, 10, 10, 10]),
        ("0:(t*2)", [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]),
        ("0:(s)", [5] * 10),
        ("0:(max_f)", [9] * 10),
        ("0:(0),5:(t)", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("0:(t),5:(0)", [0, 1, 2, 3, 4, 0, 0, 0, 0, 0]),
        ('0:(0), "max_f-1":(8)', [0, 1, 2, 3, 4, 5, 6, 7, 8, 8]),
        ("0:(0), (max_f/2):(4)", [0, 1, 2, 3, 4, 4, 4, 4, 4, 4]),
        ("0:(0), 5/2:(1)", [0, 0.5, 1, 1, 1, 1, 1, 1, 1, 1]),
        ("0:(0), 2:(1), 2:(4)", [0, 2, 4, 4, 4, 4, 4, 4, 4, 4]),
        ("4:(4), 0:(0)", [0, 1, 2, 3, 4, 4, 4, 4, 4, 4]),
        ("0:0.5", [0.5] * 10),
    ],
)
def test_curves_follow_deforums_measured_behavior(text: str, expected: list[float]) -> None:
    np.testing.assert_allclose(values(text), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5:(1), 9:(2)", [1, 1, 1, 1, 1, 1, 1.25, 1.5, 1.75, 2]),
        ("0:(0), 20:(20)", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("-3:(0), 3:(6)", [3, 4, 5, 6, 6, 6, 6, 6, 6, 6]),
        ("2.5:(0), 4.9:(2)", [0, 0, 0, 1, 2, 2, 2, 2, 2, 2]),
        ("0:(where(t>5,1,2))", [2] * 6 + [1] * 4),
        ("0:(1),", [1] * 10),
        ("0.65", [0.65] * 10),
        ("3:(t)", [3, 3, 3, 3, 4, 5, 6, 7, 8, 9]),
    ],
)
def test_what_stops_deforum_has_a_sensible_value(text: str, expected: list[float]) -> None:
    np.testing.assert_allclose(values(text), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("key", ["5", "0.5s", "0:00.5", "1b", "1 beat", "max_f-4", "(fps/2)", '"max_f-4"', "0.25bar"])
def test_every_form_of_time_reaches_its_frame(key: str) -> None:
    assert values(f"0:(0, hold), {key}:(1)") == [0] * 5 + [1] * 5


def test_times_in_beats_follow_the_grid_and_not_the_frames() -> None:
    curve = parse_schedule("0:(0, hold), 2b:(1), 1bar:(2)")
    late = Signals(40, Fraction(10), 0, BeatGrid(np.arange(0.4, 20, 1.0), np.arange(0.4, 20, 2.0)), {})
    found = evaluate(curve, late)
    assert np.flatnonzero(np.diff(found)).tolist() == [23]
    assert found[24] == 2


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("12.5s", 12.5), ("1:23.5", 83.5), ("32b", 16.0), ("9bar", 18.0), ("150", 15.0), ("max_f/2", 5.0), (" 2b ", 1.0)],
)
def test_a_single_time_becomes_seconds(text: str, seconds: float) -> None:
    song = signals()
    assert resolve_time_s(text, song.grid, song.fps, 101) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "soon", "t", "1::2", "1e12", "99999999999b", "1/0"])
def test_what_is_no_time_is_an_error(text: str) -> None:
    song = signals()
    with pytest.raises(ScheduleError):
        resolve_time_s(text, song.grid, song.fps, 100)


@pytest.mark.parametrize("name", [name for name in EASINGS if name != "hold"])
def test_an_easing_shapes_the_way_to_the_next_key(name: str) -> None:
    expected = 2 + 3 * EASINGS[name](np.arange(8) / 8)
    np.testing.assert_allclose(values(f"0:(2, {name}), 8:(5)", 8), expected)


def test_hold_keeps_the_value_until_the_next_key() -> None:
    assert values("0:(1, hold), 4:(2), 6:(4)") == [1, 1, 1, 1, 2, 3, 4, 4, 4, 4]


def test_an_easing_on_a_formula_leads_to_the_next_value() -> None:
    found = values("0:(t, linear), 4:(100)")
    np.testing.assert_allclose(found[:5], [0, 1 + 99 * 0.25, 2 + 98 * 0.5, 3 + 97 * 0.75, 100])


def test_an_easing_into_a_formula_meets_its_first_value() -> None:
    np.testing.assert_allclose(values("0:(0, linear), 4:(t*2)")[:6], [0, 2, 4, 6, 8, 10])


@pytest.mark.parametrize(
    ("text", "frame", "word"),
    [
        ("0:(1), 3:(1/(t-5))", 5, "infinite"),
        ("0:(sqrt(t-4))", 0, "not a number"),
        ("0:(9**9**9)", 0, "infinite"),
        ("0:(log(low))", 0, "infinite"),
        ("0:(0), 5:(1/0)", 5, "infinite"),
    ],
)
def test_an_undefined_value_names_frame_and_key(text: str, frame: int, word: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        values(text, channel="strength")
    assert f"{word} in frame {frame}" in str(caught.value)
    assert caught.value.channel == "strength"
    assert text[caught.value.column :].startswith(text.split("(", 1 if "), " not in text else 2)[-1][:3])


def test_values_too_far_apart_to_move_between_are_an_error() -> None:
    with pytest.raises(ScheduleError, match="too far apart"):
        values("0:(-1e308), 9:(1.7e308)")


def test_a_name_the_song_does_not_have_is_an_error_with_the_nearest_one() -> None:
    with pytest.raises(ScheduleError, match="did you mean `kick`") as caught:
        values("0:(1), 5:(0.5 - kik)")
    assert caught.value.column == 16


def test_a_stem_is_known_once_the_song_has_it() -> None:
    song = signals()
    drums = Signals(song.n_frames, song.fps, 0, song.grid, {"drums": np.full(10, 0.25), "drums_onset": np.zeros(10)})
    found = evaluate(parse_schedule("0:(1 + drums + drums_onset)"), drums)
    assert found.tolist() == [1.25] * 10


@pytest.mark.parametrize(
    "label",
    ["lead vox", "01 Drums", "드럼 2", "a, (b): c = d", "it's; 100%", "Ω_½.wav (final)", "sin", "  Lead   VOX "],
)
def test_any_stem_can_be_named_by_its_file(label: str) -> None:
    song = signals()
    curves = {"x1": np.full(10, 0.25), "x1_onset": np.full(10, 0.5)}
    stems = Signals(song.n_frames, song.fps, 0, song.grid, curves, stems={label.strip(): "x1", "lead vox": "x1"})
    found = evaluate(parse_schedule(f'0:(1 + stem("{label}")*2 + stem_onset("{label}")), 9:(7)'), stems)
    assert found.tolist() == [2.0] * 9 + [7.0]
    assert evaluate(parse_schedule("0:(stem('x1'))"), stems).tolist() == [0.25] * 10


def test_a_stem_named_in_another_unicode_form_is_the_same() -> None:
    song = signals()
    stems = Signals(song.n_frames, song.fps, 0, song.grid, {"x": np.ones(10)}, stems={"드럼": "x"})
    text = unicodedata.normalize("NFD", '0:(stem("드럼"))')
    assert evaluate(parse_schedule(text), stems).tolist() == [1.0] * 10


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0:(drums)", "there is no `drums` here; it is the name of a stem; this song was heard without stems"),
        ("0:(1 + bass_onset)", "it is the name of a stem; this song was heard without stems"),
        ("0:(midi_kick)", "heard without a MIDI file"),
        ("0:(word_hit)", "heard without words"),
        ('0:(stem("lead vox"))', 'there is no stem called "lead vox"; this song was heard without stems'),
        ('0:(1 + ("low"))', "names in quotation marks belong to stems"),
        ('0:(sin("low"))', "names in quotation marks belong to stems"),
        ("0:(stem(low))", "expected the name of a stem's file in quotation marks"),
        ('0:(stem("a", "b"))', "expected the name of a stem's file in quotation marks|belong to stems"),
        ('0:(2 "low")', "names in quotation marks belong to stems"),
    ],
)
def test_a_stem_that_is_missing_or_named_wrongly_is_called_a_stem(text: str, message: str) -> None:
    with pytest.raises(ScheduleError, match=message):
        values(text)


def test_a_stem_that_is_missing_among_others_is_pointed_at() -> None:
    song = signals()
    stems = Signals(song.n_frames, song.fps, 0, song.grid, {"drums": np.ones(10)}, stems={"01 Drums": "drums"})
    with pytest.raises(ScheduleError, match="it is the name of a stem; there are drums, drums_onset"):
        evaluate(parse_schedule("0:(guitar)"), stems)


def test_texts_step_and_hold_before_their_first_key() -> None:
    assert texts("2:(a), 5:(b)", 7) == ("a", "a", "a", "a", "a", "b", "b")
    assert texts("0:(a), 1b:(b), 99:(c)", 7) == ("a", "a", "a", "a", "a", "b", "b")


def test_a_video_of_one_frame_has_one_value() -> None:
    assert values("0:(1), 10:(3)", 1) == [1]
    assert values("0:(t + beat_phase + low)", 1) == [0]


def test_a_curve_made_by_hand_evaluates_like_a_text() -> None:
    curve = Curve("zoom", (Key("0", "1", "hold"), Key("5", "t")))
    assert evaluate(curve, signals()).tolist() == [1, 1, 1, 1, 1, 5, 6, 7, 8, 9]


def test_a_key_beyond_the_song_that_nothing_leads_to_is_not_evaluated() -> None:
    assert values("0:(1, hold), 50:(1/0)") == [1.0] * 10


def test_a_formula_whose_only_key_lies_outside_the_song_holds_its_nearest_value() -> None:
    assert values("50:(t)") == [9.0] * 10
    assert values("-5:(7 + t), -4:(t*2)") == [2.0 * frame for frame in range(10)]


def test_a_way_that_begins_inside_leads_to_a_formula_outside() -> None:
    np.testing.assert_allclose(values("0:(0), 18:(t*2)"), np.arange(10.0))
