"""What shows that a video or a frame is GLANCE's own: only such a file may be replaced or deleted unasked."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

from glance.errors import VideoError
from glance.system.files import is_free, is_plain_file

#: Under this name a plan's fingerprint is written into its frames, and into its videos.
KEY = "glance_fingerprint"
_LINE = re.compile(rf"^{KEY}: ([0-9a-f]{{64}})$", re.MULTILINE)
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def video_fingerprint(path: Path) -> str:
    """Return the fingerprint of the plan that a video of GLANCE was made from; empty for any other file.

    A video that another program has cut or packed anew is no longer GLANCE's, even if it kept the comment.
    """
    from glance.media.video_reader import opened

    if not is_plain_file(path):
        return ""
    try:
        with opened(path) as container:
            tags = dict(container.metadata)
    except VideoError:
        return ""
    # FFmpeg signs what it writes, and so do editors; GLANCE's writer leaves that out.
    if any(name in tags for name in ("encoder", "encoded_by", "software")):
        return ""
    found = _LINE.search(tags.get("comment", ""))
    return found[1] if found else ""


def may_replace_video(path: Path) -> bool:
    """Return whether a video may be written under that name without taking anything from a person."""
    return is_free(path) or bool(video_fingerprint(path))


def is_own_picture(path: Path) -> bool:
    """Return whether a PNG is a plot or a sheet that GLANCE made."""
    from glance.media.images import read_text

    if not is_plain_file(path):
        return False
    try:
        return read_text(path).get("Software", "").startswith("GLANCE ")
    except (VideoError, ValueError, zlib.error):
        return False


def is_own_frame(path: Path) -> bool:
    """Return whether a PNG is a frame that GLANCE drew, or what a power cut has left of one.

    A picture that another program has written, or a link, is none.
    """
    if not is_plain_file(path):
        return False
    try:
        with path.open("rb") as file:
            head = file.read(len(_SIGNATURE))
            if head != _SIGNATURE:
                return not head.strip(b"\0")  # a name whose content never reached the disk
            while True:
                chunk = file.read(8)
                kind, length = chunk[4:], int.from_bytes(chunk[:4], "big")
                if len(chunk) < 8:
                    return True  # torn before its first pixel
                if kind not in (b"IHDR", b"tEXt", b"iTXt"):
                    return False
                body = file.read(min(length, len(KEY) + 1))
                if body == KEY.encode() + b"\0":
                    return True
                file.seek(length - len(body) + 4, 1)
    except OSError:
        return False
