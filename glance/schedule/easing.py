"""The easing curves of easings.net, and `linear` and `hold`, as functions of arrays.

Each curve takes the progress x of a move and gives the share of the way that is done, f(0) = 0 and f(1) = 1. Only
`back` and `elastic` leave [0, 1] in between. `EASINGS` names them as the site does, in snake case.

Source of the formulas: https://easings.net. For every family, `out` is `in` seen backwards, f_out(x) = 1 - f_in(1 - x),
and `in_out` plays both at half length; the site's two families that differ from that rule, `back` and `elastic`, use
other constants for `in_out`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ease: TypeAlias = Callable[[ArrayLike], NDArray[np.float64]]
_Curve: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]

#: Overshoot of `back`: 10 percent of the way; the second value is the site's for `in_out`.
_BACK, _BACK_IN_OUT = 1.70158, 1.70158 * 1.525
#: Angular frequency of `elastic`; the second value is the site's for `in_out`.
_ELASTIC, _ELASTIC_IN_OUT = 2 * np.pi / 3, 2 * np.pi / 4.5


def _power(exponent: int) -> _Curve:
    return lambda x: np.power(x, exponent)


def _sine(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 - np.cos(x * np.pi / 2)


def _expo(x: NDArray[np.float64]) -> NDArray[np.float64]:
    # 2^(-10) at x = 0 is not 0: the site sets the end by hand, and so does this.
    return np.where(x <= 0, 0.0, np.exp2(10 * x - 10))


def _circ(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 - np.sqrt(1 - x * x)


def _back(overshoot: float) -> _Curve:
    return lambda x: (overshoot + 1) * x**3 - overshoot * x**2


def _elastic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    wave = -np.exp2(10 * x - 10) * np.sin((10 * x - 10.75) * _ELASTIC)
    return np.where(x <= 0, 0.0, np.where(x >= 1, 1.0, wave))


def _elastic_in_out(x: NDArray[np.float64]) -> NDArray[np.float64]:
    wave = np.sin((20 * x - 11.125) * _ELASTIC_IN_OUT) / 2
    inner = np.where(x < 0.5, -np.exp2(20 * x - 10) * wave, np.exp2(10 - 20 * x) * wave + 1)
    return np.where(x <= 0, 0.0, np.where(x >= 1, 1.0, inner))


def _bounce(x: NDArray[np.float64]) -> NDArray[np.float64]:
    # Four parabolas of one opening, seen backwards: the ball comes to rest at x = 0 here.
    y = 1 - x
    pieces = [y < 1 / 2.75, y < 2 / 2.75, y < 2.5 / 2.75]
    heights = [
        7.5625 * y**2,
        7.5625 * (y - 1.5 / 2.75) ** 2 + 0.75,
        7.5625 * (y - 2.25 / 2.75) ** 2 + 0.9375,
    ]
    return 1 - np.select(pieces, heights, 7.5625 * (y - 2.625 / 2.75) ** 2 + 0.984375)


def _out(ease_in: _Curve) -> _Curve:
    return lambda x: 1 - ease_in(1 - x)


def _in_out(ease_in: _Curve) -> _Curve:
    def both(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(x < 0.5, ease_in(np.minimum(2 * x, 1)) / 2, 1 - ease_in(np.minimum(2 - 2 * x, 1)) / 2)

    return both


def _clipped(curve: _Curve) -> Ease:
    return lambda x: np.asarray(curve(np.clip(np.asarray(x, dtype=np.float64), 0.0, 1.0)), dtype=np.float64)


def _table() -> dict[str, Ease]:
    families: dict[str, _Curve] = {
        "sine": _sine,
        "quad": _power(2),
        "cubic": _power(3),
        "quart": _power(4),
        "quint": _power(5),
        "expo": _expo,
        "circ": _circ,
        "back": _back(_BACK),
        "elastic": _elastic,
        "bounce": _bounce,
    }
    own_in_out = {"back": _in_out(_back(_BACK_IN_OUT)), "elastic": _elastic_in_out}
    table = {"linear": _clipped(lambda x: x), "hold": _clipped(lambda x: np.where(x < 1, 0.0, 1.0))}
    for family, ease_in in families.items():
        table[f"ease_in_{family}"] = _clipped(ease_in)
        table[f"ease_out_{family}"] = _clipped(_out(ease_in))
        table[f"ease_in_out_{family}"] = _clipped(own_in_out.get(family) or _in_out(ease_in))
    return table


#: Name -> curve; x of any shape, clipped to [0, 1], gives an array of that shape.
EASINGS: Mapping[str, Ease] = MappingProxyType(_table())
