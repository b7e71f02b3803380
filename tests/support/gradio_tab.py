"""GLANCE's tab in the gradio that is installed, with the page's files in its head, as WebUIs put them there."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from glance.app.gradio_page import build
from glance.app.host import Host
from glance.app.routes import attach
from glance.app.service import StudioService

_HEAD = (
    b'<link rel="stylesheet" href="glance/static/style.css">'
    b'<script type="module" src="glance/static/javascript/glance.mjs"></script>'
)
#: What gradio's page asks other machines for: fonts, and a script for pages inside pages.
_OUTSIDE = re.compile(rb'<(?:link|script)\b[^>]*\b(?:href|src)="https?://[^"]*"[^>]*>(?:\s*</script>)?', re.IGNORECASE)
_Message = MutableMapping[str, Any]
_App = Callable[..., Awaitable[None]]


def gradio_tab(host: Host) -> Any:
    """Return an ASGI app with the tab and its addresses."""
    import gradio as gr
    from fastapi import FastAPI

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    attach(app, StudioService(host))
    page = build()
    page.stylesheets = []  # the fonts of gradio's own theme, on other machines
    app = gr.mount_gradio_app(app, page, path="/")
    app.add_middleware(_WithHead)
    return app


class _WithHead:
    def __init__(self, app: _App) -> None:
        self._app = app

    async def __call__(self, scope: _Message, receive: Callable[[], Awaitable[_Message]], send: _App) -> None:
        if scope["type"] != "http" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        # A compressed page could not be read here.
        headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
        start: _Message = {}
        body = b""

        async def take(message: _Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                page = _OUTSIDE.sub(b"", body).replace(b"</head>", _HEAD + b"</head>", 1)
                kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
                await send({**start, "headers": [*kept, (b"content-length", str(len(page)).encode())]})
                await send({"type": "http.response.body", "body": page})

        await self._app({**scope, "headers": headers}, receive, take)
