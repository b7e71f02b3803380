"""Where a test's own server listens."""

from __future__ import annotations

import socket
import sys
import threading
from typing import Any


def serve(app: Any) -> None:
    """Serve an ASGI app on a free port of this machine, print its address, and end with the input."""
    import uvicorn

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.05)
    sys.stdout.write(f"http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.should_exit = True
    thread.join(10)
