"""Film grain, new in every frame."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from glance.effects.effect import Effect, Parameter, Values
from glance.frames import Frame

#: Pixels by which a frame's grain is cut out of the field at another place than the last one's.
_SPARE = 192
#: Standard deviation, in levels, of full grain in the middle tones, before it is brought to the size of a grain.
_DEVIATION = 34.0


def grain(frame: Frame, values: Values) -> Frame:
    """Return the frame with grain: strongest in the middle tones, none in black and white, so that neither shifts.

    The grain's size counts in pixels of the finished video; a small preview shows it as it will look from afar.
    """
    import cv2

    amount = values["grain"]
    if amount == 0:
        return frame
    height, width = frame.shape[:2]
    lighter, darker = _field(height, width, round(values["grain_size"], 2), round(values.pixel, 4), values.seed)
    chance = np.random.default_rng((values.seed, values.index, 0x6A11))
    spare = lighter.shape[0] - height
    top, left = (int(place * spare) for place in chance.random(2))
    here = np.s_[top : top + height, left : left + width]
    weight = cv2.LUT(frame, _WEIGHT)
    scale = amount / 255
    brighter = cv2.multiply(weight, lighter[here], scale=scale)
    return np.asarray(cv2.subtract(cv2.add(frame, brighter), cv2.multiply(weight, darker[here], scale=scale)))


_TONE = np.arange(256) / 255
_WEIGHT = np.rint(255 * np.minimum(1.0, 3.2 * _TONE**0.7 * (1 - _TONE) ** 0.8)).astype(np.uint8)


@lru_cache(maxsize=2)
def _field(
    height: int, width: int, size: float, pixel: float, seed: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return what is lighter and what is darker, each (height + spare, width + spare, 3) uint8."""
    import cv2

    spare = max(8, round(_SPARE * pixel))
    cell = size * pixel
    rows, columns = (max(8, round((length + spare) / cell)) for length in (height, width))
    # One field for both sizes of a picture: only its scale differs.
    noise = np.random.default_rng((seed, 0x6A10)).standard_normal((rows, columns), dtype=np.float32)
    way = cv2.INTER_CUBIC if cell > 1 else cv2.INTER_AREA
    noise = cv2.resize(noise, (width + spare, height + spare), interpolation=way)
    noise *= np.float32(_DEVIATION)
    parts = [np.clip(np.rint(sign * noise), 0, 255).astype(np.uint8) for sign in (1, -1)]
    lighter, darker = (cv2.merge([part, part, part]) for part in parts)
    return lighter, darker


EFFECT = Effect(
    "grain",
    "Film grain",
    "The grain of film, new in every frame.",
    "effects: texture",
    (
        Parameter("grain", 0.0, 1.0, 0.3, "How much grain there is.", neutral=0.0),
        Parameter("grain_size", 1.0, 8.0, 1.6, "How large a grain is, in pixels of the video.", "px"),
    ),
    grain,
    hit={"grain": 0.8},
)
