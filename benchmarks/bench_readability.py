"""How well a subject is told from what is around it, in every kind of strokes: contrast of the paint, three formats.

`python -m benchmarks.bench_readability` prints, for themes and styles, how unlike the subject's pixels are to those
of a ring around it, in units of the ring's own spread (under 0.5 it is hard to see at a glance), how much of the
subject's light and dark the strokes leave (correlation with the sketch there), and whether the subject is whole
within the frame.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glance.frames import Size
from glance.painter.network import PaintingNetwork
from glance.painter.paint_merge import clarity_of, harmonised
from glance.painter.scene import emphasis_of
from glance.painter.sketch.composition import draw_sketch, focus_of
from glance.story.styles import load_styles

THEMES = (
    "a lighthouse that remembers the sea", "a cat in a rainy alley", "an astronaut's last letter home",
    "a samurai on a rooftop", "two lovers on a bridge", "an elephant in the desert", "a ship in a storm",
    "a dancer in an empty stadium", "first snow", "an old radio in a room", "a ferris wheel at night",
    "a whale in space",
)  # fmt: skip
STYLES = ("oil_impasto", "watercolour", "comic_book", "linocut", "stained_glass", "pointillism")
FORMATS: tuple[Size, ...] = ((320, 180), (180, 320), (240, 240))
_PALETTE = ("#123047", "#d62828", "#f77f00", "#fcbf49")


def contrast(picture: NDArray[np.float32], focus: tuple[float, float, float]) -> float:
    """Return the distance of the subject's mean color from the ring's, over the ring's spread."""
    rows, columns = picture.shape[:2]
    x, y, height = focus
    down = (np.arange(rows) + 0.5)[:, None] / rows - 0.5 - y
    across = (np.arange(columns) + 0.5)[None, :] / rows - columns / rows / 2.0 - x
    away = np.hypot(down / (0.5 * height), across / (0.3 * height))
    inside, ring = picture[away < 0.8], picture[(away > 1.3) & (away < 2.2)]
    # A thing may be light and dark at once: what counts is how unlike its pixels are to those around it.
    return float(np.linalg.norm(inside - ring.mean(axis=0), axis=-1).mean() / np.linalg.norm(ring.std(axis=0)))


def likeness(picture: NDArray[np.float32], sketch: NDArray[np.float32], focus: tuple[float, float, float]) -> float:
    """Return the correlation of lightness between a painting and its sketch, where the subject is."""
    rows, columns = picture.shape[:2]
    x, y, height = focus
    down = (np.arange(rows) + 0.5)[:, None] / rows - 0.5 - y
    across = (np.arange(columns) + 0.5)[None, :] / rows - columns / rows / 2.0 - x
    there = np.hypot(down / (0.55 * height), across / (0.4 * height)) < 1.0
    return float(np.corrcoef(picture.mean(axis=-1)[there], sketch.mean(axis=-1)[there])[0, 1])


def is_whole(focus: tuple[float, float, float], aspect: float) -> bool:
    """Return whether a subject lies within the frame."""
    x, y, height = focus
    return abs(y) + height / 2 <= 0.52 and abs(x) + 0.15 * height <= aspect / 2


def main() -> None:
    """Print the contrasts, with and without the subject kept from strokes, and how many subjects are whole."""
    styles, network = load_styles(), PaintingNetwork(None)
    whole = total = 0
    for name in STYLES:
        paint = styles[name].painter
        before, after, like, liker = [], [], [], []
        for number, theme in enumerate(THEMES):
            for size in FORMATS:
                sketch = draw_sketch(theme, _PALETTE, number, size).astype(np.float32) / np.float32(255.0)
                focus = focus_of(theme, number, size[0] / size[1])
                whole, total = whole + is_whole(focus, size[0] / size[1]), total + 1
                if size != FORMATS[0]:
                    continue
                spot = emphasis_of(focus, size[0] / size[1])
                laid = network.redraw(sketch, paint)
                kept = None if spot is None else np.asarray(_resized(spot, size), dtype=np.float32)
                plain = harmonised(laid, sketch, clarity_of(paint))
                held = harmonised(laid, sketch, clarity_of(paint), kept)
                before.append(contrast(plain, focus))
                after.append(contrast(held, focus))
                like.append(likeness(plain, sketch, focus))
                liker.append(likeness(held, sketch, focus))
        print(
            f"{name:16} contrast {np.median(before):.2f} -> {np.median(after):.2f} (least {min(after):.2f}), "
            f"likeness {np.median(like):.2f} -> {np.median(liker):.2f} (least {min(like):.2f} -> {min(liker):.2f})"
        )
    print(f"{whole} of {total} subjects whole at 16:9, 9:16 and 1:1")


def _resized(spot: NDArray[np.float32], size: Size) -> NDArray[np.float32]:
    import cv2

    return np.asarray(cv2.resize(spot, size), dtype=np.float32)


if __name__ == "__main__":
    main()
