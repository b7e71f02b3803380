"""Programs over HTTP where GLANCE runs alone, and the one table that they share with the page."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from glance.app.access import Access, passwords_of
from glance.app.host import StandaloneHost
from glance.app.routes import ROUTES, VERSION, attach
from glance.app.service import StudioService
from tests.support.asgi_client import Answer, ask

V1 = "/glance/v1"
_ROOT = Path(__file__).parents[3]
_CURL = {"User-Agent": "curl/8"}
_PAGE = {"X-Glance": "1"}


@pytest.fixture
def service(tmp_path: Path) -> StudioService:
    return StudioService(StandaloneHost(tmp_path))


@pytest.fixture
def app(service: StudioService) -> Any:
    made = Starlette()
    attach(made, service)
    return made


def _ended(app: Any, task: Answer) -> dict[str, Any]:
    assert task.status == 200, task.body
    state = task.json()
    deadline = time.monotonic() + 60
    while state["status"] == "running" and time.monotonic() < deadline:
        time.sleep(0.02)
        state = ask(app, "GET", f"{V1}/tasks/{state['id']}", headers=_CURL).json()
    return dict(state)


def _prepared(app: Any, song: Path) -> tuple[str, dict[str, Any]]:
    identity = ask(app, "POST", f"{V1}/projects?name=clicks.wav", body=song.read_bytes(), headers=_CURL).json()["id"]
    assert _ended(app, ask(app, "POST", f"{V1}/projects/{identity}/listen", headers=_CURL))["status"] == "done"
    project = ask(app, "GET", f"{V1}/projects/{identity}", headers=_CURL).json()["project"]
    project["output"] |= {"width": 64, "height": 64, "fps": "2"}
    return identity, project


def test_a_program_makes_a_video_without_a_webui(app: Any, song: Path) -> None:
    identity, project = _prepared(app, song)
    kept = ask(app, "PUT", f"{V1}/projects/{identity}", data=project, headers=_CURL)
    assert kept.json()["output"]["width"] == 64
    state = _ended(app, ask(app, "POST", f"{V1}/projects/{identity}/render", headers=_CURL))
    assert state["status"] == "done", state
    assert ask(app, "GET", f"{V1}/projects/{identity}/takes/1/video", headers=_CURL).body[4:8] == b"ftyp"
    frame, same = (
        ask(app, "GET", f"{V1}/projects/{identity}/{path}", headers=_CURL).body
        for path in ("takes/1/frames/0", "pictures/1/0.jpg")
    )
    assert frame[:2] == b"\xff\xd8"
    assert frame == same
    assert [each["id"] for each in ask(app, "GET", f"{V1}/projects", headers=_CURL).json()["projects"]] == [identity]


@pytest.mark.parametrize(
    ("output", "words"),
    [({"width": 7680, "height": 4320}, "larger than this server draws"), ({"fps": "240"}, "more than this server")],
)
def test_a_program_cannot_have_this_machine_draw_without_end(
    app: Any, service: StudioService, song: Path, output: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glance.app.routes.API_FRAMES", 500)
    identity, project = _prepared(app, song)
    monkeypatch.setattr("glance.app.take_service.draw_take", lambda *_: {})
    changed = project | {"output": project["output"] | output}
    for body in ({"project": changed}, None):
        if body is None:
            path = f"{V1}/projects/{identity}/save"
            revision = ask(app, "GET", f"{V1}/projects/{identity}", headers=_CURL).json()["revision"]
            assert ask(app, "POST", path, data={"project": changed, "revision": revision}, headers=_PAGE).status == 200
        answer = ask(app, "POST", f"{V1}/projects/{identity}/render", data=body or {}, headers=_CURL)
        assert (answer.status, words in answer.json()["detail"]) == (400, True)
    by_hand = ask(app, "POST", f"{V1}/projects/{identity}/render", headers=_PAGE)
    assert _ended(app, by_hand)["status"] == "done"


def test_the_key_of_this_machine_is_not_lent_to_programs(
    app: Any, service: StudioService, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []

    def with_key(choice: Any, defaults: object) -> Any:
        given.append("lent")
        return choice

    monkeypatch.setattr("glance.app.routes.with_host_key", with_key)
    for headers in (_CURL, _PAGE):
        assert ask(app, "POST", f"{V1}/alternatives", data={"words": "a fox"}, headers=headers).status == 200
    assert given == ["lent"]


def test_nobody_takes_over_pictures_where_none_are_drawn(app: Any, song: Path) -> None:
    identity, _ = _prepared(app, song)
    answer = ask(app, "POST", f"{V1}/projects/{identity}/takeover", data={}, headers=_CURL)
    assert (answer.status, "draws no single pictures" in answer.json()["detail"]) == (400, True)


@pytest.mark.parametrize("text", ["ada", ",", ":", ":love"])
def test_a_login_that_cannot_be_read_lets_nobody_in(service: StudioService, text: str) -> None:
    app = Starlette()
    attach(app, service, Access(passwords=passwords_of(text)))
    for given in ({}, {"Authorization": "Basic Og=="}, {"Authorization": "Basic OmxvdmU="}):
        assert ask(app, "GET", f"{V1}/projects", headers=_CURL | given).status == 401
    assert passwords_of(None) is passwords_of("") is None


def test_each_of_several_logins_works_and_a_password_may_hold_a_colon() -> None:
    assert passwords_of("ada:lo:ve, bob:x") == {"ada": "lo:ve", "bob": "x"}


def test_where_other_sites_are_let_in_they_still_need_the_login(service: StudioService) -> None:
    app = Starlette()
    attach(app, service, Access(passwords={"ada": "love"}, other_sites=True))
    evil = {"Origin": "https://friend.example", "User-Agent": "Mozilla/5.0"}
    assert ask(app, "GET", f"{V1}/projects", headers=evil).status == 401
    known = evil | {"Authorization": "Basic YWRhOmxvdmU="}
    assert ask(app, "GET", f"{V1}/projects", headers=known).status == 200
    closed = Starlette()
    attach(closed, service, Access(passwords={"ada": "love"}))
    assert ask(closed, "GET", f"{V1}/projects", headers=known).status == 403


def test_every_address_that_the_page_asks_for_is_in_the_table() -> None:
    table = [re.compile(re.sub(r"{(\w+)(:path)?}", r"[^?]+?", route.path) + r"(\?.*|x)?") for route in ROUTES]
    asked = []
    for path in (_ROOT / "javascript").rglob("*.mjs"):
        text = path.read_text(encoding="utf-8")
        asked += re.findall(r'["`]/api(/(?:\$\{[^}]*\}|[^"`])*)["`]', text)
    assert len(asked) > 30
    for address in asked:
        plain = re.sub(r"\$\{[^}]*\}", "x", address)
        # A beginning that other parts of a path are put behind is one of an address.
        known = any(row.fullmatch(plain) for row in table) or plain == "/projects/x"
        assert known, address


def test_no_two_rows_of_the_table_answer_the_same_address() -> None:
    rows = [(route.method, re.sub(r"{\w+", "{", route.path)) for route in ROUTES]
    assert len(rows) == len(set(rows))
    assert all((route.handler.__doc__ or "").strip() for route in ROUTES)
    assert VERSION == "/v1"
