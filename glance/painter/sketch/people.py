"""Figures that are known by what they wear and carry, and the skyline of a city that lies somewhere else: data only."""

from __future__ import annotations

from collections.abc import Mapping

from glance.painter.sketch.shapes import CREATURES, Part, Shape, area, bend, box, disc, line

_BODY = CREATURES["person"].parts
_HEIGHT = 0.48


def _block(left: float, right: float, high: float) -> tuple[Part, ...]:
    """Return a building with lit windows."""
    windows = tuple(
        box("lamp", x, y, x + 0.03, y + 0.035)
        for x in (left + 0.025, (left + right) / 2 - 0.015, right - 0.055)
        for y in (high * share for share in (0.25, 0.45, 0.65, 0.85))
    )
    return (box("body", left, 0.0, right, high), *windows)


PEOPLE: Mapping[str, Shape] = {
    "samurai": Shape(
        (
            line("shade", 0.035, (-0.3, 0.26), (0.26, 0.58)),
            *_BODY,
            area("shade", (-0.24, 0.92), (0.24, 0.92), (0.0, 1.12)),
            area("body", (-0.16, 0.52), (0.16, 0.52), (0.24, 0.12), (-0.24, 0.12)),
            line("lamp", 0.025, (0.16, 0.44), (0.62, 0.98)),
            line("accent", 0.04, (0.1, 0.47), (0.22, 0.37)),
        ),
        _HEIGHT,
    ),
    "astronaut": Shape(
        (
            box("wall_shadow", -0.19, 0.46, 0.19, 0.84),
            *_BODY,
            box("wall", -0.15, 0.42, 0.15, 0.8),
            line("wall", 0.1, (-0.15, 0.74), (-0.28, 0.46)),
            line("wall", 0.1, (0.15, 0.74), (0.3, 0.52)),
            line("wall", 0.12, (-0.08, 0.42), (-0.14, 0.06)),
            line("wall", 0.12, (0.08, 0.42), (0.14, 0.06)),
            disc("wall", 0.0, 0.95, 0.17),
            disc("shade", 0.03, 0.95, 0.11),
            disc("lamp", 0.07, 0.99, 0.03),
            box("accent", -0.06, 0.58, 0.06, 0.66),
        ),
        _HEIGHT,
    ),
    "diver": Shape(
        (
            line("shade", 0.16, (-0.2, 0.66), (0.2, 0.76)),
            bend("body", 0.15, (-0.32, 0.5), (0.0, 0.56), (0.3, 0.66)),
            line("body", 0.08, (-0.32, 0.5), (-0.62, 0.36)),
            line("body", 0.08, (-0.3, 0.47), (-0.58, 0.22)),
            area("accent", (-0.6, 0.4), (-0.86, 0.38), (-0.8, 0.26), (-0.6, 0.32)),
            area("accent", (-0.56, 0.26), (-0.8, 0.14), (-0.7, 0.04), (-0.54, 0.18)),
            line("body", 0.07, (0.26, 0.6), (0.58, 0.46)),
            disc("body", 0.42, 0.73, 0.12),
            disc("lamp", 0.48, 0.73, 0.07),
            disc("rim", 0.36, 0.98, 0.035),
            disc("rim", 0.3, 1.08, 0.025),
        ),
        0.44,
        "air",
    ),
    "singer": Shape(
        (
            *_BODY,
            line("shade", 0.025, (0.3, 0.0), (0.3, 0.82)),
            line("shade", 0.02, (0.16, 0.0), (0.44, 0.0)),
            line("lamp", 0.06, (0.3, 0.82), (0.2, 0.9)),
            line("body", 0.06, (0.06, 0.72), (0.28, 0.66)),
        ),
        _HEIGHT,
    ),
    "detective": Shape(
        (
            *_BODY,
            area("body", (-0.2, 0.78), (0.2, 0.78), (0.28, 0.1), (-0.28, 0.1)),
            line("shade", 0.045, (-0.24, 0.97), (0.24, 0.97)),
            area("shade", (-0.13, 0.97), (0.13, 0.97), (0.1, 1.12), (-0.1, 1.12)),
            line("accent", 0.03, (-0.13, 1.0), (0.13, 1.0)),
        ),
        _HEIGHT,
    ),
    "skyline": Shape(
        (
            *_block(-0.95, -0.68, 0.5),
            *_block(-0.66, -0.42, 0.86),
            *_block(-0.38, -0.12, 0.62),
            *_block(-0.1, 0.16, 1.0),
            *_block(0.2, 0.46, 0.72),
            *_block(0.5, 0.72, 0.9),
            *_block(0.74, 0.98, 0.44),
        ),
        0.34,
    ),
}  # fmt: skip
