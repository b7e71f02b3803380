"""Many pages at once on a real server: no error, and a memory that does not grow."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.song_files import write_clicks
from tests.torture.studio import Studio


@dataclass
class Load:
    """What came of it.

    Attributes:
        requests: Requests answered.
        errors: What was neither 200 nor, for a save of another's newest state, 409.
        slowest_s: The slowest answer.
        memory_mb: The server's memory, once a second or so.
    """

    requests: int = 0
    errors: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    memory_mb: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the figures in one line."""
        half = self.memory_mb[len(self.memory_mb) // 2 :]
        grown = (half[-1] - half[0]) if half else 0
        return (
            f"clients: {self.requests} requests, {len(self.errors)} errors {self.errors[:3]}, slowest "
            f"{self.slowest_s:.2f} s, memory {self.memory_mb[:1]} to {self.memory_mb[-1:]} MB, {grown} MB more in its "
            "second half"
        )


def many_clients(studio: Studio, folder: Path, clients: int, seconds: float) -> Load:
    """Let clients look, save, watch and preview for some seconds; each has a project of its own."""
    song = write_clicks(folder / "song.wav", duration_s=2.0, every_s=0.5).read_bytes()
    load, lock = Load(), threading.Lock()
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_client, args=(studio, song, number, end, load, lock)) for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        load.memory_mb.append(studio.memory_mb())
        time.sleep(min(2.0, seconds / 20))
    for thread in threads:
        thread.join()
    return load


def _client(studio: Studio, song: bytes, number: int, end: float, load: Load, lock: threading.Lock) -> None:
    def ask(method: str, path: str, body: Any = None) -> Any:
        begun = time.monotonic()
        try:
            status, answer = studio.ask(method, path, body)
        except (OSError, http.client.HTTPException) as error:
            status, answer = 0, repr(error)
        spent = time.monotonic() - begun
        with lock:
            load.requests += 1
            load.slowest_s = max(load.slowest_s, spent)
            if status != 200:
                load.errors.append(f"{method} {path}: {status} {str(answer)[:200]}")
        return answer if status == 200 else {}

    made = ask("POST", f"/projects?name=song{number}.wav", song)
    task = ask("POST", f"/projects/{made.get('id')}/listen")
    _followed(studio, task)
    turn = 0
    while time.monotonic() < end:
        turn += 1
        opened = ask("GET", f"/projects/{made.get('id')}")
        if not opened:
            continue
        project = opened["project"] | {"theme": f"turn {turn}"}
        saved = {"project": project, "channels": ["zoom"], "revision": opened["revision"], "tab": str(number)}
        ask("POST", f"/projects/{made['id']}/save", saved)
        ask("GET", "/welcome")
        if turn % 5 == number % 5:
            _followed(studio, ask("POST", f"/projects/{made['id']}/preview", {"project": project, "span": [0, 0.5]}))
        time.sleep(0.05)


def _followed(studio: Studio, task: dict[str, Any]) -> None:
    """Watch a task to its end, as a page does."""
    if not task:
        return
    connection = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=120)
    try:
        connection.request("GET", f"/glance/v1/tasks/{task['id']}/events")
        response = connection.getresponse()
        while line := response.readline():
            if line.startswith(b"data: ") and json.loads(line[6:])["status"] != "running":
                return
    except (OSError, http.client.HTTPException):
        return
    finally:
        connection.close()
