"""Where GLANCE enters the WebUI: its tab, its settings, its addresses."""

from __future__ import annotations

import html
import importlib.util
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from glance.errors import GlanceError
from glance.system.packages import explain
from glance.webui.parts import kept_from_host, missing, reason_of

if TYPE_CHECKING:
    from glance.app.access import Access

TAB = ("GLANCE", "glance")
#: What nothing works without. Looked for when the tab is built, and not at the first click.
NEEDED = ("msgspec", "av", "numpy", "scipy", "cv2")
_log = logging.getLogger(__name__)


def register(callbacks: Any) -> None:
    """Register everything with the WebUI.

    Args:
        callbacks: The WebUI's `modules.script_callbacks`.
    """
    for name, what, function, fallback in (
        ("on_ui_settings", "its page of settings", _register_settings, None),
        ("on_ui_tabs", "its tab", tabs, []),
        ("on_after_component", "its buttons in img2img", _hooks(), None),
        ("on_app_started", "its addresses", attach_routes, None),
    ):
        if function is not None:
            kept_from_host(what, _listen, None)(callbacks, name, kept_from_host(what, function, fallback))


def _listen(callbacks: Any, name: str, function: Callable[..., Any]) -> None:
    getattr(callbacks, name)(function)


def _register_settings() -> None:
    from glance.webui.settings import register_settings

    register_settings()


def _hooks() -> Callable[..., None] | None:
    if _missing_packages():
        return None
    from glance.webui.img2img_link import Img2imgHooks

    return Img2imgHooks().after_component


def tabs() -> list[tuple[Any, str, str]]:
    """Return the tab, or a page that says why there is none, as the WebUI's `on_ui_tabs` wants it."""
    return [(_or_message(_page), *TAB)]


def attach_routes(demo: Any, app: Any) -> None:
    """Put GLANCE's addresses into the WebUI's own server: for the page, and for programs where the WebUI has an API."""
    try:
        from glance.webui.lazy_routes import mount
    except ImportError as error:
        _log.warning("%s", _missing(error))
        return
    from glance.app.access import Access

    # Where it cannot be read whether there is a password, there is no API.
    mount(app, kept_from_host("its API for programs", _access, Access(programs=False))())


def _access() -> Access:
    """Return what the WebUI allows to programs."""
    from modules import shared

    from glance.app.access import Access, passwords_of

    options = shared.cmd_opts
    cors = any(getattr(options, name, None) for name in ("cors_allow_origins", "cors_allow_origins_regex"))
    return Access(programs=bool(options.api), passwords=passwords_of(options.api_auth), other_sites=cors)


def _page() -> Any:
    from glance.app.gradio_page import build
    from glance.webui.img2img_link import sending_fields
    from glance.webui.inventory import PROBES

    lacking = _missing_packages()
    if lacking:
        raise ModuleNotFoundError(name=lacking[0])
    notices: list[str] = missing(PROBES)

    def beside() -> None:
        notices.extend(missing({"the way of a frame to img2img": sending_fields}))

    return build(beside=beside, notices=notices)


def _missing_packages() -> list[str]:
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]


def _or_message(build: Callable[[], Any]) -> Any:
    try:
        return build()
    except Exception as error:  # noqa: BLE001 - the tab has to be there, whatever a WebUI or its gradio lacks
        import gradio as gr

        _log.warning("%s", _missing(error))
        with gr.Blocks(analytics_enabled=False) as page:
            gr.HTML(f"<p>{html.escape(_missing(error))}</p>")
        return page


def _missing(error: Exception) -> str:
    if isinstance(error, GlanceError):
        return f"GLANCE cannot start: {error}"
    if not isinstance(error, ImportError):
        return (
            f"GLANCE cannot start: {reason_of(error)}. Please send us this line, with the WebUI's name and version; "
            "the rest of the WebUI works as before."
        )
    text = f"GLANCE cannot start, because {explain(error)}"
    if isinstance(error, ModuleNotFoundError):
        text += (
            ". Start the WebUI again, its window closed first and without --skip-install, while this computer is "
            "online; the console says what was installed, or why it could not be."
        )
    return text
