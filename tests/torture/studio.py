"""A studio in a process of its own, asked as a page asks it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_PATIENCE_S = 120.0


@dataclass(frozen=True)
class Studio:
    """A running studio.

    Attributes:
        port: Where it listens on this machine.
        process: Its process.
    """

    port: int
    process: subprocess.Popen[bytes]

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send one request below `/glance/v1`; return status and JSON, or bytes where it is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_S)
        try:
            data = json.dumps(body).encode() if isinstance(body, dict) else body
            connection.request(method, f"/glance/v1{path}", data, {"X-Glance": "1"})
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        try:
            return response.status, json.loads(answer)
        except ValueError:
            return response.status, answer

    def memory_mb(self) -> int:
        """Return what it holds in memory now; 0 where the system does not tell (Linux does)."""
        try:
            text = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        except OSError:
            return 0
        return int(text.split("VmRSS:")[1].split()[0]) // 1024


@contextmanager
def running_studio(shelf: Path) -> Iterator[Studio]:
    """Run `glance studio` on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["studio", "--folder", str(shelf), "--port", str(port), "--no-browser"]
    process = subprocess.Popen(
        [sys.executable, "-m", "glance", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    studio = Studio(port, process)
    try:
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            try:
                if studio.ask("GET", "/words/ko_KR")[0] == 200:
                    break
            except OSError:
                time.sleep(0.2)
        yield studio
    finally:
        process.terminate()
        process.wait(30)
