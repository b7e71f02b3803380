"""Light and colour of paint: the network lays strokes, the picture it paints says where it is light and what it shows.

A style network re-invents a picture's tones along with its strokes: a dark tower becomes a dark stroke among dark
strokes. So the tones of the paint are split in two: what follows the picture's own edges (found with a guided filter:
He et al., 2013, "Guided image filtering") and the strokes on top of that. The first part is drawn towards the picture's
light and dark, the second stays.

Pictures are float32 RGB in [0, 1], shape (height, width, 3).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from glance.backends.painter_styles import PAINTER_STYLES

Picture = NDArray[np.float32]

#: Luma, ITU-R BT.601.
_LUMA = np.array([[0.299, 0.587, 0.114]], dtype=np.float32)
#: Radius of the guided filter's window, and of the blur that takes paper and noise off the picture, in heights.
_WINDOW, _PAPER = 1 / 22, 1 / 140
#: Luma variance from which the guided filter calls something an edge.
_EDGE = 2e-3
#: How far tones go over to the picture's, and how much of the strokes stays, in a style of clarity 1 and of 0.
_TONE_CLEAR, _TONE_BUSY = 0.58, 0.88
_STROKES_CLEAR, _STROKES_BUSY = 0.9, 0.5
#: Share of the picture's own colours in the paint's.
_COLOUR = 0.4
#: Spread of luma that a painting has at least, however flat the style draws.
_LEAST_SPREAD = 0.15


def clarity_of(painter: Sequence[tuple[int, float]]) -> float:
    """Return how readable a style mix leaves a picture, from 0 to 1."""
    total = sum(weight for _, weight in painter)
    return sum(PAINTER_STYLES[index].clarity * weight for index, weight in painter) / total


def harmonised(paint: Picture, picture: Picture, clarity: float) -> Picture:
    """Return the paint with the light and dark of the picture it was painted from, and some of its colours.

    Args:
        paint: What the network made of `picture`.
        picture: Of the same shape.
        clarity: As of `clarity_of`; the less a style leaves to be seen, the more is given back.
    """
    import cv2

    height = paint.shape[0]
    drawn, seen = _luma(paint), _luma(picture)
    forms = cv2.GaussianBlur(seen, (0, 0), max(0.6, height * _PAPER))
    base = _guided(drawn, forms, max(2, round(height * _WINDOW)))
    mean, spread = _moments(drawn)
    own_mean, own_spread = _moments(forms)
    gain = min(2.2, max(spread, _LEAST_SPREAD, own_spread * 0.8) / max(own_spread, 0.03))
    tones = (forms - own_mean) * np.float32(gain) + np.float32(0.5 * (mean + own_mean))
    busy = 1.0 - clarity
    tone = _TONE_CLEAR + (_TONE_BUSY - _TONE_CLEAR) * busy
    strokes = _STROKES_CLEAR + (_STROKES_BUSY - _STROKES_CLEAR) * busy
    light = base + (tones - base) * np.float32(tone) + (drawn - base) * np.float32(strokes)
    tint, own_tint = paint - drawn[..., None], picture - seen[..., None]
    colour = tint + (own_tint * np.float32(1.2) - tint) * np.float32(_COLOUR)
    return np.asarray(np.clip(colour + light[..., None], 0.0, 1.0), dtype=np.float32)


def match_statistics(picture: Picture, target: Picture) -> Picture:
    """Return the picture with each channel's mean and spread brought to the target's (Reinhard et al., 2001).

    The gain is kept within 0.6 to 1.6, so that a flat picture is not torn apart.
    """
    import cv2

    mean, spread = (moment.ravel() for moment in cv2.meanStdDev(picture))
    goal, goal_spread = (moment.ravel() for moment in cv2.meanStdDev(target))
    gain = np.clip(goal_spread / np.maximum(spread, 1e-3), 0.6, 1.6)
    return np.asarray(picture * gain.astype(np.float32) + (goal - mean * gain).astype(np.float32))


def _luma(picture: Picture) -> Picture:
    import cv2

    return np.asarray(cv2.transform(picture, _LUMA), dtype=np.float32)


def _moments(plane: Picture) -> tuple[float, float]:
    import cv2

    mean, spread = cv2.meanStdDev(plane)
    return float(mean[0, 0]), float(spread[0, 0])


def _guided(plane: Picture, guide: Picture, radius: int) -> Picture:
    """Return the plane smoothed within a radius, with the edges of the guide."""
    import cv2

    def mean(values: Picture) -> Picture:
        window = (2 * radius + 1, 2 * radius + 1)
        return np.asarray(cv2.blur(values, window, borderType=cv2.BORDER_REFLECT), dtype=np.float32)

    plane_mean, guide_mean = mean(plane), mean(guide)
    spread = mean(guide * guide) - guide_mean * guide_mean + np.float32(_EDGE)
    slope: Picture = (mean(guide * plane) - guide_mean * plane_mean) / spread
    return mean(slope) * guide + mean(plane_mean - slope * guide_mean)
