"""One render at a time in a run folder: two at once would mix their frames, and neither would know."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from glance.errors import RunError
from glance.render.disk import disk_error

if TYPE_CHECKING:
    from filelock import BaseFileLock

#: How often a mark may be deleted by another render while it is being locked here.
_TRIES = 20


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Hold a run folder for the length of a `with` block. A crash lets go of it, as the system does the holding.

    Raises:
        RunError: Another render holds it, or its mark cannot be written.
    """
    mark = folder.with_name(f".{folder.name}.lock")
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        lock = next(filter(None, (_locked(mark) for _ in range(_TRIES))), None)
    except TimeoutError:
        lock = None
    except NotImplementedError:
        raise RunError(f"the disk of {folder} knows no locks; choose a run folder on another one") from None
    except OSError as error:
        raise disk_error(error, mark.parent, 0) from None
    if lock is None:
        raise RunError(f"another GLANCE is drawing into {folder} just now; wait for it, or stop it first")
    try:
        yield
    finally:
        if not _deletes_its_mark():
            with suppress(OSError):
                mark.unlink()  # Windows lets nobody delete an open file; there the lock does it once it is released
        lock.release()


def _locked(mark: Path) -> BaseFileLock | None:
    """Lock a mark, and return the lock; None where the mark was deleted meanwhile, so that the lock guards nothing.

    Raises:
        TimeoutError: Another process holds it.
        OSError: It cannot be written.
    """
    from filelock import FileLock, Timeout

    # Whoever lets go deletes the mark, so a file may be locked that others no longer see under its name. This one is
    # open before the lock is taken: if it is still the one of that name afterwards, the lock is on it and on no other.
    seen = os.open(mark, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        lock = FileLock(mark)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise TimeoutError from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(seen), mark.stat()):
                return lock
        lock.release()
        return None
    finally:
        os.close(seen)


@cache
def _deletes_its_mark() -> bool:
    """Return whether this version of filelock deletes the file when it lets go; between versions that changed twice."""
    from filelock import FileLock

    try:
        with tempfile.TemporaryDirectory(prefix="glance-lock-") as folder:
            mark = Path(folder) / "mark"
            with FileLock(mark):
                pass
            return not mark.exists()
    except OSError:
        return True  # no room to find out; a mark that stays does no harm, one that is deleted twice would
