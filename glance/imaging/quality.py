"""Telling a picture that can go on from one that came out broken, and a model's work from plain interpolation."""

from __future__ import annotations

import numpy as np

from glance.frames import Frame

#: Below this standard deviation, in levels of 255, of every channel there is nothing to be seen.
FLAT_DEVIATION = 1.5
#: A flat picture that is nowhere brighter than this is called black.
BLACK_LEVEL = 16.0


def blank_frame_problem(frame: Frame) -> str:
    """Return what makes a picture unusable as the next frame's source, or an empty text.

    A model that overflowed in half precision, or whose safety filter stepped in, gives one flat color, most often
    black: `black` or `one flat color`. Dark and low-contrast pictures are fine.
    """
    import cv2

    # Every other row tells enough, at half the cost.
    mean, deviation = cv2.meanStdDev(frame[::2])
    if float(np.max(deviation)) >= FLAT_DEVIATION:
        return ""
    return "black" if float(np.max(mean)) < BLACK_LEVEL else "one flat colour"


def is_plain_lanczos(large: Frame, frame: Frame) -> bool:
    """Return whether an enlarged picture is nothing but the Lanczos interpolation that WebUIs fall back to.

    Compared bit for bit with Pillow's, which WebUIs use; no model hits on that. Where the size stays, or
    the picture is flat, any way may give the same, which tells nothing: False.
    """
    from PIL import Image

    if large.shape == frame.shape or blank_frame_problem(frame):
        return False
    plain = Image.fromarray(frame).resize((large.shape[1], large.shape[0]), Image.Resampling.LANCZOS)
    return bool(np.array_equal(np.asarray(plain), large))
