"""Edge glow: outlines that shine."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.light import add_light, hue_color, small_copy, softened
from glance.frames import Frame


def edge_glow(frame: Frame, values: Values) -> Frame:
    """Return the frame with its outlines shining in a color, added in linear light."""
    import cv2

    amount = values["edge_glow"]
    if amount == 0:
        return frame
    small = small_copy(frame)
    gray = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (0, 0), 1.0).astype(np.float32) / 255
    steep = cv2.magnitude(cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1))
    # Steepness grows as the picture has fewer lines: count it by the height.
    steep *= np.float32(small.shape[0] / 270)
    line = np.clip((steep - 0.3) * 2.0, 0.0, 1.0)[:, :, None]
    glow = line + 1.5 * softened(line, 0.012).reshape(line.shape)
    color = hue_color(values["edge_glow_hue"], 0.8).astype(np.float32)
    return add_light(frame, small, glow * color * np.float32(amount))


EFFECT = Effect(
    "edge_glow",
    "Edge glow",
    "Outlines shine, like neon.",
    "effects: light",
    (
        Parameter("edge_glow", 0.0, 2.0, 0.4, "How bright the outlines are.", neutral=0.0),
        Parameter("edge_glow_hue", 0.0, 360.0, 190.0, "Their hue.", "degrees"),
    ),
    edge_glow,
    hit={"edge_glow": 1.3},
)
