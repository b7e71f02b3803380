"""Project files: whole or not at all, versioned, and with errors that name the field."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import msgspec
import pytest

from glance.errors import ProjectError
from glance.project.files import load_project, parse_project, project_json, save_project
from glance.project.model import Guide, Look, Project, Reaction, Scene, Song
from glance.schedule.reactions import AmplitudeMap


def a_project(song: str = "/music/song.wav") -> Project:
    return Project(
        song=Song(path=song, hash="ab"),
        theme="등대와 바다",
        scenes=(Scene(prompt="a lighthouse"), Scene(start="4bar", prompt="the sea", camera="orbit")),
        curves={"zoom": "0:(1.0), 4bar:(1.02, ease_in_out_sine)"},
        reactions=(Reaction(channel="strength", map=AmplitudeMap("kick", 0.8, 0.4)),),
        look=Look(guides=(Guide(at="10s", picture="/music/cover.png"),)),
    )


def test_a_saved_project_loads_as_it_was(tmp_path: Path) -> None:
    project = a_project(str(tmp_path / "song.wav"))
    save_project(project, tmp_path / "a.glance.json")
    assert load_project(tmp_path / "a.glance.json") == project


def test_a_project_moves_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    save_project(a_project(str(tmp_path / "here" / "song.wav")), tmp_path / "here" / "a.glance.json")
    assert json.loads((tmp_path / "here" / "a.glance.json").read_text())["song"]["path"] == "song.wav"
    (tmp_path / "here").rename(tmp_path / "there")
    assert load_project(tmp_path / "there" / "a.glance.json").song.path == str(tmp_path / "there" / "song.wav")


def test_korean_stays_readable_in_the_file() -> None:
    assert "등대와 바다" in project_json(a_project())


def test_a_song_alone_is_a_project() -> None:
    assert parse_project('{"song": {"path": "a.wav"}}').scenes == (Scene(),)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"scenes": [{"motion": "fast"}]}, "scenes[0].motion", "float"),
        ({"scenes": [{"promt": "x"}]}, "scenes[0].promt", "did you mean `prompt`"),
        ({"lok": {}}, "lok", "did you mean `look`"),
        ({"scenes": [{"reactivity": "extreme"}]}, "scenes[0].reactivity", "extreme"),
        ({"format": 99}, "format", "newer GLANCE"),
        ({"format": "one"}, "format", "whole number"),
        ({"song": {"path": "a.wav", "corrections": {"offset": 3}}}, "song.corrections.offset", "offset_ms"),
        ({"song": 3}, "song", "object"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, object], field: str, words: str) -> None:
    raw = msgspec.to_builtins(a_project()) | change
    with pytest.raises(ProjectError, match=words) as caught:
        parse_project(json.dumps(raw))
    assert caught.value.field == field


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"a": 1}', "[" * 100_000])
def test_what_is_no_project_is_refused_in_words(text: str) -> None:
    with pytest.raises(ProjectError):
        parse_project(text)


def test_a_missing_file_and_a_binary_file_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="there is no project file"):
        load_project(tmp_path / "none.glance.json")
    (tmp_path / "b.glance.json").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ProjectError, match="cannot be read as a project"):
        load_project(tmp_path / "b.glance.json")


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.glance.json"
    save_project(a_project(), path)
    before = path.read_bytes()

    def refuse(part: Path, path: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(ProjectError, match="cannot be saved"):
        save_project(msgspec.structs.replace(a_project(), theme="other"), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_project_that_cannot_be_saved_leaves_no_half_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProjectError, match="No space left"):
        save_project(a_project(), tmp_path / "p.glance.json")
    assert list(tmp_path.iterdir()) == []
