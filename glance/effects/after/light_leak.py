"""Light leak: light that has found its way into the camera."""

from __future__ import annotations

import math

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.light import add_light, hue_color, small_copy
from glance.frames import Frame

#: Cells of the grid on which so soft a light is worked out.
_GRID = (48, 27)


def light_leak(frame: Frame, values: Values) -> Frame:
    """Return the frame with a soft colored light that wanders along its edge, added in linear light."""
    import cv2

    amount = values["light_leak"]
    if amount == 0:
        return frame
    small = small_copy(frame)
    turn = values.seed * 2.399963 + values.time_s * 0.25
    x, y = 0.5 + 0.62 * math.cos(turn), 0.5 + 0.62 * math.sin(turn * 0.7 + 1.0)
    across = (np.arange(_GRID[0], dtype=np.float32) + 0.5) / _GRID[0] - np.float32(x)
    down = (np.arange(_GRID[1], dtype=np.float32) + 0.5) / _GRID[1] - np.float32(y)
    spot = np.exp(-(across[None, :] ** 2 / 0.10 + down[:, None] ** 2 / 0.18))
    color = hue_color(values["light_leak_hue"], 0.85).astype(np.float32)
    light = cv2.resize(spot, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_CUBIC)
    return add_light(frame, small, np.maximum(light, 0.0)[:, :, None] * color * np.float32(amount))


EFFECT = Effect(
    "light_leak",
    "Light leak",
    "A soft colored light wanders along the edge, as in a camera that is not quite shut.",
    "effects: light",
    (
        Parameter("light_leak", 0.0, 2.0, 0.45, "How strong the light is.", neutral=0.0),
        Parameter("light_leak_hue", 0.0, 360.0, 24.0, "Its hue: 0 is red, 120 green, 240 blue.", "degrees"),
    ),
    light_leak,
    hit={"light_leak": 1.0},
)
