"""The tab of a WebUI. It uses next to nothing of gradio, so that one page serves every WebUI's.

Gradio gives the page a place in its host, the theme, and the login; what is in it is built by `javascript/glance.mjs`
from the data of `glance.app.routes`. `glance studio` has a document of its own (`glance.app.page`), without gradio.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

from glance.app.page import place


def build(*, prefix: str = "glance", beside: Callable[[], None] | None = None, notices: Sequence[str] = ()) -> Any:
    """Return the page as a `gradio.Blocks`, to be mounted as a tab or on its own.

    Args:
        prefix: Where `glance.app.routes.attach` has put the routes, relative to the page's address.
        beside: Makes what a host needs in the same place, out of sight.
        notices: What a person has to know of GLANCE in this host; read after `beside` has run.
    """
    import gradio as gr

    with gr.Blocks(analytics_enabled=False, title="GLANCE") as page:
        gr.HTML(place(prefix), elem_id="glance_page")
        if beside is not None:
            beside()
        if notices:
            gr.HTML("".join(f'<p class="glance-notice">{html.escape(each)}</p>' for each in notices))
    return page
