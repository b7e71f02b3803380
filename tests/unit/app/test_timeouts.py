"""Connections to the studio that say nothing, or half a request, are dropped; those that wait for an answer are not."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

uvicorn = pytest.importorskip("uvicorn")


async def slow_app(scope: Any, receive: Any, send: Any) -> None:
    """Answer to /slow after a second without a word; to /refused at once, without reading the body."""
    if scope["path"] == "/slow":
        await asyncio.sleep(1.0)
    elif scope["path"] == "/read":
        while (await receive()).get("more_body"):
            pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    from glance.app import timeouts as patience

    monkeypatch.setattr(patience, "SILENCE_S", 0.3)
    config = uvicorn.Config(
        slow_app, port=0, log_level="critical", http=patience.ImpatientProtocol, lifespan="off", timeout_keep_alive=60
    )
    server = uvicorn.Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(20)


HEAD = "Host: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ("", b""),
        ("POST /read HTTP/1.1\r\nHost: 127.", b""),
        (f"POST /read HTTP/1.1\r\n{HEAD}ab", b""),
        (f"POST /refused HTTP/1.1\r\n{HEAD}ab", b"ok"),
    ],
    ids=["nothing", "half a header", "half a body", "half a body that nobody reads"],
)
def test_a_connection_that_falls_silent_is_dropped(port: int, sent: str, answer: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as link:
        link.sendall(sent.encode())
        got = b""
        while part := link.recv(1000):  # until the other side ends it
            got += part
    assert got.endswith(answer) if answer else got == b""


def test_who_waits_for_a_slow_answer_is_not_dropped(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as link:
        link.sendall(b"GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        got = b""
        while part := link.recv(1000):
            got += part
    assert got.endswith(b"ok")


def test_a_body_that_comes_slowly_but_steadily_is_read(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as link:
        link.sendall(b"POST /read HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 8\r\nConnection: close\r\n\r\n")
        for _ in range(8):
            time.sleep(0.1)
            link.sendall(b"x")
        got = link.recv(1000)
    assert got.startswith(b"HTTP/1.1 200")
