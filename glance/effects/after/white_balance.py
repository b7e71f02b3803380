"""White balance: warmer or colder, greener or pinker."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.light import display_of, linear_levels, per_level
from glance.frames import Frame

_WARMER = np.array([0.35, 0.0, -0.45])
_PINKER = np.array([0.12, -0.22, 0.12])


def white_balance(frame: Frame, values: Values) -> Frame:
    """Return the frame under a warmer or colder light of the same brightness."""
    warmth, tint = values["warmth"], values["tint"]
    if (warmth, tint) == (0, 0):
        return frame
    gain = np.exp2(warmth * _WARMER + tint * _PINKER)
    gain /= gain @ [0.2126, 0.7152, 0.0722]
    return per_level(frame, display_of(linear_levels()[:, None] * gain))


EFFECT = Effect(
    "white_balance",
    "White balance",
    "Makes the light warmer or colder.",
    "effects: color",
    (
        Parameter("warmth", -2.0, 2.0, 0.4, "Above 0 is warmer, below 0 colder.", neutral=0.0),
        Parameter("tint", -2.0, 2.0, 0.0, "Above 0 is pinker, below 0 greener.", neutral=0.0),
    ),
    white_balance,
    hit={"warmth": 1.2},
)
