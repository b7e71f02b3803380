"""Keeping a scene's colors: a frame is pulled towards a reference's mean and spread.

After Reinhard, Ashikhmin, Gooch, Shirley, Color Transfer between Images (2001). The statistics are taken, and the
match is worked out, on a small copy of the frame; the affine map of RGB that comes nearest to it is then applied to the
whole frame. That costs a tenth of two full conversions, and leaves out their 8-bit rounding, which would otherwise add
up in a feedback loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame

SPACES = ("lab", "hsv", "rgb")
#: One match may widen or narrow a channel's spread by no more than this factor, where nobody asks for less.
MAX_GAIN = 2.0
#: Side of the small copy, in pixels.
_SMALL = 64
#: Pulls the fitted map towards "no change" where a frame has too few colors to decide it (levels^2 per pixel).
_RIDGE = 4.0

_Points = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ColorReference:
    """The colors that frames are matched to.

    Attributes:
        space: `lab`, `hsv` or `rgb`.
        mean: (3,) mean per channel. For hsv the first is the hue in degrees, weighted by how colorful each pixel is.
        deviation: (3,) standard deviation per channel; unused for hue.
    """

    space: str
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]


def reference_of(frame: Frame, space: str) -> ColorReference:
    """Return the color statistics of a frame of shape (height, width, 3).

    Raises:
        ValueError: An unknown space.
    """
    if space not in SPACES:
        raise ValueError(f"expected a colour space out of {', '.join(SPACES)}, found {space!r}")
    mean, deviation = _statistics(_to_space(_small(frame), space), space)
    return ColorReference(space, mean, deviation)


def mix_references(parts: Sequence[tuple[ColorReference, float]]) -> ColorReference:
    """Return the reference between some others of one space, by shares above 0; hues are mixed around the circle.

    Raises:
        ValueError: There are none.
    """
    if not parts:
        raise ValueError("expected at least one color reference, found none")
    if len(parts) == 1:
        return parts[0][0]
    space = parts[0][0].space
    shares = np.array([share for _, share in parts]) / sum(share for _, share in parts)
    means = np.array([reference.mean for reference, _ in parts])
    mean = shares @ means
    if space == "hsv":
        hue = np.deg2rad(means[:, 0])
        mean[0] = np.rad2deg(np.arctan2(shares @ np.sin(hue), shares @ np.cos(hue)))
    deviation = shares @ np.array([reference.deviation for reference, _ in parts])
    return ColorReference(space, mean, deviation)


def match_color(frame: Frame, reference: ColorReference, amount: float, max_gain: float = MAX_GAIN) -> Frame:
    """Return the frame with its colors pulled towards the reference.

    Args:
        frame: (height, width, 3) uint8.
        reference: From `reference_of`.
        amount: Share of the way in [0, 1]; 0 returns the frame itself.
        max_gain: By no more than this factor, from 1 up, is a channel's spread widened or narrowed.
    """
    import cv2

    if amount <= 0:
        return frame
    before = _small(frame)
    after = _matched(before, reference, max_gain)
    change = _nearest_affine(before, after - before) * min(amount, 1.0)
    change[:, :3] += np.eye(3)
    return np.asarray(cv2.transform(frame, change))


def _matched(points: _Points, reference: ColorReference, max_gain: float) -> _Points:
    values = _to_space(points, reference.space)
    mean, deviation = _statistics(values, reference.space)
    gain = np.clip(reference.deviation / np.maximum(deviation, 1e-3), 1 / max_gain, max_gain)
    if reference.space == "hsv":
        turned = (values[:, 0] + (reference.mean[0] - mean[0])) % 360.0
        rest = (values[:, 1:] - mean[1:]) * gain[1:] + reference.mean[1:]
        moved = np.column_stack([turned, np.clip(rest, 0.0, 1.0)])
    else:
        moved = (values - mean) * gain + reference.mean
    return _from_space(moved.astype(np.float32), reference.space)


def _statistics(values: _Points, space: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    mean, deviation = _moments(values)
    if space == "hsv":
        hue = np.deg2rad(values[:, 0].astype(np.float64))
        chroma = values[:, 1] * values[:, 2]
        mean[0] = np.rad2deg(np.arctan2((np.sin(hue) * chroma).sum(), (np.cos(hue) * chroma).sum()))
    return mean, deviation


def _moments(points: _Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and standard deviation of each of the three channels."""
    import cv2

    mean, deviation = cv2.meanStdDev(points[None])
    return mean.ravel(), deviation.ravel()


def _nearest_affine(points: _Points, change: _Points) -> NDArray[np.float64]:
    """Return the (3, 4) matrix whose product with (r, g, b, 1) comes nearest to `change`, by ridge regression."""
    mean, shift = _moments(points)[0], _moments(change)[0]
    centerd = points - mean
    spread = centerd.T @ centerd + np.eye(3) * (_RIDGE * len(points))
    slope = np.linalg.solve(spread, centerd.T @ change.astype(np.float64)).T
    return np.column_stack([slope, shift - slope @ mean])


def _small(frame: Frame) -> _Points:
    """Return about `_SMALL`^2 pixels, evenly spread, as (n, 3) float32 levels."""
    height, width = frame.shape[:2]
    few = frame[:: max(1, height // _SMALL), :: max(1, width // _SMALL)]
    return np.asarray(few.reshape(-1, 3), dtype=np.float32)


def _to_space(points: _Points, space: str) -> _Points:
    import cv2

    if space == "rgb":
        return points
    code = cv2.COLOR_RGB2LAB if space == "lab" else cv2.COLOR_RGB2HSV
    return np.asarray(cv2.cvtColor(points[None] / np.float32(255), code)[0], dtype=np.float32)


def _from_space(values: _Points, space: str) -> _Points:
    import cv2

    if space == "rgb":
        return values
    code = cv2.COLOR_LAB2RGB if space == "lab" else cv2.COLOR_HSV2RGB
    return np.asarray(cv2.cvtColor(values[None], code)[0] * np.float32(255), dtype=np.float32)
