"""Outlines of some five hundred things that have no figure of their own, in two tones: a filled outline and its lines.

The outlines are Noto Emoji's (SIL Open Font License 1.1, see `data/noto-emoji-license.txt`), traced by
`benchmarks/draw_stencils.py`; the names are English and Korean.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from glance.painter.sketch.canvas import Canvas, Color

_DATA = Path(__file__).parent / "data"
#: Units of the outlines' grid in a stencil's larger side.
_GRID = 255.0
#: What sets a stencil's name apart from a figure's.
_MARK = "stencil "
#: Heights in the picture, in picture heights, of what is small, usual and large.
_HEIGHT = 0.42
_LARGE_HEIGHT, _SMALL_HEIGHT = 0.56, 0.3


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of stencils beside their names; lists joined by `|`.

    Attributes:
        large: Those that stand large.
        small: Those that stand small.
        flying: Those that are seen in the air.
        afloat: Those that are seen on water.
        nearest: What is drawn -> nouns that have neither figure nor outline of their own.
    """

    large: str
    small: str
    flying: str
    afloat: str
    nearest: dict[str, str]

    def has(self, group: str, name: str) -> bool:
        """Return whether a group holds a stencil."""
        return name in str(getattr(self, group)).split("|")


class _Names(msgspec.Struct, frozen=True):
    """A stencil's names, the first English one its own."""

    en: tuple[str, ...]
    ko: tuple[str, ...]


@dataclass(frozen=True)
class Stencil:
    """A thing's outline, standing on y = 0 around x = 0, its larger side 1.

    Attributes:
        lines: Closed contours, each (n, 2); filled by turns they are the line drawing.
        silhouette: Those around which nothing lies; filled they are the thing's area.
        height: Its own height, in (0, 1].
    """

    lines: tuple[NDArray[np.float64], ...]
    silhouette: tuple[NDArray[np.float64], ...]
    height: float


def is_stencil(name: str) -> bool:
    """Return whether a subject's name is that of a stencil."""
    return name.startswith(_MARK)


def height_of_stencil(name: str) -> float:
    """Return how high a stencil stands, in picture heights."""
    plain = name.removeprefix(_MARK)
    words = _words()
    side = _LARGE_HEIGHT if words.has("large", plain) else _SMALL_HEIGHT if words.has("small", plain) else _HEIGHT
    return side * max(0.55, _outlines()[plain].height)


def place_of_stencil(name: str) -> str:
    """Return what carries a stencil: `ground`, `water` or `air`."""
    plain = name.removeprefix(_MARK)
    words = _words()
    return "air" if words.has("flying", plain) else "water" if words.has("afloat", plain) else "ground"


def stencil_of(word: str) -> str:
    """Return the subject that a noun of one or two words names, `stencil ...`; empty where there is no outline."""
    own = _named().get(word) or _named().get(word.removesuffix("s"))
    return f"{_MARK}{own}" if own else ""


def nearest_of(noun: str) -> str:
    """Return what is drawn for a noun without a picture of its own: a stencil's or a figure's name; empty for none."""
    near = _nearest().get(noun) or _nearest().get(noun.removesuffix("s"), "")
    return stencil_of(near) or near


def english_of(korean: str) -> str:
    """Return the English name of a thing that is named in Korean, or nothing."""
    return _korean().get(korean, "")


def paint_stencil(
    canvas: Canvas, name: str, place: tuple[float, float, float, bool], colors: tuple[Color, Color]
) -> None:
    """Paint a stencil.

    Args:
        canvas: The sheet.
        name: `stencil ...`.
        place: Foot (x, y) and height in picture heights; whether it is turned round.
        colors: Of its area and of its lines.
    """
    x, y, height, turned = place
    stencil = _outlines()[name.removeprefix(_MARK)]
    sign = -1.0 if turned else 1.0
    scale = height / stencil.height

    def standing(path: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.stack([x + sign * scale * path[:, 0], y - scale * path[:, 1]], axis=-1)

    for path in stencil.silhouette:
        canvas.polygons([standing(path)], colors[0])
    canvas.polygons([standing(path) for path in stencil.lines], colors[1])


@functools.cache
def _words() -> _Words:
    return msgspec.json.decode((_DATA / "stencil_words.json").read_bytes(), type=_Words)


@functools.cache
def _names() -> tuple[_Names, ...]:
    return msgspec.json.decode((_DATA / "stencils.json").read_bytes(), type=tuple[_Names, ...])


@functools.cache
def _named() -> Mapping[str, str]:
    return {word: names.en[0] for names in _names() for word in names.en}


@functools.cache
def _korean() -> Mapping[str, str]:
    return {word.removesuffix(" 얼굴"): names.en[0] for names in _names() for word in names.ko}


@functools.cache
def _nearest() -> Mapping[str, str]:
    return {noun: drawn for drawn, nouns in _words().nearest.items() for noun in nouns.split()}


@functools.cache
def _outlines() -> Mapping[str, Stencil]:
    with np.load(_DATA / "stencils.npz", allow_pickle=False) as data:
        points, lengths, outer, counts = (data[name] for name in ("points", "lengths", "outer", "counts"))
    paths = np.split(points.astype(np.float64) / _GRID, np.cumsum(lengths)[:-1])
    ends = np.cumsum(counts)
    found = {}
    for names, first, last in zip(_names(), ends - counts, ends, strict=True):
        lines = tuple(path - (0.5, 0.0) for path in paths[first:last])
        silhouette = tuple(path for path, alone in zip(lines, outer[first:last], strict=True) if alone)
        found[names.en[0]] = Stencil(lines, silhouette, float(max(path[:, 1].max() for path in lines)))
    return found
