"""The page for everyone: contrast, labels, small screens, fingers, and keyboards without a mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.conftest import PATIENCE_MS, Studio
from tests.ui.hands import drop_song

#: Texts whose contrast with what is behind them is below WCAG 2's 4.5 (its formulas for luminance and ratio).
_FAINT = """() => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colour = (text) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = text;
    paint.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data;
    return { rgb: [r, g, b], alpha: a / 255 };
  };
  const over = (top, below) => below.map((value, i) => value * (1 - top.alpha) + top.rgb[i] * top.alpha);
  const linear = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (node) => {
    const layers = [];
    for (; node; node = node.parentElement) layers.push(colour(getComputedStyle(node).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const ratio = (node) => {
    const back = behind(node);
    const [a, b] = [luminance(over(colour(getComputedStyle(node).color), back)), luminance(back)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const hasText = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
  return [...document.querySelectorAll("#glance_root *")]
    .filter((node) => node.offsetParent && !node.disabled && hasText(node) && ratio(node) < 4.5)
    .map((node) => `${node.className}: ${node.textContent.slice(0, 30)} (${ratio(node).toFixed(2)})`);
}"""
_NAMELESS = """() => [...document.querySelectorAll("#glance_root :is(input, select, textarea, button)")]
  .filter((node) => node.type !== "file" && !node.getAttribute("aria-label") && !node.labels?.length
    && !(node.tagName === "BUTTON" && node.textContent.trim()))
  .map((node) => node.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_and_every_control_has_a_name(
    page: Page, song: Path, theme: Literal["light", "dark"]
) -> None:
    drop_song(page, song)
    # The first is what the page alone follows, the second what gradio does.
    page.emulate_media(color_scheme=theme)
    page.goto(f"{page.url}&__theme={theme}")
    expect(page.locator(".glance .card").first).to_be_visible(timeout=PATIENCE_MS)
    assert page.evaluate("Boolean(document.querySelector('.dark'))") == (theme == "dark")
    page.evaluate("document.querySelectorAll('#glance_root details').forEach((more) => { more.open = true; })")
    assert page.evaluate(_FAINT) == []
    assert page.evaluate(_NAMELESS) == []


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_no_width_makes_the_page_scroll_sideways(page: Page, song: Path, width: int) -> None:
    drop_song(page, song)
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_preview_stays_in_sight_while_the_story_is_read(page: Page, song: Path) -> None:
    drop_song(page, song)
    page.locator("#glance-step-5").scroll_into_view_if_needed()
    box = page.locator(".stage").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 200


def test_two_fingers_zoom_the_timeline(browser: Browser, studio: Studio, song: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(studio.url)
    expect(page.locator(".glance .welcome")).to_be_visible()
    drop_song(page, song)
    canvas = page.locator("canvas.timeline")
    canvas.scroll_into_view_if_needed()
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    box = canvas.bounding_box()
    assert box is not None
    session = context.new_cdp_session(page)
    middle, y = box["x"] + box["width"] / 2, box["y"] + 80
    for kind, gap in (("touchStart", 20), ("touchMove", 60), ("touchMove", 120)):
        points = [{"x": middle - gap, "y": y, "id": 0}, {"x": middle + gap, "y": y, "id": 1}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function(
        "before => document.querySelector('canvas.timeline').toDataURL() !== before", arg=before, timeout=PATIENCE_MS
    )
    context.close()


def test_a_tooltip_explains_every_step_that_is_not_plain(page: Page, song: Path) -> None:
    drop_song(page, song)
    for name in ("Tap", "Write my story", "Surprise me", "Bake to keys", "Another take"):
        title = page.get_by_role("button", name=name, exact=True).first.get_attribute("title")
        assert title
        assert len(title) > 10
