r"""File names judged as text, before anything on a disk is asked: the same rule on every system.

What a name may mean differs: on Windows `song.mp3:x` and `song.mp3::$DATA` are parts of `song.mp3`, `song.mp3.` is the
same file, `nul.mp4` is a device, `C:x` lies elsewhere, and even to *look at* `//host/share/x` signs the machine in at a
stranger's file server. A project has to open on every system, so a name inside one must be a name on all of them.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePath

from glance.errors import ProjectError
from glance.system.platform import WINDOWS

#: Names that Windows keeps for devices, with any ending (its "Naming Files, Paths, and Namespaces").
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])[ ]*(\..*)?", re.IGNORECASE | re.DOTALL)
_SIGNS = re.compile(r'[<>:"|?*\\/\x00-\x1f\x7f]')
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
#: What file systems take in one name, in bytes.
_LONGEST = 255
#: Files that systems put into folders by themselves.
_SYSTEM_FILES = frozenset(
    {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "$recycle.bin", "system volume information"}
)


def is_system_file(name: str) -> bool:
    """Return whether a name in a folder is a system's: hidden (`.DS_Store`, a Mac's `._song.wav`) or a cache."""
    return name.startswith(".") or name.casefold() in _SYSTEM_FILES


def own_entries(folder: Path) -> list[Path]:
    """Return what lies in a folder but for what systems put there by themselves, sorted by name.

    Raises:
        OSError: The folder cannot be read.
    """
    return sorted(path for path in folder.iterdir() if not is_system_file(path.name))


def safe_relative(text: str, field: str = "") -> str:
    """Return the path of a file inside a folder, its parts joined by `/`, judged as text alone.

    Args:
        text: The path, relative to the folder, with `/` between its parts; one `/` may end it.
        field: Where it stands in a project, for the message.

    Raises:
        ProjectError: It names no file, or none inside the folder, on one system or another.
    """
    parts = text.removesuffix("/").split("/")
    if not {"", ".", ".."}.isdisjoint(parts):
        message = f"{text[:80]!r} lies outside the project's own folder; add the file on the page instead"
        raise ProjectError(field, message)
    for part in parts:
        problem = _problem(part)
        if problem:
            raise ProjectError(field, f"{text[:80]!r} can be no file's name here: {problem}")
    return "/".join(parts)


def _problem(part: str) -> str:
    """Return why a name cannot be one inside a project; empty where it can."""
    sign = _SIGNS.search(part)
    if sign:
        return f"the sign {sign.group()!r} stands for something else on other systems"
    return _reserved(part)


def _reserved(part: str) -> str:
    if part[-1] in ". ":
        return "Windows drops a dot or blank at a name's end"
    if _DEVICE.fullmatch(part):
        return f"Windows keeps the name {part.split('.')[0].strip().upper()} for itself"
    if len(part.encode("utf-8", "surrogatepass")) > _LONGEST:
        return f"it is longer than {_LONGEST} bytes"
    return ""


def check_target(option: str, path: PurePath | None, *, windows: bool | None = None) -> None:
    """Raise ProjectError where a file that is to be made can have no such name.

    Called before any work, for a name that fails after an hour costs the hour. A `:` is a sign like others outside
    Windows, a device's name is refused everywhere: the video is to be sent to somebody.

    Args:
        option: What the person wrote it after, such as `-o`.
        path: The file; None for none.
        windows: Whether it is to be made on Windows; by default, whether this is Windows.
    """
    if path is None:
        return
    windows = WINDOWS if windows is None else windows
    parts = [part for part in path.parts[len(_anchor(path)) :] if part not in (".", "..")] if windows else [path.name]
    for part in filter(None, parts):
        sign = (_SIGNS if windows else _CONTROL).search(part)
        # A folder that is there was named by the system itself.
        problem = f"Windows does not take the sign {sign.group()!r}" if sign else _reserved(part)
        if problem:
            raise ProjectError(option, f"expected the name of a file, found {part!r}: {problem}. Choose another name")


def _anchor(path: PurePath) -> tuple[str, ...]:
    return (path.anchor,) if path.anchor else ()
