"""`glance studio` alone: a plain page that needs nothing beyond what `make demo` installs, and asks nobody else."""

from __future__ import annotations

import json
import posixpath
import re
import signal
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from glance.app.studio import studio_app
from glance.errors import GlanceError
from tests.support.asgi_client import ask

_ROOT = Path(__file__).parents[3]
#: Refuses every module of a package that `make demo` does not install.
_FRESH = textwrap.dedent("""
    import importlib.abc, importlib.machinery, json, runpy, sys
    missing = set(json.loads(sys.argv[1]))
    class Fresh(importlib.abc.MetaPathFinder):
        def find_spec(self, name, path=None, target=None):
            if name.partition(".")[0] in missing:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    sys.meta_path.insert(0, Fresh())
    sys.argv = ["glance", *sys.argv[2:]]
    runpy.run_module("glance", run_name="__main__")
""")


def _needed(extra: str) -> set[str]:
    """Return the distributions that installing GLANCE with an extra brings, by name as PyPI compares it."""
    text = (_ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = [re.search(rf"^{name} = \[(.*?)\]", text, re.S | re.M) for name in ("dependencies", extra)]
    wanted = [Requirement(line) for found in listed if found for line in re.findall(r'"([^"]+)"', found[1])]
    assert len(wanted) > 10
    brought: set[str] = set()
    while wanted:
        requirement = wanted.pop()
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if name in brought:
            continue
        brought.add(name)
        for need in map(Requirement, metadata.requires(requirement.name) or ()):
            extras = requirement.extras or {""}
            if need.marker is None or any(need.marker.evaluate({"extra": each}) for each in extras):
                wanted.append(need)
    return brought


def _absent() -> list[str]:
    """Return the modules that are installed for the tests and would not be there after `make demo`."""
    needed = _needed("standalone")
    known = metadata.packages_distributions()
    names = {module: {re.sub(r"[-_.]+", "-", each).lower() for each in found} for module, found in known.items()}
    return [module for module, found in names.items() if not found & needed and module not in ("glance", "tests")]


def test_make_demo_installs_what_the_page_needs_and_no_gradio() -> None:
    makefile = (_ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--editable '.[standalone]'" in makefile[makefile.index(".standalone:") :]
    needed = _needed("standalone")
    assert {"starlette", "uvicorn", "h11"} <= needed
    assert not {"gradio", "fastapi"} & needed
    assert {"gradio", "fastapi", "pytest"} <= set(_absent())


@dataclass(frozen=True)
class Fresh:
    """A running studio of a fresh environment."""

    url: str

    def ask(self, path: str, data: bytes | None = None) -> bytes:
        """Return what the page's script is answered."""
        request = urllib.request.Request(f"{self.url}{path}", data, {"X-Glance": "1"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as response:
            body: bytes = response.read()
            return body

    def ended(self, task: bytes) -> dict[str, Any]:
        """Follow a task to its end."""
        events = self.ask(f"/glance/v1/tasks/{json.loads(task)['id']}/events").decode()
        state: dict[str, Any] = json.loads(events.strip().split("\n\n")[-1].removeprefix("data: "))
        return state


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    folder = tmp_path_factory.mktemp("fresh")
    command = [sys.executable, "-c", _FRESH, json.dumps(_absent()), "studio", "--no-browser", "--folder", str(folder)]
    with subprocess.Popen(
        [*command, "--port", "18300"], cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = re.search(r"http://[\d.:]+", line)
        assert address, line + process.stdout.read()
        studio = Fresh(address[0])
        _until_there(studio, process)
        yield studio
        process.send_signal(signal.SIGINT if hasattr(signal, "pthread_kill") else signal.SIGTERM)
        process.wait(30)


def _until_there(studio: Fresh, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            studio.ask("/")
            return
        except urllib.error.URLError:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.1)


def test_after_make_demo_the_page_opens_with_all_its_modules(fresh: Fresh) -> None:
    page = fresh.ask("/").decode()
    assert 'id="glance_root"' in page
    links = re.findall(r'(?:href|src)="([^"#]+)"', page)
    assert not [link for link in links if link.startswith(("http:", "https:", "//"))]
    files = [link for link in links if not link.startswith("data:")]
    assert any(link.endswith("style.css") for link in files)
    seen: set[str] = set()
    while files:
        file = files.pop()
        if file in seen:
            continue
        seen.add(file)
        text = fresh.ask(f"/{file}").decode()
        if file.endswith(".mjs"):
            near = re.findall(r'^(?:import|export)\b[^;]*?from "(\.[^"]+)"', text, re.M)
            files += [posixpath.normpath(posixpath.join(posixpath.dirname(file), each)) for each in near]
    modules = {path.relative_to(_ROOT).as_posix() for path in (_ROOT / "javascript" / "lib").rglob("*.mjs")}
    assert len(seen) > 0.8 * len(modules)


def test_after_make_demo_the_demo_song_is_heard_and_previewed(fresh: Fresh) -> None:
    identity = json.loads(fresh.ask("/glance/v1/demo", b"{}"))["id"]
    heard = fresh.ended(fresh.ask(f"/glance/v1/projects/{identity}/listen", b"{}"))
    assert heard["status"] == "done", heard
    project = heard["result"]["project"]
    project["output"] |= {"width": 64, "height": 64, "fps": "2"}
    body = json.dumps({"project": project, "span": [0.0, 2.0]}).encode()
    drawn = fresh.ended(fresh.ask(f"/glance/v1/projects/{identity}/preview", body))
    assert drawn["status"] == "done", drawn
    assert fresh.ask(f"/glance/v1/projects/{identity}/pictures/preview/0.jpg")[:2] == b"\xff\xd8"


def test_what_is_not_there_is_said_in_json_and_nothing_can_be_framed(tmp_path: Path) -> None:
    app = studio_app(tmp_path)
    for path in ("/nothing", "/glance/v1/nothing", "/glance/", "/gradio_api/info"):
        answer = ask(app, "GET", path, headers={"host": "127.0.0.1"})
        assert (answer.status, answer.json()) == (404, {"detail": "There is nothing here."})
    page = ask(app, "GET", "/", headers={"host": "127.0.0.1"})
    assert page.headers["content-security-policy"] == "frame-ancestors 'self'"
    assert ask(app, "GET", "/", headers={"host": "evil.example"}).status == 400


def test_without_a_server_package_the_page_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "starlette.applications", None)
    with pytest.raises(GlanceError, match=r"the studio needs a small server.*uvicorn"):
        studio_app(tmp_path)
