"""The page's addresses: who may ask, what comes back, and what can never be reached."""

from __future__ import annotations

import base64
import io
import json
import threading
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.applications import Starlette

from glance.app.host import StandaloneHost
from glance.app.http import is_local
from glance.app.routes import attach
from glance.app.service import StudioService
from glance.app.takes import begin_take
from glance.limits import PICTURE_BYTES, PROJECT_BYTES, REQUEST_BYTES, SONG_BYTES
from glance.project.files import load_project
from tests.support.asgi_client import Answer, ask

_OURS = {"X-Glance": "1"}


@pytest.fixture
def app(tmp_path: Path) -> Any:
    app = Starlette()
    attach(app, StudioService(StandaloneHost(tmp_path)))
    return app


def _create(app: Any, song: Path) -> str:
    answer = ask(app, "POST", "/glance/v1/projects?name=song.wav", body=song.read_bytes(), headers=_OURS)
    return str(answer.json()["id"])


def _heard(app: Any, song: Path) -> tuple[str, dict[str, Any]]:
    project_id = _create(app, song)
    state = _ended(app, ask(app, "POST", f"/glance/v1/projects/{project_id}/listen", headers=_OURS))
    return project_id, state["result"]["project"]


def _ended(app: Any, answer: Answer) -> dict[str, Any]:
    """Follow a task's events to its last state."""
    events = ask(app, "GET", f"/glance/v1/tasks/{answer.json()['id']}/events")
    assert events.headers["content-type"].startswith("text/event-stream")
    state: dict[str, Any] = json.loads(events.body.decode().strip().split("\n\n")[-1].removeprefix("data: "))
    return state


def test_a_song_is_heard_and_directed_and_its_facts_come_back(app: Any, song: Path) -> None:
    project_id = _create(app, song)
    state = _ended(app, ask(app, "POST", f"/glance/v1/projects/{project_id}/listen", headers=_OURS))
    assert state["status"] == "done"
    project = state["result"]["project"]
    assert project["scenes"]
    assert project["song"]["path"] == "song.wav"
    analysis = ask(app, "GET", f"/glance/v1/projects/{project_id}/analysis").json()
    assert analysis["peaks"]
    body = {"project": project, "channels": ["strength"], "revision": state["result"]["revision"]}
    saved = ask(app, "POST", f"/glance/v1/projects/{project_id}/save", data=body, headers=_OURS).json()
    assert saved["problems"] == []
    assert saved["timeline"]["starts"][0] == 0


def test_what_is_no_song_is_refused_and_leaves_nothing_behind(app: Any) -> None:
    answer = ask(app, "POST", "/glance/v1/projects?name=My%20demo.mp3", body=b"words, no sound", headers=_OURS)
    state = _ended(app, ask(app, "POST", f"/glance/v1/projects/{answer.json()['id']}/listen", headers=_OURS))
    assert state["status"] == "error"
    assert state["text"].startswith("My demo.mp3: ")
    assert ask(app, "GET", "/glance/v1/welcome").json()["recent"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"User-Agent": "Mozilla/5.0", "Upgrade-Insecure-Requests": "1"},
    ],
)
def test_a_form_of_another_sites_page_changes_nothing(app: Any, headers: dict[str, str]) -> None:
    answer = ask(app, "POST", "/glance/v1/projects?name=a.wav", body=b"x", headers=headers)
    assert answer.status == 403
    assert ask(app, "GET", "/glance/v1/welcome").json()["recent"] == []


@pytest.mark.parametrize("cookie", ["", "access-token=wrong", "access-token-unsecure=wrong"])
def test_where_there_is_a_login_nobody_else_gets_in(app: Any, cookie: str) -> None:
    app.auth, app.tokens = {"me": "secret"}, {"right": "me"}
    assert ask(app, "GET", "/glance/v1/welcome", headers=_OURS | {"Cookie": cookie}).status == 401
    assert ask(app, "GET", "/glance/v1/welcome", headers=_OURS | {"Cookie": "access-token=right"}).status == 200


def test_newer_gradios_name_their_cookie_after_the_app(app: Any) -> None:
    app.auth, app.tokens, app.cookie_id = {"me": "secret"}, {"right": "me"}, "xyz"
    ours, mine = _OURS | {"Cookie": "access-token=right"}, _OURS | {"Cookie": "access-token-unsecure-xyz=right"}
    assert ask(app, "GET", "/glance/v1/welcome", headers=ours).status == 401
    assert ask(app, "GET", "/glance/v1/welcome", headers=mine).status == 200


def test_a_login_by_the_hosts_own_function_is_asked(app: Any) -> None:
    app.auth_dependency = lambda request: request.headers.get("user")
    assert ask(app, "GET", "/glance/v1/welcome", headers=_OURS).status == 401
    assert ask(app, "GET", "/glance/v1/welcome", headers=_OURS | {"User": "me"}).status == 200


def test_a_page_that_was_open_before_an_update_is_still_answered(app: Any) -> None:
    now, before = (ask(app, "GET", f"/glance/{place}/welcome") for place in ("v1", "api"))
    assert (now.status, now.json()) == (before.status, before.json())
    assert ask(app, "POST", "/glance/api/demo", headers={"Origin": "http://evil.example"}).status == 403


@pytest.mark.parametrize(
    "path",
    ["pyproject.toml", "../pyproject.toml", "javascript/../pyproject.toml", "javascript/../../etc/passwd", "glance"],
)
def test_only_the_pages_own_files_are_served(app: Any, path: str) -> None:
    answer = ask(app, "GET", f"/glance/static/{path}")
    assert answer.status in (400, 404)
    assert b"build-system" not in answer.body


def test_modules_are_served_as_modules(app: Any) -> None:
    answer = ask(app, "GET", "/glance/static/javascript/glance.mjs")
    assert answer.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [("bytes=10-19", 206, 10, 20), ("bytes=-5", 206, -5, None), ("bytes=44-", 206, 44, None), ("", 200, 0, None)],
)
def test_a_player_gets_the_part_of_the_song_it_asks_for(
    app: Any, song: Path, asked: str, status: int, start: int, end: int | None
) -> None:
    headers = {"Range": asked} if asked else {}
    answer = ask(app, "GET", f"/glance/v1/projects/{_create(app, song)}/song", headers=headers)
    assert answer.status == status
    assert answer.body == song.read_bytes()[start:end]


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=5-2", "bytes=-", "pages=1-2"])
def test_a_range_that_is_none_is_refused(app: Any, song: Path, asked: str) -> None:
    answer = ask(app, "GET", f"/glance/v1/projects/{_create(app, song)}/song", headers={"Range": asked})
    assert answer.status == 416


def test_a_wrong_project_is_answered_with_field_and_reason(app: Any, song: Path) -> None:
    project_id = _create(app, song)
    body = {"project": {"song": {"path": "song.wav"}, "seed": "seven"}}
    answer = ask(app, "POST", f"/glance/v1/projects/{project_id}/save", data=body, headers=_OURS)
    assert answer.status == 400
    assert answer.json()["field"] == "seed"


@pytest.mark.parametrize("span", [[3], [5, 2], "all", [float(1), None]])
def test_a_span_that_is_none_is_refused(app: Any, song: Path, span: object) -> None:
    project_id = _create(app, song)
    body = {"project": {"song": {"path": "song.wav"}}, "span": span}
    answer = ask(app, "POST", f"/glance/v1/projects/{project_id}/preview", data=body, headers=_OURS)
    assert answer.json()["field"] == "span"


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("projects?name=a.wav", SONG_BYTES),
        ("origin", PICTURE_BYTES),
        ("alternatives", REQUEST_BYTES),
        ("tasks/x/stop", REQUEST_BYTES),
        ("projects/x/listen", REQUEST_BYTES),
        ("projects/x/files?name=a.png", PICTURE_BYTES),
        ("projects/x/save", PROJECT_BYTES),
        ("projects/x/adopt", PROJECT_BYTES),
        ("projects/x/render", PROJECT_BYTES),
        ("projects/x/takes/1/upscale", REQUEST_BYTES),
    ],
)
def test_a_request_that_says_to_be_too_large_for_its_route_is_refused_unread(app: Any, path: str, most: int) -> None:
    read: list[int] = []
    answer = ask(app, "POST", f"/glance/v1/{path}", headers=_OURS | {"Content-Length": str(most + 1)}, told=read)
    assert (answer.status, read) == (413, [])
    assert f"{most // 2**20} MB" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["alternatives", "projects/x/files?name=a.png"])
def test_a_request_that_hides_its_length_is_cut_off_at_its_routes_bound(
    app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    most = REQUEST_BYTES if path == "alternatives" else PICTURE_BYTES
    read: list[int] = []
    body = bytes(most + 4 * 2**20)
    assert ask(app, "POST", f"/glance/v1/{path}", body=body, headers=_OURS, told=read, piece=2**20).status == 413
    assert sum(read) <= most + 2**20
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


@pytest.mark.parametrize("path", ["alternatives", "projects?name=a.wav"])
def test_who_sends_half_a_request_and_then_nothing_is_given_up(
    app: Any, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("glance.app.request_body.SILENCE_S", 0.05)
    monkeypatch.setattr("glance.app.request_body._GRACE_S", 0.0)
    answer = ask(app, "POST", f"/glance/v1/{path}", body=b"{" * 5, headers=_OURS, ends=False)
    assert (answer.status, answer.headers["connection"]) == (408, "close")
    assert "too slow" in answer.json()["detail"]


def test_a_project_too_large_to_be_opened_again_is_not_saved(app: Any, song: Path) -> None:
    project_id, project = _heard(app, song)
    revision = ask(app, "GET", f"/glance/v1/projects/{project_id}").json()["revision"]
    project["curves"] = {f"zoom{number}": "1" * 15_000_000 for number in range(5)}
    body = {"project": project, "revision": revision}
    assert ask(app, "POST", f"/glance/v1/projects/{project_id}/save", data=body, headers=_OURS).status == 413
    assert ask(app, "GET", f"/glance/v1/projects/{project_id}").json()["revision"] == revision


def test_two_tabs_do_not_overwrite_each_other_and_the_second_is_given_the_newest(app: Any, song: Path) -> None:
    project_id, project = _heard(app, song)
    path = f"/glance/v1/projects/{project_id}"
    revision = ask(app, "GET", path).json()["revision"]
    first = {"project": project | {"theme": "of the first tab"}, "revision": revision, "tab": "one"}
    second = {"project": project | {"title": "of the second tab"}, "revision": revision, "tab": "two"}
    saved = ask(app, "POST", f"{path}/save", data=first, headers=_OURS)
    refused = ask(app, "POST", f"{path}/save", data=second, headers=_OURS)
    assert (saved.status, refused.status) == (200, 409)
    newest = refused.json()["newest"]
    assert newest["project"]["theme"] == "of the first tab"
    assert newest["revision"] == saved.json()["revision"] == ask(app, "GET", path).json()["revision"]
    again = ask(app, "POST", f"{path}/save", data=second | {"revision": newest["revision"]}, headers=_OURS)
    assert again.status == 200
    assert again.json()["revision"] != newest["revision"]


def test_a_save_without_a_revision_is_refused(app: Any, song: Path) -> None:
    project_id, project = _heard(app, song)
    path = f"/glance/v1/projects/{project_id}/save"
    assert ask(app, "POST", path, data={"project": project}, headers=_OURS).status == 409


def test_a_page_whose_answer_was_lost_goes_on_saving(app: Any, song: Path) -> None:
    project_id, project = _heard(app, song)
    path = f"/glance/v1/projects/{project_id}"
    body = {"project": project | {"theme": "1"}, "revision": ask(app, "GET", path).json()["revision"], "tab": "one"}
    assert ask(app, "POST", f"{path}/save", data=body, headers=_OURS).status == 200
    body["project"]["theme"] = "2"
    assert ask(app, "POST", f"{path}/save", data=body, headers=_OURS).status == 200
    assert ask(app, "POST", f"{path}/save", data=body | {"tab": "two"}, headers=_OURS).status == 409


def test_an_opened_file_does_not_overwrite_what_another_tab_saved(app: Any, song: Path) -> None:
    project_id, project = _heard(app, song)
    path = f"/glance/v1/projects/{project_id}"
    text = json.dumps(project | {"theme": "opened"}).encode()
    assert ask(app, "POST", f"{path}/adopt?name=a.json&revision=old", body=text, headers=_OURS).status == 409
    revision = ask(app, "GET", path).json()["revision"]
    adopted = ask(app, "POST", f"{path}/adopt?name=a.json&revision={revision}", body=text, headers=_OURS).json()
    assert adopted["project"]["theme"] == "opened"
    assert adopted["revision"] == ask(app, "GET", path).json()["revision"]


def test_a_project_whose_song_is_gone_is_saved_and_its_revision_told(app: Any, song: Path, tmp_path: Path) -> None:
    project_id, project = _heard(app, song)
    path = f"/glance/v1/projects/{project_id}"
    revision = ask(app, "GET", path).json()["revision"]
    (tmp_path / project_id / "song.wav").rename(tmp_path / "away.wav")
    body = {"project": project | {"theme": "kept"}, "revision": revision}
    saved = ask(app, "POST", f"{path}/save", data=body, headers=_OURS)
    assert saved.status == 200
    assert "song" in saved.json()["problems"][0]["message"]
    now = ask(app, "GET", path).json()
    assert (now["project"]["theme"], now["revision"]) == ("kept", saved.json()["revision"])


def test_of_many_makes_at_once_one_begins_a_take(
    app: Any, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_id, project = _heard(app, song)
    go = threading.Event()

    def draw(*_: object) -> dict[str, Any]:
        go.wait(20)
        return {}

    monkeypatch.setattr("glance.app.take_service.draw_take", draw)
    path = f"/glance/v1/projects/{project_id}/render"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(app, "POST", path, data={"project": project}, headers=_OURS), range(8)))
    go.set()
    assert sorted(answer.status for answer in answers) == [200] + [400] * 7
    assert len(list((tmp_path / project_id / "takes").iterdir())) == 1


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("alternatives", {"words": "fox", "reach": 10**400}, "words"),
        ("alternatives", {"words": "fox", "seed": 10**400}, "words"),
        ("projects/ID/preview", {"span": [10**400, 10**401]}, "span"),
        ("projects/ID/takes/1/upscale", {"scale": 10**400}, "scale"),
        ("projects/ID/styles", {"styles": [{}]}, "styles"),
        ("projects/ID/save", {"change": {"seed": 10**400}}, "seed"),
        ("projects/ID/save", {"change": {"output": {"width": -(10**400)}}}, "output.width"),
        ("projects/ID/save", {"change": {"output": {"crf": 10**400}}}, "output.crf"),
        ("projects/ID/save", {"change": {"look": {"seed_every": 10**400}}}, "look.seed_every"),
        ("projects/ID/save", {"change": {"scenes": [{"prompt": "a\0b"}]}}, "scenes[0].prompt"),
        ("projects/ID/save", {"change": {"scenes": [{}] * 5001}}, "scenes"),
        ("projects/ID/save", {"change": {"theme": "x" * 20_001}}, "theme"),
    ],
)
def test_values_that_pass_every_check_but_one_are_refused_at_their_field(
    app: Any, song: Path, path: str, body: dict[str, Any], field: str
) -> None:
    project_id = _create(app, song)
    project = {"song": {"path": "song.wav"}} | body.pop("change", {})
    address = f"/glance/v1/{path.replace('ID', project_id)}"
    answer = ask(app, "POST", address, data={"project": project} | body, headers=_OURS)
    assert (answer.status, answer.json()["field"]) == (400, field)
    assert len(answer.json()["detail"]) < 300


def test_a_bug_answers_without_its_details(
    app: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(workshop: StudioService, *, local: bool) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(StudioService, "welcome", broken)
    answer = ask(app, "GET", "/glance/v1/welcome")
    assert answer.status == 500
    assert b"secret detail" not in answer.body
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    ("client", "headers", "local"),
    [
        ("127.0.0.1", {"host": "127.0.0.1:7860"}, True),
        ("::1", {"host": "[::1]:7860"}, True),
        ("192.168.0.7", {"host": "127.0.0.1:7860"}, False),
        ("127.0.0.1", {"host": "songs.example.org"}, False),
        ("127.0.0.1", {"host": "localhost", "x-forwarded-for": "10.0.0.9"}, False),
    ],
)
def test_only_a_browser_on_this_machine_is_at_this_machine(client: str, headers: dict[str, str], local: bool) -> None:
    assert is_local(client, headers) is local


def test_a_folder_is_opened_for_this_machines_own_browser_alone(
    app: Any, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr("glance.app.service.can_open", lambda: True)
    monkeypatch.setattr("glance.app.service.open_folder", opened.append)
    project_id = _create(app, song)
    take = begin_take(tmp_path / project_id, load_project(tmp_path / project_id / "project.glance.json"))
    path = f"/glance/v1/projects/{project_id}/takes/1/open"
    assert ask(app, "POST", path, headers=_OURS | {"Host": "songs.example.org"}).status == 400
    assert opened == []
    assert ask(app, "POST", path, headers=_OURS | {"Host": "localhost"}).status == 200
    assert opened == [take.folder]


def test_a_frame_goes_to_img2img_with_its_text_and_a_preview_in_the_videos_size(app: Any, song: Path) -> None:
    project_id, project = _heard(app, song)
    project["output"] |= {"width": 64, "height": 64, "fps": "2"}
    started = ask(app, "POST", f"/glance/v1/projects/{project_id}/preview", data={"project": project}, headers=_OURS)
    assert _ended(app, started)["status"] == "done"
    sent = ask(app, "GET", f"/glance/v1/projects/{project_id}/pictures/preview/0/to-send").json()
    assert "Negative prompt: " in sent["text"]
    assert "Size: 64x64" in sent["text"]
    with Image.open(io.BytesIO(base64.b64decode(sent["picture"].removeprefix("data:image/png;base64,")))) as picture:
        assert picture.size == (64, 64)
    missing = ask(app, "GET", f"/glance/v1/projects/{project_id}/pictures/preview/9999/to-send")
    assert missing.status == 400
    assert "draw it again" in missing.json()["detail"]


def test_a_factor_that_is_none_is_refused(app: Any, song: Path) -> None:
    project_id, _ = _heard(app, song)
    address = f"/glance/v1/projects/{project_id}/takes/1/upscale"
    answer = ask(app, "POST", address, data={"upscaler": "Lanczos", "scale": "2"}, headers=_OURS)
    assert answer.json()["field"] == "scale"
    answer = ask(app, "POST", address, data={"upscaler": "Lanczos", "scale": 2}, headers=_OURS)
    assert answer.json()["detail"] == "take: there is no take 1 of this project"


def test_a_video_that_would_be_too_large_is_a_problem_at_its_field(app: Any, song: Path) -> None:
    project_id, project = _heard(app, song)
    project["output"] |= {"width": 2048, "height": 1152, "upscaler": "Lanczos", "upscale": 4}
    revision = ask(app, "GET", f"/glance/v1/projects/{project_id}").json()["revision"]
    body = {"project": project, "channels": [], "revision": revision}
    (problem,) = ask(app, "POST", f"/glance/v1/projects/{project_id}/save", data=body, headers=_OURS).json()["problems"]
    assert problem["field"] == "output.upscale"


def test_camera_pictures_move_unless_less_motion_is_asked_for(app: Any) -> None:
    from io import BytesIO

    from PIL import Image

    answer = ask(app, "GET", "/glance/v1/cameras/spiral.webp")
    with Image.open(BytesIO(answer.body)) as picture:
        assert getattr(picture, "n_frames", 1) > 10
    still = ask(app, "GET", "/glance/v1/cameras/spiral.webp?still=1")
    with Image.open(BytesIO(still.body)) as picture:
        assert getattr(picture, "n_frames", 1) == 1
    assert ask(app, "GET", "/glance/v1/cameras/none_such.webp").status == 400


def test_the_page_is_a_place_in_any_gradio(monkeypatch: pytest.MonkeyPatch) -> None:
    """The layout uses Blocks and HTML alone, as all versions have them."""
    made: list[str] = []

    class Blocks:
        def __init__(self, **options: object) -> None:
            assert set(options) == {"analytics_enabled", "title"}

        def __enter__(self) -> Blocks:
            return self

        def __exit__(self, *error: object) -> None:
            return None

    stand_in = types.SimpleNamespace(Blocks=Blocks, HTML=lambda html, elem_id: made.append(html))
    monkeypatch.setitem(__import__("sys").modules, "gradio", stand_in)
    from glance.app.gradio_page import build

    build()
    assert 'id="glance_root"' in made[0]


def test_a_story_is_written_without_any_server_and_saves_nothing(app: Any, song: Path) -> None:
    project_id, project = _heard(app, song)
    body = {"project": project | {"theme": "a copper robot tending roses"}}
    state = _ended(app, ask(app, "POST", f"/glance/v1/projects/{project_id}/story", data=body, headers=_OURS))
    assert "robot" in state["result"]["project"]["scenes"][0]["prompt"]
    assert ask(app, "GET", f"/glance/v1/projects/{project_id}").json()["project"]["theme"] == ""


def test_movement_is_directed_anew_and_nothing_is_saved(app: Any, song: Path) -> None:
    project_id, project = _heard(app, song)
    old = project | {"reactions": [], "title": "mine"}
    answer = ask(app, "POST", f"/glance/v1/projects/{project_id}/movement", data={"project": old}, headers=_OURS)
    new = answer.json()["project"]
    assert [one["channel"] for one in new["reactions"]] == ["strength", "zoom", "translation_z", "noise"]
    assert new["reactions"][0]["parts"]
    assert new["title"] == "mine"
    assert [scene["prompt"] for scene in new["scenes"]] == [scene["prompt"] for scene in project["scenes"]]
    kept = ask(app, "GET", f"/glance/v1/projects/{project_id}").json()["project"]
    assert kept["title"] != "mine"


def test_what_a_language_model_would_be_sent_is_shown_without_its_key(app: Any, song: Path) -> None:
    project_id, project = _heard(app, song)
    writer = {"server": "http://127.0.0.1:9/v1", "model": "tiny", "key": "sk-planted"}
    body = {"project": project | {"theme": "a copper robot"}, "writer": writer}
    answer = ask(app, "POST", f"/glance/v1/projects/{project_id}/story/request", data=body, headers=_OURS)
    assert "127.0.0.1:9" in answer.json()["text"]
    assert "a copper robot" in answer.json()["text"]
    assert b"sk-planted" not in answer.body


def test_a_language_model_that_is_not_there_ends_in_a_story_and_a_word(app: Any, song: Path, tmp_path: Path) -> None:
    project_id, project = _heard(app, song)
    writer = {"server": "http://127.0.0.1:9/v1", "model": "tiny", "key": "sk-planted"}
    body = {"project": project | {"theme": "a copper robot"}, "writer": writer}
    state = _ended(app, ask(app, "POST", f"/glance/v1/projects/{project_id}/story", data=body, headers=_OURS))
    assert "robot" in state["result"]["project"]["scenes"][0]["prompt"]
    assert "offline" in state["result"]["note"]
    assert not any(b"sk-planted" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_server_that_is_none_is_refused_in_words(app: Any, song: Path) -> None:
    body = {"words": "a finger", "writer": {"server": "ftp://nowhere"}}
    answer = ask(app, "POST", "/glance/v1/alternatives", data=body, headers=_OURS)
    assert answer.status == 400
    assert "ollama" in answer.json()["detail"]


def test_the_page_asks_the_server_for_styles_and_gets_the_best_first(app: Any) -> None:
    def found(query: str) -> list[str]:
        answer = ask(app, "GET", f"/glance/v1/styles?search={query}", headers=_OURS)
        return list(answer.json()["styles"])

    assert found("lo-fi") == ["lofi_anime"]
    assert found("%EC%88%98%EC%B1%84%ED%99%94")[0] == "watercolour"
    assert found("qqqq") == []
    assert len(found("")) > 150


def test_a_theme_that_comes_after_the_song_brings_its_looks_and_a_person_s_stay(app: Any, song: Path) -> None:
    project_id, project = _heard(app, song)

    def told(sent: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps({"project": sent}).encode()
        answer = ask(app, "POST", f"/glance/v1/projects/{project_id}/story", body=body, headers=_OURS)
        return dict(_ended(app, answer)["result"]["project"])

    project["theme"] = "film noir detective in the rain"
    worn = told(project)
    assert {scene["style"] for scene in worn["scenes"]} == {"film_noir"}
    worn["scenes"][0]["style"] = "baroque"
    worn["theme"] = "neon samurai"
    again = told(worn)
    assert again["scenes"][0]["style"] == "baroque"
    assert {scene["style"] for scene in again["scenes"][1:]} <= {"neon_sign"}
