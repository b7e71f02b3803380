"""Files as people name and drop them: links refused at once, quotes and file:// read, contents judged, nothing late."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PIL import Image

from glance.app.projects import ProjectStore
from glance.cli.main import main
from glance.errors import GlanceError, ProjectError, ScheduleError
from glance.interop.deforum.reader import import_any
from glance.project.analyses import AnalysisCache
from glance.project.file_names import path_of
from glance.project.files import load_project, save_project
from glance.project.model import Look, Project, Scene, Song
from glance.project.validate import faults
from glance.schedule.curve import evaluate
from glance.schedule.parse import parse_schedule
from tests.unit.media.test_image_reader import heic

ADDRESSES = (
    "https://example.org/watch?v=abc",
    "http://example.org/song.mp3",
    "HTTPS://EXAMPLE.ORG/a.wav",
    "<https://example.org/a>",
    '"https://example.org/a b.mp3"',
    "www.example.org/song.mp3",
    "youtu.be/abc",
    "open.spotify.com/track/1",
    "ftp://example.org/a.mp3",
)


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Note who listens to a song, and refuse it."""
    heard: list[object] = []

    def listen(*arguments: object, **named: object) -> None:
        heard.append(arguments)
        raise GlanceError("listened")

    monkeypatch.setattr("glance.project.analyses.analyse", listen)
    return heard


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("verb", ["render", "analyse", "plan", "preview", "schedules", "sync"])
def test_a_link_is_no_song_in_any_verb(
    verb: str, address: str, deaf: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([verb, address]) == 1
    assert "GLANCE reads files, no web addresses: download" in capsys.readouterr().err
    assert deaf == []


@pytest.mark.parametrize("option", ["--lyrics", "--image", "--stems"])
def test_a_link_is_no_other_file_either(
    option: str, tmp_path: Path, deaf: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(tmp_path / "a.wav"), option, ADDRESSES[0]]) == 1
    assert "no web addresses" in capsys.readouterr().err
    assert deaf == []


def test_a_link_in_a_project_is_said_where_the_song_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "a.glance.json"
    save_project(Project(song=Song(path=ADDRESSES[1]), look=Look(start_image=ADDRESSES[0])), path)
    project = load_project(path)
    assert project.song.path == ADDRESSES[1]
    with pytest.raises(ProjectError, match="no web addresses"):
        AnalysisCache(lambda: tmp_path).hear(project)
    assert "no web addresses: download the picture" in str(next(iter(faults(project))))


@pytest.mark.parametrize("shape", ['"{}"', "'{}'", "“{}”", "file://{}", " {} "])
def test_a_name_as_file_managers_copy_it_is_read(tmp_path: Path, shape: str) -> None:
    song = tmp_path / "my song #1 100%.mp3"
    song.touch()
    text = song.as_uri() if shape.startswith("file:") else shape.format(song)
    assert path_of(text) == song
    found = import_any(json.dumps({"max_frames": 2, "add_soundtrack": "File", "soundtrack_path": text}))
    assert found.project.song.path == str(song)


@pytest.mark.parametrize("name", ["'quoted'.mp3", "song.com", "a.org.mp3", "www.mp3", "data:x.mp3"])
def test_a_file_that_is_there_is_taken_by_its_own_name(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    if name != "data:x.mp3":
        assert path_of(name).exists()
    assert path_of(f"./{name}").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        ["--size", "255x143"],
        ["--size", "0x0"],
        ["--size", "99999x99992"],
        ["--fps", "fast"],
        ["--fps", "29,97"],
        ["-o", "x.webm"],
        ["-o", "x"],
        ["--upscale", "9"],
        ["--llm", "nowhere"],
        ["--llm-patience", "0"],
        ["--image", "gone.png"],
    ],
)
def test_what_is_wrong_is_refused_before_the_song_is_listened_to(
    wrong: list[str], tmp_path: Path, deaf: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "song.wav").touch()
    before = sorted(tmp_path.iterdir())
    assert main(["render", "song.wav", *wrong]) == 1
    assert deaf == []
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("changes", [{"look": Look(start_image="gone.png")}, {"scenes": (Scene(motion=9.0),)}])
def test_a_projects_faults_are_told_before_its_song_is_listened_to(
    changes: dict[str, object], tmp_path: Path, deaf: list[object]
) -> None:
    save_project(Project(song=Song(path="a.wav"), **changes), tmp_path / "a.glance.json")
    assert main(["render", str(tmp_path / "a.glance.json")]) == 1
    assert deaf == []


WAVE = b"RIFF\0\0\0\0WAVEfmt " + bytes(40)


@pytest.mark.parametrize(
    "name",
    [
        *("song.mov", "song.mkv", "song.caf", "song.wv", "song.m4b", "song.mka", "song.weba", "song.avi", "song.oga"),
        *("song.mp2", "song .MP3", "song", "song.bounce", "노래 #1 100%.mp3", "song.html"),
    ],
)
def test_a_song_of_any_name_is_taken_and_stored_under_an_ending_that_no_browser_runs(tmp_path: Path, name: str) -> None:
    shelf = ProjectStore(tmp_path)
    path = Path(shelf.load(shelf.create(name, WAVE)).song.path)
    assert path.read_bytes() == WAVE
    assert path.suffix not in ("", ".html", ".bounce")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\x89PNG\r\n\x1a\n", "found a PNG picture"),
        (b"%PDF-1.4", "found a PDF"),
        (b"MThd\0\0", "MIDI file, which holds notes and no sound"),
        (b'{"song": {}}', "found a text"),
        (b"<!doctype html>", "found a web page"),
        (b"PK\3\4", "ZIP archive"),
        (b"", "an empty file"),
    ],
)
def test_what_is_no_song_is_refused_by_its_content(tmp_path: Path, data: bytes, told: str) -> None:
    with pytest.raises(ProjectError, match=told):
        ProjectStore(tmp_path).create("song.bin", data)


@pytest.mark.parametrize(
    "name", ["words.vtt", "words.ass", "words.sbv", "words.json", "words.tsv", "words.LRC", "words"]
)
def test_words_of_any_ending_are_taken(tmp_path: Path, name: str) -> None:
    shelf = ProjectStore(tmp_path)
    identity = shelf.create("a.wav", WAVE)
    assert shelf.add_file(identity, name, b"WEBVTT\n\n00:01.000 --> 00:02.000\nhello").startswith("lyrics/")


def test_pictures_are_judged_by_their_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = ProjectStore(tmp_path)
    identity = shelf.create("a.wav", WAVE)
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    picture = (tmp_path / "a.png").read_bytes()
    assert shelf.add_file(identity, "cover", picture).endswith(".png")
    assert shelf.add_file(identity, "cover.txt", picture).startswith("pictures/")
    assert shelf.add_file(identity, "IMG_1.JPG", heic()).startswith("pictures/")
    for name, data in (("cover.png", b"%PDF-1.4"), ("cover.png", b"<svg xmlns='x'/>"), ("cover.jpg", b"%!PS-Adobe")):
        with pytest.raises(ProjectError, match="this is a"):
            shelf.add_file(identity, name, data)
    photo = heic()
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(ProjectError, match="HEIC photo, as phones take them"):
        shelf.add_file(identity, "photo.heic", photo)
    with pytest.raises(ProjectError, match="does not look like a picture or a lyrics file"):
        shelf.add_file(identity, "run.exe", b"MZ\0\1\2")


def test_a_stem_without_stems_is_named_as_such() -> None:
    from glance.interop.deforum.schedule import still_signals

    for name in ("drums", "vocals_onset"):
        with pytest.raises(ScheduleError, match=f"`{name}` here; it is the name of a stem"):
            evaluate(parse_schedule(f"0:(0.5+{name})", "strength"), still_signals(10, 1))
