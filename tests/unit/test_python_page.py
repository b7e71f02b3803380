"""docs/python.md is run, from its first line to its last; so is the example of the README."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from glance.backends import registry
from tests.support.song_files import write_clicks

ROOT = Path(__file__).parents[2]


def blocks(document: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / document).read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def song_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a short `song.mp3` in it, to work in; backends that are registered are gone afterwards."""
    write_clicks(tmp_path / "song.mp3", duration_s=8.0, every_s=0.5)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(registry, "_KINDS", dict(registry._KINDS))
    return tmp_path


def test_the_page_about_python_runs(song_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    found = blocks("docs/python.md")
    assert len(found) >= 6
    for block in found:
        exec(compile(block, "docs/python.md", "exec"), names)
    told = capsys.readouterr().out
    assert "120.0 BPM, 16 beats" in told
    assert "did you mean `kick`" in told
    assert (song_folder / "song.glance.json").is_file()
    assert (song_folder / "song.mp4").is_file()


def test_what_the_front_door_offers_stands_on_the_page() -> None:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    for name in (
        "analyse",
        "direct",
        "load_project",
        "save_project",
        "compile_plan",
        "register_backend",
        "GlanceError",
    ):
        assert f"`{name}`" in text or re.search(rf"import .*\b{name}\b", text), name


def test_the_example_in_the_readme_makes_a_video(song_folder: Path) -> None:
    (example,) = blocks("README.md")
    exec(compile(example, "README.md", "exec"), {})
    assert (song_folder / "song.mp4").is_file()
