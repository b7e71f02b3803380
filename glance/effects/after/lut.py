"""A look-up table: a film's or a camera's colors, from a .cube file."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from glance.effects.effect import Effect, Parameter, Values
from glance.frames import Frame

#: Steps of each color in the table that a frame goes through. What lies between two of them keeps its own distance
#: from the nearer one, so that no bands show.
_STEPS = 64


def lut(frame: Frame, values: Values) -> Frame:
    """Return the frame with its colors led through a table, as far as the amount says."""
    import cv2

    amount = values["lut"]
    table = values.asset
    if amount == 0 or table is None:
        return frame
    red, green, blue = cv2.split(frame)
    # The table lies as an image of 512 by 512: OpenCV reads images faster than numpy reads tables.
    across = cv2.add(cv2.LUT(red, _RED), cv2.LUT(blue, _BLUE_ACROSS))
    down = cv2.add(cv2.LUT(green, _RED), cv2.LUT(blue, _BLUE_DOWN))
    places = cv2.merge([across, down])
    lighter, darker = _changes(_Key(np.asarray(table, np.float32)), round(amount, 3))
    if darker is None:
        change = cv2.remap(lighter, places, None, cv2.INTER_NEAREST)
        return np.asarray(cv2.addWeighted(frame, 1, change, 1, -128))
    more, less = (cv2.remap(table, places, None, cv2.INTER_NEAREST) for table in (lighter, darker))
    return np.asarray(cv2.subtract(cv2.add(frame, more), less))


_FEW = np.arange(256, dtype=np.int16) >> 2
_RED, _BLUE_ACROSS, _BLUE_DOWN = _FEW, (_FEW & 7) << 6, (_FEW >> 3) << 6


class _Key:
    """A table as a key of the cache: by which array it is."""

    def __init__(self, table: NDArray[np.float32]) -> None:
        self.table = table

    def __hash__(self) -> int:
        return id(self.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.table is self.table


@lru_cache(maxsize=4)
def _changes(key: _Key, amount: float) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """Return by how much each color grows and shrinks, each (512, 512, 3) uint8; mild changes in one, from 128 on."""
    levels = (np.arange(_STEPS, dtype=np.float64) * 4 + 1.5) / 255
    at = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1)
    change = np.rint(255 * amount * (looked_up(key.table, at) - at))
    # Red and the lower half of blue go along the rows, green and the upper half of blue down the columns.
    image = change.reshape(_STEPS, _STEPS, 8, 8, 3).transpose(2, 1, 3, 0, 4).reshape(512, 512, 3)
    if np.abs(image).max() < 128:
        return (image + 128).astype(np.uint8), None
    return np.clip(image, 0, 255).astype(np.uint8), np.clip(-image, 0, 255).astype(np.uint8)


def looked_up(table: NDArray[np.float32], colors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what a table (n, n, n, 3) makes of colors (..., 3) in [0, 1], mixed from its eight nearest entries."""
    n = table.shape[0]
    place = np.clip(colors, 0, 1) * (n - 1)
    low = np.minimum(place.astype(np.int64), n - 2)
    share = place - low
    out = np.zeros(colors.shape)
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(corner, share, 1 - share), axis=-1)
        red, green, blue = (low[..., axis] + corner[axis] for axis in range(3))
        out += weight[..., None] * table[red, green, blue]
    return out


EFFECT = Effect(
    "lut",
    "Look-up table",
    "The colors of a film or a camera, from a .cube file.",
    "effects: color",
    (Parameter("lut", 0.0, 1.0, 1.0, "How far the colors follow the table.", neutral=0.0),),
    lut,
    asset="lut",
    needs_asset=True,
)
