"""The page as HTML: a place in which `javascript/glance.mjs` builds it, and a document around that for GLANCE alone."""

from __future__ import annotations

from pathlib import Path

#: What a person sees until the page's modules have run.
_PLACE = """
<div id="glance_root" class="glance" data-prefix="{prefix}">
  <p class="glance-wait">GLANCE is starting …</p>
</div>
"""
_DOCUMENT = Path(__file__).with_name("page.html")


def place(prefix: str = "glance") -> str:
    """Return the page's place, for a document of somebody else's.

    Args:
        prefix: Where `glance.app.routes.attach` has put the addresses, relative to the document's.
    """
    return _PLACE.format(prefix=prefix)


def document() -> str:
    """Return the whole document, with the page's style sheet, module and theme; it asks nobody else for anything."""
    return _DOCUMENT.read_text(encoding="utf-8").replace("<!-- place -->", place().strip())
