"""A real server, a real browser, and a song short enough to be drawn in seconds.

The tests use the gradio that is installed beside pytest; running them once per virtual environment covers all versions.
The server runs in a process of its own, as it does for a person.
"""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

_ROOT = Path(__file__).parents[2]
_CHROMIUM = "/usr/bin/chromium"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
#: Generous, because the machine that runs the tests may be busy; nothing waits longer than it has to.
PATIENCE_MS = 90_000
SR = 22_050


@dataclass(frozen=True)
class Studio:
    """A running server and the folder it keeps projects in."""

    url: str
    folder: Path

    def saved(self, identity: str) -> dict[str, Any]:
        """Return the project file of a project as it is on disk now."""
        value: dict[str, Any] = json.loads((self.folder / identity / "project.glance.json").read_text("utf-8"))
        return value


def served(folder: Path, around: str = "") -> Iterator[Studio]:
    """Run a server until the test is done with it; `around` is `webui` for a stand-in WebUI around the page."""
    with running("tests.ui.serve", str(folder), *around.split()) as address:
        yield Studio(address, folder)


@contextmanager
def running(module: str, *arguments: str) -> Iterator[str]:
    """Run a server of the tests in a process of its own, and give its address."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.stdin.close()
    process.wait(20)
    process.stdout.close()


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    yield from served(tmp_path_factory.mktemp("studio"))


# Not for the session: while Playwright runs, no other test could run an event loop of its own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, studio: Studio) -> Iterator[Page]:
    """An empty page of the studio that fails the test on any script error and on any request to another machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: None if _own(request.url, studio) else faults.append(f"outside: {request.url}"))
    page.goto(studio.url)
    expect(page.locator(".glance .welcome")).to_be_visible(timeout=PATIENCE_MS)
    yield page
    context.close()
    assert faults == []


def _own(url: str, studio: Studio) -> bool:
    return url.startswith((studio.url, "data:", "blob:"))


@pytest.fixture(scope="session")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds at 120 BPM: a soft chord, then kick and chord."""
    path = tmp_path_factory.mktemp("songs") / "Night train.wav"
    time = np.arange(8 * SR) / SR
    chord = sum(np.sin(2 * np.pi * pitch * time) for pitch in (220.0, 277.2, 329.6)) * np.where(time < 4, 0.05, 0.12)
    sound = chord.astype(np.float64)
    beat = np.arange(int(0.2 * SR)) / SR
    kick = np.sin(2 * np.pi * (50 * beat + 6 * (1 - np.exp(-beat * 40)))) * np.exp(-beat * 18)
    for k in range(16):
        start = round(k * 0.5 * SR)
        length = min(kick.size, sound.size - start)
        sound[start : start + length] += (0.25 if k < 8 else 0.6) * kick[:length]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SR)
        file.writeframes((np.clip(sound, -1, 1) * 32_000).astype("<i2").tobytes())
    return path
