"""Opening a folder in the file manager, where the page and the person are on the same machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from glance._platform import MAC
from glance.errors import ProjectError

_OWN_NAMES = ("127.0.0.1", "localhost", "::1")


def is_local(client: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request came from this machine's own browser.

    Args:
        client: The address it came from.
        headers: Its headers; a proxy in between names the one it asks for, or speaks of the machine behind it.
    """
    name = urlsplit(f"//{headers.get('host', '')}").hostname
    forwarded = "forwarded" in headers or any(key.startswith("x-forwarded") for key in headers)
    return client in _OWN_NAMES and name in _OWN_NAMES and not forwarded


def can_open() -> bool:
    """Return whether this machine has a desktop with a file manager."""
    return _command(Path()) is not None or hasattr(os, "startfile")


def open_folder(folder: Path) -> None:
    """Open a folder in this machine's file manager.

    Raises:
        ProjectError: It is not there, or there is no file manager.
    """
    if not folder.is_dir():
        raise ProjectError("", f"the folder {folder} is not there any more")
    starter: Any = getattr(os, "startfile", None)
    command = _command(folder)
    try:
        if starter is not None:
            # With a backslash at its end, or `001` could start a program `001.exe` beside it.
            starter(os.path.join(folder, ""))  # noqa: PTH118 - a Path drops the end that is meant
        elif command is not None:
            # The command is a word of ours and one absolute path of a folder that is there; no shell reads it.
            nowhere = subprocess.DEVNULL
            subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere)  # noqa: S603
        else:
            raise ProjectError("", f"this machine has no file manager; the folder is {folder}")
    except OSError as error:
        raise ProjectError("", f"the folder {folder} cannot be opened: {error.strerror or error}") from None


def _command(folder: Path) -> list[str] | None:
    """Return what opens a folder here, but for Windows; None where nothing does."""
    if MAC:
        return ["/usr/bin/open", str(folder)]
    desktop = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    opener = shutil.which("xdg-open")
    return [opener, str(folder)] if desktop and opener else None
