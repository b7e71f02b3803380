"""A slip in a name is answered with the nearest one, in the same words everywhere."""

import pytest

from glance.system.suggest import did_you_mean, listed


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("strenth", "did you mean `strength`?"),
        ("STRENGTH", "did you mean `strength`?"),
        ("zomo", "did you mean `zoom`?"),
        ("qqqq", "there are strength, zoom"),
    ],
)
def test_the_nearest_name_is_suggested_whatever_its_case(name: str, words: str) -> None:
    assert did_you_mean(name, ["strength", "zoom"]) == words


def test_several_near_names_are_told_as_often_as_asked_for() -> None:
    assert did_you_mean("low_midd", ["low", "low_mid", "low_middle"], most=2) == (
        "did you mean `low_mid` or `low_middle`?"
    )


def test_an_alias_is_shown_by_the_name_it_stands_for() -> None:
    known = {"k_euler_a": "Euler a"}
    assert did_you_mean("k_euler_b", known, shown=lambda alias: known[alias]) == "did you mean Euler a?"


def test_a_long_list_is_cut_and_an_empty_one_said() -> None:
    assert listed(["a", "b", "c"], most=2) == "a, b, ..."
    assert listed([]) == "none"
    assert did_you_mean("x", [], "`glance styles` lists them") == "`glance styles` lists them"
