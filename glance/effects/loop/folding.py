"""Reading a picture at other places: what mirrors, kaleidoscopes and the like have in common."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame
from glance.imaging.blend import mix


def folded(frame: Frame, x: NDArray[np.float32], y: NDArray[np.float32], amount: float) -> Frame:
    """Return the frame read at other places, mixed with itself by the amount.

    Args:
        frame: (height, width, 3) uint8.
        x: Where each pixel is read, in pixels from the left, (height, width) or what broadcasts to it; beyond the edge
            the picture goes on mirrored.
        y: Likewise, from the top.
        amount: In [0, 1].
    """
    import cv2

    height, width = frame.shape[:2]
    x, y = (np.ascontiguousarray(np.broadcast_to(place, (height, width)), np.float32) for place in (x, y))
    read = cv2.remap(frame, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return mix(frame, np.asarray(read), amount)
