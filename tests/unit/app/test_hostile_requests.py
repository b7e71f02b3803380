"""The page's addresses under attack: every request gets a sentence, none a traceback, and nothing is lost."""

from __future__ import annotations

import json
import logging
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from glance.app.host import StandaloneHost
from glance.app.http import attachment
from glance.app.routes import attach
from glance.app.service import StudioService
from glance.app.takes import begin_take
from glance.project.files import load_project, save_project
from tests.support.asgi_client import Answer, ask

_OURS = {"X-Glance": "1"}


@pytest.fixture
def app(tmp_path: Path) -> Any:
    app = Starlette()
    attach(app, StudioService(StandaloneHost(tmp_path)))
    return app


@pytest.fixture
def identity(app: Any, song: Path) -> str:
    answer = ask(app, "POST", "/glance/v1/projects?name=song.wav", body=song.read_bytes(), headers=_OURS)
    return str(answer.json()["id"])


def refused(answer: Answer) -> str:
    """Return what a refusal says."""
    assert answer.status == 400, answer
    said: str = answer.json()["detail"]
    assert "broke here" not in said
    return said


@pytest.mark.parametrize(
    "path",
    [
        "files/%00",
        "files/" + "x" * 5000,
        "files/..%2f..%2fetc%2fpasswd",
        "files//etc/passwd",
        "pictures/%C2%B2/0.jpg",
        "pictures/1/" + "9" * 5000 + ".jpg",
        "pictures/1/-1/to-send",
        "takes/" + "9" * 5000 + "/video",
        "takes/-1/video",
        "takes/%D9%A3/video",
    ],
)
def test_names_and_numbers_that_are_none_are_said_in_words(app: Any, identity: str, path: str) -> None:
    refused(ask(app, "GET", f"/glance/v1/projects/{identity}/{path}"))


def test_no_name_gets_a_file_beside_the_pages_own(app: Any) -> None:
    for path in ("%00", "x" * 5000, "../pyproject.toml", "glance/__init__.py", "/etc/passwd"):
        refused(ask(app, "GET", f"/glance/static/{path}"))
    assert ask(app, "GET", "/glance/static/style.css").status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 5000,
        b"9" * 10_000,
        b'{"seed": NaN}',
        b'{"reach": 1e999}',
        b'{"seed": "one"}',
        b'{"reach": []}',
        b'{"words": null}',
        b'{"words": "\\ud800"}',
        b'{"words": "fox", "writer": {"server": "http://127.0.0.1:1", "model": "\\udfff"}}',
    ],
)
def test_json_that_makes_no_sense_is_said_in_words(app: Any, body: bytes) -> None:
    refused(ask(app, "POST", "/glance/v1/alternatives", body=body, headers=_OURS))


def test_a_project_of_the_page_may_hold_emoji_but_no_halves_of_them(app: Any, identity: str) -> None:
    revision = ask(app, "GET", f"/glance/v1/projects/{identity}").json()["revision"]
    whole = json.dumps(
        {"revision": revision, "tab": "mine", "project": {"song": {"path": "song.wav"}, "title": "\N{DOLPHIN}"}}
    )
    assert "\\ud83d" in whole
    path = f"/glance/v1/projects/{identity}/save"
    assert ask(app, "POST", path, body=whole.encode(), headers=_OURS).status == 200
    assert "no text" in refused(ask(app, "POST", path, body=whole.replace("\\udc2c", "").encode(), headers=_OURS))
    assert "list" in refused(ask(app, "POST", path, body=whole[:-1].encode() + b', "channels": 5}', headers=_OURS))
    nul = json.dumps({"project": {"song": {"path": "a\0b.wav"}}})
    assert "name" in refused(ask(app, "POST", path, body=nul.encode(), headers=_OURS))


def test_a_song_that_is_gone_is_said_in_words(app: Any, identity: str, tmp_path: Path) -> None:
    (tmp_path / identity / "song.wav").unlink()
    assert "song.wav" in refused(ask(app, "GET", f"/glance/v1/projects/{identity}/song"))


def test_a_range_of_five_thousand_digits_cannot_be_met(app: Any, identity: str) -> None:
    path = f"/glance/v1/projects/{identity}/song"
    assert ask(app, "GET", path, headers={"Range": f"bytes={'9' * 5000}-"}).status == 416


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def test_pictures_that_would_fill_the_memory_are_not_opened(app: Any) -> None:
    text = chunk(b"zTXt", b"glance_fingerprint\0\0" + zlib.compress(bytes(8_000_000)))
    many = (chunk(b"zTXt", b"k%d\0\0" % number + zlib.compress(bytes(1_000_000))) for number in range(80))
    for picture in (png(30_000, 30_000), png(8, 8, text), png(8, 8, *many)):
        assert "no picture" in refused(ask(app, "POST", "/glance/v1/origin", body=picture, headers=_OURS))


def test_a_title_cannot_write_headers(app: Any, identity: str, tmp_path: Path) -> None:
    path = tmp_path / identity / "project.glance.json"
    data = path.read_text().replace('"title": "song"', json.dumps("title") + ": " + json.dumps('노래\r\nX-Evil: 1"'))
    path.write_text(data, encoding="utf-8")
    answer = ask(app, "GET", f"/glance/v1/projects/{identity}/project.glance.json")
    assert answer.status == 200
    assert "x-evil" not in answer.headers
    assert "\n" not in answer.headers["content-disposition"]
    assert "filename*=UTF-8''%EB%85%B8%EB%9E%98" in answer.headers["content-disposition"]
    assert attachment("a.mp4") == "attachment; filename=\"a.mp4\"; filename*=UTF-8''a.mp4"


def test_a_project_with_work_in_it_is_not_thrown_away_for_a_song_that_cannot_be_read(
    app: Any, identity: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / identity
    begin_take(folder, load_project(folder / "project.glance.json"))
    (folder / "song.wav").write_bytes(b"a disk that was pulled out")
    with caplog.at_level(logging.ERROR):
        answer = ask(app, "POST", f"/glance/v1/projects/{identity}/listen", headers=_OURS)
        events = ask(app, "GET", f"/glance/v1/tasks/{answer.json()['id']}/events")
    assert '"status": "error"' in events.body.decode()
    assert (folder / "takes" / "001" / "project.glance.json").is_file()
    save_project(load_project(folder / "project.glance.json"), folder / "project.glance.json")
