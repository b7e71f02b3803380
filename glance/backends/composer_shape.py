"""What the composer's silhouettes are made of.

A shape stands on the ground at (0, 0), is 1 high, x to the right, y up. It is a list of parts, painted in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Points = tuple[tuple[float, float], ...]
#: `body` is the silhouette, `shade` darker, `rim` lit by the sky, `lamp` a light of its own; `pale` is a white wall and
#: `dusk` its side in shadow, `accent` the picture's vivid colour and `blind` that colour in shadow.
Role = Literal["body", "shade", "rim", "lamp", "pale", "dusk", "accent", "blind"]


@dataclass(frozen=True)
class Part:
    """One area or line of a shape.

    Attributes:
        role: What colour it takes.
        points: Outline of an area or path of a line; the middle of a disc.
        width: Width of a line or radius of a disc; 0 for an area.
        curved: Whether the outline runs smoothly through its points.
        disc: Whether it is a disc.
    """

    role: Role
    points: Points
    width: float = 0.0
    curved: bool = False
    disc: bool = False


@dataclass(frozen=True)
class Shape:
    """A silhouette.

    Attributes:
        parts: What it is made of, from back to front.
        height: How high it stands in the picture, in picture heights, before the composer varies it.
        place: What carries it.
    """

    parts: tuple[Part, ...]
    height: float
    place: Literal["ground", "water", "air"] = "ground"


def area(role: Role, *points: tuple[float, float]) -> Part:
    """Return an area with straight edges."""
    return Part(role, points)


def curve(role: Role, *points: tuple[float, float]) -> Part:
    """Return an area whose outline runs smoothly through the points."""
    return Part(role, points, curved=True)


def line(role: Role, width: float, *points: tuple[float, float]) -> Part:
    """Return a line of a width through the points."""
    return Part(role, points, width=width)


def bend(role: Role, width: float, *points: tuple[float, float]) -> Part:
    """Return a smooth line of a width through the points."""
    return Part(role, points, width=width, curved=True)


def disc(role: Role, x: float, y: float, radius: float) -> Part:
    """Return a disc around (x, y)."""
    return Part(role, ((x, y),), width=radius, disc=True)


def box(role: Role, left: float, low: float, right: float, high: float) -> Part:
    """Return an upright rectangle."""
    return area(role, (left, low), (right, low), (right, high), (left, high))


def both(role: Role, *right: tuple[float, float]) -> Part:
    """Return an area from the outline of its right half, from top to bottom."""
    return Part(role, (*right, *((-x, y) for x, y in reversed(right))), curved=True)
