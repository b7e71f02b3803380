"""A fake WebUI on this machine's loopback, for tests of what talks to `/sdapi/v1`.

Addresses, fields and answers are facts of A1111 1.10.1's API.
"""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
from PIL import Image

from tests.support.fake_diffusion import DEFAULT_OPTIONS, UPSCALERS, draw, enlarge
from tests.support.host_sources import host_source


class FakeWebui:
    """The server's state, for tests to look at and to change."""

    def __init__(self, host: str = "A1111") -> None:
        self.url = ""
        self.source = host_source(host)
        self.options: dict[str, Any] = dict(DEFAULT_OPTIONS)
        if self.source["modules"]["modules_forge.main_entry"]:
            self.options["forge_additional_modules"] = []
        self.unsaved: set[str] = set()
        self.password: str | None = None
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.interrupted = threading.Event()
        self.fail: Callable[[str], tuple[int, dict[str, Any]] | None] = lambda path: None
        self.drop_next = 0
        self.slow = threading.Event()
        self.schedulers_known = True
        self.random_state: object = "whatever"

    def drawn(self, kind: str) -> list[dict[str, Any]]:
        """Return the payloads of all requests to draw."""
        return [payload for path, payload in self.requests if path.endswith(kind)]

    def answer(self, path: str, payload: dict[str, Any]) -> tuple[int, Any]:
        """Return (status, JSON) for a request."""
        self.requests.append((path, payload))
        failure = self.fail(path)
        if failure is not None:
            return failure
        name = path.removeprefix("/sdapi/v1/")
        if name in ("txt2img", "img2img"):
            return 200, self._draw(name, payload)
        if name == "extra-single-image":
            self.interrupted.clear()
            if self.slow.is_set():
                self.interrupted.wait(5.0)
            picture = enlarge(_array(payload["image"]), payload["upscaling_resize"], blank=self.interrupted.is_set())
            return 200, {"image": _base64(picture), "html_info": ""}
        if name == "options":
            self.options.update(payload)
            return 200, dict(self.options)
        if name == "interrupt":
            self.interrupted.set()
            return 200, {}
        known: dict[str, Any] = {
            "samplers": [
                {key: each[key] for key in ("name", "aliases", "options")} for each in self.source["samplers"]
            ],
            "schedulers": self.source["schedulers"],
            "sd-models": [
                {"title": "tiny.safetensors [abcdef]", "model_name": "tiny", "hash": "abcdef"},
                {"title": "other.safetensors", "model_name": "other", "hash": None},
            ],
            "sd-modules" if "forge_additional_modules" in self.options else "sd-vae": [
                {"model_name": vae, "filename": f"/models/VAE/{vae}"} for vae in ("sharp.pt", "soft.pt")
            ],
            "scripts": {"txt2img": ["adetailer"], "img2img": ["adetailer"]},
            "upscalers": [{"name": upscaler, "scale": 4} for upscaler in UPSCALERS],
            "progress": {"progress": 0.0, "state": {"interrupted": self.interrupted.is_set(), "skipped": False}},
        }
        if name not in known or (name == "schedulers" and not (self.schedulers_known and self.source["schedulers"])):
            return 404, {"detail": "Not Found"}
        return 200, known[name]

    def _draw(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.interrupted.clear()
        if self.slow.is_set():
            self.interrupted.wait(5.0)
        options = {**self.options, **payload["override_settings"]}
        kept = self.unsaved if payload.get("override_settings_restore_afterwards", True) else options.keys()
        self.options.update({key: options[key] for key in kept & payload["override_settings"].keys()})
        init = _array(payload["init_images"][0]) if kind == "img2img" else None
        mask = _array(payload["mask"])[:, :, 0] if payload.get("mask") else None
        picture = draw(payload, init, options, self.random_state, self.source["title"], mask)
        self.random_state = ("seeded by", payload["seed"])
        return {"images": [_base64(picture)] if payload.get("send_images", True) else [], "info": "{}"}


def _array(text: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))).convert("RGB"))


def _base64(picture: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


@contextmanager
def fake_webui(host: str = "A1111") -> Iterator[FakeWebui]:
    """Run a fake WebUI, one of the five, while the block lasts."""
    state = FakeWebui(host)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer(json.loads(body or b"{}"))

        def _answer(self, payload: dict[str, Any]) -> None:
            if state.drop_next:
                state.drop_next -= 1
                self.close_connection = True
                return
            expected = state.password and "Basic " + base64.b64encode(state.password.encode()).decode()
            if expected and self.headers.get("Authorization") != expected:
                status, answer = 401, {"detail": "Incorrect username or password"}
            else:
                status, answer = state.answer(self.path.partition("?")[0], payload)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
