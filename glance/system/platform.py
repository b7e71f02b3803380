"""What differs between systems, asked in one place."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from pathlib import Path

WINDOWS = sys.platform == "win32"
MAC = sys.platform == "darwin"


def cache_folder() -> Path:
    """Return where GLANCE keeps analyses, examples and measured models outside a WebUI.

    `GLANCE_CACHE`, else the place for caches, else for passing files.
    """
    if os.environ.get("GLANCE_CACHE"):
        return Path(os.environ["GLANCE_CACHE"])
    base = os.environ.get("LOCALAPPDATA") if WINDOWS else os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "glance"
    except RuntimeError:  # an account without a home, as services have
        return Path(tempfile.gettempdir()) / "glance"


def is_free_port(address: str, port: int) -> bool:
    """Return whether a server can listen at a port of this machine.

    It is bound for a moment. To connect instead takes two seconds for each free port on Windows.
    """
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        # Without it, Windows lets two programs listen at one port; elsewhere a port that was just left counts as free.
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR if exclusive is None else exclusive, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


#: Windows: enough to ask a process for its exit code (OpenProcess), and the code of one that has none yet.
_QUERY_LIMITED, _STILL_ACTIVE = 0x1000, 259


def process_runs(pid: int) -> bool:
    """Return whether a process of that number runs on this machine; in doubt, yes."""
    if pid <= 0:
        return False
    if sys.platform == "win32":
        return _runs_on_windows(pid)
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True  # somebody else's
    return True


def _runs_on_windows(pid: int) -> bool:
    # `os.kill(pid, 0)` would send Ctrl-C there.
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined, unused-ignore]
    handle = kernel.OpenProcess(_QUERY_LIMITED, False, pid & 0xFFFFFFFF)
    if not handle:
        return False
    code = ctypes.c_ulong()
    known = kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return not known or code.value == _STILL_ACTIVE
