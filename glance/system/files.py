"""The one place where files are written, replaced and deleted.

A file is written beside its final name, under one of its own (`.NAME.HOST-PID-TOKEN.part`), and takes the final name
only when it is whole. Who meets such a file later can tell whether its writer still lives. A virus scanner, a player, a
backup or a search index may hold any file for a moment, and on Windows it can then be neither replaced nor deleted: so
that is tried again for some seconds before it counts as an error.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import platform
import re
import secrets
import shutil
import stat
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from glance.system.platform import process_runs

#: How long to wait before each new try, in seconds: 3.9 altogether.
_WAITS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 1.0, 1.0)
#: Windows: access denied, sharing violation, a part of the file is locked.
_HELD_CODES = (5, 32, 33)
#: Leftovers that do not say whose they are (another machine's, an older version's) count as abandoned after that long.
_ABANDONED_S = 24 * 3600.0
_BLOCK = 1 << 20
_TAG = re.compile(r"\.([0-9a-f]{6})-(\d{1,10})-([0-9a-f]{4})[0-9a-f]{6}\.(?:part|old)$")

#: Tells one state of a file from another: device, number, size, time of change.
Stamp: TypeAlias = tuple[int, int, int, int]


def write_atomically(path: Path, data: bytes | Iterable[bytes], *, sync: bool = True) -> None:
    """Write a file whole or not at all; an older one of that name is replaced.

    Args:
        path: The file.
        data: Its bytes, at once or in pieces.
        sync: Whether to wait until the disk has it, so that a power cut cannot leave an empty file under the name.

    Raises:
        OSError: The disk is full, the folder cannot be written, or another program holds the older file for good.
            Nothing is left behind.
    """
    with part_of(path) as part:
        with part.open("xb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        replace(part, path)


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8, lines ending in `\\n` on every system; see `write_atomically`. Raises OSError."""
    write_atomically(path, text.encode("utf-8"))


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a JSON object, indented; see `write_atomically`. Raises OSError."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False))


@contextmanager
def part_of(path: Path) -> Iterator[Path]:
    """Give the name of an unfinished file beside `path`; whatever is left of it after the block is deleted."""
    part = part_path(path)
    try:
        yield part
    finally:
        # One that was finished bears another name by now.
        with suppress(OSError):
            remove(part)


def part_path(path: Path) -> Path:
    """Return a name beside `path` for its unfinished file, which no other writer has."""
    return path.with_name(f".{_fitting(path.name)}.{_tag()}.part")


def replace(part: Path, path: Path) -> None:
    """Give a finished file its name, over an older one; who holds either for a moment is waited for. Raises OSError."""
    _patiently(lambda: os.replace(part, path))  # noqa: PTH105 - Python 3.10's Path keeps a function of its own


def remove(path: Path) -> None:
    """Delete a file, waiting for whoever holds it for a moment; one that is not there is no error. Raises OSError."""
    _patiently(lambda: path.unlink(missing_ok=True))


def remove_tree(folder: Path) -> None:
    """Delete a folder of GLANCE's own with all that is in it; one that is not there is no error.

    It gets another name first, so that a new one can be made at once; what somebody still holds open is deleted by
    `sweep` later. A link is no folder: it stays, with what is behind it.

    Raises:
        OSError: Not even the name could be changed.
    """
    if folder.is_symlink() or not folder.is_dir():
        return
    old = old_path(folder)
    replace(folder, old)
    shutil.rmtree(old, ignore_errors=True)


def old_path(path: Path) -> Path:
    """Return a name beside `path` for what is about to be deleted."""
    return path.with_name(f".{_fitting(path.name)}.{_tag()}.old")


def sweep(folder: Path, name: str = "", *, keeps: Callable[[Path], bool] = lambda path: False) -> None:
    """Delete what killed processes have left in a folder of unfinished files and of folders about to be deleted.

    Args:
        folder: The folder; nothing below it is looked at.
        name: Only leftovers of a file of this name; empty for all.
        keeps: Asked for each leftover: whether it stays all the same.
    """
    try:
        found = list(folder.iterdir())
    except OSError:
        return
    for path in found:
        with suppress(OSError):
            if _is_leftover_of(path.name, name) and is_abandoned(path) and not keeps(path):
                _discard(path)


def is_leftover(name: str) -> bool:
    """Return whether a name is that of an unfinished file of this version, or of one about to be deleted."""
    return bool(_TAG.search(name))


def _is_leftover_of(found: str, name: str) -> bool:
    match = _TAG.search(found)
    # Earlier versions named them `.NAME.part`.
    stem = found[: match.start()] if match else found.removesuffix(".part") if found.endswith(".part") else ""
    return stem == f".{_fitting(name)}" if name else len(stem) > 1 and stem.startswith(".")


def is_abandoned(path: Path) -> bool:
    """Return whether nobody works on a leftover any more, by its name, else by its age. Raises OSError."""
    match = _TAG.search(path.name)
    if match and path.name.endswith(".old"):
        return True  # whoever was deleting it wants it gone
    if match and match[1] == _host():
        pid = int(match[2])
        # In a container this process may have the number of the one that was killed.
        return match[3] != _process() if pid == os.getpid() else not process_runs(pid)
    return time.time() - path.lstat().st_mtime > _ABANDONED_S


@contextmanager
def passing_folder(name: str) -> Iterator[Path]:
    """Make a folder among this machine's passing files for a `with` block; those of killed processes are deleted."""
    base = Path(tempfile.gettempdir())
    for path in base.glob(f"{name}-*"):
        with suppress(OSError):
            match = re.fullmatch(re.escape(name) + r"-([0-9a-f]{6})-(\d{1,10})-\w+", path.name)
            gone = match and match[1] == _host() and not process_runs(int(match[2]))
            if gone or time.time() - path.lstat().st_mtime > _ABANDONED_S:
                _discard(path)
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-{_host()}-{os.getpid()}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(part: Path, path: Path, expected: Stamp | None) -> Path:
    """Give a finished file its name, or the next free one, so that work of hours is never lost.

    Args:
        part: The finished file.
        path: The name it is meant for.
        expected: `stamp` of what may be replaced there; None for nothing.

    Returns:
        The name it has: `path`, or `NAME (2)` where another program holds the file there, or put one there meanwhile.

    Raises:
        OSError: No name could be given; `part` is left as it is.
    """
    if stamp(path) == expected:
        with suppress(OSError):
            replace(part, path)
            return path
    for name in numbered(path):
        with suppress(FileExistsError):
            os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY))  # it is ours from here on
            try:
                replace(part, name)
            except OSError:
                with suppress(OSError):
                    remove(name)
                raise
            return name
    raise AssertionError("there is always another number")


def stamp(path: Path) -> Stamp | None:
    """Return what tells a file from a later one of its name; None where there is none."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def numbered(path: Path) -> Iterator[Path]:
    """Yield `NAME (2).mp4`, `NAME (3).mp4` and so on, whether they are there or not."""
    for number in count(2):
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")


def is_free(path: Path) -> bool:
    """Return whether a new file under that name takes nothing from anybody: none is there, or an empty one."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == 0


def is_plain_file(path: Path) -> bool:
    """Return whether there is a file of that name that is no link."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def same_file(one: Path, other: Path) -> bool:
    """Return whether two paths name one file, or would on a disk that ignores case and forms of accents.

    Hard links count as one. Where one of the two is not there yet, their names decide, compared without case and in
    one form of Unicode (NFC): a disk of macOS or Windows would take a new file for the old one.
    """
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return _spelling(one) == _spelling(other)


def _spelling(path: Path) -> str:
    try:
        whole = str(path.resolve())
    except (OSError, ValueError, RuntimeError):  # a link to itself, a NUL
        whole = os.path.abspath(path)  # noqa: PTH100 - `Path.absolute` keeps `..`
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", whole).casefold())


def free_bytes(path: Path) -> int | None:
    """Return the room in bytes on the disk of a path that need not be there yet; None where the disk is not there."""
    for existing in (path, *path.absolute().parents):
        if existing.exists():
            return shutil.disk_usage(existing).free
    return None


def sha256_of(path: Path) -> str:
    """Return the SHA-256 hex digest of a file's bytes, read block by block. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def reason(error: OSError) -> str:
    """Return in words why a file could not be written, replaced or deleted, with what to look at."""
    text = str(error.strerror or error)
    if getattr(error, "winerror", None) in _HELD_CODES or error.errno == errno.EACCES:
        file = f"{Path(error.filename2 or error.filename).name}: " if error.filename2 or error.filename else ""
        text = (
            f"{text}; {file}another program has it open (a player, a viewer, OneDrive, a virus scanner), or it may not "
            "be written there. Close it in the other program, then try again"
        )
    return text


def _patiently(action: Callable[[], object]) -> None:
    for wait_s in _WAITS_S:
        try:
            action()
        except PermissionError:
            time.sleep(wait_s)
        else:
            return
    action()


def _discard(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _fitting(name: str) -> str:
    """Return as much of a name as leaves room for a tag: file systems take 255 bytes, three for each Hangul letter."""
    return os.fsencode(name)[:200].decode(errors="ignore") if len(os.fsencode(name)) > 200 else name


def _tag() -> str:
    return f"{_host()}-{os.getpid()}-{_process()}{secrets.token_hex(3)}"


@cache
def _process() -> str:
    return secrets.token_hex(2)


@cache
def _host() -> str:
    # Process numbers mean something on one machine only, and folders may lie on a disk that several use.
    return hashlib.sha256(platform.node().encode("utf-8", "replace")).hexdigest()[:6]
