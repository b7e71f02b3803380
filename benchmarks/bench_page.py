"""What dragging a key costs in the browser: a ten-minute song at 30 frames a second, 18,000 frames.

    python -m benchmarks.bench_page [--keys 18000]

Prints the script time of one step of a drag (pointer event, evaluation, painting) beside the 16.7 ms of a 60 Hz frame.
Time is the page's own clock around its event handlers and animation callbacks; medians, so that other work on the
machine hardly counts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

MINUTES = 10
FPS = 30
STEPS = 120
_ROOT = Path(__file__).parents[1]

_MEASURE = """
async ({ steps }) => {
  const canvas = document.querySelector("canvas.timeline");
  canvas.scrollIntoView({ block: "center" });
  const spent = [];
  const ask = window.requestAnimationFrame.bind(window);
  let painted = 0;
  window.requestAnimationFrame = (draw) => ask((now) => {
    const t = performance.now();
    draw(now);
    painted += performance.now() - t;
  });
  const box = canvas.getBoundingClientRect();
  const send = (name, x, y) => canvas.dispatchEvent(new PointerEvent(name,
    { pointerId: 1, pointerType: "mouse", button: 0, clientX: box.left + x, clientY: box.top + y, bubbles: true }));
  canvas.setPointerCapture = () => {};
  const find = () => {
    for (let y = 124; y < box.height - 12; y += 3) for (let x = box.width / 2; x < box.width / 2 + 120; x += 3) {
      send("pointermove", x, y);
      if (canvas.style.cursor === "grab") return [x, y];
    }
    throw new Error("no key found");
  };
  const [x, y] = find();
  send("pointerdown", x, y);
  for (let step = 1; step <= steps; step += 1) {
    painted = 0;
    const t = performance.now();
    send("pointermove", x + 5 * Math.sin(step / 5), y + 40 * Math.sin(step / 9));
    const handled = performance.now() - t;
    await new Promise((resolve) => ask(() => ask(resolve)));
    spent.push(handled + painted);
  }
  send("pointerup", x, y);
  return spent;
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=MINUTES * 60 * FPS, help="keys of the dragged curve")
    keys = parser.parse_args().keys
    with tempfile.TemporaryDirectory() as folder:
        song = Path(folder) / "long.wav"
        _write_song(song)
        command = [sys.executable, "-m", "tests.ui.serve", folder]
        with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            assert server.stdin is not None
            _measure(server.stdout.readline().strip(), song, keys)
            server.stdin.close()


def _measure(url: str, song: Path, keys: int) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.set_default_timeout(300_000)
        page.goto(url)
        page.locator(".welcome input[type=file]").set_input_files(song)
        page.locator(".card").first.wait_for()
        for label, count in (("2 keys", 2), (f"{keys} keys", keys)):
            _give_keys(page, url, count)
            spent = np.array(page.evaluate(_MEASURE, {"steps": STEPS}))
            median, slow = np.median(spent), np.percentile(spent, 90)
            print(f"{label:>12}: {median:6.2f} ms a step (median), {slow:6.2f} ms (90 %), of 16.7 ms")
        browser.close()


def _give_keys(page: Page, url: str, count: int) -> None:
    project_id = page.url.split("glance=")[1]
    project = page.request.get(f"{url}/glance/v1/projects/{project_id}").json()["project"]
    project["output"]["fps"] = str(FPS)
    frames = np.linspace(0, MINUTES * 60 * FPS - 1, count).astype(int)
    if count == 2:
        frames[1] //= 2
    project["curves"] = {"strength": ", ".join(f"{frame}:({0.6 + 0.1 * np.sin(frame / 40):.4f})" for frame in frames)}
    body = json.dumps({"project": project, "channels": []})
    headers = {"X-Glance": "1", "Content-Type": "application/json"}
    assert page.request.post(f"{url}/glance/v1/projects/{project_id}/save", data=body, headers=headers).ok
    page.reload()
    page.locator(".card").first.wait_for()
    page.wait_for_function(
        "last => Number(document.querySelector('.timeline-tools input[type=number]').max) === last",
        arg=MINUTES * 60 * FPS - 1,
    )
    page.get_by_role("button", name="off", exact=True).click()
    if count > 1000:
        page.get_by_role("button", name="Single frames").click()
        page.mouse.wheel(0, 0)


def _write_song(path: Path, sr: int = 22_050) -> None:
    n = MINUTES * 60 * sr
    time = np.arange(n) / sr
    sound = 0.1 * np.sin(2 * np.pi * 220 * time) * (1 + np.sin(2 * np.pi * time / 40))
    kick = np.exp(-np.arange(sr // 5) / sr * 20) * np.sin(2 * np.pi * 55 * np.arange(sr // 5) / sr)
    for start in range(0, n - kick.size, sr // 2):
        sound[start : start + kick.size] += 0.5 * kick
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sr)
        file.writeframes((np.clip(sound, -1, 1) * 32_000).astype("<i2").tobytes())


if __name__ == "__main__":
    main()
