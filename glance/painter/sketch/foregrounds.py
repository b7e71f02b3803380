"""What a picture is seen through: dark forms at its edges, which make depth and leave the middle free."""

from __future__ import annotations

import numpy as np

from glance.painter.sketch.canvas import Canvas, Color, between, smooth_outline
from glance.painter.sketch.sky import Stage


def paint_frame(canvas: Canvas, stage: Stage, name: str, rng: np.random.Generator) -> None:
    """Paint a foreground named in `composer_words.FRAMES`."""
    dark = between(between(stage.light.ground, stage.light.zenith, 0.3), (0.01, 0.01, 0.02), 0.55)
    if name == "arch":
        _arch(canvas, dark, rng)
    elif name == "window":
        _window(canvas, dark)
    elif name == "columns":
        _columns(canvas, stage, dark, rng)
    elif name == "grass":
        _grass(canvas, stage, dark, rng)
    elif name == "branches":
        _branches(canvas, stage, dark, rng)
    else:
        _bulbs(canvas, stage, dark, rng)


def _arch(canvas: Canvas, dark: Color, rng: np.random.Generator) -> None:
    """Darken everything outside a round arch, a doorway or a cave's mouth, with a paler inner edge."""
    kind, aspect = int(rng.integers(3)), canvas.aspect
    middle = aspect * (0.5, 0.5 + float(rng.choice((-0.1, 0.1))), 0.5)[kind]
    half, rise = aspect * (0.46, 0.5, 0.49)[kind], float(rng.uniform(0.3, 0.42))
    across = np.abs(canvas.x - middle) / half
    if kind == 1:
        opening = np.maximum(across, 1.0 + 0.0 * canvas.x + 0.5 * (0.055 - canvas.y)) - 1.0
    else:
        opening = np.hypot(across, np.clip((rise - canvas.y) / (rise - 0.02), 0.0, None)) - 1.0
    if kind == 2:
        opening = opening + 0.05 * canvas.noise(rng, 3.0, 4)
    edge = opening + 0.004 * canvas.noise(rng, 9.0, 3)
    sharp = canvas.pixels.shape[0] * 0.5
    canvas.wash(between(dark, (0.5, 0.46, 0.42), 0.3), np.clip(edge * sharp + 0.5, 0.0, 1.0))
    canvas.wash(dark, np.clip((opening - 0.04) * sharp, 0.0, 1.0))


def _window(canvas: Canvas, dark: Color) -> None:
    """Paint a casement's frame with one bar upright and one across."""
    wide, aspect = 0.045, canvas.aspect
    bars = (
        (0.0, 0.0, aspect, wide),
        (0.0, 1.0 - wide, aspect, 1.0),
        (0.0, 0.0, wide, 1.0),
        (aspect - wide, 0.0, aspect, 1.0),
        (aspect * 0.5 - 0.009, 0.0, aspect * 0.5 + 0.009, 1.0),
        (0.0, 0.26, aspect, 0.275),
    )
    for left, top, right, low in bars:
        canvas.polygons([[(left, top), (right, top), (right, low), (left, low)]], dark)


def _columns(canvas: Canvas, stage: Stage, dark: Color, rng: np.random.Generator) -> None:
    """Paint an upright form at either side, lit on the side of the light."""
    pale = between(dark, stage.light.horizon, 0.28)
    for left in (True, False):
        wide = float(rng.uniform(0.1, 0.16))
        near, far = (-0.01, wide) if left else (canvas.aspect - wide, canvas.aspect + 0.01)
        canvas.polygons([[(near, -0.02), (far, -0.02), (far, 1.02), (near, 1.02)]], dark)
        lit = far - 0.022 if left else near
        canvas.polygons([[(lit, -0.02), (lit + 0.022, -0.02), (lit + 0.022, 1.02), (lit, 1.02)]], pale)


def _grass(canvas: Canvas, stage: Stage, dark: Color, rng: np.random.Generator) -> None:
    """Paint tall blades along the lower edge, highest at the sides, with a few lit ears."""
    ear = between(stage.light.accent, stage.light.lamp, 0.4)
    for x in rng.uniform(-0.05, canvas.aspect + 0.05, 130):
        side = abs(x / canvas.aspect - 0.5) * 2.0
        high = float(rng.uniform(0.06, 0.16) + 0.26 * side**3 * rng.random())
        lean = float(rng.normal(0.0, 0.06))
        tip = (x + lean, 1.0 - high)
        blade = [(x - 0.007, 1.02), (x + lean * 0.4, 1.0 - high * 0.6), tip, (x + 0.007, 1.02)]
        canvas.polygons([blade], between(dark, stage.light.ground, float(rng.uniform(0.0, 0.5))))
        if rng.random() < 0.12:
            canvas.disc(tip, float(rng.uniform(0.007, 0.013)), ear)


def _branches(canvas: Canvas, stage: Stage, dark: Color, rng: np.random.Generator) -> None:
    """Let branches with leaves hang in from both upper corners."""
    leaf = between(dark, stage.light.accent, 0.3)
    for left in (True, False):
        sign, start = (1.0, -0.02) if left else (-1.0, canvas.aspect + 0.02)
        for twig in range(5):
            reach = float(rng.uniform(0.25, 0.5)) * (0.6 if twig > 2 else 1.0)
            drop = 0.06 + 0.1 * twig + float(rng.normal(0.0, 0.02))
            knots = [
                (start, -0.02 + 0.06 * twig),
                (start + sign * reach * 0.5, drop * 0.6),
                (start + sign * reach, drop),
            ]
            path = smooth_outline(knots, closed=False)
            canvas.lines([path], 0.011, dark)
            for at in path[2:]:
                for _ in range(2):
                    x, y = at + rng.normal(0.0, 0.022, 2)
                    canvas.disc(
                        (float(x), float(y)), float(rng.uniform(0.008, 0.017)), leaf if rng.random() < 0.5 else dark
                    )


def _bulbs(canvas: Canvas, stage: Stage, dark: Color, rng: np.random.Generator) -> None:
    """Hang two strings of small lights across the upper edge."""
    for string in range(2):
        x = np.linspace(-0.05, canvas.aspect + 0.05, 15)
        phase = float(rng.uniform(0.0, 3.0))
        y = 0.06 + 0.07 * string + 0.05 * np.abs(np.sin(x * 2.2 + phase))
        canvas.lines([smooth_outline(np.stack([x, y], axis=-1), closed=False)], 0.005, dark)
        for at_x, at_y in zip(x, y, strict=True):
            canvas.glow((float(at_x), float(at_y) + 0.02), 0.02, stage.light.lamp, 0.45)
            canvas.disc((float(at_x), float(at_y) + 0.018), 0.0105, between(stage.light.lamp, stage.light.accent, 0.3))
