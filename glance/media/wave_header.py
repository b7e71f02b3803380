"""What the header of a WAV file promises, which FFmpeg corrects in silence where the file is cut short."""

from __future__ import annotations

import struct
from pathlib import Path

#: Chunks looked through before the sound; a sane file has a dozen.
_MAX_CHUNKS = 200
#: Sizes that mean "not known yet": what a recorder writes before it knows.
_OPEN_SIZES = (0, 0x7FFFFFFF, 0xFFFFFFFF)


def wave_length_s(path: Path) -> float:
    """Return the length in seconds that a RIFF or RF64 header states; 0 where it states none."""
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] not in (b"RIFF", b"RF64") or head[8:] != b"WAVE":
            return 0.0
        bytes_a_second, large = 0, 0
        for _ in range(_MAX_CHUNKS):
            chunk = file.read(8)
            if len(chunk) < 8:
                return 0.0
            name, size = struct.unpack("<4sI", chunk)
            if name == b"data":
                size = large if size == 0xFFFFFFFF and large else size
                return 0.0 if size in _OPEN_SIZES or not bytes_a_second else size / bytes_a_second
            # Chunks are filled up to an even length.
            body = file.read(size + size % 2) if name in (b"fmt ", b"ds64") and size < 1 << 16 else b""
            if name == b"fmt " and len(body) >= 12:
                bytes_a_second = int(struct.unpack("<I", body[8:12])[0])
            elif name == b"ds64" and len(body) >= 16:
                large = int(struct.unpack("<Q", body[8:16])[0])
            elif not body:
                file.seek(size + size % 2, 1)
    return 0.0
