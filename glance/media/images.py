"""A run's frames as PNG. (Pictures that people bring: `glance.media.image_reader`.)

A frame's PNG is written whole or not at all, keeps every bit of every pixel, and carries its texts in the PNG's own
text chunks. The format is the W3C's "Portable Network Graphics (PNG) Specification", third edition; chapter numbers
below are its own.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

import numpy as np

from glance.errors import VideoError
from glance.frames import Frame, size_of
from glance.system.files import write_atomically

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NO_FILTER, _UP_FILTER = 0, 2


def write_png(
    path: Path, frame: Frame, text: Mapping[str, str] = MappingProxyType({}), *, compress: bool = False
) -> None:
    """Write a frame of shape (height, width, 3) as an 8-bit RGB PNG.

    The file appears under its name only when it is complete, so a process killed at any moment leaves no torn file
    under that name.

    Args:
        path: Where to; an older file of that name is replaced.
        frame: The picture.
        text: Keyword -> text, kept as UTF-8 where Latin-1 does not do. Keywords are Latin-1, 1 to 79 characters.
        compress: Whether to spend about eight times the CPU time on a file that is a quarter to a half smaller: for
            a picture to keep or send, not for a run's thousands of frames.

    Raises:
        OSError: The disk is full or the folder cannot be written to; nothing is left behind. What to do about it
            depends on how many frames are still to come, which only the caller knows.
        ValueError: The frame is no picture, or a keyword is not allowed.
    """
    if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
        raise ValueError(f"expected an RGB frame in 8 bits, found shape {frame.shape} and type {frame.dtype}")
    # Not synced to the platter: that costs more than drawing on slow disks, and a reader notices a torn file.
    write_atomically(Path(path), _png_pieces(frame, text, compress), sync=False)


def read_png(path: Path) -> Frame:
    """Return the frame that `write_png` wrote, bit for bit.

    Raises:
        VideoError: The file is missing, torn or damaged.
    """
    from PIL import Image

    data = _bytes_of(path)
    # Pillow does not compare the checksums of picture data, and these frames decide what a resumed run draws.
    for _ in _chunks(path, data):
        pass
    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as image:
            return np.array(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError) as error:
        raise VideoError(_damaged(path, str(error))) from None


def read_text(path: Path) -> dict[str, str]:
    """Return the texts of a PNG, keyword -> text.

    Raises:
        VideoError: The file is missing, torn or damaged.
    """
    texts = {}
    for kind, body in _chunks(path, _bytes_of(path)):
        keyword, _, rest = body.partition(b"\0")
        if kind == b"tEXt":
            texts[keyword.decode("latin-1")] = rest.decode("latin-1")
        elif kind == b"iTXt":
            compressed, (_, _, value) = rest[:1] == b"\1", rest[2:].split(b"\0", 2)
            texts[keyword.decode("latin-1")] = (zlib.decompress(value) if compressed else value).decode("utf-8")
    return texts


def _png_pieces(frame: Frame, text: Mapping[str, str], compress: bool) -> list[bytes]:
    width, height = size_of(frame)
    # Chapter 11.2.1: width, height, bit depth, color type 2 (RGB), compression, filter and interlace methods.
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pieces = [_SIGNATURE, *_chunk(b"IHDR", header)]
    for keyword, value in text.items():
        pieces += _text_chunk(keyword, value)
    return [*pieces, *_chunk(b"IDAT", _pixels(frame, compress)), *_chunk(b"IEND", b"")]


def _pixels(frame: Frame, compress: bool) -> bytes:
    """Return the rows, each after its filter's number, as a zlib stream (chapters 7.3 and 10.1).

    At 512x512, by `benchmarks/bench_video.py`: stored 770 KB in about 1 ms; "up" rows with Huffman codes alone 320 to
    570 KB in 9 ms; OpenCV's lowest level is no smaller and takes 20 ms.
    """
    width, height = size_of(frame)
    rows = frame.reshape(height, width * 3)
    filtered = np.empty((height, 1 + width * 3), dtype=np.uint8)
    if not compress:
        filtered[:, 0] = _NO_FILTER
        filtered[:, 1:] = rows
        return zlib.compress(filtered.data, 0)
    filtered[:, 0] = _UP_FILTER
    filtered[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    # A first row that has none above it is "up" from zeros.
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_HUFFMAN_ONLY)
    return packer.compress(filtered.data) + packer.flush()


def _chunk(kind: bytes, body: bytes) -> tuple[bytes, bytes, bytes]:
    # Chapter 5.3: length, type, data, CRC-32 of type and data.
    checksum = zlib.crc32(body, zlib.crc32(kind))
    return struct.pack(">I", len(body)) + kind, body, struct.pack(">I", checksum)


def _text_chunk(keyword: str, value: str) -> tuple[bytes, bytes, bytes]:
    try:
        name = keyword.encode("latin-1")
    except UnicodeEncodeError:
        name = b""
    if not 1 <= len(name) <= 79 or b"\0" in name or "\0" in value:
        raise ValueError(f"expected a PNG keyword of 1 to 79 Latin-1 characters and no zero bytes, found {keyword!r}")
    try:
        return _chunk(b"tEXt", name + b"\0" + value.encode("latin-1"))
    except UnicodeEncodeError:
        # Chapter 11.3.3.4: not compressed, no language tag, no translated keyword.
        return _chunk(b"iTXt", name + b"\0\0\0\0\0" + value.encode("utf-8"))


def _bytes_of(path: Path) -> bytes:
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise VideoError(f"{path}: there is no such picture. Check the path and the spelling of the name.") from None
    except OSError as error:
        raise VideoError(f"{path}: the picture cannot be read ({error.strerror or error}).") from None


def _chunks(path: Path, data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (type, data) of every chunk but the last, each with its checksum compared, up to IEND."""
    if not data.startswith(_SIGNATURE):
        raise VideoError(_damaged(path, "it does not start as a PNG does"))
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        checksum = data[at + 8 + length : at + 12 + length]
        if checksum != struct.pack(">I", zlib.crc32(body, zlib.crc32(kind))):
            break
        if kind == b"IEND":
            return
        yield kind, body
        at += 12 + length
    raise VideoError(_damaged(path, "it ends too early or was changed"))


def _damaged(path: Path, why: str) -> str:
    return f"{path}: expected a whole PNG picture, but {why}. Delete the file; the frame is then drawn again."
