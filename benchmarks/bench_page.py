"""What dragging costs in the browser: a ten-minute song at 60 frames a second, 36,000 frames, curves everywhere.

    python -m benchmarks.bench_page [--keys 36000]

Prints the script time of one step of a drag (pointer event, evaluation, painting) beside the 16.7 ms of a 60 Hz frame:
of a key, and of a change over 200 others with four channels pinned. Then how long it takes from the address to the
drawn timeline. Time is the page's own clock around its event handlers and animation callbacks: medians, and where
other work keeps the machine busy, the quickest tenth is nearer to the truth.
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

from glance.schedule.channels import CHANNELS

MINUTES = 10
FPS = 60
STEPS = 120
PINNED = ("zoom", "noise", "cfg", "angle")
_ROOT = Path(__file__).parents[1]

_MEASURE = """
async ({ steps, change, pins }) => {
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
    if (change) return [box.width / 2 + 12, box.height - pins * 66 - 12];
    const bottom = box.height - 36 - pins * 66;
    for (let y = 124; y < bottom; y += 3) for (let x = box.width / 2; x < box.width / 2 + 120; x += 3) {
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

_PUT = """
({ address, body }) => fetch(address, { method: "PUT", body,
  headers: { "X-Glance": "1", "Content-Type": "application/json" } }).then((answer) => answer.ok)
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
            _give_keys(page, count)
            _drag(page, label, change=False, pins=0)
        _give_keys(page, 2, n_overrides=200)
        for channel in PINNED:
            page.get_by_label("Channel", exact=True).select_option(channel)
            page.locator("canvas.timeline").press("p")
        page.get_by_label("Channel", exact=True).select_option("strength")
        page.locator(".saving").filter(has_text="Saved").wait_for()
        _drag(page, "a change", change=True, pins=len(PINNED))
        _open(page)
        browser.close()


def _drag(page: Page, label: str, *, change: bool, pins: int) -> None:
    spent = np.array(page.evaluate(_MEASURE, {"steps": STEPS, "change": change, "pins": pins}))
    quick, median, slow = np.percentile(spent, (10, 50, 90))
    print(f"{label:>12}: {median:6.2f} ms a step (median), {quick:.2f} (10 %), {slow:.2f} (90 %), of 16.7 ms")


def _open(page: Page) -> None:
    spent = []
    for _ in range(5):
        page.goto(page.url, wait_until="commit")
        page.locator("canvas.timeline").wait_for()
        page.wait_for_function("document.querySelector('.readout')?.textContent.includes('strength')")
        spent.append(page.evaluate("performance.now()"))
    print(f"     opening: {np.median(spent):6.0f} ms from the address to the timeline's values (median of 5)")


def _give_keys(page: Page, count: int, n_overrides: int = 0) -> None:
    project_id = page.url.split("glance=")[1]
    address = f"/glance/v1/projects/{project_id}"
    project = page.evaluate("address => fetch(address).then((answer) => answer.json())", address)["project"]
    project["output"]["fps"] = str(FPS)
    frames = np.linspace(0, MINUTES * 60 * FPS - 1, count).astype(int)
    if count == 2:
        frames[1] //= 2
    # Every channel moves, by a curve of its own.
    others = {name: channel for name, channel in CHANNELS.items() if channel.kind == "number"}
    project["curves"] = {
        name: f"0:({one.default}), 300s:({one.high}), 600s:({one.low})" for name, one in others.items()
    }
    middle = MINUTES * 60 / 2
    project["overrides"] = [
        {"channel": "strength", "start": f"{time:.2f}s", "end": f"{time + 1:.2f}s", "mode": "scale", "value": 0.5}
        for time in middle + np.arange(n_overrides) * 1.3
    ]
    project["curves"] |= {"strength": ", ".join(f"{frame}:({0.6 + 0.1 * np.sin(frame / 40):.4f})" for frame in frames)}
    assert page.evaluate(_PUT, {"address": address, "body": json.dumps(project)})
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
