"""Vignette: darker towards the corners."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.frames import Frame

_GRID = (96, 54)


def vignette(frame: Frame, values: Values) -> Frame:
    """Return the frame with less light towards its corners."""
    import cv2

    amount = values["vignette"]
    if amount == 0:
        return frame
    height, width = frame.shape[:2]
    across = (np.arange(_GRID[0], dtype=np.float32) + 0.5) / _GRID[0] * 2 - 1
    down = (np.arange(_GRID[1], dtype=np.float32) + 0.5) / _GRID[1] * 2 - 1
    far = np.sqrt((across[None, :] ** 2 + down[:, None] ** 2) / 2)
    clear = values["vignette_size"]
    share = np.clip((far - clear) / max(0.05, 1.0 - clear), 0.0, 1.0)
    dark = amount * share * share * (3 - 2 * share)
    kept = (255 * (1.0 - dark) ** (1 / 2.2)).astype(np.float32)
    mask = cv2.resize(np.rint(kept).astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(frame, cv2.merge([mask, mask, mask]), scale=1 / 255))


EFFECT = Effect(
    "vignette",
    "Vignette",
    "Darker towards the corners, so that the eye stays in the middle.",
    "effects: lens",
    (
        Parameter("vignette", 0.0, 1.0, 0.4, "How dark the corners are.", neutral=0.0),
        Parameter("vignette_size", 0.0, 0.95, 0.35, "How much of the middle stays clear."),
    ),
    vignette,
    hit={"vignette": 0.8},
)
