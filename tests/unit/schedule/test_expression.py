"""The language of formulas: names, functions and operators, evaluated for all frames at once."""

from __future__ import annotations

import math

import numpy as np
import pytest

from glance.errors import ScheduleError
from glance.limits import FORMULA_CHARACTERS
from glance.schedule.expression import FUNCTIONS, Scope, compile_expression
from glance.schedule.hints import NAMES
from tests.support.schedule_songs import signals


def run(text: str, n_frames: int = 10) -> list[float]:
    found = compile_expression(text).values(Scope(signals(n_frames)))
    return np.broadcast_to(np.asarray(found, dtype=np.float64), (n_frames,)).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t", lambda t: t),
        ("s + max_f", lambda t: 14),
        ("time", lambda t: t / 10),
        ("fps*time", lambda t: t),
        ("beat", lambda t: t / 5),
        ("beat_phase", lambda t: (t / 5) % 1),
        ("bar", lambda t: t / 20),
        ("bar_phase", lambda t: t / 20),
        ("sin(2*pi*t/20)", lambda t: math.sin(2 * math.pi * t / 20)),
        ("cos(tau*t/20) + e", lambda t: math.cos(math.tau * t / 20) + math.e),
        ("1 + 0.03*low", lambda t: 1 + 0.03 * t / 9),
        ("0.75 - 0.4*kick", lambda t: 0.35 if t % 5 == 0 else 0.75),
        ("-t**2", lambda t: -(t**2)),
        ("2**3**2", lambda t: 512),
        ("t % 3", lambda t: t % 3),
        ("(t-5) % 3", lambda t: (t - 5) % 3),
        ("t // 4", lambda t: t // 4),
        ("t % 0 + t // 0", lambda t: 0),
        ("t / 4", lambda t: t / 4),
        ("t > 5", lambda t: t > 5),
        ("(t > 2) & (t < 6)", lambda t: 2 < t < 6),
        ("(t < 2) | (t > 6)", lambda t: t < 2 or t > 6),
        ("~(t > 2)", lambda t: t <= 2),
        ("t & 1", lambda t: t & 1),
        ("(t > 2) ^ (t > 6)", lambda t: 2 < t <= 6),
        ("~t", lambda t: ~t),
        ("2 < t <= 5", lambda t: 2 < t <= 5),
        ("t == 3 or t == 4 and not t > 9", lambda t: t in (3, 4)),
        ("t != 3", lambda t: t != 3),
        ("1 if t > 4 else 2", lambda t: 1 if t > 4 else 2),
        ("where(t > 4, t, -t)", lambda t: t if t > 4 else -t),
        ("min(t, 5, 7)", lambda t: min(t, 5)),
        ("max(t, 5)", lambda t: max(t, 5)),
        ("clip(t, 2, 6)", lambda t: min(max(t, 2), 6)),
        ("lerp(10, 20, t/10)", lambda t: 10 + t),
        ("pulse(t/5, 0.4)", lambda t: 1 if (t / 5) % 1 < 0.4 else 0),
        ("pulse(beat)", lambda t: 1 if (t / 5) % 1 < 0.5 else 0),
        ("abs(t-5) + sign(t-5)", lambda t: abs(t - 5) + (t > 5) - (t < 5)),
        ("floor(t/3) + ceil(t/3)", lambda t: t // 3 + -(-t // 3)),
        ("round(t/2) + trunc(-t/2)", lambda t: round(t / 2) + math.trunc(-t / 2)),
        ("arctan2(t, 2) - atan2(t, 2)", lambda t: 0),
        ("hypot(t, 4)", lambda t: math.hypot(t, 4)),
        ("fmod(t-5, 3)", lambda t: math.fmod(t - 5, 3)),
        ("sqrt(t) + exp(-t) + log1p(t)", lambda t: math.sqrt(t) + math.exp(-t) + math.log1p(t)),
        ("ease_in_out_sine(t/9)", lambda t: (1 - math.cos(math.pi * t / 9)) / 2),
        ("asin(0.5) - arcsin(0.5) + sinh(0) + tanh(0)", lambda t: 0),
        ("1.5e1 + .5 + 2.", lambda t: 17.5),
        ("True * 2 + False", lambda t: 2),
    ],
)
def test_a_formula_means_what_it_says(text: str, expected: object) -> None:
    assert callable(expected)
    np.testing.assert_allclose(run(text), [float(expected(t)) for t in range(10)], rtol=1e-12, atol=1e-12)


def test_smooth_keeps_peaks_in_place_and_the_sum_within() -> None:
    kick = np.array(run("kick", 41))
    smoothed = np.array(run("smooth(kick, 0.3)", 41))
    assert np.argmax(smoothed[8:13]) == 2
    assert smoothed[8:33].sum() == pytest.approx(kick[8:33].sum(), abs=1e-9)
    assert smoothed.max() < 1


def test_smooth_leaves_a_constant_and_a_straight_line_alone() -> None:
    np.testing.assert_allclose(run("smooth(3, 1)"), [3.0] * 10)
    np.testing.assert_allclose(run("smooth(t, 0.2)", 30)[5:25], np.arange(5, 25), atol=1e-9)


def test_smooth_by_nothing_or_by_ages_is_defined() -> None:
    assert run("smooth(t, 0)") == list(range(10))
    np.testing.assert_allclose(run("smooth(t, 1e9)"), [4.5] * 10)


def test_smooth_means_seconds_whatever_the_frame_rate() -> None:
    text = "smooth(time > 1, 0.5)"
    slow = compile_expression(text).values(Scope(signals(20, fps=10)))
    fast = compile_expression(text).values(Scope(signals(200, fps=100)))
    assert np.abs(np.asarray(fast)[::10] - slow).max() < 0.12


def test_decay_rings_out_from_each_peak() -> None:
    found = np.array(run("decay(kick, 0.2)"))
    np.testing.assert_allclose(found, np.exp(-(np.arange(10) % 5) / 2))


def test_functions_over_all_frames_see_the_whole_song_from_any_part_of_it() -> None:
    formula = compile_expression("smooth(kick, 0.4) * t")
    whole = np.asarray(formula.values(Scope(signals(30))))
    part = np.asarray(formula.values(Scope(signals(30), 12, 20)))
    np.testing.assert_array_equal(part, whole[12:20])


def test_every_function_runs_on_arrays_and_on_numbers() -> None:
    for name, function in FUNCTIONS.items():
        for argument in ("0.5", "(0.05 + 0.9*low)"):
            inside = f"1 + {argument}" if name == "arccosh" else argument
            text = f"{name}({', '.join([inside] * function.least)})"
            assert np.isfinite(run(text)).all(), text
        assert function.usage.startswith(f"{name}(")
        assert function.help


def test_every_name_has_a_value() -> None:
    for name in NAMES:
        assert len(run(name)) == 10


def test_names_that_are_no_ascii_identifiers_are_not_normalised_into_known_ones() -> None:
    with pytest.raises(ScheduleError, match="has no meaning"):
        compile_expression("ｓin(t)")


def test_the_longest_formula_is_long_enough_and_no_longer() -> None:
    assert run("t" + "+0" * 90)[3] == 3
    with pytest.raises(ScheduleError, match=f"{FORMULA_CHARACTERS} characters"):
        compile_expression("t" + " " * FORMULA_CHARACTERS)


def test_infinities_are_passed_on_without_warnings() -> None:
    assert run("1/(t-3)")[3] == math.inf
    assert math.isnan(run("0/(t-3)")[3])
