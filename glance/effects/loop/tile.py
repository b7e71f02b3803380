"""Tile: the picture several times beside itself."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.loop.folding import folded
from glance.frames import Frame


def tile(frame: Frame, values: Values) -> Frame:
    """Return the frame several times beside and above itself, every second one reflected so that edges meet."""
    amount = values["tile"]
    if amount == 0:
        return frame
    height, width = frame.shape[:2]
    count = values["tile_count"]
    places = []
    for length in (width, height):
        # Measured from the middle, so that the number of tiles can grow smoothly.
        at = ((np.arange(length) + 0.5) / length - 0.5) * count + 0.5
        wave = np.abs(((at + 1.0) % 2.0) - 1.0)
        places.append((wave * length - 0.5).astype(np.float32))
    return folded(frame, places[0][None, :], places[1][:, None], amount)


EFFECT = Effect(
    "tile",
    "Tile",
    "The picture several times beside itself, edge to edge.",
    "effects in the loop",
    (
        Parameter("tile", 0.0, 1.0, 0.2, "How much of it there is.", neutral=0.0),
        Parameter("tile_count", 1.0, 8.0, 2.0, "How many times it stands in a row.", "tiles"),
    ),
    tile,
    where="loop",
    hit={"tile": 1.0},
    coherence="Each picture is made of tiles of the one before, so left on it shrinks into a pattern within a second. "
    "Use it on single hits, or at amounts around 0.2.",
)
