"""Ogg files that hold one stream after the other, as recordings of web radios do.

"Chaining" is part of the format (RFC 3533, chapter 4): each link begins with pages that are marked as the beginning of
a stream. FFmpeg refuses, or stops, where a link has another rate than the one before it; each link read as a file of
its own is read whole.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO, NamedTuple

#: Capture pattern, version, flags, and what else stands before the table of segments, in bytes.
_HEADER = 27
_MARK = b"OggS"
_BEGINS = 0x02
#: More links than any recording has; what lies behind belongs to the last.
_MAX_LINKS = 10_000


class OggLink(NamedTuple):
    """The bytes `[start, end)` of a file that hold one link of its chain."""

    start: int
    end: int


def ogg_links(path: Path) -> tuple[OggLink, ...]:
    """Return the links of a chained Ogg file; empty for a file that is no Ogg or has only one link."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(4) != _MARK:
            return ()
        starts = _starts(file, size)
    ends = [*starts[1:], size]
    return tuple(OggLink(*span) for span in zip(starts, ends, strict=True)) if len(starts) > 1 else ()


def _starts(file: BinaryIO, size: int) -> list[int]:
    """Return where links begin: at a beginning page that follows a page of another kind."""
    starts: list[int] = []
    position, beginning = 0, False
    while position + _HEADER <= size and len(starts) < _MAX_LINKS:
        file.seek(position)
        header = file.read(_HEADER)
        if header[:4] != _MARK:
            found = _next_mark(file, position + 1)
            if found is None:
                break
            position = found
            continue
        begins = bool(header[5] & _BEGINS)
        if begins and not beginning:
            starts.append(position)
        beginning = begins
        position += _HEADER + header[26] + sum(file.read(header[26]))
    return starts


def _next_mark(file: BinaryIO, position: int) -> int | None:
    """Return the place of the next page behind damaged bytes, None where there is none."""
    file.seek(position)
    tail = b""
    while block := file.read(1 << 16):
        data = tail + block
        found = data.find(_MARK)
        if found >= 0:
            return position - len(tail) + found
        position += len(block)
        tail = data[-3:]
    return None


class FilePart(io.RawIOBase):
    """The bytes `[start, end)` of an open file as a file of their own, read-only."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._start, self._end = file, start, end
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a place counted from the part's start, from here, or from its end."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._end - self._start}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        """Return the place, counted from the part's start."""
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, all that are left for a negative size."""
        left = max(0, self._end - self._start - self._position)
        self._file.seek(self._start + self._position)
        data = self._file.read(left if size < 0 else min(size, left))
        self._position += len(data)
        return data
