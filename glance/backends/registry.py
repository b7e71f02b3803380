"""From the name that a person gives to a backend that draws."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from glance.errors import BackendError
from glance.painter.backend import PainterBackend
from glance.project.model import Project
from glance.project.validate import LANCZOS
from glance.render.backend import FrameBackend, FrameUpscaler


def open_backends(names: str, project: Project, notes: Path | None = None) -> list[FrameBackend]:
    """Return the backends of one or more names joined by commas, as in `http://127.0.0.1:7860,http://127.0.0.1:7861`.

    `notes`: see `open_backend`.

    Raises:
        BackendError: There is no backend of one of the names.
    """
    return [open_backend(name.strip(), project, notes) for name in names.split(",")]


def upscaler_openers(backends: str) -> list[Callable[[str], FrameUpscaler]]:
    """Return what opens an upscaler by its name, for every WebUI among the backends' names."""
    addresses = [each.strip() for each in backends.split(",") if "://" in each]
    return [partial(open_upscaler, each) for each in addresses or [backends]]


def open_upscaler(backend: str, name: str) -> FrameUpscaler:
    """Return an upscaler of the backend of that name, see `open_backend`.

    Raises:
        BackendError: It has none of that name.
    """
    if "://" not in backend:
        raise BackendError(f"only WebUIs have the upscaler {name!r}; without one there is: {LANCZOS}")
    from glance.backends.sdapi.backend import WebuiApiUpscaler

    return WebuiApiUpscaler(backend, name)


def open_backend(name: str, project: Project, notes: Path | None = None) -> FrameBackend:
    """Return the backend of that name, ready for a project.

    Args:
        name: `painter`, or the address of a WebUI, such as `http://127.0.0.1:7860`.
        project: Its start image becomes the painter's picture; its always-on scripts run in a WebUI.
        notes: The run folder, for what a WebUI has to be given back, see `WebuiApiBackend`.

    Raises:
        BackendError: There is no backend of that name.
    """
    if name == "painter":
        image = project.look.start_image
        return PainterBackend(start_image=Path(image) if image else None)
    if "://" in name:
        from glance.backends.sdapi.backend import WebuiApiBackend

        return WebuiApiBackend(name, always_on=project.look.always_on, notes=notes)
    raise BackendError(f"there is no backend `{name}`; there are: painter, or the address of a WebUI (http://...)")
