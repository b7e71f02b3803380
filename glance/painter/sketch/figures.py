"""Things with a form: silhouettes from the tables, trees that grow, flocks and planets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.painter.sketch.belongings import BELONGINGS
from glance.painter.sketch.canvas import Canvas, Color, between, color_of, smooth_outline
from glance.painter.sketch.people import PEOPLE
from glance.painter.sketch.shapes import CREATURES, OBJECTS, Part, Role, Shape
from glance.painter.sketch.sky import Light, Point, Stage
from glance.painter.sketch.stencils import height_of_stencil, is_stencil, paint_stencil, place_of_stencil
from glance.painter.sketch.vocabulary import COLORS

FIGURES: dict[str, Shape] = {**CREATURES, **OBJECTS, **BELONGINGS, **PEOPLE}
#: Heights of the things that are grown or scattered instead of looked up.
_GROWN_HEIGHT = {"tree": 0.62, "pine": 0.55, "birds": 0.2, "planet": 0.4}

#: Mean lightness behind a thing from which it is lit up against the dark, and from which pale walls are shaded.
_DARK, _BRIGHT = 0.3, 0.6


def place_of(name: str) -> str:
    """Return what carries a thing: `ground`, `water` or `air`."""
    if is_stencil(name):
        return place_of_stencil(name)
    if name in FIGURES:
        return FIGURES[name].place
    return "air" if name in {"birds", "planet"} else "ground"


def height_of(name: str) -> float:
    """Return how high a thing usually stands, in picture heights."""
    if is_stencil(name):
        return height_of_stencil(name)
    return FIGURES[name].height if name in FIGURES else _GROWN_HEIGHT[name]


def is_pale(name: str) -> bool:
    """Return whether a thing is mostly white walls."""
    return name in FIGURES and FIGURES[name].parts[0].role == "wall"


@dataclass(frozen=True)
class Thing:
    """A thing and where it stands.

    Attributes:
        name: A key of `composer_words.SUBJECTS`, or a stencil's name.
        foot: Where it stands or ends at the bottom.
        height: In picture heights.
        color: A key of `composer_words.COLORS`, or nothing for the light's own.
    """

    name: str
    foot: Point
    height: float
    color: str = ""


def paint_figure(canvas: Canvas, stage: Stage, thing: Thing, rng: np.random.Generator) -> None:
    """Paint one thing."""
    name, foot, height = thing.name, thing.foot, thing.height
    if name == "tree":
        _tree(canvas, stage, foot, height, rng)
    elif name == "pine":
        paint_pine(canvas, foot, height, between(stage.light.ground, (0.05, 0.1, 0.08), 0.4), rng)
    elif name == "birds":
        _flock(canvas, stage.light, foot, rng)
    elif name == "planet":
        _planet(canvas, stage, (foot[0], foot[1] - height / 2), height / 2, rng)
    elif is_stencil(name):
        _stencil(canvas, stage, thing)
    else:
        if name == "lighthouse" and stage.light.darkness > 0.3:
            _beams(canvas, stage, (foot[0], foot[1] - 0.85 * height))
        _shape(canvas, stage, FIGURES[name], thing)


def paint_pine(canvas: Canvas, foot: Point, height: float, color: Color, rng: np.random.Generator) -> None:
    """Paint a conifer of ragged storeys."""
    storeys = 7
    right = []
    for storey in range(storeys):
        top, low = 1.0 - storey / storeys, 1.0 - (storey + 1.15) / storeys
        wide = 0.06 + 0.2 * (storey + 1) / storeys * rng.uniform(0.85, 1.15)
        right += [(wide * 0.35, top - 0.02), (wide, max(0.06, low))]
    outline = [(0.0, 1.0), *right, (0.03, 0.05), (0.03, 0.0)]
    both = np.array([*outline, *((-x * rng.uniform(0.85, 1.1), y) for x, y in reversed(outline))])
    canvas.polygons([_standing(both, foot, height, False)], color)


def _shape(canvas: Canvas, stage: Stage, shape: Shape, thing: Thing) -> None:
    """Paint a silhouette's parts; a thing right of the light is turned round so that its lit side faces it."""
    light, foot, height = stage.light, thing.foot, thing.height
    turned = foot[0] > stage.lamp_at[0]
    colors = _colors(light, thing.color, _lightness_behind(canvas, foot, height))
    for part in shape.parts:
        _part(canvas, part, foot, height, colors[part.role], turned)
    if light.darkness > 0.4:
        for part in shape.parts:
            if part.role == "lamp":
                x, y = _standing(np.array(part.points).mean(axis=0)[None], foot, height, turned)[0]
                canvas.glow((x, y), 0.035 + 0.12 * height * light.darkness, light.lamp, 0.5)


def _stencil(canvas: Canvas, stage: Stage, thing: Thing) -> None:
    """Paint an outline: its area in the picture's vivid color, its lines dark, so that it reads on any ground."""
    light, (x, y) = stage.light, thing.foot
    colors = _colors(light, thing.color, _lightness_behind(canvas, thing.foot, thing.height))
    area = colors["body"] if thing.color else between(colors["accent"], colors["wall"], 0.3)
    paint_stencil(canvas, thing.name, (x, y, thing.height, x > stage.lamp_at[0]), (area, colors["shade"]))


def _colors(light: Light, named: str, behind: float) -> dict[Role, Color]:
    """Return the color of each role: silhouettes and walls keep off the lightness of what is behind them."""
    body = between(between(light.ground, light.zenith, 0.15), (0.0, 0.0, 0.02), 0.35)
    pale = between(light.horizon, (1.0, 0.99, 0.95), 0.6) * np.float32(1.0 - 0.3 * light.darkness)
    lamp = between(light.lamp, light.accent, 0.3 if light.darkness > 0.5 else 0.65)
    if named:
        body = lamp = pale = color_of(COLORS[named]) * np.float32(1.0 - 0.3 * light.darkness)
    elif behind < _DARK:
        body = between(body, between(light.horizon, light.middle, 0.4), 0.6 * (1.0 - behind / _DARK))
    if behind > _BRIGHT and not named:
        pale = between(pale, light.zenith, min(0.4, 1.2 * (behind - _BRIGHT)))
    accent = between(light.accent, body, 0.15)
    return {
        "body": body,
        "shade": between(body, (0.0, 0.0, 0.02), 0.55),
        "rim": between(light.horizon, light.middle, 0.25),
        "lamp": lamp,
        "wall": pale,
        "wall_shadow": between(pale, between(light.zenith, light.ground, 0.4), 0.5),
        "accent": accent,
        "accent_shadow": between(accent, between(light.zenith, light.ground, 0.4), 0.5),
    }


def _lightness_behind(canvas: Canvas, foot: Point, height: float) -> float:
    """Return the mean lightness of the sheet where a thing is going to stand."""
    pixels = canvas.pixels
    rows, columns = pixels.shape[:2]
    top, low = (int(np.clip(y * rows, 0, rows - 1)) for y in (foot[1] - height, foot[1]))
    left, right = (int(np.clip((foot[0] + side * 0.2 * height) * rows, 0, columns - 1)) for side in (-1.0, 1.0))
    return float(pixels[top : low + 1, left : right + 1].mean())


def _beams(canvas: Canvas, stage: Stage, lamp: Point) -> None:
    """Paint a lighthouse's two beams, which fade with distance."""
    away = canvas.distance(lamp)
    lean = (canvas.y - lamp[1]) + 0.1 * (canvas.x - lamp[0])
    side = np.abs(canvas.x - lamp[0])
    cone = np.clip(1.0 - np.abs(lean) / (0.012 + 0.11 * side), 0.0, 1.0) ** 0.7
    canvas.shine(stage.light.lamp, 0.75 * cone * np.exp(-away / 0.75) * min(1.0, 2.0 * stage.light.darkness))


def _part(canvas: Canvas, part: Part, foot: Point, height: float, color: Color, turned: bool) -> None:
    points = _standing(np.array(part.points), foot, height, turned)
    if part.disc:
        canvas.disc((points[0, 0], points[0, 1]), part.width * height, color)
        return
    if part.width:
        path = smooth_outline(points, closed=False) if part.curved else points
        canvas.lines([path], part.width * height, color)
        return
    canvas.polygons([smooth_outline(points) if part.curved else points], color)


def _standing(points: NDArray[np.float64], foot: Point, height: float, turned: bool) -> NDArray[np.float64]:
    """Return a shape's points on the sheet: y down, scaled, its foot in place."""
    sign = -1.0 if turned else 1.0
    return np.stack([foot[0] + sign * points[:, 0] * height, foot[1] - points[:, 1] * height], axis=-1)


def _tree(canvas: Canvas, stage: Stage, foot: Point, height: float, rng: np.random.Generator) -> None:
    """Grow a tree by forking branches, then hang clusters of leaves on the last ones."""
    light = stage.light
    wood = between(light.ground, (0.04, 0.02, 0.02), 0.5)
    tips: list[NDArray[np.float64]] = []
    branches: list[tuple[NDArray[np.float64], float, float, int]] = [(np.array(foot), -np.pi / 2, height * 0.3, 0)]
    while branches:
        start, angle, length, depth = branches.pop()
        end = start + length * np.array([np.cos(angle), np.sin(angle)])
        bent = (start + end) / 2 + rng.normal(0.0, 0.05, 2) * length
        width = height * 0.055 * 0.62**depth
        canvas.lines([smooth_outline([start, bent, end], closed=False)], width, wood)
        if depth == 5:
            tips.append(end)
            continue
        branches += [
            (end, angle + side * rng.uniform(0.25, 0.65), length * rng.uniform(0.68, 0.84), depth + 1)
            for side in (-1.0, 1.0)
        ]
    if stage.words & {"winter", "snowfall", "noir", "fire"}:
        return
    leaf = between(between(light.accent, light.ground, 0.45), light.horizon, 0.1)
    for lift, share in ((0.012, 0.0), (0.0, 0.35), (-0.012, 0.75)):
        color = between(leaf, between(light.lamp, light.accent, 0.5), share)
        for tip in tips:
            at = tip + rng.normal(0.0, 0.02, 2) + (0.0, lift)
            canvas.disc((float(at[0]), float(at[1])), float(rng.uniform(0.012, 0.027)), color)


def _flock(canvas: Canvas, light: Light, middle: Point, rng: np.random.Generator) -> None:
    color = between(light.ground, (0.02, 0.02, 0.04), 0.5)
    for _ in range(13):
        x, y = rng.normal(middle, (0.2, 0.075))
        size = float(rng.uniform(0.016, 0.045))
        lift = rng.uniform(0.25, 0.7)
        wings = [(-1.0, -lift * 0.6), (-0.5, -lift), (0.0, 0.0), (0.5, -lift), (1.0, -lift * 0.6)]
        path = smooth_outline([(x + size * u, y + size * v) for u, v in wings], closed=False)
        canvas.lines([path], max(0.004, size * 0.16), color)


def _planet(canvas: Canvas, stage: Stage, at: Point, radius: float, rng: np.random.Generator) -> None:
    """Paint a banded globe lit from above left, with a ring around it."""
    light = stage.light
    canvas.glow(at, radius * 0.8, light.middle, 0.5)
    turn = np.linspace(0.0, 2 * np.pi, 97)
    ring = np.stack([at[0] + np.cos(turn) * 1.7 * radius, at[1] + np.sin(turn) * 0.34 * radius], axis=-1)
    ring[:, 1] += (ring[:, 0] - at[0]) * 0.18
    band = between(light.lamp, light.accent, 0.3)
    canvas.lines([ring[48:]], 0.03, between(band, light.zenith, 0.4))
    bands = canvas.noise(rng, 7.0, 4, 7.0) + 0.6 * np.sin((canvas.y - at[1]) / radius * 9.0)
    base, other = between(light.accent, light.horizon, 0.3), between(light.horizon, light.lamp, 0.4)
    color = base + (other - base) * np.clip(0.5 + 0.35 * bands, 0.0, 1.0)[..., None]
    lit = np.clip(0.62 - 0.75 * ((canvas.x - at[0]) * 0.8 + (canvas.y - at[1]) * 0.6) / radius, 0.06, 1.0)
    inside = np.clip((radius - canvas.distance(at)) * canvas.pixels.shape[0] + 0.5, 0.0, 1.0)
    canvas.wash(color * lit[..., None], inside)
    canvas.lines([ring[:50]], 0.03, band)
    canvas.lines([ring[:50]], 0.006, between(light.zenith, band, 0.4))
