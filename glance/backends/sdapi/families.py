"""What suits a family of models: found by what a host says of the loaded one, or by the model's name.

Sources: the presets of Forge (`modules_forge/main_entry.py`, 2025-06) and of Forge Neo (`modules_forge/presets.py`,
2026-08), the sizes that each family was trained at, and for few-step models what their makers recommend. It is offered
to new projects and shown on the page; whoever changes it is not overruled.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from glance.backends.strength.curves import ModelStrength, StrengthCurve
from glance.backends.strength.noise_levels import NoiseScale
from glance.frames import Size
from glance.project.plan import RenderPlan


@dataclass(frozen=True)
class Family:
    """One family.

    Attributes:
        title: What people call it.
        engines: What Forge and Neo call the class of such a model.
        preset: What Forge and Neo call their preset for it; empty where they have none.
        size: A landscape size that it draws well, as (width, height).
        multiple: Sides that it draws without rounding are multiples of this.
        sampler: Sampler that suits it.
        scheduler: Scheduler that suits it.
        steps: Steps of a full denoise.
        cfg: Classifier-free guidance scale; at 1, hosts do not read the negative prompt.
        guidance: What the field "distilled CFG scale" is to hold; None where the model does not read it.
        shift: Whether that field is the schedule's shift, and not guidance.
        prompts: How it likes to be spoken to: `tags` or `sentences`.
        flow: Whether it is a flow model, for which no host's automatic scheduler is safe.
        clip_skip: Layers of the text encoder that are left out, counted from 1 as hosts count; 0 as the host is set.
        side: Side in pixels of the square that it was trained at.
        flow_shift: Shift of a flow model's schedule where it is no field's, see `NoiseScale`.
    """

    title: str
    engines: tuple[str, ...]
    preset: str
    size: Size
    multiple: int
    sampler: str
    scheduler: str
    steps: int
    cfg: float
    guidance: float | None = None
    shift: bool = False
    prompts: Literal["tags", "sentences"] = "sentences"
    flow: bool = True
    clip_skip: int = 0
    side: int = 1024
    flow_shift: float = 1.0

    @property
    def strength(self) -> ModelStrength:
        """What strengths mean for its models, until one is measured: arithmetic."""
        shift = self.guidance if self.shift and self.guidance else self.flow_shift
        return ModelStrength(StrengthCurve(side=self.side), NoiseScale(self.flow, shift if self.flow else 1.0))

    @property
    def reads_negative(self) -> bool:
        """Whether its negative prompt has any effect."""
        return self.cfg != 1


_SD = Family(
    "Stable Diffusion 1.5",
    ("StableDiffusion",),
    "sd",
    (512, 288),
    8,
    "Euler a",
    "Automatic",
    20,
    7.0,
    flow=False,
    side=512,
)
_XL = replace(
    _SD, title="SDXL", engines=("StableDiffusionXL",), preset="xl", size=(1024, 576), steps=24, cfg=5.0, side=1024
)
#: Shifts that Flux and its relatives have at a million pixels: e to this.
_FLUX_SHIFT, _KLEIN_SHIFT = math.exp(1.15), math.exp(2.02)
_FLUX = Family("Flux", ("Flux",), "flux", (1024, 576), 16, "Euler", "Simple", 20, 1.0, 3.5, flow_shift=_FLUX_SHIFT)
FAMILIES: tuple[Family, ...] = (
    replace(_SD, prompts="tags"),
    replace(_SD, title="Stable Diffusion 2", engines=("StableDiffusion2",), preset="", size=(768, 432), side=768),
    replace(_XL, prompts="tags"),
    replace(_XL, title="Mugen", engines=("Mugen",), preset="", guidance=9.0, shift=True, scheduler="Simple", flow=True),
    Family(
        "Stable Diffusion 3", ("StableDiffusion3",), "", (1024, 576), 16, "Euler", "Simple", 28, 4.5, flow_shift=3.0
    ),
    _FLUX,
    replace(
        _FLUX,
        title="Flux 2 Klein",
        engines=("Flux2",),
        preset="klein",
        scheduler="Beta",
        steps=4,
        guidance=None,
        flow_shift=_KLEIN_SHIFT,
    ),
    Family("Chroma", ("Chroma",), "", (1024, 576), 16, "Euler", "Simple", 26, 4.0),
    Family("Qwen-Image", ("QwenImage",), "qwen", (1024, 576), 16, "LCM", "Normal", 8, 1.0, flow_shift=_FLUX_SHIFT),
    Family("Krea 2", ("Krea2",), "krea", (1024, 576), 16, "Euler", "Simple", 8, 1.0, flow_shift=_FLUX_SHIFT),
    Family("Lumina 2", ("Lumina2",), "lumina", (1024, 576), 16, "Res Multistep", "Simple", 32, 4.0, 6.0, shift=True),
    Family("Z-Image", ("ZImage",), "zit", (1024, 576), 16, "Euler", "Beta", 9, 1.0, 9.0, shift=True),
    Family("Wan", ("Wan",), "wan", (832, 480), 16, "Euler", "Simple", 4, 1.0, 5.0, shift=True),
    Family("Anima", ("Anima",), "anima", (1024, 576), 16, "ER SDE", "Beta", 32, 4.0, 3.0, shift=True, prompts="tags"),
    Family("Ernie-Image", ("ErnieImage",), "ernie", (1024, 576), 16, "Euler", "Simple", 8, 1.0, 3.0, shift=True),
    Family("PiD", ("PiD",), "pid", (1024, 576), 16, "LCM", "Simple", 4, 1.0, 1.5, shift=True),
)
#: Words in a model's file name, the first that fits: what hosts without engines have to go by.
_NAMES = (
    (r"klein", "Flux 2 Klein"),
    (r"flux", "Flux"),
    (r"chroma", "Chroma"),
    (r"qwen", "Qwen-Image"),
    (r"krea", "Krea 2"),
    (r"lumina", "Lumina 2"),
    (r"z[-_ ]?image", "Z-Image"),
    (r"\bwan[-_ ]?\d|\bwan2", "Wan"),
    (r"anima(?!g|t)", "Anima"),
    (r"ernie", "Ernie-Image"),
    (r"sd3|sd[-_ ]?3\.?5|stable[-_ ]?diffusion[-_ ]?3", "Stable Diffusion 3"),
    (r"xl|pony|illustrious|noob", "SDXL"),
    (r"v2-1|sd[-_ ]?2\.?[01]|768-v", "Stable Diffusion 2"),
    (r"v1[-_ ]?5|sd[-_ ]?1\.?[45]|sd15", "Stable Diffusion 1.5"),
)
#: Up to here, a family was distilled to need no guidance; and how much more than that spoils its pictures.
_DISTILLED_CFG = 2.0
_MORE_CFG = 1.5
#: How many times as many pixels as a family was trained at, or as few, are another size to it.
_OTHER_SIZE = 3.0
#: Models that were trained on the text encoder's last layer but one, by their names.
_LAST_BUT_ONE = r"pony"


@dataclass(frozen=True)
class FewSteps:
    """What a model or a LoRA needs that was made to draw in few steps.

    Attributes:
        title: What its kind is called.
        sampler: Sampler that suits it.
        scheduler: Scheduler that suits it.
        steps: Steps of a full denoise.
        cfg: Classifier-free guidance scale.
    """

    title: str
    sampler: str
    scheduler: str
    steps: int
    cfg: float


#: Few-step kinds of SD and SDXL, by words in the file's name of a model or a LoRA.
_FEW_STEPS = (
    (r"lightning", FewSteps("Lightning", "Euler", "SGM Uniform", 8, 1.0)),
    (r"lcm", FewSteps("LCM", "LCM", "Simple", 8, 1.5)),
    (r"hyper", FewSteps("Hyper", "Euler", "SGM Uniform", 8, 1.0)),
    (r"turbo", FewSteps("Turbo", "Euler a", "Automatic", 6, 1.5)),
    (r"dmd", FewSteps("DMD", "LCM", "Simple", 6, 1.0)),
)


def family_of(*, engine: str = "", model: str = "", preset: str = "") -> Family | None:
    """Return the family of a model; None where nothing tells.

    Args:
        engine: The class of the loaded model in Forge and Neo; empty before one was loaded, and elsewhere.
        model: The model's file name.
        preset: What the person has chosen in Forge and Neo, which may be another than the model's.
    """
    by_name = next((title for words, title in _NAMES if re.search(words, model.lower())), "")
    found = (
        next((each for each in FAMILIES if engine in each.engines), None)
        or next((each for each in FAMILIES if each.title == by_name), None)
        or next((each for each in FAMILIES if preset and each.preset == preset), None)
    )
    if found is None:
        return None
    if not found.flow and re.search(_LAST_BUT_ONE, model.lower()):
        found = replace(found, clip_skip=2)
    return _few_step(found, model)


def _few_step(family: Family, model: str) -> Family:
    if family.flow:
        if "schnell" in model.lower():
            return replace(family, title="Flux schnell", steps=4, guidance=None, flow_shift=1.0)
        return family
    few = few_steps_of(model)
    if few is None:
        return family
    title = f"{family.title} {few.title}"
    return replace(family, title=title, sampler=few.sampler, scheduler=few.scheduler, steps=few.steps, cfg=few.cfg)


def few_steps_of(name: str) -> FewSteps | None:
    """Return what a few-step model or LoRA needs, told by its name; None for one that is none."""
    return next((few for words, few in _FEW_STEPS if re.search(words, name.lower())), None)


def remarks_on(family: Family, plan: RenderPlan) -> list[str]:
    """Return a sentence where a plan asks for what spoils a family's pictures; whoever means it is not overruled.

    That is much guidance of a model that was distilled to need none, and a picture of a size it was never shown.
    """
    found = []
    most = max((frame.cfg for frame in plan.frames), default=0.0)
    if family.cfg <= _DISTILLED_CFG and most > family.cfg + _MORE_CFG:
        found.append(f"CFG {family.cfg:g}, where the video asks for {most:g}")
    ratio = plan.size[0] * plan.size[1] / (family.size[0] * family.size[1])
    if not 1 / _OTHER_SIZE <= ratio <= _OTHER_SIZE:
        width, height = family.size
        found.append(f"about as many pixels as {width}x{height}, where the video has {plan.size[0]}x{plan.size[1]}")
    if not found:
        return []
    return [
        f"the WebUI's model is of the family {family.title}, which draws best with {' and '.join(found)}. It is drawn "
        f"as asked. What suits it: {family.sampler}, {family.scheduler}, {family.steps} steps"
    ]


def with_host_values(family: Family, options: Mapping[str, object]) -> Family:
    """Return a family with what a person has set for it in the host: Forge's and Neo's options for their presets.

    Args:
        family: The family.
        options: The host's settings; `flux_i2i_cfg` and the like. 0 and empty stand for "leave alone".
    """
    if not family.preset:
        return family
    own = f"{family.preset}_i2i_"

    def number(*names: str) -> float | None:
        values = (options.get(own + name) for name in names)
        return next((float(value) for value in values if isinstance(value, int | float) and value), None)

    def text(name: str) -> str:
        return str(options.get(own + name) or "")

    guidance = number("dcfg", "d_cfg") if family.guidance is not None else None
    return replace(
        family,
        sampler=text("sampler") or family.sampler,
        scheduler=text("scheduler") or family.scheduler,
        steps=round(number("step") or family.steps),
        cfg=number("cfg") or family.cfg,
        guidance=guidance if guidance is not None else family.guidance,
    )
