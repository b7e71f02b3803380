"""The WebUI as the page sees it: what it offers, who draws, and whose turn it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

from glance.app.host import Choices, Defaults, Progress
from glance.project.model import Output, Project
from glance.project.validate import LANCZOS
from glance.render.metadata import read_settings_text
from glance.webui.backend import WebuiBackend
from glance.webui.import_settings import from_img2img_fields, from_infotext, last_picture
from glance.webui.names import (
    checkpoint_names,
    host_title,
    loras,
    prompt_styles,
    sampler_names,
    scheduler_names,
    upscaler_names,
    vae_names,
)
from glance.webui.parts import in_words, kept_from_host
from glance.webui.probe import given, part_of
from glance.webui.queue import QueueSlot
from glance.webui.settings import output_folder, read_defaults, read_settings
from glance.webui.upscaler import WebuiUpscaler

_Name = TypeVar("_Name")


class WebuiHost:
    """The running WebUI. Its methods may be called from any thread; see `glance.app.host.Host`."""

    def __init__(self) -> None:
        self._turn = QueueSlot(lambda: read_settings().share_gpu)

    @property
    def name(self) -> str:
        """What the person calls this WebUI."""
        return host_title()

    @property
    def folder(self) -> Path:
        """Folder of all projects, from GLANCE's page of settings."""
        return output_folder()

    @property
    def shows_folders(self) -> bool:
        """Whether the WebUI's own buttons open folders: not with `--hide-ui-dir-config`."""
        return not given(part_of("modules.shared", "cmd_opts"), "hide_ui_dir_config", False)

    def choices(self) -> Choices:
        """Return the WebUI's models, samplers, networks, prompt styles and upscalers."""

        def listed(what: str, names: Callable[[], tuple[_Name, ...]]) -> tuple[_Name, ...]:
            return kept_from_host(what, names, ())()

        return Choices(
            checkpoints=listed("the list of models", checkpoint_names),
            samplers=listed("the list of samplers", sampler_names),
            schedulers=listed("the list of schedulers", scheduler_names),
            vaes=listed("the list of VAEs", vae_names),
            loras=listed("the list of LoRAs", loras),
            styles=listed("the list of prompt styles", prompt_styles),
            upscalers=listed("the list of upscalers", upscaler_names) or (LANCZOS,),
        )

    def defaults(self) -> Defaults:
        """Return what GLANCE's page of settings says about new projects and all videos."""
        return kept_from_host("its page of settings", read_defaults, Defaults(Output()))()

    def open_backend(self, project: Project) -> WebuiBackend:
        """Return the WebUI's img2img as a backend. The plan holds what differs, but for scripts."""
        make = in_words("what it draws with", WebuiBackend)
        return make(self._turn, read_settings(), project.look.always_on)

    def open_upscaler(self, name: str) -> WebuiUpscaler:
        """Return one of the WebUI's upscalers."""
        return WebuiUpscaler(self._turn, name)

    def turn(self, stopping: Callable[[], bool]) -> AbstractContextManager[None]:
        """Wait for a place in the WebUI's queue, and hold it; `stopping` ends a frame within a sampling step."""
        return self._turn.hold(stopping)

    def show(self, progress: Progress) -> None:
        """Put a render's progress into the WebUI's own display."""
        self._turn.show(progress.text, progress.done, progress.total)

    def take_over(self, project: Project, infotext: str = "") -> Project:
        """Return the project with a picture's settings, by default of what txt2img or img2img drew last."""
        return from_infotext(project, read_settings_text(infotext or last_picture()))

    def take_live(self, project: Project, said: Mapping[str, Any]) -> tuple[Project, dict[str, Any]]:
        """Return the project with what img2img's fields say, and what the page tells about it."""
        return from_img2img_fields(project, said)

    def interrupted(self) -> bool:
        """Return whether one of the WebUI's Interrupt buttons was pressed."""
        return self._turn.interrupted()
