"""All effects, in the order in which they are listed to people and, where nobody has chosen, applied."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from glance.effects.after import (
    bloom,
    chroma_shift,
    color_pulse,
    edge_glow,
    exposure,
    fade,
    flash,
    glitch,
    grain,
    halation,
    hue_turn,
    letterbox,
    lift_gamma_gain,
    light_leak,
    lut,
    motion_blur,
    pixelate,
    posterize,
    saturation,
    scanlines,
    shake,
    split_tone,
    vignette,
    white_balance,
    zoom_blur,
)
from glance.effects.effect import Effect, Parameter
from glance.effects.loop import displace, echo, kaleidoscope, mirror, polar, tile
from glance.effects.time import FREEZE, RAMP, STUTTER

_MODULES = (
    *(shake, zoom_blur, motion_blur, pixelate, glitch, chroma_shift),
    *(exposure, white_balance, lift_gamma_gain, saturation, hue_turn, color_pulse, split_tone, posterize, lut),
    *(edge_glow, halation, bloom, light_leak, flash, vignette, scanlines, grain, fade, letterbox),
)
_IN_LOOP = (mirror, kaleidoscope, tile, polar, echo, displace)

#: Name -> effect.
EFFECTS: Mapping[str, Effect] = MappingProxyType(
    {
        effect.name: effect
        for effect in (
            *(module.EFFECT for module in _MODULES),
            *(FREEZE, STUTTER, RAMP),
            *(module.EFFECT for module in _IN_LOOP),
        )
    }
)
#: Channel -> the effect's name and the parameter that it moves.
PARAMETERS: Mapping[str, tuple[str, Parameter]] = MappingProxyType(
    {one.name: (effect.name, one) for effect in EFFECTS.values() for one in effect.parameters}
)
