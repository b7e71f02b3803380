"""Asks an ASGI app in this process, without a server and without a client library."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


def ask(
    app: Any,
    method: str,
    address: str,
    *,
    body: bytes = b"",
    data: Any = None,
    headers: dict[str, str] | None = None,
    told: list[int] | None = None,
    piece: int = 2**40,
    ends: bool = True,
) -> Answer:
    """Send one request.

    Args:
        app: The app.
        method: HTTP method.
        address: Path and query.
        body: The body.
        data: Sent as JSON, in place of a body.
        headers: Headers.
        told: Gets the number of bytes of each piece that the app read.
        piece: Bytes of the pieces in which the body is sent.
        ends: Whether the body ends; else the app waits for more of it.
    """
    sent = dict(headers or {})
    if data is not None:
        body = json.dumps(data).encode()
        sent["content-type"] = "application/json"
    parts = urlsplit(address)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "root_path": "",
        "query_string": parts.query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    pieces = [body[start : start + piece] for start in range(0, len(body), piece)] or [b""]
    messages = [{"type": "http.request", "body": each, "more_body": True} for each in pieces]
    messages[-1]["more_body"] = not ends
    return asyncio.run(_ask(app, scope, messages, told if told is not None else []))


async def _ask(app: Any, scope: dict[str, Any], messages: list[dict[str, Any]], told: list[int]) -> Answer:
    messages.reverse()
    got: list[dict[str, Any]] = []
    finished = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if messages:
            message = messages.pop()
            told.append(len(message["body"]))
            return message
        await finished.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        got.append(message)

    await app(scope, receive, send)
    finished.set()
    start = next(message for message in got if message["type"] == "http.response.start")
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], headers, b"".join(message.get("body", b"") for message in got))
