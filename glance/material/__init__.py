"""The musician's own files: MIDI, tempo maps, markers. What they say is told in seconds of the song."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.material.bundle import unpack as unpack
    from glance.material.reader import MARKER_ENDINGS as MARKER_ENDINGS
    from glance.material.reader import MIDI_ENDINGS as MIDI_ENDINGS
    from glance.material.reader import own_marks as own_marks
    from glance.material.reader import read_material as read_material
    from glance.material.types import Control as Control
    from glance.material.types import Mark as Mark
    from glance.material.types import Material as Material
    from glance.material.types import NotePart as NotePart
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "bundle": ("unpack",),
            "reader": ("MARKER_ENDINGS", "MIDI_ENDINGS", "own_marks", "read_material"),
            "types": ("Control", "Mark", "Material", "NotePart"),
        },
    )
