"""How far a loop's pictures have drifted: figures of a picture, and the limits that hold it to what a scene was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame

#: Longer side, in pixels, at which detail is measured, so that it means the same in every size of video.
_SIDE = 256
#: Standard deviation, in pixels at that size, of the blur that detail is measured out from when it is limited.
_SOFT = 2.0
#: In one frame, detail and contrast that were lost come back by no more than this factor.
_MOST_BACK = 1.08
_LEAST_LIMIT = 1.05


@dataclass(frozen=True)
class PictureFigures:
    """What drifts.

    Attributes:
        lightness: Mean level of gray, 0 to 255.
        saturation: Mean of HSV's saturation, 0 to 255.
        contrast: Standard deviation of the levels of gray.
        detail: Variance of the Laplacian of gray at a fixed size.
        color: Mean L*, a*, b* (CIE 1976), L* from 0 to 100.
    """

    lightness: float
    saturation: float
    contrast: float
    detail: float
    color: tuple[float, float, float]

    def color_distance(self, other: PictureFigures) -> float:
        """Return dE (CIE 1976) between the mean colors."""
        return float(np.linalg.norm(np.subtract(self.color, other.color)))


def figures_of(frame: Frame) -> PictureFigures:
    """Return the figures of a frame of shape (height, width, 3)."""
    import cv2

    small = _small(frame)
    gray = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    hsv = cv2.cvtColor(small, cv2.COLOR_RGB2HSV)
    lab = cv2.cvtColor(small.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    mean, deviation = cv2.meanStdDev(gray)
    lightness, a, b = (float(value) for value in cv2.mean(lab)[:3])
    saturation = float(cv2.mean(hsv)[1])
    return PictureFigures(float(mean[0, 0]), saturation, float(deviation[0, 0]), _detail(gray), (lightness, a, b))


def mean_figures(figures: Sequence[PictureFigures]) -> PictureFigures:
    """Return the mean of some figures.

    Raises:
        ValueError: There are none.
    """
    if not figures:
        raise ValueError("expected figures of at least one picture, found none")
    rows = np.array([[*astuple(each)[:4], *each.color] for each in figures]).mean(axis=0).tolist()
    return PictureFigures(rows[0], rows[1], rows[2], rows[3], (rows[4], rows[5], rows[6]))


def held_within(frame: Frame, reference: PictureFigures, limit: float) -> Frame:
    """Return the frame with contrast and detail brought back where they left the limits.

    Both may be `limit` times the reference's, which is enforced at once. What has fallen below the reference divided by
    `limit` comes back slowly. A frame within the limits is returned itself.

    Args:
        frame: (height, width, 3) uint8.
        reference: What the scene was.
        limit: From 1 up; the least that is taken is 1.05.
    """
    import cv2

    limit = max(limit, _LEAST_LIMIT)
    now = figures_of(frame)
    contrast = _gain(now.contrast, reference.contrast, limit)
    if contrast != 1:
        mean = now.lightness
        frame = np.asarray(cv2.addWeighted(frame, contrast, frame, 0.0, mean * (1.0 - contrast)))
    # Detail is a square of levels.
    detail = _gain((now.detail**0.5) * contrast, reference.detail**0.5, limit**0.5)
    if detail != 1:
        sigma = _SOFT * max(1.0, max(frame.shape[:2]) / _SIDE)
        soft = cv2.GaussianBlur(frame, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
        frame = np.asarray(cv2.addWeighted(frame, detail, soft, 1.0 - detail, 0.0))
    return frame


def _gain(now: float, reference: float, limit: float) -> float:
    if now > reference * limit:
        return reference * limit / now
    if 0 < now < reference / limit:
        return min(_MOST_BACK, reference / limit / now)
    return 1.0


def _detail(gray: NDArray[np.uint8]) -> float:
    import cv2

    return float(cv2.Laplacian(gray, cv2.CV_32F).var())


def _small(frame: Frame) -> Frame:
    import cv2

    longer = max(frame.shape[:2])
    if longer <= _SIDE:
        return frame
    size = (max(1, round(frame.shape[1] * _SIDE / longer)), max(1, round(frame.shape[0] * _SIDE / longer)))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA))
