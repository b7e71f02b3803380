"""Light and color of paint: the network lays strokes, the picture it paints says where it is light and what it shows.

A style network re-invents a picture's tones along with its strokes: a dark tower becomes a dark stroke among dark
strokes. So the tones of the paint are split in two: what follows the picture's own edges (found with a guided filter:
He et al., 2013, "Guided image filtering") and the strokes on top of that. The first part is drawn towards the picture's
light and dark, the second stays.

Pictures are float32 RGB in [0, 1], shape (height, width, 3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from glance.painter.network import PAINTER_STYLES

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
#: Share of the picture's own colors in the paint's.
_COLOR = 0.4
#: The same three where the picture's subject is: it is told at a glance, whatever the strokes around it.
_TONE_SUBJECT, _STROKES_SUBJECT, _COLOR_SUBJECT = 0.97, 0.32, 0.5
#: Spread of luma that a painting has at least, however flat the style draws.
_LEAST_SPREAD = 0.15


def clarity_of(painter: Sequence[tuple[int, float]]) -> float:
    """Return how readable a style mix leaves a picture, from 0 to 1."""
    total = sum(weight for _, weight in painter)
    return sum(PAINTER_STYLES[index].clarity * weight for index, weight in painter) / total


def harmonised(
    paint: Picture, picture: Picture, clarity: float, emphasis: NDArray[np.float32] | None = None
) -> Picture:
    """Return the paint with the light and dark of the picture it was painted from, and some of its colors.

    Args:
        paint: What the network made of `picture`.
        picture: Of the same shape.
        clarity: As of `clarity_of`; the less a style leaves to be seen, the more is given back.
        emphasis: Where the subject is, (height, width) in [0, 1]; None for nowhere.
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
    subject = np.float32(0.0) if emphasis is None else emphasis
    light = base + (tones - base) * _towards(tone, _TONE_SUBJECT, subject)
    light = light + (drawn - base) * _towards(strokes, _STROKES_SUBJECT, subject)
    tint, own_tint = paint - drawn[..., None], picture - seen[..., None]
    color = tint + (own_tint * np.float32(1.2) - tint) * _towards(_COLOR, _COLOR_SUBJECT, subject)[..., None]
    return np.asarray(np.clip(color + light[..., None], 0.0, 1.0), dtype=np.float32)


def _towards(usual: float, there: float, subject: NDArray[np.float32] | np.float32) -> NDArray[np.float32]:
    return np.asarray(np.float32(usual) + np.float32(there - usual) * subject, dtype=np.float32)


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


#: Cut-off at d = 0.5 in cycles per picture height: what is smaller than a twelfth of the height is drawn anew.
HALF_WAY = 6.0
#: A pyramid ends where its smaller side would fall under this many pixels.
_SMALLEST = 4


def cut_off(denoising: float) -> float:
    """Return the cut-off frequency in cycles per picture height at a denoising in [0, 1]; infinite at 0, 0 at 1."""
    if denoising <= 0.0:
        return math.inf
    if denoising >= 1.0:
        return 0.0
    return HALF_WAY / math.tan(math.pi * denoising / 2.0)


def new_share(frequency: float, denoising: float) -> float:
    """Return the share of new content, in [0, 1], at a frequency above 0 in cycles per picture height.

    The Wiener filter's share of noise where a picture's power falls as 1/f^2: 1 / (1 + (f_c / f)^2).
    """
    limit = cut_off(denoising)
    if math.isinf(limit):
        return 0.0
    return 1.0 / (1.0 + (limit / frequency) * (limit / frequency))


def band_frequencies(height: int, width: int) -> tuple[float, ...]:
    """Return the middle frequency of each band of a pyramid, the finest first, the residue last.

    A Laplacian pyramid's level k of a picture `height` pixels high holds the octave below its Nyquist frequency
    height / 2 / 2**k; the middle of an octave lies sqrt(2) below its top.
    """
    bands, top = [], height / 2.0
    smaller = min(height, width)
    while smaller // 2 >= _SMALLEST:
        bands.append(top / math.sqrt(2.0))
        top /= 2.0
        smaller //= 2
    return (*bands, top / 2.0)


def merge(
    kept: NDArray[np.float32], new: NDArray[np.float32], denoising: float, gain: float = 1.0, least: float = 0.0
) -> NDArray[np.float32]:
    """Return `kept` with everything that `denoising` lets change taken from `new`.

    Args:
        kept: (height, width, 3) picture whose low frequencies stay.
        new: Picture of the same shape that the rest comes from.
        denoising: In [0, 1]; 0 returns `kept`, 1 returns `new`.
        gain: What is kept is kept so many times over: its shares are raised to this power.
        least: Share of new content that every frequency has at least.
    """
    import cv2

    if denoising <= 0.0:
        return kept
    if denoising >= 1.0:
        return new
    # The pyramid is linear: merge(kept, new) = kept + merge(0, new - kept), so one pyramid is enough.
    level = np.subtract(new, kept, dtype=np.float32)
    bands: list[NDArray[np.float32]] = []
    frequencies = band_frequencies(*kept.shape[:2])
    for _ in frequencies[:-1]:
        smaller = cv2.pyrDown(level)
        bands.append(level - cv2.pyrUp(smaller, dstsize=(level.shape[1], level.shape[0])))
        level = smaller
    shares = [max(least, 1.0 - (1.0 - new_share(frequency, denoising)) ** gain) for frequency in frequencies]
    result = level * np.float32(shares[-1])
    for band, share in zip(reversed(bands), reversed(shares[:-1]), strict=True):
        result = cv2.pyrUp(result, dstsize=(band.shape[1], band.shape[0])) + band * np.float32(share)
    return np.asarray(kept + result, dtype=np.float32)
