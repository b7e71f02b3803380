"""Noise levels: how strong the noise is that a picture starts from, in every family of models and every schedule.

A diffusion model of Stable Diffusion's kind starts from `x = z + sigma * noise`, sigma from .03 to 14.6. A flow model
starts from `x = (1 - sigma) * z + sigma * noise`, sigma from 0 to 1. What both mean by it is the ratio of noise to
picture, sigma and sigma / (1 - sigma): that is what a strength is turned into, and from which each model's own sigma
follows. Families shift their flow by what their training asks for: `sigma = s t / (1 + (s - 1) t)` ("Scaling Rectified
Flow Transformers for High-Resolution Image Synthesis", Esser et al. 2024, equation 23).

Schedules are those of the hosts' own lists (`modules/sd_schedulers.py` of A1111 1.10 and of Forge Neo, and
`k_diffusion.sampling`), for a host to which no sigmas can be sent: there, only steps of its lists can be started from.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.float64]

#: Timesteps of Stable Diffusion's training, and its betas: `scaled linear`, the same for SD 1, SD 2 and SDXL.
TIMESTEPS = 1000
_BETAS = (0.00085, 0.012)
#: Parameters of the scheduler "Beta" where nobody set others ("Beta Sampling is All You Need", arXiv:2407.12173).
_BETA_SHAPE = 0.6
#: NVIDIA's "Align Your Steps" for SD 1.5.
_ALIGNED = (14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029)


@cache
def _log_levels() -> Levels:
    betas = np.linspace(_BETAS[0] ** 0.5, _BETAS[1] ** 0.5, TIMESTEPS) ** 2
    kept = np.cumprod(1 - betas)
    return np.asarray(np.log(np.sqrt((1 - kept) / kept)))


def level_at(share: float) -> float:
    """Return Stable Diffusion's sigma at a share in [0, 1] of its timesteps, between them as k-diffusion does it."""
    return float(np.exp(np.interp(share * (TIMESTEPS - 1), np.arange(TIMESTEPS), _log_levels())))


def share_at(level: float) -> float:
    """Return the share in [0, 1] of Stable Diffusion's timesteps that has a sigma; the inverse of `level_at`."""
    if level <= 0:
        return 0.0
    return float(np.interp(math.log(level), _log_levels(), np.arange(TIMESTEPS)) / (TIMESTEPS - 1))


@dataclass(frozen=True)
class NoiseScale:
    """How a family of models counts noise.

    Attributes:
        flow: Whether its sigma is a share, in (0, 1].
        shift: Of a flow model, see this module's beginning.
    """

    flow: bool = False
    shift: float = 1.0

    def level(self, ratio: float) -> float:
        """Return the model's sigma for a ratio of noise to picture, at least 0."""
        return ratio / (1 + ratio) if self.flow else ratio

    def ratio(self, level: float) -> float:
        """Return the ratio of noise to picture for the model's sigma; infinite where nothing of a picture is left."""
        if not self.flow:
            return level
        return level / (1 - level) if level < 1 else math.inf

    def table(self) -> Levels:
        """Return (1000,) the model's sigmas, rising."""
        if not self.flow:
            return np.exp(_log_levels())
        t = np.arange(1, TIMESTEPS + 1) / TIMESTEPS
        return np.asarray(self.shift * t / (1 + (self.shift - 1) * t))


def schedule(name: str, n: int, scale: NoiseScale) -> Levels:
    """Return the sigmas that a host takes n steps from, falling, without the 0 at the end.

    Mostly n of them; some schedules give other numbers than they were asked for.

    Args:
        name: The schedule's, in small letters; one that is not known here is taken for uniform.
        n: Steps of a full denoise, at least 1.
        scale: The model's.
    """
    return _LISTS.get(name, _uniform)(n, scale.table())


def _at(table: Levels, place: Levels) -> Levels:
    """Return a table's levels at places in [0, its length - 1], logarithms between them interpolated."""
    return np.asarray(np.exp(np.interp(place, np.arange(table.size), np.log(table))))


def _uniform(n: int, table: Levels) -> Levels:
    return _at(table, np.linspace(table.size - 1, 0, n))


def _sgm_uniform(n: int, table: Levels) -> Levels:
    return _at(table, np.linspace(table.size - 1, 0, n + 1)[:-1])


def _karras(n: int, table: Levels, rho: float = 7.0) -> Levels:
    low, high = table[0] ** (1 / rho), table[-1] ** (1 / rho)
    return np.asarray((high + np.linspace(0, 1, n) * (low - high)) ** rho)


def _exponential(n: int, table: Levels) -> Levels:
    return np.geomspace(table[-1], table[0], n)


def _kl_optimal(n: int, table: Levels) -> Levels:
    part = np.arange(n) / n
    return np.asarray(np.tan(part * math.atan(table[0]) + (1 - part) * math.atan(table[-1])))


def _simple(n: int, table: Levels) -> Levels:
    return np.asarray(table[-1 - (np.arange(n, dtype=np.float64) * table.size / n).astype(np.int64)])


def _ddim(n: int, table: Levels) -> Levels:
    return table[1 :: max(table.size // n, 1)][::-1]


def _beta(n: int, table: Levels) -> Levels:
    from scipy import stats

    places = np.rint(stats.beta.ppf(1 - np.arange(n) / n, _BETA_SHAPE, _BETA_SHAPE) * (table.size - 1)).astype(np.int64)
    return np.asarray(table[np.unique(places)[::-1]])


def _aligned(n: int, table: Levels) -> Levels:
    if table[-1] <= 1:
        return _uniform(n, table)
    places = np.linspace(0, len(_ALIGNED) - 1, n)
    return np.asarray(np.exp(np.interp(places, np.arange(len(_ALIGNED)), np.log(_ALIGNED))))


def _one_fewer(n: int, table: Levels) -> Levels:
    return _uniform(max(1, n - 1), table)


_LISTS: dict[str, Callable[[int, Levels], Levels]] = {
    "uniform": _uniform,
    "normal": _uniform,
    "karras": _karras,
    "exponential": _exponential,
    "polyexponential": _exponential,
    "sgm uniform": _sgm_uniform,
    "sgm_uniform": _sgm_uniform,
    "kl optimal": _kl_optimal,
    "kl_optimal": _kl_optimal,
    "align your steps": _aligned,
    "align_your_steps": _aligned,
    "simple": _simple,
    "turbo": _simple,
    "ddim": _ddim,
    "beta": _beta,
    **dict.fromkeys(("sinusoidal sf", "invcosinusoidal sf", "react cosinusoidal dynsf"), _one_fewer),
}


def evenly_on(levels: Levels, start: float, n: int) -> Levels:
    """Return n sigmas that fall from exactly `start` as a host's own list falls from there, without the 0 at the end.

    Args:
        levels: (m,) a host's list for many steps, falling, without the 0 at its end.
        start: The first sigma, above 0.
        n: Steps, at least 1.
    """
    known = levels[np.isfinite(levels) & (levels > 0)]
    even = start * (1 - np.arange(n) / n)
    if known.size < 2 or (np.diff(known) >= 0).any():
        return np.asarray(even)
    # A place in (0, 1] for each level, 1 being the first: what is left of the way to 0.
    places = 1 - np.arange(known.size) / known.size
    rising = np.log(known[::-1])
    begin = float(np.interp(math.log(start), rising, places[::-1]))
    wanted = begin * (1 - np.arange(n) / n)
    found = np.exp(np.interp(wanted, places[::-1], rising))
    found[0] = start
    return np.asarray(found if (np.diff(found) < 0).all() else even)
