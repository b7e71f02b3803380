"""The functions that expressions in schedules may call, in one table.

All are elementwise on numbers or on arrays of one value per frame, except `smooth`, `decay` and `change`, which look at
the frames around and therefore need the whole song (`Function.whole`). Names and meanings are those of numpy and
numexpr wherever these have them, so that a Deforum expression means here what it means there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from glance.schedule.easing import EASINGS

#: What an expression's parts evaluate to: one number, or one number or truth value per frame.
Value: TypeAlias = Any


@dataclass(frozen=True)
class Function:
    """One function of the schedules' language.

    Attributes:
        call: What it does, on floats and float64 or bool arrays.
        least: Least number of arguments.
        most: Greatest number of arguments.
        usage: How it is written, for error messages and the documentation.
        help: What it gives, in a few words.
        whole: Whether it looks at other frames; then `call` also gets the frame rate as its last argument.
    """

    call: Callable[..., Value]
    least: int
    most: int
    usage: str
    help: str
    whole: bool = False


def _pulse(phase: Value, width: Value = 0.5) -> Value:
    return np.where(np.mod(phase, 1.0) < width, 1.0, 0.0)


def _lerp(start: Value, end: Value, share: Value) -> Value:
    return start + (end - start) * share


def smooth(x: Value, seconds: Value, fps: float) -> Value:
    """Return x (n,) smoothed by a centred triangle, so that peaks stay where they are.

    The triangle reaches `seconds` to either side, whatever the frame rate; at the song's ends the part that is left of
    it counts. It is a box applied twice, the box being the difference of the running integral, so any width costs O(n).
    """
    values = np.atleast_1d(np.asarray(x, dtype=np.float64))
    half = max(float(np.max(seconds)), 0.0) * fps / 2
    if values.size == 1 or half <= 0:
        return x
    for _ in range(2):
        values = _box(values, half)
    return values


def change(x: Value, fps: float) -> Value:
    """Return by how much x (n,) has changed since the frame before; the first frame changes as the second does.

    It makes a move per frame out of a place: a path that comes back has moves that add up to nothing.
    """
    values = np.atleast_1d(np.asarray(x, dtype=np.float64))
    if values.size < 2:
        return np.zeros_like(values) if np.ndim(x) else 0.0
    moved = np.diff(values)
    return np.concatenate([moved[:1], moved])


#: Frequencies of `wander`; none is a simple ratio of another.
_WAVES = (0.5, 0.6137, 0.7549, 0.9281, 1.1447, 1.4121, 1.7421)


def wander(x: Value, number: Value) -> Value:
    """Return smooth noise in [-1, 1] around 0, of waves between half and twice as long as one whole x.

    A sum of sines whose frequencies share no period and whose phases `number` decides, so it goes on for ever without
    coming back, and holds nothing that is faster than its waves: a hand, not a tremor.
    """
    key = int(abs(float(np.max(number)))) % 2**32
    phases = np.random.default_rng([key, 71]).uniform(0.0, math.tau, len(_WAVES))
    waves = [np.sin(math.tau * wave * np.asarray(x) + phase) for wave, phase in zip(_WAVES, phases, strict=True)]
    return np.sum(waves, axis=0) / len(_WAVES)


def _box(values: NDArray[np.float64], half: float) -> NDArray[np.float64]:
    # Frame i covers [i, i + 1); the box around its middle is [i + 0.5 - half, i + 0.5 + half], cut to the song.
    edges = np.arange(values.size + 1, dtype=np.float64)
    integral = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    middle, reach = edges[:-1] + 0.5, max(half, 0.5)
    low, high = np.maximum(middle - reach, 0.0), np.minimum(middle + reach, edges[-1])
    return np.asarray((np.interp(high, edges, integral) - np.interp(low, edges, integral)) / (high - low))


def decay(x: Value, seconds: Value, fps: float) -> Value:
    """Return x (n,) with peaks that ring out: y[i] = max(x[i], y[i-1] exp(-1 / (fps seconds)))."""
    values = np.atleast_1d(np.asarray(x, dtype=np.float64))
    seconds_max = float(np.max(seconds))
    if values.size == 1 or seconds_max <= 0:
        return x
    keep, level, ringing = float(np.exp(-1.0 / (fps * seconds_max))), float(values[0]), []
    for value in values.tolist():
        level = max(value, level * keep)
        ringing.append(level)
    return np.array(ringing)


def _one(call: Callable[..., Value], name: str, meaning: str) -> Function:
    return Function(call, 1, 1, f"{name}(x)", meaning)


#: Name, numpy's name, meaning.
_ELEMENTARY = (
    ("sin", "sin", "sine of an angle in radians"),
    ("cos", "cos", "cosine of an angle in radians"),
    ("tan", "tan", "tangent of an angle in radians"),
    ("arcsin", "arcsin", "angle whose sine is x, in radians"),
    ("arccos", "arccos", "angle whose cosine is x, in radians"),
    ("arctan", "arctan", "angle whose tangent is x, in radians"),
    ("asin", "arcsin", "another name of arcsin"),
    ("acos", "arccos", "another name of arccos"),
    ("atan", "arctan", "another name of arctan"),
    ("sinh", "sinh", "hyperbolic sine"),
    ("cosh", "cosh", "hyperbolic cosine"),
    ("tanh", "tanh", "hyperbolic tangent: bends large values towards -1 and 1"),
    ("arcsinh", "arcsinh", "inverse of sinh"),
    ("arccosh", "arccosh", "inverse of cosh"),
    ("arctanh", "arctanh", "inverse of tanh"),
    ("exp", "exp", "e to the power of x"),
    ("expm1", "expm1", "exp(x) - 1, exact near 0"),
    ("log", "log", "natural logarithm"),
    ("log2", "log2", "logarithm to base 2"),
    ("log10", "log10", "logarithm to base 10"),
    ("log1p", "log1p", "log(1 + x), exact near 0"),
    ("sqrt", "sqrt", "square root"),
    ("abs", "abs", "size without sign"),
    ("sign", "sign", "-1, 0 or 1"),
    ("floor", "floor", "the whole number below"),
    ("ceil", "ceil", "the whole number above"),
    ("round", "round", "the nearest whole number, halves to the even one"),
    ("trunc", "trunc", "the whole number towards 0"),
)


def _table() -> dict[str, Function]:
    table = {name: _one(getattr(np, call), name, meaning) for name, call, meaning in _ELEMENTARY}
    for name, call in (("arctan2", np.arctan2), ("atan2", np.arctan2)):
        table[name] = Function(call, 2, 2, f"{name}(y, x)", "angle of the point (x, y) in radians")
    table["hypot"] = Function(np.hypot, 2, 2, "hypot(x, y)", "length of (x, y)")
    table["fmod"] = Function(np.fmod, 2, 2, "fmod(x, y)", "remainder with the sign of x; x % y has the sign of y")
    for name, pick, which in (("min", np.minimum, "least"), ("max", np.maximum, "greatest")):
        for alias in (name, f"{name}imum"):
            table[alias] = Function(_folded(pick), 2, 16, f"{alias}(a, b, ...)", f"the {which} of them in each frame")
    table["clip"] = Function(_clip, 3, 3, "clip(x, low, high)", "x moved into [low, high]")
    table["where"] = Function(np.where, 3, 3, "where(condition, a, b)", "a in frames where it holds, else b")
    table["lerp"] = Function(_lerp, 3, 3, "lerp(a, b, x)", "a at x = 0, b at x = 1")
    table["pulse"] = Function(
        _pulse, 1, 2, "pulse(x, width)", "1 in the first `width` (0.5 if left out) of every whole x, else 0"
    )
    table["change"] = Function(change, 1, 1, "change(x)", "x less its value in the frame before", True)
    table["wander"] = Function(wander, 2, 2, "wander(x, n)", "smooth noise, a wave for every whole x; n picks it")
    table["smooth"] = Function(smooth, 2, 2, "smooth(x, seconds)", "x without its jitter, not delayed", True)
    table["decay"] = Function(decay, 2, 2, "decay(x, seconds)", "peaks of x that ring out", True)
    for name, ease in EASINGS.items():
        if name != "hold":
            table[name] = Function(ease, 1, 1, f"{name}(x)", "the easing curve, x from 0 to 1")
    return table


def _folded(pick: Callable[..., Value]) -> Callable[..., Value]:
    return lambda *values: reduce(pick, values)


def _clip(x: Value, low: Value, high: Value) -> Value:
    return np.minimum(np.maximum(x, low), high)


#: Name -> function.
FUNCTIONS: Mapping[str, Function] = MappingProxyType(_table())
