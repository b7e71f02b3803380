"""Where requests come in. The page's half of GLANCE is only loaded with the first of them, so that the WebUI starts as
fast as without it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Match, NoMatchFound

if TYPE_CHECKING:
    from glance.app.service import StudioService

_PAGE = "/glance/"


class LazyService:
    """The one workshop of this WebUI, made when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workshop: StudioService | None = None

    def workshop(self) -> StudioService:
        """Return the workshop. It takes a moment the first time."""
        with self._lock:
            if self._workshop is None:
                from glance.app.service import StudioService
                from glance.webui.host import WebuiHost

                self._workshop = StudioService(WebuiHost())
            return self._workshop

    def mount_page(self, app: Any) -> None:
        """Answer the page's addresses in the WebUI's app, loading what is behind them with the first request."""
        app.router.routes.insert(0, _LazyRoutes(app, self))


class _LazyRoutes(BaseRoute):  # type: ignore[misc] # the type check runs where no WebUI is
    """Stands in for the page's routes until somebody asks for one."""

    def __init__(self, app: Any, entrance: LazyService) -> None:
        self._app = app
        self._entrance = entrance
        self._lock = threading.Lock()

    def matches(self, scope: Any) -> tuple[Match, dict[str, Any]]:
        """Take every HTTP request to the page."""
        path = scope.get("path", "")
        return (Match.FULL if scope["type"] == "http" and path.startswith(_PAGE) else Match.NONE), {}

    def url_path_for(self, name: str, /, **path_params: Any) -> Any:
        """Have no name of its own."""
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """Put the real routes here, and let the app find them."""
        await run_in_threadpool(self._replace)
        await self._app.router(scope, receive, send)

    def _replace(self) -> None:
        from glance.app.routes import attach

        with self._lock:
            routes = self._app.router.routes
            if self in routes:
                attach(self._app, self._entrance.workshop())
                # `attach` puts its routes first, but the API under the same prefix has to stay in front of them.
                routes[routes.index(self)] = routes.pop(0)
