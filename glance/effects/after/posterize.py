"""Posterize: few levels, as on a printed poster."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.light import levels, per_level
from glance.frames import Frame


def posterize(frame: Frame, values: Values) -> Frame:
    """Return the frame with few levels of each color, mixed in by the amount."""
    amount = values["posterize"]
    if amount == 0:
        return frame
    steps = round(values["posterize_levels"]) - 1
    few = np.rint(levels() * steps) / steps
    return per_level(frame, levels() + amount * (few - levels()))


EFFECT = Effect(
    "posterize",
    "Posterize",
    "Few levels of color, as on a printed poster.",
    "effects: texture",
    (
        Parameter("posterize", 0.0, 1.0, 0.7, "How far the colors go to the nearest level.", neutral=0.0),
        Parameter("posterize_levels", 2.0, 16.0, 5.0, "How many levels each color has.", "levels"),
    ),
    posterize,
    hit={"posterize": 1.0},
)
