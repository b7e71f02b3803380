"""Where GLANCE enters the WebUI: its tab, its settings, its addresses."""

from __future__ import annotations

import html
import logging
from collections.abc import Callable
from typing import Any

from glance.errors import GlanceError

TAB = ("GLANCE", "glance")
_log = logging.getLogger(__name__)


def register(callbacks: Any) -> None:
    """Register everything with the WebUI.

    Args:
        callbacks: The WebUI's `modules.script_callbacks`.
    """
    from glance.webui.settings import register_settings

    callbacks.on_ui_settings(register_settings)
    callbacks.on_ui_tabs(tabs)
    callbacks.on_app_started(attach_routes)


def tabs() -> list[tuple[Any, str, str]]:
    """Return the tab, or a page that says why there is none, as the WebUI's `on_ui_tabs` wants it."""
    return [(_or_message(_page), *TAB)]


def attach_routes(demo: Any, app: Any) -> None:
    """Put the page's addresses and the API into the WebUI's own server, behind its own login."""
    try:
        from modules import shared

        from glance.ui.routes import attach
        from glance.ui.workshop import Workshop
        from glance.webui.api import attach_api
        from glance.webui.host import WebuiHost
    except ImportError as error:
        _log.warning("GLANCE cannot start: %s", _missing(error))
        return
    workshop = Workshop(WebuiHost())
    attach(app, workshop)
    if shared.cmd_opts.api:
        attach_api(app, workshop, shared.cmd_opts.api_auth)


def _page() -> Any:
    # Only to learn at once, and not at the first click, that a package is missing.
    import glance.ui.workshop  # noqa: F401
    from glance.ui.tab import build

    return build()


def _or_message(build: Callable[[], Any]) -> Any:
    try:
        return build()
    except (ImportError, GlanceError) as error:
        import gradio as gr

        _log.warning("GLANCE cannot show its tab: %s", error)
        with gr.Blocks(analytics_enabled=False) as page:
            gr.HTML(f"<p>{html.escape(_missing(error))}</p>")
        return page


def _missing(error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name:
        return (
            f"GLANCE cannot start, because the package {error.name} is missing. Start the WebUI again while this "
            "computer is online; the console says what was installed, or why it could not be."
        )
    return f"GLANCE cannot start: {error}"
