"""What a person does on the page, as short functions."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import FilePayload, Page, expect

from tests.ui.conftest import PATIENCE_MS


def drop_song(page: Page, song: Path | FilePayload) -> str:
    """Choose a song, wait until its scenes are there, and return the project's id."""
    page.locator(".welcome input[type=file]").set_input_files(song)
    expect(page.locator(".glance .card").first).to_be_visible(timeout=PATIENCE_MS)
    until_saved(page)
    return identity(page)


def identity(page: Page) -> str:
    return parse_qs(urlparse(page.url).query)["glance"][0]


def until_saved(page: Page) -> None:
    expect(page.locator(".saving")).to_have_text("Saved", timeout=PATIENCE_MS)


def type_into(page: Page, label: str, text: str) -> None:
    """Fill a field by its label and leave it, as a person does with the Tab key."""
    field = page.get_by_label(label, exact=True).first
    field.fill(text)
    field.press("Tab")


def small(page: Page) -> None:
    """Make the video so small and slow that it is drawn in seconds."""
    page.get_by_text("Exact numbers").click()
    for label, value in (("Width", "128"), ("Height", "72"), ("Pictures per second", "4")):
        type_into(page, label, value)
    until_saved(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def timeline_point(page: Page, seconds_share: float, height_share: float) -> tuple[float, float]:
    """Return the window's coordinates of a place in the timeline's curve lane, both shares in [0, 1]."""
    canvas = page.locator("canvas.timeline")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    top, bottom = box["y"] + 124, box["y"] + box["height"] - 24 - 12
    return box["x"] + seconds_share * box["width"], top + height_share * (bottom - top)
