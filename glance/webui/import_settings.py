"""A picture's settings for a whole video: what was found in txt2img or img2img becomes the project's look.

Either from img2img's fields as they are now (`from_img2img_fields`), or from a picture that was drawn
(`from_infotext`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from glance.errors import ProjectError
from glance.project.model import Project
from glance.render.metadata import PictureSettings
from glance.webui.names import forge_vaes
from glance.webui.settings import params_file

#: What the last line calls a channel of ours.
_CHANNELS = {
    "Steps": "steps",
    "Sampler": "sampler",
    "Schedule type": "scheduler",
    "CFG scale": "cfg",
    "Model": "checkpoint",
    "Clip skip": "clip_skip",
    "VAE": "vae",
}
_TEXTS = ("sampler", "scheduler", "checkpoint", "vae")
#: img2img's usual 0.75 draws almost anew: fine for one picture, a boiling video. Up to here it is taken over.
_MOST_DENOISING = 0.6


class LiveFields(msgspec.Struct, frozen=True):
    """img2img's fields, under the names of `glance.webui.img2img_link.FIELDS`; None for what a WebUI does not have.

    Attributes:
        denoising: Denoising strength, 0 to 1.
        styles: Names of the WebUI's own prompt styles.
        overrides: Settings that hold for img2img alone, as `Clip skip: 2`.
    """

    prompt: str = ""
    negative: str = ""
    styles: tuple[str, ...] | None = None
    sampler: str | None = None
    scheduler: str | None = None
    steps: float | None = None
    cfg: float | None = None
    denoising: float | None = None
    width: float | None = None
    height: float | None = None
    overrides: tuple[str, ...] | None = None


class LiveSettings(msgspec.Struct, frozen=True):
    """What `glance.webui.img2img_link.live_text` says, for a project.

    Attributes:
        fields: img2img's fields.
        options: The WebUI's settings that decide how img2img draws.
        scripts: Values of always-on scripts that were changed, by title.
        without_picture: Titles of scripts whose picture stays behind.
        unkept: Titles of scripts that cannot be taken over.
    """

    fields: LiveFields
    options: dict[str, Any] = {}
    scripts: dict[str, tuple[Any, ...]] = {}
    without_picture: tuple[str, ...] = ()
    unkept: tuple[str, ...] = ()


def from_img2img_fields(project: Project, said: Mapping[str, Any]) -> tuple[Project, dict[str, Any]]:
    """Return the project with what img2img's fields say, and what the page tells about it.

    As `from_infotext`, and besides: denoising becomes the strength, unless it would draw every frame almost anew;
    changed always-on scripts go along. The WebUI's own prompt styles are named in `styles`; the page knows their words.

    Args:
        project: The project.
        said: See `glance.webui.img2img_link.live_text`.

    Raises:
        ProjectError: It says something else.
    """
    try:
        live = msgspec.convert(said, LiveSettings, strict=False)
    except msgspec.ValidationError as error:
        raise ProjectError("", f"img2img's fields could not be read: {error}") from None
    new = from_infotext(project, PictureSettings(live.fields.prompt, live.fields.negative, _as_fields(live)))
    denoising = live.fields.denoising
    if denoising is not None and denoising <= _MOST_DENOISING:
        new = msgspec.structs.replace(new, curves={**new.curves, "strength": f"{1 - denoising:.4g}"})
    new = msgspec.structs.replace(new, look=msgspec.structs.replace(new.look, always_on=live.scripts))
    told = {
        "styles": list(live.fields.styles or ()),
        "scripts": list(live.scripts),
        "without_picture": list(live.without_picture),
        "unkept": list(live.unkept),
        "denoising": denoising if denoising is not None and denoising > _MOST_DENOISING else None,
    }
    return new, told


def _as_fields(live: LiveSettings) -> dict[str, str]:
    """Return live values under the names that a picture's text has for them."""
    fields, options = live.fields, live.options
    found: dict[str, object] = {
        "Steps": fields.steps,
        "Sampler": fields.sampler,
        "Schedule type": fields.scheduler,
        "CFG scale": fields.cfg,
        "Model": options.get("sd_model_checkpoint"),
        "VAE": _vae_of(options),
        "Clip skip": options.get("CLIP_stop_at_last_layers"),
    }
    if fields.width and fields.height:
        found["Size"] = f"{fields.width:g}x{fields.height:g}"
    for override in fields.overrides or ():
        name, _, value = override.partition(":")
        if name in found:
            found[name] = value.strip()
    return {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in found.items() if value}


def _vae_of(options: Mapping[str, Any]) -> str:
    """Return the VAE that was chosen, as `Choices.vaes` names it; empty for none in particular."""
    modules = options.get("forge_additional_modules")
    if modules is not None:
        paths = {path: name for name, path in forge_vaes().items()}
        return next((paths[path] for path in modules if path in paths), "")
    chosen = str(options.get("sd_vae") or "")
    return "" if chosen in ("Automatic", "None") else chosen


def from_infotext(project: Project, settings: PictureSettings) -> Project:
    """Return the project with a picture's look.

    The prompt goes in front of every scene's own, the negative prompt to those of all scenes; sampler, scheduler,
    steps, guidance, model and clip skip hold for the whole song; the size is rounded to multiples of 8.
    """
    replace = msgspec.structs.replace
    curves = dict(project.curves)
    for name, channel in _CHANNELS.items():
        if name in settings.fields:
            value = settings.fields[name]
            curves[channel] = json.dumps(value, ensure_ascii=False) if channel in _TEXTS else value
    look = replace(project.look, prompt_prefix=settings.prompt, negative=settings.negative)
    output = project.output
    size = re.fullmatch(r"(\d+)x(\d+)", settings.fields.get("Size", ""))
    if size:
        width, height = (max(64, round(int(side) / 8) * 8) for side in size.groups())
        output = replace(output, width=width, height=height)
    return replace(project, curves=curves, look=look, output=output)


def last_picture() -> str:
    """Return the text of the last picture that the WebUI drew.

    Raises:
        ProjectError: It has drawn none.
    """
    try:
        return params_file().read_text(encoding="utf-8")
    except OSError:
        raise ProjectError("", "the WebUI has not drawn a picture yet; draw one in img2img first") from None
