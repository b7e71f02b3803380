"""From loudness to a channel's value."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import msgspec
import numpy as np
import pytest

from glance.errors import ScheduleError
from glance.schedule.reactions import AmplitudeMap, apply, attack_release

X = np.linspace(0, 1, 101)
FPS = Fraction(24)
SHAPES = ["linear", "convex", "concave", "tangent"]


def mapped(x: np.ndarray = X, **changes: object) -> np.ndarray:
    return apply(replace(AmplitudeMap("low", 0.9, 0.4), **changes), x, FPS)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("silence", "peak"), [(0.9, 0.4), (0.4, 0.9), (1.0, 1.0), (-3.0, 5.0)])
@pytest.mark.parametrize("curvature", [0.01, 0.1, 3.0, 30.0, 1e6])
def test_every_shape_leads_from_silence_to_peak_and_never_turns(
    shape: str, silence: float, peak: float, curvature: float
) -> None:
    y = mapped(shape=shape, silence=silence, peak=peak, curvature=curvature)
    assert y[0] == pytest.approx(silence, abs=1e-12)
    assert y[-1] == pytest.approx(peak, abs=1e-9)
    steps = np.diff(y) * np.sign(peak - silence)
    assert (steps >= -1e-12).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_rising_curve_mirrors_the_falling_one(shape: str) -> None:
    np.testing.assert_allclose(mapped(shape=shape, silence=0.4, peak=0.9), 1.3 - mapped(shape=shape), atol=1e-12)


def test_the_published_formulas_are_met() -> None:
    a, b, c = 1.0, 0.5, 3.0
    base = {"silence": a, "peak": b}
    np.testing.assert_allclose(mapped(shape="linear", **base), (b - a) * X + a)
    convex = (b - a) / math.log(c + 1) * np.log(c * X + 1) + a
    np.testing.assert_allclose(mapped(shape="convex", curvature=c, **base), convex)
    concave = a + 0.1 - 0.1 * np.exp(np.log((a + 0.1 - b) / 0.1) * X)
    np.testing.assert_allclose(mapped(shape="concave", curvature=0.1, **base), concave)
    demo = 0.9 - 0.4 * np.tan(X)
    np.testing.assert_allclose(mapped(shape="tangent", silence=0.9, peak=0.9 - 0.4 * math.tan(1)), demo)


def test_convex_changes_early_and_concave_late() -> None:
    middle = {shape: mapped(shape=shape, curvature=c)[50] for shape, c in (("convex", 30.0), ("concave", 0.01))}
    assert middle["convex"] < 0.65 < middle["concave"]


@pytest.mark.parametrize(("shape", "curvature"), [("convex", 1e-9), ("concave", 1e9)])
def test_both_curved_shapes_tend_to_the_line(shape: str, curvature: float) -> None:
    np.testing.assert_allclose(mapped(shape=shape, curvature=curvature), mapped(shape="linear"), atol=1e-6)


def test_bend_lets_only_loud_parts_through() -> None:
    np.testing.assert_allclose(mapped(bend=3.0), 0.9 - 0.5 * X**3)


def test_a_gate_silences_quiet_parts_and_keeps_the_peak() -> None:
    y = mapped(gate=0.5)
    assert (y[:51] == 0.9).all()
    assert y[-1] == pytest.approx(0.4)
    assert y[75] == pytest.approx(0.65)


def test_amplitudes_outside_the_range_are_held_at_its_ends() -> None:
    np.testing.assert_allclose(mapped(np.array([-1.0, 2.0])), [0.9, 0.4])


def test_release_falls_by_e_in_its_time_whatever_the_frame_rate() -> None:
    for fps in (10, 100):
        x = np.zeros(2 * fps)
        x[0] = 1
        assert attack_release(x, 0, 500, Fraction(fps))[fps // 2] == pytest.approx(1 / math.e, rel=1e-9)


def test_attack_delays_a_rise_but_not_a_fall() -> None:
    x = np.array([0, 1, 1, 1, 0, 0.0])
    y = attack_release(x, 100, 0, Fraction(10))
    assert 0 < y[1] < y[2] < y[3] < 1
    assert y[4] == 0


def test_no_attack_and_no_release_follow_at_once() -> None:
    np.testing.assert_array_equal(attack_release(X, 0, 0, FPS), X)
    assert attack_release([], 10, 10, FPS).size == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("shape", "wavy"),
        ("curvature", 0.0),
        ("curvature", math.nan),
        ("bend", 0.0),
        ("gate", 1.0),
        ("attack_ms", -1.0),
        ("release_ms", math.inf),
        ("silence", math.nan),
        ("peak", math.inf),
    ],
)
def test_settings_outside_their_range_are_named(field: str, value: object) -> None:
    with pytest.raises(ScheduleError, match=field):
        mapped(**{field: value})


def test_a_mapping_is_read_from_plain_values() -> None:
    found = msgspec.convert({"envelope": "kick", "silence": 0.8, "peak": 0.3, "shape": "convex"}, AmplitudeMap)
    assert found == AmplitudeMap("kick", 0.8, 0.3, "convex")
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"envelope": "kick", "silence": 0.8, "peak": 0.3, "shape": "wavy"}, AmplitudeMap)
