"""Schedules with a key in every frame, made by chance: the quick reader finds what the thorough ones find."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glance.errors import ScheduleError
from glance.schedule.curve import PlainKeys
from glance.schedule.parse import parse_schedule
from glance.schedule.regular import read_regular

#: Ways in which programs write numbers.
FORMS = (".4f", ".2f", ".0f", ".3g", ".8f", ".9f", "", "+.2f", ".2e")


@st.composite
def keys(draw: st.DrawFn) -> tuple[list[int], list[str]]:
    """Return frames and values' texts of some hundred keys, most of them alike in form."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(150, 700))
    values = random.normal(draw(st.sampled_from([0, 1, -300])), draw(st.sampled_from([0.01, 1, 5000])), count)
    form, odd = draw(st.sampled_from(FORMS)), draw(st.sampled_from(FORMS))
    which = random.random(count) < draw(st.sampled_from([0, 0.01, 0.3]))
    texts = [format(value, odd if other else form) for value, other in zip(values.tolist(), which, strict=True)]
    frames = draw(st.integers(0, 99_990)) + np.cumsum(random.integers(0, draw(st.integers(2, 5)), count))
    return frames.tolist(), texts


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Return the keys as one text, in the punctuation of one program."""
    frames, values = draw(keys())
    colon, opened = draw(st.sampled_from([":", ": ", " :\t"])), draw(st.sampled_from(["(", "( "]))
    closed, comma = draw(st.sampled_from([")", " )"])), draw(st.sampled_from([",", ", ", ",\n", " ,\r\n  "]))
    entries = (f"{frame}{colon}{opened}{value}{closed}" for frame, value in zip(frames, values, strict=True))
    return draw(st.sampled_from(["", "\n "])) + comma.join(entries) + draw(st.sampled_from(["", ",", ", \n"]))


def outcome(text: str) -> object:
    """Return the curve of a text, or its refusal."""
    try:
        return parse_schedule(text, "zoom")
    except ScheduleError as error:
        return str(error)


def outcome_without_quick_reader(text: str) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("glance.schedule.parse.read_regular", lambda text: None)
        return outcome(text)


@given(texts())
def test_any_text_of_plain_numbers_reads_as_python_reads_its_numbers(text: str) -> None:
    pairs = [entry.split(":") for entry in text.strip(" \r\n,").split(",")]
    frames = np.array([int(frame) for frame, _ in pairs])
    values = np.array([float(value.strip("() \r\n\t")) for _, value in pairs])
    curve = parse_schedule(text, "zoom")
    assert isinstance(curve.keys, PlainKeys)
    assert np.array_equal(curve.keys.frames, frames)
    assert np.array_equal(curve.keys.values, values)


@given(st.integers(0, 2**32 - 1), st.integers(1000, 3000), st.sampled_from([".4f", ".1f", ".8f", ".3g"]))
def test_texts_as_programs_write_them_are_read_quickly_to_the_bit(seed: int, count: int, form: str) -> None:
    numbers = np.random.default_rng(seed).uniform(-9.9, 9.9, count)
    values = [format(number, form) for number in numbers.tolist() if abs(number) > 0.001]
    found = read_regular(", ".join(f"{frame}: ({value})" for frame, value in enumerate(values)))
    assert found is not None
    assert np.array_equal(found[0], np.arange(len(values)))
    assert found[1].tobytes() == np.array([float(value) for value in values]).tobytes()


@given(texts(), st.integers(0, 10**6), st.sampled_from([*"0159.-+eE:(), \n\"'t_×٣", "", "1e999", "(1)", "0:", "--"]))
def test_one_wrong_sign_is_judged_as_by_the_thorough_reader(text: str, place: int, sign: str) -> None:
    place %= len(text)
    broken = text[:place] + sign + text[place + 1 :]
    assert outcome(broken) == outcome_without_quick_reader(broken)


@given(texts(), st.integers(0, 10**6))
def test_a_text_that_ends_early_is_judged_as_by_the_thorough_reader(text: str, place: int) -> None:
    broken = text[: place % len(text)]
    assert outcome(broken) == outcome_without_quick_reader(broken)
