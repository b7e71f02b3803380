"""What people in songs carry, send and sit on, and the crowd that sings along: data only."""

from __future__ import annotations

from collections.abc import Mapping

from glance.painter.sketch.shapes import Part, Shape, area, bend, box, disc, line


def _fan(x: float, low: float, height: float) -> tuple[Part, ...]:
    """Return one of a crowd, arms raised."""
    top = low + height
    return (
        area("body", (x - 0.05, low), (x + 0.05, low), (x + 0.06, top - 0.14), (x - 0.06, top - 0.14)),
        disc("body", x, top - 0.07, 0.055),
        line("body", 0.03, (x - 0.06, top - 0.16), (x - 0.13, top + 0.08)),
        line("body", 0.03, (x + 0.06, top - 0.16), (x + 0.12, top + 0.1)),
    )


_BACK_ROW = tuple(
    part for n, x in enumerate((-0.8, -0.48, -0.16, 0.16, 0.48, 0.8)) for part in _fan(x, 0.1, 0.7 + 0.05 * (n % 2))
)
_FRONT_ROW = tuple(
    part for n, x in enumerate((-0.64, -0.32, 0.0, 0.32, 0.64)) for part in _fan(x, 0.0, 0.6 + 0.06 * (n % 3))
)

BELONGINGS: Mapping[str, Shape] = {
    "letter": Shape(
        (
            box("shade", -0.53, 0.0, 0.53, 0.7),
            box("wall", -0.5, 0.03, 0.5, 0.67),
            line("wall_shadow", 0.025, (-0.5, 0.03), (-0.08, 0.36)),
            line("wall_shadow", 0.025, (0.5, 0.03), (0.08, 0.36)),
            area("wall_shadow", (-0.5, 0.67), (0.5, 0.67), (0.0, 0.26)),
            area("wall", (-0.46, 0.68), (0.46, 0.68), (0.0, 0.3)),
            disc("accent", 0.0, 0.3, 0.08),
        ),
        0.4,
    ),
    "radio": Shape(
        (
            line("shade", 0.025, (0.3, 0.6), (0.52, 1.0)),
            box("shade", -0.53, 0.0, 0.53, 0.62),
            box("accent", -0.5, 0.03, 0.5, 0.59),
            disc("shade", -0.22, 0.3, 0.22),
            disc("wall", -0.22, 0.3, 0.17),
            disc("shade", -0.22, 0.3, 0.06),
            box("lamp", 0.08, 0.38, 0.42, 0.52),
            disc("wall", 0.14, 0.18, 0.06),
            disc("wall", 0.36, 0.18, 0.06),
            bend("shade", 0.03, (-0.4, 0.6), (-0.3, 0.76), (0.1, 0.76), (0.2, 0.6)),
        ),
        0.36,
    ),
    "photograph": Shape(
        (
            box("shade", -0.45, 0.0, 0.45, 1.0),
            box("wall", -0.42, 0.03, 0.42, 0.97),
            box("wall_shadow", -0.32, 0.26, 0.32, 0.88),
            disc("body", 0.0, 0.62, 0.11),
            area("body", (-0.2, 0.26), (0.2, 0.26), (0.13, 0.48), (-0.13, 0.48)),
        ),
        0.42,
    ),
    "chair": Shape(
        (
            box("body", -0.28, 0.0, -0.21, 1.0),
            box("body", 0.21, 0.0, 0.28, 0.45),
            box("body", -0.28, 0.4, 0.3, 0.48),
            box("body", -0.28, 0.86, -0.14, 1.0),
            line("body", 0.03, (-0.24, 0.62), (-0.1, 0.62)),
        ),
        0.42,
    ),
    "telephone": Shape(
        (
            area("body", (-0.42, 0.0), (0.42, 0.0), (0.28, 0.48), (-0.28, 0.48)),
            disc("wall", 0.0, 0.23, 0.17),
            disc("body", 0.0, 0.23, 0.07),
            bend("body", 0.12, (-0.46, 0.5), (-0.34, 0.64), (0.34, 0.64), (0.46, 0.5)),
        ),
        0.32,
    ),
    "suitcase": Shape(
        (
            bend("shade", 0.05, (-0.16, 0.62), (-0.14, 0.78), (0.14, 0.78), (0.16, 0.62)),
            box("shade", -0.53, 0.0, 0.53, 0.66),
            box("accent", -0.5, 0.03, 0.5, 0.63),
            box("shade", -0.34, 0.0, -0.26, 0.66),
            box("shade", 0.26, 0.0, 0.34, 0.66),
        ),
        0.3,
    ),
    "cup": Shape(
        (
            bend("wall", 0.06, (0.26, 0.5), (0.44, 0.46), (0.42, 0.26), (0.22, 0.2)),
            area("wall", (-0.24, 0.02), (0.2, 0.02), (0.28, 0.6), (-0.32, 0.6)),
            box("wall_shadow", -0.32, 0.55, 0.28, 0.6),
            bend("rim", 0.025, (-0.1, 0.68), (-0.02, 0.8), (-0.12, 0.9), (-0.04, 1.0)),
            bend("rim", 0.025, (0.1, 0.68), (0.18, 0.8), (0.08, 0.9), (0.16, 1.0)),
        ),
        0.3,
    ),
    "snowman": Shape(
        (
            disc("wall", 0.0, 0.24, 0.25),
            disc("wall", 0.0, 0.58, 0.18),
            disc("wall", 0.0, 0.84, 0.13),
            line("shade", 0.025, (-0.16, 0.62), (-0.42, 0.78)),
            line("shade", 0.025, (0.16, 0.62), (0.42, 0.74)),
            box("accent", -0.15, 0.7, 0.15, 0.76),
            box("shade", -0.15, 0.93, 0.15, 0.97),
            box("shade", -0.09, 0.95, 0.09, 1.1),
            area("accent", (0.0, 0.85), (0.0, 0.81), (0.16, 0.82)),
        ),
        0.5,
    ),
    "crowd": Shape((*_BACK_ROW, *_FRONT_ROW), 0.36),
}  # fmt: skip
