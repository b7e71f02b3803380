"""A Stable Diffusion WebUI over HTTP."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.backends.sdapi.backend import WebuiApiBackend as WebuiApiBackend
    from glance.backends.sdapi.backend import WebuiApiUpscaler as WebuiApiUpscaler
    from glance.backends.sdapi.families import FAMILIES as FAMILIES
    from glance.backends.sdapi.families import Family as Family
    from glance.backends.sdapi.families import FewSteps as FewSteps
    from glance.backends.sdapi.families import family_of as family_of
    from glance.backends.sdapi.families import few_steps_of as few_steps_of
    from glance.backends.sdapi.families import with_host_values as with_host_values
    from glance.backends.sdapi.host_names import AUTOMATIC as AUTOMATIC
    from glance.backends.sdapi.host_names import HostNames as HostNames
    from glance.backends.sdapi.host_names import find_upscaler as find_upscaler
    from glance.backends.sdapi.host_names import missing_scripts as missing_scripts
    from glance.backends.sdapi.host_names import spellings as spellings
    from glance.backends.sdapi.requests import FRAME_OPTIONS as FRAME_OPTIONS
    from glance.backends.sdapi.requests import MODEL_OPTIONS as MODEL_OPTIONS
    from glance.backends.sdapi.requests import PIXEL_OPTIONS as PIXEL_OPTIONS
    from glance.backends.sdapi.requests import UPSCALER_OPTIONS as UPSCALER_OPTIONS
    from glance.backends.sdapi.requests import DrawCall as DrawCall
    from glance.backends.sdapi.requests import NoiseStart as NoiseStart
    from glance.backends.sdapi.requests import cut_to_size as cut_to_size
    from glance.backends.sdapi.requests import digest_of as digest_of
    from glance.backends.sdapi.requests import draw_calls as draw_calls
    from glance.backends.sdapi.requests import multiple_seen as multiple_seen
    from glance.backends.sdapi.requests import padded as padded
    from glance.backends.sdapi.requests import picture_settings as picture_settings
    from glance.backends.sdapi.requests import strength_note as strength_note
    from glance.backends.sdapi.requests import vae_options as vae_options
    from glance.backends.sdapi.sampler_laws import SamplerTraits as SamplerTraits
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "backend": ("WebuiApiBackend", "WebuiApiUpscaler"),
            "families": ("FAMILIES", "Family", "FewSteps", "family_of", "few_steps_of", "with_host_values"),
            "host_names": ("AUTOMATIC", "HostNames", "find_upscaler", "missing_scripts", "spellings"),
            "requests": (
                "DrawCall",
                "FRAME_OPTIONS",
                "MODEL_OPTIONS",
                "NoiseStart",
                "PIXEL_OPTIONS",
                "UPSCALER_OPTIONS",
                "cut_to_size",
                "digest_of",
                "draw_calls",
                "multiple_seen",
                "padded",
                "picture_settings",
                "strength_note",
                "vae_options",
            ),
            "sampler_laws": ("SamplerTraits",),
        },
    )
