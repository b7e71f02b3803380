"""Words over finished frames: lyrics, a title, credits. Drawn on top, so that changing them redraws no picture."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.publish.lettering.fonts import choose_font as choose_font
    from glance.publish.lettering.fonts import kind_for as kind_for
    from glance.publish.lettering.layer import LetteringLayer as LetteringLayer
    from glance.publish.lettering.layer import rgb_of as rgb_of
    from glance.publish.lettering.logo import Logo as Logo
    from glance.publish.lettering.timing import Caption as Caption
    from glance.publish.lettering.timing import credit_caption as credit_caption
    from glance.publish.lettering.timing import lyric_captions as lyric_captions
    from glance.publish.lettering.timing import title_caption as title_caption
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "fonts": ("choose_font", "kind_for"),
            "layer": ("LetteringLayer", "rgb_of"),
            "logo": ("Logo",),
            "timing": ("Caption", "credit_caption", "lyric_captions", "title_caption"),
        },
    )
