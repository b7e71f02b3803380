"""What a strength means: from how much of the picture may change to the noise it is drawn from, for each family.

`1 - strength` is a share of Stable Diffusion's timesteps, and by that a noise level, on SD 1.5 drawn in many steps: .6
is sigma 2.28. For everything else a curve says which share changes as much of the picture:

- **Size.** A family that was trained at r times the side has r^2 times the cells to read a form from, so its noise has
  to be r times as strong for the same doubt (Hoogeboom et al. 2023, "simple diffusion"; Esser et al. 2024, equation
  23): `share = r d / (1 + (r - 1) d)`, with r the side over 512. Flow models come within a few hundredths of their own
  shifted schedules by it (Flux: .5 starts at sigma .76 either way). This is arithmetic, not measured.
- **A model that was measured** has a curve of its own (`glance.backends.strength.calibration`), which goes before. With
  it, few steps are made up for, too: they draw less contrast, and by that change less, which a slightly deeper start
  evens out. How much was measured with a small model of our own, `python -m benchmarks.bench_strength`. Without a
  curve one strength is one noise level, at any number of steps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from glance.backends.strength.noise_levels import NoiseScale, level_at

#: Points of a curve: (1 - strength, share), both rising from (0, 0) to (1, 1).
Points = tuple[tuple[float, float], ...]
#: Side in pixels that the curve of SD 1.5 belongs to.
_SIDE = 512
#: Steps from which on a picture does not change more with more of them, and how much deeper fewer have to start, as a
#: share of the start's own: `_FEW * (1 / steps - 1 / _MANY)`, less and less towards a start from nothing but noise.
_MANY, _FEW = 25.0, 0.335


@dataclass(frozen=True)
class StrengthCurve:
    """What strengths mean for one model.

    Attributes:
        points: Where it was measured; empty for the straight line.
        side: Side in pixels of the square that the model was trained at.
    """

    points: Points = ()
    side: int = _SIDE

    @property
    def measured(self) -> bool:
        """Whether it was measured with the model itself; else it is arithmetic."""
        return bool(self.points)

    def share(self, denoising: float, steps: float) -> float:
        """Return the share in [0, 1] of Stable Diffusion's timesteps that a picture starts at.

        Args:
            denoising: 1 - strength, in [0, 1].
            steps: Steps from there, not necessarily whole; at least 1.
        """
        if not self.points:
            shift = self.side / _SIDE
            return shift * denoising / (1 + (shift - 1) * denoising)
        share = float(np.interp(denoising, *np.transpose(self.points)))
        few = _FEW * (1 / min(max(steps, 2.0), _MANY) - 1 / _MANY)
        return min(1.0, share * (1 + few * (1 - share**4)))

    def ratio(self, denoising: float, steps: float) -> float:
        """Return the ratio of noise to picture, see `share`."""
        return level_at(self.share(denoising, steps))


@dataclass(frozen=True)
class ModelStrength:
    """What strength means for one model, and how the model counts noise."""

    curve: StrengthCurve = field(default_factory=StrengthCurve)
    scale: NoiseScale = field(default_factory=NoiseScale)


def meant_steps(denoising: float, steps: int) -> float:
    """Return how many steps a picture is to get, before they are rounded: its share of all, at least 3.

    Of a model that draws in one or two steps altogether, these.
    """
    return min(float(steps), max(3.0, denoising * steps))


def steps_for(denoising: float, steps: int) -> int:
    """Return how many steps a picture gets where a host can start at any noise level: `meant_steps`, rounded."""
    return round(meant_steps(denoising, steps))


def curve_from_amounts(amounts: dict[float, float], goal: dict[float, float]) -> Points:
    """Return the curve with which a model changes as much at every strength as is meant.

    Args:
        amounts: What the model changes at shares in (0, 1), in any unit.
        goal: What is to be changed at each 1 - strength, in the same unit.
    """
    shares = sorted(amounts)
    # A measurement wavers; what is changed never falls with more noise.
    changed = np.maximum.accumulate([amounts[share] for share in shares])
    changed = changed + np.arange(len(shares), dtype=np.float64) * 1e-9
    wanted = sorted(goal)
    found = np.interp([goal[each] for each in wanted], [0.0, *changed], [0.0, *shares])
    points = [(0.0, 0.0)]
    for denoising, share in zip(wanted, found.tolist(), strict=True):
        # A curve always rises, so that no two strengths are the same.
        lowest = points[-1][1] + 0.2 * (denoising - points[-1][0])
        points.append((denoising, round(min(max(share, lowest), 1 - 0.2 * (1 - denoising)), 4)))
    return (*points, (1.0, 1.0))


def rounded_ratio(ratio: float) -> float:
    """Return a ratio to six digits, as it decides pixels and stands in pictures' texts."""
    return float(f"{ratio:.6g}") if math.isfinite(ratio) else ratio
