"""The studio as a test's own server: `python -m tests.ui.serve FOLDER`; prints its address, ends with its input."""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path


def main(folder: Path) -> None:
    import uvicorn

    from glance.ui.studio import studio_app

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(studio_app(folder), host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.05)
    sys.stdout.write(f"http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.should_exit = True
    thread.join(10)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
