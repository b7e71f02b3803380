"""Lift, gamma, gain: the three wheels of a grading desk."""

from __future__ import annotations

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.light import levels, per_level
from glance.frames import Frame


def lift_gamma_gain(frame: Frame, values: Values) -> Frame:
    """Return the frame graded: v -> (gain * (v + lift * (1 - v))) ** (1 / gamma), v a display value in [0, 1].

    After the ASC's and DaVinci's wheels: lift moves the blacks and leaves white, gain moves white and leaves black,
    gamma moves what lies between.
    """
    lift, gamma, gain = values["lift"], values["gamma"], values["gain"]
    if (lift, gamma, gain) == (0, 1, 1):
        return frame
    value = (levels() + lift * (1.0 - levels())).clip(0.0)
    return per_level(frame, (gain * value).clip(0.0, 1.0) ** (1.0 / gamma))


EFFECT = Effect(
    "lift_gamma_gain",
    "Lift, gamma, gain",
    "Grades shadows, middle tones and lights.",
    "effects: color",
    (
        Parameter("lift", -0.5, 0.5, 0.03, "Raises or lowers the shadows.", neutral=0.0),
        Parameter("gamma", 0.2, 5.0, 1.0, "Above 1 lightens the middle tones, below 1 darkens them.", neutral=1.0),
        Parameter("gain", 0.0, 4.0, 1.05, "Raises or lowers the lights.", neutral=1.0),
    ),
    lift_gamma_gain,
)
