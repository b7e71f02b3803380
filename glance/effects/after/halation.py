"""Halation: the red rim that light leaves on film."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.light import add_light, highlights, small_copy, softened, to_linear
from glance.frames import Frame

#: Light that comes back from the film's base has gone through the layers of blue and green: red is left, some orange.
_TINT = np.array([1.0, 0.22, 0.05], np.float32)


def halation(frame: Frame, values: Values) -> Frame:
    """Return the frame with a red rim around its lights, added in linear light."""
    amount = values["halation"]
    if amount == 0:
        return frame
    small = small_copy(frame)
    bright = np.ascontiguousarray(highlights(to_linear(small), 0.55)[:, :, 0])
    rim = np.maximum(softened(bright, values["halation_radius"]) - 0.6 * bright, 0.0)
    return add_light(frame, small, rim[:, :, None] * (3.0 * amount * _TINT))


EFFECT = Effect(
    "halation",
    "Halation",
    "Light on film leaves a red rim around what is bright.",
    "effects: light",
    (
        Parameter("halation", 0.0, 3.0, 0.7, "How strongly the rim shows.", neutral=0.0),
        Parameter("halation_radius", 0.002, 0.1, 0.014, "How wide the rim is.", "heights"),
    ),
    halation,
    hit={"halation": 1.6},
)
