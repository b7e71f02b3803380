"""Pictures as arrays: color, noise, flow, blending. Array in, array out."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.imaging.blend import masked as masked
    from glance.imaging.blend import mix as mix
    from glance.imaging.blend import read_mask as read_mask
    from glance.imaging.carried_noise import CarriedField as CarriedField
    from glance.imaging.carried_noise import NoiseMove as NoiseMove
    from glance.imaging.carried_noise import mixed_noise as mixed_noise
    from glance.imaging.carried_noise import noise_shares as noise_shares
    from glance.imaging.color import MAX_GAIN as MAX_GAIN
    from glance.imaging.color import ColorReference as ColorReference
    from glance.imaging.color import match_color as match_color
    from glance.imaging.color import mix_references as mix_references
    from glance.imaging.color import reference_of as reference_of
    from glance.imaging.drift import PictureFigures as PictureFigures
    from glance.imaging.drift import figures_of as figures_of
    from glance.imaging.drift import held_within as held_within
    from glance.imaging.drift import mean_figures as mean_figures
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
            "carried_noise": ("CarriedField", "NoiseMove", "mixed_noise", "noise_shares"),
            "color": ("ColorReference", "MAX_GAIN", "match_color", "mix_references", "reference_of"),
            "drift": ("PictureFigures", "figures_of", "held_within", "mean_figures"),
            "filters": ("adjust_contrast", "sharpen"),
            "flow": ("inbetween",),
            "noise": ("add_noise",),
            "quality": ("blank_frame_problem", "is_plain_lanczos"),
            "steadying": ("steadied",),
        },
    )
