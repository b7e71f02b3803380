"""A prompt's words become a drawing that the painter paints over."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.painter.sketch.canvas import color_of as color_of
    from glance.painter.sketch.composition import draw_sketch as draw_sketch
    from glance.painter.sketch.composition import focus_of as focus_of
    from glance.painter.sketch.vocabulary import undrawn as undrawn
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "canvas": ("color_of",),
            "composition": ("draw_sketch", "focus_of"),
            "vocabulary": ("undrawn",),
        },
    )
