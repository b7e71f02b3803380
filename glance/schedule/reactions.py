"""From the loudness of the song to the value of a channel.

x in [0, 1] is an envelope's amplitude, `a` the value in silence and `b` the value at the peak. Four shapes lead from
one to the other; each meets y(0) = a and y(1) = b and never turns back:

    linear   y = a + (b - a) x
    convex   y = a + (b - a) ln(1 + c x) / ln(1 + c)          most of the change at low amplitude
    concave  y = a + (b - a) (q^x - 1) / (q - 1),  q = 1 + |b - a| / c    most of the change near the peak
    tangent  y = a + (b - a) tan(x) / tan(1)                  near linear at first, steeper at the peak

`concave` is the published curve `a + c - c exp(ln((a + c - b) / c) x)` for b < a, written so that a rising one (b > a)
is its mirror image. Both tend to `linear`: convex as c -> 0, concave as c -> infinity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glance.errors import ScheduleError
from glance.fields import about, out_of_range

Shape = Literal["linear", "convex", "concave", "tangent"]


@dataclass(frozen=True)
class AmplitudeMap:
    """How one envelope moves one channel."""

    envelope: Annotated[str, about("Name of the envelope, such as `low` or `kick`.")]
    silence: Annotated[float, about("Value where the envelope is 0 (a).")]
    peak: Annotated[float, about("Value where it is 1 (b).")]
    shape: Annotated[Shape, about("Way from one to the other.")] = "linear"
    curvature: Annotated[float, about("c of `convex` and `concave`.", 1e-9, 1e9)] = 3.0
    bend: Annotated[
        float,
        about("Exponent on the amplitude: 2 lets only loud parts through, 0.5 lifts quiet ones.", 0, 100, ends="(]"),
    ] = 1.0
    gate: Annotated[
        float, about("Amplitude up to which nothing happens; the rest is stretched back to [0, 1].", 0, 1, ends="[)")
    ] = 0.0
    attack_ms: Annotated[float, about("Time constant of the rise; 0 follows at once.", 0, 600_000, unit="ms")] = 0.0
    release_ms: Annotated[float, about("Time constant of the fall; 0 follows at once.", 0, 600_000, unit="ms")] = 0.0


def apply(mapping: AmplitudeMap, amplitude: ArrayLike, fps: Fraction) -> NDArray[np.float64]:
    """Return the channel's values (n,) for an envelope (n,) in [0, 1], one per frame.

    In order: gate, bend, attack and release, shape. Amplitudes outside [0, 1] are moved to the nearer end.

    Raises:
        ScheduleError: A setting of the mapping is outside its range.
    """
    _check(mapping)
    x = np.clip(np.asarray(amplitude, dtype=np.float64), 0.0, 1.0)
    if mapping.gate > 0:
        x = np.maximum(x - mapping.gate, 0.0) / (1.0 - mapping.gate)
    if mapping.bend != 1:
        x = x**mapping.bend
    if mapping.attack_ms > 0 or mapping.release_ms > 0:
        x = attack_release(x, mapping.attack_ms, mapping.release_ms, fps)
    return mapping.silence + (mapping.peak - mapping.silence) * _share(mapping, x)


def attack_release(x: ArrayLike, attack_ms: float, release_ms: float, fps: Fraction) -> NDArray[np.float64]:
    """Return x (n,) followed with inertia: a one-pole filter whose time constant depends on the direction.

    y[i] = x[i] + (y[i-1] - x[i]) exp(-1 / (fps tau)), tau the attack where x rises above y, else the release. It starts
    at x[0], so that a song that starts loud does not fade in.
    """
    values = np.asarray(x, dtype=np.float64)
    rise, fall = (_keep(milliseconds, fps) for milliseconds in (attack_ms, release_ms))
    followed = []
    level = float(values[0]) if values.size else 0.0
    for value in values.tolist():
        level = value + (level - value) * (rise if value > level else fall)
        followed.append(level)
    return np.array(followed, dtype=np.float64)


def _keep(milliseconds: float, fps: Fraction) -> float:
    return math.exp(-1000.0 / (float(fps) * milliseconds)) if milliseconds > 0 else 0.0


def _share(mapping: AmplitudeMap, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of the way from silence to peak, 0 at x = 0 and 1 at x = 1."""
    c, depth = mapping.curvature, abs(mapping.peak - mapping.silence)
    if mapping.shape == "convex":
        return np.log1p(c * x) / math.log1p(c)
    if mapping.shape == "concave" and depth > 0:
        growth = math.log1p(depth / c)
        return np.expm1(growth * x) / math.expm1(growth)
    if mapping.shape == "tangent":
        return np.tan(x) / math.tan(1.0)
    return x


def _check(mapping: AmplitudeMap) -> None:
    _expect(mapping.shape in get_args(Shape), "shape", f"one of {', '.join(get_args(Shape))}", mapping)
    _expect(
        math.isfinite(mapping.silence) and math.isfinite(mapping.peak), "silence and peak", "plain numbers", mapping
    )
    for name, _, span in out_of_range(mapping):
        _expect(False, name, str(span), mapping)


def _expect(condition: bool, what: str, wanted: str, mapping: AmplitudeMap) -> None:
    if not condition:
        text = repr(mapping)
        column = max(0, text.find(what.split(maxsplit=1)[0] + "="))
        raise ScheduleError("", text, column, f"{what} must be {wanted}", len(what.split(maxsplit=1)[0]))
