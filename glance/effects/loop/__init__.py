"""Effects that feed back into the next picture, each in its own file."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.effects.loop.displace import DISPLACE as DISPLACE
    from glance.effects.loop.echo import ECHO as ECHO
    from glance.effects.loop.kaleidoscope import KALEIDOSCOPE as KALEIDOSCOPE
    from glance.effects.loop.mirror import MIRROR as MIRROR
    from glance.effects.loop.polar import POLAR as POLAR
    from glance.effects.loop.tile import TILE as TILE
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "displace": ("DISPLACE",),
            "echo": ("ECHO",),
            "kaleidoscope": ("KALEIDOSCOPE",),
            "mirror": ("MIRROR",),
            "polar": ("POLAR",),
            "tile": ("TILE",),
        },
    )
