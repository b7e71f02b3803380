"""What a WebUI's samplers can do: how often each really calls its model, and whether it starts at any noise level.

A host turns a denoising strength d of N steps into `t = int(min(d, 0.999) * N)`, and hands that to one of two classes
of samplers. The k-diffusion ones take the last `t + 1` of N steps; the timestep ones (`CompVisSampler`: DDIM, PLMS and,
in most hosts, UniPC) lay noise for timestep number t and work on `timesteps[:t]`, of which DDIM leaves one out. Which
class a sampler has is the host's to say: UniPC is a timestep sampler in four of five hosts, a k-diffusion one in Neo.

Counted with the hosts' own samplers: `tests/unit/backends/test_sampler_laws.py`. Some need a second look:

- fewer steps than its order stop UniPC, one step stops A1111's SDE samplers and DPM fast;
- what chooses its steps by what it sees (DPM adaptive, reForge's ODE samplers) has no law.

In a WebUI's own process a list of sigmas can be put in place of its own (`p.sampler_noise_scheduler_override`), which
all k-diffusion samplers read but those that make their lists themselves: reForge's and Classic's `AlterSampler`. Then
a picture starts at any noise level (`glance.webui.noise_start`). Timestep samplers never ask, and over HTTP nothing can
be sent: there, the host's own list is taken that has a step nearest to it (`glance.backends.sdapi.host_steps`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

#: Timesteps of the models that timestep samplers and the scheduler DDIM are made for.
_TIMESTEPS = 1000

Calls = Callable[[int], int]


@dataclass(frozen=True)
class SamplerTraits:
    """What a host says of a sampler.

    Attributes:
        timestep: Whether it is one of the timestep samplers.
        second_order: Whether the host itself counts two calls for a step.
        asks: Whether it asks for a list of sigmas that was put in place of its own, and can be given one.
        scheduler: The host's name of the schedule that it has where none is chosen; empty for uniform.
        discards: Whether it makes one sigma more, and throws the last but one away.
    """

    timestep: bool = False
    second_order: bool = False
    asks: bool = False
    scheduler: str = ""
    discards: bool = False


@dataclass(frozen=True)
class SamplerLaw:
    """What a sampler makes of the steps it is given in img2img.

    Attributes:
        offset: It takes m steps where the host's `t` is m + offset.
        fewest: Steps below which it raises, or does not call the model at all.
        calls: Calls of the model for m steps; None where that depends on the picture.
        known: Whether it was counted; else it is taken for an ordinary one.
        any_start: Whether it can be started at any noise level.
        start_factor: It begins at so many times the first sigma of its list.
        scheduler: See `SamplerTraits`.
        discards: Likewise.
    """

    offset: int
    fewest: int
    calls: Calls | None
    known: bool = True
    any_start: bool = False
    start_factor: float = 1.0
    scheduler: str = ""
    discards: bool = False

    @property
    def timestep(self) -> bool:
        """Whether it works on timesteps and knows no sigmas."""
        return self.offset >= 0


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
#: Samplers that add noise before their first call, up to the square root of 2 times as much as there was.
_CHURNING = frozenset({"euler dy", "euler smea dy", "euler negative", "euler negative dy"})
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
    law = SamplerLaw(
        -1,
        fewest,
        _calls_of(name, traits),
        any_start=traits.asks,
        start_factor=math.sqrt(2) if name in _CHURNING else 1.0,
        scheduler=traits.scheduler.lower() or _named_schedule(name),
        discards=traits.discards,
    )
    ordinary = law.calls is not _once or _is_ordinary(name)
    return law if ordinary else replace(law, known=False)


def _calls_of(name: str, traits: SamplerTraits) -> Calls | None:
    if name in _ADAPTIVE or name.startswith("ode "):
        return None
    return _CALLS.get(name, _twice if traits.second_order else _once)


def _named_schedule(name: str) -> str:
    """Return the schedule that a sampler of a host without schedulers has in its name."""
    return next((each for each in ("karras", "polyexponential", "exponential") if name.endswith(" " + each)), "")


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
