"""Flash: the whole picture lit at once."""

from __future__ import annotations

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.light import display_of, hue_color, linear_levels, per_level
from glance.frames import Frame


def flash(frame: Frame, values: Values) -> Frame:
    """Return the frame with light added everywhere, in linear light."""
    amount = values["flash"]
    if amount == 0:
        return frame
    color = hue_color(values["flash_hue"], values["flash_saturation"])
    return per_level(frame, display_of(linear_levels()[:, None] + amount * color))


EFFECT = Effect(
    "flash",
    "Flash",
    "Lights the whole picture at once; how often it may is limited, for people whom flashes hurt.",
    "effects: light",
    (
        Parameter("flash", 0.0, 1.0, 0.0, "How bright it is: 1 is all white.", neutral=0.0),
        Parameter("flash_hue", 0.0, 360.0, 40.0, "Its hue.", "degrees"),
        Parameter("flash_saturation", 0.0, 1.0, 0.15, "How colored it is: 0 is white."),
    ),
    flash,
    hit={"flash": 0.35},
)
