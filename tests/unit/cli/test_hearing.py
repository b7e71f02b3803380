"""`glance analyse`: corrections and further sources on the command line, and in a project on the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from benchmarks.audio_truth import compose, write_wav
from glance.app.projects import ProjectStore
from glance.cli.main import main
from glance.errors import ProjectError
from glance.project.files import load_project, save_project, with_relative_paths
from glance.project.model import Project, Scene, Song


@pytest.fixture
def song(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GLANCE_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "song.wav"
    write_wav(path, compose("song", lambda beat: 120.0, (("kshbc", 6),)).signal)
    return path


def heard(capsys: pytest.CaptureFixture[str], *given: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["analyse", "--json", *given]) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def test_corrections_can_be_tried_on_the_command_line(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = heard(capsys, str(song))
    assert plain["tempo_bpm"] == pytest.approx(120, abs=0.3)
    assert heard(capsys, str(song), "--tempo-factor", "2")["tempo_bpm"] == pytest.approx(240, abs=1)
    half = np.array(heard(capsys, str(song), "--shift-beats", "0.5")["beats_s"])
    np.testing.assert_allclose(half[:10], np.array(plain["beats_s"])[:10] + 0.25, atol=0.005)
    moved = heard(capsys, str(song), "--bar-shift", "1")["downbeats_s"]
    assert set(moved) <= set(plain["beats_s"])
    assert not set(moved) & set(plain["downbeats_s"])
    tapped = heard(capsys, str(song), *(f"--tap={time}" for time in (1.0, 1.7, 2.4, 3.1)))
    assert tapped["tempo_bpm"] == pytest.approx(60 / 0.7, abs=0.1)


def test_a_correction_out_of_range_is_said_and_not_traced(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", str(song), "--shift-beats", "3"]) != 0
    assert "shift_beats" in capsys.readouterr().err


def test_how_sure_it_is_and_a_tables_envelopes_are_printed(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "curves.csv").write_text("time,glow\n0,0\n12,1\n")
    said = heard(capsys, str(song), "--table", str(tmp_path / "curves.csv"))
    assert 0 < said["confidence"]["beat"] <= 1
    assert said["confidence"]["passages"][0]["start_s"] == pytest.approx(said["beats_s"][0], abs=1e-3)
    assert max(said["envelopes"]["values"]["glow"]) > 0.9


def test_files_of_the_song_move_with_the_project(tmp_path: Path) -> None:
    names = {"path": "song.wav", "table": "curves.csv", "tracker": "beats.onnx"}
    song = Song(**{field: str(tmp_path / name) for field, name in names.items()}, features=("pitch",))
    project = Project(song=song, scenes=(Scene(start="0s", prompt="a"),))
    written = with_relative_paths(project, tmp_path).song
    assert {field: getattr(written, field) for field in names} == names
    save_project(project, tmp_path / "song.glance.json")
    assert load_project(tmp_path / "song.glance.json").song == song


@pytest.mark.parametrize("field", ["table", "tracker"])
def test_the_page_reads_no_file_outside_the_projects_folder(tmp_path: Path, field: str) -> None:
    shelf = ProjectStore(tmp_path / "shelf")
    identity = shelf.create("song.wav", b"sound")
    project = shelf.load(identity)
    song = msgspec.structs.replace(project.song, path="song.wav", **{field: "../../x.onnx"})
    wrong = msgspec.structs.replace(project, song=song)
    with pytest.raises(ProjectError, match="outside the project"):
        shelf.save(identity, json.dumps(msgspec.to_builtins(wrong)))
