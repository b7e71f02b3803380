"""Mirror: one half of the picture is the other's reflection."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.loop.folding import folded
from glance.frames import Frame


def mirror(frame: Frame, values: Values) -> Frame:
    """Return the frame with the side behind a line through the center replaced by the other's reflection."""
    amount = values["mirror"]
    if amount == 0:
        return frame
    height, width = frame.shape[:2]
    angle = np.deg2rad(values["mirror_angle"])
    x = np.arange(width, dtype=np.float32)[None, :] - np.float32(values["mirror_x"] * (width - 1))
    y = np.arange(height, dtype=np.float32)[:, None] - np.float32(values["mirror_y"] * (height - 1))
    # How far a place lies behind the line; it is read as far in front of it.
    behind = np.maximum(x * np.float32(np.cos(angle)) - y * np.float32(np.sin(angle)), 0) * np.float32(2)
    places_x = x - behind * np.float32(np.cos(angle))
    places_y = y + behind * np.float32(np.sin(angle))
    center = values["mirror_x"] * (width - 1), values["mirror_y"] * (height - 1)
    return folded(frame, places_x + np.float32(center[0]), places_y + np.float32(center[1]), amount)


EFFECT = Effect(
    "mirror",
    "Mirror",
    "One side of the picture becomes the other's reflection.",
    "effects in the loop",
    (
        Parameter("mirror", 0.0, 1.0, 1.0, "How much of the reflection there is.", neutral=0.0),
        Parameter("mirror_angle", -360.0, 360.0, 0.0, "Which side is the reflection: 0 is the right one.", "degrees"),
        Parameter("mirror_x", 0.0, 1.0, 0.5, "Where the line is, from the left.", "widths"),
        Parameter("mirror_y", 0.0, 1.0, 0.5, "Where the line is, from the top.", "heights"),
    ),
    mirror,
    where="loop",
    hit={"mirror": 1.0},
    coherence="A mirrored picture mirrored again is the same, so it settles at once; what the camera brings in comes "
    "from both sides alike. Strength below 0.5 lets the model break the symmetry.",
)
