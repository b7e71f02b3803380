"""What people on Windows and macOS meet on the command line and in their folders, as far as Linux can show it."""

from __future__ import annotations

import csv
import io
import socket
import subprocess
import sys
import unicodedata
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from glance.audio.stems import find_stems
from glance.cli.main import main
from glance.errors import BackendError, RunError
from glance.project.model import Project, Song
from glance.story.style_search import search_styles
from glance.story.styles import load_styles
from glance.system.platform import is_free_port
from tests.support.fake_webui_server import fake_webui
from tests.support.song_files import write_clicks

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLANCE_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("name", ["CON.mp4", "nul.mp4", "aux.x.mp4", "com1.mp4", "con"])
@pytest.mark.parametrize("verb", ["render", "preview", "plan"])
def test_a_devices_name_is_refused_before_the_song_is_heard(
    verb: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    song = write_clicks(tmp_path / "song.wav", duration_s=2.0, every_s=0.5)
    assert main([verb, str(song), "-o", str(tmp_path / name)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("glance: -o: ")
    assert "Windows keeps the name" in said
    assert "listening" not in said
    assert len(said.strip().splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["song.wav"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["schedules", "song.wav", "--plot", "nul.png"],
        ["export", "song.glance.json", "--deforum", "con.txt"],
        ["render", "song.wav", "--run", "aux"],
        ["styles", "--sheet", "lpt1.png"],
    ],
)
def test_every_file_and_folder_that_a_verb_makes_is_looked_at_first(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert "Windows keeps the name" in capsys.readouterr().err


def test_a_sign_that_windows_does_not_take_is_named_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("glance.system.names.WINDOWS", True)
    song = write_clicks(tmp_path / "song.wav", duration_s=2.0, every_s=0.5)
    assert main(["render", str(song), "-o", str(tmp_path / "a:b.mp4")]) == 1
    assert "Windows does not take the sign ':'" in capsys.readouterr().err


def test_a_table_has_no_empty_line_after_every_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    song = write_clicks(tmp_path / "song.wav", duration_s=4.0, every_s=0.5)
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\r\n")
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["schedules", str(song), "--fps", "4"]) == 0
    stream.flush()
    written = stream.buffer.getvalue()  # type: ignore[attr-defined]
    assert b"\r\r" not in written
    rows = list(csv.reader(io.StringIO(written.decode(), newline="")))
    assert len(rows) == 17
    assert len({len(row) for row in rows}) == 1


@pytest.mark.parametrize("encoding", ["cp1252", "cp949", "cp437", "ascii"])
def test_a_path_in_a_pipe_names_the_file_in_every_alphabet(encoding: str, tmp_path: Path) -> None:
    import os

    folder = tmp_path / "노래 방"
    folder.mkdir()
    write_clicks(folder / "노래.wav", duration_s=2.0, every_s=0.5)
    done = subprocess.run(
        [sys.executable, "-m", "glance", "plan", str(folder / "노래.wav")],
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT), "GLANCE_CACHE": str(tmp_path / "c")},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.decode("utf-8").strip()
    assert Path(printed).is_file()


def test_a_free_port_is_found_without_knocking_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: Any) -> None:
        pytest.fail("connected")

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(socket.socket, "connect", connect)
        monkeypatch.setattr(socket.socket, "connect_ex", connect)
        assert not is_free_port("127.0.0.1", port)
    assert is_free_port("127.0.0.1", port)


def test_what_systems_leave_in_folders_is_no_style_no_stem_and_no_foreign_picture(tmp_path: Path) -> None:
    for name in ("._mine.json", ".DS_Store", "Thumbs.db", "desktop.ini", "._drums.wav"):
        (tmp_path / name).write_bytes(b"\0\5\x16\7")
    (tmp_path / "vocals.wav").write_bytes(b"x")
    assert load_styles(tmp_path).keys() == load_styles().keys()
    assert find_stems(tmp_path).files.keys() == {"vocals"}


def test_a_folder_that_only_the_system_wrote_to_is_an_empty_one(tmp_path: Path) -> None:
    from glance.audio.analysis import analyse
    from glance.project.compile import compile_plan
    from glance.project.director import DirectorOptions, direct, story_sections
    from glance.project.model import Output
    from glance.render.run_folder import open_run
    from glance.story.writer import StoryWriter
    from tests.support.quick_backend import QuickBackend

    song = write_clicks(tmp_path / "song.wav", duration_s=2.0, every_s=0.5)
    heard = analyse(song)
    story = StoryWriter(None).write_storyboard("", story_sections(heard), 1, ("still",))
    project = direct(heard, song, DirectorOptions(output=Output(width=64, height=64, fps="4")), story, load_styles())
    plan = compile_plan(project, heard, load_styles())
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / ".DS_Store").write_bytes(b"x")
    open_run(folder, plan, QuickBackend(), {}, resume=False)
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.png").write_bytes(b"x")
    with pytest.raises(RunError, match="other files"):
        open_run(other, plan, QuickBackend(), {}, resume=False)


def test_words_that_a_mac_took_apart_find_what_they_name(tmp_path: Path) -> None:
    styles = load_styles()
    apart = unicodedata.normalize("NFD", "수채화")
    assert apart != "수채화"
    assert search_styles(styles, apart) == search_styles(styles, "수채화")
    (tmp_path / unicodedata.normalize("NFD", "드럼.wav")).write_bytes(b"x")
    assert find_stems(tmp_path).files.keys() == {"drums"}


def test_a_song_from_a_mac_keeps_its_letters_in_its_title(tmp_path: Path) -> None:
    from glance.app.projects import ProjectStore

    shelf = ProjectStore(tmp_path)
    identity = shelf.create(unicodedata.normalize("NFD", "노래 é.wav"), b"")
    assert shelf.load(identity).title == "노래 é"


def test_a_projects_folder_may_be_named_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from glance.app.projects import ProjectStore

    monkeypatch.chdir(tmp_path)
    shelf = ProjectStore(Path("videos"))
    assert Path(shelf.load(shelf.create("a.wav", b"x")).song.path).read_bytes() == b"x"


def test_windows_is_given_a_folder_with_an_end_so_that_it_starts_no_program_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    from glance.app.http import open_folder

    opened: list[str] = []
    monkeypatch.setattr(os, "startfile", opened.append, raising=False)
    open_folder(tmp_path)
    assert opened == [str(tmp_path) + os.sep]


def test_every_kind_of_file_has_its_line_ends_said() -> None:
    lines = (ROOT / ".gitattributes").read_text(encoding="utf-8").split("\n")
    assert "* text=auto eol=lf" in lines
    binary = {line.split()[0].removeprefix("*") for line in lines if line.endswith(" binary")}
    rooms = ("glance", "docs", "javascript", "localizations", "tests", ".ci", ".github")
    for path in (path for room in rooms for path in (ROOT / room).rglob("*") if path.is_file()):
        if "__pycache__" in path.parts or path.suffix in binary:
            continue
        data = path.read_bytes()
        assert b"\0" not in data, f"{path.suffix} is a binary kind that .gitattributes does not name"
        assert b"\r\n" not in data, path


def test_a_project_with_a_theme_from_a_mac_is_read_as_whole_letters(tmp_path: Path) -> None:
    from glance.cli.options import _styles_asked_for

    found, words = _styles_asked_for(
        [unicodedata.normalize("NFD", "수채화"), unicodedata.normalize("NFD", "é ü ö")], load_styles()
    )
    assert len(found) == 1
    assert words == "é ü ö"
    assert Project(song=Song(path="a")).theme == ""


def test_localhost_is_first_looked_for_where_webuis_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    from glance.backends.sdapi.client import JsonClient

    asked: list[str] = []
    real = socket.create_connection

    def connect(address: tuple[str, int], *arguments: Any, **options: Any) -> socket.socket:
        asked.append(address[0])
        return real(address, *arguments, **options)

    monkeypatch.setattr(socket, "create_connection", connect)
    with fake_webui() as server, closing(JsonClient(server.url.replace("127.0.0.1", "localhost"))) as client:
        assert client.get("/sdapi/v1/options")
        assert asked == ["127.0.0.1"]
    with closing(JsonClient("http://localhost:9", patience_s=0.0)) as client, pytest.raises(BackendError):
        client.get("/sdapi/v1/options")
    # With no patience, an idle connection's one more try at once.
    assert asked[1:3] == ["127.0.0.1", "localhost"]


def test_windows_second_key_for_stopping_is_a_wish_to_stop_too(monkeypatch: pytest.MonkeyPatch) -> None:
    import signal

    from glance.cli.render import stop_on_interrupt

    monkeypatch.setattr(signal, "SIGBREAK", signal.SIGTERM, raising=False)
    before = signal.getsignal(signal.SIGTERM)
    with stop_on_interrupt() as stopped:
        signal.raise_signal(signal.SIGTERM)
        assert stopped.is_set()
        # The next one ends the program, as it would without GLANCE.
        assert signal.getsignal(signal.SIGTERM) == before
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) == before
