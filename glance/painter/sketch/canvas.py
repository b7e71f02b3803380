"""A sheet to paint on, measured in picture heights.

Points are (x, y) with x from 0 to the aspect ratio, y from 0 at the top to 1 at the bottom; colors are RGB in [0, 1].
Everything is laid out in these units, and random lattices have as many cells at every size, so that a small sheet is
the same picture as a large one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Plane = NDArray[np.float32]
Color = NDArray[np.float32]

_SUBPIXEL_BITS = 4


def color_of(text: str) -> Color:
    """Return RGB in [0, 1], shape (3,), of `#rrggbb`.

    Raises:
        ValueError: The text is no such color.
    """
    digits = text.strip().lstrip("#")
    if len(digits) != 6 or not set(digits.lower()) <= set("0123456789abcdef"):
        raise ValueError(f"expected a colour such as #ff8800, found {text!r}")
    channels = [int(digits[at : at + 2], 16) / 255.0 for at in (0, 2, 4)]
    return np.array(channels, dtype=np.float32)


def between(first: ArrayLike, second: ArrayLike, share: float) -> Color:
    """Return the color `share` of the way from the first to the second."""
    a, b = np.asarray(first, dtype=np.float32), np.asarray(second, dtype=np.float32)
    return np.asarray(a + (b - a) * np.float32(share), dtype=np.float32)


class Canvas:
    """A sheet of color, painted over from back to front.

    Attributes:
        pixels: (height, width, 3) float32.
        x: (1, width) horizontal positions.
        y: (height, 1) vertical positions.
        aspect: Width in heights.
    """

    def __init__(self, width: int, height: int, color: ArrayLike) -> None:
        self.pixels = np.empty((height, width, 3), dtype=np.float32)
        self.pixels[:] = np.asarray(color, dtype=np.float32)
        self.aspect = width / height
        self.x = ((np.arange(width, dtype=np.float32) + 0.5) / height)[None, :]
        self.y = ((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None]

    def wash(self, color: ArrayLike, cover: ArrayLike) -> None:
        """Lay a color, one or one a pixel, over the sheet with a cover in [0, 1] that spans (height, width)."""
        share = np.asarray(cover, dtype=np.float32)[..., None]
        self.pixels += (np.asarray(color, dtype=np.float32) - self.pixels) * share

    def shine(self, color: ArrayLike, amount: ArrayLike) -> None:
        """Add light: screen a color over the sheet by an amount in [0, 1] that spans (height, width)."""
        light = np.asarray(color, dtype=np.float32) * np.asarray(amount, dtype=np.float32)[..., None]
        self.pixels += light * (1.0 - np.clip(self.pixels, 0.0, 1.0))

    def shade(self, factor: ArrayLike) -> None:
        """Multiply the sheet by a factor that spans (height, width)."""
        self.pixels *= np.asarray(factor, dtype=np.float32)[..., None]

    def distance(self, at: tuple[float, float]) -> Plane:
        """Return the distance from a point, in heights."""
        return np.asarray(np.hypot(self.x - at[0], self.y - at[1]), dtype=np.float32)

    def glow(self, at: tuple[float, float], radius: float, color: ArrayLike, amount: float) -> None:
        """Add a halo that falls to 1/e of its amount at a radius."""
        rows, columns = self._box(at, 7.0 * radius)
        away = np.hypot(self.x[:, columns] - at[0], self.y[rows] - at[1])
        halo = amount * np.clip(np.exp(-away / radius) - np.exp(-7.0), 0.0, 1.0)
        part = self.pixels[rows, columns]
        part += (
            np.asarray(color, dtype=np.float32) * halo[..., None].astype(np.float32) * (1.0 - np.clip(part, 0.0, 1.0))
        )

    def disc(self, at: tuple[float, float], radius: float, color: ArrayLike) -> None:
        """Paint a disc with a clean edge."""
        height = self.pixels.shape[0]
        rows, columns = self._box(at, radius + 1.0 / height)
        away = np.hypot(self.x[:, columns] - at[0], self.y[rows] - at[1])
        part = self.pixels[rows, columns]
        cover = np.clip((radius - away) * height + 0.5, 0.0, 1.0)[..., None]
        part += (np.asarray(color, dtype=np.float32) - part) * cover.astype(np.float32)

    def polygons(self, outlines: Iterable[ArrayLike], color: ArrayLike, cover: float = 1.0) -> None:
        """Fill closed outlines, each of shape (n, 2), with a color."""
        self._lay(outlines, color, cover, None)

    def lines(self, paths: Iterable[ArrayLike], width: float, color: ArrayLike, cover: float = 1.0) -> None:
        """Draw open lines, each of shape (n, 2), of a width in heights; never thinner than a pixel."""
        self._lay(paths, color, cover, width)

    def noise(self, rng: np.random.Generator, cells: float, octaves: int = 4, stretch: float = 1.0) -> Plane:
        """Return smooth noise of several scales (Perlin, 1985; fractal Brownian motion), mean 0, spread about 1.

        Args:
            rng: Where the lattice comes from.
            cells: Cells in the sheet's height at the coarsest scale.
            octaves: Scales, each twice as fine and half as strong as the one before.
            stretch: How much wider than high the cells are.
        """
        import cv2

        height, width = self.pixels.shape[:2]
        total = np.zeros((height, width), dtype=np.float32)
        power = 0.0
        for octave in range(octaves):
            rows = max(2, round(cells * 2**octave))
            columns = max(2, round(cells * 2**octave * self.aspect / stretch))
            lattice = rng.standard_normal((rows, columns)).astype(np.float32)
            amount = 0.5**octave
            power += amount * amount * 0.35
            if rows < 2 * height:
                total += amount * cv2.resize(lattice, (width, height), interpolation=cv2.INTER_CUBIC)
        return np.asarray(total / np.sqrt(power), dtype=np.float32)

    def _box(self, at: tuple[float, float], reach: float) -> tuple[slice, slice]:
        """Return the rows and columns within a reach of a point."""
        height, width = self.pixels.shape[:2]
        left, right = (min(width, max(0, round((at[0] + side * reach) * height))) for side in (-1.0, 1.0))
        top, low = (min(height, max(0, round((at[1] + side * reach) * height))) for side in (-1.0, 1.0))
        return slice(top, low), slice(left, right)

    def _lay(self, paths: Iterable[ArrayLike], color: ArrayLike, cover: float, line_width: float | None) -> None:
        """Rasterise paths into a mask, with edges smoothed, and wash the color over its bounding box."""
        import cv2

        height, width = self.pixels.shape[:2]
        points = [np.asarray(path, dtype=np.float64) * height - 0.5 for path in paths]
        if not points:
            return
        thickness = 0 if line_width is None else max(1, round(line_width * height))
        box = _bounds(points, thickness + 2, (width, height))
        if box is None:
            return
        left, top, right, bottom = box
        mask = np.zeros((bottom - top, right - left), dtype=np.uint8)
        fixed = [np.rint((path - (left, top)) * 2**_SUBPIXEL_BITS).astype(np.int32) for path in points]
        if line_width is None:
            cv2.fillPoly(mask, fixed, 255, cv2.LINE_AA, _SUBPIXEL_BITS)
        else:
            cv2.polylines(mask, fixed, False, 255, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
        part = self.pixels[top:bottom, left:right]
        part += (np.asarray(color, dtype=np.float32) - part) * (mask.astype(np.float32) * (cover / 255.0))[..., None]


def smooth_outline(points: ArrayLike, closed: bool = True, steps: int = 6) -> NDArray[np.float64]:
    """Return a curve through the points (Catmull & Rom, 1974), shape (n * steps, 2)."""
    knots = np.asarray(points, dtype=np.float64)
    if closed:
        padded = np.concatenate([knots[-1:], knots, knots[:2]])
    else:
        padded = np.concatenate([knots[:1], knots, knots[-1:]])
    p0, p1, p2, p3 = padded[:-3, None], padded[1:-2, None], padded[2:-1, None], padded[3:, None]
    t = np.linspace(0.0, 1.0, steps, endpoint=False)[None, :, None]
    curve = 0.5 * (
        2.0 * p1 + (p2 - p0) * t + (2.0 * p0 - 5.0 * p1 + 4.0 * p2 - p3) * t**2 + (3.0 * (p1 - p2) + p3 - p0) * t**3
    )
    return np.asarray(curve.reshape(-1, 2) if closed else np.concatenate([curve.reshape(-1, 2), knots[-1:]]))


def _bounds(
    points: Sequence[NDArray[np.float64]], margin: int, size: tuple[int, int]
) -> tuple[int, int, int, int] | None:
    everything = np.concatenate(points)
    low = np.floor(everything.min(axis=0)).astype(np.int64) - margin
    high = np.ceil(everything.max(axis=0)).astype(np.int64) + margin + 1
    left, top = max(0, int(low[0])), max(0, int(low[1]))
    right, bottom = min(size[0], int(high[0])), min(size[1], int(high[1]))
    return (left, top, right, bottom) if left < right and top < bottom else None
