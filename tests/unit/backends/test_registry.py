"""A backend is known by what a person writes for it, and a new one needs one line."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from glance.backends import registry
from glance.backends.registry import backend_list, open_backend, open_upscaler, register_backend, upscaler_openers
from glance.errors import BackendError
from glance.painter.backend import PainterBackend
from glance.project.model import Project, Song
from glance.render.backend import FrameBackend
from tests.support.quick_backend import QuickBackend

PROJECT = Project(song=Song(path="song.wav"))
ROOT = Path(__file__).parents[3]


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test register backends that are gone after it."""
    monkeypatch.setattr(registry, "_KINDS", dict(registry._KINDS))


@pytest.mark.usefixtures("kinds")
def test_a_registered_backend_is_opened_by_its_name_with_what_was_written() -> None:
    opened: list[tuple[str, Project, Path | None]] = []

    def opener(name: str, project: Project, notes: Path | None) -> FrameBackend:
        opened.append((name, project, notes))
        return QuickBackend()

    register_backend("quick", opener)
    register_backend("comfy", opener, shown="a ComfyUI (comfy://...)")
    assert isinstance(open_backend("quick", PROJECT), QuickBackend)
    open_backend("comfy://127.0.0.1:8188", PROJECT, Path("song.run"))
    assert opened == [("quick", PROJECT, None), ("comfy://127.0.0.1:8188", PROJECT, Path("song.run"))]
    assert backend_list() == "painter, the address of a WebUI (http://...), quick, or a ComfyUI (comfy://...)"


@pytest.mark.usefixtures("kinds")
def test_a_backend_named_by_its_module_is_imported_when_it_is_opened() -> None:
    register_backend("late", "glance.nowhere:open_it")
    with pytest.raises(ModuleNotFoundError, match=r"glance\.nowhere"):
        open_backend("late", PROJECT)


@pytest.mark.usefixtures("kinds")
@pytest.mark.parametrize("name", ["painter", "http", "Painter", "a b", "", "http://x"])
def test_a_name_that_is_taken_or_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="backend"):
        register_backend(name, "a:b")


def test_the_painter_is_the_default_and_takes_the_start_image() -> None:
    painter = open_backend(registry.DEFAULT, PROJECT)
    assert isinstance(painter, PainterBackend)
    painter.close()


@pytest.mark.parametrize("name", ["paint", "", "PAINTER", "127.0.0.1:7860", "ftp://me:secret@127.0.0.1"])
def test_an_unknown_name_is_told_with_what_there_is_and_without_its_password(name: str) -> None:
    for refused in (
        lambda: open_backend(name, PROJECT),
        lambda: open_upscaler(name, "ESRGAN"),
        lambda: upscaler_openers(name),
    ):
        with pytest.raises(BackendError, match=re.escape("there are: painter, or the address of a WebUI")) as told:
            refused()
        assert "secret" not in str(told.value)


def test_an_address_in_capitals_is_an_address() -> None:
    open_backend("HTTP://127.0.0.1:9", PROJECT).close()


def test_upscalers_are_those_of_the_backends_that_have_some() -> None:
    assert len(upscaler_openers("http://127.0.0.1:9, painter, https://127.0.0.1:10")) == 2
    (only,) = upscaler_openers("painter")
    with pytest.raises(BackendError, match="only WebUIs have the upscaler 'ESRGAN'"):
        only("ESRGAN")


def test_no_backend_is_loaded_before_it_is_opened() -> None:
    code = "import sys, glance.backends.registry; print([m for m in sys.modules if 'sdapi' in m or 'painter' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_nobody_else_asks_a_backend_for_its_name() -> None:
    asked = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "glance").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare | ast.MatchValue)
        and any(isinstance(each, ast.Constant) and each.value == "painter" for each in ast.walk(node))
    ]
    assert not asked
