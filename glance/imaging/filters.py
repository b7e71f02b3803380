"""Contrast and sharpness."""

from __future__ import annotations

import numpy as np

from glance.frames import Frame

#: Standard deviation and width, in pixels, of the blur that `sharpen` works against: what Deforum has by default.
SHARPEN_SIGMA, SHARPEN_WIDTH = 1.0, 5


def adjust_contrast(frame: Frame, factor: float) -> Frame:
    """Return the frame with all values moved away from (or towards) its mean level by `factor`.

    The mean is taken over all pixels and channels, so that a color cast stays what it was. Values that leave 0 to 255
    are held at the end. A factor of 1 returns the frame itself.
    """
    import cv2

    if factor == 1:
        return frame
    mean = float(np.mean(cv2.mean(frame)[:3]))
    return np.asarray(cv2.addWeighted(frame, factor, frame, 0.0, mean * (1.0 - factor)))


def sharpen(frame: Frame, amount: float) -> Frame:
    """Return the frame plus `amount` times what a small Gaussian blur takes away from it (unsharp mask).

    Values that leave 0 to 255 are held at the end. An amount of 0 returns the frame itself; a negative one softens.
    """
    import cv2

    if amount == 0:
        return frame
    soft = cv2.GaussianBlur(frame, (SHARPEN_WIDTH, SHARPEN_WIDTH), SHARPEN_SIGMA)
    return np.asarray(cv2.addWeighted(frame, 1.0 + amount, soft, -amount, 0.0))
