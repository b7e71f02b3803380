"""Moving a picture by less than a pixel, four times as fast as a general warp: for effects that move nothing else."""

from __future__ import annotations

import math

import numpy as np

from glance.frames import Frame


def shifted(picture: Frame, x: float, y: float) -> Frame:
    """Return a picture moved to the right by x and down by y pixels, bilinear; what comes in is its reflection.

    Args:
        picture: (height, width) or (height, width, 3) uint8, larger than the way.
        x: Pixels to the right.
        y: Pixels downwards.
    """
    import cv2

    height, width = picture.shape[:2]
    x, y = (max(1.0 - length, min(length - 1.0, way)) for way, length in ((x, width), (y, height)))
    whole_x, whole_y = math.floor(x), math.floor(y)
    share_x, share_y = x - whole_x, y - whole_y
    left, top = max(0, whole_x + 1), max(0, whole_y + 1)
    padded = cv2.copyMakeBorder(picture, top, max(0, -whole_y), left, max(0, -whole_x), cv2.BORDER_REFLECT_101)
    begin_x, begin_y = left - whole_x, top - whole_y
    rows = padded[max(0, begin_y - 1) : begin_y + height]
    out = rows[:, begin_x : begin_x + width]
    if share_x > 0:
        out = cv2.addWeighted(out, 1 - share_x, rows[:, begin_x - 1 : begin_x - 1 + width], share_x, 0)
    above, here = out[: out.shape[0] - 1], out[out.shape[0] - height :]
    if share_y > 0:
        return np.asarray(cv2.addWeighted(here, 1 - share_y, above, share_y, 0))
    return np.ascontiguousarray(here)
