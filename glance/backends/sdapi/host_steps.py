"""Where a host can start of its own accord: a denoising strength takes the last of N steps, and nothing in between.

So the number of steps that are taken stays as it is for a scene, and the total follows the strength: for k steps of a
uniform schedule that start at a share c of it, `N = round(1 + (k - 1) / c)`. One k alone leaves a handful of levels;
k, k + 1 and k + 2 leave dozens. Every pair's true start is looked up in the host's own list, whichever schedule it has,
and the pair is taken whose start is nearest.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from glance.backends.sdapi.sampler_laws import SamplerLaw
from glance.backends.strength.noise_levels import TIMESTEPS, NoiseScale, level_at, schedule, share_at

#: Steps of a full denoise that are asked for at most.
MOST_STEPS = 60
#: Fewer steps than this leave too few levels of strength.
_FEWEST = 4
#: How many numbers of steps next to each other are chosen from: as few as give so many starts, with no wider gap than
#: this between them, in shares of the timesteps; more would make frames of one scene too unlike in what they cost.
_CHOICES, _MOST_CHOICES = 3, 12
_ENOUGH, _WIDEST_GAP = 22, 0.06
#: Where starts are looked for: nearly all strengths are in there.
_USUAL = (0.2, 0.6)


@dataclass(frozen=True)
class HostSteps:
    """What to ask a host for.

    Attributes:
        steps: Steps of a full denoise.
        denoising: Denoising strength, in (0, 1).
        taken: Steps that are really taken.
        ratio: Noise to picture that they really start from.
    """

    steps: int
    denoising: float
    taken: int
    ratio: float


def host_steps(share: float, taken: int, law: SamplerLaw, scheduler: str, scale: NoiseScale) -> HostSteps:
    """Return what to ask for, so that the host starts nearest to where it shall.

    Args:
        share: Share in (0, 1] of Stable Diffusion's timesteps whose noise level is meant.
        taken: Steps to be taken, or one more or less; more of them where few leave too few levels, fewer where so
            little noise is meant that their total would be above `MOST_STEPS`.
        law: The sampler's.
        scheduler: The schedule's name, in any case.
        scale: The model's.
    """
    name = scheduler.strip().lower()
    name = law.scheduler if name in ("", "automatic") else name
    lowest = max(_FEWEST, taken - 1, law.fewest)
    starts = _close_starts(lowest, law, name, scale)
    if not starts or share < starts[0][0]:
        starts = _low_starts(min(lowest + _CHOICES, MOST_STEPS), law, name, scale)
    place = bisect.bisect_left(starts, (share,))
    near = starts[max(0, place - 1) : place + 1]
    begins, found = min(near, key=lambda start: abs(start[0] - share))
    return HostSteps(found[0], (found[1] + 0.5) / found[0], found[2], level_at(begins))


#: (share of the timesteps, (steps of a full denoise, the host's `t`, steps taken)).
_Start = tuple[float, tuple[int, int, int]]


@lru_cache(maxsize=256)
def _close_starts(lowest: int, law: SamplerLaw, scheduler: str, scale: NoiseScale) -> tuple[_Start, ...]:
    """Return where `lowest` steps and the next few can start, rising: so many of them that the starts lie close."""
    starts: tuple[_Start, ...] = ()
    for choices in range(_CHOICES, _MOST_CHOICES + 1):
        starts = _starts(lowest, law, scheduler, scale, choices)
        places = [_USUAL[0], *(share for share, _ in starts if _USUAL[0] <= share <= _USUAL[1]), _USUAL[1]]
        if len(places) > _ENOUGH and max(after - before for before, after in pairwise(places)) <= _WIDEST_GAP:
            break
    return starts


@lru_cache(maxsize=256)
def _low_starts(highest: int, law: SamplerLaw, scheduler: str, scale: NoiseScale) -> tuple[_Start, ...]:
    """Return where up to `highest` steps of as many in all as are ever asked for can start, rising."""
    fewest = max(law.fewest, 1)
    return _starts(fewest, law, scheduler, scale, highest + 1 - fewest, MOST_STEPS - MOST_STEPS // 8)


def _starts(
    lowest: int, law: SamplerLaw, scheduler: str, scale: NoiseScale, choices: int, first: int = 1
) -> tuple[_Start, ...]:
    """Return where `choices` numbers of steps from `lowest` on, of `first` or more in all, can start, rising."""
    found: dict[float, tuple[int, int, int]] = {}
    for total in range(max(first, 2 if scheduler == "bong tangent" else 1), MOST_STEPS + 1):
        begins = _timestep_starts(total, law) if law.timestep else _sigma_starts(total, law, scheduler, scale)
        for share, given, taken in begins:
            if lowest <= taken < lowest + choices:
                # Of two ways to one place, the one with fewer steps.
                found[share] = min(found.get(share, (total, given, taken)), (total, given, taken), key=_cost)
    return tuple(sorted(found.items()))


def _cost(start: tuple[int, int, int]) -> tuple[int, int]:
    return start[2], start[0]


def _sigma_starts(total: int, law: SamplerLaw, scheduler: str, scale: NoiseScale) -> Iterator[tuple[float, int, int]]:
    """Yield (share, the host's t, steps taken) of a k-diffusion sampler, which starts at `sigmas[total - t - 1]`."""
    levels = schedule(scheduler, total + law.discards, scale)
    if law.discards and levels.size > 1:
        levels = levels[:-1]
    for given in range(total):
        index = total - given - 1
        if index < levels.size:
            ratio = scale.ratio(float(levels[index])) * law.start_factor
            yield round(share_at(ratio), 6), given, levels.size - index


def _timestep_starts(total: int, law: SamplerLaw) -> Iterator[tuple[float, int, int]]:
    """Yield the same of a timestep sampler, which lays noise for timestep number t and works on those below it."""
    every = TIMESTEPS // total
    for given in range(max(1, law.offset), total):
        timestep = min(TIMESTEPS - 1, 1 + given * every)
        yield round(timestep / (TIMESTEPS - 1), 6), given, given - law.offset
