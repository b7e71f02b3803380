"""Scanlines: the lines of a tube."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.frames import Frame

#: Share of the light that the gap between two lines takes at most.
_DEPTH = 0.75


def scanlines(frame: Frame, values: Values) -> Frame:
    """Return the frame in lines, as a tube draws it; what the gaps take, the lines get back as far as they can."""
    import cv2

    amount = values["scanlines"]
    if amount == 0:
        return frame
    height, width = frame.shape[:2]
    per_row = values["scanlines_count"] / height
    phase = (np.arange(height) + 0.5) * per_row
    # A row shows the mean over its height; below two rows a line there would be nothing to see but moire.
    depth = np.sinc(per_row) if per_row <= 0.5 else 0.0
    gap = 0.5 - 0.5 * depth * np.cos(2 * np.pi * phase)
    gain = 1.0 - amount * _DEPTH * gap
    gain *= 1.0 + 0.3 * amount
    rows = np.rint(gain * 128).astype(np.uint8)[:, None]
    mask = cv2.repeat(rows, 1, width)
    return np.asarray(cv2.multiply(frame, cv2.merge([mask, mask, mask]), scale=1 / 128))


EFFECT = Effect(
    "scanlines",
    "Scanlines",
    "The lines of an old screen.",
    "effects: texture",
    (
        Parameter("scanlines", 0.0, 1.0, 0.45, "How dark the gaps between the lines are.", neutral=0.0),
        Parameter("scanlines_count", 40.0, 540.0, 180.0, "How many lines the picture has.", "lines"),
    ),
    scanlines,
    hit={"scanlines": 0.9},
)
