"""Pictures without a horizon: space, the deep sea, rooms, cloudscapes and abstract fields."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glance.backends.composer_canvas import Canvas, between, smooth_outline
from glance.backends.composer_figures import Thing, paint_figure
from glance.backends.composer_land import Painting
from glance.backends.composer_sky import Stage, paint_sky, paint_stars


def _space(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    light = stage.light
    canvas.pixels[:] = between(light.zenith, (0.01, 0.01, 0.03), 0.75)
    for colour, cells in ((light.middle, 1.6), (light.accent, 2.2), (light.horizon, 3.0)):
        cloud = canvas.noise(rng, cells, 6)
        band = np.exp(-(((canvas.y - 0.5 - 0.5 * (canvas.x - canvas.aspect / 2)) / 0.4) ** 2))
        canvas.shine(colour, np.clip(0.25 + 0.5 * cloud, 0.0, 1.0) * (0.2 + 0.75 * band))
    dust = canvas.noise(rng, 3.0, 6)
    canvas.shade(1.0 - 0.6 * np.clip(dust - 0.5, 0.0, 1.0))
    paint_stars(canvas, rng, 420, between(light.lamp, (1, 1, 1), 0.4), 1.0)
    if "planet" not in stage.words:
        side = canvas.aspect - stage.subject_x
        paint_figure(canvas, stage, Thing("planet", (side, stage.lamp_at[1] + 0.28), float(rng.uniform(0.3, 0.5))), rng)
    top = 0.97 + 0.05 * np.sin(canvas.x * 2.0) + 0.01 * canvas.noise(rng, 6.0, 4)[:1]
    canvas.wash(between(light.ground, light.middle, 0.2), np.clip((canvas.y - top) * 300.0, 0.0, 1.0))


def _underwater(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    light = stage.light
    top, deep = between((0.25, 0.75, 0.85), light.horizon, 0.4), between((0.02, 0.12, 0.25), light.zenith, 0.4)
    canvas.pixels[:] = top + (deep - top) * np.clip(canvas.y * 1.15, 0.0, 1.0)[..., None]
    slant = canvas.x - stage.lamp_at[0] - (canvas.y + 0.3) * 0.25 * (canvas.x - stage.lamp_at[0])
    beams = np.cos(slant * 26.0 + rng.uniform(0, 6)) + np.cos(slant * 17.0 + rng.uniform(0, 6))
    canvas.shine(light.lamp, 0.6 * np.clip(beams / 2.0, 0.0, 1.0) * np.exp(-canvas.y / 0.45))
    caustics = 1.0 - np.abs(canvas.noise(rng, 5.0, 3, 2.5))
    canvas.shine(light.lamp, 0.5 * np.clip(caustics - 0.55, 0.0, 1.0) * np.exp(-canvas.y / 0.2))
    for layer in range(3):
        crest = 0.82 + 0.07 * layer + 0.035 * canvas.noise(rng, 2.5, 4)[:1]
        canvas.wash(between(deep, light.ground, 0.3 + 0.3 * layer), np.clip((canvas.y - crest) * 300.0, 0.0, 1.0))
    for _ in range(26):
        x, base = float(rng.uniform(0.0, canvas.aspect)), float(rng.uniform(0.86, 1.02))
        sway = rng.normal(0.0, 0.05, 4).cumsum()
        path = [(x + sway[k], base - 0.07 * (k + 1) * rng.uniform(0.6, 1.4)) for k in range(4)]
        colour = between(light.accent, deep, float(rng.uniform(0.1, 0.8)))
        canvas.lines([smooth_outline([(x, base), *path], closed=False)], float(rng.uniform(0.006, 0.016)), colour)
    for x, y in rng.uniform((0.0, 0.0), (canvas.aspect, 0.95), (50, 2)):
        canvas.disc((x, y), float(rng.uniform(0.003, 0.012)), between(top, light.lamp, 0.5))
    if not stage.words & {"fish", "whale"}:
        for _ in range(7):
            foot = float(rng.uniform(0.1, canvas.aspect)), float(rng.uniform(0.25, 0.75))
            paint_figure(canvas, stage, Thing("fish", foot, float(rng.uniform(0.03, 0.08))), rng)


def _room(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    """Paint a room in one-point perspective, lit by a tall window."""
    light, aspect = stage.light, canvas.aspect
    wall = between(between(light.ground, light.middle, 0.45), light.horizon, 0.12)
    canvas.pixels[:] = wall * np.clip(1.0 + 0.07 * canvas.noise(rng, 6.0, 5), 0.6, 1.4)[..., None]
    left, right, low, high = 0.22 * aspect, 0.78 * aspect, 0.7, 0.14
    floor = between(light.ground, light.accent, 0.25)
    canvas.polygons([[(left, low), (right, low), (aspect * 1.1, 1.1), (-aspect * 0.1, 1.1)]], floor)
    canvas.polygons(
        [[(left, high), (right, high), (aspect * 1.1, -0.2), (-aspect * 0.1, -0.2)]], between(wall, (1, 1, 1), 0.2)
    )
    canvas.polygons([[(0, -0.1), (left, high), (left, low), (0, 1.0)]], between(wall, (0, 0, 0), 0.35))
    canvas.polygons([[(aspect, -0.1), (right, high), (right, low), (aspect, 1.0)]], between(wall, (0, 0, 0), 0.22))
    for plank in np.linspace(-0.4, 1.4, 15):
        foot = left + (right - left) * (plank + 0.4) / 1.8, low
        canvas.lines([[foot, (plank * aspect, 1.05)]], 0.003, between(floor, (0, 0, 0), 0.4))
    at = aspect * (0.36 if stage.subject_x > aspect / 2 else 0.64)
    glass = between(light.horizon, light.lamp, 0.5)
    paint_figure(canvas, stage, Thing("window", (at, 0.6), 0.4), rng)
    beam = [(at - 0.13, 0.6), (at + 0.13, 0.6), (at + 0.42, 1.02), (at - 0.1, 1.02)]
    canvas.polygons([beam], glass, 0.3)
    canvas.glow((at, 0.4), 0.3, glass, 0.6)


def _heaven(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    """Paint a sea of clouds seen from above, under an open sky."""
    paint_sky(canvas, stage, rng)
    light = stage.light
    for bank in range(5):
        near = (bank + 1) / 5
        puffs = np.abs(canvas.noise(rng, 2.5 - 0.2 * bank, 4, 1.6))
        crest = stage.horizon - 0.03 + 0.11 * bank - (0.05 + 0.1 * near) * puffs[puffs.shape[0] // 2][None]
        shade = between(light.horizon, between(light.middle, light.zenith, 0.4), 0.2 + 0.5 * near)
        body = np.clip((canvas.y - crest) * 60.0, 0.0, 1.0)
        lit = np.exp(-np.clip(canvas.y - crest, 0.0, 1.0) / (0.05 + 0.05 * near)) * (0.75 + 0.25 * puffs)
        colour = shade + (between(light.lamp, light.horizon, 0.2) - shade) * np.clip(lit, 0.0, 1.0)[..., None]
        canvas.wash(colour, body)


def _abstract(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    """Paint a vortex of coloured bands, discs and rays around the main subject's place."""
    light = stage.light
    middle = stage.subject_x, 0.47
    angle = np.arctan2(canvas.y - middle[1], canvas.x - middle[0])
    distance = canvas.distance(middle) + 0.05 * canvas.noise(rng, 2.5, 3)
    arms = int(rng.integers(2, 6))
    bands = np.cos(arms * angle + np.log(np.abs(distance) + 0.03) * rng.uniform(4.0, 8.0))
    ramp = np.stack([light.zenith, light.middle, light.accent, light.horizon, light.lamp])
    tone = np.clip(0.5 + 0.42 * bands + 0.12 * canvas.noise(rng, 3.0, 4), 0.0, 1.0)
    colour = np.stack([np.interp(tone, np.linspace(0, 1, 5), ramp[:, c]) for c in range(3)], axis=-1)
    canvas.pixels[:] = colour
    for _ in range(14):
        at = rng.uniform((0.0, 0.0), (canvas.aspect, 1.0))
        radius = float(0.02 + 0.13 * rng.random() ** 2)
        one = ramp[int(rng.integers(5))]
        canvas.disc((at[0], at[1]), radius, one)
        canvas.disc((at[0] + radius * 0.2, at[1] - radius * 0.2), radius * 0.6, between(one, light.lamp, 0.4))
    for turn in rng.uniform(0.0, 2 * np.pi, 9):
        reach = rng.uniform(0.5, 1.3)
        end = middle[0] + np.cos(turn) * reach, middle[1] + np.sin(turn) * reach
        canvas.lines([[middle, end]], float(rng.uniform(0.004, 0.012)), light.lamp, 0.7)
    canvas.glow(middle, 0.16, light.lamp, 0.9)


WORLDS: Mapping[str, Painting] = {
    "space": _space,
    "underwater": _underwater,
    "room": _room,
    "heaven": _heaven,
    "abstract": _abstract,
}
