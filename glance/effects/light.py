"""Light: adding it where it adds, in linear light, and the tables and soft copies that this takes.

Frames hold the display's values (sRGB, IEC 61966-2-1). Two lights on one spot add up in linear light, so whatever
glows is added there. How much brighter each place becomes is worked out on a copy of about 270 lines, since glow is
soft, and added to the whole frame: that costs a fifth of a conversion of all pixels, and detail stays the frame's own.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame

Light = NDArray[np.float32]
#: Lines of the copy on which glow is worked out, about.
_LINES = 270
_STEPS = 4096


def linear_of(display: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return linear light in [0, 1] of display values in [0, 1]."""
    display = np.clip(display, 0.0, 1.0)
    return np.asarray(np.where(display <= 0.04045, display / 12.92, ((display + 0.055) / 1.055) ** 2.4))


def display_of(linear: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return display values in [0, 1] of linear light; what is above 1 is as bright as 1."""
    linear = np.clip(linear, 0.0, 1.0)
    return np.asarray(np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055))


@lru_cache(maxsize=1)
def levels() -> NDArray[np.float64]:
    """Return (256,) the display values of the 256 levels."""
    return np.arange(256) / 255.0


@lru_cache(maxsize=1)
def linear_levels() -> NDArray[np.float64]:
    """Return (256,) the linear light of the 256 levels."""
    return linear_of(levels())


@lru_cache(maxsize=1)
def _encode() -> NDArray[np.uint8]:
    # By the root of the light, so that shadows have as many steps as lights; each step stands for its middle.
    return np.rint(255 * display_of(((np.arange(_STEPS) + 0.5) / (_STEPS - 0.5)) ** 2)).astype(np.uint8)


def to_linear(frame: Frame) -> Light:
    """Return the linear light of a frame, (height, width, 3) float32 in [0, 1]."""
    import cv2

    return np.asarray(cv2.LUT(frame, linear_levels().astype(np.float32)))


def to_display(light: Light) -> Frame:
    """Return the frame of linear light, at least 0; what is above 1 is as bright as 1."""
    import cv2

    root = cv2.sqrt(light)
    root *= np.float32(_STEPS - 1)
    np.minimum(root, np.float32(_STEPS - 1), out=root)
    return np.asarray(np.take(_encode(), root.astype(np.uint16)))


def small_copy(frame: Frame) -> Frame:
    """Return a copy of about 270 lines; the frame itself where it has not many more."""
    import cv2

    height, width = frame.shape[:2]
    factor = max(1, round(height / _LINES))
    if factor == 1:
        return frame
    size = (math.ceil(width / factor), math.ceil(height / factor))
    while factor % 2 == 0 and not (frame.shape[0] % 2 or frame.shape[1] % 2):
        # By halves it takes a third of the time.
        frame = cv2.resize(frame, (frame.shape[1] // 2, frame.shape[0] // 2), interpolation=cv2.INTER_AREA)
        factor //= 2
    return np.asarray(frame if factor == 1 else cv2.resize(frame, size, interpolation=cv2.INTER_AREA))


def add_light(frame: Frame, small: Frame, light: Light) -> Frame:
    """Return the frame with light added.

    Args:
        frame: (height, width, 3) uint8.
        small: What `small_copy` returns of it.
        light: Linear light to be added, of the small copy's shape, at least 0.
    """
    import cv2

    more = cv2.subtract(to_display(to_linear(small) + light), small)
    height, width = frame.shape[:2]
    if more.shape[:2] != (height, width):
        more = cv2.resize(more, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.add(frame, more))


def softened(light: Light, radius: float) -> Light:
    """Return light blurred by a Gaussian whose standard deviation is `radius` times its height."""
    import cv2

    height, width = light.shape[:2]
    sigma = radius * height
    if sigma < 0.3:
        return light
    factor = 2 ** max(0, round(math.log2(sigma / 2.0)))
    size = (max(1, width // factor), max(1, height // factor))
    few = cv2.resize(light, size, interpolation=cv2.INTER_AREA) if factor > 1 else light
    few = cv2.GaussianBlur(few, (0, 0), sigma / factor, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(few, (width, height), interpolation=cv2.INTER_LINEAR) if factor > 1 else few)


def highlights(light: Light, threshold: float) -> Light:
    """Return what of linear light is brighter than a display value, fading in over a fifth of the range."""
    import cv2

    begin, end = (float(linear_of(np.array(value))) for value in (threshold, min(1.0, threshold + 0.2)))
    gray = cv2.transform(light, np.array([[0.2126, 0.7152, 0.0722]], np.float32))
    share = np.clip((gray - np.float32(begin)) / np.float32(max(1e-4, end - begin)), 0.0, 1.0)
    return np.asarray(light * share[:, :, None])


def per_level(frame: Frame, display: NDArray[np.float64]) -> Frame:
    """Return the frame with each level replaced.

    Args:
        frame: (height, width, 3) uint8.
        display: (256,) or, by channel, (256, 3) display values in [0, 1]; what lies outside is held at the end.
    """
    import cv2

    table = np.rint(255 * np.clip(display, 0.0, 1.0)).astype(np.uint8)
    return np.asarray(cv2.LUT(frame, table.reshape(1, 256, 3) if table.ndim == 2 else table))


def hue_color(hue: float, saturation: float = 1.0) -> NDArray[np.float64]:
    """Return (3,) linear RGB of a hue in degrees, its brightest channel 1; saturation 0 is white."""
    turn = hue / 60.0
    color = np.array([abs((turn % 6) - 3) - 1, 2 - abs((turn % 6) - 2), 2 - abs((turn % 6) - 4)])
    return np.asarray(1.0 - saturation + saturation * np.clip(color, 0.0, 1.0))
