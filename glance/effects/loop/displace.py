"""Displacement: the picture gives way to a field of noise or to a picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.loop.folding import folded
from glance.frames import Frame

#: Waves that the field of noise is made of.
_WAVES = 6


def displace(frame: Frame, values: Values) -> Frame:
    """Return the frame with each place read a little way off: by a picture's slopes, or a smooth field that drifts."""
    height, width = frame.shape[:2]
    way = values["displace"] * width
    if way == 0:
        return frame
    field = _slopes(values.asset, width, height) if values.asset is not None else _noise(values, width, height)
    x = np.arange(width, dtype=np.float32)[None, :] + np.float32(way) * field[0]
    y = np.arange(height, dtype=np.float32)[:, None] + np.float32(way) * field[1]
    return folded(frame, x, y, 1.0)


def _noise(values: Values, width: int, height: int) -> NDArray[np.float32]:
    """Return (2, height, width) smooth chance within about -1 and 1, that moves on slowly."""
    import cv2

    chance = np.random.default_rng((values.seed, 0xD15B))
    per_height = 1.0 / values["displace_size"]
    x = (np.arange(96) + 0.5)[None, :] / 96 * width / height
    y = (np.arange(54) + 0.5)[:, None] / 54
    fields = []
    for _ in range(2):
        field = np.zeros((54, 96))
        for angle, speed, phase in chance.random((_WAVES, 3)) * 2 * np.pi:
            along = (x * np.cos(angle) + y * np.sin(angle)) * per_height * (0.6 + 0.1 * speed)
            field += np.sin(2 * np.pi * along + phase + values.time_s * (0.3 + 0.2 * speed))
        small = (field / np.sqrt(_WAVES)).astype(np.float32)
        fields.append(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC))
    return np.stack(fields)


def _slopes(picture: NDArray[np.float32] | Frame, width: int, height: int) -> NDArray[np.float32]:
    """Return (2, height, width), how steeply a picture's brightness rises to the right and downwards, at most 1."""
    import cv2

    gray = cv2.cvtColor(cv2.resize(np.asarray(picture, np.uint8), (256, 144)), cv2.COLOR_RGB2GRAY)
    soft = cv2.GaussianBlur(gray.astype(np.float32) / 255, (0, 0), 2.0)
    slopes = np.stack([cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)])
    slopes /= max(1e-6, float(np.abs(slopes).max()))
    return np.stack([cv2.resize(slope, (width, height), interpolation=cv2.INTER_LINEAR) for slope in slopes])


EFFECT = Effect(
    "displace",
    "Displacement",
    "The picture gives way, like a reflection in water, by noise or by a picture of yours.",
    "effects in the loop",
    (
        Parameter("displace", 0.0, 0.1, 0.004, "How far it gives way from picture to picture.", "widths", neutral=0.0),
        Parameter("displace_size", 0.05, 2.0, 0.5, "How large the waves are.", "heights"),
    ),
    displace,
    where="loop",
    hit={"displace": 0.015},
    asset="picture",
    coherence="Adds up from picture to picture: shapes flow along the field. Keep it below 0.01 for a flow; more tears "
    "outlines faster than the model mends them.",
)
