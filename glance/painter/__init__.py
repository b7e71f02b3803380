"""The embedded backend: paints frames on the CPU, without a diffusion model."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.painter.backend import PainterBackend as PainterBackend
    from glance.painter.notes import note_on_undrawn as note_on_undrawn
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "backend": ("PainterBackend",),
            "notes": ("note_on_undrawn",),
        },
    )
