"""A page of another age than the program behind it is told so, in whichever order they came."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from starlette.applications import Starlette

from glance.app import page_files
from glance.app.host import StandaloneHost
from glance.app.routes import attach
from glance.app.service import StudioService
from tests.support.asgi_client import ask

_OURS = {"X-Glance": "1"}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "javascript" / "lib").mkdir(parents=True)
    (tmp_path / "javascript" / "lib" / "app.mjs").write_text("1", "utf-8")
    (tmp_path / "style.css").write_text("", "utf-8")
    monkeypatch.setattr(page_files, "FILES_ROOT", tmp_path)
    page_files.own_edition.cache_clear()
    yield tmp_path
    page_files.own_edition.cache_clear()


def _updated(checkout: Path) -> None:
    path = checkout / "javascript" / "lib" / "app.mjs"
    path.write_text("2", "utf-8")
    os.utime(path, (1, 1))


def test_every_answer_names_the_edition_that_the_program_began_with(checkout: Path, tmp_path: Path) -> None:
    app = Starlette()
    attach(app, StudioService(StandaloneHost(tmp_path / "projects")))
    first = ask(app, "GET", "/glance/v1/welcome", headers=_OURS)
    assert first.json()["notes"] == []
    _updated(checkout)
    then = ask(app, "GET", "/glance/v1/welcome", headers=_OURS)
    assert first.headers["x-glance-edition"] == then.headers["x-glance-edition"]
    assert "start it again" in then.json()["notes"][0]


def test_after_an_update_and_a_new_start_the_edition_is_another(checkout: Path) -> None:
    before = page_files.own_edition()
    _updated(checkout)
    page_files.own_edition.cache_clear()
    assert page_files.own_edition() != before
    assert page_files.update_notes() == []
