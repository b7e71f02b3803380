"""Landscapes: ridges that pale with distance, water that mirrors, fields, woods, cities and roads."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from glance.backends.composer_canvas import Canvas, Colour, Plane, between
from glance.backends.composer_figures import paint_pine
from glance.backends.composer_sky import Stage

Painting = Callable[[Canvas, Stage, np.random.Generator], None]


def paint_ridges(canvas: Canvas, stage: Stage, rng: np.random.Generator, heights: tuple[float, ...]) -> None:
    """Paint mountain ridges from far to near, each as high above the horizon as `heights` says.

    The far ones take the horizon's colour (atmospheric perspective), and each has haze at its foot.
    """
    for place, height in enumerate(heights):
        near = (place + 1.0) / (len(heights) + 1.0)
        rough = canvas.noise(rng, 1.6 + place, 7, 1.0)[:1]
        top = stage.horizon - height * (0.55 + 0.28 * rough) + 0.01 * place
        colour = between(stage.light.horizon, between(stage.light.ground, stage.light.zenith, 0.4), 0.25 + 0.6 * near)
        _land(canvas, top, colour, stage.light.horizon, 0.45 * (1.0 - near), rng)


def paint_water(canvas: Canvas, stage: Stage, rng: np.random.Generator, top: float, rough: float) -> None:
    """Turn everything below a height into water: a rippled mirror of what is above it, and a path of light."""
    import cv2

    height, width = canvas.pixels.shape[:2]
    first = round(top * height)
    rows = np.arange(first, height, dtype=np.float32)[:, None]
    depth = (rows / height - top) / (1.0 - top)
    waves = canvas.noise(rng, 10.0, 4, 9.0)[first:] + 0.7 * canvas.noise(rng, 26.0, 2, 7.0)[first:]
    lift = waves * (0.2 + depth) * rough * 0.035 * height
    mirror_y = np.clip(2.0 * top * height - rows * 1.0 + lift, 0.0, top * height - 1.0)
    mirror_x = np.arange(width, dtype=np.float32)[None, :] + lift * 0.5
    maps = np.float32(mirror_x), np.float32(mirror_y)
    mirrored = cv2.remap(canvas.pixels, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    light = stage.light
    deep = between(between(light.zenith, light.ground, 0.5), light.middle, 0.15)
    share = (0.25 + 0.5 * depth)[..., None]
    canvas.pixels[first:] = mirrored * (1.0 - share) + deep * share
    crests = np.clip(waves * 0.8 - 0.9, 0.0, 1.0) * (0.25 + 0.75 * depth)
    path = np.exp(-(((canvas.x - stage.lamp_at[0]) / (0.05 + 0.22 * depth)) ** 2))
    cover = np.zeros((height, width), dtype=np.float32)
    cover[first:] = 0.5 * crests * rough + np.clip(waves + 0.35, 0.0, 1.0) * path * 0.75
    canvas.wash(between(light.lamp, light.horizon, 0.25), np.clip(cover, 0.0, 0.95))


def _sea(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    if rng.random() < 0.6:
        paint_ridges(canvas, stage, rng, (0.07,))
    paint_water(canvas, stage, rng, stage.horizon, 1.0)
    _shore(canvas, stage, rng)


def _lake(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    paint_ridges(canvas, stage, rng, (0.24, 0.15))
    _wood_line(canvas, stage, rng, stage.horizon + 0.005, 0.07)
    paint_water(canvas, stage, rng, stage.horizon, 0.35)
    _shore(canvas, stage, rng)


def _mountains(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    paint_ridges(canvas, stage, rng, (0.42, 0.3, 0.16))
    _wood_line(canvas, stage, rng, stage.horizon + 0.05, 0.08)
    _meadow(canvas, stage, rng, stage.horizon + 0.05)


def _field(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    paint_ridges(canvas, stage, rng, (0.12, 0.07))
    _wood_line(canvas, stage, rng, stage.horizon + 0.01, 0.05)
    _meadow(canvas, stage, rng, stage.horizon)
    for hill in range(2):
        top = stage.horizon + 0.1 + 0.14 * hill + 0.05 * canvas.noise(rng, 1.0, 2, 2.0)[:1]
        colour = between(between(stage.light.ground, stage.light.accent, 0.2), stage.light.horizon, 0.35 - 0.2 * hill)
        _land(canvas, top, colour, stage.light.ground, 0.35, rng)
    _grass(canvas, stage, rng)


def _garden(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    paint_ridges(canvas, stage, rng, (0.1,))
    _wood_line(canvas, stage, rng, stage.horizon + 0.01, 0.12)
    _meadow(canvas, stage, rng, stage.horizon)
    light = stage.light
    for depth in np.sort(rng.random(420)):
        y = stage.horizon + 0.03 + (1.02 - stage.horizon) * depth**1.4
        size = 0.004 + 0.02 * depth
        x = float(rng.uniform(0.0, canvas.aspect))
        colour = between(light.accent, (light.lamp, light.horizon, light.accent)[int(rng.integers(3))], 0.75)
        canvas.disc((x, y), size * float(rng.uniform(0.6, 1.2)), colour)
        canvas.disc((x, y), size * 0.3, light.ground)
    _grass(canvas, stage, rng)


def _forest(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    paint_ridges(canvas, stage, rng, (0.2,))
    _meadow(canvas, stage, rng, stage.horizon)
    for layer in range(4):
        near = (layer + 1) / 4
        colour = between(stage.light.horizon, between(stage.light.ground, (0.02, 0.05, 0.03), 0.5), 0.25 + 0.72 * near)
        for x in np.arange(-0.1, canvas.aspect + 0.1, 0.09 + 0.07 * layer):
            x = float(x + rng.normal(0.0, 0.04))
            clearing = abs(x - stage.subject_x) < 0.1 + 0.16 * near
            if not clearing:
                foot = x, stage.horizon + 0.02 + 0.11 * layer
                paint_pine(canvas, foot, float((0.25 + 0.16 * layer) * rng.uniform(0.8, 1.3)), colour, rng)
        _haze(canvas, stage, stage.horizon + 0.02 + 0.11 * layer, 0.3 * (1.0 - near))
    _grass(canvas, stage, rng)


def _city(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    _skyline(canvas, stage, rng, stage.horizon + 0.02)
    if rng.random() < 0.5 or stage.words & {"rain", "sea", "lake", "neon"}:
        paint_water(canvas, stage, rng, stage.horizon + 0.02, 0.3)
    else:
        _meadow(canvas, stage, rng, stage.horizon + 0.02)


def _street(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    if stage.words & {"city", "neon", "rain", "car"}:
        _skyline(canvas, stage, rng, stage.horizon + 0.01)
    else:
        paint_ridges(canvas, stage, rng, (0.16, 0.08))
    _meadow(canvas, stage, rng, stage.horizon)
    vanishing = canvas.aspect * 0.5 + rng.uniform(-0.15, 0.15), stage.horizon
    light = stage.light
    tar = between(between(light.ground, (0.12, 0.12, 0.15), 0.5), light.middle, 0.18)
    canvas.polygons([[vanishing, (canvas.aspect * 0.9, 1.05), (canvas.aspect * 0.1, 1.05)]], tar)
    if "rain" in stage.words or light.darkness > 0.7:
        gleam = np.exp(-((canvas.x - vanishing[0]) ** 2) / 0.03) * np.clip(canvas.y - stage.horizon, 0.0, 1.0)
        canvas.shine(light.horizon, np.clip(gleam * (1.2 + 0.5 * canvas.noise(rng, 14.0, 3, 5.0)), 0.0, 0.7))
    for dash in range(7):
        start, end = (0.03 + 0.97 * (dash / 7) ** 1.8), (0.03 + 0.97 * ((dash + 0.5) / 7) ** 1.8)
        corners = [(side * 0.012 * depth, depth) for side, depth in ((-1, start), (1, start), (1, end), (-1, end))]
        canvas.polygons(
            [[(vanishing[0] + x, vanishing[1] + y * (1.0 - stage.horizon)) for x, y in corners]], light.lamp
        )
    for step in range(6, 0, -1):
        for side in (-1, 1):
            depth = 1.0 / (step + 0.4)
            x, y = vanishing[0] + side * 0.75 * depth, vanishing[1] + (1.0 - stage.horizon) * depth * 0.8
            pole = 0.62 * depth
            canvas.lines([[(x, y), (x, y - pole), (x - side * 0.09 * depth, y - pole)]], 0.012 * depth, light.ground)
            canvas.glow((x - side * 0.09 * depth, y - pole), 0.05 * depth + 0.01, light.lamp, 0.8)


def _desert(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    paint_ridges(canvas, stage, rng, (0.1,))
    light = stage.light
    for dune in range(5):
        near = (dune + 1) / 5
        crest = stage.horizon + 0.02 + 0.1 * dune + 0.06 * near * canvas.noise(rng, 0.7 + 0.3 * dune, 2, 1.6)[:1]
        sand = between(between(light.horizon, light.accent, 0.35), light.ground, 0.15 + 0.45 * near)
        _land(canvas, crest, sand, between(sand, light.ground, 0.6), 0.8, rng)
        canvas.wash(between(light.lamp, sand, 0.3), 0.8 * np.exp(-np.abs(canvas.y - crest - 0.006) / 0.006))


def _shore(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    """Paint rocky land in front under the main subject: an island, or a headland that rises from the nearer edge."""
    light, x = stage.light, stage.subject_x
    if rng.random() < 0.5:
        slope = stage.foot_y - 0.02 + 0.22 * np.tanh(np.clip(np.abs(canvas.x - x) - 0.1, 0.0, None) * 2.4)
    else:
        inland = (x - canvas.x) * (1.0 if x < canvas.aspect / 2 else -1.0)
        slope = stage.foot_y - 0.02 - 0.14 * np.tanh(inland * 0.9) + 0.3 * np.clip(-inland - 0.1, 0.0, 1.0) ** 1.3
    top = slope + 0.012 * canvas.noise(rng, 4.0, 5, 1.0)[:1]
    dark = between(light.ground, light.zenith, 0.12)
    _land(canvas, top, between(dark, light.horizon, 0.22), between(light.ground, (0.0, 0.0, 0.02), 0.3), 0.8, rng)
    canvas.wash(between(light.horizon, light.lamp, 0.3), 0.55 * np.exp(-np.abs(canvas.y - top - 0.004) / 0.006))


def _meadow(canvas: Canvas, stage: Stage, rng: np.random.Generator, top: float) -> None:
    """Paint ground from a height down, pale far away, with strokes that grow towards the viewer."""
    light = stage.light
    depth = np.clip((canvas.y - top) / (1.0 - top), 0.0, 1.0)
    far = between(light.ground, light.horizon, 0.55)
    strokes = canvas.noise(rng, 9.0, 5, 4.0) * (0.25 + 0.75 * depth)
    share = np.clip(depth**0.6 + 0.13 * strokes, 0.0, 1.0)[..., None]
    colour = far + (between(light.ground, light.accent, 0.1) - far) * share
    canvas.wash(colour, np.broadcast_to(np.clip((canvas.y - top) * 300.0, 0.0, 1.0), strokes.shape))


def _grass(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    """Paint blades in front, dark against the light."""
    dark = between(stage.light.ground, (0.01, 0.02, 0.02), 0.5)
    for x in rng.uniform(-0.05, canvas.aspect + 0.05, 150):
        high, lean = rng.uniform(0.04, 0.17), rng.normal(0.0, 0.04)
        blade = [(x - 0.006, 1.02), (x + lean * 0.4, 1.0 - high * 0.6), (x + lean, 1.0 - high), (x + 0.006, 1.02)]
        canvas.polygons([blade], between(dark, stage.light.accent, float(rng.uniform(0.0, 0.25))))


def _wood_line(canvas: Canvas, stage: Stage, rng: np.random.Generator, foot: float, height: float) -> None:
    bumps = np.abs(canvas.noise(rng, 14.0, 4, 1.0)[:1]) * 0.45 + 0.35
    colour = between(between(stage.light.ground, (0.04, 0.09, 0.06), 0.3), stage.light.horizon, 0.3)
    inside = np.clip((canvas.y - (foot - height * bumps)) * 300.0, 0.0, 1.0) * np.clip(
        (foot - canvas.y) * 300 + 1, 0, 1
    )
    canvas.wash(colour, inside)


def _skyline(canvas: Canvas, stage: Stage, rng: np.random.Generator, foot: float) -> None:
    """Paint three rows of towers, the near ones with lit windows."""
    light = stage.light
    for row in range(3):
        near = (row + 1) / 3
        colour = between(light.horizon, between(light.ground, light.zenith, 0.3), 0.3 + 0.65 * near)
        x = -0.05
        while x < canvas.aspect + 0.05:
            wide = float(rng.uniform(0.05, 0.13)) * (0.7 + 0.5 * near)
            tall = float(rng.uniform(0.08, 0.2) + 0.28 * rng.random() ** 3) * (1.25 - 0.35 * near)
            _building(canvas, (x, foot, wide, tall), colour, stage, rng)
            x += wide * float(rng.uniform(0.85, 1.25))
        _haze(canvas, stage, foot, 0.4 * (1.0 - near))


def _building(
    canvas: Canvas, box: tuple[float, float, float, float], colour: Colour, stage: Stage, rng: np.random.Generator
) -> None:
    x, foot, wide, tall = box
    canvas.polygons([[(x, foot), (x + wide, foot), (x + wide, foot - tall), (x, foot - tall)]], colour)
    if rng.random() < 0.35:
        canvas.lines([[(x + wide / 2, foot - tall), (x + wide / 2, foot - tall - 0.06)]], 0.005, colour)
    light = stage.light
    chance = 0.15 + 0.4 * light.darkness
    panes: list[list[tuple[float, float]]] = []
    for left in np.arange(x + 0.008, x + wide - 0.012, 0.0165):
        for top in np.arange(foot - tall + 0.012, foot - 0.02, 0.023):
            if rng.random() < chance:
                right, low = left + 0.009, top + 0.012
                panes += [[(left, top), (right, top), (right, low), (left, low)]]
    canvas.polygons(panes, between(light.lamp, light.accent, float(rng.uniform(0.0, 0.7))), 0.9)


def _haze(canvas: Canvas, stage: Stage, foot: float, amount: float) -> None:
    cover = amount * np.exp(-np.abs(canvas.y - foot) / 0.07)
    canvas.wash(stage.light.horizon, np.broadcast_to(cover, canvas.pixels.shape[:2]))


def _land(
    canvas: Canvas, top: Plane, colour: Colour, low_colour: Colour, fade: float, rng: np.random.Generator
) -> None:
    """Fill everything below a line, shape (1, width), fading into another colour downwards, with a rough texture."""
    below = canvas.y - top
    texture = canvas.noise(rng, 7.0, 5, 1.5)
    lit = np.clip(1.0 + 0.13 * texture, 0.6, 1.4)[..., None]
    share = (np.clip(below / 0.3, 0.0, 1.0) * fade)[..., None]
    canvas.wash((colour + (low_colour - colour) * share) * lit, np.clip(below * canvas.pixels.shape[0] + 0.5, 0.0, 1.0))


LANDSCAPES: Mapping[str, Painting] = {
    "sea": _sea,
    "lake": _lake,
    "mountains": _mountains,
    "field": _field,
    "garden": _garden,
    "forest": _forest,
    "city": _city,
    "street": _street,
    "desert": _desert,
}
