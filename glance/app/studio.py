"""The page alone, without a WebUI: a small server on this machine, the embedded painter, and the browser.

run_studio(folder)          what `glance studio` does
studio_app(folder)          the same as an ASGI app, for tests and for other servers
"""

from __future__ import annotations

import re
import threading
import webbrowser
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from glance.app.allowed_routes import OwnAddresses
from glance.app.host import Host, StandaloneHost
from glance.app.routes import PREFIX, attach
from glance.app.service import StudioService
from glance.errors import GlanceError
from glance.system.packages import explain
from glance.system.platform import is_free_port
from glance.system.telemetry import silence

_HEAD = (
    f'<link rel="stylesheet" href="{PREFIX.lstrip("/")}/static/style.css">'
    f'<script type="module" src="{PREFIX.lstrip("/")}/static/javascript/glance.mjs"></script>'
)
#: What gradio's page asks other machines for: fonts, and a script for pages inside pages. The studio needs neither.
_OUTSIDE = re.compile(rb'<(?:link|script)\b[^>]*\b(?:href|src)="https?://[^"]*"[^>]*>(?:\s*</script>)?', re.IGNORECASE)
_LAST_PORT = 65535
_SERVED_NAMES = ["127.0.0.1", "localhost", "[::1]", "::1", "testserver"]

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]


def run_studio(folder: Path, *, address: str = "127.0.0.1", port: int = 7861, browser: bool = True) -> None:
    """Serve the page until Ctrl-C.

    Args:
        folder: Where projects are kept.
        address: Address to listen on. Anything but this machine's own lets others in, without a password.
        port: First port to try; the next free one of twenty is taken.
        browser: Whether to open the page in the browser.

    Raises:
        GlanceError: gradio is not installed, or no port is free.
    """
    import uvicorn

    from glance.app.timeouts import ImpatientProtocol

    free = _free_port(address, port)
    app = studio_app(folder, names=[*_SERVED_NAMES, address])
    url = f"http://{address}:{free}/"
    server = uvicorn.Server(uvicorn.Config(app, host=address, port=free, log_level="warning", http=ImpatientProtocol))
    if browser:
        threading.Timer(1.0, webbrowser.open, [url]).start()
    print(f"GLANCE studio: {url}   (Ctrl-C ends it; projects are in {folder})")  # noqa: T201 - this is a command's output
    server.run()


def studio_app(folder: Path, *, host: Host | None = None, names: list[str] | None = None) -> Any:
    """Return the page and its routes as an ASGI app.

    Args:
        folder: Where projects are kept.
        host: What the page asks for pictures; the embedded painter by default.
        names: Names under which the page may be asked for. Others are refused, so that a foreign site whose name
            points to this machine reaches nothing.

    Raises:
        GlanceError: gradio is not installed.
    """
    silence()
    try:
        import gradio as gr
        from fastapi import FastAPI
        from starlette.middleware.trustedhost import TrustedHostMiddleware
    except ImportError as error:
        hint = (
            '; install it with: python -m pip install "gradio>=6.7,<7"'
            if isinstance(error, ModuleNotFoundError)
            else ""
        )
        raise GlanceError(f"the studio needs gradio, and {explain(error)}{hint}") from None
    from glance.app.gradio_page import build

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    attach(app, StudioService(host or StandaloneHost(folder)))
    page = build()
    # The fonts of gradio's own theme, on other machines; the page's own are on this one.
    page.stylesheets = []
    app = gr.mount_gradio_app(app, page, path="/")
    app.add_middleware(_OwnHead)
    app.add_middleware(OwnAddresses)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=names or _SERVED_NAMES)
    return app


class _OwnHead:
    """Puts the page's style sheet and module into gradio's HTML, and takes out what it would fetch from outside.

    The WebUIs do the first by themselves; gradio has a way of its own that changed with each major version.
    """

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        # A compressed page could not be read here.
        headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
        page = _Page(send)
        await self._app({**scope, "headers": headers}, receive, page.take)


class _Page:
    """Collects one answer, and sends it on when it is whole."""

    def __init__(self, send: _Send) -> None:
        self._send = send
        self._start: _Message = {}
        self._body = b""

    async def take(self, message: _Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = self._body
        if b"<head" in body:
            body = _OUTSIDE.sub(b"", body).replace(b"</head>", _HEAD.encode() + b"</head>", 1)
        headers = [(name, value) for name, value in self._start["headers"] if name.lower() != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _free_port(address: str, first: int) -> int:
    if not 1 <= first <= _LAST_PORT:
        raise GlanceError(f"--port: expected a number from 1 to {_LAST_PORT}, found {first}")
    last = min(first + 19, _LAST_PORT)
    for port in range(first, last + 1):
        if is_free_port(address, port):
            return port
    raise GlanceError(f"no port from {first} to {last} is free; name another one with --port")
