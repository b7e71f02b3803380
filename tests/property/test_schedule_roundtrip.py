"""Schedules made by chance: reading, writing, and texts that are no schedules at all."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glance.errors import ScheduleError
from glance.schedule.curve import evaluate, evaluate_text
from glance.schedule.easing import EASINGS
from glance.schedule.parse import format_schedule, parse_schedule
from glance.schedule.prompts import PromptTrack, lay_out_prompts, parse_prompts, split_negative
from glance.schedule.reactions import AmplitudeMap, apply
from tests.support.schedule_songs import signals

BLANK = st.sampled_from(["", " ", "\n", "\t ", "  "])
NUMBERS = st.one_of(
    st.floats(-1e6, 1e6).map(repr),
    st.integers(-99, 99).map(str),
    st.sampled_from([".5", "-.5", "+1", "1.", "1e-3", "1E2", "-0.0"]),
)
FORMULAS = st.recursive(
    st.one_of(st.sampled_from(["t", "s", "max_f", "low", "kick", "beat_phase", "pi", "3", "0.25"]), NUMBERS),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "<", ">="]), inner).map(lambda p: f"({p[0]}) {p[1]} ({p[2]})"),
        st.tuples(st.sampled_from(["sin", "cos", "abs", "floor", "tanh"]), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(inner, inner, inner).map(lambda p: f"where({p[0]}, {p[1]}, {p[2]})"),
        st.tuples(inner, inner).map(lambda p: f"min({p[0]}, {p[1]})"),
        inner.map(lambda p: f"smooth({p}, 0.2)"),
    ),
    max_leaves=6,
)
TIMES = st.one_of(
    st.integers(-3, 40).map(str),
    st.sampled_from(
        ["1.5s", "0:02", "0:00:01.5", "3b", "1bar", "2.5 beats", "max_f/2", '"max_f-1"', "(s)", "2.5", "3.0"]
    ),
)
EASING = st.one_of(st.just(""), st.sampled_from(sorted(EASINGS)).map(lambda name: f", {name}"))


@st.composite
def schedules(draw: st.DrawFn) -> str:
    entries = []
    for _ in range(draw(st.integers(1, 6))):
        time, value = draw(TIMES), draw(st.one_of(NUMBERS, FORMULAS))
        blank, easing = draw(BLANK), draw(EASING)
        bracketed = f"({blank}{value}{blank}{easing})"
        bare = easing == "" and "," not in value and draw(st.booleans())
        entries.append(f"{blank}{time}{blank}:{blank}{value if bare else bracketed}")
    return f"{draw(BLANK)},".join(entries) + draw(st.sampled_from(["", ",", " , "]))


@given(schedules())
def test_reading_what_was_written_gives_the_same_curve_and_values(text: str) -> None:
    curve = parse_schedule(text, "zoom")
    again = parse_schedule(format_schedule(curve), "zoom")
    assert again == curve
    song = signals(24)
    first, second = evaluate(curve, song), evaluate(again, song)
    assert first.shape == (24,)
    assert np.isfinite(first).all()
    np.testing.assert_array_equal(first, second)


def outcome(text: str, channel: str) -> object:
    """Return a schedule's values in six frames, or the error that it is."""
    try:
        curve = parse_schedule(text, channel)
        assert parse_schedule(format_schedule(curve), channel) == curve
        return evaluate_text(curve, signals(6)) if channel == "sampler" else evaluate(curve, signals(6)).tolist()
    except ScheduleError as error:
        return error


def assert_values_or_a_place(found: object, text: str) -> None:
    if isinstance(found, ScheduleError):
        assert 0 <= found.column <= len(text)
        assert found.hint in str(found)
    else:
        assert isinstance(found, (list, tuple))
        assert len(found) == 6
        assert all(isinstance(value, str) or np.isfinite(value) for value in found)


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.sampled_from(["zoom", "sampler"]))
def test_any_text_is_a_curve_or_an_error_with_a_place(text: str, channel: str) -> None:
    assert_values_or_a_place(outcome(text, channel), text)


@given(st.text("0123456789:(),.+-*/% tsmaxflow_'\"<>=&|~esin\n", max_size=40), st.sampled_from(["zoom", "sampler"]))
def test_texts_that_look_like_schedules_never_break_the_reader(text: str, channel: str) -> None:
    assert_values_or_a_place(outcome(text, channel), text)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.text(st.characters(codec="utf-8"), max_size=20)), min_size=1, max_size=5)
)
def test_any_text_survives_in_a_text_channel(entries: list[tuple[int, str]]) -> None:
    written = ", ".join('{}:("{}")'.format(frame, text.replace('"', '""')) for frame, text in entries)
    curve = parse_schedule(written, "checkpoint")
    assert [key.value for key in curve.keys] == [text for _, text in entries]
    assert parse_schedule(format_schedule(curve), "checkpoint") == curve


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=60))
def test_a_number_in_every_frame_comes_back_exactly(numbers: list[float]) -> None:
    text = ",".join(f"{frame}:({number!r})" for frame, number in enumerate(numbers))
    found = evaluate(parse_schedule(text), signals(len(numbers)))
    np.testing.assert_array_equal(found, numbers)


@given(
    st.sampled_from(["linear", "convex", "concave", "tangent"]),
    st.floats(-100, 100),
    st.floats(-100, 100),
    st.floats(1e-3, 1e3),
    st.floats(0.1, 8),
)
def test_mappings_stay_between_their_ends(shape: str, a: float, b: float, c: float, bend: float) -> None:
    x = np.linspace(0, 1, 33)
    y = apply(AmplitudeMap("low", a, b, shape, c, bend), x, signals().fps)  # type: ignore[arg-type]
    slack = 1e-9 * (1 + abs(a) + abs(b))
    assert y.min() >= min(a, b) - slack
    assert y.max() <= max(a, b) + slack
    assert (np.diff(y) * np.sign(b - a) >= -slack).all()


def words_of(text: str) -> object:
    """Return the prompts of four frames, or the error that the text is."""
    try:
        return lay_out_prompts(parse_prompts(text), signals(4), "fade")
    except ScheduleError as error:
        return error


@given(st.text(max_size=80))
def test_any_text_is_prompts_or_an_error_with_a_place(text: str) -> None:
    found = words_of(text)
    if isinstance(found, ScheduleError):
        assert found.column >= 0
    else:
        assert isinstance(found, PromptTrack)
        assert found.key_of.size == 4
        assert ((found.share >= 0) & (found.share < 1)).all()


@given(st.text("ab -neg,", max_size=30))
def test_negatives_leave_no_marker_behind(text: str) -> None:
    positive, negative = split_negative(text)
    assert " --neg " not in f" {positive} "
    assert " --neg " not in f" {negative} "
