"""Polar warp: the picture bent around a center, or pulled out of it."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.loop.folding import folded
from glance.frames import Frame


def polar(frame: Frame, values: Values) -> Frame:
    """Return the frame with what lay from left to right laid around its center, as far as the amount says."""
    amount = values["polar"]
    if amount == 0:
        return frame
    height, width = frame.shape[:2]
    x = ((np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1)[None, :] * np.float32(width / height)
    y = ((np.arange(height, dtype=np.float32) + 0.5) / height * 2 - 1)[:, None]
    turn = (np.arctan2(x, -y) + np.float32(np.deg2rad(values["polar_angle"]))) / np.float32(2 * np.pi) % 1.0
    # There and back again, so that the two ends meet.
    around = np.abs(turn * 2 - 1) * np.float32(width - 1)
    far = np.clip(np.hypot(x, y) / np.float32(np.hypot(width / height, 1.0)), 0, 1)
    down = (1 - far) * np.float32(height - 1)
    share = np.float32(amount)
    plain_x = np.arange(width, dtype=np.float32)[None, :]
    plain_y = np.arange(height, dtype=np.float32)[:, None]
    return folded(frame, plain_x + share * (around - plain_x), plain_y + share * (down - plain_y), 1.0)


EFFECT = Effect(
    "polar",
    "Polar warp",
    "The picture is bent around its center, like a small planet.",
    "effects in the loop",
    (
        Parameter("polar", 0.0, 1.0, 0.02, "How far it is bent.", neutral=0.0),
        Parameter("polar_angle", -3600.0, 3600.0, 0.0, "Where its seam lies; 0 is below.", "degrees"),
    ),
    polar,
    where="loop",
    hit={"polar": 0.3},
    coherence="The bend adds up from picture to picture: small amounts make a steady swirl inwards, 1 on a single hit "
    "makes a planet that the model then paints on.",
)
