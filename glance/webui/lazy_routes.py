"""Where requests come in: what is behind GLANCE's addresses is only loaded with the first of them, so that the WebUI
starts as fast as without it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Match, NoMatchFound

from glance.app.access import Access

_PLACE = "/glance/"


def mount(app: Any, access: Access) -> None:
    """Answer GLANCE's addresses in the WebUI's app, and describe them on its page of the API where programs may ask.

    Args:
        app: The WebUI's app.
        access: Who may ask besides the page.
    """
    app.router.routes.insert(0, _LazyRoutes(app, access))
    if access.programs:
        app.openapi = _described(app.openapi, login=access.passwords is not None)
        app.openapi_schema = None  # made anew, with these addresses in it, when it is next asked for


def _described(host_schema: Callable[[], dict[str, Any]], *, login: bool) -> Callable[[], dict[str, Any]]:
    def openapi() -> dict[str, Any]:
        from glance.app.openapi import add_paths

        return add_paths(host_schema(), login=login)

    return openapi


class _LazyRoutes(BaseRoute):  # type: ignore[misc] # the type check runs where no WebUI is
    """Stands in for GLANCE's routes until somebody asks for one."""

    def __init__(self, app: Any, access: Access) -> None:
        self._app = app
        self._access = access
        self._lock = threading.Lock()

    def matches(self, scope: Any) -> tuple[Match, dict[str, Any]]:
        """Take every HTTP request to GLANCE."""
        path = scope.get("path", "")
        return (Match.FULL if scope["type"] == "http" and path.startswith(_PLACE) else Match.NONE), {}

    def url_path_for(self, name: str, /, **path_params: Any) -> Any:
        """Have no name of its own."""
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """Put the real routes here, and let the app find them."""
        await run_in_threadpool(self._replace)
        await self._app.router(scope, receive, send)

    def _replace(self) -> None:
        from glance.app.routes import mount_of
        from glance.app.service import StudioService
        from glance.webui.host import WebuiHost

        with self._lock:
            routes = self._app.router.routes
            if self in routes:
                routes[routes.index(self)] = mount_of(StudioService(WebuiHost()), self._access)
