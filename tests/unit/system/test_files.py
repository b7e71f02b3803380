"""Files that others hold, names that are one file, and what killed processes leave behind."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import msgspec
import numpy as np
import pytest

from glance.app.projects import ProjectStore
from glance.audio import cache
from glance.errors import GlanceError, VideoError
from glance.media.images import read_png, write_png
from glance.media.video_reader import probe
from glance.media.video_writer import VideoWriter
from glance.project.files import load_project, save_project
from glance.project.model import Project, Song
from glance.render.style_previews import StylePreview, draw_sheet
from glance.story.styles import load_styles
from glance.system import files as _files
from tests.conftest import heard
from tests.unit.render.test_video import ROOT

FRAME = np.full((48, 64, 3), 90, dtype=np.uint8)
DEAD = 2**22 + 12345  # beyond any process number of Linux


class Held:
    """Refuses a call as Windows does while a virus scanner looks at the file."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, times: float, only: str = "") -> None:
        self.left = times
        self.waited_s = 0.0
        real: Callable[..., object] = getattr(os, name)

        def call(*arguments: object, **more: object) -> object:
            if self.left > 0 and only in str(arguments[-1]):
                self.left -= 1
                raise PermissionError(errno.EACCES, "Access is denied", str(arguments[0]))
            return real(*arguments, **more)

        monkeypatch.setattr(os, name, call)
        monkeypatch.setattr("time.sleep", self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.waited_s += seconds


def a_video(path: Path, tone: int = 90, frames: int = 2) -> VideoWriter:
    with VideoWriter(path, fps=Fraction(12), size=(64, 48)) as writer:
        for _ in range(frames):
            writer.write(np.full_like(FRAME, tone))
    return writer


def _save(path: Path) -> None:
    save_project(Project(song=Song(path="song.wav")), path)


def _sheet(path: Path) -> None:
    style = next(iter(load_styles().values()))
    draw_sheet(path, [style], [StylePreview(style.id, FRAME)])


WRITERS: dict[str, Callable[[Path], object]] = {
    "p.glance.json": _save,
    "run.json": lambda path: _files.write_json(path, {"a": 1}),
    "000001.png": lambda path: write_png(path, FRAME),
    "v.mp4": a_video,
    "a.npz": lambda path: cache.save(path, heard()),
    "sheet.png": _sheet,
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_is_held_for_a_moment_is_written_all_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    path.write_bytes(b"older")
    held = Held(monkeypatch, "replace", times=3)
    WRITERS[name](path)
    assert path.read_bytes() != b"older"
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert held.waited_s == pytest.approx(0.08)


@pytest.mark.parametrize("name", ["p.glance.json", "000001.png", "sheet.png"])
def test_a_file_that_is_held_for_good_stays_and_is_named_with_what_may_hold_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    path.write_bytes(b"older")
    held = Held(monkeypatch, "replace", times=1e9)
    with pytest.raises((GlanceError, OSError)) as caught:
        WRITERS[name](path)
    told = str(caught.value) if isinstance(caught.value, GlanceError) else _files.reason(caught.value)
    assert name in told
    assert "another program has it open" in told
    assert path.read_bytes() == b"older"
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert 3 < held.waited_s < 5


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        _files.write_json(tmp_path / "run.json", {})
    with pytest.raises(GlanceError, match="No space"):
        ProjectStore(tmp_path / "shelf").create("a.wav", b"sound")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []
    assert list((tmp_path / "shelf").iterdir()) == []


def test_texts_have_the_same_bytes_on_every_system(tmp_path: Path) -> None:
    path = tmp_path / "p.glance.json"
    _save(path)
    assert b"\r" not in path.read_bytes()
    assert b"\n" in path.read_bytes()


def test_a_name_as_long_as_the_disk_allows_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("노" * 80 + ".glance.json")
    _save(path)
    assert load_project(path).song.path.endswith("song.wav")


def test_a_finished_video_that_cannot_take_its_name_takes_the_next_and_can_be_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "v.mp4"
    a_video(path, tone=10)
    before = path.read_bytes()
    with monkeypatch.context() as held:
        Held(held, "replace", times=1e9, only="v.mp4")
        first, second = a_video(path), a_video(path)
    assert (first.path.name, second.path.name) == ("v (2).mp4", "v (3).mp4")
    assert path.read_bytes() == before
    assert probe(first.path).n_frames == 2
    assert a_video(path).path == path
    assert sorted(file.name for file in tmp_path.iterdir()) == ["v (2).mp4", "v (3).mp4", "v.mp4"]


def test_a_finished_video_that_can_be_given_no_name_is_kept_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Held(monkeypatch, "replace", times=1e9)
    with pytest.raises(VideoError, match=r"complete.*kept as .*\.part") as caught:
        a_video(tmp_path / "v.mp4")
    (part,) = tmp_path.iterdir()
    assert str(part) in str(caught.value)
    assert probe(part).n_frames == 2
    monkeypatch.undo()
    gone = part.rename(part.with_name(f".v.mp4.{_files._host()}-{DEAD}-0000000000.part"))
    a_video(tmp_path / "v.mp4")
    assert gone.exists(), "a whole video is no leftover"


def test_two_videos_under_one_name_are_both_whole(tmp_path: Path) -> None:
    path = tmp_path / "v.mp4"
    with VideoWriter(path, fps=Fraction(12), size=(64, 48)) as first:
        first.write(FRAME)
        with VideoWriter(path, fps=Fraction(12), size=(64, 48)) as second:
            for _ in range(3):
                second.write(FRAME)
    assert (first.path.name, second.path.name) == ("v (2).mp4", "v.mp4")
    assert (probe(first.path).n_frames, probe(second.path).n_frames) == (1, 3)


def test_a_file_that_a_person_puts_there_during_a_render_stays(tmp_path: Path) -> None:
    path = tmp_path / "v.mp4"
    with VideoWriter(path, fps=Fraction(12), size=(64, 48)) as writer:
        writer.write(FRAME)
        path.write_bytes(b"my own film")
    assert path.read_bytes() == b"my own film"
    assert writer.path.name == "v (2).mp4"


def test_a_folder_whose_files_are_held_makes_room_at_once_and_goes_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "preview"
    folder.mkdir()
    (folder / "000001.png").write_bytes(b"x")
    with monkeypatch.context() as held:
        held.setattr("shutil.rmtree", lambda *_, **__: None)
        _files.remove_tree(folder)
    folder.mkdir()
    (old,) = (path for path in tmp_path.iterdir() if path != folder)
    gone = old.rename(old.with_name(f".preview.{_files._host()}-{DEAD}-0000000000.old"))
    _files.sweep(tmp_path, "preview")
    assert not gone.exists()
    assert folder.is_dir()


def test_a_link_to_a_folder_is_never_followed_to_delete(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "a.txt").write_text("mine")
    (tmp_path / "link").symlink_to(mine)
    _files.remove_tree(tmp_path / "link")
    assert (mine / "a.txt").read_text() == "mine"
    assert (tmp_path / "link").exists()


def test_leftovers_of_the_killed_go_and_those_of_the_living_stay(tmp_path: Path) -> None:
    host = _files._host()
    living = _files.part_path(tmp_path / "v.mp4")
    other_machine = tmp_path / f".v.mp4.ffffff-{DEAD}-0000000000.part"
    mine = [tmp_path / name for name in ("v.mp4.part", ".v.mp4.notes.part", ".hidden", "v.mp4")]
    stay = [living, other_machine, *mine]
    go = [
        tmp_path / f".v.mp4.{host}-{DEAD}-0000000000.part",
        tmp_path / f".v.mp4.{host}-{os.getpid()}-zzzz000000.part".replace("zzzz", _other_process()),
        tmp_path / ".v.mp4.part",  # of an earlier version, and old
    ]
    for path in (*stay, *go):
        path.write_bytes(b"x")
    for path in (go[-1], *mine):
        os.utime(path, (0, 0))
    a_video(tmp_path / "other.mp4")
    assert all(path.exists() for path in go), "only leftovers of the video that is made"
    _files.sweep(tmp_path, "v.mp4")
    assert [path.name for path in go if path.exists()] == []
    assert [path.name for path in stay if not path.exists()] == []


def _other_process() -> str:
    return "0000" if _files._process() != "0000" else "0001"


def test_what_a_killed_render_leaves_is_deleted_at_the_next_start(tmp_path: Path) -> None:
    script = (
        "import os, sys; from fractions import Fraction; from pathlib import Path\n"
        "from glance.media.video_writer import VideoWriter\n"
        "from glance.system.files import passing_folder, write_atomically\n"
        "import numpy as np\n"
        "def endless():\n"
        "    yield b'x'\n"
        "    os.kill(os.getpid(), 9)\n"
        "with passing_folder('glance-preview'), VideoWriter(Path(sys.argv[1]), fps=Fraction(12), size=(64, 48)) as v:\n"
        "    for _ in range(300):\n"
        "        v.write(np.random.randint(0, 256, (48, 64, 3), dtype=np.uint8))\n"
        "    write_atomically(Path(sys.argv[2]), endless())\n"
    )
    shelf = ProjectStore(tmp_path / "shelf")
    identity = shelf.create("a.wav", b"sound")
    passing = tmp_path / "passing"
    passing.mkdir()
    environment = {**os.environ, "TMPDIR": str(passing)}
    song = shelf.folder / "new-1" / "song.wav"
    song.parent.mkdir()
    command = [sys.executable, "-c", script, str(tmp_path / "v.mp4"), str(song)]
    assert subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == -9
    assert len(list(passing.iterdir())) == 1
    assert len(list(tmp_path.rglob("*.part"))) == 2
    a_video(tmp_path / "v.mp4")
    ProjectStore(shelf.folder)
    code = "from glance.system.files import passing_folder\nwith passing_folder('glance-preview'): pass"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
    assert list(tmp_path.rglob("*.part")) == []
    assert list(passing.iterdir()) == []
    assert [path.name for path in shelf.folder.iterdir()] == [identity]


def test_one_file_under_several_names_is_one(tmp_path: Path) -> None:
    song = tmp_path / "Café.mp4"
    song.write_bytes(b"x")
    for name in ("CAFÉ.mp4", unicodedata.normalize("NFD", "café.mp4"), "x/../Café.mp4"):
        assert _files.same_file(song, tmp_path / name), name
    os.link(song, tmp_path / "hard.mp4")
    (tmp_path / "soft.mp4").symlink_to(song)
    assert _files.same_file(song, tmp_path / "hard.mp4")
    assert _files.same_file(song, tmp_path / "soft.mp4")
    assert not _files.same_file(song, tmp_path / "other.mp4")
    assert not _files.same_file(Path("\0"), song)


def test_room_is_asked_of_the_disk_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (_files.free_bytes(tmp_path / "not" / "there") or 0) > 0
    monkeypatch.setattr(Path, "exists", lambda self: False)
    assert _files.free_bytes(Path("Q:/x")) is None


def test_frames_are_whole_after_a_name_was_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Held(monkeypatch, "replace", times=2)
    write_png(tmp_path / "000001.png", FRAME)
    assert (read_png(tmp_path / "000001.png") == FRAME).all()


def test_a_project_keeps_its_text_when_its_name_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "p.glance.json"
    _save(path)
    before = load_project(path)
    with monkeypatch.context() as held:
        Held(held, "replace", times=1e9)
        with pytest.raises(GlanceError, match=r"cannot be saved as .*another program has it open"):
            save_project(msgspec.structs.replace(before, theme="x"), path)
    assert load_project(path) == before
