"""Saturation: more color, or none."""

from __future__ import annotations

import numpy as np

from glance.effects.after.hue_turn import turned
from glance.effects.effect import Effect, Parameter, Values
from glance.frames import Frame


def saturation(frame: Frame, values: Values) -> Frame:
    """Return the frame with its colors moved away from gray or towards it; BT.709 luma stays."""
    import cv2

    factor = values["saturation"]
    return frame if factor == 1 else np.asarray(cv2.transform(frame, turned(0.0, factor)))


EFFECT = Effect(
    "saturation",
    "Saturation",
    "More color, or none at all.",
    "effects: color",
    (Parameter("saturation", 0.0, 4.0, 1.25, "0 is black and white, 1 changes nothing.", "factor", neutral=1.0),),
    saturation,
    hit={"saturation": 2.0},
)
