"""What the studio's server answers at all.

gradio brings addresses of its own: for uploads, for running functions, for files. The page uses none of them, and some
take files from any site's form, without a limit. Only those that its script needs to start are let through.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from glance.app.routes import PREFIX

_Message = MutableMapping[str, Any]
_App = Callable[..., Awaitable[None]]
#: What gradio's script asks for when the page is opened: its own files, and what the page looks like.
_GRADIO_FOLDERS = ("/assets/", "/static/", "/svelte/")
_GRADIO_ADDRESSES = frozenset(
    {"/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/gradio_api/info", "/gradio_api/app_id"}
)
#: No other site may show the page in a frame of its own, and lead clicks to it.
_HEADERS = [(b"content-security-policy", b"frame-ancestors 'self'"), (b"x-frame-options", b"SAMEORIGIN")]


class OwnAddresses:
    """Lets GLANCE's own addresses through, and of gradio's those for looking at the page; all else is 404."""

    def __init__(self, app: _App) -> None:
        self._app = app

    async def __call__(
        self, scope: _Message, receive: Callable[[], Awaitable[_Message]], send: Callable[[_Message], Awaitable[None]]
    ) -> None:
        """Answer, or pass on, one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def framed(message: _Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *_HEADERS]}
            await send(message)

        if scope["type"] == "http" and _is_served(scope["method"], scope["path"]):
            await self._app(scope, receive, framed)
        elif scope["type"] == "http":
            from starlette.responses import PlainTextResponse

            await PlainTextResponse("There is nothing here.", 404)(scope, receive, framed)
        else:
            await send({"type": "websocket.close", "code": 1008})


def _is_served(method: str, path: str) -> bool:
    if path.startswith(f"{PREFIX}/"):
        return True
    return method in ("GET", "HEAD") and (path in _GRADIO_ADDRESSES or path.startswith(_GRADIO_FOLDERS))
