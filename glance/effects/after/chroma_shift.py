"""Chromatic shift: the colors come apart."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.shifting import shifted
from glance.frames import Frame


def chroma_shift(frame: Frame, values: Values) -> Frame:
    """Return the frame with red and blue moved apart along a line."""
    import cv2

    way = values["chroma_shift"] * frame.shape[1]
    if way == 0:
        return frame
    angle = np.deg2rad(values["chroma_shift_angle"])
    x, y = way * np.cos(angle), way * np.sin(angle)
    red, green, blue = cv2.split(frame)
    return np.asarray(cv2.merge([shifted(red, x, -y), green, shifted(blue, -x, y)]))


EFFECT = Effect(
    "chroma_shift",
    "Chromatic shift",
    "Red and blue come apart, as in a cheap lens.",
    "effects: lens",
    (
        Parameter("chroma_shift", 0.0, 0.1, 0.004, "How far they come apart.", "widths", neutral=0.0),
        Parameter("chroma_shift_angle", -360.0, 360.0, 0.0, "Along which line; 0 is level.", "degrees"),
    ),
    chroma_shift,
    hit={"chroma_shift": 0.015},
)
