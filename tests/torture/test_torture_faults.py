"""What happens to a person's machine: kills, full disks, closed folders, vanished songs, odd clocks, two writers."""

from __future__ import annotations

import errno
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from glance.app.host import StandaloneHost
from glance.app.projects import Before, ProjectStore, StaleError
from glance.app.service import StudioService
from glance.errors import GlanceError, ProjectError
from glance.project.files import load_project, save_project
from glance.project.model import Project, Song
from tests.torture.clients import many_clients
from tests.torture.kills import kill_and_resume, kill_while_saving
from tests.torture.studio import Studio, running_studio


def test_a_killed_render_goes_on_to_the_same_video_to_the_bit(tmp_path: Path) -> None:
    kills = kill_and_resume(tmp_path, rounds=3, seed=4)
    assert (kills.rounds, kills.same) == (3, 3), str(kills)
    assert kills.killed > 0


def test_what_was_saved_before_a_kill_is_there_after_it(tmp_path: Path) -> None:
    assert kill_while_saving(tmp_path, rounds=3, seed=1) == []


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with running_studio(tmp_path_factory.mktemp("shelf")) as running:
        yield running


def test_a_handful_of_pages_at_once_get_no_error(studio: Studio, tmp_path: Path) -> None:
    load = many_clients(studio, tmp_path, clients=4, seconds=3.0)
    assert load.errors == []
    assert load.requests >= 4 * 4


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def denied(*_: object, **__: object) -> None:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_a_full_disk_keeps_the_saved_project_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.glance.json"
    save_project(Project(song=Song(path="a.wav"), title="old"), path)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(ProjectError, match="No space left"):
            save_project(Project(song=Song(path="a.wav"), title="new"), path)
    assert load_project(path).title == "old"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("data", [b"sound", iter([b"so", b"und"])], ids=["at once", "in pieces"])
def test_a_folder_that_cannot_be_written_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Any
) -> None:
    monkeypatch.setattr(Path, "mkdir", denied)
    with pytest.raises(ProjectError, match="Permission denied"):
        ProjectStore(tmp_path / "shelf").create("a.wav", data)


def test_a_song_that_vanishes_and_comes_back_costs_nothing(tmp_path: Path, song: Path) -> None:
    workshop = StudioService(StandaloneHost(tmp_path))
    identity = workshop.create("a.wav", song.read_bytes())["id"]
    task = workshop.listen(identity)
    assert task.wait(120)
    state = workshop.open(identity)
    kept = tmp_path / identity / "song.wav"
    kept.rename(tmp_path / "away.wav")
    with pytest.raises(GlanceError, match=r"song\.wav"):
        workshop.analysis(identity)
    (tmp_path / "away.wav").rename(kept)
    assert workshop.open(identity)["project"] == state["project"]
    assert workshop.analysis(identity)["peaks"]


def test_a_clock_that_jumps_back_hides_no_change_from_another_tab(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = ProjectStore(tmp_path)
    identity = shelf.create("a.wav", b"")
    project, first = shelf.newest(identity)
    path = tmp_path / identity / "project.glance.json"
    text = path.read_text(encoding="utf-8").replace('"title": "a"', '"title": "b"')
    stamp = path.stat()
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # a clock set back, or a copy that keeps its time
    with pytest.raises(StaleError):
        shelf.save_over(identity, text.replace(str(tmp_path), ""), Before(first))
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert shelf.newest(identity)[0].title == "b"
    assert project.title == "a"


def test_a_second_program_that_saves_is_noticed_by_the_page(tmp_path: Path) -> None:
    page, script = ProjectStore(tmp_path), ProjectStore(tmp_path)
    identity = page.create("a.wav", b"")
    _, revision = page.newest(identity)
    text = (tmp_path / identity / "project.glance.json").read_text(encoding="utf-8")
    script.save(identity, text.replace('"title": "a"', '"title": "of the script"'))
    with pytest.raises(StaleError):
        page.save_over(identity, text, Before(revision, "tab"))
    assert page.newest(identity)[0].title == "of the script"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("POST", "/gradio_api/queue/join"),
        ("POST", "/gradio_api/run/predict"),
        ("GET", "/gradio_api/startup-events"),
        ("GET", "/gradio_api/file=/etc/hostname"),
        ("POST", "/"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
    ],
)
def test_the_studio_serves_nothing_but_its_page_and_its_own_addresses(studio: Studio, method: str, path: str) -> None:
    assert raw(studio.port, method, path).split()[1] in ("404", "405")


def test_the_studios_page_is_there_for_itself_and_for_no_other_sites_frame(studio: Studio) -> None:
    page = raw(studio.port, "GET", "/")
    assert page.split()[1] == "200"
    assert "frame-ancestors 'self'" in page
    assert raw(studio.port, "GET", "/", host="evil.example").split()[1] == "400"


def raw(port: int, method: str, path: str, host: str = "127.0.0.1") -> str:
    """Send a request without a body as any program could, and return the whole answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as link:
        link.sendall(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        parts = []
        while part := link.recv(65536):
            parts.append(part)
    return b"".join(parts).decode("utf-8", "replace")
