"""Files of the page's projects: sent without being held, kept when something fails, and never lost."""

from __future__ import annotations

import asyncio
import errno
import gc
import json
import os
import shutil
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette

from glance.app.host import StandaloneHost
from glance.app.pace import PaceMeter
from glance.app.projects import ProjectStore
from glance.app.renders import draw_preview, tell
from glance.app.routes import attach
from glance.app.service import StudioService
from glance.app.takes import begin_take, card_of
from glance.app.tasks import BackgroundTasks, Task
from glance.errors import AudioError
from glance.project.analyses import AnalysisCache
from glance.project.compile import preview_plan
from glance.project.files import load_project, save_project
from glance.render.events import RunFinished
from tests.support.asgi_client import ask
from tests.unit.app.test_tasks import _last

_OURS = {"X-Glance": "1"}


@pytest.fixture
def workshop(tmp_path: Path) -> StudioService:
    return StudioService(StandaloneHost(tmp_path / "shelf"))


@pytest.fixture
def app(workshop: StudioService) -> Any:
    app = Starlette()
    attach(app, workshop)
    return app


def small(workshop: StudioService, song: Path) -> str:
    identity = str(workshop.create("song.wav", song.read_bytes())["id"])
    _last(workshop.listen(identity))
    project = workshop.shelf.load(identity)
    output = msgspec.structs.replace(project.output, width=64, height=64, fps="2")
    workshop.shelf.store(msgspec.structs.replace(project, output=output), identity)
    return identity


def _open_files(path: Path) -> int:
    handles = list(Path("/proc/self/fd").iterdir())
    return sum(1 for handle in handles if handle.exists() and handle.samefile(path))


def test_a_file_is_not_held_while_the_browser_does_not_read(app: Any, workshop: StudioService) -> None:
    identity = workshop.shelf.create("song.wav", os.urandom(2_000_000))
    song = Path(workshop.shelf.load(identity).song.path)

    async def half() -> tuple[int, int]:
        paused, seen = asyncio.Event(), []

        async def send(message: dict[str, Any]) -> None:
            seen.append(len(message.get("body", b"")))
            if sum(seen):
                paused.set()
                await asyncio.Event().wait()  # a paused player reads no further

        async def receive() -> dict[str, Any]:
            if not seen and not asked:
                asked.append(1)
                return {"type": "http.request", "body": b""}
            await asyncio.Event().wait()
            raise AssertionError

        asked: list[int] = []
        path = f"/glance/v1/projects/{identity}/song"
        scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path}
        scope |= {"raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": [], "scheme": "http"}
        scope |= {"client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)}
        task = asyncio.create_task(app(scope, receive, send))
        await asyncio.wait_for(paused.wait(), 20)
        held = _open_files(song)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return held, sum(seen)

    gc.disable()
    try:
        held, sent = asyncio.run(half())
        assert held == 0
        assert 0 < sent < 2_000_000
        assert _open_files(song) == 0
    finally:
        gc.enable()
    whole = ask(app, "GET", f"/glance/v1/projects/{identity}/song")
    assert whole.body == song.read_bytes()
    part = ask(app, "GET", f"/glance/v1/projects/{identity}/song", headers={"range": "bytes=300000-900001"})
    assert part.body == song.read_bytes()[300000:900002]


def test_a_file_that_is_replaced_while_it_is_sent_is_not_mixed_with_the_new_one(tmp_path: Path) -> None:
    from glance.app.http import _pieces

    path = tmp_path / "video.mp4"
    path.write_bytes(b"a" * 600_000)
    pieces = _pieces(path, 0, 600_000)
    first = next(pieces)
    (tmp_path / "new").write_bytes(b"b" * 600_000)
    (tmp_path / "new").replace(path)
    assert set(first + b"".join(pieces)) == set(b"a")


@pytest.mark.parametrize("fault", ["moved", "lyrics", "disk", "damaged"])
def test_a_failed_hearing_deletes_no_project(
    fault: str, workshop: StudioService, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = workshop.shelf.create("song.wav", song.read_bytes())
    folder = workshop.shelf.folder_of(identity)
    path = Path(workshop.shelf.load(identity).song.path)
    if fault == "moved":
        path.rename(folder / "elsewhere.wav")
    elif fault == "lyrics":
        words = workshop.shelf.add_file(identity, "words.lrc", b"")
        project = workshop.shelf.load(identity)
        words = str(folder / words)
        workshop.shelf.store(
            msgspec.structs.replace(project, song=msgspec.structs.replace(project.song, lyrics=words)), identity
        )
    elif fault == "disk":

        def broken(*_: object, **__: object) -> None:
            raise AudioError("the disk is full")

        monkeypatch.setattr(AnalysisCache, "hear", broken)
    else:
        path.write_bytes(b"")
    before = sorted(item.name for item in folder.iterdir())
    assert _last(workshop.listen(identity))["status"] == "error"
    assert sorted(item.name for item in folder.iterdir()) == before


@pytest.mark.parametrize("kept", ["theme", "picture", "take", "file", "foreign song"])
def test_a_file_that_is_no_song_goes_only_where_nothing_else_is_in_its_project(
    kept: str, workshop: StudioService, tmp_path: Path
) -> None:
    identity = workshop.shelf.create("a.mp3", b"words, no sound")
    folder = workshop.shelf.folder_of(identity)
    project = workshop.shelf.load(identity)
    if kept == "theme":
        workshop.shelf.store(msgspec.structs.replace(project, theme="hours of work"), identity)
    elif kept == "picture":
        workshop.shelf.add_file(identity, "cover.png", b"x")
    elif kept == "take":
        begin_take(folder, project)
    elif kept == "file":
        (folder / "notes.txt").write_text("mine")
    else:
        mine = tmp_path / "mine.mp3"
        mine.write_bytes(b"words")
        (folder / "song.mp3").unlink()
        song = msgspec.structs.replace(project.song, path=str(mine))
        save_project(msgspec.structs.replace(project, song=song), folder / "project.glance.json")
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert _last(workshop.listen(identity))["status"] == "error"
    assert before <= set(tmp_path.rglob("*"))


def test_a_relative_folder_holds_songs_that_can_be_heard(
    song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    workshop = StudioService(StandaloneHost(Path("shelf")))
    identity = str(workshop.create("song.wav", song.read_bytes())["id"])
    raw = json.loads((tmp_path / "shelf" / identity / "project.glance.json").read_text())
    assert raw["song"]["path"] == "song.wav"
    assert _last(workshop.listen(identity))["status"] == "done"


def test_a_preview_is_drawn_where_the_old_one_is_still_being_read(
    workshop: StudioService, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = small(workshop, song)
    project = workshop.shelf.load(identity)
    plan = preview_plan(project, workshop.songs.hear(project), workshop.styles)
    folder = workshop.shelf.folder_of(identity) / "preview"
    with monkeypatch.context() as held:
        held.setattr(shutil, "rmtree", lambda *_, **__: None)
        for _ in range(2):
            assert draw_preview(Task("preview", identity), plan, folder, (0.0, 0.5))["total"] > 0
    assert len(list(folder.parent.glob(".preview.*.old"))) == 1


def test_a_take_whose_video_is_open_elsewhere_gets_its_new_one_under_the_next_name(
    app: Any, workshop: StudioService, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = small(workshop, song)
    text = json.dumps(workshop.open(identity)["project"])
    assert _last(workshop.make(identity, text))["status"] == "done"
    folder = workshop.shelf.folder_of(identity) / "takes" / "001"
    older = (folder / "video.mp4").read_bytes()
    os.utime(folder / "video.mp4", (1, 1))
    real = os.replace

    def refuse(part: Path, path: Path) -> None:
        if Path(path).name == "video.mp4":
            raise PermissionError(errno.EACCES, "Access is denied")
        real(part, path)

    with monkeypatch.context() as held:
        held.setattr(os, "replace", refuse)
        held.setattr("time.sleep", lambda seconds: None)
        state = _last(workshop.enlarge(identity, 1, "Lanczos", 2.0))
    assert state["status"] == "done"
    assert "video (2).mp4" in state["note"]
    assert (folder / "video.mp4").read_bytes() == older
    assert workshop.take_file(identity, 1).name == "video (2).mp4"
    assert workshop.takes(identity)[0]["done"]
    assert _last(workshop.resume(identity, 1))["status"] == "done"
    assert workshop.take_file(identity, 1).name == "video.mp4"


def test_a_video_is_done_even_where_nothing_can_be_noted_of_it(
    workshop: StudioService, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = small(workshop, song)
    take = begin_take(workshop.shelf.folder_of(identity), workshop.shelf.load(identity))

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    take.note_sync({"text": "x"})
    card = card_of(take)
    assert card is not None
    assert card["sync"] == {}


def test_two_writes_of_one_name_at_the_same_time_never_share_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.monotonic_ns", lambda: 1)  # Windows counts in steps of 15 ms
    path = tmp_path / "p.glance.json"
    project = load_project(_saved(path))
    themes = [letter * 20_000 for letter in "abcd"]
    work = [threading.Thread(target=_save_often, args=(project, path, theme)) for theme in themes]
    for thread in work:
        thread.start()
    while any(thread.is_alive() for thread in work):
        assert load_project(path).theme in ("", *themes)
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def _saved(path: Path) -> Path:
    path.write_text('{"song": {"path": "song.wav"}}')
    return path


def _save_often(project: Any, path: Path, theme: str) -> None:
    for _ in range(10):
        save_project(msgspec.structs.replace(project, theme=theme), path)


def test_a_killed_upload_leaves_no_folder_on_the_shelf(tmp_path: Path) -> None:
    shelf = ProjectStore(tmp_path / "shelf")
    kept = shelf.create("a.wav", b"x")
    lost = shelf.folder / "b-123456"
    lost.mkdir()
    old = lost / "song.wav.123456789.part"  # as earlier versions named it
    old.write_bytes(b"half")
    mine = shelf.folder / "notes"
    mine.mkdir()
    (mine / "a.txt").write_text("mine")
    empty = shelf.folder / "music"  # as where --folder names somebody's home
    empty.mkdir()
    download = mine / ".film.mp4.part"
    download.write_bytes(b"half")
    os.utime(download, (0, 0))
    ProjectStore(shelf.folder)
    assert old.exists(), "perhaps it is being written just now"
    os.utime(old, (0, 0))
    ProjectStore(shelf.folder)
    assert sorted(path.name for path in shelf.folder.iterdir()) == sorted([kept, "music", "notes"])
    assert download.exists()


def test_a_video_under_its_own_name_needs_no_word(tmp_path: Path) -> None:
    task = Task("render", "p")
    host = StandaloneHost(tmp_path)
    meter = PaceMeter(host, (64, 64))
    tell(RunFinished(tmp_path / "video.mp4", tmp_path, ()), task, host, 12.0, meter)
    assert "note" not in task.state
    assert BackgroundTasks().running("p") == []
