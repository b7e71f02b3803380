"""How often a WebUI's sampler really calls its model, and what to ask for so that it is as often as meant.

A host turns a denoising strength d of N steps into `t = int(min(d, 0.999) * N)`, and hands that to one of two classes
of samplers. The k-diffusion ones take the last `t + 1` of N steps; the timestep ones (`CompVisSampler`: DDIM, PLMS and,
in most hosts, UniPC) lay noise for timestep number t and work on `timesteps[:t]`, of which DDIM leaves one out. Which
class a sampler has is the host's to say: UniPC is a timestep sampler in four of five hosts, a k-diffusion one in Neo.

Counted with the hosts' own samplers: `tests/unit/backends/test_sampler_laws.py`. Some need a second look:

- fewer steps than its order stop UniPC, one step stops A1111's SDE samplers and DPM fast; then more steps of the same
  share of the schedule are asked for, so that the picture still starts from as much noise as was meant;
- what chooses its steps by what it sees (DPM adaptive, reForge's ODE samplers) has no law;
- a few schedulers make lists of another length than they were asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: More steps of a full denoise are never asked for: beyond, a host's own rounding of the strength sets in.
_MOST_STEPS = 500
#: Timesteps of the models that timestep samplers and the scheduler DDIM are made for.
_TIMESTEPS = 1000

Calls = Callable[[int], int]


@dataclass(frozen=True)
class SamplerTraits:
    """What a host says of a sampler.

    Attributes:
        timestep: Whether it is one of the timestep samplers.
        second_order: Whether the host itself counts two calls for a step.
    """

    timestep: bool = False
    second_order: bool = False


@dataclass(frozen=True)
class SamplerLaw:
    """What a sampler makes of the steps it is given in img2img.

    Attributes:
        offset: It takes m steps where the host's `t` is m + offset.
        fewest: Steps below which it raises, or does not call the model at all.
        calls: Calls of the model for m steps; None where that depends on the picture.
        known: Whether it was counted; else it is taken for an ordinary one.
    """

    offset: int
    fewest: int
    calls: Calls | None
    known: bool = True


@dataclass(frozen=True)
class HostSteps:
    """What to ask a host for.

    Attributes:
        steps: Steps of a full denoise.
        denoising: Denoising strength, in (0, 1).
        taken: Steps that are really taken.
    """

    steps: int
    denoising: float
    taken: int


def _once(m: int) -> int:
    return m


def _twice(m: int) -> int:
    return 2 * m - 1


def _heunpp2(m: int) -> int:
    return 3 * (m - 1) if m > 1 else 1


def _thrice(m: int) -> int:
    return 3 * m - 2


def _intern(m: int) -> int:
    return 2 * (m - 1) if m > 1 else 2


def _kohaku(m: int) -> int:
    return 2 * m + 1 if m % 2 else 2 * m + 2


def _dy(m: int) -> int:
    return m + min(2, max(0, m - 3))


def _smea(m: int) -> int:
    return m + min(2, m - 1)


#: Timestep samplers, by lower-case name: (offset, fewest steps).
_TIMESTEP_LAWS = {"ddim": (1, 1), "ddim cfg++": (1, 1), "plms": (0, 2), "unipc": (0, 3)}
#: k-diffusion samplers whose host does not say that they call their model more than once a step.
_CALLS: Mapping[str, Calls] = {
    "dpm++ sde classic": _twice,
    "dpm++ 2s ancestral cfg++": _twice,
    "dpm++ 2s ancestral cfg++ dyn": _twice,
    "dpm++ 2s ancestral cfg++ intern": _intern,
    "dpm++ sde cfg++": _twice,
    "dpm++ 2s a rf": _twice,
    "dpm++ 2s ancestral comfy": _twice,
    "dpm++ 2s ancestral comfy rf": _twice,
    "dpm++ sde comfy": _twice,
    "heun comfy": _twice,
    "res solver": _twice,
    "sa-solver-pece": _twice,
    "seeds 2 dp": _twice,
    "seeds 3 dp": _thrice,
    "heunpp2": _heunpp2,
    "kohaku_lonyu_yog": _kohaku,
    "kohaku lonyu yog": _kohaku,
    "euler dy": _dy,
    "euler negative dy": _dy,
    "euler dy cfg++": _dy,
    "euler smea dy": _smea,
    "euler smea dy cfg++": _smea,
}
#: Samplers that raise where a single step is left, in every host that has them.
_TWO_AT_LEAST = frozenset({"dpm fast", "dpm adaptive", "res solver", "dpm++ 3m sde comfy"})
#: Those that do only with the k-diffusion that A1111 pins; and reForge's, with one of its two backends.
_TWO_IN_A1111 = frozenset({"dpm++ 2m sde", "dpm++ 2m sde heun", "dpm++ 3m sde"})
_TWO_IN_REFORGE = frozenset({"dpm++ 3m sde"})
#: What chooses its own steps.
_ADAPTIVE = frozenset({"dpm adaptive"})
#: Samplers of the five hosts that were counted and call their model once a step.
_ORDINARY = (
    *("dpm++ 2m", "dpm++ 2m sde", "dpm++ 2m sde heun", "dpm++ 3m sde", "euler a", "euler", "lms", "lcm", "dpm fast"),
    *("ipndm", "ipndm_v", "deis", "ddpm", "er sde", "res multistep", "gradient estimation", "euler negative"),
    *(
        "dpm++ 2m dy",
        "dpm++ 3m dy",
        "dpm++ 3m sde dy",
        "unipc",
        "custom sampler",
        "euler ancestral",
        "euler a dy",
        "euler a2",
        "sa-solver",
    ),
)
#: What stands behind such a name in one host or another.
_ENDINGS: tuple[str, ...] = (
    " ancestral cfg++",
    " cfg++",
    " comfy rf",
    " comfy",
    " turbo",
    " karras",
    " exponential",
    " sgmuniform",
)
_ENDINGS += (" ancestral", " heun", " uniform", " rf")
#: Schedulers whose lists are one step shorter than they were asked for.
_SHORTER = frozenset({"sinusoidal sf", "invcosinusoidal sf", "react cosinusoidal dynsf"})


def law_of(sampler: str, traits: SamplerTraits, others: frozenset[str] = frozenset()) -> SamplerLaw:
    """Return a sampler's law.

    Args:
        sampler: Its name.
        traits: What the host says of it.
        others: Lower-case names of all of the host's samplers, by which hosts differ.
    """
    name = sampler.lower()
    if traits.timestep:
        offset, fewest = _TIMESTEP_LAWS.get(name, (1, 1))
        return SamplerLaw(offset, fewest, _once, known=name in _TIMESTEP_LAWS)
    fewest = 2 if name in _TWO_AT_LEAST | _fussy(others) else 1
    if name in _ADAPTIVE or name.startswith("ode "):
        return SamplerLaw(-1, fewest, None)
    if name in _CALLS:
        return SamplerLaw(-1, fewest, _CALLS[name])
    if traits.second_order:
        return SamplerLaw(-1, fewest, _twice)
    return SamplerLaw(-1, fewest, _once, known=_is_ordinary(name))


def _fussy(others: frozenset[str]) -> frozenset[str]:
    if not others & {"ddpm", "er sde"}:  # the four Forges have one of them
        return _TWO_IN_A1111
    return _TWO_IN_REFORGE if "kohaku_lonyu_yog" in others else frozenset()


def _is_ordinary(name: str) -> bool:
    while name not in _ORDINARY:
        ending = next((each for each in _ENDINGS if name.endswith(each)), None)
        if ending is None:
            return False
        name = name[: -len(ending)]
    return True


def img2img_steps(strength: float, steps: int, law: SamplerLaw, scheduler: str = "") -> HostSteps:
    """Return what to ask for, so that the host takes `max(1, round((1 - strength) * steps))` steps.

    Where the sampler has to take more, or leaves some out, steps of a full denoise are added so that the picture starts
    from the same share of the noise.

    Args:
        strength: What is kept, in [0, 1).
        steps: Steps of a full denoise, at least 1.
        law: The sampler's.
        scheduler: The scheduler's name, in any case.
    """
    wanted = min(steps, max(1, round((1 - strength) * steps)))
    taken = max(wanted, law.fewest)
    # Of `total` steps, the picture starts from the share (taken + over) / total, which is to be wanted / steps.
    over = max(law.offset, 0)
    total = max(steps if taken + over == wanted else math.ceil(steps * (taken + over) / wanted), steps)
    given = taken + law.offset
    if law.offset < 0:
        total, given = _with_scheduler(total, given, scheduler.strip().lower())
    # The host never hands on more than all but one.
    total = min(max(total, given + 1), max(_MOST_STEPS, steps))
    given = min(given, total - 1)
    return HostSteps(total, min((given + 0.5) / total, 0.999), taken)


def _with_scheduler(total: int, given: int, scheduler: str) -> tuple[int, int]:
    if scheduler in _SHORTER:
        return total, given + 1
    if scheduler == "bong tangent":
        return max(total, 2), given
    if scheduler != "ddim":
        return total, given
    if given >= _longer_by(total):
        return total, given - _longer_by(total)
    while _longer_by(total):
        total += 1
    return total, given


def _longer_by(steps: int) -> int:
    """Return how many sigmas more than asked for the scheduler DDIM gives."""
    return math.ceil((_TIMESTEPS - 1) / max(_TIMESTEPS // steps, 1)) - steps


def txt2img_steps(steps: int, law: SamplerLaw, scheduler: str = "") -> int:
    """Return how many steps to ask for from nothing, so that as many are taken and the sampler does not refuse them."""
    least = max(steps, law.fewest)
    if law.offset < 0:
        name = scheduler.strip().lower()
        return max(least + (name in _SHORTER), 2 if name == "bong tangent" else 1)
    least = max(least, law.fewest + law.offset)
    return next(n for n in range(least, least + _TIMESTEPS) if _full_calls(n) - law.offset >= max(steps, law.fewest))


def _full_calls(steps: int) -> int:
    return math.ceil(_TIMESTEPS / (_TIMESTEPS // min(steps, _TIMESTEPS)))
