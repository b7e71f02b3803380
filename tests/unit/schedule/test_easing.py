"""The easing curves, held against easings.net's own formulas written out one by one."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from glance.schedule.easing import EASINGS

X = np.linspace(0, 1, 101)
C1, C2, C3 = 1.70158, 1.70158 * 1.525, 2.70158
C4, C5 = 2 * math.pi / 3, 2 * math.pi / 4.5


def bounce_out(x: float) -> float:
    if x < 1 / 2.75:
        return 7.5625 * x * x
    if x < 2 / 2.75:
        return 7.5625 * (x - 1.5 / 2.75) ** 2 + 0.75
    if x < 2.5 / 2.75:
        return 7.5625 * (x - 2.25 / 2.75) ** 2 + 0.9375
    return 7.5625 * (x - 2.625 / 2.75) ** 2 + 0.984375


SITE: dict[str, Callable[[float], float]] = {
    "ease_in_sine": lambda x: 1 - math.cos(x * math.pi / 2),
    "ease_out_sine": lambda x: math.sin(x * math.pi / 2),
    "ease_in_out_sine": lambda x: -(math.cos(math.pi * x) - 1) / 2,
    "ease_out_expo": lambda x: 1.0 if x == 1 else 1 - 2 ** (-10 * x),
    "ease_in_expo": lambda x: 0.0 if x == 0 else 2 ** (10 * x - 10),
    "ease_in_circ": lambda x: 1 - math.sqrt(1 - x**2),
    "ease_out_circ": lambda x: math.sqrt(1 - (x - 1) ** 2),
    "ease_in_back": lambda x: C3 * x**3 - C1 * x**2,
    "ease_out_back": lambda x: 1 + C3 * (x - 1) ** 3 + C1 * (x - 1) ** 2,
    "ease_in_out_back": lambda x: (
        (2 * x) ** 2 * ((C2 + 1) * 2 * x - C2) / 2
        if x < 0.5
        else ((2 * x - 2) ** 2 * ((C2 + 1) * (x * 2 - 2) + C2) + 2) / 2
    ),
    "ease_in_elastic": lambda x: x if x in (0, 1) else -(2 ** (10 * x - 10)) * math.sin((x * 10 - 10.75) * C4),
    "ease_out_elastic": lambda x: x if x in (0, 1) else 2 ** (-10 * x) * math.sin((x * 10 - 0.75) * C4) + 1,
    "ease_in_out_elastic": lambda x: (
        x
        if x in (0, 1)
        else -(2 ** (20 * x - 10) * math.sin((20 * x - 11.125) * C5)) / 2
        if x < 0.5
        else 2 ** (-20 * x + 10) * math.sin((20 * x - 11.125) * C5) / 2 + 1
    ),
    "ease_out_bounce": bounce_out,
    "ease_in_bounce": lambda x: 1 - bounce_out(1 - x),
    "ease_in_out_bounce": lambda x: (1 - bounce_out(1 - 2 * x)) / 2 if x < 0.5 else (1 + bounce_out(2 * x - 1)) / 2,
    "ease_in_out_circ": lambda x: (
        (1 - math.sqrt(1 - (2 * x) ** 2)) / 2 if x < 0.5 else (math.sqrt(1 - (-2 * x + 2) ** 2) + 1) / 2
    ),
    "ease_in_out_expo": lambda x: (
        x if x in (0, 1) else 2 ** (20 * x - 10) / 2 if x < 0.5 else (2 - 2 ** (-20 * x + 10)) / 2
    ),
}
for power, family in enumerate(("quad", "cubic", "quart", "quint"), start=2):
    SITE[f"ease_in_{family}"] = lambda x, p=power: x**p
    SITE[f"ease_out_{family}"] = lambda x, p=power: 1 - (1 - x) ** p
    SITE[f"ease_in_out_{family}"] = lambda x, p=power: 2 ** (p - 1) * x**p if x < 0.5 else 1 - (-2 * x + 2) ** p / 2


def test_there_are_the_thirty_of_the_site_and_two_plain_ones() -> None:
    assert set(EASINGS) == {*SITE, "linear", "hold"}
    assert len(SITE) == 30


@pytest.mark.parametrize("name", sorted(SITE))
def test_each_curve_is_the_sites(name: str) -> None:
    np.testing.assert_allclose(EASINGS[name](X), [SITE[name](float(x)) for x in X], atol=1e-12)


@pytest.mark.parametrize("name", sorted(EASINGS))
def test_each_curve_goes_from_0_to_1_and_stays_there(name: str) -> None:
    ends = EASINGS[name](np.array([-3.0, 0.0, 1.0, 9.0]))
    np.testing.assert_allclose(ends, [0, 0, 1, 1], atol=1e-12)
    assert EASINGS[name](np.zeros((2, 3))).shape == (2, 3)
    assert EASINGS[name](0.5).shape == ()


def test_hold_waits_for_the_end() -> None:
    assert EASINGS["hold"]([0, 0.5, 0.999, 1]).tolist() == [0, 0, 0, 1]
