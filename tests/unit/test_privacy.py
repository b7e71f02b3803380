"""Nothing is sent anywhere unasked: behind a proxy that refuses everything, nobody knocks."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from glance.system.telemetry import SWITCHES, silence

ROOT = Path(__file__).parents[2]

#: Put in front of every process: what goes around the proxy is noted as well.
_WATCH = """
import os, socket
_own = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "", None}
def _note(what, where):
    if where not in _own and not str(where).startswith("127."):
        with open(os.environ["GLANCE_TEST_NOTES"], "a") as file:
            file.write(f"{what} {where}\\n")
_connect, _look = socket.socket.connect, socket.getaddrinfo
def connect(self, address):
    if self.family != getattr(socket, "AF_UNIX", None):
        _note("connect", address[0])
    return _connect(self, address)
def getaddrinfo(host, *rest, **named):
    _note("name", host.decode() if isinstance(host, bytes) else host)
    return _look(host, *rest, **named)
socket.socket.connect, socket.getaddrinfo = connect, getaddrinfo
"""


class Watched:
    """Runs Python behind a proxy on this machine that refuses everything, and counts who knocked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(0.2)
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()
        (folder / "watch").mkdir()
        (folder / "watch" / "sitecustomize.py").write_text(_WATCH, encoding="utf-8")

    def _serve(self) -> None:
        while not self.over.is_set():
            try:
                client, _ = self.server.accept()
            except TimeoutError:
                continue
            with client:
                client.settimeout(2)
                self.asked.append(client.recv(400).split(b"\r\n")[0].decode("latin-1"))
                client.sendall(b"HTTP/1.1 502 refused\r\n\r\n")

    def close(self) -> None:
        self.over.set()
        self.thread.join()
        self.server.close()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        proxy = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
        environment = {key: value for key, value in os.environ.items() if key not in SWITCHES and key != "NO_PROXY"}
        environment |= dict.fromkeys(names, proxy)
        environment |= {"no_proxy": "127.0.0.1,localhost", "GLANCE_TEST_NOTES": str(self.folder / "notes.txt")}
        environment |= {"XDG_CACHE_HOME": str(self.folder / "cache"), "HOME": str(self.folder)}
        environment |= {"LOCALAPPDATA": str(self.folder / "cache"), "USERPROFILE": str(self.folder)}
        environment["PYTHONPATH"] = os.pathsep.join([str(self.folder / "watch"), str(ROOT)])
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def nobody_knocked(self) -> None:
        assert self.asked == []
        assert not (self.folder / "notes.txt").exists(), (self.folder / "notes.txt").read_text()
        # What could not be sent is kept for later: a device's id, a store of events.
        kept = [
            path for path in self.folder.rglob("*") if re.search(r"microsoft|onnxruntime|huggingface", str(path), re.I)
        ]
        assert kept == []


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    yield watched
    watched.close()


def test_the_watch_sees_who_goes_through_the_proxy_and_who_goes_around_it(watched: Watched) -> None:
    watched.run(
        "-c",
        "import socket, urllib.request\n"
        "try: urllib.request.urlopen('https://telemetry.example/')\n"
        "except OSError: pass\n"
        "try: socket.create_connection(('198.51.100.1', 9), 0.05)\n"
        "except OSError: pass\n",
    )
    assert watched.asked == ["CONNECT telemetry.example:443 HTTP/1.0"] or "telemetry.example" in watched.asked[0]
    assert "198.51.100.1" in (watched.folder / "notes.txt").read_text()


def test_a_demo_heard_planned_previewed_and_rendered_reaches_nobody(watched: Watched) -> None:
    watched.run("-m", "glance.app.demo_song", "demo.wav")
    watched.run("-m", "glance", "analyse", "demo.wav")
    watched.run("-m", "glance", "plan", "demo.wav", "--theme", "a lighthouse that remembers the sea")
    watched.run(
        *("-m", "glance", "render", "demo.glance.json", "-o", "demo.mp4"),
        *("--size", "64x64", "--fps", "4", "--end", "0:02", "--report"),
    )
    watched.run("-m", "glance", "preview", "demo.glance.json", "--end", "0:01", "--size", "64x64")
    watched.nobody_knocked()


def test_a_page_of_its_own_reaches_nobody(watched: Watched) -> None:
    (watched.folder / "studio.py").write_text(
        textwrap.dedent("""
            import threading, time, urllib.request
            from pathlib import Path
            import uvicorn
            from glance.app.studio import studio_app
            from glance.system.platform import is_free_port
            port = next(port for port in range(18970, 19070) if is_free_port("127.0.0.1", port))
            server = uvicorn.Server(uvicorn.Config(studio_app(Path("studio")), port=port, log_level="warning"))
            thread = threading.Thread(target=server.run)
            thread.start()
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            def ask(path, data=None):
                request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, {"X-Glance": "1"})
                return opener.open(request).read()
            for _ in range(200):
                try:
                    ask("/")
                    break
                except OSError:
                    time.sleep(0.1)
            assert b"glance_root" in ask("/")
            ask("/glance/v1/welcome")
            ask("/glance/v1/demo", b"{}")
            server.should_exit = True
            thread.join()
        """),
        encoding="utf-8",
    )
    watched.run("studio.py")
    watched.nobody_knocked()


def test_hearing_and_drawing_on_the_tab_reaches_nobody(watched: Watched) -> None:
    # Below gradio, which is the WebUI's own, the tab is this workshop.
    (watched.folder / "tab.py").write_text(
        textwrap.dedent("""
            import glance.webui
            import time
            from contextlib import closing
            from pathlib import Path
            from glance.app.host import StandaloneHost
            from glance.app.service import StudioService
            workshop = StudioService(StandaloneHost(Path("tab")))
            workshop.welcome(local=True)
            identity = workshop.create_demo()["id"]
            task = workshop.listen(identity)
            while task.running:
                time.sleep(0.05)
            assert task.state["status"] == "done", task.state
            import json
            project = json.dumps(task.state["result"]["project"])
            task = workshop.preview(identity, project, (0.0, 1.0))
            while task.running:
                time.sleep(0.05)
            assert task.state["status"] == "done", task.state
        """),
        encoding="utf-8",
    )
    watched.run("tab.py")
    watched.nobody_knocked()


def test_what_a_person_has_switched_themselves_stays() -> None:
    environment = {"ORT_DISABLE_TELEMETRY": "0"}
    silence(environment)
    assert environment == SWITCHES | {"ORT_DISABLE_TELEMETRY": "0"}


@pytest.mark.parametrize(
    ("before", "calls"), [({}, 1), ({"ORT_DISABLE_TELEMETRY": "1"}, 1), ({"ORT_DISABLE_TELEMETRY": "0"}, 0)]
)
def test_onnxruntime_that_others_loaded_before_is_told_to_be_silent(
    before: dict[str, str], calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []

    class Loaded:
        @staticmethod
        def disable_telemetry_events() -> None:
            told.append(1)

    monkeypatch.setitem(sys.modules, "onnxruntime", Loaded)
    silence(dict(before))
    assert len(told) == calls


@pytest.mark.parametrize("package", ["onnxruntime", "nudenet"])
def test_every_import_of_a_package_that_sends_comes_after_the_silence(package: str) -> None:
    for path in sorted((ROOT / "glance").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        at = re.search(rf"^ +(import|from) {package}\b", text, re.M)
        if at:
            assert text.rfind("    silence()\n", 0, at.start()) >= 0, path
