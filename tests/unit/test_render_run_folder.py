"""A run folder that a crash, an editor, a second render or a person has been in."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from glance.cli import main
from glance.errors import RunError
from glance.project.plan import RenderPlan
from glance.render.claim import claimed
from glance.render.run_folder import RunFolder, open_run
from glance.video.still import write_png
from tests.quick_backend import QuickBackend
from tests.unit.test_render_loop import ROOT, a_plan, frames_of, run_all


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
        "import sys, time; from pathlib import Path; from glance.render.claim import claimed\n"
        "with claimed(Path(sys.argv[1])): Path(sys.argv[2]).touch(); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(folder), str(holding)], cwd=ROOT)
    try:
        deadline = time.monotonic() + 30
        while not holding.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        with pytest.raises(RunError, match="another GLANCE"), claimed(folder):
            pass
    finally:
        process.kill()
        process.wait()
    with claimed(folder):  # a crash has let go of it
        pass
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".lock")]
