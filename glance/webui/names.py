"""What this WebUI has, by name: samplers, schedulers, models, networks, styles and upscalers."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from glance.app.host import Lora, PromptStyle
from glance.backends.sdapi.families import Family, FewSteps, few_steps_of
from glance.backends.sdapi.host_names import AUTOMATIC, HostNames, spellings
from glance.backends.sdapi.sampler_laws import SamplerTraits
from glance.errors import BackendError
from glance.project.validate import LANCZOS
from glance.webui.family import loaded_family
from glance.webui.parts import kept_from_host
from glance.webui.probe import given, part_of


def host_names() -> HostNames:
    """Return the names a plan is checked against."""
    from modules import sd_models, sd_samplers

    samplers = [(each.name, each.aliases) for each in sd_samplers.all_samplers]
    schedulers = [(each.label, [each.name, *(each.aliases or [])]) for each in _schedulers()]
    checkpoints = {str(alias).lower(): info.title for alias, info in sd_models.checkpoint_aliases.items()}
    family = loaded_family()
    safe = family.scheduler if family is not None and family.flow else AUTOMATIC
    known = spellings(schedulers)
    return HostNames(
        spellings(samplers),
        known,
        checkpoints,
        vae_files(),
        sampler_traits(),
        automatic=known.get(safe.lower(), AUTOMATIC),
        multiple=max(side_multiple(), family.multiple if family is not None else 8),
    )


def side_multiple() -> int:
    """Return what this WebUI rounds the sides of pictures to: 8, as the models need it, or more."""
    # One Neo of 2026 rounds to 64 inside the function that draws. Nothing else tells before the first picture.
    draw = part_of("modules.processing", "process_images_inner")
    try:
        source = inspect.getsource(draw)
    except (TypeError, OSError):
        return 8
    return 64 if re.search(r"p\.width\s*=.*//\s*64\s*\)\s*\*\s*64", source) else 8


def sampler_traits() -> dict[str, SamplerTraits]:
    """Return what the WebUI says of its samplers, by name; the class is told by the list that a sampler is in."""
    from modules import sd_samplers

    by_timestep = {each.name for each in part_of("modules.sd_samplers_timesteps", "samplers_data_timesteps", ())}
    deaf = by_timestep | _with_own_sigmas()
    return {
        each.name: SamplerTraits(
            each.name in by_timestep,
            bool((each.options or {}).get("second_order")),
            each.name not in deaf,
            str((each.options or {}).get("scheduler") or ""),
            bool((each.options or {}).get("discard_next_to_last_sigma")),
        )
        for each in sd_samplers.all_samplers
    }


def _with_own_sigmas() -> set[str]:
    """Return the samplers of reForge and Classic that make their lists of sigmas themselves."""
    module = "modules_forge.forge_alter_samplers"
    kind = part_of(module, "AlterSampler")
    if "get_sigmas" not in vars(kind or object):
        return set()
    return {each.name for each in part_of(module, "samplers_data_alter", ())}


def sampler_names() -> tuple[str, ...]:
    """Return the samplers a person may choose, less those hidden in the WebUI's settings."""
    from modules import sd_samplers

    if hasattr(sd_samplers, "visible_samplers"):
        return tuple(each.name for each in sd_samplers.visible_samplers())
    return tuple(sd_samplers.visible_sampler_names())  # Forge Classic


def scheduler_names() -> tuple[str, ...]:
    """Return the schedulers, `Automatic` among them; empty before A1111 1.9 and in Forge Classic."""
    return tuple(each.label for each in _schedulers())


def checkpoint_names() -> tuple[str, ...]:
    """Return the titles of the models."""
    from modules import sd_models

    return tuple(info.title for info in sd_models.checkpoints_list.values())


def vae_names() -> tuple[str, ...]:
    """Return the file names of the VAEs."""
    return tuple(vae_files())


def vae_files() -> dict[str, str]:
    """Return the VAEs: file name -> path."""
    from modules import sd_vae

    return forge_vaes() if is_forge() else dict(sd_vae.vae_dict)


def forge_vaes() -> dict[str, str]:
    """Return file name -> path of Forge's VAEs: its additional modules, less the text encoders among them.

    Empty where the WebUI has no additional modules.
    """
    models = part_of("modules.paths", "models_path")
    folders = [Path(models) / "text_encoder"] if models else []
    command_line = part_of("modules.shared", "cmd_opts")
    for name in ("text_encoder_dir", "text_encoder_dirs"):  # Forge's, which is a folder, and Neo's, which is a list
        there = given(command_line, name) or []
        folders += [Path(folder) for folder in ([there] if isinstance(there, str | Path) else there) if folder]
    encoders = [folder.resolve() for folder in folders]
    return {
        name: path
        for name, path in (_additional_modules() or {}).items()
        if not any(Path(path).resolve().is_relative_to(folder) for folder in encoders)
    }


def loras() -> tuple[Lora, ...]:
    """Return the LoRAs; empty while the WebUI's LoRA extension is off."""
    # The LoRA extension keeps its list in a module of its own, which only exists once that extension was loaded. File
    # names always work in `<lora:NAME:1>`; aliases do not where two files share one.
    known = getattr(sys.modules.get("networks"), "available_networks", {})
    return tuple(_lora(str(name), _alias(name, network)) for name, network in sorted(known.items()))


def _lora(name: str, alias: str) -> Lora:
    few = few_steps_of(f"{name} {alias}")
    return Lora(name, alias) if few is None else Lora(name, alias, few.title, offered(few))


def offered(what: Family | FewSteps) -> dict[str, str]:
    """Return what suits a model or a LoRA as a project's curves: by channel, in this WebUI's own spelling."""
    curves = {"steps": str(what.steps), "cfg": f"{what.cfg:g}"}
    if isinstance(what, Family) and what.clip_skip:
        curves["clip_skip"] = str(what.clip_skip)
    known = kept_from_host("the list of samplers", host_names, None)()
    if known is not None:
        # A host of another age may lack what is best; then the choice stays with it.
        with suppress(BackendError):
            sampler, scheduler = known.sampler(what.sampler, what.scheduler)
            curves["sampler"] = json.dumps(sampler)
            if scheduler != AUTOMATIC:
                curves["scheduler"] = json.dumps(scheduler)
    return curves


def prompt_styles() -> tuple[PromptStyle, ...]:
    """Return the WebUI's own prompt styles, less the headings that stand between those of several files."""
    from modules import shared

    return tuple(
        PromptStyle(name, style.prompt or "", style.negative_prompt or "")
        for name, style in shared.prompt_styles.styles.items()
        if style.prompt or style.negative_prompt
    )


def upscaler_names() -> tuple[str, ...]:
    """Return the upscalers for finished frames: the one of GLANCE's own first, then the WebUI's."""
    from modules import shared

    theirs = (upscaler.name for upscaler in shared.sd_upscalers if upscaler.name not in ("None", LANCZOS))
    return (LANCZOS, *theirs)


def host_title() -> str:
    """Return what a person calls this WebUI."""
    version = str(part_of("modules_forge.forge_version", "version", "")).strip().lower()
    named = {"classic": "Forge Classic", "neo": "Forge Neo"}.get(version)
    if named is not None:
        return named
    if is_forge():
        return "Forge"
    return "reForge" if version else "Stable Diffusion WebUI"


def is_forge() -> bool:
    """Return whether this WebUI loads VAEs as additional modules, as Forge and Forge Neo do.

    Their older relatives have a folder `modules_forge` too, but keep VAEs as A1111 does.
    """
    return _additional_modules() is not None


def _additional_modules() -> dict[str, str] | None:
    known = part_of("modules_forge.main_entry", "module_list")
    return {str(name): str(path) for name, path in known.items()} if isinstance(known, Mapping) else None


def _alias(name: str, network: Any) -> str:
    alias = str(getattr(network, "alias", None) or name)
    return "" if alias == name else alias


def _schedulers() -> list[Any]:
    return list(part_of("modules.sd_schedulers", "schedulers", ()))
