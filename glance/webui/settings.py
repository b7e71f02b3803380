"""GLANCE's own page among the WebUI's settings."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from glance.app.host import Defaults, Suited
from glance.backends.sdapi.families import Family
from glance.fields import span_of
from glance.media.video_writer import X264_PRESETS
from glance.project.model import NEW_VIDEO, Output
from glance.webui.family import loaded_family
from glance.webui.names import offered, side_multiple, vae_names
from glance.webui.parts import kept_from_host
from glance.webui.probe import given, part_of

SECTION = ("glance", "GLANCE")
_PREFIX = "glance_"
_OWNERS = frozenset({"folder", "llm", "llm_model"})
#: Pixels; larger frames are set in a project.
_WIDEST = 2048
_RATES = ("8", "10", "12", "15", "23.976", "24", "25", "29.97", "30", "50", "59.94", "60")


@dataclass(frozen=True)
class Settings:
    """What is set on GLANCE's page.

    Attributes:
        folder: Where projects, frames and videos are kept; empty for `glance` in the WebUI's own.
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
        awake: Whether this computer is kept from sleeping while a video or a preview is drawn.
        guidance: Distilled guidance or shift, where the WebUI has such a field; 0 for what suits the model.
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
    awake: bool = True
    guidance: float = 0.0


def read_settings() -> Settings:
    """Return what is set now."""
    default = Settings()
    options = part_of("modules.shared", "opts")
    values = {name: given(options, _PREFIX + name, getattr(default, name)) for name in default.__annotations__}
    return Settings(**values)


def read_defaults() -> Defaults:
    """Return what is set now for new projects and for all videos."""
    settings = read_settings()
    family = loaded_family()
    width, height = settings.width, settings.height
    if family is not None and (width, height) == (Output().width, Output().height):  # the person has chosen none
        width, height = family.size
    curves = offered(family) if family is not None else {}
    output = msgspec.structs.replace(
        NEW_VIDEO,
        width=_nearest("width", width),
        height=_nearest("height", height),
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
        writer_has_key=not given(part_of("modules.shared", "cmd_opts"), "disable_extension_access", True),
        keep_frames=settings.keep_frames,
        metadata=settings.metadata,
        awake=settings.awake,
        curves=curves,
        suits=_suited(family, curves),
        multiple=max(side_multiple(), family.multiple if family is not None else 8),
        form=family.prompts if family is not None else "tags",
    )


def _suited(family: Family | None, curves: Mapping[str, str]) -> Suited | None:
    if family is None:
        return None
    # As they are offered: a host of another age may not have what is best.
    sampler, scheduler = (json.loads(curves.get(name, '""')) for name in ("sampler", "scheduler"))
    return Suited(
        title=family.title,
        size=family.size,
        sampler=sampler,
        scheduler=scheduler,
        steps=family.steps,
        cfg=family.cfg,
        guidance=family.guidance,
        shift=family.shift,
        reads_negative=family.reads_negative,
        prompts=family.prompts,
        clip_skip=family.clip_skip,
    )


def _nearest(name: str, length: float) -> int:
    """Return the side nearest to a number that frames can have; what a settings file holds may be anything."""
    span = span_of(Output, name)
    return int(min(max(span.low, round(length / span.step) * span.step), span.high))


def output_folder() -> Path:
    """Return the folder of all projects, absolute."""
    chosen = read_settings().folder.strip()
    return (_data_folder() / chosen if chosen else _pictures_folder() / "glance").resolve()


def params_file() -> Path:
    """Return the file in which the WebUI keeps the last picture's prompt and settings."""
    return _data_folder() / "params.txt"


def _data_folder() -> Path:
    # A WebUI is started in its own folder.
    return Path(part_of("modules.paths_internal", "data_path") or Path.cwd())


def _pictures_folder() -> Path:
    return Path(part_of("modules.paths_internal", "default_output_dir") or _data_folder() / "outputs")


def register_settings() -> None:
    """Put GLANCE's page into the WebUI's settings. To be called when the WebUI asks for settings."""
    from modules import shared

    def register(name: str, label: str, how: dict[str, Any]) -> None:
        info = shared.OptionInfo(getattr(Settings(), name), label, section=SECTION, **how)
        # What names places and servers is set on the page alone, and by nobody who only has the API's password.
        info.restrict_api = name in _OWNERS
        shared.opts.add_option(_PREFIX + name, info)

    for name, (label, how) in _fields().items():
        kept_from_host(f"the setting {name}", register, None)(name, label, how)


def _fields() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return name -> label and widget of every setting, in the order of the page."""
    import gradio as gr

    def slider(low: float, high: float, step: float) -> dict[str, Any]:
        return {"component": gr.Slider, "component_args": {"minimum": low, "maximum": high, "step": step}}

    def of_output(name: str, most: float) -> dict[str, Any]:
        """Return the slider of a field of the output; up to `most`, where its range is too wide to be dragged in."""
        span = span_of(Output, name)
        return slider(span.low, min(span.high, most), span.step or 1)

    def menu(choices: Any) -> dict[str, Any]:
        return {"component": gr.Dropdown, "component_args": choices}

    vaes = kept_from_host("the list of VAEs", vae_names, ())
    usual = f"{_pictures_folder().name}/glance"
    return {
        "folder": (f"Folder for GLANCE's projects and videos (empty: {usual})", {}),
        "width": ("New projects: width of the frames", of_output("width", _WIDEST)),
        "height": ("New projects: height of the frames", of_output("height", _WIDEST)),
        "fps": ("New projects: frames per second", menu({"choices": list(_RATES)})),
        "crf": ("New projects: quality of the video (CRF; less is better and larger)", of_output("crf", math.inf)),
        "preset": (
            "New projects: speed of the encoder (slower makes smaller files)",
            menu({"choices": list(X264_PRESETS)}),
        ),
        "keep_frames": ("Keep frames of finished videos (without them a video cannot be continued or enlarged)", {}),
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
        "always_on": ("Use always-on scripts (ControlNet, ADetailer ...) with their defaults in every frame", {}),
        "awake": ("Keep this computer from going to sleep while a video or a preview is drawn", {}),
        # The WebUI calls this whenever it builds its settings, so that a VAE added later is found.
        "vae": ("VAE for videos (empty: as set for pictures)", menu(lambda: {"choices": ["", *vaes()]})),
        # Not under the name of an older GLANCE: its 3.5 lies in settings files, and is wrong for most families.
        "guidance": (
            "Distilled CFG scale or shift, where the model has one (0: what suits the model)",
            slider(0.0, 30.0, 0.1),
        ),
    }
