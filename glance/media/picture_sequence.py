"""Frames as an animated GIF, or as a folder of PNG files."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import Any

from glance.errors import VideoError
from glance.frames import Frame, Size
from glance.media.images import write_png
from glance.system.files import part_path, put_in_place, reason, remove, stamp

#: A GIF's pictures last whole hundredths of a second, and browsers slow down what lasts less than two.
_TICKS = 100
_SHORTEST_TICKS = 2
#: A GIF is shown small: its longer side has so many pixels at most, and it shows so many pictures at most.
GIF_SIDE = 640
_MOST_PICTURES = 600
_COLORS = 256


def write_gif(path: Path, frames: Iterator[Frame], fps: Fraction, size: Size) -> bool:
    """Write frames as a GIF that runs for ever.

    Args:
        path: Where to; replaced only once it is complete.
        frames: Of shape (height, width, 3).
        fps: Frames a second; above 50, as few GIFs can show, every other frame is left out.
        size: (width, height) of the frames; larger ones than `GIF_SIDE` become smaller.

    Returns:
        False where there was no frame.

    Raises:
        VideoError: It cannot be written, or has more than 600 pictures.
    """
    from PIL import Image

    scale = min(1.0, GIF_SIDE / max(size))
    small = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    skipped = max(1, round(float(fps) * _SHORTEST_TICKS / _TICKS))
    pictures = (_limited(Image.fromarray(frame), small) for frame in islice(frames, 0, None, skipped))
    first = next(pictures, None)
    if first is None:
        return False
    length = max(_SHORTEST_TICKS, round(_TICKS * skipped / float(fps))) * 10
    before, part = stamp(path), part_path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            first.save(
                file, "GIF", save_all=True, append_images=_bounded(path, pictures), duration=length, loop=0, disposal=1
            )
        put_in_place(part, path, before)
    except OSError as error:
        raise VideoError(f"{path}: the GIF cannot be written ({reason(error)}).") from None
    finally:
        if part.exists():
            remove(part)
    return True


def write_sequence(path: Path, frames: Iterator[Frame], fps: Fraction, size: Size) -> bool:
    """Write frames as `NAME/000001.png` and so on, into a folder that is new or empty.

    Returns:
        False where there was no frame.

    Raises:
        VideoError: The folder holds files already, or cannot be written.
    """
    first = next(frames, None)
    if first is None:
        return False
    try:
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise VideoError(
                f"{path}: expected a new folder for the pictures, found one with files in it. Name another."
            )
        for number, frame in enumerate(chain([first], frames), start=1):
            write_png(path / f"{number:06d}.png", frame, compress=True)
    except OSError as error:
        raise VideoError(f"{path}: the pictures cannot be written ({reason(error)}).") from None
    return True


def _limited(picture: Any, size: Size) -> Any:
    from PIL import Image

    small = picture.resize(size, Image.Resampling.LANCZOS) if picture.size != size else picture
    return small.quantize(_COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)


def _bounded(path: Path, pictures: Iterator[Any]) -> Iterator[Any]:
    for number, picture in enumerate(pictures, start=2):
        if number > _MOST_PICTURES:
            raise VideoError(
                f"{path}: expected a GIF of at most {_MOST_PICTURES} pictures, found more; choose a shorter part, such "
                "as --loop 2"
            )
        yield picture
