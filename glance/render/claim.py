"""One render at a time in a run folder: two at once would mix their frames, and neither would know."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from glance.errors import RunError
from glance.render.run_folder import disk_error


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold a run folder for the length of a `with` block. A crash lets go of it, as the system does the holding.

    Raises:
        RunError: Another render holds it, or its mark cannot be written.
    """
    mark = folder.with_name(f".{folder.name}.lock")
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(mark, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise disk_error(error, mark.parent, 0) from None
    try:
        if not _locked(handle):
            raise RunError(f"another GLANCE is drawing into {folder} just now; wait for it, or stop it first")
        try:
            yield
        finally:
            with suppress(OSError):
                mark.unlink()  # where the system lets nobody delete an open file, it stays, empty and held by nobody
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    """Try to lock an open file, and return whether it worked; closing the file gives it back."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
