"""Glitch: lines and blocks out of place."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.frames import Frame

#: A picture stays broken in one way for this long.
_HOLD_S = 1 / 12


def glitch(frame: Frame, values: Values) -> Frame:
    """Return the frame with bands of lines and blocks moved, and one color of the bands further than the others."""
    amount = values["glitch"]
    if amount == 0:
        return frame
    height, width = frame.shape[:2]
    chance = np.random.default_rng((values.seed, int(values.time_s / _HOLD_S + 1e-6), 0x611C))
    out = frame.copy()
    # The draws are the same whatever the amount, so that a fading glitch fades and does not jump about.
    for place, tall, way, split, on in chance.random((14, 5)):
        if on > 0.3 + 0.7 * amount:
            continue
        top = int(place * height)
        rows = np.s_[top : top + max(1, int((0.01 + 0.07 * tall) * height))]
        shift = int((way - 0.5) * 0.25 * amount * width)
        out[rows] = np.roll(frame[rows], shift, axis=1)
        out[rows, :, 0] = np.roll(frame[rows, :, 0], shift + int((split - 0.5) * 0.06 * amount * width), axis=1)
    side = max(1, int(values["glitch_block"] * height))
    for x, y, from_x, from_y, on in chance.random((18, 5)):
        if on > amount * 0.8:
            continue
        tall, wide = min(side, height), min(2 * side, width)
        to_row, row = (int(place * (height - tall)) for place in (y, from_y))
        to_column, column = (int(place * (width - wide)) for place in (x, from_x))
        out[to_row : to_row + tall, to_column : to_column + wide] = frame[row : row + tall, column : column + wide]
    return np.asarray(out)


EFFECT = Effect(
    "glitch",
    "Glitch",
    "Lines and blocks jump out of place; made for hits.",
    "effects: texture",
    (
        Parameter("glitch", 0.0, 1.0, 0.0, "How much is out of place.", neutral=0.0),
        Parameter("glitch_block", 0.01, 0.3, 0.06, "Height of the blocks.", "heights"),
    ),
    glitch,
    hit={"glitch": 0.7},
)
