"""Detail that an upscaler has invented, held on to from frame to frame so that it does not flicker.

A learned upscaler draws each frame's fine detail anew. Here the detail (what the enlarged frame has more than the
smaller one, enlarged by interpolation) is mixed with that of the frame before, moved along the picture's own motion,
wherever the two smaller frames agree; light, color and everything that the smaller frame shows stay as they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame, size_of

#: Share of the earlier detail where the frames agree: after four frames, a tenth of what was there first is left.
_HELD = 0.55
#: Levels of difference between the frames, moved, at which a place is trusted by 1/e.
_TRUSTED_LEVELS = 10.0
#: Longer side, in pixels, of the copies on which motion is measured.
_FLOW_SIDE = 384


def steadied(large: Frame, small: Frame, large_before: Frame, small_before: Frame) -> Frame:
    """Return an enlarged frame whose detail follows that of the enlarged frame before it.

    Args:
        large: (height, width, 3) uint8, the enlarged frame.
        small: What it was enlarged from.
        large_before: The enlarged and steadied frame before it.
        small_before: What that was enlarged from.
    """
    import cv2

    size = size_of(large)
    back = _motion_back(small, small_before)
    trust = _trust(small, small_before, back)
    detail = large.astype(np.float32) - _enlarged(small, size)
    before = large_before.astype(np.float32) - _enlarged(small_before, size)
    scale = np.array([size[0] / small.shape[1], size[1] / small.shape[0]], np.float32)
    places = cv2.resize(back, size, interpolation=cv2.INTER_LINEAR) * scale
    moved = _read_at(before, places)
    share = cv2.resize(trust, size, interpolation=cv2.INTER_LINEAR)[:, :, None] * np.float32(_HELD)
    made = large + share * (moved - detail)
    return np.ascontiguousarray(np.clip(np.round(made), 0, 255).astype(np.uint8))


def detail_flicker(large: Frame, small: Frame, large_before: Frame, small_before: Frame) -> float:
    """Return by how many levels an enlarged frame's detail differs from that before it, moved, where frames agree."""
    import cv2

    size = size_of(large)
    back = _motion_back(small, small_before)
    trust = cv2.resize(_trust(small, small_before, back), size, interpolation=cv2.INTER_LINEAR)
    scale = np.array([size[0] / small.shape[1], size[1] / small.shape[0]], np.float32)
    places = cv2.resize(back, size, interpolation=cv2.INTER_LINEAR) * scale
    detail = large.astype(np.float32) - _enlarged(small, size)
    before = _read_at(large_before.astype(np.float32) - _enlarged(small_before, size), places)
    return float((np.abs(detail - before).mean(axis=2) * trust).sum() / max(1e-6, float(trust.sum())))


def _enlarged(small: Frame, size: tuple[int, int]) -> NDArray[np.float32]:
    import cv2

    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def _motion_back(now: Frame, before: Frame) -> NDArray[np.float32]:
    """Return (height, width, 2) float32: from each place of a frame to where it was in the frame before, in pixels."""
    import cv2

    height, width = now.shape[:2]
    scale = min(1.0, _FLOW_SIDE / max(height, width))
    size = (max(16, round(width * scale)), max(16, round(height * scale)))
    first, second = (
        cv2.resize(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA)
        for frame in (now, before)
    )
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST).calc(first, second, None)
    flow = flow * (np.array([width, height], np.float32) / np.array(size, np.float32))
    return np.asarray(cv2.resize(flow, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _trust(now: Frame, before: Frame, back: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (height, width) float32 in [0, 1]: how far each place is what it was."""
    import cv2

    moved = _read_at(before.astype(np.float32), back)
    difference = cv2.GaussianBlur(np.abs(now.astype(np.float32) - moved).mean(axis=2), (0, 0), 1.5)
    return np.asarray(np.exp(-difference / np.float32(_TRUSTED_LEVELS)), dtype=np.float32)


def _read_at(values: NDArray[np.float32], offset: NDArray[np.float32]) -> NDArray[np.float32]:
    import cv2

    height, width = values.shape[:2]
    places = offset.astype(np.float32)
    places[:, :, 0] += np.arange(width, dtype=np.float32)
    places[:, :, 1] += np.arange(height, dtype=np.float32)[:, None]
    read = cv2.remap(values, places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(read, dtype=np.float32)
