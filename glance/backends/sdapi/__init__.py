"""A Stable Diffusion WebUI over HTTP."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.backends.sdapi.backend import WebuiApiBackend as WebuiApiBackend
    from glance.backends.sdapi.backend import WebuiApiUpscaler as WebuiApiUpscaler
    from glance.backends.sdapi.requests import MODEL_OPTIONS as MODEL_OPTIONS
    from glance.backends.sdapi.requests import PIXEL_OPTIONS as PIXEL_OPTIONS
    from glance.backends.sdapi.requests import UPSCALER_OPTIONS as UPSCALER_OPTIONS
    from glance.backends.sdapi.requests import DrawCall as DrawCall
    from glance.backends.sdapi.requests import HostNames as HostNames
    from glance.backends.sdapi.requests import digest_of as digest_of
    from glance.backends.sdapi.requests import draw_calls as draw_calls
    from glance.backends.sdapi.requests import find_upscaler as find_upscaler
    from glance.backends.sdapi.requests import finished as finished
    from glance.backends.sdapi.requests import missing_scripts as missing_scripts
    from glance.backends.sdapi.requests import padded as padded
    from glance.backends.sdapi.requests import spellings as spellings
    from glance.backends.sdapi.requests import vae_options as vae_options
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "backend": ("WebuiApiBackend", "WebuiApiUpscaler"),
            "requests": (
                "DrawCall",
                "HostNames",
                "MODEL_OPTIONS",
                "PIXEL_OPTIONS",
                "UPSCALER_OPTIONS",
                "digest_of",
                "draw_calls",
                "find_upscaler",
                "finished",
                "missing_scripts",
                "padded",
                "spellings",
                "vae_options",
            ),
        },
    )
