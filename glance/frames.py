"""What a picture is, everywhere in GLANCE.

A `Frame` is an RGB `uint8` array of shape (height, width, 3), C-contiguous. BGR exists only inside a function that
calls OpenCV. A `Size` is (width, height) in pixels, in that order, as people and video files say it.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Frame: TypeAlias = NDArray[np.uint8]
Size: TypeAlias = tuple[int, int]


def size_of(frame: Frame) -> Size:
    """Return (width, height) of a frame of shape (height, width, 3)."""
    return int(frame.shape[1]), int(frame.shape[0])
