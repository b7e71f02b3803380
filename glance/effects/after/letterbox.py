"""Letterbox: bars that open and close."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.frames import Frame


def letterbox(frame: Frame, values: Values) -> Frame:
    """Return the frame behind black bars above and below."""
    share = values["letterbox"]
    if share == 0:
        return frame
    height = frame.shape[0]
    bar = share * height / 2
    whole, rest = int(bar), bar - int(bar)
    out = frame.copy()
    out[:whole] = 0
    out[height - whole :] = 0
    # The row at the edge is covered in part, so that a slow bar does not go in steps.
    if rest > 0 and whole < height - whole:
        for row in {whole, height - 1 - whole}:
            out[row] = np.rint(out[row] * (1.0 - rest)).astype(np.uint8)
    return np.asarray(out)


EFFECT = Effect(
    "letterbox",
    "Letterbox",
    "Black bars above and below, that open and close.",
    "effects: frame",
    (Parameter("letterbox", 0.0, 1.0, 0.24, "How much of the height they cover.", "heights", neutral=0.0),),
    letterbox,
    hit={"letterbox": 0.4},
)
