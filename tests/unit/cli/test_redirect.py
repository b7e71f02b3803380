"""`glance redirect`, and what `glance sync` says of sections."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from glance.cli.main import main
from glance.cli.sync_report import sync_report
from glance.media.video_writer import VideoWriter
from glance.project.files import load_project, save_project
from glance.project.model import Project, Scene, Song
from tests.conftest import heard


def old_project(song: Path, folder: Path) -> Path:
    path = folder / "mine.glance.json"
    save_project(Project(song=Song(path=str(song)), scenes=(Scene(prompt="a house", locked=True),)), path)
    return path


def test_a_project_is_redirected_beside_itself_and_stays_as_it_is(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = old_project(song, tmp_path)
    before = old.read_bytes()
    assert main(["redirect", str(old)]) == 0
    new = tmp_path / "mine.moved.glance.json"
    said = capsys.readouterr()
    assert said.out.strip() == str(new)
    assert "1 locked scenes keep" in said.err
    assert old.read_bytes() == before
    assert load_project(new).reactions[0].parts
    assert load_project(new).scenes[0].prompt == "a house"
    assert main(["redirect", str(old)]) != 0  # the new one is there already
    assert main(["redirect", str(old), "-o", str(old)]) != 0
    assert old.read_bytes() == before


def test_a_song_is_no_project_to_redirect(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["redirect", str(song)]) != 0
    assert "glance plan" in capsys.readouterr().err


def test_a_chorus_that_sleeps_is_named(tmp_path: Path) -> None:
    analysis = heard(36.0)  # 12 s of each section, the chorus in the middle with a hit on every beat
    shade = np.full(36 * 12, 100.0)
    for start, step in ((0, 20.0), (24 * 12, 15.0)):
        shade[start + 3 : start + 12 * 12 : 6] += step
    path = tmp_path / "v.mp4"
    with VideoWriter(path, fps=Fraction(12), size=(64, 64)) as writer:
        for value in shade:
            writer.write(np.full((64, 64, 3), round(value), dtype=np.uint8))
    text = sync_report(path, analysis)
    lines = text.splitlines()
    assert "calmer than the song's middle" in next(line for line in lines if "chorus" in line)
    assert sum("calmer" in line for line in lines) == 1
    assert "rank correlation -" in lines[-1]
    assert "over 3 sections" in lines[-1]


def test_a_video_of_one_section_gets_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "v.mp4"
    with VideoWriter(path, fps=Fraction(12), size=(64, 64)) as writer:
        for value in range(60):
            writer.write(np.full((64, 64, 3), 100 + value % 7, dtype=np.uint8))
    assert len(sync_report(path, heard(36.0)).splitlines()) == 1
