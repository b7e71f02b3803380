"""Hue turn: all colors go round the circle."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.frames import Frame


def turned(degrees: float, saturation: float = 1.0) -> np.ndarray:
    """Return the (3, 3) matrix that turns hues and scales saturation and keeps BT.709 luma.

    After Haeberli, Matrix Operations for Image Processing (1993), in display values as he has it.
    """
    red, green, blue = 0.2126, 0.7152, 0.0722
    cos, sin = saturation * np.cos(np.deg2rad(degrees)), saturation * np.sin(np.deg2rad(degrees))
    # RGB -> (Y, B - Y, R - Y), a turn of the plane of the two differences, and back.
    apart = np.array([[red, green, blue], [-red, -green, 1 - blue], [1 - red, -green, -blue]])
    # Both differences count alike only once they are scaled as in YCbCr.
    scale = np.diag([1.0, 1 / 1.8556, 1 / 1.5748])
    turn = np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]])
    apart = scale @ apart
    return np.asarray(np.linalg.inv(apart) @ turn @ apart)


def hue_turn(frame: Frame, values: Values) -> Frame:
    """Return the frame with all hues turned; brightness stays, up to what a display can show."""
    import cv2

    degrees = values["hue_turn"]
    return frame if degrees == 0 else np.asarray(cv2.transform(frame, turned(degrees)))


EFFECT = Effect(
    "hue_turn",
    "Hue turn",
    "All colors go round the circle.",
    "effects: color",
    (Parameter("hue_turn", -360.0, 360.0, 40.0, "How far the hues turn.", "degrees", neutral=0.0),),
    hue_turn,
    hit={"hue_turn": 180.0},
)
