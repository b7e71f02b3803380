"""Backends: what draws the pictures."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.backends.registry import DEFAULT as DEFAULT
    from glance.backends.registry import BackendOpener as BackendOpener
    from glance.backends.registry import UpscalerOpener as UpscalerOpener
    from glance.backends.registry import backend_list as backend_list
    from glance.backends.registry import open_backend as open_backend
    from glance.backends.registry import open_backends as open_backends
    from glance.backends.registry import open_upscaler as open_upscaler
    from glance.backends.registry import register_backend as register_backend
    from glance.backends.registry import upscaler_openers as upscaler_openers
    from glance.backends.upscalers import offered as offered
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "registry": (
                "BackendOpener",
                "DEFAULT",
                "UpscalerOpener",
                "backend_list",
                "open_backend",
                "open_backends",
                "open_upscaler",
                "register_backend",
                "upscaler_openers",
            ),
            "upscalers": ("offered",),
        },
    )
