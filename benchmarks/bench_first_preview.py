"""From opening the page to a preview that plays: two actions, wall time.

    python -m benchmarks.bench_first_preview

Actions: "Try the demo song", then "Preview". Aim: under 20 s on two CPU cores, server and browser together.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

_ROOT = Path(__file__).parents[1]
_PLAYS = "() => { const { frame } = document.querySelector('canvas.screen').dataset; return Number(frame) > 2; }"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        command = [sys.executable, "-m", "tests.ui.serve", folder]
        with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            assert server.stdin is not None
            url = server.stdout.readline().strip()
            flags = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(120_000)
            start = time.perf_counter()
            page.goto(url)
            page.get_by_role("button", name="Try the demo song").click()
            page.locator(".card").first.wait_for()
            scenes = time.perf_counter() - start
            page.locator(".stage").get_by_role("button", name="Preview", exact=True).click()
            page.wait_for_function(_PLAYS)
            plays = time.perf_counter() - start
            print(f"scenes after {scenes:5.1f} s, preview plays after {plays:5.1f} s, aim 20 s")
            browser.close()
            server.stdin.close()


if __name__ == "__main__":
    main()
