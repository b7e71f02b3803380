"""Zoom blur: the picture rushes outwards."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.frames import Frame

#: Copies are doubled so often: 16 stand on the way.
_DOUBLINGS = 4


def zoom_blur(frame: Frame, values: Values) -> Frame:
    """Return the frame blurred away from its subject, which stays sharp.

    Each step mixes the picture with one that is a little larger, by twice as much as the step before: 2^n copies for n.
    """
    import cv2

    amount = values["zoom_blur"]
    if amount == 0:
        return frame
    height, width = frame.shape[:2]
    # What is blurred needs no more than half of the pixels; what is not comes from the frame itself, below.
    half = (max(2, width // 2), max(2, height // 2)) if height > 400 else (width, height)
    blurred = cv2.resize(frame, half, interpolation=cv2.INTER_AREA) if half != (width, height) else frame
    x, y = values.subject[0] * half[0], values.subject[1] * half[1]
    step = (1.0 + 0.5 * amount) ** (1 / 2**_DOUBLINGS)
    for doubling in range(_DOUBLINGS):
        scale = step ** (2**doubling)
        larger = np.array([[scale, 0, x * (1 - scale)], [0, scale, y * (1 - scale)]])
        moved = cv2.warpAffine(blurred, larger, half, borderMode=cv2.BORDER_REFLECT_101)
        blurred = cv2.addWeighted(blurred, 0.5, moved, 0.5, 0)
    if half == (width, height):
        return np.asarray(blurred)
    blurred = cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR)
    across = (np.arange(96, dtype=np.float32) + 0.5) / 96 - values.subject[0]
    down = (np.arange(54, dtype=np.float32) + 0.5) / 54 - values.subject[1]
    far = np.sqrt((across[None, :] * width / height) ** 2 + down[:, None] ** 2) * amount * 0.5 * height
    share = np.rint(255 * np.clip((far - 1.0) / 3.0, 0.0, 1.0)).astype(np.uint8)
    mask = cv2.resize(share, (width, height), interpolation=cv2.INTER_LINEAR)
    mask = cv2.merge([mask, mask, mask])
    kept = cv2.multiply(frame, cv2.bitwise_not(mask), scale=1 / 255)
    return np.asarray(cv2.add(kept, cv2.multiply(blurred, mask, scale=1 / 255)))


EFFECT = Effect(
    "zoom_blur",
    "Zoom blur",
    "The picture rushes outwards around its subject.",
    "effects: lens",
    (Parameter("zoom_blur", 0.0, 1.0, 0.15, "How far it rushes.", neutral=0.0),),
    zoom_blur,
    hit={"zoom_blur": 0.5},
)
