"""The command line on bad days: nothing of a person's is overwritten, and no mistake ends in a traceback."""

from __future__ import annotations

import errno
import io
import json
import shutil
import sys
from pathlib import Path

import pytest

from glance.cli import main
from glance.errors import ProjectError
from glance.project.files import save_project
from glance.project.model import Project, Song
from tests.support.chat_server import chat_server, fail, say
from tests.support.song_files import write_clicks
from tests.unit.cli.test_verbs import refused

SMALL = ["--size", "64x64", "--fps", "2"]


def test_a_video_never_takes_the_place_of_what_it_is_made_from(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = shutil.copy(song, tmp_path / "film.mp4")  # a song may be the sound of a video
    before = film.read_bytes()
    assert main(["plan", str(film)]) == 0
    project = str(tmp_path / "film.glance.json")
    for verb, path in (("render", str(film)), ("render", project), ("preview", project)):
        told = refused(capsys, verb, path, "-o", str(film), *SMALL)
        assert "overwrite" in told
        assert "-o" in told
    assert "overwrite" in refused(capsys, "render", project, *SMALL), "the default name is the song's"
    assert film.read_bytes() == before


def test_a_project_that_was_worked_on_survives_another_render_of_its_song(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    video, project = tmp_path / "v.mp4", tmp_path / "v.glance.json"
    assert main(["render", str(song), "-o", str(video), *SMALL]) == 0
    assert main(["render", str(song), "-o", str(video), *SMALL]) == 0
    assert [path.name for path in tmp_path.glob("*.glance.json")] == ["v.glance.json"], "an equal one needs no copy"
    mine = project.read_text().replace('"theme": ""', '"theme": "hours of work"')
    project.write_text(mine)
    assert main(["render", str(song), "-o", str(video), *SMALL, "--seed", "2"]) == 0
    assert (tmp_path / "v.1.glance.json").read_text() == mine
    assert "v.1.glance.json" in capsys.readouterr().err
    project.write_text("{half a proj")
    assert main(["render", str(song), "-o", str(video), *SMALL, "--seed", "3"]) == 0
    assert (tmp_path / "v.2.glance.json").read_text() == "{half a proj"


def test_a_story_of_a_language_model_is_resumed_not_told_again(song: Path, tmp_path: Path) -> None:
    scene = {"subject": "a red kite diving", "setting": "over a grey harbour", "composition": "wide shot"}
    answer = say(json.dumps({"concept": "c", "palette": ["#aa0000"], "scenes": [scene]}))
    video = tmp_path / "v.mp4"
    with chat_server(answer, answer, answer, fail(500)) as chat:
        command = ["render", str(song), "-o", str(video), *SMALL, "--llm", chat.url, "--model", "tiny"]
        assert main(command) == 0
        asked = len(chat.requests)
        (tmp_path / "v.run" / "frames" / "000007.png").unlink()
        told = (tmp_path / "v.glance.json").read_text()
        assert main([*command, "--resume"]) == 0
        assert len(chat.requests) == asked
    assert (tmp_path / "v.glance.json").read_text() == told


@pytest.mark.parametrize("verb", ["plan", "render", "preview"])
def test_a_folder_or_nothing_in_place_of_a_song_is_said_in_words(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("", ".", str(tmp_path), "/"):
        assert "folder" in refused(capsys, verb, name)


def test_addresses_that_are_none_are_said_in_words(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "p.glance.json"
    assert main(["plan", str(song), "-o", str(project)]) == 0
    for address in ("http://[", "http://127.0.0.1:99999", "http://me:secret@host:port"):
        told = refused(capsys, "render", str(project), "-o", str(tmp_path / "v.mp4"), "--backend", address)
        assert "http://127.0.0.1:7860" in told
        assert "secret" not in told
        assert "http://localhost:8080/v1" in refused(capsys, "prompt", "finger", "--llm", address)


def test_every_whole_number_is_a_seed(song: Path, tmp_path: Path) -> None:
    for seed in ("-5", "99999999999999999999999999"):
        video = tmp_path / f"{seed}.mp4"
        assert main(["render", str(song), "-o", str(video), *SMALL, "--end", "1", f"--seed={seed}"]) == 0
        assert video.is_file()


def test_a_part_without_a_frame_is_no_video(song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for part in (["--end", "0"], ["--start", "3", "--end", "3"], ["--start", "3", "--end", "1"], ["--start", "99999"]):
        told = refused(capsys, "render", str(song), "-o", str(tmp_path / "v.mp4"), *SMALL, *part)
        assert "expected a part of the song's 4.00 s" in told


def test_a_port_that_is_none_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for port in ("0", "-1", "99999"):
        assert "65535" in refused(capsys, "studio", "--no-browser", "--folder", str(tmp_path), f"--port={port}")


def test_an_account_without_a_home_can_use_every_verb(
    song: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    for name in ("GLANCE_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    assert main(["analyse", str(song)]) == 0
    assert "--folder" in refused(capsys, "studio", "--no-browser")


def test_a_terminal_of_another_alphabet_gets_the_list_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp1252"))
    assert main(["styles", "--search", "baroque"]) == 0
    sys.stdout.flush()
    assert b"baroque" in raw.getvalue()


def test_a_name_that_is_no_text_is_said_in_words(tmp_path: Path) -> None:
    project = Project(song=Song(path=str(tmp_path / "bad\udcff.wav")))  # as Linux gives names that are only bytes
    with pytest.raises(ProjectError, match=r"udcff.*rename the file"):
        save_project(project, tmp_path / "p.glance.json")
    assert list(tmp_path.iterdir()) == []


def test_a_project_of_a_song_and_one_scene_is_drawn(song: Path, tmp_path: Path) -> None:
    project = tmp_path / "short.glance.json"
    output = {"width": 64, "height": 64, "fps": "2"}
    project.write_text(json.dumps({"song": {"path": str(song)}, "scenes": [{"prompt": "a boat"}], "output": output}))
    assert main(["render", str(project), "--end", "1"]) == 0
    assert (tmp_path / "short.mp4").is_file()


def test_a_picture_that_is_none_is_said_before_the_song_is_heard(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refused(capsys, "plan", str(song), "-o", str(tmp_path / "p.glance.json"), "--image", __file__)
    assert "expected a picture" in told
    assert "listening" not in told


@pytest.mark.parametrize("verb", [["plan"], ["render", *SMALL], ["preview"], ["schedules"], ["schedules", "--prompts"]])
def test_a_folder_of_styles_that_is_not_there_is_said_before_the_song_is_heard(
    verb: list[str], song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = shutil.copy(song, tmp_path / "mine.wav")
    told = refused(capsys, *verb, str(mine), "--styles-folder", str(tmp_path / "stlyes"))
    assert told.startswith("glance: --styles-folder: expected a folder")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.wav"]


def test_the_list_of_styles_asks_for_a_folder_that_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--styles-folder: expected a folder" in refused(capsys, "styles", "--styles-folder", str(tmp_path / "nil"))


def test_lyrics_and_wishes_for_a_project_that_is_planned_are_not_ignored_without_a_word(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, lyrics = tmp_path / "p.glance.json", tmp_path / "words.txt"
    lyrics.write_text("la la la\nno times at all\n")
    assert main(["plan", str(song), "-o", str(project)]) == 0
    capsys.readouterr()
    assert main(["schedules", str(project)]) == 0
    assert capsys.readouterr().err == ""
    assert main(["schedules", str(project), "--lyrics", str(lyrics), "--theme", "a kite"]) == 0
    assert "p.glance.json is planned already, so --lyrics, --theme will not change it" in capsys.readouterr().err
    lyrics.write_bytes(b"\x00\x01\x02")
    assert "no line with a time" in refused(capsys, "schedules", str(song), "--lyrics", str(lyrics))


@pytest.mark.parametrize("name", ["curves.txt", "curves", "curves.jpg"])
def test_a_plot_is_a_png_and_nothing_else(
    name: str, song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refused(capsys, "schedules", str(song), "--plot", str(tmp_path / name))
    assert "--plot: expected the name of a picture such as curves.png" in told
    assert "listening" not in told
    assert "--sheet: expected" in refused(capsys, "styles", "--sheet", str(tmp_path / name))
    assert list(tmp_path.iterdir()) == []


def test_an_exchanged_song_is_noticed(song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.wav"
    shutil.copy(song, mine)
    assert main(["plan", str(mine)]) == 0
    project = str(tmp_path / "mine.glance.json")
    capsys.readouterr()
    assert main(["schedules", project]) == 0
    assert "is not the file" not in capsys.readouterr().err
    write_clicks(mine, duration_s=3.0, every_s=0.5)
    assert main(["schedules", project]) == 0
    assert "mine.wav is not the file that mine.glance.json was made for" in capsys.readouterr().err


def test_a_project_in_another_encoding_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "p.glance.json"
    path.write_text('{"song": {"path": "song.mp3"}}', encoding="utf-16")
    assert "save it as UTF-8" in refused(capsys, "render", str(path))


class _Full(io.RawIOBase):
    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_behind_a_pipe_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(_Full(), encoding="utf-8", write_through=True))  # type: ignore[type-var]
    assert main(["channels"]) == 1
    assert "this computer refused: No space left" in capsys.readouterr().err
