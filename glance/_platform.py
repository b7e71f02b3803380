"""What differs between systems, asked in one place."""

from __future__ import annotations

import socket
import sys

WINDOWS = sys.platform == "win32"
MAC = sys.platform == "darwin"


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
