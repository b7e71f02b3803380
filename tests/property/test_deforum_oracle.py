"""Imported schedules against Deforum's documented reading, told again in plain Python, frame by frame.

Documented (and measured): the text is cut at every comma, each piece at its first colon. A value is a number if,
brackets and quotes removed, it is digits with a sign and a point; else it is a formula, evaluated in each frame until
the next key. Gaps are filled in straight lines; ends are held. Keys outside the animation are dropped.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glance.interop.deforum.schedule import from_deforum, readable_by_deforum, scaled, schedule_text, still_signals
from glance.schedule.curve import evaluate
from glance.schedule.parse import parse_schedule


@dataclass(frozen=True)
class Formula:
    """A formula's text and its meaning: (t, s, max_f) -> value."""

    text: str
    value: Callable[[float, float, float], float]


LEAVES = [
    Formula("t", lambda t, s, m: t),
    Formula("i", lambda t, s, m: t),
    Formula("s", lambda t, s, m: s),
    Formula("max_f", lambda t, s, m: m),
    Formula("0.5", lambda t, s, m: 0.5),
    Formula("3", lambda t, s, m: 3.0),
]
OPERATORS: list[tuple[str, Callable[[float, float], float]]] = [
    ("+", lambda a, b: a + b),
    ("-", lambda a, b: a - b),
    ("*", lambda a, b: a * b),
]
FUNCTIONS: list[tuple[str, Callable[[float], float]]] = [
    ("sin", math.sin),
    ("cos", math.cos),
    ("abs", abs),
    ("floor", math.floor),
    ("tanh", math.tanh),
    ("arctan", math.atan),
]


def joined(parts: tuple[Formula, tuple[str, Callable[[float, float], float]], Formula]) -> Formula:
    left, (sign, call), right = parts
    text = f"({left.text}){sign}({right.text})"
    return Formula(text, lambda t, s, m: call(left.value(t, s, m), right.value(t, s, m)))


def called(parts: tuple[tuple[str, Callable[[float], float]], Formula]) -> Formula:
    (name, call), inner = parts
    return Formula(f"{name}({inner.text})", lambda t, s, m: call(inner.value(t, s, m)))


FORMULAS = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(joined),
        st.tuples(st.sampled_from(FUNCTIONS), inner).map(called),
        inner.map(lambda one: Formula(f"1/(2+abs({one.text}))", lambda t, s, m: 1 / (2 + abs(one.value(t, s, m))))),
        inner.map(lambda one: Formula(f"({one.text})%7", lambda t, s, m: one.value(t, s, m) % 7)),
    ),
    max_leaves=5,
)
SPELT = [
    "0",
    "1",
    "-1",
    "+2",
    "0.65",
    ".5",
    "-.25",
    "1.",
    "1e-3",
    "2E1",
    "100",
    "-0.0",
    "'3'",
    '"0.25"',
    "-(5)",
    "((2))",
]
SPELT += [" 4", "4 ", " -7.5 "]
NUMBERS = st.sampled_from(SPELT).map(lambda text: Formula(text, _constant(float(re.sub(r"[()'\" ]", "", text)))))
TIMES = st.one_of(
    st.integers(0, 24).map(lambda frame: (str(frame), lambda s, m: frame)),
    st.sampled_from(
        [
            ('"max_f-1"', lambda s, m: m - 1),
            ("max_f", lambda s, m: m),
            ("(max_f/2)", lambda s, m: int(m / 2)),
            ("'max_f/3'", lambda s, m: int(m / 3)),
            ("5/2", lambda s, m: 2),
            ("max_f+3", lambda s, m: m + 3),
            ("s", lambda s, m: s),
            ("-2", lambda s, m: -2),
        ]
    ),
)


def _constant(value: float) -> Callable[[float, float, float], float]:
    return lambda t, s, m: value


def deforum_reads(entries: list[tuple[str, Formula]], frames: list[int], n_frames: int, seed: int) -> np.ndarray:
    """Return Deforum's values (n_frames,)."""
    keys = dict(zip(frames, (value for _, value in entries), strict=True))
    filled: dict[int, float] = {}
    current = Formula("0", _constant(0))
    number = True
    for frame in range(n_frames):
        if frame in keys:
            current = keys[frame]
            number = re.fullmatch(r"[+-]?\d*(\.\d+)?", re.sub("[()'\"]", "", f"({current.text})")) is not None
            if number:
                filled[frame] = current.value(frame, seed, n_frames - 1)
        if not number:
            filled[frame] = current.value(frame, seed, n_frames - 1)
    known = sorted(filled)
    return np.interp(np.arange(n_frames), known, [filled[frame] for frame in known])


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, list[tuple[str, Formula]], list[int], int, int]:
    n_frames, seed = draw(st.integers(1, 24)), draw(st.integers(0, 30))
    first = ("0", lambda s, m: 0)
    times = [first, *draw(st.lists(TIMES, max_size=5))]
    values = [draw(st.one_of(NUMBERS, FORMULAS)) for _ in times]
    blank = draw(st.sampled_from(["", " ", "\n"]))
    text = f",{blank}".join(f"{time}:{blank}({value.text})" for (time, _), value in zip(times, values, strict=True))
    entries = [(time, value) for (time, _), value in zip(times, values, strict=True)]
    return text, entries, [place(seed, n_frames - 1) for _, place in times], n_frames, seed


@given(cases())
def test_an_imported_schedule_has_deforums_values(
    case: tuple[str, list[tuple[str, Formula]], list[int], int, int],
) -> None:
    text, entries, frames, n_frames, seed = case
    found = from_deforum(text, "zoom", n_frames, seed)
    values = evaluate(parse_schedule(found.text, "zoom"), still_signals(n_frames, seed))
    expected = deforum_reads(entries, frames, n_frames, seed)
    np.testing.assert_allclose(values, expected, rtol=1e-9, atol=1e-9)


@given(cases(), st.sampled_from([-1.0, 0.5625, -1.3]))
def test_a_scaled_schedule_has_so_many_times_the_values(
    case: tuple[str, list[tuple[str, Formula]], list[int], int, int], factor: float
) -> None:
    text, _, _, n_frames, seed = case
    song = still_signals(n_frames, seed)
    imported = from_deforum(text, "translation_x", n_frames, seed).text
    values = evaluate(parse_schedule(imported, "translation_x"), song)
    times = evaluate(parse_schedule(scaled(imported, "translation_x", factor), "translation_x"), song)
    np.testing.assert_allclose(times, values * factor, rtol=1e-12, atol=1e-12)


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=50))
def test_numbers_written_for_deforum_are_read_by_it_as_they_were(numbers: list[float]) -> None:
    values = np.array(numbers)
    text = schedule_text(np.arange(values.size), values)
    assert readable_by_deforum(text, "zoom")
    assert "e" not in text
    there = from_deforum(text, "zoom", values.size, 0)
    assert there.notes == ()
    found = evaluate(parse_schedule(there.text, "zoom"), still_signals(values.size, 0))
    np.testing.assert_allclose(found, values, rtol=0, atol=1e-9)
