"""What this WebUI has, by name: samplers, schedulers, models, networks, styles and upscalers."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

from glance.backends.sdapi import HostNames, spellings
from glance.project.enlarging import LANCZOS
from glance.ui.host import Lora, PromptStyle


def host_names() -> HostNames:
    """Return the names a plan is checked against."""
    from modules import sd_models, sd_samplers

    samplers = [(each.name, each.aliases) for each in sd_samplers.all_samplers]
    schedulers = [(each.label, [each.name, *(each.aliases or [])]) for each in _schedulers()]
    checkpoints = {str(alias).lower(): info.title for alias, info in sd_models.checkpoint_aliases.items()}
    return HostNames(spellings(samplers), spellings(schedulers), checkpoints, vae_files())


def sampler_names() -> tuple[str, ...]:
    """Return the samplers a person may choose, less those hidden in the WebUI's settings."""
    from modules import sd_samplers

    return tuple(each.name for each in sd_samplers.visible_samplers())


def scheduler_names() -> tuple[str, ...]:
    """Return the schedulers, `Automatic` among them; empty before A1111 1.9."""
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
    """Return file name -> path of Forge's VAEs: its additional modules, less the text encoders among them."""
    from modules import paths, shared

    known = importlib.import_module("modules_forge.main_entry").module_list
    folders = (Path(paths.models_path) / "text_encoder", getattr(shared.cmd_opts, "text_encoder_dir", None))
    encoders = [Path(folder).resolve() for folder in folders if folder]
    return {
        name: path
        for name, path in known.items()
        if not any(Path(path).resolve().is_relative_to(folder) for folder in encoders)
    }


def loras() -> tuple[Lora, ...]:
    """Return the LoRAs; empty while the WebUI's LoRA extension is off."""
    # The LoRA extension keeps its list in a module of its own, which only exists once that extension was loaded. File
    # names always work in `<lora:NAME:1>`; aliases do not where two files share one.
    known = getattr(sys.modules.get("networks"), "available_networks", {})
    return tuple(Lora(name, _alias(name, network)) for name, network in sorted(known.items()))


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
    return "Forge" if is_forge() else "Stable Diffusion WebUI"


def is_forge() -> bool:
    """Return whether this is Forge, which loads VAEs as additional modules."""
    return importlib.util.find_spec("modules_forge") is not None


def _alias(name: str, network: Any) -> str:
    alias = str(getattr(network, "alias", None) or name)
    return "" if alias == name else alias


def _schedulers() -> list[Any]:
    if importlib.util.find_spec("modules.sd_schedulers") is None:
        return []
    return list(importlib.import_module("modules.sd_schedulers").schedulers)
