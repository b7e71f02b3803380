"""Fade: the picture goes into one color."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.light import display_of, hue_color, levels, per_level
from glance.frames import Frame


def fade(frame: Frame, values: Values) -> Frame:
    """Return the frame mixed with one color."""
    amount = values["fade"]
    if amount == 0:
        return frame
    color = display_of(hue_color(values["fade_hue"], values["fade_saturation"])) * values["fade_brightness"]
    return per_level(frame, levels()[:, None] * (1.0 - amount) + amount * np.asarray(color))


EFFECT = Effect(
    "fade",
    "Fade to color",
    "The picture goes into black, white or any color.",
    "effects: color",
    (
        Parameter("fade", 0.0, 1.0, 0.2, "How much of the color there is: 1 is nothing else.", neutral=0.0),
        Parameter("fade_brightness", 0.0, 1.0, 0.0, "How bright the color is: 0 is black."),
        Parameter("fade_hue", 0.0, 360.0, 0.0, "Its hue.", "degrees"),
        Parameter("fade_saturation", 0.0, 1.0, 0.0, "How colored it is: 0 is gray or white."),
    ),
    fade,
    hit={"fade": 0.6},
)
