"""Pictures as arrays: color, noise, flow, blending. Array in, array out."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.imaging.blend import masked as masked
    from glance.imaging.blend import mix as mix
    from glance.imaging.blend import read_mask as read_mask
    from glance.imaging.color import ColorReference as ColorReference
    from glance.imaging.color import match_color as match_color
    from glance.imaging.color import mix_references as mix_references
    from glance.imaging.color import reference_of as reference_of
    from glance.imaging.filters import adjust_contrast as adjust_contrast
    from glance.imaging.filters import sharpen as sharpen
    from glance.imaging.flow import inbetween as inbetween
    from glance.imaging.noise import add_noise as add_noise
    from glance.imaging.quality import blank_frame_problem as blank_frame_problem
    from glance.imaging.quality import is_plain_lanczos as is_plain_lanczos
    from glance.imaging.steadying import steadied as steadied
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "blend": ("masked", "mix", "read_mask"),
            "color": ("ColorReference", "match_color", "mix_references", "reference_of"),
            "filters": ("adjust_contrast", "sharpen"),
            "flow": ("inbetween",),
            "noise": ("add_noise",),
            "quality": ("blank_frame_problem", "is_plain_lanczos"),
            "steadying": ("steadied",),
        },
    )
