"""Telling a picture that can go on from one that came out broken."""

from __future__ import annotations

import numpy as np

from glance.frames import Frame

#: Below this standard deviation, in levels of 255, of every channel there is nothing to be seen.
FLAT_DEVIATION = 1.5
#: A flat picture that is nowhere brighter than this is called black.
BLACK_LEVEL = 16.0


def problem_of(frame: Frame) -> str:
    """Return what makes a picture unusable as the next frame's source, or an empty text.

    A model that overflowed in half precision, or whose safety filter stepped in, gives one flat colour, most often
    black: `black` or `one flat colour`. Dark and low-contrast pictures are fine.
    """
    import cv2

    # Every other row tells enough, at half the cost.
    mean, deviation = cv2.meanStdDev(frame[::2])
    if float(np.max(deviation)) >= FLAT_DEVIATION:
        return ""
    return "black" if float(np.max(mean)) < BLACK_LEVEL else "one flat colour"
