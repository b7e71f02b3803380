"""What the quick reader of dense schedules takes, and what it leaves to others."""

from __future__ import annotations

import numpy as np
import pytest

from glance.schedule.parse import parse_schedule
from glance.schedule.regular import read_regular


def dense(form: str, count: int = 3000) -> tuple[str, list[str]]:
    """Return a schedule with a key in every frame, and its values' texts."""
    values = [format(x, form) for x in (3 * np.sin(np.arange(count) / 9)).tolist()]
    return ", ".join(f"{frame}:({value})" for frame, value in enumerate(values)), values


@pytest.mark.parametrize("form", [".4f", ".2f", ".0f", ".8f", ".3g"])
def test_numbers_of_up_to_fifteen_digits_are_the_ones_python_reads(form: str) -> None:
    text, values = dense(form)
    found = read_regular(text)
    assert found is not None
    assert np.array_equal(found[0], np.arange(3000))
    assert found[1].tobytes() == np.array([float(value) for value in values]).tobytes()


def test_a_few_odd_numbers_do_not_slow_the_others_down() -> None:
    _, values = dense(".4f")
    values[7], values[2999] = "1.25e-7", "0.12345678901234567"
    odd = ", ".join(f"{frame}:({value})" for frame, value in enumerate(values))
    found = read_regular(odd)
    assert found is not None
    assert found[1].tobytes() == np.array([float(value) for value in values]).tobytes()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1500:(", "1500:(1+"),
        ("1500:(", "1500:((1"),
        ("1500:", "1500s:"),
        ("1500:", "1500.5:"),
        (", 1500:", ", , 1500:"),
        (", 1500:", " 1500:"),
        ("1500:(", "1500:(٣"),
        ("1500:(", "1500:(1e999"),
        ("1500:", "1234567890:"),
    ],
)
def test_one_key_that_is_no_plain_number_leaves_the_text_to_other_readers(old: str, new: str) -> None:
    text, _ = dense(".4f")
    assert text.count(old) == 1
    assert read_regular(text.replace(old, new)) is None


def test_numbers_without_any_outline_in_common_are_left_to_other_readers() -> None:
    text, values = dense("")
    assert read_regular(text) is None
    assert [key.value for key in parse_schedule(text).keys][:3] == ["0", values[1], values[2]]
