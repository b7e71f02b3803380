"""What GLANCE 0.1 has saved opens: its projects, the runs it has begun, and the analyses it has kept.

`tests/data/begun_by_0.1` was written by that version: a project, its song, and a run that was stopped after four of its
sixteen frames; in `run.json`, `{folder}` stands for the folder it was made in.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from glance.audio.analysis import analyse
from glance.audio.cache import cache_path, load
from glance.audio.decode import song_hash
from glance.cli import main
from glance.project.compile import compile_plan
from glance.project.files import load_project, parse_project, project_json
from glance.project.validate import problems_of
from glance.render.manifest import continuation, manifest_of
from glance.story.styles import load_styles
from tests.support.quick_backend import QuickBackend
from tests.support.song_files import write_clicks

BEGUN = Path(__file__).parents[1] / "data" / "begun_by_0.1"
NOTE = "begun by an earlier version"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder as it was left, in the place it was made in."""
    return begun_in(tmp_path / "a", tmp_path / "a")


def begun_in(folder: Path, made_in: Path) -> Path:
    shutil.copytree(BEGUN, folder)
    note = folder / "lighthouse.run" / "run.json"
    note.write_text(note.read_text("utf-8").replace("{folder}", made_in.as_posix()), encoding="utf-8")
    return folder


def render(folder: Path, *options: str) -> int:
    return main(["render", str(folder / "lighthouse.glance.json"), "-o", str(folder / "lighthouse.mp4"), *options])


def frames(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "lighthouse.run" / "frames").iterdir()}


def change(path: Path, **fields: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fields), encoding="utf-8")


def test_a_project_opens_with_all_that_was_in_it(folder: Path) -> None:
    path = folder / "lighthouse.glance.json"
    project = load_project(path)
    saved = json.loads(path.read_text("utf-8"))
    kept = json.loads(project_json(project))
    for name in set(saved) - {"song", "scenes", "reactions", "look", "output"}:
        assert kept[name] == saved[name], name
    now_there = [kept["look"], kept["output"], *kept["scenes"], *kept["reactions"]]
    there_then = [saved["look"], saved["output"], *saved["scenes"], *saved["reactions"]]
    for now, before in zip(now_there, there_then, strict=True):
        assert now.items() >= before.items()
    assert parse_project(project_json(project)) == project
    assert problems_of(project, analyse(Path(project.song.path)), load_styles()) == []


@pytest.mark.parametrize("moved", [False, True], ids=["in its place", "moved with its song"])
def test_a_run_goes_on_with_what_is_there_and_says_so(
    tmp_path: Path, moved: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = begun_in(tmp_path / "a", tmp_path / ("b" if moved else "a"))
    before = frames(folder)
    assert len(before) == 4
    assert render(folder, "--resume") == 0
    assert NOTE in capsys.readouterr().err
    after = frames(folder)
    assert len(after) == 16
    assert after.items() >= before.items()
    assert (folder / "lighthouse.mp4").is_file()
    assert render(folder, "--resume") == 0
    assert NOTE not in capsys.readouterr().err
    assert frames(folder) == after


def test_a_run_is_not_drawn_over_without_a_word(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = frames(folder)
    assert render(folder) == 1
    assert "unfinished run (4 of 16 frames)" in capsys.readouterr().err
    assert frames(folder) == before


def test_a_run_of_a_project_that_was_changed_is_refused_with_the_change(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = frames(folder)
    change(folder / "lighthouse.glance.json", seed=13)
    assert render(folder, "--resume") == 1
    assert "seed: 12 -> 13" in capsys.readouterr().err
    assert frames(folder) == before


def test_a_run_of_a_song_that_was_exchanged_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = frames(folder)
    (folder / "song.flac").unlink()
    write_clicks(folder / "song.flac", duration_s=4.0, every_s=0.25)
    assert render(folder, "--resume") == 1
    assert "cannot go on" in capsys.readouterr().err
    assert frames(folder) == before


def test_a_run_of_another_part_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = frames(folder)
    assert render(folder, "--resume", "--end", "0:02") == 1
    assert "n_frames: 16 -> 8" in capsys.readouterr().err
    assert frames(folder) == before


@pytest.mark.parametrize(
    ("fields", "goes_on"),
    [
        ({}, True),
        ({"backend": "painter 1, composed pictures"}, True),
        ({"backend": "painter 2, start picture 0123456789abcdef"}, False),
        ({"backend": "A1111 v1.10.1, model, settings 0011"}, False),
        ({"format": 2}, False),
        ({"format": 0}, False),
        ({"size": [64, 128]}, False),
        ({"project": {"song": {"path": "song.flac", "hash": "0" * 64}}}, False),
        ({"project": {}}, False),
    ],
)
def test_only_a_run_of_format_1_with_the_same_project_song_and_backend_goes_on(
    folder: Path, fields: dict[str, Any], goes_on: bool
) -> None:
    project = load_project(folder / "lighthouse.glance.json")
    plan = compile_plan(project, analyse(Path(project.song.path)))
    now = manifest_of(plan, QuickBackend(identity="painter 9, composed pictures"), msgspec.to_builtins(project))
    before = json.loads((folder / "lighthouse.run" / "run.json").read_text("utf-8")) | fields
    decided = continuation(before, now)
    assert bool(decided.note) == goes_on
    assert bool(decided.changes) != goes_on
    assert continuation(json.loads(json.dumps(now)), now) == type(decided)()


@pytest.mark.parametrize(
    ("before", "now", "goes_on"),
    [
        ("WebUI API, anime.safetensors, settings aa", "WebUI API, anime.safetensors, settings bb", True),
        ("WebUI API, anime.safetensors, settings aa", "WebUI API, photo.safetensors, settings aa", False),
        ("A1111 v1.9.4, anime.safetensors, settings aa", "A1111 v1.10.1, anime.safetensors, settings bb", True),
        ("A1111 v1.9.4, anime.safetensors, settings aa", "Forge v1.10.1, anime.safetensors, settings aa", False),
    ],
)
def test_another_model_is_another_run_and_a_newer_webui_is_not(
    folder: Path, before: str, now: str, goes_on: bool
) -> None:
    project = load_project(folder / "lighthouse.glance.json")
    plan = compile_plan(project, analyse(Path(project.song.path)))
    old = json.loads((folder / "lighthouse.run" / "run.json").read_text("utf-8")) | {"backend": before}
    assert (
        bool(continuation(old, manifest_of(plan, QuickBackend(identity=now), msgspec.to_builtins(project))).note)
        == goes_on
    )


def test_an_analysis_that_was_kept_opens_or_is_made_anew_without_a_word(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    song = folder / "song.flac"
    known = song_hash(song)
    old = BEGUN / "analysis.npz"
    fresh = analyse(song)
    cache = tmp_path / "kept"
    made = analyse(song, cache=cache)
    (place,) = cache.glob("*.npz")
    assert place.parent == cache_path(cache, known).parent
    shutil.copy(old, place)
    loaded = load(place, known)
    assert loaded is None or loaded.song_hash == known
    again = analyse(song, cache=cache)
    assert np.array_equal(again.beats_s, fresh.beats_s)
    assert np.array_equal(made.beats_s, fresh.beats_s)
    assert load(place, known) is not None
    assert capfd.readouterr() == ("", "")
