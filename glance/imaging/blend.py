"""Mixing two frames: everywhere alike, or through a mask."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame

Mask = NDArray[np.float32]


def mix(a: Frame, b: Frame, amount: float) -> Frame:
    """Return `a * (1 - amount) + b * amount`; 0 returns `a` itself and 1 returns `b` itself.

    Args:
        a: (height, width, 3) uint8.
        b: The same shape.
        amount: Share of `b`, held within [0, 1].
    """
    import cv2

    if amount <= 0:
        return a
    if amount >= 1:
        return b
    return np.asarray(cv2.addWeighted(a, 1.0 - amount, b, amount, 0.0))


def masked(a: Frame, b: Frame, mask: Mask) -> Frame:
    """Return `a` where the mask is 0, `b` where it is 1, and their mixture in between.

    Args:
        a: (height, width, 3) uint8.
        b: The same shape.
        mask: (height, width) float32 in [0, 1].

    Raises:
        ValueError: The three do not have the same height and width.
    """
    import cv2

    if a.shape != b.shape or mask.shape != a.shape[:2]:
        raise ValueError(f"expected frames and mask of one size, found {a.shape}, {b.shape} and {mask.shape}")
    share = np.rint(mask * 255).astype(np.uint8)
    into = cv2.merge([share, share, share])
    kept = cv2.multiply(a, cv2.bitwise_not(into), scale=1 / 255)
    return np.asarray(cv2.add(kept, cv2.multiply(b, into, scale=1 / 255)))


def read_mask(picture: NDArray[np.uint8], *, feather_px: float = 0.0, invert: bool = False) -> Mask:
    """Return a mask from a picture: white is 1, black is 0.

    Args:
        picture: (height, width) gray or (height, width, 3) RGB, uint8.
        feather_px: Standard deviation, in pixels, of the blur of the mask's edge; 0 leaves it sharp.
        invert: Whether black becomes 1 instead. Feathering comes last, so that both ways have the same edge.
    """
    import cv2

    gray = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    mask = np.asarray(gray, dtype=np.float32) / 255.0
    if invert:
        mask = 1.0 - mask
    if feather_px > 0:
        mask = cv2.GaussianBlur(mask, (0, 0), feather_px, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(np.clip(mask, 0.0, 1.0), dtype=np.float32)
