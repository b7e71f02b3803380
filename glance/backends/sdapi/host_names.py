"""What a WebUI has, by name: a plan's names are looked up before anything is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from glance.backends.sdapi.sampler_laws import SamplerLaw, SamplerTraits, law_of
from glance.errors import BackendError
from glance.frames import Size
from glance.project.plan import RenderPlan
from glance.system.suggest import did_you_mean, listed

AUTOMATIC = "Automatic"
#: In place of a VAE's name: what came with the model.
NO_VAE = "None"


@dataclass(frozen=True)
class HostNames:
    """What the host knows by name. Keys are lower-case names and aliases, values the host's own spelling.

    Attributes:
        samplers: In the host's order; the first is its default.
        schedulers: Automatic among them; empty where the host is older than schedulers.
        checkpoints: Titles, file names and hashes of the models.
        vae_files: Not by lower-case name: the VAEs' names as they are, and their files over there.
        traits: What the host says of its samplers, by their own spelling; what is missing is an ordinary one.
        automatic: What "Automatic" stands for: of flow models a scheduler by name, for no host's own choice is safe.
        multiple: Sides of a picture that the host leaves as they are, are multiples of this.
    """

    samplers: Mapping[str, str] = field(default_factory=dict)
    schedulers: Mapping[str, str] = field(default_factory=dict)
    checkpoints: Mapping[str, str] = field(default_factory=dict)
    vae_files: Mapping[str, str] = field(default_factory=dict)
    traits: Mapping[str, SamplerTraits] = field(default_factory=dict)
    automatic: str = AUTOMATIC
    multiple: int = 8

    def sampler(self, sampler: str, scheduler: str) -> tuple[str, str]:
        """Return the host's spelling of a sampler and a scheduler.

        Empty names give the host's first sampler and `Automatic`. A joint name of older versions, such as
        `DPM++ 2M Karras`, is split; a scheduler that was given too wins over the joint one.

        Raises:
            BackendError: The host has no such sampler or scheduler.
        """
        name = sampler.strip()
        joint = ""
        if not name and self.samplers:
            name = next(iter(self.samplers.values()))
        if name.lower() not in self.samplers:
            name, joint = self._split(name)
        found = _lookup(name, self.samplers, "sampler")
        wanted = scheduler.strip()
        if not self.schedulers:
            return self._joined(found, wanted), AUTOMATIC
        if wanted.lower() in ("", AUTOMATIC.lower()):
            wanted = joint
        return found, _lookup(wanted, self.schedulers, "scheduler") if wanted else self.automatic

    def law(self, sampler: str) -> SamplerLaw:
        """Return how a sampler, by the host's spelling, counts its steps."""
        others = frozenset(name.lower() for name in self.samplers.values())
        return law_of(sampler, self.traits.get(sampler, SamplerTraits()), others)

    def without_any_start(self, sampler: str) -> HostNames:
        """Return the same of a host whose sampler, by its spelling, has turned out to make its sigmas itself."""
        traits = replace(self.traits.get(sampler, SamplerTraits()), asks=False)
        return replace(self, traits={**self.traits, sampler: traits})

    def checkpoint(self, name: str) -> str:
        """Return the host's title of a model.

        Raises:
            BackendError: The host has no such model.
        """
        return _lookup(name, self.checkpoints, "checkpoint")

    def vae(self, name: str) -> str:
        """Return the host's spelling of a VAE; `None` is the model's own.

        Raises:
            BackendError: The host has no such VAE.
        """
        return _lookup(name, {known.lower(): known for known in (*self.vae_files, NO_VAE)}, "VAE")

    def problems(self, plan: RenderPlan) -> list[str]:
        """Return one sentence for each name in a plan that the host does not know."""
        used = sorted({(frame.sampler, frame.scheduler) for frame in plan.frames})
        found = [_refusal(self.sampler, *names) for names in used]
        for look_up, wanted in (
            (self.checkpoint, {frame.checkpoint for frame in plan.frames}),
            (self.vae, {frame.vae for frame in plan.frames}),
        ):
            found += [_refusal(look_up, name) for name in sorted(wanted - {""})]
        return [sentence for sentence in found if sentence]

    def remarks(self, plan: RenderPlan) -> list[str]:
        """Return sentences about what is drawn otherwise than it was asked for; nothing has to be changed.

        That is a size which the host rounds, and each sampler whose strength cannot be exact.
        """
        found = self.rounding(plan.size)
        for sampler, scheduler in sorted({(frame.sampler, frame.scheduler) for frame in plan.frames}):
            try:
                name = self.sampler(sampler, scheduler)[0]
            except BackendError:
                continue  # one of the problems
            law = self.law(name)
            if law.calls is None:
                found.append(f"the sampler {name} chooses its own steps: how long a frame takes depends on its picture")
            elif not law.known:
                found.append(f"the sampler {name} is new to GLANCE: its steps are taken to be counted as Euler's are")
        return found

    def rounding(self, size: Size) -> list[str]:
        """Return a sentence on what the host makes of a size, and which ones it leaves alone; none where it is one."""
        if not any(side % self.multiple for side in size):
            return []
        up = "x".join(str(-(-side // self.multiple) * self.multiple) for side in size)
        down = "x".join(str(max(side // self.multiple, 1) * self.multiple) for side in size)
        return [
            f"the WebUI draws in multiples of {self.multiple} pixels: {size[0]}x{size[1]} is drawn as {up} and cut; "
            f"{down} or {up} lose nothing"
        ]

    def _joined(self, sampler: str, scheduler: str) -> str:
        """Return the sampler that has a scheduler in its name, where the host has schedulers in no other way."""
        if scheduler.lower() in ("", AUTOMATIC.lower()) or sampler.lower().endswith(scheduler.lower()):
            return sampler
        return _lookup(f"{sampler} {scheduler}", self.samplers, "sampler")

    def _split(self, name: str) -> tuple[str, str]:
        ends = [end for end in self.schedulers if name.lower().endswith(" " + end)]
        if not ends:
            return name, ""
        longest = max(ends, key=len)  # `SGM Uniform` ends in `Uniform`, which is another one
        return name[: -len(longest) - 1].strip(), self.schedulers[longest]


def _refusal(look_up: Callable[..., object], *names: str) -> str:
    try:
        look_up(*names)
    except BackendError as error:
        return str(error)
    return ""


def _lookup(name: str, known: Mapping[str, str], kind: str) -> str:
    found = known.get(name.strip().lower())
    if found is not None:
        return found
    spellings = list(dict.fromkeys(known.values()))
    advice = did_you_mean(name, known, f"it has: {listed(spellings)}", shown=lambda alias: known[alias])
    raise BackendError(f"the WebUI has no {kind} {name!r}; {advice}")


def find_upscaler(name: str, known: Iterable[str]) -> str:
    """Return the host's spelling of an upscaler.

    Raises:
        BackendError: The host has no such upscaler.
    """
    return _lookup(name, {each.lower(): each for each in known if each != "None"}, "upscaler")


def spellings(named: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Return lower-case name or alias -> name, for (name, aliases) pairs; names win over aliases."""
    pairs = [(name, list(aliases)) for name, aliases in named]
    table = {name.lower(): name for name, _ in pairs}
    for name, aliases in pairs:
        for alias in aliases:
            table.setdefault(alias.lower(), name)
    return table


def missing_scripts(wanted: Iterable[str], there: Iterable[str]) -> list[str]:
    """Return one sentence for each always-on script that a project wants and a host does not have.

    Args:
        wanted: Titles.
        there: Titles of the host's scripts; small and capital letters are the same.
    """
    known = {title.lower() for title in there}
    return [
        f"the WebUI has no script `{title}`, whose settings were taken over from img2img; install it, or take it out "
        "under Look"
        for title in wanted
        if title.lower() not in known
    ]
