"""Landscapes: ridges that pale with distance, water that mirrors, fields, woods, cities and roads."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from glance.painter.sketch.canvas import Canvas, Color, Plane, between, smooth_outline
from glance.painter.sketch.figures import Thing, paint_figure, paint_pine
from glance.painter.sketch.sky import Stage, paint_sky, paint_stars

Painting = Callable[[Canvas, Stage, np.random.Generator], None]


def paint_ridges(canvas: Canvas, stage: Stage, rng: np.random.Generator, heights: tuple[float, ...]) -> None:
    """Paint mountain ridges from far to near, each as high above the horizon as `heights` says.

    The far ones take the horizon's color (atmospheric perspective), and each has haze at its foot.
    """
    for place, height in enumerate(heights):
        near = (place + 1.0) / (len(heights) + 1.0)
        rough = canvas.noise(rng, 1.6 + place, 7, 1.0)[:1]
        top = stage.horizon - height * (0.55 + 0.28 * rough) + 0.01 * place
        color = between(stage.light.horizon, between(stage.light.ground, stage.light.zenith, 0.4), 0.25 + 0.6 * near)
        _land(canvas, top, color, stage.light.horizon, 0.45 * (1.0 - near), rng)


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
        color = between(between(stage.light.ground, stage.light.accent, 0.2), stage.light.horizon, 0.35 - 0.2 * hill)
        _land(canvas, top, color, stage.light.ground, 0.35, rng)
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
        color = between(light.accent, (light.lamp, light.horizon, light.accent)[int(rng.integers(3))], 0.75)
        canvas.disc((x, y), size * float(rng.uniform(0.6, 1.2)), color)
        canvas.disc((x, y), size * 0.3, light.ground)
    _grass(canvas, stage, rng)


def _forest(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    paint_ridges(canvas, stage, rng, (0.2,))
    _meadow(canvas, stage, rng, stage.horizon)
    for layer in range(4):
        near = (layer + 1) / 4
        color = between(stage.light.horizon, between(stage.light.ground, (0.02, 0.05, 0.03), 0.5), 0.25 + 0.72 * near)
        for x in np.arange(-0.1, canvas.aspect + 0.1, 0.09 + 0.07 * layer):
            x = float(x + rng.normal(0.0, 0.04))
            clearing = abs(x - stage.subject_x) < 0.1 + 0.16 * near
            if not clearing:
                foot = x, stage.horizon + 0.02 + 0.11 * layer
                paint_pine(canvas, foot, float((0.25 + 0.16 * layer) * rng.uniform(0.8, 1.3)), color, rng)
        _haze(canvas, stage, stage.horizon + 0.02 + 0.11 * layer, 0.3 * (1.0 - near))
    _grass(canvas, stage, rng)


def _city(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    _skyline(canvas, stage, rng, stage.horizon + 0.02)
    if rng.random() < 0.5 or stage.words & {"rain", "sea", "lake", "neon"}:
        paint_water(canvas, stage, rng, stage.horizon + 0.02, 0.3)
    else:
        _meadow(canvas, stage, rng, stage.horizon + 0.02)


def _stadium(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    """Paint a bowl of stands around a lit pitch, with floodlights on masts."""
    light, middle, top = stage.light, canvas.aspect / 2, stage.horizon - 0.16
    rows, deep = 9, stage.horizon + 0.06
    across = np.linspace(-0.2, canvas.aspect + 0.2, 60)
    bowl = ((across - middle) / (0.6 * canvas.aspect)) ** 2
    for row in range(rows):
        height = top + (deep - top) * row / rows
        rim = np.stack([across, height - 0.16 * bowl * (1.0 - 0.75 * row / rows)], axis=-1)
        tier = between(light.middle, light.ground, 0.35 + 0.45 * (row % 2))
        canvas.polygons(
            [[*rim, (canvas.aspect + 0.2, deep), (-0.2, deep)]], between(tier, light.lamp, 0.05 * row / rows)
        )
    seats = rng.uniform((0.0, top), (canvas.aspect, deep), (420, 2))
    for x, y in seats:
        if y > top - 0.16 * ((x - middle) / (0.6 * canvas.aspect)) ** 2 + 0.01:
            canvas.disc((float(x), float(y)), 0.004, between(light.horizon, light.accent, float(rng.uniform(0.0, 0.9))))
    pitch = between(between(light.accent, (0.16, 0.42, 0.2), 0.75), light.lamp, 0.12)
    canvas.polygons([[(-0.1, deep), (canvas.aspect + 0.1, deep), (canvas.aspect + 0.1, 1.1), (-0.1, 1.1)]], pitch)
    for stripe in range(0, 10, 2):
        left, right = (middle + (stripe / 10.0 + k - 0.5) * canvas.aspect for k in (0.0, 0.1))
        near = [(middle + 1.9 * (x - middle), 1.02) for x in (right, left)]
        lane = [(left, deep), (right, deep), *near]
        canvas.polygons([lane], between(pitch, (1.0, 1.0, 1.0), 0.12))
    canvas.lines([[(0.0, deep + 0.05), (canvas.aspect, deep + 0.05)]], 0.006, between(light.horizon, (1, 1, 1), 0.7))
    for share in (0.08, 0.92):
        _floodlight(canvas, stage, (share * canvas.aspect, top - 0.1), 0.2)


def _floodlight(canvas: Canvas, stage: Stage, foot: tuple[float, float], height: float) -> None:
    """Paint a mast with a panel of lamps, and what they shine on."""
    x, y = foot
    white = between(stage.light.lamp, (1.0, 1.0, 0.96), 0.7)
    canvas.lines([[(x, y + 0.12), (x, y - height + 0.05)]], 0.012, between(stage.light.ground, (0.0, 0.0, 0.0), 0.4))
    for row in range(2):
        for column in range(4):
            at = (x + (column - 1.5) * 0.035, y - height + 0.035 * row)
            canvas.disc(at, 0.015, white)
    canvas.glow((x, y - height), 0.12, white, 0.55 + 0.3 * stage.light.darkness)


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
    color = far + (between(light.ground, light.accent, 0.1) - far) * share
    canvas.wash(color, np.broadcast_to(np.clip((canvas.y - top) * 300.0, 0.0, 1.0), strokes.shape))


def _grass(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    """Paint blades in front, dark against the light."""
    dark = between(stage.light.ground, (0.01, 0.02, 0.02), 0.5)
    for x in rng.uniform(-0.05, canvas.aspect + 0.05, 150):
        high, lean = rng.uniform(0.04, 0.17), rng.normal(0.0, 0.04)
        blade = [(x - 0.006, 1.02), (x + lean * 0.4, 1.0 - high * 0.6), (x + lean, 1.0 - high), (x + 0.006, 1.02)]
        canvas.polygons([blade], between(dark, stage.light.accent, float(rng.uniform(0.0, 0.25))))


def _wood_line(canvas: Canvas, stage: Stage, rng: np.random.Generator, foot: float, height: float) -> None:
    bumps = np.abs(canvas.noise(rng, 14.0, 4, 1.0)[:1]) * 0.45 + 0.35
    color = between(between(stage.light.ground, (0.04, 0.09, 0.06), 0.3), stage.light.horizon, 0.3)
    inside = np.clip((canvas.y - (foot - height * bumps)) * 300.0, 0.0, 1.0) * np.clip(
        (foot - canvas.y) * 300 + 1, 0, 1
    )
    canvas.wash(color, inside)


def _skyline(canvas: Canvas, stage: Stage, rng: np.random.Generator, foot: float) -> None:
    """Paint three rows of towers, the near ones with lit windows."""
    light = stage.light
    for row in range(3):
        near = (row + 1) / 3
        color = between(light.horizon, between(light.ground, light.zenith, 0.3), 0.3 + 0.65 * near)
        x = -0.05
        while x < canvas.aspect + 0.05:
            wide = float(rng.uniform(0.05, 0.13)) * (0.7 + 0.5 * near)
            tall = float(rng.uniform(0.08, 0.2) + 0.28 * rng.random() ** 3) * (1.25 - 0.35 * near)
            _building(canvas, (x, foot, wide, tall), color, stage, rng)
            x += wide * float(rng.uniform(0.85, 1.25))
        _haze(canvas, stage, foot, 0.4 * (1.0 - near))


def _building(
    canvas: Canvas, box: tuple[float, float, float, float], color: Color, stage: Stage, rng: np.random.Generator
) -> None:
    x, foot, wide, tall = box
    canvas.polygons([[(x, foot), (x + wide, foot), (x + wide, foot - tall), (x, foot - tall)]], color)
    if rng.random() < 0.35:
        canvas.lines([[(x + wide / 2, foot - tall), (x + wide / 2, foot - tall - 0.06)]], 0.005, color)
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


def _land(canvas: Canvas, top: Plane, color: Color, low_color: Color, fade: float, rng: np.random.Generator) -> None:
    """Fill everything below a line, shape (1, width), fading into another color downwards, with a rough texture."""
    below = canvas.y - top
    texture = canvas.noise(rng, 7.0, 5, 1.5)
    lit = np.clip(1.0 + 0.13 * texture, 0.6, 1.4)[..., None]
    share = (np.clip(below / 0.3, 0.0, 1.0) * fade)[..., None]
    canvas.wash((color + (low_color - color) * share) * lit, np.clip(below * canvas.pixels.shape[0] + 0.5, 0.0, 1.0))


def paint_snow_cover(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    """Lay snow over all ground, bluish far away, so that it is white whatever the light."""
    white = between(between(stage.light.zenith, (0.86, 0.91, 1.0), 0.75), (1.0, 1.0, 1.0), 0.25)
    drifts = canvas.noise(rng, 5.0, 4, 4.0)
    depth = np.clip((canvas.y - stage.horizon - 0.015 - 0.012 * drifts) * 40.0, 0.0, 1.0)
    shade = np.clip(1.0 + 0.05 * drifts, 0.88, 1.08)[..., None]
    canvas.wash(white * shade, 0.86 * depth)


LANDSCAPES: Mapping[str, Painting] = {
    "sea": _sea,
    "lake": _lake,
    "mountains": _mountains,
    "field": _field,
    "garden": _garden,
    "forest": _forest,
    "city": _city,
    "stadium": _stadium,
    "street": _street,
    "desert": _desert,
}


def _space(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    light = stage.light
    canvas.pixels[:] = between(light.zenith, (0.01, 0.01, 0.03), 0.75)
    for color, cells in ((light.middle, 1.6), (light.accent, 2.2), (light.horizon, 3.0)):
        cloud = canvas.noise(rng, cells, 6)
        band = np.exp(-(((canvas.y - 0.5 - 0.5 * (canvas.x - canvas.aspect / 2)) / 0.4) ** 2))
        canvas.shine(color, np.clip(0.25 + 0.5 * cloud, 0.0, 1.0) * (0.2 + 0.75 * band))
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
        color = between(light.accent, deep, float(rng.uniform(0.1, 0.8)))
        canvas.lines([smooth_outline([(x, base), *path], closed=False)], float(rng.uniform(0.006, 0.016)), color)
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
        color = shade + (between(light.lamp, light.horizon, 0.2) - shade) * np.clip(lit, 0.0, 1.0)[..., None]
        canvas.wash(color, body)


def _abstract(canvas: Canvas, stage: Stage, rng: np.random.Generator) -> None:
    """Paint a vortex of colored bands, discs and rays around the main subject's place."""
    light = stage.light
    middle = stage.subject_x, 0.47
    angle = np.arctan2(canvas.y - middle[1], canvas.x - middle[0])
    distance = canvas.distance(middle) + 0.05 * canvas.noise(rng, 2.5, 3)
    arms = int(rng.integers(2, 6))
    bands = np.cos(arms * angle + np.log(np.abs(distance) + 0.03) * rng.uniform(4.0, 8.0))
    ramp = np.stack([light.zenith, light.middle, light.accent, light.horizon, light.lamp])
    tone = np.clip(0.5 + 0.42 * bands + 0.12 * canvas.noise(rng, 3.0, 4), 0.0, 1.0)
    color = np.stack([np.interp(tone, np.linspace(0, 1, 5), ramp[:, c]) for c in range(3)], axis=-1)
    canvas.pixels[:] = color
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
