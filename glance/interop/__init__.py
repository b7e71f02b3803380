"""Files of other programs: Deforum's settings, Parseq's manifests."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.interop.parseq import ParseqFrames as ParseqFrames
    from glance.interop.parseq import read_parseq as read_parseq
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "parseq": ("ParseqFrames", "read_parseq"),
        },
    )
