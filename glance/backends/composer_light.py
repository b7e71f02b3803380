"""The light a composed picture is seen in: what mood words and a palette make of its colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.backends.composer_canvas import Colour, between, colour_of


@dataclass(frozen=True)
class Light:
    """Colours of a picture, RGB in [0, 1].

    Attributes:
        zenith: Sky at the top.
        middle: Sky half way down.
        horizon: Sky at the horizon, the colour of distance.
        lamp: Sun, moon, windows and flames.
        ground: Land in front.
        accent: The colour that few things have.
        darkness: 0 at noon, 1 in a night in which windows shine and stars are seen.
    """

    zenith: Colour
    middle: Colour
    horizon: Colour
    lamp: Colour
    ground: Colour
    accent: Colour
    darkness: float


#: Mood -> zenith, middle, horizon, lamp, ground, accent, darkness.
_MOODS: Mapping[str, tuple[str, str, str, str, str, str, float]] = {
    "night": ("#0a1034", "#1c3068", "#5a7fa8", "#fbf3cf", "#0b1224", "#e8b24a", 1.0),
    "dawn": ("#4f63a0", "#cf8fa0", "#ffd7a6", "#fff3cc", "#3d3852", "#f07f6a", 0.25),
    "sunset": ("#2c2a62", "#b8486c", "#ff9d4a", "#ffe792", "#2a1a34", "#ff5d47", 0.45),
    "dusk": ("#141d4c", "#4a5a9c", "#e8a58e", "#ffe6b0", "#141a36", "#f07a5a", 0.7),
    "day": ("#2d70b8", "#7fb6df", "#e3eff2", "#fffce6", "#3f7040", "#e2553d", 0.0),
    "storm": ("#151c26", "#45525f", "#9aa6a6", "#e6f0ee", "#1f272c", "#8fb7c9", 0.5),
    "neon": ("#0b0520", "#43125f", "#e5368f", "#48ecff", "#140a28", "#ffe14d", 0.9),
    "gold": ("#5f3c12", "#cf9026", "#ffe6a4", "#fff8d6", "#40270c", "#b5372b", 0.2),
    "fog": ("#7c8a96", "#a9b5bb", "#dbe0dd", "#fbf6e6", "#4a555a", "#c58b5c", 0.15),
    "fire": ("#1d060b", "#84160f", "#ff7420", "#ffe27a", "#160607", "#ffb02e", 0.7),
    "dream": ("#7a8ddb", "#e6b4de", "#fff1e2", "#fffbe8", "#5d5596", "#ff8fb1", 0.15),
    "noir": ("#15171a", "#54585c", "#b9bcbd", "#f7f7f2", "#0d0e10", "#8a8d90", 0.6),
    "winter": ("#5f86b4", "#aecbe4", "#f1f5f8", "#fffdf0", "#d5e2ee", "#c8453f", 0.1),
    "autumn": ("#5b7fa6", "#d9a76a", "#f9dfae", "#fff2c4", "#6f3b1a", "#d9541e", 0.1),
}
_WITHOUT_MOOD = ("dawn", "sunset", "day", "dusk", "dream", "gold")
#: How far a palette takes the picture's colours over.
_PALETTE_SHARE = 0.5


def light_of(moods: Sequence[str], rng: np.random.Generator) -> Light:
    """Return the light of up to three moods, the first named the strongest; without any, one chosen by `rng`."""
    names = list(moods[:3]) or [str(rng.choice(_WITHOUT_MOOD))]
    weights = np.array([0.6**place for place in range(len(names))])
    weights /= weights.sum()
    rows = [_MOODS[name] for name in names]
    colours = [
        np.sum([weight * colour_of(str(row[column])) for weight, row in zip(weights, rows, strict=True)], axis=0)
        for column in range(6)
    ]
    zenith, middle, horizon, lamp, ground, accent = (np.asarray(colour, dtype=np.float32) for colour in colours)
    darkness = float(sum(weight * row[6] for weight, row in zip(weights, rows, strict=True)))
    return Light(zenith, middle, horizon, lamp, ground, accent, darkness)


def with_palette(light: Light, palette: Sequence[str]) -> Light:
    """Return the light with its colours drawn towards a palette's nearest lightness, and its accent to the most vivid.

    Raises:
        ValueError: A palette entry is no `#rrggbb`.
    """
    colours = [colour_of(text) for text in palette]
    if not colours:
        return light
    vivid = max(colours, key=lambda colour: float(colour.max() - colour.min()))

    def towards(colour: Colour) -> Colour:
        goal = min(colours, key=lambda other: abs(_lightness(other) - _lightness(colour)))
        # The lightness stays as the mood wants it, the hue is the palette's.
        lit = goal * min(3.0, (_lightness(colour) + 0.05) / (_lightness(goal) + 0.05))
        return np.asarray(np.clip(between(colour, lit, _PALETTE_SHARE), 0.0, 1.0), dtype=np.float32)

    return Light(
        towards(light.zenith),
        towards(light.middle),
        towards(light.horizon),
        between(light.lamp, towards(light.lamp), 0.5),
        towards(light.ground),
        between(light.accent, vivid, 0.8),
        light.darkness,
    )


def toned(pixels: NDArray[np.float32], palette: Sequence[str]) -> NDArray[np.float32]:
    """Return the picture with its colours a fifth of the way to the palette's ramp from dark to light."""
    colours = sorted((colour_of(text) for text in palette), key=_lightness)
    if len(colours) < 2:
        return pixels
    ramp = np.stack([np.zeros(3, dtype=np.float32), *colours, np.ones(3, dtype=np.float32)])
    stops = np.array([_lightness(colour) for colour in ramp])
    lightness = pixels @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    tone = np.stack([np.interp(lightness, stops, ramp[:, channel]) for channel in range(3)], axis=-1)
    return np.asarray(pixels + (tone - pixels) * 0.22, dtype=np.float32)


def _lightness(colour: Colour) -> float:
    return float(0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2])
