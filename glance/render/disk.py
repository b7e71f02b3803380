"""What a full, missing or locked disk says to a person."""

from __future__ import annotations

import errno
from pathlib import Path

from glance.errors import RunError
from glance.system.files import free_bytes, reason


def require_space(path: Path, needed: int, what: str) -> None:
    """Raise RunError when the disk has no room for that many bytes of `what` below a path."""
    free = free_bytes(path)
    if free is None:
        raise RunError(f"there is no disk {path.anchor or path} just now; connect it, or choose another folder")
    if needed > free:
        raise RunError(
            f"the disk of {path} has {_megabytes(free)} free, and {what} need about {_megabytes(needed)}; "
            "make room, choose another folder, or a smaller size"
        )


def disk_error(error: OSError, path: Path, needed: int) -> RunError:
    """Return a RunError in words for an operating system's error while writing below `path`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        room = f"; about {_megabytes(needed)} more are needed" if needed else ""
        return RunError(f"the disk of {path} is full{room}. What was drawn is kept: make room, then resume")
    return RunError(f"cannot write in {path}: {reason(error)}")


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"
