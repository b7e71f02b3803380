"""GLANCE's own page among the WebUI's settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECTION = ("glance", "GLANCE")
_PREFIX = "glance_"


@dataclass(frozen=True)
class Settings:
    """What is set on GLANCE's page.

    Attributes:
        folder: Where projects, frames and videos are kept; empty for `outputs/glance` of the WebUI.
        share_gpu: Whether pictures asked for elsewhere are drawn between two frames of a video.
        always_on: Whether always-on scripts, such as ControlNet and ADetailer, work on every frame.
        vae: VAE for all frames; empty for the WebUI's own choice.
        distilled_cfg: Distilled guidance of Flux-like models; used where the WebUI knows it.
    """

    folder: str = ""
    share_gpu: bool = True
    always_on: bool = False
    vae: str = ""
    distilled_cfg: float = 3.5


def read_settings() -> Settings:
    """Return what is set now."""
    from modules import shared

    default = Settings()
    values = {name: getattr(shared.opts, _PREFIX + name, getattr(default, name)) for name in default.__annotations__}
    return Settings(**values)


def output_folder() -> Path:
    """Return the folder of all projects, absolute."""
    from modules import paths_internal

    chosen = read_settings().folder.strip()
    root = Path(paths_internal.data_path)
    return (root / chosen if chosen else Path(paths_internal.default_output_dir) / "glance").resolve()


def params_file() -> Path:
    """Return the file in which the WebUI keeps the last picture's prompt and settings."""
    from modules import paths_internal

    return Path(paths_internal.data_path) / "params.txt"


def register_settings() -> None:
    """Put GLANCE's page into the WebUI's settings. To be called when the WebUI asks for settings."""
    import gradio as gr
    from modules import shared

    from glance.webui.names import vae_names

    default = Settings()

    def add(name: str, label: str, **how: Any) -> None:
        info = shared.OptionInfo(getattr(default, name), label, section=SECTION, **how)
        shared.opts.add_option(_PREFIX + name, info)

    add("folder", "Folder for GLANCE's projects and videos (empty: outputs/glance)")
    add("share_gpu", "While a video is drawn, let pictures from other tabs and the API be drawn between its frames")
    add("always_on", "Use always-on scripts (ControlNet, ADetailer ...) with their default values in every frame")
    add(
        "vae",
        "VAE for videos (empty: as set for pictures)",
        component=gr.Dropdown,
        component_args=_vae_choices(vae_names),
    )
    add(
        "distilled_cfg",
        "Distilled CFG scale for Flux-like models (Forge)",
        component=gr.Slider,
        component_args={"minimum": 0.0, "maximum": 30.0, "step": 0.1},
    )


def _vae_choices(names: Any) -> Any:
    # The WebUI calls this whenever it builds its settings, so that a VAE added later is found.
    return lambda: {"choices": ["", *names()]}
