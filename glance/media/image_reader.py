"""The one reader of pictures that were not drawn here: those people bring, and those another program answers with.

A picture is opened by its content, from a list of formats none of which starts another program (Pillow hands PostScript
to Ghostscript). Its pixels are counted before they are unpacked; it is scaled before transparency is laid on white.
"""

from __future__ import annotations

import contextlib
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from glance.errors import VideoError
from glance.frames import Frame, Size
from glance.system.contents import is_picture, kind_of

if TYPE_CHECKING:
    from PIL.Image import Image

#: Formats of pictures that people bring; those that this Pillow lacks are left out.
PERSONAL = ("PNG", "JPEG", "MPO", "WEBP", "GIF", "BMP", "DIB", "TIFF", "AVIF", "JPEG2000", "PPM")
#: Formats of a frame, and of what a WebUI may answer with.
FRAMES = ("PNG",)
ANSWERS = ("PNG", "JPEG", "WEBP")
#: A picture may have this many pixels; with transparency that is 160 MB for each of the copies that scaling needs.
MAX_PIXELS = 40_000_000
#: A JPEG may have this many, since it can be unpacked at half, a quarter or an eighth of its size.
MAX_JPEG_PIXELS = 120_000_000
#: A picture's file may be this large; it is read whole.
MAX_FILE_BYTES = 256 * 1024 * 1024
#: All that Pillow and its decoders were seen to raise for damaged files.
_FAULTS = (
    *(OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, AttributeError),
    *(NotImplementedError, OverflowError, MemoryError, struct.error, zlib.error),
)
_BAND = 256


def read_picture(path: Path, size: Size | None = None) -> Frame:
    """Return a person's picture of any usual format as a frame, turned the way the camera was held.

    What is transparent becomes white. Of an animation the first picture counts.

    Args:
        path: A JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or JPEG 2000; HEIC where `pillow-heif` is installed.
        size: (width, height) to fill: the picture is scaled to cover it and cropped around its middle. None keeps it.

    Raises:
        VideoError: The file is missing, no picture, damaged, or has more pixels than `MAX_PIXELS` (a JPEG:
            `MAX_JPEG_PIXELS`).
    """
    path = Path(path)
    return picture_of(picture_bytes(path), str(path), size=size)


def picture_of(data: bytes, name: str, formats: Sequence[str] = PERSONAL, size: Size | None = None) -> Frame:
    """Return the picture in a file's bytes as a frame; see `read_picture`.

    Args:
        data: The file's bytes.
        name: What the picture is called in an error.
        formats: Pillow's names of the formats that are taken.
        size: (width, height) to fill.

    Raises:
        VideoError: It is none of these formats, damaged, or has too many pixels.
    """
    from PIL import ImageOps

    with opened_picture(data, name, formats) as image:
        upright = ImageOps.exif_transpose(image) or image
        upright = _eight_bits(upright, image.format)
        if size is not None and upright.size != tuple(size):
            upright = ImageOps.fit(upright, size, method=_lanczos())
        return np.array(_on_white(upright))


@contextlib.contextmanager
def opened_picture(data: bytes, name: str, formats: Sequence[str] = PERSONAL) -> Iterator[Image]:
    """Open a picture whose pixels are not unpacked yet; what its decoder raises within the block is refused in words.

    Raises:
        VideoError: It is none of these formats, damaged, or has too many pixels.
    """
    from PIL import Image

    try:
        with warnings.catch_warnings():
            # Pillow warns of many pixels and of what is missing at a file's end; both are judged here.
            warnings.simplefilter("ignore")
            with _opened(data, name, formats) as image:
                _check_pixels(image, name)
                yield image
    except Image.DecompressionBombError:
        raise VideoError(f"{name}: the picture has far too many pixels. Make it smaller.") from None
    except _FAULTS as error:
        raise VideoError(_unreadable(data, name, error)) from None


def _opened(data: bytes, name: str, formats: Sequence[str]) -> Any:
    from PIL import Image

    if kind_of(data) == "a HEIC photo" and formats is PERSONAL:
        return _heic(data, name)
    Image.init()
    return Image.open(BytesIO(data), formats=[each for each in formats if each in Image.OPEN])


def _heic(data: bytes, name: str) -> Any:
    try:
        # Asked for by name, and not registered: Pillow belongs to the whole WebUI.
        from pillow_heif import open_heif
    except ImportError:
        raise VideoError(
            f"{name}: this is a HEIC photo, as phones take them. Save it as JPEG and choose that file, or install "
            "pillow-heif (pip install pillow-heif)."
        ) from None
    photo = open_heif(data)
    width, height = photo.size
    _check_size(width, height, MAX_PIXELS, name)
    return photo.to_pillow()


def _check_pixels(image: Image, name: str) -> None:
    if image.format not in ("JPEG", "MPO"):
        _check_size(*image.size, MAX_PIXELS, name)
        return
    _check_size(*image.size, MAX_JPEG_PIXELS, name)
    if image.width * image.height > MAX_PIXELS:
        # Unpacked at half its size, by the decoder itself.
        image.draft(None, (image.width // 2, image.height // 2))


def _check_size(width: int, height: int, limit: int, name: str) -> None:
    if width * height > limit:
        raise VideoError(
            f"{name}: the picture has {width}x{height} pixels, more than {limit // 1_000_000} million. Make it smaller."
        )


def _unreadable(data: bytes, name: str, error: BaseException) -> str:
    kind = kind_of(data)
    if kind and not is_picture(kind):
        return f"{name}: expected a picture such as a JPEG or PNG, but it cannot be read: this is {kind}."
    if _is_unknown(error):
        what = f"this is {kind}, which cannot be opened here" if kind else "its content is of no known kind of picture"
        return (
            f"{name}: expected a picture such as a JPEG or PNG, but it cannot be read: {what}. Save it as JPEG or PNG."
        )
    reason = str(error).strip().rstrip(".")[:120] if "object at 0x" not in str(error) else ""
    return (
        f"{name}: expected a picture such as a JPEG or PNG, but it cannot be read ({reason or 'it is damaged'}). "
        "Check that it opens in a picture viewer, or save it anew."
    )


def _is_unknown(error: BaseException) -> bool:
    from PIL import UnidentifiedImageError

    return isinstance(error, UnidentifiedImageError)


def _eight_bits(image: Image, kind: str | None) -> Image:
    """Return the picture as RGB or RGBA in 8 bits; deeper grays are scaled down, band by band."""
    from PIL import Image

    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        # Pillow opened a PNG's 16 bits as 32-bit numbers until version 11.
        gray = np.asarray(image)
        deep = image.mode.startswith("I;16") or kind == "PNG"
        peak = float(np.nanmax(gray, initial=0.0))
        top = 65535.0 if deep or peak > 255.0 else 1.0 if image.mode == "F" and peak <= 1.0 else 255.0
        plain = np.empty(gray.shape, dtype=np.uint8)
        for row in range(0, len(gray), _BAND):
            band = np.nan_to_num(gray[row : row + _BAND].astype(np.float32))
            plain[row : row + _BAND] = np.clip(band / top * 255.0 + 0.5, 0, 255)
        return Image.fromarray(plain).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("RGB")


def _on_white(image: Image) -> Image:
    from PIL import Image

    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, (255, 255, 255))
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _lanczos() -> Any:
    from PIL import Image

    return Image.Resampling.LANCZOS


def picture_bytes(path: Path) -> bytes:
    """Return a picture file's bytes.

    Raises:
        VideoError: It is missing, too large, or cannot be read.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise VideoError(f"{path}: expected a picture of at most {MAX_FILE_BYTES >> 20} MB. Make it smaller.")
        return path.read_bytes()
    except FileNotFoundError:
        raise VideoError(f"{path}: there is no such picture. Check the path and the spelling of the name.") from None
    except OSError as error:
        raise VideoError(f"{path}: the picture cannot be read ({error.strerror or error}).") from None
