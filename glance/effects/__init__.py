"""Effects on frames: after the loop on finished frames, and in it, where they feed back."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.effects.chain import Assets as Assets
    from glance.effects.chain import EffectStep as EffectStep
    from glance.effects.chain import apply_effects as apply_effects
    from glance.effects.cube import read_cube as read_cube
    from glance.effects.effect import Clock as Clock
    from glance.effects.effect import Effect as Effect
    from glance.effects.effect import Parameter as Parameter
    from glance.effects.effect import Values as Values
    from glance.effects.flashes import FlashGuard as FlashGuard
    from glance.effects.flashes import FlashReport as FlashReport
    from glance.effects.light import add_light as add_light
    from glance.effects.light import display_of as display_of
    from glance.effects.light import highlights as highlights
    from glance.effects.light import hue_color as hue_color
    from glance.effects.light import levels as levels
    from glance.effects.light import linear_levels as linear_levels
    from glance.effects.light import per_level as per_level
    from glance.effects.light import small_copy as small_copy
    from glance.effects.light import softened as softened
    from glance.effects.light import to_linear as to_linear
    from glance.effects.masks import Kind as Kind
    from glance.effects.registry import EFFECTS as EFFECTS
    from glance.effects.registry import PARAMETERS as PARAMETERS
    from glance.effects.shifting import shifted as shifted
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "chain": ("Assets", "EffectStep", "apply_effects"),
            "cube": ("read_cube",),
            "effect": ("Clock", "Effect", "Parameter", "Values"),
            "flashes": ("FlashGuard", "FlashReport"),
            "light": (
                "add_light",
                "display_of",
                "highlights",
                "hue_color",
                "levels",
                "linear_levels",
                "per_level",
                "small_copy",
                "softened",
                "to_linear",
            ),
            "masks": ("Kind",),
            "registry": ("EFFECTS", "PARAMETERS"),
            "shifting": ("shifted",),
        },
    )
