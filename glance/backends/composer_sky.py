"""Skies: gradient, sun and moon, stars, clouds, aurora, rays, and what falls from above."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glance.backends.composer_canvas import Canvas, between
from glance.backends.composer_light import Light

Point = tuple[float, float]


@dataclass(frozen=True)
class Stage:
    """Where the big things of a picture are.

    Attributes:
        horizon: Height of the horizon, 0 at the top, 1 at the bottom.
        lamp_at: Middle of the sun or moon.
        subject_x: Where the main subject stands, in heights from the left.
        foot_y: How low the ground under it lies.
        light: The colours.
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
        tops = rng.uniform((-0.2, -0.1), (canvas.aspect, 1.0), (220, 2))
        canvas.lines([((x, y), (x + 0.025, y + 0.09)) for x, y in tops], 0.0022, light.horizon, 0.45)
    if "snowfall" in stage.words:
        for x, y in rng.uniform((0.0, 0.0), (canvas.aspect, 1.0), (160, 2)):
            canvas.disc((x, y), float(rng.uniform(0.002, 0.008)), between(light.horizon, (1, 1, 1), 0.7))
    if "petals" in stage.words:
        for x, y in rng.uniform((0.0, 0.1), (canvas.aspect, 1.0), (70, 2)):
            size = float(rng.uniform(0.004, 0.012))
            canvas.disc((x, y), size, between(light.accent, light.lamp, float(rng.uniform(0.0, 0.8))))
            canvas.disc((x + size, y + size * 0.4), size * 0.8, light.accent)


def paint_stars(canvas: Canvas, rng: np.random.Generator, count: int, colour: np.ndarray, low: float) -> None:
    """Paint stars of many sizes from the top down to a height, the largest with a halo."""
    places = rng.uniform((0.0, 0.0), (canvas.aspect, low), (count, 2))
    sizes = 0.0012 + 0.0045 * rng.random(count) ** 5
    faint = [path for path, size in zip(places, sizes, strict=True) if size < 0.003]
    canvas.lines([(at, at + 0.0008) for at in faint], 0.0022, colour, 0.75)
    for (x, y), size in zip(places, sizes, strict=True):
        if size >= 0.003:
            canvas.glow((x, y), size * 2.6, colour, 0.5)
            canvas.disc((x, y), size, colour)


def _gradient(canvas: Canvas, stage: Stage) -> None:
    height = np.clip(canvas.y[:, 0] / stage.horizon, 0.0, 1.0)
    stops, light = (0.0, 0.55, 1.0), stage.light
    colours = np.stack([light.zenith, light.middle, light.horizon])
    rows = np.stack([np.interp(height, stops, colours[:, channel]) for channel in range(3)], axis=-1)
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
    for band, colour in enumerate(((0.3, 1.0, 0.6), (0.35, 0.8, 1.0), (0.8, 0.4, 1.0))):
        wave = canvas.noise(rng, 1.5, 3, 1.0)[:1] * 0.1 + 0.18 + 0.09 * band
        curtain = np.exp(-np.abs(canvas.y - wave) / np.where(canvas.y < wave, 0.12, 0.025))
        streaks = 0.6 + 0.4 * np.clip(canvas.noise(rng, 12.0, 2, 0.25)[:1], -1.0, 1.0)
        canvas.shine(np.array(colour), 0.75 * curtain * streaks)


def _rays(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    angle = np.arctan2(canvas.y - stage.lamp_at[1], canvas.x - stage.lamp_at[0])
    beams = np.zeros_like(angle)
    for count in (7, 11, 17):
        beams = beams + np.cos(angle * count + rng.uniform(0.0, 6.28))
    fade = np.exp(-canvas.distance(stage.lamp_at) / 0.8)
    canvas.shine(stage.light.lamp, 0.55 * np.clip(beams / 2.2, 0.0, 1.0) * fade)


def _rainbow(canvas: Canvas, stage: Stage) -> None:
    distance = canvas.distance((canvas.aspect * 0.5, stage.horizon + 0.12))
    for place, colour in enumerate(
        ((0.6, 0.2, 0.9), (0.2, 0.4, 1.0), (0.1, 0.8, 0.4), (1.0, 0.95, 0.2), (1.0, 0.55, 0.1), (0.95, 0.15, 0.15))
    ):
        canvas.shine(np.array(colour), 0.6 * np.exp(-(((distance - 0.5 - 0.018 * place) / 0.011) ** 2)))


def _fireworks(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    for _ in range(6):
        middle = rng.uniform((0.1 * canvas.aspect, 0.08), (0.9 * canvas.aspect, stage.horizon * 0.75))
        colour = between(stage.light.accent, rng.uniform(0.4, 1.0, 3), 0.6)
        radius = rng.uniform(0.07, 0.17)
        angles = np.linspace(0.0, 2 * np.pi, 26, endpoint=False) + rng.uniform(0, 1)
        arms = np.stack([np.cos(angles), np.sin(angles)], axis=-1) * rng.uniform(0.75, 1.0, (26, 1)) * radius
        canvas.glow((middle[0], middle[1]), radius, colour, 0.4)
        canvas.lines([(middle + arm * 0.25, middle + arm + (0, 0.01)) for arm in arms], 0.005, colour)


def _lightning(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    start = rng.uniform(0.25, 0.75) * canvas.aspect
    for branch in range(3):
        steps = rng.normal(0.0, 0.035, 9).cumsum() + start
        heights = np.linspace(0.0 if branch == 0 else 0.15, stage.horizon * (1.0 if branch == 0 else 0.7), 9)
        path = np.stack([steps, heights], axis=-1)
        canvas.lines([path], 0.03, stage.light.lamp, 0.18)
        canvas.lines([path], 0.009 if branch == 0 else 0.004, (0.97, 0.98, 1.0))
