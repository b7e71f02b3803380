"""Takes the pictures of the page that README and docs/tab.md show.

    python docs/make_screenshots.py

Needs playwright and Debian's Chromium, as the tests in tests/ui do. The pictures are the page's own, of the
demo song; run it again after the page has changed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

_ROOT = Path(__file__).parents[1]
_OUT = Path(__file__).parent / "img"
_THEME = "a lighthouse that remembers the sea"
#: A margin, no bar across the picture, and nothing about the machine that made it.
_FOR_PICTURES = """
#glance_root .step { padding: 14px; }
#glance_root .top { position: static; }
#glance_root .folder { visibility: hidden; }
"""
_STEPS = ("song", "story", "look", "motion", "timeline", "video")


def main() -> None:
    """Write docs/img/tab-*.jpg."""
    _OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        command = [sys.executable, "-m", "tests.ui.serve", folder]
        with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            assert server.stdin is not None
            url = server.stdout.readline().strip()
            flags = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            page.set_default_timeout(600_000)
            _begin(page, url)
            _make_short_video(page)
            _shoot_steps(page)
            _shoot_changes(page)
            _shoot_variants(page)
            browser.close()
            server.stdin.close()


def _begin(page: Page, url: str) -> None:
    page.goto(url)
    page.locator(".drop").wait_for()
    _shoot(page, "tab-start")
    page.locator("#glance-first-theme").fill(_THEME)
    page.get_by_role("button", name="Try the demo song").click()
    page.locator(".card").first.wait_for()
    page.locator(".concept").filter(has_text="lighthouse").wait_for()
    page.locator(".stage").get_by_role("button", name="Preview", exact=True).click()
    page.wait_for_function("() => Number(document.querySelector('canvas.screen').dataset.frame) > 160")
    page.locator(".stage").get_by_role("button", name="Play").click()
    page.locator(".stage progress").wait_for(state="hidden")
    _shoot(page, "tab-page")


def _make_short_video(page: Page) -> None:
    page.get_by_text("Exact numbers").click()
    for label, value in (("Width", "384"), ("Height", "216"), ("Pictures per second", "4")):
        field = page.get_by_label(label, exact=True).first
        field.fill(value)
        field.press("Tab")
    page.locator(".saving").filter(has_text="Saved").wait_for()
    page.locator(".stage").get_by_role("button", name="Make the video", exact=True).click()
    page.locator(".take video").wait_for()
    page.get_by_text("Exact numbers").click()


def _shoot_steps(page: Page) -> None:
    _add_keys(page)
    page.add_style_tag(content=_FOR_PICTURES)
    for number, name in enumerate(_STEPS, start=1):
        step = page.locator(f"section:has(#glance-step-{number})")
        step.scroll_into_view_if_needed()
        page.wait_for_timeout(1200)
        step.screenshot(path=_OUT / f"tab-{number}-{name}.jpg", type="jpeg", quality=82)


def _add_keys(page: Page) -> None:
    """Give the zoom a few keys, so that the timeline shows what it is for."""
    page.get_by_label("Channel", exact=True).select_option("zoom")
    text = page.get_by_label("The same curve as text")
    text.fill("0:(1), 8b:(1.02, ease_in_out_sine), 24b:(1), 40b:(1.03, ease_out_expo), 56b:(1)")
    text.press("Tab")
    page.locator(".saving").filter(has_text="Saved").wait_for()


def _shoot_changes(page: Page) -> None:
    """Change one hit, mute a break, copy a chorus: what docs/tab.md tells, as tests/ui/test_ui_timeline.py does it."""
    canvas, timeline = page.locator("canvas.timeline"), page.locator("section:has(#glance-step-5)")
    page.get_by_label("The same curve as text").fill("")
    page.get_by_label("Channel", exact=True).select_option("strength")
    _go_to(page, "0:13.2")
    canvas.press("h")
    page.get_by_label("Times", exact=True).fill("0.5")
    page.get_by_label("Times", exact=True).press("Enter")
    for _ in range(4):
        canvas.press("+")
    _shoot_timeline(page, timeline, "tab-hit")
    page.get_by_role("button", name="Whole song").click()
    _go_to(page, "44b")
    canvas.press("s")
    canvas.press("m")
    _shoot_timeline(page, timeline, "tab-range")
    canvas.press("Escape")
    for channel in ("zoom", "noise"):
        page.get_by_label("Channel", exact=True).select_option(channel)
        canvas.press("p")
    page.get_by_label("Channel", exact=True).select_option("strength")
    _go_to(page, "52b")
    canvas.press("n")
    page.keyboard.type("second chorus")
    page.keyboard.press("Tab")
    _shoot_timeline(page, timeline, "tab-lanes")


def _go_to(page: Page, place: str) -> None:
    field = page.get_by_label("Go to", exact=True)
    field.fill(place)
    field.press("Tab")


def _shoot_timeline(page: Page, timeline: Locator, name: str) -> None:
    page.locator(".saving").filter(has_text="Saved").wait_for()
    page.wait_for_timeout(1500)
    timeline.screenshot(path=_OUT / f"{name}.jpg", type="jpeg", quality=82)


def _shoot_variants(page: Page) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(page.url + "&__theme=dark")
    page.locator(".card").first.wait_for()
    page.get_by_label("Language").select_option("ko_KR")
    page.wait_for_timeout(2500)
    _shoot(page, "tab-dark-korean")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(1500)
    _shoot(page, "tab-phone")


def _shoot(page: Page, name: str) -> None:
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(500)
    page.screenshot(path=_OUT / f"{name}.jpg", type="jpeg", quality=82)


if __name__ == "__main__":
    main()
