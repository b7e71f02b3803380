"""Draws the style grid's shipped examples: one house, in the colors of each style, painted in its brush strokes.

Run `python -m benchmarks.draw_style_thumbnails` after a change of styles, and with `--sheet docs/style-sheet.jpg` to
put all examples on one picture for the documents. The examples show what a style is about; what a person's own model
makes of it is seen in the previews (`render.style_previews`).
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame, Size
from glance.painter.network import PaintingNetwork
from glance.render.style_previews import StylePreview, draw_sheet
from glance.story.styles import Style, load_styles, thumbnail_folder

#: (width, height) of a thumbnail, and of the picture it is painted from.
THUMBNAIL: Size = (176, 132)
_CANVAS: Size = (288, 216)
#: Of all thumbnails together; a larger one is packed harder.
MAX_BYTES_EACH = 9_500
#: Share of the way from the paint's colors to the style's.
_TOWARDS = 0.75
#: (width, height) of an example on the sheet, and the sheet's JPEG quality: it stays below 400 kB.
_SHEET_CELL: Size = (112, 84)
_SHEET_QUALITY = 46


def draw_thumbnail(style: Style, network: PaintingNetwork) -> Frame:
    """Return a style's example, of size `THUMBNAIL`."""
    import cv2

    colors = _sorted_colors(style.palette)
    painted = network.redraw(_house(colors).astype(np.float32) / 255.0, style.painter)
    frame = np.clip(np.asarray(painted) * 255.0, 0, 255).astype(np.uint8)
    frame = np.asarray(cv2.resize(frame, THUMBNAIL, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return _tinted(frame, colors, 1.0 if "monochrome" in style.tags else _TOWARDS)


def pack(frame: Frame) -> bytes:
    """Return the frame as WebP of at most `MAX_BYTES_EACH` bytes."""
    from PIL import Image

    for quality in (72, 60, 48, 36, 24, 12):
        packed = io.BytesIO()
        Image.fromarray(frame).save(packed, format="WEBP", quality=quality, method=6)
        if packed.tell() <= MAX_BYTES_EACH:
            break
    return packed.getvalue()


def write_sheet(path: Path) -> None:
    """Write the shipped examples of all styles, under their groups and names, as a JPEG."""
    import tempfile

    from PIL import Image

    styles = list(load_styles().values())
    shown = [np.asarray(Image.open(thumbnail_folder() / f"{style.id}.webp").convert("RGB")) for style in styles]
    previews = [StylePreview(style.id, frame) for style, frame in zip(styles, shown, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "sheet.png"
        draw_sheet(sheet, styles, previews, _SHEET_CELL)
        Image.open(sheet).convert("RGB").save(path, quality=_SHEET_QUALITY, optimize=True)


def main() -> None:
    """Write the example of every shipped style into the folder of thumbnails, or the sheet of all."""
    if sys.argv[1:2] == ["--sheet"]:
        write_sheet(Path(sys.argv[2]))
        return
    folder: Path = thumbnail_folder()
    folder.mkdir(parents=True, exist_ok=True)
    network = PaintingNetwork(None)
    for style in load_styles().values():
        (folder / f"{style.id}.webp").write_bytes(pack(draw_thumbnail(style, network)))


def _sorted_colors(palette: Sequence[str]) -> NDArray[np.float64]:
    """Return the palette as (n, 3) RGB in [0, 255], dark to light."""
    colors = np.array([[int(text[i : i + 2], 16) for i in (1, 3, 5)] for text in palette], dtype=np.float64)
    return colors[np.argsort(colors @ (0.299, 0.587, 0.114))]  # luma, ITU-R BT.601


def _house(colors: NDArray[np.float64]) -> Frame:
    """Return a house between a tree and a path, filled with the colors; `colors` as of `_sorted_colors`."""
    from PIL import Image, ImageDraw

    width, height = _CANVAS
    twice = Image.new("RGB", (2 * width, 2 * height))
    draw = ImageDraw.Draw(twice)
    dark, light = colors[0], colors[-1]
    middle = colors[len(colors) // 2]
    second, fourth = colors[1], colors[-2]

    def shape(points: Sequence[tuple[float, float]], color: NDArray[np.float64]) -> None:
        draw.polygon([(x * 2 * width, y * 2 * height) for x, y in points], fill=_rgb(color))

    def box(x: float, y: float, w: float, h: float, color: NDArray[np.float64]) -> None:
        shape([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], color)

    for line in range(2 * height):
        share = line / (2 * height)
        draw.line([(0, line), (2 * width, line)], fill=_rgb(fourth * (1 - share) + light * share))
    draw.ellipse([1.5 * width, 0.16 * height, 1.76 * width, 0.5 * height], fill=_rgb(light))
    shape([(0, 0.62), (0.25, 0.45), (0.6, 0.62), (1, 0.5), (1, 1), (0, 1)], middle)
    box(0, 0.78, 1, 0.22, (second + middle) / 2)
    shape([(0.46, 0.8), (0.54, 0.8), (0.72, 1), (0.28, 1)], fourth)
    box(0.3, 0.46, 0.4, 0.36, (light + fourth) / 2)
    shape([(0.25, 0.48), (0.5, 0.2), (0.75, 0.48)], second)
    box(0.61, 0.24, 0.06, 0.16, dark)
    box(0.45, 0.6, 0.1, 0.22, dark)
    for x in (0.335, 0.59):
        box(x, 0.54, 0.09, 0.12, dark)
        box(x + 0.01, 0.555, 0.07, 0.09, light)
    box(0.11, 0.6, 0.03, 0.24, dark)
    draw.ellipse([0.04 * width, 0.56 * height, 0.46 * width, 1.3 * height], fill=_rgb((dark + middle) / 2))
    return np.array(twice.resize((width, height), Image.Resampling.LANCZOS), dtype=np.uint8)


def _rgb(color: NDArray[np.float64]) -> tuple[int, int, int]:
    red, green, blue = (round(float(value)) for value in color)
    return red, green, blue


def _tinted(frame: Frame, colors: NDArray[np.float64], amount: float) -> Frame:
    """Return the frame with its tones mapped onto the colors: darkest to the first, lightest to the last.

    A pixel's place among the tones is its rank, so that every color of the palette is seen in every example.
    """
    tones = frame.astype(np.float64) @ (0.299, 0.587, 0.114)
    ranks = np.searchsorted(np.sort(tones.ravel()), tones) / tones.size
    places = np.linspace(0.0, 1.0, len(colors))
    mapped = np.stack([np.interp(ranks, places, colors[:, channel]) for channel in range(3)], axis=-1)
    # The paint's own light and dark stay: half of the tone comes from where the pixel was.
    mapped += 0.5 * (tones - mapped @ (0.299, 0.587, 0.114))[..., None]
    return np.ascontiguousarray(np.clip(frame * (1 - amount) + mapped * amount, 0, 255).astype(np.uint8))


if __name__ == "__main__":
    main()
