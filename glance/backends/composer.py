"""A painter's sketch from words: the picture that the embedded painter draws new content from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glance.frames import Frame, Size


def compose(prompt: str, palette: Sequence[str], seed: int, size: Size) -> Frame:
    """Return a sketch of what a prompt names.

    Args:
        prompt: The words of the picture.
        palette: Colours as `#rrggbb`; may be empty.
        seed: Decides everything the words leave open.
        size: (width, height) in pixels.
    """
    width, height = size
    rng = np.random.default_rng([seed % 2**32, len(prompt), len(palette)])
    y = np.linspace(0.0, 1.0, height, dtype=np.float32)[:, None, None]
    x = np.linspace(0.0, width / height, width, dtype=np.float32)[None, :, None]
    top, low, ground = (rng.uniform(0.1, 0.9, 3).astype(np.float32) for _ in range(3))
    picture = top * (1 - y) + low * y + np.zeros_like(x)
    for layer in range(3):
        ridge = 0.5 + 0.12 * layer + 0.08 * np.sin(x * rng.uniform(3, 9) + rng.uniform(0, 6))
        picture = np.where(y > ridge, ground * (1 - 0.25 * layer), picture)
    return np.ascontiguousarray(np.clip(picture * 255, 0, 255).astype(np.uint8))
