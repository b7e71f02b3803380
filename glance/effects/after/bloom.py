"""Bloom: what is bright glows over its edge."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.light import add_light, highlights, small_copy, softened, to_linear
from glance.frames import Frame


def bloom(frame: Frame, values: Values) -> Frame:
    """Return the frame with its lights glowing, near and wide; added in linear light."""
    amount = values["bloom"]
    if amount == 0:
        return frame
    small = small_copy(frame)
    bright = highlights(to_linear(small), values["bloom_threshold"])
    near = softened(bright, values["bloom_radius"])
    wide = softened(bright, values["bloom_radius"] * 3)
    return add_light(frame, small, np.float32(amount) * (np.float32(0.7) * near + np.float32(0.5) * wide))


EFFECT = Effect(
    "bloom",
    "Bloom",
    "What is bright glows over its edge.",
    "effects: light",
    (
        Parameter("bloom", 0.0, 3.0, 0.6, "How strongly bright places glow.", neutral=0.0),
        Parameter("bloom_radius", 0.002, 0.2, 0.03, "How far the glow reaches.", "heights"),
        Parameter("bloom_threshold", 0.0, 1.0, 0.6, "How bright a place must be to glow."),
    ),
    bloom,
    hit={"bloom": 1.6},
)
