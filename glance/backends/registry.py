"""The backends that GLANCE knows by name. A new one is a folder and one line here.

A backend's name is what a person writes after `--backend`: a word, or the scheme of an address (`http` in
`http://127.0.0.1:7860`). Its modules are loaded when it is opened, and never before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from glance.backends.upscalers import offered, opener_of
from glance.errors import BackendError
from glance.project.model import Project
from glance.project.validate import LANCZOS
from glance.render.backend import FrameBackend, FrameUpscaler

#: Opens a backend: what a person wrote, the project (start image, always-on scripts), and the run folder, for what
#: has to be given back (None for none).
BackendOpener: TypeAlias = Callable[[str, Project, Path | None], FrameBackend]
#: Opens an upscaler: what a person wrote for the backend, and the upscaler's name.
UpscalerOpener: TypeAlias = Callable[[str, str], FrameUpscaler]
#: Draws where nobody says who shall.
DEFAULT = "painter"


@dataclass(frozen=True)
class _Kind:
    open: BackendOpener
    upscaler: UpscalerOpener | None
    shown: str


_KINDS: dict[str, _Kind] = {}


def register_backend(
    name: str, opener: BackendOpener | str, *, upscaler: UpscalerOpener | str | None = None, shown: str | None = None
) -> None:
    """Make a backend known.

    Args:
        name: A word in small letters, or the scheme of an address.
        opener: Opens it. As `module:function`, it is imported when a backend of that name is opened.
        upscaler: Opens one of its upscalers, likewise; None where it has none.
        shown: What stands in the list of backends; its name by default, empty to be left out.

    Raises:
        ValueError: The name is none, or there is a backend of that name already.
    """
    if not name.isidentifier() or name != name.lower():
        raise ValueError(f"expected a backend's name in small letters, found {name!r}")
    if name in _KINDS:
        raise ValueError(f"there is a backend {name!r} already")
    _KINDS[name] = _Kind(
        _late(opener) if isinstance(opener, str) else opener,
        _late(upscaler) if isinstance(upscaler, str) else upscaler,
        name if shown is None else shown,
    )


def _late(where: str) -> Callable[..., Any]:
    """Return a function that is imported when it is called."""
    module, _, function = where.partition(":")
    return lambda *arguments: getattr(import_module(module), function)(*arguments)


register_backend("painter", "glance.painter.backend:open_painter")
for _scheme, _shown in (("http", "the address of a WebUI (http://...)"), ("https", "")):
    register_backend(
        _scheme,
        "glance.backends.sdapi.backend:open_webui",
        upscaler="glance.backends.sdapi.backend:WebuiApiUpscaler",
        shown=_shown,
    )


def backend_list() -> str:
    """Return what can be written for a backend, in words: `painter, or the address of a WebUI (http://...)`."""
    *others, last = (kind.shown for kind in _KINDS.values() if kind.shown)
    return f"{', '.join(others)}, or {last}" if others else last


def open_backend(name: str, project: Project, notes: Path | None = None) -> FrameBackend:
    """Return the backend of that name, ready for a project.

    Args:
        name: What a person wrote, such as `painter` or `http://127.0.0.1:7860`.
        project: Its start image becomes the painter's picture; its always-on scripts run in a WebUI.
        notes: The run folder, for what a WebUI has to be given back, see `WebuiApiBackend`.

    Raises:
        BackendError: There is no backend of that name.
    """
    return _kind(name).open(name, project, notes)


def open_backends(names: str, project: Project, notes: Path | None = None) -> list[FrameBackend]:
    """Return the backends of one or more names joined by commas, as in `http://127.0.0.1:7860,http://127.0.0.1:7861`.

    `notes`: see `open_backend`.

    Raises:
        BackendError: There is no backend of one of the names.
    """
    return [open_backend(name.strip(), project, notes) for name in names.split(",")]


def open_upscaler(backend: str, name: str) -> FrameUpscaler:
    """Return an upscaler of the backend of that name, see `open_backend`, or one that needs no backend.

    Raises:
        BackendError: It has none of that name.
    """
    alone = opener_of(name)
    if alone is not None:
        return alone(name)
    upscaler = _kind(backend).upscaler
    if upscaler is None:
        there = ", ".join((LANCZOS, *offered(), "the path of a model file"))
        raise BackendError(f"only WebUIs have the upscaler {name!r}; without one there is: {there}")
    return upscaler(backend, name)


def upscaler_openers(backends: str) -> list[Callable[[str], FrameUpscaler]]:
    """Return what opens an upscaler by its name, for every backend among the names that has upscalers."""
    names = [name.strip() for name in backends.split(",")]
    able = [name for name in names if _kind(name).upscaler]
    return [partial(open_upscaler, name) for name in able or names[:1]]


def _kind(name: str) -> _Kind:
    word, mark, _ = name.partition("://")
    kind = _KINDS.get(word.lower() if mark else name)
    if kind is None:
        # An address may hold a password.
        shown = f"{word}://..." if mark else name
        raise BackendError(f"there is no backend `{shown}`; there are: {backend_list()}")
    return kind
