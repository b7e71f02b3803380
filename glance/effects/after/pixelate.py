"""Pixelate: the picture in large squares."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.frames import Frame


def pixelate(frame: Frame, values: Values) -> Frame:
    """Return the frame in squares of one color each."""
    import cv2

    height, width = frame.shape[:2]
    side = values["pixelate"] * height
    if side <= 1:
        return frame
    few = (max(1, round(width / side)), max(1, round(height / side)))
    return np.asarray(
        cv2.resize(
            cv2.resize(frame, few, interpolation=cv2.INTER_AREA), (width, height), interpolation=cv2.INTER_NEAREST
        )
    )


EFFECT = Effect(
    "pixelate",
    "Pixelate",
    "The picture in large squares.",
    "effects: texture",
    (Parameter("pixelate", 0.0, 0.5, 0.02, "Side of the squares.", "heights", neutral=0.0),),
    pixelate,
    hit={"pixelate": 0.06},
)
