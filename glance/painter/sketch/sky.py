"""Skies: gradient, sun and moon, stars, clouds, aurora, rays, and what falls from above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.painter.sketch.canvas import Canvas, Color, between, color_of


@dataclass(frozen=True)
class Light:
    """Colors of a picture, RGB in [0, 1].

    Attributes:
        zenith: Sky at the top.
        middle: Sky half way down.
        horizon: Sky at the horizon, the color of distance.
        lamp: Sun, moon, windows and flames.
        ground: Land in front.
        accent: The color that few things have.
        darkness: 0 at noon, 1 in a night in which windows shine and stars are seen.
    """

    zenith: Color
    middle: Color
    horizon: Color
    lamp: Color
    ground: Color
    accent: Color
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
#: How far a palette takes the picture's colors over.
_PALETTE_SHARE = 0.5


def light_of(moods: Sequence[str], rng: np.random.Generator) -> Light:
    """Return the light of up to three moods, the first named the strongest; without any, one chosen by `rng`."""
    names = list(moods[:3]) or [str(rng.choice(_WITHOUT_MOOD))]
    weights = np.array([0.6**place for place in range(len(names))])
    weights /= weights.sum()
    rows = [_MOODS[name] for name in names]
    colors = [
        np.sum([weight * color_of(str(row[column])) for weight, row in zip(weights, rows, strict=True)], axis=0)
        for column in range(6)
    ]
    zenith, middle, horizon, lamp, ground, accent = (np.asarray(color, dtype=np.float32) for color in colors)
    darkness = float(sum(weight * row[6] for weight, row in zip(weights, rows, strict=True)))
    return Light(zenith, middle, horizon, lamp, ground, accent, darkness)


def with_palette(light: Light, palette: Sequence[str]) -> Light:
    """Return the light with its colors drawn towards a palette's nearest lightness, and its accent to the most vivid.

    Raises:
        ValueError: A palette entry is no `#rrggbb`.
    """
    colors = [color_of(text) for text in palette]
    if not colors:
        return light
    vivid = max(colors, key=lambda color: float(color.max() - color.min()))

    def towards(color: Color) -> Color:
        goal = min(colors, key=lambda other: abs(_lightness(other) - _lightness(color)))
        # The lightness stays as the mood wants it, the hue is the palette's.
        lit = goal * min(3.0, (_lightness(color) + 0.05) / (_lightness(goal) + 0.05))
        return np.asarray(np.clip(between(color, lit, _PALETTE_SHARE), 0.0, 1.0), dtype=np.float32)

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
    """Return the picture with its colors a fifth of the way to the palette's ramp from dark to light."""
    colors = sorted((color_of(text) for text in palette), key=_lightness)
    if len(colors) < 2:
        return pixels
    ramp = np.stack([np.zeros(3, dtype=np.float32), *colors, np.ones(3, dtype=np.float32)])
    stops = np.array([_lightness(color) for color in ramp])
    lightness = pixels @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    tone = np.stack([np.interp(lightness, stops, ramp[:, channel]) for channel in range(3)], axis=-1)
    return np.asarray(pixels + (tone - pixels) * 0.22, dtype=np.float32)


def _lightness(color: Color) -> float:
    return float(0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2])


Point = tuple[float, float]


@dataclass(frozen=True)
class Stage:
    """Where the big things of a picture are.

    Attributes:
        horizon: Height of the horizon, 0 at the top, 1 at the bottom.
        lamp_at: Middle of the sun or moon.
        subject_x: Where the main subject stands, in heights from the left.
        foot_y: How low the ground under it lies.
        light: The colors.
        words: All names that were read in the prompt.
    """

    horizon: float
    lamp_at: Point
    subject_x: float
    foot_y: float
    light: Light
    words: frozenset[str]


def paint_sky(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    """Paint the whole sky from top to horizon, with the light that stands in it."""
    light = stage.light
    _gradient(canvas, stage)
    if light.darkness > 0.55 or "stars" in stage.words:
        paint_stars(canvas, rng, 260, light.lamp, stage.horizon)
    if "aurora" in stage.words:
        _aurora(canvas, stage, rng)
    veiled = bool(stage.words & {"storm", "rain", "fog"})
    if not veiled:
        _lamp(canvas, stage)
    _clouds(canvas, stage, rng, 0.55 if veiled or "clouds" in stage.words else -0.12)
    if "rainbow" in stage.words:
        _rainbow(canvas, stage)
    if "rays" in stage.words and light.darkness < 0.8:
        _rays(canvas, stage, rng)
    if "fireworks" in stage.words:
        _fireworks(canvas, stage, rng)
    if stage.words & {"lightning"}:
        _lightning(canvas, stage, rng)


def paint_air(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    """Paint what floats in front of everything: rain, snow, petals and sparks."""
    light = stage.light
    if "rain" in stage.words:
        tops = rng.uniform((-0.2, -0.1), (canvas.aspect, 1.0), (260, 2))
        canvas.lines([((x, y), (x + 0.03, y + 0.11)) for x, y in tops], 0.0034, light.horizon, 0.55)
    if "snowfall" in stage.words:
        for x, y in rng.uniform((0.0, 0.0), (canvas.aspect, 1.0), (190, 2)):
            canvas.disc((x, y), float(rng.uniform(0.003, 0.011)), between(light.horizon, (1, 1, 1), 0.7))
        # Near flakes are large enough to outlive broad strokes.
        for x, y in rng.uniform((0.0, 0.0), (canvas.aspect, 1.0), (45, 2)):
            canvas.disc((x, y), float(rng.uniform(0.014, 0.024)), between(light.horizon, (1, 1, 1), 0.85))
    if "petals" in stage.words:
        for x, y in rng.uniform((0.0, 0.1), (canvas.aspect, 1.0), (70, 2)):
            size = float(rng.uniform(0.004, 0.012))
            canvas.disc((x, y), size, between(light.accent, light.lamp, float(rng.uniform(0.0, 0.8))))
            canvas.disc((x + size, y + size * 0.4), size * 0.8, light.accent)


def paint_stars(canvas: Canvas, rng: np.random.Generator, count: int, color: np.ndarray, low: float) -> None:
    """Paint stars of many sizes from the top down to a height, the largest with a halo."""
    places = rng.uniform((0.0, 0.0), (canvas.aspect, low), (count, 2))
    sizes = 0.0012 + 0.0045 * rng.random(count) ** 5
    faint = [path for path, size in zip(places, sizes, strict=True) if size < 0.003]
    canvas.lines([(at, at + 0.0008) for at in faint], 0.0022, color, 0.75)
    for (x, y), size in zip(places, sizes, strict=True):
        if size >= 0.003:
            canvas.glow((x, y), size * 2.6, color, 0.5)
            canvas.disc((x, y), size, color)


def _gradient(canvas: Canvas, stage: Stage) -> None:
    height = np.clip(canvas.y[:, 0] / stage.horizon, 0.0, 1.0)
    stops, light = (0.0, 0.55, 1.0), stage.light
    colors = np.stack([light.zenith, light.middle, light.horizon])
    rows = np.stack([np.interp(height, stops, colors[:, channel]) for channel in range(3)], axis=-1)
    canvas.pixels[:] = rows[:, None, :].astype(np.float32)


def _lamp(canvas: Canvas, stage: Stage) -> None:
    light, at = stage.light, stage.lamp_at
    night = light.darkness > 0.55
    canvas.glow(at, 0.42, between(light.lamp, light.horizon, 0.6), 0.55 - 0.2 * light.darkness)
    canvas.glow(at, 0.12, light.lamp, 0.7)
    named = bool(stage.words & {"moon" if night else "sun"})
    radius = 0.11 if named else 0.075
    canvas.disc(at, radius, between(light.lamp, (1, 1, 1), 0.25))
    if night:
        shadow = between(light.lamp, light.middle, 0.3)
        for x, y, size in ((-0.3, -0.2, 0.3), (0.35, 0.25, 0.22), (0.0, 0.45, 0.16), (0.3, -0.4, 0.14)):
            canvas.disc((at[0] + x * radius, at[1] + y * radius), size * radius, shadow)


def _clouds(canvas: Canvas, stage: Stage, rng: np.random.Generator, amount: float) -> None:
    """Paint two decks of clouds, wide and thin towards the horizon, bright on the side of the light."""
    light = stage.light
    depth = np.clip(canvas.y / stage.horizon, 0.0, 1.0)
    bright = between(light.lamp, light.horizon, 0.45)
    dark = between(light.middle, light.zenith, 0.55)
    for cells, stretch, offset in ((2.5, 3.4, 0.5), (5.0, 5.0, 0.8)):
        field = canvas.noise(rng, cells, 5, stretch)
        cover = np.clip((field - offset + amount * 1.4) * 0.9, 0.0, 1.0) * np.clip((1.06 - depth) * 5.0, 0.0, 1.0)
        lit = np.clip(0.5 + (np.roll(field, -max(1, field.shape[0] // 40), axis=0) - field) * 0.9, 0.0, 1.0)
        near = np.exp(-canvas.distance(stage.lamp_at) / 0.7)
        mix = np.clip(0.75 * (1 - lit) + 0.35 * near + 0.15, 0.0, 1.0)[..., None]
        canvas.wash(dark + (bright - dark) * mix, 0.8 * cover)


def _aurora(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    for band, color in enumerate(((0.3, 1.0, 0.6), (0.35, 0.8, 1.0), (0.8, 0.4, 1.0))):
        wave = canvas.noise(rng, 1.5, 3, 1.0)[:1] * 0.1 + 0.18 + 0.09 * band
        curtain = np.exp(-np.abs(canvas.y - wave) / np.where(canvas.y < wave, 0.12, 0.025))
        streaks = 0.6 + 0.4 * np.clip(canvas.noise(rng, 12.0, 2, 0.25)[:1], -1.0, 1.0)
        canvas.shine(np.array(color), 0.75 * curtain * streaks)


def _rays(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    angle = np.arctan2(canvas.y - stage.lamp_at[1], canvas.x - stage.lamp_at[0])
    beams = np.zeros_like(angle)
    for count in (7, 11, 17):
        beams = beams + np.cos(angle * count + rng.uniform(0.0, 6.28))
    fade = np.exp(-canvas.distance(stage.lamp_at) / 0.8)
    canvas.shine(stage.light.lamp, 0.55 * np.clip(beams / 2.2, 0.0, 1.0) * fade)


def _rainbow(canvas: Canvas, stage: Stage) -> None:
    distance = canvas.distance((canvas.aspect * 0.5, stage.horizon + 0.12))
    for place, color in enumerate(
        ((0.6, 0.2, 0.9), (0.2, 0.4, 1.0), (0.1, 0.8, 0.4), (1.0, 0.95, 0.2), (1.0, 0.55, 0.1), (0.95, 0.15, 0.15))
    ):
        canvas.shine(np.array(color), 0.6 * np.exp(-(((distance - 0.5 - 0.018 * place) / 0.011) ** 2)))


def _fireworks(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    for _ in range(6):
        middle = rng.uniform((0.1 * canvas.aspect, 0.08), (0.9 * canvas.aspect, stage.horizon * 0.75))
        color = between(stage.light.accent, rng.uniform(0.4, 1.0, 3), 0.6)
        radius = rng.uniform(0.07, 0.17)
        angles = np.linspace(0.0, 2 * np.pi, 26, endpoint=False) + rng.uniform(0, 1)
        arms = np.stack([np.cos(angles), np.sin(angles)], axis=-1) * rng.uniform(0.75, 1.0, (26, 1)) * radius
        canvas.glow((middle[0], middle[1]), radius, color, 0.4)
        canvas.lines([(middle + arm * 0.25, middle + arm + (0, 0.01)) for arm in arms], 0.005, color)


def _lightning(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    start = rng.uniform(0.25, 0.75) * canvas.aspect
    for branch in range(3):
        steps = rng.normal(0.0, 0.035, 9).cumsum() + start
        heights = np.linspace(0.0 if branch == 0 else 0.15, stage.horizon * (1.0 if branch == 0 else 0.7), 9)
        path = np.stack([steps, heights], axis=-1)
        canvas.lines([path], 0.03, stage.light.lamp, 0.18)
        canvas.lines([path], 0.009 if branch == 0 else 0.004, (0.97, 0.98, 1.0))
