"""From a finished video to where people see it: places, sizes, smoothness, words, loops, what editors go on with."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.publish.excerpts import section_parts as section_parts
    from glance.publish.fitting import MODES as MODES
    from glance.publish.handoff import write_handoff as write_handoff
    from glance.publish.opening import open_finished as open_finished
    from glance.publish.parts import Wish as Wish
    from glance.publish.parts import chosen_part as chosen_part
    from glance.publish.publishing import Finished as Finished
    from glance.publish.publishing import Publication as Publication
    from glance.publish.publishing import captions as captions
    from glance.publish.publishing import new_fps as new_fps
    from glance.publish.publishing import publish as publish
    from glance.publish.publishing import shown_frames as shown_frames
    from glance.publish.rife import interpolator_named as interpolator_named
    from glance.publish.subtitles import write_subtitles as write_subtitles
    from glance.publish.targets import TARGETS as TARGETS
    from glance.publish.targets import SafeZone as SafeZone
    from glance.publish.targets import Target as Target
    from glance.publish.targets import target_named as target_named
    from glance.publish.thumbnail import write_thumbnail as write_thumbnail
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "excerpts": ("section_parts",),
            "fitting": ("MODES",),
            "handoff": ("write_handoff",),
            "opening": ("open_finished",),
            "parts": ("Wish", "chosen_part"),
            "publishing": ("Finished", "Publication", "captions", "new_fps", "publish", "shown_frames"),
            "rife": ("interpolator_named",),
            "subtitles": ("write_subtitles",),
            "targets": ("SafeZone", "TARGETS", "Target", "target_named"),
            "thumbnail": ("write_thumbnail",),
        },
    )
