"""What this WebUI has, by name: samplers, schedulers, models, networks, styles and upscalers."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

from glance.backends.sdapi import HostNames, spellings


def host_names() -> HostNames:
    """Return the names a plan is checked against."""
    from modules import sd_models, sd_samplers

    samplers = [(each.name, each.aliases) for each in sd_samplers.all_samplers]
    schedulers = [(each.label, [each.name, *(each.aliases or [])]) for each in _schedulers()]
    checkpoints = {str(alias).lower(): info.title for alias, info in sd_models.checkpoint_aliases.items()}
    return HostNames(spellings(samplers), spellings(schedulers), checkpoints)


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
    from modules import sd_vae

    if _is_forge():
        entry = importlib.import_module("modules_forge.main_entry")
        return tuple(name for name, path in entry.module_list.items() if Path(path).parent.name.lower() == "vae")
    return tuple(sd_vae.vae_dict)


def lora_names() -> tuple[str, ...]:
    """Return the LoRAs, as they are named in `<lora:NAME:1>`; empty while the WebUI's LoRA extension is off."""
    # The LoRA extension keeps its list in a module of its own, which only exists once that extension was loaded.
    return tuple(getattr(sys.modules.get("networks"), "available_networks", {}))


def style_names() -> tuple[str, ...]:
    """Return the WebUI's own prompt styles."""
    from modules import shared

    return tuple(shared.prompt_styles.styles)


def upscaler_names() -> tuple[str, ...]:
    """Return the upscalers for finished pictures."""
    from modules import shared

    return tuple(upscaler.name for upscaler in shared.sd_upscalers if upscaler.name != "None")


def host_title() -> str:
    """Return what a person calls this WebUI."""
    return "Forge" if _is_forge() else "Stable Diffusion WebUI"


def _is_forge() -> bool:
    return importlib.util.find_spec("modules_forge") is not None


def _schedulers() -> list[Any]:
    if importlib.util.find_spec("modules.sd_schedulers") is None:
        return []
    return list(importlib.import_module("modules.sd_schedulers").schedulers)
