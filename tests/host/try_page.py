"""What a person does on GLANCE's page in a WebUI that runs, by clicks in a browser: a line for each thing.

    python -m tests.host.try_page http://127.0.0.1:7860 PICTURES PROJECTS

PICTURES is the folder for screenshots, PROJECTS the WebUI's folder of GLANCE's projects (`outputs/glance`), on this
machine. The WebUI takes the model that it has chosen; the video is so small that a processor draws it in minutes.
"""

from __future__ import annotations

import json
import re
import sys
import time
import traceback
import urllib.request
import wave
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

_CHROMIUM = "/usr/bin/chromium"
_FLAGS = ("--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required")
#: A model is loaded before the first frame, on a machine that may be busy.
_PATIENCE_MS = 240_000
_VIDEO_MS = 1_500_000
_SR = 22_050
_SECONDS = 2
_SIDE = "64"
_STEPS = "2"


class Trial:
    """A browser in front of a WebUI.

    Args:
        page: GLANCE's page is opened in it.
        address: The WebUI's.
        pictures: Folder for screenshots.
        projects: The WebUI's folder of GLANCE's projects.
    """

    def __init__(self, page: Page, address: str, pictures: Path, projects: Path) -> None:
        self.page = page
        self.address = address
        self.pictures = pictures
        self.projects = projects

    def tab(self, name: str) -> None:
        """Bring one of the WebUI's tabs to the front."""
        tabs = self.page.locator("#tabs > .tab-nav button, #tabs > div:first-child button[role=tab]")
        tabs.filter(has_text=name).first.click()

    def shoot(self, name: str) -> None:
        """Keep what is seen now."""
        self.page.screenshot(path=self.pictures / f"{name}.png")

    def button(self, name: str) -> Locator:
        """Return GLANCE's first button of that name."""
        return self.page.locator(".glance").get_by_role("button", name=name, exact=True).first

    def type_into(self, label: str, text: str) -> None:
        """Fill one of GLANCE's fields and leave it."""
        field = self.page.locator(".glance").get_by_label(label, exact=True).first
        field.fill(text)
        field.press("Tab")

    def until_saved(self) -> None:
        """Wait until the project is on the disk."""
        expect(self.page.locator(".glance .saving")).to_have_text("Saved")

    @property
    def project(self) -> Path:
        """The newest project's folder."""
        return max(self.projects.glob("*/project.glance.json"), key=lambda path: path.stat().st_mtime_ns).parent

    def saved(self) -> dict[str, Any]:
        """Return the newest project as it is on the disk."""
        self.until_saved()
        value: dict[str, Any] = json.loads((self.project / "project.glance.json").read_text("utf-8"))
        return value


def opens(trial: Trial) -> str:
    """The WebUI's page has the tab, and GLANCE's page in it."""
    trial.page.goto(trial.address)
    trial.tab("GLANCE")
    expect(trial.page.locator(".glance .welcome")).to_be_visible()
    trial.shoot("tab")
    notices = trial.page.locator(".glance-notice").all_inner_texts()
    return "; ".join(notices) or "nothing missing"


def takes_a_song(trial: Trial) -> str:
    """A song is heard, and a new project begins with what suits the model."""
    song = trial.pictures / "Night train.wav"
    _write_song(song)
    trial.page.locator(".welcome input[type=file]").set_input_files(song)
    expect(trial.page.locator(".glance .card").first).to_be_visible()
    curves = trial.saved()["curves"]
    trial.shoot("song")
    return ", ".join(f"{name} {text}" for name, text in curves.items() if name != "cadence")


def draws_a_video(trial: Trial) -> str:
    """A take from the first frame to the last."""
    began = time.monotonic()
    trial.button("Make the video").click()
    expect(trial.page.locator(".take video")).to_have_count(1, timeout=_VIDEO_MS)
    trial.page.locator(".take").first.scroll_into_view_if_needed()
    trial.page.locator(".take video").first.evaluate("video => video.play()")
    trial.page.wait_for_function("() => document.querySelector('.take video').currentTime > 0.5")
    trial.shoot("take")
    return f"{len(_frames(trial, 1))} frames in {time.monotonic() - began:.0f} s, and it plays"


def stops_and_goes_on(trial: Trial) -> str:
    """The same video again, stopped in the middle and continued, against the one before."""
    trial.button("Make the video").click()
    deadline = time.monotonic() + _VIDEO_MS / 1000
    while len(_frames(trial, 2)) < 4 and time.monotonic() < deadline:
        time.sleep(0.2)
    trial.button("Stop").click()
    go = trial.page.locator(".take").get_by_role("button", name="Continue", exact=True)
    expect(go).to_be_enabled()
    stopped = len(_frames(trial, 2))
    trial.shoot("stopped")
    go.click()
    expect(trial.page.locator(".take video")).to_have_count(2, timeout=_VIDEO_MS)
    return f"stopped after {stopped}; {_compared(_frames(trial, 1), _frames(trial, 2))}"


def takes_over_img2img(trial: Trial) -> str:
    """What stands in img2img's fields goes to the project; then the video is made small enough."""
    trial.tab("img2img")
    trial.page.locator("#img2img_prompt textarea").first.fill("ink on wet paper")
    trial.page.locator("#img2img_neg_prompt textarea").first.fill("photograph")
    for element, value in (("img2img_steps", _STEPS), ("img2img_denoising_strength", "0.45")):
        field = trial.page.locator(f"#{element} input[type=number]").first
        field.fill(value)
        field.press("Tab")
    trial.tab("GLANCE")
    trial.button("Take over img2img’s settings").click()
    expect(trial.page.locator(".glance .notice:not(.elsewhere)")).to_contain_text("Taken over from img2img")
    taken = trial.saved()
    trial.shoot("taken-over")
    trial.page.get_by_text("Exact numbers").first.click()
    for label, value in (("Width", _SIDE), ("Height", _SIDE), ("Pictures per second", "4")):
        trial.type_into(label, value)
    trial.until_saved()
    curves, look = taken["curves"], taken["look"]
    names = ("steps", "strength", "sampler", "scheduler", "cfg", "checkpoint", "vae", "clip_skip")
    wrong = [
        f"{name}: {found!r}"
        for name, found, meant in (
            ("prompt", look["prompt_prefix"], "ink on wet paper"),
            ("negative", look["negative"], "photograph"),
            ("steps", curves.get("steps"), _STEPS),
            ("strength", curves.get("strength"), "0.55"),
        )
        if found != meant
    ]
    assert not wrong, wrong
    size = f"{taken['output']['width']}x{taken['output']['height']}"
    return ", ".join([*(f"{name} {curves[name]}" for name in names if name in curves), f"size {size}"])


def sends_a_frame(trial: Trial) -> str:
    """A finished take's frame goes to img2img, with its text."""
    trial.page.locator(".take").first.get_by_role("button", name="This frame to img2img").click()
    shown = trial.page.locator("#img2img_image img, #img2img_image canvas").first
    expect(shown).to_be_visible()
    scene = trial.saved()["scenes"][0]["prompt"]
    field = trial.page.locator("#img2img_prompt textarea").first
    expect(field).to_have_value(re.compile(f".*{re.escape(scene.split(',')[0])}.*", re.DOTALL))
    trial.shoot("sent")
    denoising = trial.page.locator("#img2img_denoising_strength input[type=number]").first.input_value()
    steps = trial.page.locator("#img2img_steps input[type=number]").first.input_value()
    return f"picture and prompt there; steps {steps}, denoising {denoising}"


def takes_a_picture(trial: Trial) -> str:
    """A picture that txt2img drew becomes the start of the video."""
    trial.tab("txt2img")
    trial.page.locator("#txt2img_prompt textarea").first.fill("a paper boat")
    for element, value in (("txt2img_steps", "2"), ("txt2img_width", _SIDE), ("txt2img_height", _SIDE)):
        field = trial.page.locator(f"#{element} input[type=number]").first
        field.fill(value)
        field.press("Tab")
    trial.page.locator("#txt2img_generate").click()
    # Not the preview that is shown while it is drawn.
    expect(trial.page.locator("#txt2img_gallery :is(.thumbnail-item, .grid-wrap) img").first).to_be_visible()
    trial.page.locator("#glance_from_txt2img").click()
    expect(trial.page.locator(".glance .notice:not(.elsewhere)")).to_contain_text("starts from this picture")
    start = str(trial.saved()["look"]["start_image"])
    assert (trial.project / start).is_file()
    trial.shoot("start-picture")
    return f"{start}, {Image.open(trial.project / start).size}"


def keeps_its_settings(trial: Trial) -> str:
    """GLANCE's page among the WebUI's settings is changed and applied."""
    trial.tab("Settings")
    trial.page.locator("#settings > .tab-nav button, #settings button[role=tab]").filter(
        has_text="GLANCE"
    ).first.click()
    field = trial.page.locator("#setting_glance_crf input[type=number]").first
    expect(field).to_be_visible()
    n_settings = trial.page.locator("[id^=setting_glance_]").count()
    field.fill("21")
    field.press("Tab")
    trial.shoot("settings")
    trial.page.locator("#settings_submit").click()
    deadline = time.monotonic() + _PATIENCE_MS / 1000
    while time.monotonic() < deadline and _quality(trial.address) != 21:
        time.sleep(0.5)
    assert _quality(trial.address) == 21
    field.fill("17")
    field.press("Tab")
    trial.page.locator("#settings_submit").click()
    return f"{n_settings} settings; one changed, applied and put back"


def looks_right_in_the_dark(trial: Trial) -> str:
    """The page in the WebUI's dark theme."""
    trial.page.goto(f"{trial.address}/?__theme=dark")
    trial.tab("GLANCE")
    expect(trial.page.locator(".glance .top")).to_be_visible()
    trial.page.wait_for_timeout(1500)
    trial.shoot("dark")
    colors = trial.page.locator(".glance").first.evaluate(
        "root => [getComputedStyle(root).color, getComputedStyle(document.body).backgroundColor]"
    )
    return f"{colors[0]} on {colors[1]}"


STEPS: tuple[Callable[[Trial], str], ...] = (
    opens,
    takes_a_song,
    takes_over_img2img,
    draws_a_video,
    stops_and_goes_on,
    sends_a_frame,
    takes_a_picture,
    keeps_its_settings,
    looks_right_in_the_dark,
)


def _frames(trial: Trial, take: int) -> list[Path]:
    return sorted((trial.project / "takes" / f"{take:03d}" / "run").rglob("*.png"))


def _compared(one: list[Path], other: list[Path]) -> str:
    names = [path.name for path in one]
    assert names == [path.name for path in other], f"{len(one)} and {len(other)} frames"
    different = [
        first.name
        for first, second in zip(one, other, strict=True)
        if not np.array_equal(np.asarray(Image.open(first)), np.asarray(Image.open(second)))
    ]
    assert not different, f"not the same: {', '.join(different)}"
    return f"all {len(one)} frames the same, pixel for pixel"


def _quality(address: str) -> int:
    """Return the quality that new projects get."""
    request = urllib.request.Request(f"{address}/glance/v1/welcome", headers={"X-Glance": "1"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return int(json.loads(answer.read())["defaults"]["output"]["crf"])


def _write_song(path: Path) -> None:
    moment = np.arange(_SECONDS * _SR) / _SR
    sound = 0.1 * np.sin(2 * np.pi * 220 * moment)
    beat = np.arange(int(0.2 * _SR)) / _SR
    kick = np.sin(2 * np.pi * (50 * beat + 6 * (1 - np.exp(-beat * 40)))) * np.exp(-beat * 18)
    for number in range(_SECONDS * 2):
        start = round(number * 0.5 * _SR)
        length = min(kick.size, sound.size - start)
        sound[start : start + length] += 0.6 * kick[:length]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_SR)
        file.writeframes((np.clip(sound, -1, 1) * 32_000).astype("<i2").tobytes())


def _attempt(trial: Trial, step: Callable[[Trial], str]) -> bool:
    said = (step.__doc__ or step.__name__).splitlines()[0]
    try:
        found = step(trial)
    except Exception as error:  # noqa: BLE001 - what comes after it is to be tried, too
        with suppress(Exception):
            trial.shoot(f"failed-{step.__name__}")
        where = traceback.extract_tb(error.__traceback__)[-1]
        words = " ".join(str(error).split())[:300]
        sys.stdout.write(f"NOT  {said}\n     {type(error).__name__}: {words} ({where.name}, line {where.lineno})\n")
        sys.stdout.flush()
        return False
    sys.stdout.write(f"seen {said}\n     {found}\n")
    sys.stdout.flush()
    return True


def _opened(browser: Browser, faults: list[str]) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="en-GB")
    context.set_default_timeout(_PATIENCE_MS)
    expect.set_options(timeout=_PATIENCE_MS)
    page = context.new_page()
    # Where it came from tells whether it is GLANCE's or the WebUI's own.
    page.on("pageerror", lambda error: faults.append(" ".join((error.stack or str(error)).split())))
    return page


def main(address: str, pictures: str, projects: str, *only: str) -> int:
    """Try every step, or those whose functions are named, and return how many failed."""
    folder = Path(pictures)
    folder.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_FLAGS))
        trial = Trial(_opened(browser, faults), address, folder, Path(projects))
        steps = [step for step in STEPS if not only or step.__name__ in only]
        failed = [step for step in steps if not _attempt(trial, step)]
        browser.close()
    for fault in faults:
        sys.stdout.write(f"     the page's console: {fault[:300]}\n")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
