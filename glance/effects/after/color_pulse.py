"""Color pulse: the light takes on a color."""

from __future__ import annotations

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.light import display_of, hue_color, linear_levels, per_level
from glance.frames import Frame


def color_pulse(frame: Frame, values: Values) -> Frame:
    """Return the frame as under a colored light of the same brightness."""
    amount = values["color_pulse"]
    if amount == 0:
        return frame
    color = hue_color(values["color_pulse_hue"], 0.8)
    gain = color / (color @ [0.2126, 0.7152, 0.0722])
    return per_level(frame, display_of(linear_levels()[:, None] * (1.0 + amount * (gain - 1.0))))


EFFECT = Effect(
    "color_pulse",
    "Color pulse",
    "The light takes on a color, as bright as before.",
    "effects: color",
    (
        Parameter("color_pulse", 0.0, 1.0, 0.3, "How far the light goes to that color.", neutral=0.0),
        Parameter("color_pulse_hue", 0.0, 360.0, 320.0, "Its hue.", "degrees"),
    ),
    color_pulse,
    hit={"color_pulse": 0.7},
)
