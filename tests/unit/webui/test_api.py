"""The HTTP API inside a WebUI: from a song to a video, behind its login, never outside its folder."""

import base64
import io
import re
import time
import wave
from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI
from PIL import Image

from glance.limits import PICTURE_BYTES, PROJECT_BYTES, REQUEST_BYTES, SONG_BYTES
from glance.webui.entry import attach_routes
from tests.support.asgi_client import Answer, ask
from tests.support.standin_webui import UPSCALER_MODEL, StandIn, install

V1 = "/glance/v1"
PAGE = {"X-Glance": "1"}


@pytest.fixture
def webui(monkeypatch, tmp_path) -> StandIn:
    standin = install(StandIn(), monkeypatch.setitem)
    paths = standin.modules["modules.paths_internal"]
    monkeypatch.setattr(paths, "data_path", str(tmp_path))
    monkeypatch.setattr(paths, "default_output_dir", str(tmp_path / "outputs"))
    return standin


@pytest.fixture
def app(webui) -> FastAPI:
    made = FastAPI()
    attach_routes(None, made)
    return made


def song() -> bytes:
    """Return a second of four clicks."""
    samples = np.zeros(22050, np.int16)
    for beat in range(4):
        samples[beat * 5512 : beat * 5512 + 400] = 12000
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes(samples.tobytes())
    return buffer.getvalue()


def create(app: FastAPI) -> str:
    return str(ask(app, "POST", f"{V1}/projects?name=clicks.wav", body=song()).json()["id"])


def finished(app: FastAPI, task: Answer) -> dict:
    assert task.status == 200, task.body
    state = task.json()
    deadline = time.monotonic() + 60
    while state["status"] == "running" and time.monotonic() < deadline:
        time.sleep(0.02)
        state = ask(app, "GET", f"{V1}/tasks/{state['id']}").json()
    return dict(state)


def prepared(app: FastAPI) -> str:
    """Return the id of a small project that was heard."""
    identity = create(app)
    assert finished(app, ask(app, "POST", f"{V1}/projects/{identity}/listen"))["status"] == "done"
    project = ask(app, "GET", f"{V1}/projects/{identity}").json()["project"]
    project["output"] |= {"width": 64, "height": 64, "fps": "4"}
    assert ask(app, "PUT", f"{V1}/projects/{identity}", data=project).status == 200
    return identity


def test_a_song_goes_in_and_a_video_comes_out(app, webui):
    identity = prepared(app)
    state = finished(app, ask(app, "POST", f"{V1}/projects/{identity}/render"))
    assert state["status"] == "done", state
    video = ask(app, "GET", f"{V1}/projects/{identity}/takes/1/video")
    assert video.body[4:8] == b"ftyp"
    assert video.headers["content-type"] == "video/mp4"
    frame = ask(app, "GET", f"{V1}/projects/{identity}/takes/1/frames/0")
    assert Image.open(io.BytesIO(frame.body)).size == (64, 64)
    assert webui.state.job == ""
    assert webui.options.data.keys() <= {"glance_folder"}


def test_a_frame_leads_back_to_its_project(app, tmp_path):
    identity = prepared(app)
    finished(app, ask(app, "POST", f"{V1}/projects/{identity}/render"))
    (png,) = tmp_path.glob("outputs/glance/*/takes/001/run/frames/000000.png")
    found = ask(app, "POST", f"{V1}/origin", body=png.read_bytes()).json()
    assert (found["id"], found["take"]) == (identity, 1)
    assert found["project"]["title"] == "clicks"


def test_a_stopped_take_goes_on_to_the_same_video(app, webui):
    whole, identity = prepared(app), prepared(app)
    finished(app, ask(app, "POST", f"{V1}/projects/{whole}/render"))
    webui.calls.clear()
    webui.midway = lambda number: webui.state.interrupt() if number == 3 else None
    state = finished(app, ask(app, "POST", f"{V1}/projects/{identity}/render"))
    assert state["status"] == "stopped"
    webui.midway = lambda number: None
    assert finished(app, ask(app, "POST", f"{V1}/projects/{identity}/takes/1/resume"))["status"] == "done"
    one, other = (ask(app, "GET", f"{V1}/projects/{name}/takes/1/video").body for name in (whole, identity))
    assert one == other


def test_a_finished_take_is_enlarged_by_the_hosts_upscaler_and_back_again(app, webui):
    identity = prepared(app)
    take = f"{V1}/projects/{identity}/takes/1"
    finished(app, ask(app, "POST", f"{V1}/projects/{identity}/render"))
    plain = ask(app, "GET", f"{take}/video").body
    drawn = len(webui.calls)
    body = {"upscaler": "R-ESRGAN 4x+", "scale": 2}
    state = finished(app, ask(app, "POST", f"{take}/upscale", data=body))
    assert state["status"] == "done", state
    assert (len(webui.calls), webui.upscaled) == (drawn, 4)
    (card,) = ask(app, "GET", f"{V1}/projects/{identity}/takes").json()["takes"]
    assert (card["size"], card["video_size"], card["upscaler"]) == ([64, 64], [128, 128], "R-ESRGAN 4x+")
    assert ask(app, "GET", f"{take}/video").body != plain
    assert finished(app, ask(app, "POST", f"{take}/upscale", data={"upscaler": ""}))["status"] == "done"
    assert ask(app, "GET", f"{take}/video").body == plain


def test_an_upscaler_whose_model_is_not_loaded_is_said_and_costs_no_take(app, webui):
    identity = prepared(app)
    take = f"{V1}/projects/{identity}/takes/1"
    finished(app, ask(app, "POST", f"{V1}/projects/{identity}/render"))
    plain = ask(app, "GET", f"{take}/video").body
    webui.broken_models.add(UPSCALER_MODEL)
    body = {"upscaler": "R-ESRGAN 4x+", "scale": 2}
    state = finished(app, ask(app, "POST", f"{take}/upscale", data=body))
    assert state["status"] == "error"
    assert "could not load the model of the upscaler 'R-ESRGAN 4x+'" in state["text"]
    assert webui.upscaled == 1
    assert ask(app, "GET", f"{take}/video").body == plain
    webui.broken_models.clear()
    assert finished(app, ask(app, "POST", f"{take}/upscale", data=body))["status"] == "done"


def test_an_interrupted_enlargement_goes_on_with_what_is_there(app, webui):
    identity = prepared(app)
    take = f"{V1}/projects/{identity}/takes/1"
    finished(app, ask(app, "POST", f"{V1}/projects/{identity}/render"))
    webui.midway = lambda number: webui.state.interrupt() if number == 3 else None
    body = {"upscaler": "R-ESRGAN 4x+", "scale": 2}
    assert finished(app, ask(app, "POST", f"{take}/upscale", data=body))["status"] == "stopped"
    webui.midway = lambda number: None
    webui.upscaled = 0
    assert finished(app, ask(app, "POST", f"{take}/continue"))["status"] == "done"
    assert webui.upscaled == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"upscaler": "R-ESRGAN", "scale": 2}, "did you mean R-ESRGAN 4x+?"),
        ({"upscaler": "Lanczos", "scale": 5}, "expected 1 to 4 times"),
    ],
)
def test_an_enlargement_that_cannot_be_is_refused_in_words(app, body, words):
    identity = prepared(app)
    take = f"{V1}/projects/{identity}/takes/1"
    finished(app, ask(app, "POST", f"{V1}/projects/{identity}/render"))
    answer = ask(app, "POST", f"{take}/upscale", data=body)
    assert answer.status == 400
    assert words in answer.json()["detail"]
    (card,) = ask(app, "GET", f"{V1}/projects/{identity}/takes").json()["takes"]
    assert (card["done"], card["upscaler"]) == (True, "")


def test_without_its_frames_a_finished_take_stays_and_says_that_it_cannot_go_on(app, webui, tmp_path):
    webui.options.data["glance_keep_frames"] = False
    identity = prepared(app)
    take = f"{V1}/projects/{identity}/takes/1"
    finished(app, ask(app, "POST", f"{V1}/projects/{identity}/render"))
    folder = next(tmp_path.glob("outputs/glance/*/takes/001"))
    assert (folder / "video.mp4").is_file()
    assert (folder / "run" / "run.json").is_file()
    assert not list((folder / "run" / "frames").iterdir())
    (card,) = ask(app, "GET", f"{V1}/projects/{identity}/takes").json()["takes"]
    assert (card["done"], card["frames_kept"]) == (True, False)
    for path, body in (("continue", None), ("resume", None), ("upscale", {"upscaler": "Lanczos", "scale": 2})):
        answer = ask(app, "POST", f"{take}/{path}", data=body)
        assert answer.status == 400
        assert "frames of take 1 were deleted" in answer.json()["detail"]
    assert (folder / "video.mp4").is_file()


def test_a_stopped_take_keeps_its_frames_whatever_the_setting_says(app, webui):
    webui.options.data["glance_keep_frames"] = False
    identity = prepared(app)
    webui.midway = lambda number: webui.state.interrupt() if number == 3 else None
    finished(app, ask(app, "POST", f"{V1}/projects/{identity}/render"))
    webui.midway = lambda number: None
    (card,) = ask(app, "GET", f"{V1}/projects/{identity}/takes").json()["takes"]
    assert card["frames_kept"]
    assert finished(app, ask(app, "POST", f"{V1}/projects/{identity}/takes/1/continue"))["status"] == "done"


def test_new_projects_begin_with_the_hosts_defaults_and_old_ones_keep_theirs(app, webui):
    old = create(app)
    webui.options.data |= {"glance_width": 640, "glance_height": 360, "glance_fps": "30"}
    output = ask(app, "GET", f"{V1}/projects/{create(app)}").json()["project"]["output"]
    assert (output["width"], output["height"], output["fps"]) == (640, 360, "30")
    assert ask(app, "GET", f"{V1}/projects/{old}").json()["project"]["output"]["fps"] == "24"


@pytest.mark.parametrize("told", [True, False])
def test_a_video_says_what_it_was_made_from_unless_that_is_switched_off(app, webui, told):
    webui.options.data["glance_metadata"] = told
    identity = prepared(app)
    finished(app, ask(app, "POST", f"{V1}/projects/{identity}/render"))
    video = ask(app, "GET", f"{V1}/projects/{identity}/takes/1/video").body
    assert (b"glance_fingerprint" in video) is told


def test_the_page_and_the_api_see_the_same_projects(app):
    identity = create(app)
    page = ask(app, "GET", f"{V1}/welcome", headers=PAGE).json()
    assert [recent["id"] for recent in page["recent"]] == [identity]
    api = ask(app, "GET", f"{V1}/projects").json()
    assert [recent["id"] for recent in api["projects"]] == [identity]


def test_every_address_is_in_the_openapi_page_with_a_sentence(app):
    paths = {path: how for path, how in app.openapi()["paths"].items() if path.startswith(V1)}
    assert len(paths) >= 12
    assert all(len(operation["summary"].split()) > 2 for how in paths.values() for operation in how.values())


def test_without_the_hosts_api_flag_there_is_only_the_page(webui, monkeypatch):
    monkeypatch.setattr(webui.modules["modules.shared"].cmd_opts, "api", False)
    app = FastAPI()
    attach_routes(None, app)
    refused = ask(app, "GET", f"{V1}/projects")
    assert (refused.status, "--api" in refused.json()["detail"]) == (404, True)
    assert ask(app, "POST", f"{V1}/projects?name=clicks.wav", body=song()).status == 404
    assert ask(app, "GET", f"{V1}/projects", headers=PAGE).json() == {"projects": []}
    assert not [path for path in app.openapi()["paths"] if path.startswith("/glance")]


def test_the_page_needs_no_api_password_and_no_program_is_taken_for_it(webui, monkeypatch):
    monkeypatch.setattr(webui.modules["modules.shared"].cmd_opts, "api_auth", "ada:love")
    app = FastAPI()
    attach_routes(None, app)
    assert ask(app, "GET", f"{V1}/welcome", headers=PAGE).status == 200
    assert ask(app, "GET", f"{V1}/projects", headers={"Sec-Fetch-Site": "same-origin"}).status == 200
    for headers in ({}, {"User-Agent": "curl/8"}, {"Authorization": "Bearer love"}, {"Authorization": "Basic ***"}):
        assert ask(app, "GET", f"{V1}/projects", headers=headers).status == 401
        assert ask(app, "POST", f"{V1}/demo", headers=headers).status == 401
    assert ask(app, "POST", f"{V1}/demo", headers={"Sec-Fetch-Site": "same-origin"}).status == 401


def test_where_it_cannot_be_read_whether_there_is_a_password_no_program_may_ask(webui, monkeypatch):
    monkeypatch.delattr(webui.modules["modules.shared"].cmd_opts, "api_auth")
    app = FastAPI()
    attach_routes(None, app)
    assert ask(app, "GET", f"{V1}/projects").status == 404
    assert ask(app, "GET", f"{V1}/projects", headers=PAGE).status == 200


def test_the_pages_login_is_not_the_programs(webui, monkeypatch):
    app = FastAPI()
    app.auth, app.tokens = {"me": "secret"}, {"right": "me"}
    attach_routes(None, app)
    assert ask(app, "GET", f"{V1}/projects", headers=PAGE).status == 401
    assert ask(app, "GET", f"{V1}/projects", headers=PAGE | {"Cookie": "access-token=right"}).status == 200
    assert ask(app, "GET", f"{V1}/projects", headers={"User-Agent": "curl/8"}).status == 200
    monkeypatch.setattr(webui.modules["modules.shared"].cmd_opts, "api", False)
    closed = FastAPI()
    closed.auth, closed.tokens = {"me": "secret"}, {"right": "me"}
    attach_routes(None, closed)
    for headers in ({}, PAGE, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        assert ask(closed, "GET", f"{V1}/projects", headers=headers).status in (401, 404)


def test_the_hosts_api_password_is_asked_for(webui, monkeypatch):
    monkeypatch.setattr(webui.modules["modules.shared"].cmd_opts, "api_auth", "ada:love")
    app = FastAPI()
    attach_routes(None, app)

    def status(user: str, password: str) -> int:
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        return ask(app, "GET", f"{V1}/projects", headers={"Authorization": f"Basic {token}"}).status

    assert ask(app, "GET", f"{V1}/projects").status == 401
    assert (status("ada", "wrong"), status("eve", "love"), status("ada", "love")) == (401, 401, 200)
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            address = re.sub(r"\{[^}]*\}", "1", path)
            assert ask(app, method.upper(), address).status == 401, path


@pytest.mark.parametrize("path", ["../../secret.wav", "/etc/passwd"])
def test_a_project_cannot_name_files_outside_its_folder(app, path):
    identity = create(app)
    project = ask(app, "GET", f"{V1}/projects/{identity}").json()["project"]
    project["song"]["path"] = path
    answer = ask(app, "PUT", f"{V1}/projects/{identity}", data=project)
    assert answer.status == 400
    assert "outside" in answer.json()["detail"]


def test_pictures_beyond_the_servers_size_are_refused(app):
    identity = create(app)
    project = ask(app, "GET", f"{V1}/projects/{identity}").json()["project"]
    project["output"] |= {"width": 7680, "height": 4320}
    answer = ask(app, "PUT", f"{V1}/projects/{identity}", data=project)
    assert answer.status == 400
    assert "larger than this server draws" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/projects/none"),
        ("GET", "/projects/..%2f..%2fetc"),
        ("GET", "/tasks/none"),
        ("POST", "/projects/none/render"),
        ("GET", "/projects/none/takes/1/video"),
    ],
)
def test_what_is_not_there_is_an_error_in_json(app, method, path):
    answer = ask(app, method, V1 + path)
    assert answer.status in (400, 404)
    assert answer.json()["detail"]


def test_a_pictures_settings_become_the_projects_look(app):
    identity = create(app)
    text = "a red fox, <lora:ink:0.7>\nNegative prompt: blurry\nSteps: 12, Sampler: Euler a, Schedule type: Karras, "
    text += "CFG scale: 5.5, Seed: 1, Size: 770x434, Model: tiny, Clip skip: 2"
    project = ask(app, "POST", f"{V1}/projects/{identity}/takeover", data={"parameters": text}).json()
    assert project["look"]["prompt_prefix"] == "a red fox, <lora:ink:0.7>"
    assert project["look"]["negative"] == "blurry"
    assert (project["output"]["width"], project["output"]["height"]) == (768, 432)
    assert project["curves"]["sampler"] == '"Euler a"'
    assert (project["curves"]["cfg"], project["curves"]["clip_skip"]) == ("5.5", "2")


def test_the_last_picture_of_the_webui_is_taken_over_when_none_is_given(app, tmp_path):
    identity = create(app)
    assert ask(app, "POST", f"{V1}/projects/{identity}/takeover", data={}).status == 400
    Path(tmp_path / "params.txt").write_text("a boat\nSteps: 9, Sampler: Euler", encoding="utf-8")
    project = ask(app, "POST", f"{V1}/projects/{identity}/takeover", data={}).json()
    assert project["look"]["prompt_prefix"] == "a boat"


def test_another_sites_page_makes_no_project_unless_the_person_let_it(webui, app):
    evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert ask(app, "POST", f"{V1}/projects?name=clicks.wav", body=song(), headers=evil).status == 403
    assert ask(app, "GET", f"{V1}/projects", headers=evil).status == 403
    webui.modules["modules.shared"].cmd_opts.cors_allow_origins = "https://evil.example"
    open_one = FastAPI()
    attach_routes(None, open_one)
    assert ask(open_one, "GET", f"{V1}/projects", headers=evil).status == 200


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("POST", "projects?name=a.wav", SONG_BYTES),
        ("POST", "projects/x/files?name=a.png", PICTURE_BYTES),
        ("POST", "origin", PICTURE_BYTES),
        ("PUT", "projects/x", PROJECT_BYTES),
        ("POST", "projects/x/takeover", PROJECT_BYTES),
        ("POST", "projects/x/takes/1/upscale", REQUEST_BYTES),
        ("POST", "projects/x/render", PROJECT_BYTES),
        ("POST", "projects/x/listen", REQUEST_BYTES),
    ],
)
def test_a_body_too_large_for_its_address_is_refused_unread(app: FastAPI, method: str, path: str, most: int) -> None:
    read: list[int] = []
    headers = {"Content-Length": str(most + 1), "Content-Type": "application/json"}
    answer = ask(app, method, f"{V1}/{path}", headers=headers, told=read)
    assert (answer.status, read) == (413, [])
    assert f"{most // 2**20} MB" in answer.json()["detail"]


def test_a_song_in_many_pieces_arrives_whole(app: FastAPI, tmp_path: Path) -> None:
    data = song()
    identity = ask(app, "POST", f"{V1}/projects?name=a.wav", body=data, piece=1000).json()["id"]
    (found,) = (path for path in tmp_path.rglob("song.wav") if path.parent.name == identity)
    assert found.read_bytes() == data
