"""The page alone, without a WebUI: a small server on this machine, the embedded painter, and the browser.

run_studio(folder)          what `glance studio` does
studio_app(folder)          the same as an ASGI app, for tests and for other servers
"""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glance.app.host import Host, StandaloneHost
from glance.app.page import document
from glance.errors import GlanceError
from glance.system.packages import explain
from glance.system.platform import is_free_port

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_LAST_PORT = 65535
_SERVED_NAMES = ["127.0.0.1", "localhost", "[::1]", "::1", "testserver"]
#: No other site may show the page in a frame of its own, and lead clicks to it.
_HEADERS = [(b"content-security-policy", b"frame-ancestors 'self'"), (b"x-frame-options", b"SAMEORIGIN")]

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
        GlanceError: The server's packages are not installed, or no port is free.
    """
    free = _free_port(address, port)
    app = studio_app(folder, names=[*_SERVED_NAMES, address])
    try:
        import uvicorn

        from glance.app.timeouts import ImpatientProtocol
    except ImportError as error:
        raise _without_server(error) from None
    url = f"http://{address}:{free}/"
    server = uvicorn.Server(uvicorn.Config(app, host=address, port=free, log_level="warning", http=ImpatientProtocol))
    if browser:
        threading.Timer(1.0, webbrowser.open, [url]).start()
    print(f"GLANCE studio: {url}   (Ctrl-C ends it; projects are in {folder})")  # noqa: T201 - this is a command's output
    server.run()


def studio_app(folder: Path, *, host: Host | None = None, names: list[str] | None = None) -> Any:
    """Return the page and its addresses as an ASGI app.

    Args:
        folder: Where projects are kept.
        host: What the page asks for pictures; the embedded painter by default.
        names: Names under which the page may be asked for. Others are refused, so that a foreign site whose name
            points to this machine reaches nothing.

    Raises:
        GlanceError: Starlette is not installed.
    """
    try:
        from starlette.applications import Starlette
        from starlette.exceptions import HTTPException
        from starlette.middleware.trustedhost import TrustedHostMiddleware
        from starlette.routing import Route
    except ImportError as error:
        raise _without_server(error) from None
    from glance.app.routes import attach
    from glance.app.service import StudioService

    app = Starlette(routes=[Route("/", _page)], exception_handlers={HTTPException: _nothing_here})
    attach(app, StudioService(host or StandaloneHost(folder)))
    app.add_middleware(_Framed)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=names or _SERVED_NAMES)
    return app


async def _page(request: Request) -> Response:
    from starlette.responses import HTMLResponse

    return HTMLResponse(document(), headers={"Cache-Control": "no-cache"})


async def _nothing_here(request: Request, error: Any) -> Response:
    from glance.app.http import json_response

    said = "There is nothing here." if error.status_code == 404 else str(error.detail)
    return json_response({"detail": said}, error.status_code)


class _Framed:
    """Adds to every answer who may show it in a frame."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        async def framed(message: _Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *_HEADERS]}
            await send(message)

        await self._app(scope, receive, framed)


def _without_server(error: ImportError) -> GlanceError:
    hint = (
        '; install it with: python -m pip install "starlette>=0.27" "uvicorn>=0.23"'
        if isinstance(error, ModuleNotFoundError)
        else ""
    )
    return GlanceError(f"the studio needs a small server, and {explain(error)}{hint}")


def _free_port(address: str, first: int) -> int:
    if not 1 <= first <= _LAST_PORT:
        raise GlanceError(f"--port: expected a number from 1 to {_LAST_PORT}, found {first}")
    last = min(first + 19, _LAST_PORT)
    for port in range(first, last + 1):
        if is_free_port(address, port):
            return port
    raise GlanceError(f"no port from {first} to {last} is free; name another one with --port")
