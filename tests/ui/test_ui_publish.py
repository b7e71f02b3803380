"""A finished take becomes files for the places where people see it, by clicks."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from glance.media.video_reader import probe
from tests.ui.conftest import PATIENCE_MS, Studio
from tests.ui.hands import drop_song, press, small, until_saved


def test_a_take_becomes_a_square_loop_with_its_artist_in_it(page: Page, studio: Studio, song: Path) -> None:
    identity = drop_song(page, song)
    small(page)
    expect(page.get_by_role("heading", name="Publish")).to_be_hidden()
    press(page, "Make the video")
    expect(page.locator("article.take video")).to_be_visible(timeout=PATIENCE_MS)

    step = page.locator("section.step").filter(has=page.get_by_role("heading", name="Publish"))
    step.get_by_text("Words over the video").click()
    step.get_by_label("Title and artist at the beginning").check()
    step.get_by_label("Artist", exact=True).fill("The Band")
    step.get_by_label("Artist", exact=True).press("Tab")
    until_saved(page)
    assert studio.saved(identity)["lettering"]["artist"] == "The Band"
    step.get_by_role("button", name="A square post, 1:1").click()
    expect(step.get_by_text("1080 × 1080").last).to_be_visible()
    step.get_by_role("button", name="a loop", exact=True).click()
    press(page, "Write the file")
    expect(step.locator(".published a").filter(has_text="square.mp4")).to_be_visible(timeout=2 * PATIENCE_MS)

    with page.expect_download() as kept:
        step.locator(".published a").filter(has_text="square.mp4").click()
    info = probe(kept.value.path())
    assert (info.size, float(info.fps)) == ((1080, 1080), 32.0)
    assert info.metadata["artist"] == "The Band"
    assert info.audio_codec == "aac"


def test_the_shape_of_a_place_is_taken_before_anything_is_drawn(page: Page, studio: Studio, song: Path) -> None:
    identity = drop_song(page, song)
    page.get_by_label("Where will it be seen?").select_option("shorts")
    until_saved(page)
    output = studio.saved(identity)["output"]
    assert (output["width"], output["height"]) == (432, 768)
