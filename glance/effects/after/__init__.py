"""Effects on finished frames, each in its own file."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.effects.after.lut import looked_up as looked_up
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "lut": ("looked_up",),
        },
    )
