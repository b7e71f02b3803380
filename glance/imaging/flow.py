"""In-betweens: the frame that lies between two others, with what moved on its way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame
from glance.imaging.blend import mix

#: Longer side, in pixels, of the copies on which motion is measured.
_FLOW_SIDE = 256
#: A place is trusted while forward and backward motion disagree by less than this many pixels of the small copy ...
_TOLERANCE_PX = 1.0
#: ... or this share of the motion.
_TOLERANCE_SHARE = 0.5

_Field = NDArray[np.float32]


def inbetween(before: Frame, after: Frame, weight: float, *, flow: bool) -> Frame:
    """Return the frame `weight` of the way from `before` to `after`.

    Args:
        before: (height, width, 3) uint8, already moved by the camera to the in-between's moment.
        after: The same shape, likewise.
        weight: In [0, 1]; 0 returns `before` itself and 1 returns `after` itself.
        flow: Whether what moved between the two is shown under way; else the two are only mixed.

    Both pictures are moved along the measured motion towards the in-between and then mixed. Where the motion measured
    forwards and backwards disagrees, as between two pictures that were drawn anew, they are mixed where they stand.
    """
    if weight <= 0 or weight >= 1 or not flow:
        return mix(before, after, weight)
    motion = _motion(before, after)
    if not motion.any():
        return mix(before, after, weight)
    return mix(_pulled(before, motion, -weight), _pulled(after, motion, 1.0 - weight), weight)


def _motion(before: Frame, after: Frame) -> _Field:
    """Return (height, width, 2) float32, pixels that content travels from `before` to `after`; 0 where in doubt."""
    import cv2

    height, width = before.shape[:2]
    scale = min(1.0, _FLOW_SIDE / max(height, width))
    small = (max(16, round(width * scale)), max(16, round(height * scale)))
    first, second = (
        cv2.resize(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), small, interpolation=cv2.INTER_AREA)
        for frame in (before, after)
    )
    engine = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    forward = engine.calc(first, second, None)
    backward = engine.calc(second, first, None)
    motion = (forward - backward) * np.float32(0.5)
    doubt = cv2.magnitude(*cv2.split(forward + backward))
    allowed = _TOLERANCE_PX + _TOLERANCE_SHARE * cv2.magnitude(*cv2.split(motion))
    trust = cv2.GaussianBlur((doubt < allowed).astype(np.float32), (0, 0), 3.0)
    motion *= trust[:, :, None] * (np.array([width, height], np.float32) / np.array(small, np.float32))
    return np.asarray(cv2.resize(motion, (width, height), interpolation=cv2.INTER_LINEAR))


def _pulled(frame: Frame, motion: _Field, share: float) -> Frame:
    """Return the frame read at each pixel's place plus `share` of the motion there."""
    import cv2

    height, width = frame.shape[:2]
    places = motion * np.float32(share)
    places[:, :, 0] += np.arange(width, dtype=np.float32)
    places[:, :, 1] += np.arange(height, dtype=np.float32)[:, None]
    # Fixed-point maps take OpenCV's fast path.
    whole, fraction = cv2.convertMaps(places, None, cv2.CV_16SC2)
    return np.asarray(cv2.remap(frame, whole, fraction, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))
