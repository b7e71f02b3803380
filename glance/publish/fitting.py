"""Frames in exactly the size that a place wants: scaled, then cut or given bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from glance.frames import Frame, Size, size_of

Mode = Literal["crop", "bars", "blur"]
#: How another shape of picture is reached.
MODES: tuple[Mode, ...] = ("crop", "bars", "blur")
#: The blurred picture behind one with bars is made this small first, and darkened to this share.
_BACKDROP_SIDE, _BACKDROP_LIGHT = 96, 0.55


@dataclass(frozen=True)
class Fit:
    """How frames of one size become frames of another.

    Attributes:
        size: (width, height) that comes out.
        mode: `crop` fills it and cuts off what is too much, `bars` shows all on black, `blur` shows all on the picture
            itself, out of focus.
        focus: The point (x, y) that a crop keeps as near to its middle as it can, in shares of width and height.
    """

    size: Size
    mode: Mode = "crop"
    focus: tuple[float, float] = (0.5, 0.5)

    def scaled_size(self, source: Size) -> Size:
        """Return what a source is scaled to before it is cut or laid on its ground."""
        ratios = [wanted / have for wanted, have in zip(self.size, source, strict=True)]
        ratio = max(ratios) if self.mode == "crop" else min(ratios)
        width, height = (max(1, round(side * ratio)) for side in source)
        return (max(width, self.size[0]), max(height, self.size[1])) if self.mode == "crop" else (width, height)

    def window(self, source: Size) -> tuple[float, float, float, float]:
        """Return what of a source is seen: left, top, right and bottom as shares of its width and height."""
        if self.mode != "crop":
            return (0.0, 0.0, 1.0, 1.0)
        scaled = self.scaled_size(source)
        left, top = self._corner(scaled)
        return (
            left / scaled[0],
            top / scaled[1],
            (left + self.size[0]) / scaled[0],
            (top + self.size[1]) / scaled[1],
        )

    def apply(self, frame: Frame) -> Frame:
        """Return a frame of shape (height, width, 3) of the wanted size."""
        if size_of(frame) == self.size:
            return frame
        scaled = resized(frame, self.scaled_size(size_of(frame)))
        width, height = self.size
        if self.mode == "crop":
            left, top = self._corner(size_of(scaled))
            return np.ascontiguousarray(scaled[top : top + height, left : left + width])
        ground = _backdrop(frame, self.size) if self.mode == "blur" else np.zeros((height, width, 3), np.uint8)
        left, top = (width - scaled.shape[1]) // 2, (height - scaled.shape[0]) // 2
        ground[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
        return ground

    def _corner(self, scaled: Size) -> tuple[int, int]:
        """Return the left upper corner of what is kept of a scaled frame."""
        left, top = (
            int(np.clip(round(have * focus - wanted / 2), 0, have - wanted))
            for have, wanted, focus in zip(scaled, self.size, self.focus, strict=True)
        )
        return left, top


def resized(frame: Frame, size: Size) -> Frame:
    """Return a frame of another size: by area where it shrinks, by Lanczos over 8x8 pixels where it grows."""
    import cv2

    if size_of(frame) == size:
        return frame
    shrinks = size[0] * size[1] < frame.shape[0] * frame.shape[1]
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LANCZOS4))


def _backdrop(frame: Frame, size: Size) -> Frame:
    import cv2

    width, height = size
    ratio = _BACKDROP_SIDE / max(size)
    small = Fit((max(2, round(width * ratio)), max(2, round(height * ratio)))).apply(frame)
    soft = cv2.GaussianBlur(cv2.convertScaleAbs(small, alpha=_BACKDROP_LIGHT), (0, 0), 3)
    return np.ascontiguousarray(cv2.resize(soft, size, interpolation=cv2.INTER_CUBIC))
