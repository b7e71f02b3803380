"""Directional blur: the picture rushes one way."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.shifting import shifted
from glance.frames import Frame

_DOUBLINGS = 4


def motion_blur(frame: Frame, values: Values) -> Frame:
    """Return the frame blurred along a line: 16 copies evenly spread over the way."""
    import cv2

    height, width = frame.shape[:2]
    way = values["motion_blur"] * width
    if way == 0:
        return frame
    angle = np.deg2rad(values["motion_blur_angle"])
    # Copies over more than 60 pixels hide the difference that half of the pixels make.
    factor = 2 if way > 60 else 1
    size = (width // factor, height // factor)
    blurred = cv2.resize(frame, size, interpolation=cv2.INTER_AREA) if factor > 1 else frame
    step = way / factor / 2**_DOUBLINGS
    x, y = step * np.cos(angle), -step * np.sin(angle)
    for doubling in range(_DOUBLINGS):
        moved = shifted(blurred, x * 2**doubling, y * 2**doubling)
        blurred = cv2.addWeighted(blurred, 0.5, moved, 0.5, 0)
    # The copies all lie on one side: half of the way back puts the picture where it was.
    back = -(2**_DOUBLINGS - 1) / 2
    blurred = shifted(blurred, x * back, y * back)
    return np.asarray(cv2.resize(blurred, (width, height)) if factor > 1 else blurred)


EFFECT = Effect(
    "motion_blur",
    "Directional blur",
    "The picture rushes one way.",
    "effects: lens",
    (
        Parameter("motion_blur", 0.0, 0.3, 0.02, "How far it rushes.", "widths", neutral=0.0),
        Parameter("motion_blur_angle", -360.0, 360.0, 0.0, "Which way; 0 is level.", "degrees"),
    ),
    motion_blur,
    hit={"motion_blur": 0.08},
)
