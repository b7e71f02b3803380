"""A computer that draws does not go to sleep because nobody touches a key. Its display may go dark.

Windows is told by a thread, for as long as that thread lives; macOS by `caffeinate`; Linux by `systemd-inhibit`, where
it is there. Whatever refuses is left alone: then it is as without.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from glance.system.platform import MAC, WINDOWS

#: How long a computer is held awake after the end, so that a program that goes on at once finds it awake.
AFTER_S = 60.0
# SetThreadExecutionState, "winbase.h".
_ES_CONTINUOUS = 0x80000000
_ES_SYSTEM_REQUIRED = 0x00000001


@contextmanager
def awake(wanted: bool = True) -> Iterator[None]:
    """Keep this computer from sleeping while the block runs, and a minute longer; also when it ends with an error.

    Args:
        wanted: Whether the person wants that; else nothing happens.
    """
    if not wanted:
        yield
        return
    over = threading.Event()
    threading.Thread(target=_hold, args=(over,), name="glance-awake", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _hold(over: threading.Event) -> None:
    release = hold_awake()
    over.wait()
    # A daemon's wait: at the program's end everything is let go at once.
    threading.Event().wait(AFTER_S)
    release()


def hold_awake() -> Any:
    """Ask the system not to sleep, from the thread that will call what is returned: it lets go again."""
    if WINDOWS:
        return _hold_windows()
    command = _command()
    if command is None:
        return _nothing
    try:
        # The command is words of ours; its input ends when this process does, however that ends.
        held = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
    except OSError:
        return _nothing

    def release() -> None:
        with suppress(OSError):
            if held.stdin is not None:
                held.stdin.close()
            held.terminate()
            held.wait(5.0)

    return release


def _nothing() -> None:
    """Let nothing go."""


def _hold_windows() -> Any:
    import ctypes

    system: Any = getattr(ctypes, "windll", None)
    if system is None:
        return _nothing
    tell = system.kernel32.SetThreadExecutionState
    tell(_ES_CONTINUOUS | _ES_SYSTEM_REQUIRED)
    return lambda: tell(_ES_CONTINUOUS)


def _command() -> list[str] | None:
    if MAC:
        return ["/usr/bin/caffeinate", "-i", "-w", str(os.getpid())]
    inhibit, until_closed = shutil.which("systemd-inhibit"), shutil.which("cat")
    if inhibit is None or until_closed is None:
        return None
    return [inhibit, "--what=idle:sleep", "--who=GLANCE", "--why=A video is being drawn", "--mode=block", until_closed]
