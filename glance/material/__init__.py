"""The musician's own files: MIDI, tempo maps, markers. What they say is told in seconds of the song."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.material.reader import read_material as read_material
    from glance.material.types import Material as Material
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "reader": ("read_material",),
            "types": ("Material",),
        },
    )
