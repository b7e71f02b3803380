"""A run folder that a crash, an editor, a second render or a person has been in."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from glance.cli import main
from glance.errors import RunError
from glance.media.images import write_png
from glance.project.model import Project, Song
from glance.project.plan import RenderPlan
from glance.render.lock import _deletes_its_mark, run_lock
from glance.render.manifest import continuation
from glance.render.run_folder import RunFolder, check_space, clear, open_run
from tests.support.quick_backend import QuickBackend
from tests.unit.render.test_video import ROOT, a_plan, frames_of, run_all


@pytest.fixture
def plan(song: Path) -> RenderPlan:
    return a_plan(song)


@pytest.fixture
def whole(plan: RenderPlan, tmp_path: Path) -> Path:
    """A finished run."""
    run_all(plan, tmp_path)
    return tmp_path / "run"


def changed(folder: Path, **facts: object) -> None:
    path = folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | facts))


@pytest.mark.parametrize("count", ["many", None, [], 1e99])
def test_a_damaged_count_of_frames_counts_as_unfinished(
    plan: RenderPlan, whole: Path, tmp_path: Path, count: object
) -> None:
    changed(whole, n_frames=count)
    with pytest.raises(RunError, match="--resume"):
        run_all(plan, tmp_path)
    assert run_all(plan, tmp_path, resume=True)[0]


def test_a_damaged_manifest_is_said_with_what_to_do(plan: RenderPlan, whole: Path, tmp_path: Path) -> None:
    for text in ("", "[]", "[" * 100_000, "\0" * 100):
        (whole / "run.json").write_text(text)
        with pytest.raises(RunError, match="--fresh"):
            run_all(plan, tmp_path, resume=True)


@pytest.mark.parametrize("text", ["", "[]", '{"x": 1}', '{"1"', "\0"])
def test_damaged_notes_stop_no_video(plan: RenderPlan, whole: Path, tmp_path: Path, text: str) -> None:
    (whole / "held.json").write_text(text)
    done, _, run = run_all(plan, tmp_path, resume=True)
    assert done
    assert run.held() == {}


def test_a_frame_of_another_size_is_drawn_again_or_named(plan: RenderPlan, whole: Path, tmp_path: Path) -> None:
    before = frames_of(tmp_path)
    run = RunFolder(whole, plan)
    small = np.zeros((32, 32, 3), dtype=np.uint8)
    write_png(run.frame_path(47), small, {})
    assert run_all(plan, tmp_path, resume=True)[0]
    assert frames_of(tmp_path) == before
    write_png(run.frame_path(7), small, {})
    with pytest.raises(RunError, match=r"frame 7 .*64x64.*32x32.*delete .*000007\.png"):
        run_all(plan, tmp_path, resume=True)


def test_a_run_that_was_refused_before_its_first_frame_is_in_nobodys_way(
    plan: RenderPlan, song: Path, tmp_path: Path
) -> None:
    open_run(tmp_path / "run", plan, QuickBackend(identity="mistyped"), {}, resume=False)
    assert run_all(plan, tmp_path)[0]


def test_starting_anew_leaves_what_is_not_its_own(plan: RenderPlan, whole: Path) -> None:
    (whole / "notes.txt").write_text("mine")
    (whole / "frames" / "cover.png").write_bytes(b"mine")
    changed(whole, fingerprint="of another plan")
    run = open_run(whole, plan, QuickBackend(), {}, resume=False, fresh=True)
    assert run.n_ready() == 0
    assert (whole / "notes.txt").read_text() == "mine"
    assert (whole / "frames" / "cover.png").read_bytes() == b"mine"


def test_a_changed_prompt_is_named_by_its_scene_and_nothing_else_is(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "p.glance.json"
    project = {
        "song": {"path": str(song)},
        "scenes": [{"prompt": "a boat"}],
        "output": {"width": 64, "height": 64, "fps": "1"},
    }
    path.write_text(json.dumps(project))
    assert main(["render", str(path)]) == 0
    path.write_text(path.read_text().replace("a boat", "a ship"))
    assert main(["render", str(path), "--resume"]) == 1
    told = capsys.readouterr().err
    assert 'something changed since: scenes[0].prompt: "a boat" -> "a ship". Change it back' in told


def test_two_renders_never_draw_into_one_folder(tmp_path: Path) -> None:
    folder, holding = tmp_path / "run", tmp_path / "holding"
    script = (
        "import sys, time; from pathlib import Path; from glance.render.lock import run_lock\n"
        "with run_lock(Path(sys.argv[1])): Path(sys.argv[2]).touch(); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(folder), str(holding)], cwd=ROOT)
    try:
        deadline = time.monotonic() + 30
        while not holding.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        with pytest.raises(RunError, match="another GLANCE"), run_lock(folder):
            pass
    finally:
        process.kill()
        process.wait()
    with run_lock(folder):  # a crash has let go of it
        pass
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".lock")]


# Claims a folder again and again, and counts how often another process held it at the same time.
CLAIMS = """
import os, sys, time
from pathlib import Path
from glance.errors import RunError
from glance.render.lock import run_lock
place, me, end = Path(sys.argv[1]), Path(sys.argv[1]) / "holders" / sys.argv[2], time.monotonic() + float(sys.argv[3])
claims = shared = 0
while time.monotonic() < end:
    try:
        with run_lock(place / "x.run"):
            claims += 1
            me.touch()
            time.sleep(0.0005)
            shared += len(os.listdir(me.parent)) > 1
            me.unlink()
    except RunError:
        pass
print(claims, shared)
"""


@pytest.mark.parametrize("seconds", [2, pytest.param(15, marks=pytest.mark.slow)])
def test_three_processes_that_claim_one_folder_for_seconds_never_share_it(tmp_path: Path, seconds: int) -> None:
    (tmp_path / "holders").mkdir()
    commands = [[sys.executable, "-c", CLAIMS, str(tmp_path), str(number), str(seconds)] for number in range(3)]
    three = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for command in commands]
    told = [process.communicate(timeout=seconds + 60)[0].split() for process in three]
    assert sum(int(claims) for claims, _ in told) > 10
    assert sum(int(shared) for _, shared in told) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["holders"], "nothing is left behind"


def test_a_lock_of_a_version_that_deletes_its_own_mark_holds_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """filelock 3.24 to 3.29.6 delete the mark when they let go; another deletion would be that of the next holder."""
    from filelock import FileLock

    let_go = FileLock.release

    def release(self: FileLock, force: bool = False) -> None:
        if self.is_locked:
            Path(self.lock_file).unlink(missing_ok=True)
        let_go(self, force)

    monkeypatch.setattr(FileLock, "release", release)
    _deletes_its_mark.cache_clear()
    try:
        for _ in range(2):
            with (
                run_lock(tmp_path / "x.run"),
                pytest.raises(RunError, match="another GLANCE"),
                run_lock(tmp_path / "x.run"),
            ):
                pass
        assert list(tmp_path.iterdir()) == []
    finally:
        _deletes_its_mark.cache_clear()


def test_a_mark_that_is_deleted_while_it_is_being_locked_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who let go a moment ago deletes the file that another one has open already: a lock on it would guard nothing."""
    from filelock import FileLock

    acquire = FileLock.acquire
    deleted = []

    def lock(self: FileLock, *arguments: object, **more: object) -> object:
        if not deleted:
            deleted.append(self.lock_file)
            Path(self.lock_file).unlink()
        return acquire(self, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(FileLock, "acquire", lock)
    with run_lock(tmp_path / "x.run"), pytest.raises(RunError, match="another GLANCE"), run_lock(tmp_path / "x.run"):
        pass
    assert deleted
    assert list(tmp_path.iterdir()) == []


# Ends itself as a kill -9 does, at the Nth time that it syncs or renames a file of the run folder.
KILLED = """
import os, signal, sys
left = [int(sys.argv[1])]
def counted(real):
    def call(first, *rest, **more):
        name = os.readlink(f"/proc/self/fd/{first}") if isinstance(first, int) else str(first)
        if ".run/" in name:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
        return real(first, *rest, **more)
    return call
os.fsync, os.replace = counted(os.fsync), counted(os.replace)
from glance.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("more", [["--resume"], ["--fresh"], []])
def test_a_kill_at_the_runs_first_files_leaves_a_folder_that_goes_on(
    more: list[str], song: Path, tmp_path: Path
) -> None:
    words = ["render", str(song), "-o", str(tmp_path / "v.mp4"), "--size", "64x64", "--fps", "2", "--end", "2"]
    for moment in (1, 2, 3):
        killed = subprocess.run([sys.executable, "-c", KILLED, str(moment), *words], cwd=ROOT, check=False)
        assert killed.returncode == -9
        assert main([*words, *more]) == 0
        left = sorted(path.name for path in (tmp_path / "v.run").iterdir())
        assert left == ["drift.json", "drift.png", "frames", "links.json", "run.json"]
        for path in (*(tmp_path / "v.run").rglob("*.*"), tmp_path / "v.mp4"):
            path.unlink()


@pytest.mark.parametrize(
    "left", ["run.json.part", ".run.json.aaaaaa-1-0000000000.part", "lent-0123456789ab.json", ".DS_Store"]
)
def test_what_glance_and_the_system_leave_behind_are_no_other_files(
    left: str, plan: RenderPlan, tmp_path: Path
) -> None:
    (tmp_path / "run" / "frames").mkdir(parents=True)
    (tmp_path / "run" / left).write_text("{")
    (tmp_path / "run" / "frames" / ".000000.png.part").write_text("half")
    assert run_all(plan, tmp_path)[0]
    assert list((tmp_path / "run").rglob("*.part")) == []


def foreign_run(folder: Path) -> dict[Path, str]:
    files = {folder / "run.json": '{"epochs": 3}', folder / "upscaled" / "best" / "keep.txt": "mine"}
    files |= {folder / "frames" / f"{index:06d}.png": f"art {index}" for index in range(3)}
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return files


@pytest.mark.parametrize("text", ['{"epochs": 3}', '{"format": 1, "fingerprint": "x"}', "epochs: 3", "[1]"])
@pytest.mark.parametrize("options", [{}, {"resume": True}, {"fresh": True}])
def test_another_programs_folder_is_refused_and_not_touched(
    text: str, options: dict[str, bool], plan: RenderPlan, tmp_path: Path
) -> None:
    files = foreign_run(tmp_path / "run") | {tmp_path / "run" / "run.json": text}
    (tmp_path / "run" / "run.json").write_text(text)
    with pytest.raises(RunError, match="other files"):
        open_run(
            tmp_path / "run", plan, QuickBackend(), {}, resume=options.get("resume", False), fresh="fresh" in options
        )
    with pytest.raises(RunError, match="no run folder"):
        clear(tmp_path / "run")
    assert {path: path.read_text() for path in (tmp_path / "run").rglob("*") if path.is_file()} == files


@pytest.mark.parametrize("place", ["frames", "upscaled"])
def test_pictures_behind_a_link_are_never_deleted_nor_drawn_over(
    place: str, plan: RenderPlan, whole: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    for index in range(48):
        (mine / f"{index:06d}.png").write_text("art")
    (mine / "upscaler.json").write_text("{}")
    if (whole / place).exists():
        (whole / place).rename(whole / "elsewhere")
    (whole / place).symlink_to(mine, target_is_directory=True)
    for options in ({"resume": False}, {"resume": True}, {"resume": False, "fresh": True}):
        with pytest.raises(RunError, match="is a link"):
            open_run(whole, plan, QuickBackend(), {}, **options)
    assert len(list(mine.iterdir())) == 49
    assert all(path.read_text() in ("art", "{}") for path in mine.iterdir())


def test_a_picture_of_a_person_under_a_frames_name_stops_starting_anew_with_all_there(
    plan: RenderPlan, whole: Path, tmp_path: Path
) -> None:
    painting = whole / "frames" / "000007.png"
    Image.new("RGB", (64, 64)).save(painting)  # drawn over by hand
    link = whole / "frames" / "000009.png"
    link.unlink()
    link.symlink_to(whole / "frames" / "000010.png")
    for name in ("000007", "000009"):
        before = frames_of(tmp_path)
        with pytest.raises(RunError, match=rf"{name}.*Nothing was deleted"):
            open_run(whole, plan, QuickBackend(), {}, resume=False, fresh=True)
        assert frames_of(tmp_path) == before
        (whole / "frames" / f"{name}.png").unlink()
    clear(whole)
    assert frames_of(tmp_path) == {}


def test_numbered_pictures_that_the_run_does_not_list_are_neither_counted_nor_deleted(
    plan: RenderPlan, tmp_path: Path
) -> None:
    run_all(plan, tmp_path, stop_after=3)
    others = [tmp_path / "run" / "frames" / f"{index:06d}.png" for index in range(48, 110)]
    for path in others:
        path.write_text("art")
    with pytest.raises(RunError, match=r"unfinished run .3 of 48"):
        run_all(plan, tmp_path)
    open_run(tmp_path / "run", plan, QuickBackend(), {}, resume=False, fresh=True)
    assert all(path.read_text() == "art" for path in others)
    assert len(frames_of(tmp_path)) == len(others)


def test_a_frame_that_a_viewer_holds_is_named_and_all_others_stay(
    plan: RenderPlan, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = frames_of(tmp_path)
    real = os.replace
    held = True

    def refuse(part: Path, path: Path) -> None:
        if held and Path(part).name == "000030.png":
            raise PermissionError(errno.EACCES, "Access is denied")
        real(part, path)

    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    other = replace(plan, size=(128, 64))
    for change in ({"fresh": True}, {}):
        with pytest.raises(RunError, match=r"000030\.png cannot be deleted.*program has it open.*Nothing was deleted"):
            open_run(whole, other, QuickBackend(), {}, resume=False, **change)
        assert frames_of(tmp_path) == before
    held = False
    assert run_all(plan, tmp_path)[0]


def test_frames_that_cannot_be_deleted_at_once_go_at_the_next_start(
    plan: RenderPlan, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as held:
        held.setattr("shutil.rmtree", lambda *_, **__: None)
        open_run(whole, plan, QuickBackend(), {}, resume=False, fresh=True)
        assert run_all(plan, tmp_path)[0]
    assert len(list(whole.rglob("0*.png"))) > 48
    assert run_all(plan, tmp_path, resume=True)[0]
    assert len(list(whole.rglob("0*.png"))) == 48


@pytest.mark.parametrize("text", ["", "\0" * 500, '{"format": 1, "fin'])
def test_a_run_whose_manifest_a_power_cut_has_torn_can_be_started_anew(
    text: str, plan: RenderPlan, whole: Path, tmp_path: Path
) -> None:
    (whole / "run.json").write_text(text)
    with pytest.raises(RunError, match="--fresh"):
        run_all(plan, tmp_path)
    open_run(whole, plan, QuickBackend(), {}, resume=False, fresh=True)
    assert frames_of(tmp_path) == {}


def test_a_disk_that_is_not_there_is_said_in_words(
    plan: RenderPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glance.render.disk.free_bytes", lambda path: None)
    with pytest.raises(RunError, match="there is no disk"):
        check_space(tmp_path / "x", plan)


A_PROJECT = Project(song=Song(path="a.wav"))


def test_a_run_that_began_with_whole_steps_says_why_it_does_not_go_on() -> None:
    backend = "Forge, tiny.safetensors, settings 0123456789abcdef"
    before = {"format": 2, "fingerprint": "a", "backend": backend, "project": msgspec.to_builtins(A_PROJECT)}
    now = before | {"fingerprint": "b", "backend": backend + " and exact strength"}
    assert continuation(before, now).changes == (
        'backend: "settings 0123456789abcdef" -> "settings 0123456789abcdef and exact strength"',
    )
