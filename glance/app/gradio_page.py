"""The tab's layout. All of gradio that GLANCE uses is here, so that one page serves gradio 3, 4 and 6 alike.

Gradio gives the page a place in its host, the theme, and the login; what is in it is built by `javascript/glance.mjs`
from the data of `glance.app.routes`.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

#: What a person sees until the page's modules have run.
_PLACE = """
<div id="glance_root" class="glance" data-prefix="{prefix}">
  <p class="glance-wait">GLANCE is starting …</p>
</div>
"""


def build(*, prefix: str = "glance", beside: Callable[[], None] | None = None, notices: Sequence[str] = ()) -> Any:
    """Return the page as a `gradio.Blocks`, to be mounted as a tab or on its own.

    Args:
        prefix: Where `glance.app.routes.attach` has put the routes, relative to the page's address.
        beside: Makes what a host needs in the same place, out of sight.
        notices: What a person has to know of GLANCE in this host; read after `beside` has run.
    """
    import gradio as gr

    with gr.Blocks(analytics_enabled=False, title="GLANCE") as page:
        gr.HTML(_PLACE.format(prefix=prefix), elem_id="glance_page")
        if beside is not None:
            beside()
        if notices:
            gr.HTML("".join(f'<p class="glance-notice">{html.escape(each)}</p>' for each in notices))
    return page
