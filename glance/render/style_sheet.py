"""The style sheet: every style's picture with its name, under its group, in one image to be looked at."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from glance import SOFTWARE
from glance._files import reason
from glance.errors import VideoError
from glance.frames import Size
from glance.render.style_previews import StylePreview
from glance.story.styles import Style, style_labels, thumbnail_folder
from glance.video.picture_reader import read_picture
from glance.video.still import write_png

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

_COLUMNS = 10
_GAP, _CAPTION, _HEADING, _MARGIN = 8, 18, 34, 16
_PAPER, _INK, _EMPTY = (250, 249, 246), (34, 34, 38), (222, 220, 214)


def shipped_previews(styles: Iterable[Style]) -> Iterator[StylePreview]:
    """Yield the shipped examples as previews; a style of a person's own has none, and says so."""
    folder = thumbnail_folder()
    for style in styles:
        path = folder / f"{style.id}.webp"
        if path.is_file():
            yield StylePreview(style.id, read_picture(path), kept=True)
        else:
            yield StylePreview(style.id, None, problem="there is no example of this style; draw a preview")


def draw_sheet(path: Path, styles: Sequence[Style], previews: Iterable[StylePreview], cell: Size = (160, 120)) -> None:
    """Write a PNG with the previews under their groups' names; a style without a picture gets an empty field.

    Args:
        path: Where to write it.
        styles: What to show; within a group, in the order given.
        previews: Their pictures, of any size and in any order; each is cropped to the cell's shape.
        cell: (width, height) of a picture on the sheet, in pixels.

    Raises:
        VideoError: The file cannot be written.
    """
    from PIL import Image, ImageDraw, ImageOps

    groups: dict[str, list[Style]] = {}
    for style in styles:
        groups.setdefault(style.group, []).append(style)
    columns = max(1, min(_COLUMNS, max((len(members) for members in groups.values()), default=1)))
    rows = sum(-(-len(members) // columns) for members in groups.values())
    width = 2 * _MARGIN + columns * (cell[0] + _GAP) - _GAP
    height = 2 * _MARGIN + len(groups) * _HEADING + rows * (cell[1] + _CAPTION + _GAP)
    sheet = Image.new("RGB", (width, height), _PAPER)
    corners = _write_names(ImageDraw.Draw(sheet), groups, columns, cell)
    for preview in previews:
        if preview.frame is not None and preview.style in corners:
            picture = ImageOps.fit(Image.fromarray(preview.frame), cell, Image.Resampling.LANCZOS)
            sheet.paste(picture, corners[preview.style])
    try:
        write_png(path, np.array(sheet, dtype=np.uint8), {"Software": SOFTWARE}, compress=True)
    except OSError as error:
        raise VideoError(f"the sheet cannot be written as {path}: {reason(error)}") from None


def _write_names(
    draw: ImageDraw, groups: dict[str, list[Style]], columns: int, cell: Size
) -> dict[str, tuple[int, int]]:
    """Draw headings, empty fields and captions; return each field's upper left corner by style id."""
    names = style_labels().groups
    heading, caption = _font(18), _font(12)
    corners = {}
    top = _MARGIN
    for group, members in groups.items():
        draw.text((_MARGIN, top + 6), names.get(group, (group, group))[0], fill=_INK, font=heading)
        top += _HEADING
        for index, style in enumerate(members):
            left = _MARGIN + index % columns * (cell[0] + _GAP)
            upper = top + index // columns * (cell[1] + _CAPTION + _GAP)
            corners[style.id] = (left, upper)
            draw.rectangle((left, upper, left + cell[0] - 1, upper + cell[1] - 1), fill=_EMPTY)
            name = _drawable(style.name_en, caption)
            while draw.textlength(name, font=caption) > cell[0] and len(name) > 4:
                name = name[:-3].rstrip(". ") + ".."
            draw.text((left, upper + cell[1] + 2), name, fill=_INK, font=caption)
        top += -(-len(members) // columns) * (cell[1] + _CAPTION + _GAP)
    return corners


def _drawable(name: str, font: FreeTypeFont | ImageFont) -> str:
    """Return the name in letters that the font has: Pillow's bitmap font knows Latin-1 alone."""
    return name if hasattr(font, "getname") else name.encode("latin-1", "replace").decode("latin-1")


def _font(size: int) -> FreeTypeFont | ImageFont:
    """Return Pillow's own font; before Pillow 10.1, or without FreeType, it has one size only."""
    from PIL import ImageFont, features

    if features.check("freetype2") and "size" in inspect.signature(ImageFont.load_default).parameters:
        return ImageFont.load_default(size=size)
    return ImageFont.load_default()
