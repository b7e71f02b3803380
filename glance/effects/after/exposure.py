"""Exposure: more or less light for the whole picture."""

from __future__ import annotations

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.light import display_of, linear_levels, per_level
from glance.frames import Frame


def exposure(frame: Frame, values: Values) -> Frame:
    """Return the frame with its linear light multiplied by two to the power of the stops."""
    stops = values["exposure"]
    if stops == 0:
        return frame
    return per_level(frame, display_of(linear_levels() * 2.0**stops))


EFFECT = Effect(
    "exposure",
    "Exposure",
    "More or less light, as by a camera's shutter; on hits, a pulse of brightness.",
    "effects: color",
    (Parameter("exposure", -6.0, 6.0, 0.3, "Each step up doubles the light.", "stops", neutral=0.0),),
    exposure,
    hit={"exposure": 1.0},
)
