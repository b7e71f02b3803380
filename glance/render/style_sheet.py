"""A sheet of style previews as one picture, each under its names."""

from __future__ import annotations

import math
import inspect
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from glance.errors import VideoError
from glance.render.style_previews import StylePreview
from glance.story.styles import Style
from glance.video.still import write_png

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

_COLUMNS = 10
_SIDE = 160
_CAPTION = 22
_GAP = 6
_FONTS = ("NotoSansCJK-Regular.ttc", "DejaVuSans.ttf", "Arial.ttf")


def draw_sheet(path: Path, styles: Sequence[Style], previews: Iterable[StylePreview]) -> None:
    """Write a PNG with the previews in rows, each with its style's English name; a missing preview stays grey.

    Raises:
        VideoError: The file cannot be written.
    """
    from PIL import Image, ImageDraw

    names = {style.id: style.name_en for style in styles}
    rows = math.ceil(len(styles) / _COLUMNS)
    columns = min(_COLUMNS, len(styles))
    size = (columns * (_SIDE + _GAP) + _GAP, rows * (_SIDE + _CAPTION + _GAP) + _GAP)
    sheet = Image.new("RGB", size, (24, 24, 28))
    draw = ImageDraw.Draw(sheet)
    font = _font(12)
    for place, preview in enumerate(previews):
        left = _GAP + place % _COLUMNS * (_SIDE + _GAP)
        top = _GAP + place // _COLUMNS * (_SIDE + _CAPTION + _GAP)
        if preview.frame is None:
            draw.rectangle((left, top, left + _SIDE - 1, top + _SIDE - 1), fill=(70, 70, 74))
        else:
            picture = Image.fromarray(preview.frame).resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
            sheet.paste(picture, (left, top))
        draw.text((left + 2, top + _SIDE + 3), names[preview.style][:24], fill=(225, 225, 230), font=font)
    try:
        write_png(path, np.ascontiguousarray(np.asarray(sheet)), compress=True)
    except OSError as error:
        raise VideoError(f"the sheet cannot be written as {path}: {error.strerror or error}") from None


def _font(size: int) -> FreeTypeFont | ImageFont:
    """Return a font that is on this machine; Pillow's own where none of the usual ones is."""
    from PIL import ImageFont

    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default()
