"""Kaleidoscope: one wedge of the picture, again and again around a center."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.loop.folding import folded
from glance.frames import Frame


def kaleidoscope(frame: Frame, values: Values) -> Frame:
    """Return the frame as a kaleidoscope shows it: every second wedge is a reflection of the one beside it."""
    amount = values["kaleidoscope"]
    if amount == 0:
        return frame
    height, width = frame.shape[:2]
    center_x, center_y = values["kaleidoscope_x"] * (width - 1), values["kaleidoscope_y"] * (height - 1)
    x = np.arange(width, dtype=np.float32)[None, :] - np.float32(center_x)
    y = np.arange(height, dtype=np.float32)[:, None] - np.float32(center_y)
    wedge = np.float32(np.pi / round(values["kaleidoscope_folds"]))
    start = np.float32(np.deg2rad(values["kaleidoscope_angle"]))
    angle = (np.arctan2(y, x) - start) % (2 * wedge)
    angle = np.minimum(angle, 2 * wedge - angle) + start
    far = np.hypot(x, y)
    return folded(frame, far * np.cos(angle) + np.float32(center_x), far * np.sin(angle) + np.float32(center_y), amount)


EFFECT = Effect(
    "kaleidoscope",
    "Kaleidoscope",
    "One wedge of the picture, again and again around a center.",
    "effects in the loop",
    (
        Parameter("kaleidoscope", 0.0, 1.0, 1.0, "How much of it there is.", neutral=0.0),
        Parameter("kaleidoscope_folds", 1.0, 24.0, 6.0, "How many pairs of wedges it has.", "folds"),
        Parameter("kaleidoscope_angle", -3600.0, 3600.0, 0.0, "Where the first wedge lies.", "degrees"),
        Parameter("kaleidoscope_x", 0.0, 1.0, 0.5, "Its center, from the left.", "widths"),
        Parameter("kaleidoscope_y", 0.0, 1.0, 0.5, "Its center, from the top.", "heights"),
    ),
    kaleidoscope,
    where="loop",
    hit={"kaleidoscope": 1.0},
    coherence="Settles at once while it stands still. A turning angle reads a new wedge in every picture and keeps "
    "the whole in motion; combine it with strength of 0.6 and more.",
)
