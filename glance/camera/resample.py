"""Reading a frame at fractional places so that it survives being read again, hundreds of times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame, Size

BORDERS = ("reflect", "replicate", "wrap", "outpaint")
#: Places further out than this are held there; the warped picture is its own reflection many times over by then.
_FAR = 16000.0


@dataclass(frozen=True, eq=False)
class SourceMaps:
    """For each pixel of a new frame, the place in the old frame it is read from.

    Attributes:
        u: (height, width) float32 column.
        v: (height, width) float32 row.
    """

    u: NDArray[np.float32]
    v: NDArray[np.float32]

    def outside(self) -> NDArray[np.float32]:
        """Return (height, width) float32, 1 where the place lies outside the old frame."""
        height, width = self.u.shape
        inside = (self.u >= -0.5) & (self.u <= width - 0.5) & (self.v >= -0.5) & (self.v <= height - 0.5)
        return np.asarray(~inside, dtype=np.float32)


def source_maps(homography: NDArray[np.float64], size: Size) -> SourceMaps:
    """Return the places `homography` @ (u, v, 1) for every pixel of a frame of `size`."""
    width, height = size
    columns = np.arange(width, dtype=np.float32)
    rows = np.arange(height, dtype=np.float32)
    h = (homography / homography[2, 2]).astype(np.float32)
    u = np.add.outer(rows * h[0, 1] + h[0, 2], columns * h[0, 0])
    v = np.add.outer(rows * h[1, 1] + h[1, 2], columns * h[1, 0])
    if h[2, 0] or h[2, 1]:
        w = np.add.outer(rows * h[2, 1] + 1, columns * h[2, 0])
        # Behind the camera there is no picture; a tiny positive w sends those places far outside.
        np.maximum(w, 1e-4, out=w)
        u /= w
        v /= w
    np.clip(u, -_FAR, _FAR, out=u)
    np.clip(v, -_FAR, _FAR, out=v)
    return SourceMaps(u, v)


def resample(frame: Frame, maps: SourceMaps, border: str) -> Frame:
    """Return the frame read at `maps`, shape (height, width, 3)."""
    import cv2

    modes = {
        "reflect": cv2.BORDER_REFLECT,
        "replicate": cv2.BORDER_REPLICATE,
        "wrap": cv2.BORDER_WRAP,
        "outpaint": cv2.BORDER_REFLECT,
    }
    return np.asarray(cv2.remap(frame, maps.u, maps.v, cv2.INTER_CUBIC, borderMode=modes[border]))
