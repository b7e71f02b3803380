"""A WebUI reached over HTTP: it may be away, ask for a password, refuse, or be interrupted over there."""

import base64
import dataclasses
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import numpy as np
import pytest

from glance.backends.registry import open_backend, open_backends
from glance.backends.sdapi import client as sdapi_http
from glance.backends.sdapi.backend import WebuiApiBackend
from glance.backends.sdapi.client import JsonClient
from glance.errors import BackendError, BackendInterruptedError, BackendMemoryError
from glance.imaging.quality import blank_frame_problem
from glance.project.model import Project, Song
from glance.render.backend import FrameRequest
from tests.support.fake_webui_server import FakeWebui, fake_webui
from tests.support.painted_frames import SMALL, frame_spec, photograph, plan_of

REQUEST = FrameRequest(SMALL, frame_spec(), photograph(SMALL))


@pytest.fixture
def server() -> Iterator[FakeWebui]:
    with fake_webui() as running:
        yield running


@pytest.fixture
def backend(server: FakeWebui) -> Iterator[WebuiApiBackend]:
    made = WebuiApiBackend(server.url, patience_s=0.0)
    yield made
    made.close()


def client(url: str, waits: list[float], patience_s: float = 20.0) -> JsonClient:
    return JsonClient(url, patience_s=patience_s, sleep=waits.append)


def test_a_connection_that_is_lost_is_tried_again_with_growing_pauses(server):
    server.drop_next = 4
    waits: list[float] = []
    asking = client(server.url, waits)
    assert asking.get("/sdapi/v1/options")["samples_format"] == "png"
    assert waits == [1.0, 2.0, 4.0]
    asking.close()


def test_a_proxy_that_says_the_webui_is_away_is_asked_again(server):
    answers = iter([(502, {}), (503, {})])
    server.fail = lambda path: next(answers, None)
    waits: list[float] = []
    asking = client(server.url, waits)
    assert asking.get("/sdapi/v1/options")
    assert waits == [1.0]
    asking.close()


def test_an_address_where_nobody_ever_answered_is_given_up_on_soon_with_what_to_check():
    waits: list[float] = []
    with pytest.raises(BackendError, match=r"no WebUI answers at http://127\.0\.0\.1:9 .*--api.*port"):
        client("http://127.0.0.1:9", waits, patience_s=300.0).get("/sdapi/v1/options")
    assert 1 <= sum(waits) <= 10


def test_an_address_that_takes_connections_and_says_nothing_is_given_up_on_soon(monkeypatch):
    monkeypatch.setattr(sdapi_http, "_STRANGER_PATIENCE_S", 0.2)
    waits: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        asking = client(f"http://127.0.0.1:{silent.getsockname()[1]}", waits, patience_s=300.0)
        with pytest.raises(BackendError, match=r"no WebUI answers .*timed out"):
            asking.get("/sdapi/v1/options")
    assert waits == []


def test_a_webui_that_is_lost_in_the_middle_is_waited_for_to_the_end_of_patience(server):
    waits: list[float] = []
    asking = client(server.url, waits, patience_s=300.0)
    asking.get("/sdapi/v1/options")
    server.drop_next = 100
    with pytest.raises(BackendError, match=r"cannot be reached any more .*Everything drawn so far is kept"):
        asking.get("/sdapi/v1/options")
    assert 270 <= sum(waits) <= 300


@pytest.mark.parametrize("status", [400, 418, 500])
def test_a_server_that_repeats_the_password_has_it_struck_out(server, status):
    password = "s3cret/päss?~word"
    plain = f"ada:{password}"
    typed = quote(password, safe="")
    packed = base64.b64encode(plain.encode()).decode()
    told = f"you sent Basic {packed}, {packed.rstrip('=')}, {password!r}, {typed}, {typed.lower()}, {plain}"
    server.password = plain
    server.fail = lambda path: (status, {"error": f"No {packed}", "detail": json.dumps([told, password])})
    asking = client(server.url.replace("//", f"//ada:{typed}@"), [])
    with pytest.raises(BackendError, match=r"\[password\]") as refused:
        asking.get("/sdapi/v1/options")
    asking.close()
    for secret in (packed.rstrip("="), password, typed, typed.lower(), json.dumps(password)[1:-1]):
        assert secret not in str(refused.value)


def test_an_answer_that_is_no_http_has_the_password_struck_out_too():
    def echo() -> None:
        connection, _ = server.accept()
        with connection:
            request = connection.recv(65536).decode()
            connection.sendall(request[request.index("Authorization") :].encode())

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=echo, daemon=True).start()
        asking = client(f"http://ada:secret@127.0.0.1:{server.getsockname()[1]}", [], patience_s=0.0)
        with pytest.raises(BackendError, match=r"Basic \[password\]") as refused:
            asking.get("/sdapi/v1/options")
    assert base64.b64encode(b"ada:secret").decode() not in str(refused.value)


def test_a_wish_to_stop_ends_the_waiting():
    waits: list[float] = []
    asking = JsonClient("http://127.0.0.1:9", should_stop=lambda: True, sleep=waits.append)
    with pytest.raises(BackendError):
        asking.get("/sdapi/v1/options")
    assert waits == []


def test_the_password_in_the_address_is_sent_and_never_shown(server):
    server.password = "ada:pass word"
    url = server.url.replace("//", "//ada:pass%20word@")
    asking = client(url, [])
    assert asking.get("/sdapi/v1/options")
    assert "pass" not in asking.address
    asking.close()


def test_a_missing_password_is_asked_for(server, backend):
    server.password = "ada:secret"
    with pytest.raises(BackendError, match="asks for a password"):
        backend.generate(REQUEST)


def test_a_server_without_the_api_is_told_to_start_it(server, backend):
    server.fail = lambda path: (404, {"detail": "Not Found"})
    with pytest.raises(BackendError, match="--api"):
        backend.generate(REQUEST)


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("options", None),
        ("options", [1, 2]),
        ("options", "words"),
        ("samplers", {"samplers": None}),
        ("samplers", [5]),
        ("sd-models", [{"title": None}]),
        ("sd-models", None),
    ],
)
def test_a_server_that_is_no_webui_is_told_apart(server, backend, address, answer):
    server.fail = lambda path: (200, answer) if path.endswith(address) else None
    with pytest.raises(BackendError, match=f"{address} answered in no WebUI's way"):
        backend.generate(REQUEST)


def test_a_redirect_is_said_instead_of_followed_with_the_password(server, backend):
    server.fail = lambda path: (302, {})
    with pytest.raises(BackendError, match="sends to another address"):
        backend.generate(REQUEST)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY", "http_proxy"])
def test_the_environments_proxy_is_not_asked_for_a_webui_of_ours(server, variable, monkeypatch):
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    with closing(client(server.url, [])) as asking:
        assert asking.get("/sdapi/v1/options")


def test_a_login_that_the_person_keeps_for_other_programs_is_not_sent(server, monkeypatch, tmp_path):
    server.password = "ada:love"
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ada password love", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with closing(client(server.url, [])) as asking, pytest.raises(BackendError, match="asks for a password"):
        asking.get("/sdapi/v1/options")


def test_localhost_is_asked_at_127_0_0_1_first_and_elsewhere_if_nobody_is_there(server):
    with closing(client(server.url.replace("127.0.0.1", "localhost"), [])) as asking:
        assert asking.get("/sdapi/v1/options")
        assert "localhost" in asking.address
    with pytest.raises(BackendError, match="no WebUI answers at http://localhost:9"):
        client("http://localhost:9", [], patience_s=0.0).get("/sdapi/v1/options")


@pytest.mark.parametrize("length", [True, False])
def test_an_endless_answer_is_given_up_on(monkeypatch, length):
    monkeypatch.setattr(sdapi_http, "ANSWER_BYTES", 2**20)
    url, _, server = answering([http_answer(b" " * (2**20 + 1), length=length)])
    with server, closing(client(url, [])) as asking, pytest.raises(BackendError, match="more than 1 MB"):
        asking.get("/sdapi/v1/options")


def test_no_http_library_is_loaded_before_a_webui_is_asked():
    code = "import glance.backends.sdapi.client, sys; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_address_that_is_none_is_refused():
    with pytest.raises(BackendError, match=r"expected a WebUI's address"):
        WebuiApiBackend("ftp://example")


def test_out_of_memory_is_tried_once_more_and_then_told(server, backend):
    server.fail = lambda path: (500, {"error": "OutOfMemoryError", "errors": "CUDA"}) if "img2img" in path else None
    with pytest.raises(BackendMemoryError, match="make the video smaller"):
        backend.generate(REQUEST)
    assert len(server.drawn("img2img")) == 2


def test_a_frame_does_not_depend_on_what_somebody_else_drew_over_there(server, backend):
    first = backend.generate(REQUEST)
    server.random_state = "somebody else's"
    np.testing.assert_array_equal(backend.generate(REQUEST), first)


def test_no_numbers_become_a_black_picture_that_the_loop_draws_anew(server, backend):
    refusal = (500, {"error": "NansException", "errors": "A tensor with all NaNs was produced in Unet."})
    server.fail = lambda path: refusal if "img2img" in path else None
    assert blank_frame_problem(backend.generate(REQUEST)) == "black"


def test_an_interrupt_over_there_never_returns_a_half_drawn_picture(server, backend):
    backend.identity  # noqa: B018 - connects
    server.fail = lambda path: server.interrupted.set() if "progress" in path else None
    with pytest.raises(BackendInterruptedError):
        backend.generate(REQUEST)


def test_a_wish_to_stop_interrupts_the_frame_over_there(server):
    asked = []
    backend = WebuiApiBackend(
        server.url, should_stop=lambda: bool(server.drawn("img2img")) or asked.append(1) is not None
    )
    server.slow.set()
    with pytest.raises(BackendInterruptedError):
        backend.generate(REQUEST)
    assert any(path.endswith("/interrupt") for path, _ in server.requests)
    backend.close()


def test_always_on_scripts_go_along_with_every_frame_and_missing_ones_are_named(server):
    scripts = {"ADetailer": (True, {"ad_model": "face"}), "Gone": (1,)}
    backend = WebuiApiBackend(server.url, always_on=scripts)
    backend.generate(REQUEST)
    seeding, drawn = server.drawn("img2img")
    assert drawn["alwayson_scripts"]["ADetailer"] == {"args": [True, {"ad_model": "face"}]}
    assert "alwayson_scripts" not in seeding
    (problem,) = backend.problems(plan_of(frame_spec()))
    assert "`Gone`" in problem
    plain = WebuiApiBackend(server.url)
    assert plain.identity != backend.identity
    plain.close()
    backend.close()


def test_settings_that_are_right_already_are_not_sent(server, backend):
    backend.generate(REQUEST)
    assert server.drawn("img2img")[0]["override_settings"] == {}


def test_settings_that_the_other_webui_kept_are_put_back_at_the_end(server):
    server.unsaved = {"CLIP_stop_at_last_layers"}
    backend = WebuiApiBackend(server.url)
    backend.generate(FrameRequest(SMALL, frame_spec(clip_skip=2), None))
    assert server.options["CLIP_stop_at_last_layers"] == 2
    backend.close()
    assert server.options["CLIP_stop_at_last_layers"] == 1


@pytest.mark.parametrize("unsaved", [set(), {"sd_vae"}])
def test_each_scenes_vae_stays_for_the_scene_and_the_persons_own_comes_back(server, unsaved):
    server.unsaved = unsaved
    backend = WebuiApiBackend(server.url)
    own = backend.generate(REQUEST)
    other = backend.generate(dataclasses.replace(REQUEST, spec=frame_spec(vae="Sharp.pt")))
    assert server.options["sd_vae"] == "sharp.pt"  # a WebUI that took it back would load it anew for each frame
    assert (other != own).any()
    np.testing.assert_array_equal(backend.generate(REQUEST), own)
    backend.close()
    assert server.options["sd_vae"] == "Automatic"


def test_a1111s_model_is_taken_back_after_each_call_and_forges_is_not(server):
    request = dataclasses.replace(REQUEST, spec=frame_spec(checkpoint="other"))
    with closing(WebuiApiBackend(server.url)) as backend:
        backend.generate(request)
        assert server.options["sd_model_checkpoint"] == "tiny.safetensors"
    server.options["forge_additional_modules"] = []
    with closing(WebuiApiBackend(server.url)) as backend:
        backend.generate(request)
        assert server.options["sd_model_checkpoint"] == "other.safetensors"
    assert server.options["sd_model_checkpoint"] == "tiny.safetensors"


def test_forges_vae_over_there_comes_beside_its_text_encoders(server):
    server.options["forge_additional_modules"] = ["D:\\models\\text_encoder\\clip_l.pt", "/models/VAE/sharp.pt"]
    backend = WebuiApiBackend(server.url)
    backend.generate(dataclasses.replace(REQUEST, spec=frame_spec(vae="soft.pt")))
    modules = ["D:\\models\\text_encoder\\clip_l.pt", "/models/VAE/soft.pt"]
    assert server.drawn("img2img")[-1]["override_settings"] == {"forge_additional_modules": modules}
    backend.close()
    assert server.options["forge_additional_modules"][1] == "/models/VAE/sharp.pt"


def test_an_unknown_vae_is_a_problem_before_the_first_frame(backend):
    problems = backend.problems(plan_of(frame_spec(vae="sharpp.pt")))
    assert any("no VAE 'sharpp.pt'; did you mean sharp.pt?" in problem for problem in problems)


def test_pictures_that_lose_something_in_each_frame_are_a_problem(server, backend):
    server.options["samples_format"] = "jpg"
    assert any("set Settings" in problem for problem in backend.problems(plan_of(frame_spec())))


def test_a_webui_older_than_schedulers_still_draws(server, backend):
    server.schedulers_known = False
    backend.generate(REQUEST)
    assert server.drawn("img2img")[0]["scheduler"] == "Automatic"


def test_a_model_is_known_by_title_name_and_hash(server, backend):
    plan = plan_of(*(frame_spec(checkpoint=name) for name in ("tiny", "abcdef", "tiny.safetensors [abcdef]")))
    assert list(backend.problems(plan)) == []


def test_something_that_is_no_picture_is_refused(server, backend):
    server.fail = lambda path: (200, {"images": ["bm90IGEgcGljdHVyZQ=="]}) if "img2img" in path else None
    with pytest.raises(BackendError, match="no picture"):
        backend.generate(REQUEST)


def test_the_address_of_a_webui_opens_its_backend(server):
    backend = open_backend(server.url, Project(song=Song(path="song.wav")))
    frame = backend.generate(REQUEST)
    assert frame.shape == (SMALL[1], SMALL[0], 3)
    assert np.any(frame != REQUEST.init)
    backend.close()


def test_several_addresses_open_several_backends(server):
    project = Project(song=Song(path="song.wav"))
    backends = open_backends(f"{server.url}, {server.url}", project)
    assert len(backends) == 2
    assert backends[0].identity == backends[1].identity
    for backend in backends:
        backend.close()


def answering(answers: list[bytes]) -> tuple[str, list[str], socket.socket]:
    """Serve raw answers, one connection each, the last one again and again: (address, paths asked, server)."""
    server = socket.create_server(("127.0.0.1", 0))
    asked: list[str] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                # All of it: closed with something unread, a connection is reset, and the answer lost.
                head, _, body = connection.recv(65536).partition(b"\r\n\r\n")
                length = int((re.findall(rb"(?i)content-length: (\d+)", head) or [b"0"])[0])
                while len(body) < length:
                    body += connection.recv(65536)
                asked.append(head.decode().split()[1])
                connection.sendall(answers[min(len(asked), len(answers)) - 1])

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{server.getsockname()[1]}", asked, server


def http_answer(body: bytes, kept: int | None = None, *, length: bool = True) -> bytes:
    told = f"Content-Length: {len(body)}\r\n" if length else ""
    return f"HTTP/1.1 200 OK\r\nConnection: close\r\n{told}\r\n".encode() + body[:kept]


WHOLE = json.dumps({"images": ["A" * 1000]}).encode()
PAGE = b"<html>your tunnel is warming up</html>"


@pytest.mark.parametrize(
    "broken",
    [
        http_answer(WHOLE, 400),
        http_answer(WHOLE, 0),
        http_answer(WHOLE, 400, length=False),
        http_answer(b"", length=False),
        http_answer(b""),
        http_answer(PAGE),
    ],
    ids=["short", "nothing of it", "short without a length", "empty without a length", "empty", "a tunnel's page"],
)
def test_an_answer_that_breaks_off_is_asked_for_again(broken: bytes) -> None:
    url, asked, server = answering([http_answer(b"{}"), broken, http_answer(WHOLE)])
    waits: list[float] = []
    asking = client(url, waits)
    with server, closing(asking):
        asking.get("/sdapi/v1/options")
        assert asking.post("/sdapi/v1/img2img", {})["images"] == ["A" * 1000]
    assert asked == ["/sdapi/v1/options", "/sdapi/v1/img2img", "/sdapi/v1/img2img"]
    assert waits == []


def test_a_webui_that_has_answered_is_never_called_a_wrong_address() -> None:
    url, _, server = answering([http_answer(b"{}"), http_answer(PAGE)])
    asking = client(url, [], patience_s=3.0)
    with server, closing(asking):
        asking.get("/sdapi/v1/options")
        with pytest.raises(BackendError, match=r"cannot be reached any more .*broke off.*kept"):
            asking.post("/sdapi/v1/img2img", {})


def test_an_address_that_answers_with_a_page_is_called_wrong_at_once() -> None:
    url, asked, server = answering([http_answer(PAGE)])
    asking = client(url, [])
    with server, closing(asking), pytest.raises(BackendError, match="is this a WebUI's address"):
        asking.get("/sdapi/v1/options")
    assert len(asked) == 1
