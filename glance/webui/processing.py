"""What a WebUI's own object for one picture needs, in all five of them: it is made here and nowhere else."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from glance.backends.sdapi.requests import DrawCall, padded
from glance.errors import BackendError
from glance.frames import Frame
from glance.webui.img2img_link import script_arguments
from glance.webui.noise_start import SigmaList

#: Fields that a WebUI may lack: what they say is then its only way, or (the scheduler) part of the sampler's name.
_DISPENSABLE = frozenset({"scheduler", "restore_faces", "tiling", "mask_round", "outpath_grids", "styles"})


@dataclass(frozen=True)
class Extras:
    """What comes to a picture besides the plan.

    Attributes:
        distilled_cfg: Distilled guidance of Flux, the shift of other flow models; used where the WebUI has such a
            field. None leaves it as the WebUI makes it.
        scripts: Values of always-on scripts, by title, the others working with their defaults; None for no scripts.
    """

    distilled_cfg: float | None
    scripts: Mapping[str, Sequence[Any]] | None = None


@dataclass(frozen=True)
class HostPictures:
    """What the WebUI drew.

    Attributes:
        images: Its pictures; none when it was interrupted.
        started: False where the sampler never asked for the sigmas that were to make its picture start where it shall.
    """

    images: Sequence[Any]
    started: bool = True


def drawn_by_host(call: DrawCall, start: Frame | None, options: Mapping[str, object], extras: Extras) -> HostPictures:
    """Let the WebUI draw.

    Args:
        call: What to draw.
        start: The picture to start from, unless the call is from nothing.
        options: Settings of the WebUI for this picture.
        extras: See there.

    Raises:
        BackendError: This WebUI does not take what a frame cannot do without.
    """
    from modules import processing, scripts, shared

    fields = call.fields() | {
        "sd_model": shared.sd_model,
        "styles": [],
        "outpath_samples": shared.opts.outdir_samples or shared.opts.outdir_img2img_samples,
        "outpath_grids": shared.opts.outdir_grids or shared.opts.outdir_img2img_grids,
        "do_not_save_samples": True,
        "do_not_save_grid": True,
        "override_settings": dict(options),
        "override_settings_restore_afterwards": False,
    }
    if call.from_nothing or start is None:
        constructor, runner = processing.StableDiffusionProcessingTxt2Img, scripts.scripts_txt2img
    else:
        constructor, runner = processing.StableDiffusionProcessingImg2Img, scripts.scripts_img2img
        fields |= _pictures(call, start)
    p = constructor(**_accepted(constructor, fields))
    if extras.distilled_cfg is not None and hasattr(p, "distilled_cfg_scale"):
        p.distilled_cfg_scale = extras.distilled_cfg
    _put_scripts(p, runner, extras.scripts)
    _seed_when_it_begins(p, call.seed)
    sigmas = SigmaList(p, call.start) if call.start is not None and call.start.exact else None
    if sigmas is not None:
        sigmas.put_in()
    with closing(p):
        images = list(processing.process_images(p).images)
    return HostPictures(images, sigmas is None or sigmas.asked)


def _accepted(constructor: Any, fields: Mapping[str, object]) -> dict[str, object]:
    known = inspect.signature(constructor).parameters
    lacking = sorted(fields.keys() - known.keys() - _DISPENSABLE)
    if lacking:
        raise BackendError(
            f"this WebUI draws in another way than the ones GLANCE knows: its {constructor.__name__} takes no "
            f"{', '.join(lacking)}. Please tell us its name and version"
        )
    return {name: value for name, value in fields.items() if name in known}


def _put_scripts(p: Any, runner: Any, wanted: Mapping[str, Sequence[Any]] | None) -> None:
    from modules import scripts

    # `is_api` keeps the built-in sampler and seed scripts from overwriting what was asked for.
    p.is_api = True
    if wanted is not None and runner is not None:
        p.scripts = runner
        p.script_args = script_arguments(runner, wanted)
        return
    # Not without a runner: reForge looks into it without asking whether there is one.
    p.scripts = scripts.ScriptRunner()
    p.script_args = ()


def _seed_when_it_begins(p: Any, seed: int) -> None:
    # The VAE samples the picture it encodes with torch's global generator, before the WebUI seeds it: without this, a
    # frame would depend on whatever was drawn before it, and a continued run would differ from an uninterrupted one.
    # `init` is where it is encoded. Before that, a model may be loaded, which draws from the generator, too.
    import torch

    begin = p.init

    def seeded(*arguments: Any, **named: Any) -> Any:
        torch.manual_seed(seed)
        return begin(*arguments, **named)

    p.init = seeded


def _pictures(call: DrawCall, start: Frame) -> dict[str, object]:
    from PIL import Image

    fields = call.image_fields() | {"init_images": [Image.fromarray(padded(start, call.size))]}
    if call.mask is not None:
        fields["mask"] = Image.fromarray(call.mask)
    return fields
