"""The host's output folder may change while GLANCE runs: what is new goes to the new one, what has begun goes on."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from glance.app.host import StandaloneHost
from glance.app.routes import attach
from glance.app.service import StudioService
from glance.app.tasks import Task
from tests.support.asgi_client import ask


@pytest.fixture
def host(tmp_path: Path) -> StandaloneHost:
    return StandaloneHost(tmp_path / "before")


@pytest.fixture
def workshop(host: StandaloneHost) -> StudioService:
    return StudioService(host)


def _ended(task: Task) -> dict[str, Any]:
    assert task.wait(60)
    return dict(task.state)


def test_projects_caches_and_styles_follow_the_folder_that_is_set_now(
    workshop: StudioService, host: StandaloneHost, song: Path, tmp_path: Path
) -> None:
    old = workshop.create("old.wav", song.read_bytes())["id"]
    host.folder = tmp_path / "after"
    new = workshop.create("new.wav", song.read_bytes())["id"]
    assert [recent["id"] for recent in workshop.welcome()["recent"]] == [new]
    assert _ended(workshop.listen(new))["status"] == "done"
    assert (tmp_path / "after" / new / "project.glance.json").is_file()
    assert [path for path in (tmp_path / "after" / "cache").rglob("*") if path.is_file()]
    assert not (tmp_path / "before" / "cache").exists()
    host.folder = tmp_path / "before"
    assert [recent["id"] for recent in workshop.welcome()["recent"]] == [old]


def test_an_upload_is_taken_in_on_the_disk_of_the_folder_that_is_set_now(
    workshop: StudioService, host: StandaloneHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import glance.app.request_body as request_body

    app = Starlette()
    attach(app, workshop)
    places: list[Path] = []
    real = request_body._nameless
    monkeypatch.setattr(request_body, "_nameless", lambda folder: (places.append(folder), real(folder))[1])
    for folder in ("before", "after"):
        host.folder = tmp_path / folder
        ask(app, "POST", "/glance/v1/projects?name=a.wav", body=b"RIFF", headers={"X-Glance": "1"})
    assert places == [tmp_path / "before", tmp_path / "after"]


def test_what_has_begun_ends_where_it_began(
    workshop: StudioService, host: StandaloneHost, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = workshop.create("old.wav", song.read_bytes())["id"]
    go, real = threading.Event(), workshop.songs.hear

    def hear(*asked: Any) -> Any:
        go.wait(30)
        return real(*asked)

    monkeypatch.setattr(workshop.songs, "hear", hear)
    task = workshop.listen(identity)
    host.folder = tmp_path / "after"
    go.set()
    state = _ended(task)
    assert state["status"] == "done", state
    assert state["result"]["project"]["scenes"]


def test_style_previews_begun_before_the_change_are_still_shown(
    workshop: StudioService, host: StandaloneHost, song: Path, tmp_path: Path
) -> None:
    identity = workshop.create("old.wav", song.read_bytes())["id"]
    text = '{"song": {"path": "song.wav"}}'
    task = workshop.draw_styles(identity, text, {"styles": ["watercolour"]})
    assert _ended(task)["status"] == "done"
    host.folder = tmp_path / "after"
    workshop.welcome()
    assert workshop.style_picture(task.id, "watercolour").is_file()
