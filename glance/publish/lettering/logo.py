"""A label's or a band's sign in the upper right corner, for as long as the video lasts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame, Size
from glance.media.image_reader import opened_picture, picture_bytes
from glance.publish.targets import SafeZone

#: Its height and greatest width, as shares of the picture's shorter side, and how opaque it is.
_HEIGHT, _WIDTH, _OPAQUE = 0.09, 0.3, 0.85


@dataclass(frozen=True)
class Logo:
    """A sign of the size that it is shown in: where it lies, its colors, and how opaque each pixel is."""

    left: int
    top: int
    color: NDArray[np.float32]
    alpha: NDArray[np.float32]

    @classmethod
    def read(cls, path: Path, size: Size, safe: SafeZone) -> Logo:
        """Read a picture, with transparency where it has some, for frames of a size.

        Raises:
            VideoError: It is missing or no picture.
        """
        width, height = size
        side = min(size)
        with opened_picture(picture_bytes(path), path.name) as picture:
            picture.thumbnail((max(1, round(side * _WIDTH)), max(1, round(side * _HEIGHT))))
            drawn = np.asarray(picture.convert("RGBA"), np.float32)
        rows, columns = drawn.shape[:2]
        left = max(0, round(width * (1 - min(safe.right, 0.06))) - columns)
        top = min(round(height * safe.top), height - rows)
        return cls(left, top, drawn[:, :, :3], drawn[:, :, 3:] / np.float32(255) * np.float32(_OPAQUE))

    def over(self, frame: Frame) -> Frame:
        """Return a frame of shape (height, width, 3) with the sign on it."""
        made = frame.copy()
        rows, columns = self.alpha.shape[:2]
        area = made[self.top : self.top + rows, self.left : self.left + columns]
        area[:] = np.round(area * (1 - self.alpha) + self.color * self.alpha).astype(np.uint8)
        return np.asarray(made)
