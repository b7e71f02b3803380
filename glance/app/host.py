"""What the tab asks of the program it lives in: the seam between the page and a WebUI, or the page alone.

A host mounts the page in two calls, `glance.app.gradio_page.build()` for the layout and `glance.app.routes.attach(app,
workshop)` for the data, with one `glance.app.service.StudioService(host)` between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from glance.backends.registry import DEFAULT, open_upscaler
from glance.backends.upscalers import offered
from glance.errors import BackendError
from glance.frames import Size
from glance.project.model import NEW_VIDEO, Output, Project
from glance.project.validate import LANCZOS
from glance.render.backend import FrameBackend, FrameUpscaler
from glance.story.prompt_form import Form


@dataclass(frozen=True)
class Lora:
    """A small network that a prompt calls in with `<lora:NAME:1>`.

    Attributes:
        name: What stands in the prompt.
        alias: What its maker called it; empty where that is its name.
        kind: What its kind is called, where it was made to draw in few steps; empty for all others.
        curves: What such a kind needs: channel -> keys, as in a project.
    """

    name: str
    alias: str = ""
    kind: str = ""
    curves: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PromptStyle:
    """Words that a person keeps in the host under a name. Either text may hold `{prompt}`, where the prompt goes.

    Attributes:
        name: Its name.
        prompt: What is added to a prompt.
        negative: What is added to a negative prompt.
    """

    name: str
    prompt: str = ""
    negative: str = ""


@dataclass(frozen=True)
class Choices:
    """Names the host offers; empty where it has nothing to choose from.

    Attributes:
        checkpoints: Models.
        samplers: Samplers.
        schedulers: Noise schedules of the samplers.
        vaes: What turns a model's numbers into pictures, where it is a file of its own.
        loras: Networks for prompts.
        styles: The host's own prompt styles.
        upscalers: What can enlarge finished frames.
    """

    checkpoints: tuple[str, ...] = ()
    samplers: tuple[str, ...] = ()
    schedulers: tuple[str, ...] = ()
    vaes: tuple[str, ...] = ()
    loras: tuple[Lora, ...] = ()
    styles: tuple[PromptStyle, ...] = ()
    upscalers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suited:
    """What suits the model that the host has loaded, for the page to show.

    Attributes:
        title: The model's family, as people call it.
        size: (width, height) that it draws well, in pixels.
        sampler: Sampler.
        scheduler: Noise schedule.
        steps: Steps of a full denoise.
        cfg: Classifier-free guidance scale.
        guidance: Distilled guidance, or the schedule's shift; None where the model reads neither.
        shift: Whether that number is the shift.
        reads_negative: Whether the negative prompt has any effect.
        prompts: How it likes to be spoken to: `tags` or `sentences`.
        clip_skip: Layers of the text encoder that are left out, counted as the host counts; 0 as the host is set.
    """

    title: str
    size: Size
    sampler: str
    scheduler: str
    steps: int
    cfg: float
    guidance: float | None = None
    shift: bool = False
    reads_negative: bool = True
    prompts: str = "sentences"
    clip_skip: int = 0


@dataclass(frozen=True)
class Defaults:
    """What a person has set in the host once for all projects.

    Attributes:
        output: Size, frame rate and encoding of new projects; those that are there keep theirs.
        writer: The language model server that is offered first: a known name or a URL; empty for the offline writer.
        model: The model's name there; empty for the server's first.
        writer_has_key: Whether a key of this machine's environment may go to that server when it is none of the known.
        keep_frames: Whether a take's frames stay once its video is complete; without them it cannot be continued.
        metadata: Whether videos say what they were made from.
        awake: Whether this computer is kept from sleeping while a video or a preview is drawn.
        curves: What suits the loaded model, for new projects: channel -> keys, as in a project. Empty where the host
            does not know it.
        multiple: Sides that the host draws without rounding are multiples of this, in pixels.
        form: How the loaded model reads prompts best, for what writers write.
        suits: The same and more for a person to read; None likewise.
    """

    output: Output
    writer: str = ""
    model: str = ""
    writer_has_key: bool = False
    keep_frames: bool = True
    metadata: bool = True
    awake: bool = True
    curves: Mapping[str, str] = field(default_factory=dict)
    suits: Suited | None = None
    multiple: int = 8
    form: Form = "tags"


@dataclass(frozen=True)
class Progress:
    """How far a render is, for the host's own progress display.

    Attributes:
        text: A sentence such as `frame 12 of 480, 0:01.0`.
        done: Frames finished.
        total: Frames of the whole video.
    """

    text: str
    done: int
    total: int


class Host(Protocol):
    """A WebUI, or the page's own server. All methods may be called from any thread."""

    @property
    def name(self) -> str:
        """What the person calls it, for example `Forge`."""
        ...

    @property
    def folder(self) -> Path:
        """Folder that holds all projects, their songs, frames and videos; made when first needed."""
        ...

    @property
    def shows_folders(self) -> bool:
        """Whether somebody at this machine may have its folders opened."""
        ...

    def choices(self) -> Choices:
        """Return what can be chosen for the final video."""
        ...

    def defaults(self) -> Defaults:
        """Return what is set now for new projects and for all videos."""
        ...

    def open_backend(self, project: Project) -> FrameBackend:
        """Return the backend that draws the final video.

        Raises:
            BackendError: Nothing can be drawn; the message says why.
        """
        ...

    def open_upscaler(self, name: str) -> FrameUpscaler:
        """Return one of the host's own upscalers.

        Raises:
            BackendError: It has none.
        """
        ...

    def turn(self, stopping: Callable[[], bool]) -> AbstractContextManager[None]:
        """Wait for this program's turn to draw, and hold it: a WebUI's queue.

        Args:
            stopping: Asked several times a second: whether the frame that is being drawn should be given up.
        """
        ...

    def show(self, progress: Progress) -> None:
        """Pass a render's progress on to the host's own display."""
        ...

    def interrupted(self) -> bool:
        """Return whether the person pressed the host's own stop button during this turn."""
        ...


@runtime_checkable
class PictureHost(Protocol):
    """A host that draws single pictures too, and can hand their settings to a video."""

    def take_over(self, project: Project, infotext: str = "") -> Project:
        """Return the project with the look of a picture.

        Args:
            project: The project.
            infotext: The settings that the host has written into the picture; empty for the picture it drew last.

        Raises:
            ProjectError: It has drawn none, or the text holds no settings.
        """
        ...

    def take_live(self, project: Project, said: Mapping[str, Any]) -> tuple[Project, dict[str, Any]]:
        """Return the project with what the host's fields for pictures say, and what the page tells about it.

        Args:
            project: The project.
            said: What the page has read from the fields.

        Raises:
            ProjectError: It cannot be understood.
        """
        ...


class StandaloneHost:
    """The page alone: the embedded painter draws, and nobody else waits."""

    name = "GLANCE studio"
    shows_folders = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def choices(self) -> Choices:
        """Return what enlarges frames: the painter has neither checkpoints nor samplers."""
        return Choices(upscalers=(LANCZOS, *offered()))

    def defaults(self) -> Defaults:
        """Return GLANCE's own: there are no settings beside the page."""
        return Defaults(NEW_VIDEO)

    def open_backend(self, project: Project) -> FrameBackend:
        """Return the painter, fed with the project's start picture where there is one."""
        from glance.painter.backend import PainterBackend

        start = project.look.start_image
        return PainterBackend(start_image=Path(start) if start else None)

    def open_upscaler(self, name: str) -> FrameUpscaler:
        """Return one that needs no WebUI; a file is none that a page may name."""
        if name not in offered():
            there = ", ".join((LANCZOS, *offered()))
            raise BackendError(f"only WebUIs have the upscaler {name!r}; without one there is: {there}")
        return open_upscaler(DEFAULT, name)

    @contextmanager
    def turn(self, stopping: Callable[[], bool]) -> Iterator[None]:
        """Draw at once."""
        yield

    def show(self, progress: Progress) -> None:
        """Show nothing: the page has its own display."""

    def interrupted(self) -> bool:
        """Return False: there is no other stop button."""
        return False
