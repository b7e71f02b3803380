"""The family of the model that this WebUI has loaded, or is about to load."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from glance.backends.sdapi.families import FAMILIES, Family, family_of, with_host_values
from glance.webui.probe import given, part_of

#: What A1111, reForge and Classic say of a model, where Forge and Neo have classes for them.
_FLAGS = {
    "is_sdxl": "StableDiffusionXL",
    "is_sd3": "StableDiffusion3",
    "is_sd2": "StableDiffusion2",
    "is_sd1": "StableDiffusion",
}
_ENGINES = frozenset(engine for family in FAMILIES for engine in family.engines)


def loaded_family() -> Family | None:
    """Return the family, with what the person has set for it in the WebUI; None where nothing tells."""
    options = part_of("modules.shared", "opts")
    model = PurePath(str(given(options, "sd_model_checkpoint") or "")).name
    # A1111's own class for a model without a name that tells is told by its flags.
    found = family_of(engine=_engine(), model=model, preset=str(given(options, "forge_preset") or ""))
    return with_host_values(found, _Values(options)) if found is not None else None


def _engine() -> str:
    loaded = given(part_of("modules.shared", "sd_model"), "__class__")
    name = str(given(loaded, "__name__") or "")
    if name in _ENGINES:
        return name
    model = part_of("modules.shared", "sd_model")
    return next((engine for flag, engine in _FLAGS.items() if given(model, flag) is True), "")


class _Values(Mapping[str, object]):
    """The WebUI's settings by name, whether they were ever set or not."""

    def __init__(self, options: Any) -> None:
        self._options = options

    def __getitem__(self, name: str) -> object:
        found = given(self._options, name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Any:
        return iter(given(self._options, "data_labels") or ())

    def __len__(self) -> int:
        return len(given(self._options, "data_labels") or ())
