"""GLANCE's own page among the WebUI's settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glance.app.host import Defaults
from glance.media.video_writer import PRESETS
from glance.project.model import NEW_VIDEO, Output

SECTION = ("glance", "GLANCE")
_PREFIX = "glance_"
_OWNERS = frozenset({"folder", "llm", "llm_model"})
_RATES = ("8", "10", "12", "15", "23.976", "24", "25", "29.97", "30", "50", "59.94", "60")


@dataclass(frozen=True)
class Settings:
    """What is set on GLANCE's page.

    Attributes:
        folder: Where projects, frames and videos are kept; empty for `outputs/glance` of the WebUI.
        width: Of new projects' frames, in pixels.
        height: Likewise.
        fps: Frames a second of new projects.
        crf: Quality of new projects' videos, 1 (best) to 51.
        preset: The encoder's speed for new projects.
        keep_frames: Whether frames stay once their video is complete.
        metadata: Whether videos say what they were made from.
        llm: Language model server that writes stories: a known name or a URL; empty for the offline writer.
        llm_model: The model's name there; empty for the server's first.
        share_gpu: Whether pictures asked for elsewhere are drawn between two frames of a video.
        always_on: Whether always-on scripts, such as ControlNet and ADetailer, work on every frame.
        vae: VAE for all frames; empty for the WebUI's own choice.
        distilled_cfg: Distilled guidance of Flux-like models; used where the WebUI knows it.
        awake: Whether this computer is kept from sleeping while a video or a preview is drawn.
    """

    folder: str = ""
    width: int = Output().width
    height: int = Output().height
    fps: str = NEW_VIDEO.fps
    crf: int = Output().crf
    preset: str = Output().preset
    keep_frames: bool = True
    metadata: bool = True
    llm: str = ""
    llm_model: str = ""
    share_gpu: bool = True
    always_on: bool = False
    vae: str = ""
    distilled_cfg: float = 3.5
    awake: bool = True


def read_settings() -> Settings:
    """Return what is set now."""
    from modules import shared

    default = Settings()
    values = {name: getattr(shared.opts, _PREFIX + name, getattr(default, name)) for name in default.__annotations__}
    return Settings(**values)


def read_defaults() -> Defaults:
    """Return what is set now for new projects and for all videos."""
    from modules import shared

    settings = read_settings()
    output = Output(
        width=max(64, round(settings.width / 8) * 8),
        height=max(64, round(settings.height / 8) * 8),
        fps=str(settings.fps),
        crf=int(settings.crf),
        preset=str(settings.preset),
    )
    return Defaults(
        output=output,
        writer=settings.llm.strip(),
        model=settings.llm_model.strip(),
        # Where strangers reach the WebUI's settings, they must not be able to send its owner's key to a server of
        # theirs. The WebUI judges that already, for its list of extensions.
        writer_has_key=not getattr(shared.cmd_opts, "disable_extension_access", True),
        keep_frames=settings.keep_frames,
        metadata=settings.metadata,
        awake=settings.awake,
    )


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
    from modules import shared

    for name, (label, how) in _fields().items():
        info = shared.OptionInfo(getattr(Settings(), name), label, section=SECTION, **how)
        # What names places and servers is set on the page alone, and by nobody who only has the API's password.
        info.restrict_api = name in _OWNERS
        shared.opts.add_option(_PREFIX + name, info)


def _fields() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return name -> label and widget of every setting, in the order of the page."""
    import gradio as gr

    from glance.webui.inventory import vae_names

    def slider(low: float, high: float, step: float) -> dict[str, Any]:
        return {"component": gr.Slider, "component_args": {"minimum": low, "maximum": high, "step": step}}

    def menu(choices: Any) -> dict[str, Any]:
        return {"component": gr.Dropdown, "component_args": choices}

    return {
        "folder": ("Folder for GLANCE's projects and videos (empty: outputs/glance)", {}),
        "width": ("New projects: width of the frames", slider(64, 2048, 8)),
        "height": ("New projects: height of the frames", slider(64, 2048, 8)),
        "fps": ("New projects: frames per second", menu({"choices": list(_RATES)})),
        "crf": ("New projects: quality of the video (CRF; less is better and larger)", slider(1, 51, 1)),
        "preset": ("New projects: speed of the encoder (slower makes smaller files)", menu({"choices": list(PRESETS)})),
        "keep_frames": (
            "Keep the frames of finished videos (without them a video cannot be continued or enlarged)",
            {},
        ),
        "metadata": ("Write prompts and project into the video file, so that it says what it was made from", {}),
        "llm": (
            "Language model for stories: openai, ollama, lmstudio, llamacpp, or the address of a server (empty: none). "
            "Its key is read from the environment, GLANCE_LLM_KEY",
            {},
        ),
        "llm_model": ("Language model: name of the model (empty: the server's first)", {}),
        "share_gpu": (
            "While a video is drawn, let pictures from other tabs and the API be drawn between its frames",
            {},
        ),
        "always_on": (
            "Use always-on scripts (ControlNet, ADetailer ...) with their default values in every frame",
            {},
        ),
        # The WebUI calls this whenever it builds its settings, so that a VAE added later is found.
        "vae": ("VAE for videos (empty: as set for pictures)", menu(lambda: {"choices": ["", *vae_names()]})),
        "awake": ("Keep this computer from going to sleep while a video or a preview is drawn", {}),
        "distilled_cfg": ("Distilled CFG scale for Flux-like models (Forge)", slider(0.0, 30.0, 0.1)),
    }
