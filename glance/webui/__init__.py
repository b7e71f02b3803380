"""GLANCE inside a Stable Diffusion WebUI (A1111 and its descendants): the only package that imports `modules`.

`modules` is the WebUI's own package. It is imported inside functions, so that everything here can be imported, read and
tested where there is no WebUI.
"""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.webui.entry import register as register
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "entry": ("register",),
        },
    )
