"""The timeline under the hand: single hits, stretches and channels, and the plan that comes of it, frame by frame."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from glance.project.analyses import analyse_song
from glance.project.channel_values import base_values, evaluate_channels, signals_of
from glance.project.files import load_project
from glance.project.model import Project
from glance.project.scenes import lay_out
from tests.ui.conftest import PATIENCE_MS, Studio
from tests.ui.hands import drop_song, identity, press, small, timeline_point, type_into, until_saved


class Made:
    """The values of the project that the page has saved."""

    def __init__(self, studio: Studio, project_id: str, cache: Path) -> None:
        self.project: Project = load_project(studio.folder / project_id / "project.glance.json")
        self.signals = signals_of(self.project, analyse_song(self.project.song, cache))
        self.track = lay_out(self.project, self.signals)
        self.values = evaluate_channels(self.project, self.signals, self.track)

    def base(self, channel: str) -> np.ndarray:
        return base_values(self.project, channel, self.signals)

    def frame(self, beat: float) -> int:
        return int(np.floor(self.signals.grid.time_of_beat(beat) * float(self.signals.fps) + 0.5))


def _go(page: Page, place: str) -> None:
    type_into(page, "Go to", place)


def _apply(page: Page, label: str, value: str) -> None:
    field = page.locator(".range-deeds .field", has=page.get_by_label(label, exact=True))
    field.locator("input").fill(value)
    field.get_by_role("button").click()


def test_from_an_empty_page_one_hit_is_halved_the_break_is_muted_and_a_chorus_is_copied(
    page: Page, studio: Studio, tmp_path: Path
) -> None:
    press(page, "Try the demo song")
    expect(page.locator(".card").first).to_be_visible(timeout=PATIENCE_MS)
    until_saved(page)
    project_id = identity(page)
    before = Made(studio, project_id, tmp_path)

    # The hit at 0:13: halved, and nothing else is.
    canvas = page.locator("canvas.timeline")
    _go(page, "0:13.2")
    canvas.press("h")
    _apply(page, "Times", "0.5")
    until_saved(page)
    one = Made(studio, project_id, tmp_path)
    changed = np.flatnonzero(one.values["strength"] != before.values["strength"])
    assert 0 < changed.size <= 4
    np.testing.assert_allclose(one.values["strength"][changed], before.values["strength"][changed] / 2, atol=1e-9)
    assert before.values["strength"][changed].min() < before.base("strength")[0] - 0.2, "no hit was found"
    assert all(np.array_equal(one.values[name], before.values[name]) for name in one.values if name != "strength")

    # The break, with the music muted in every channel.
    _go(page, "44b")
    canvas.press("s")
    page.get_by_label("in every channel").check()
    press(page, "Mute the music")
    until_saved(page)
    two = Made(studio, project_id, tmp_path)
    first, last = two.frame(40), two.frame(52)
    np.testing.assert_allclose(two.values["strength"][first:last], two.base("strength")[first:last])
    for part in (np.s_[:first], np.s_[last:]):
        np.testing.assert_array_equal(two.values["strength"][part], one.values["strength"][part])

    # The first chorus's own curve, beat by beat onto the second one.
    page.get_by_label("Channel", exact=True).select_option("cfg")
    text = page.get_by_label("The same curve as text")
    expect(text).to_have_value("0:(7)")
    text.fill("cfg = 0:(7), 24b:(7), 28b:(11, ease_out_sine), 36b:(5), 40b:(7)")
    text.press("Tab")
    expect(text).to_have_value("0:(7), 24b:(7), 28b:(11, ease_out_sine), 36b:(5), 40b:(7)")
    _go(page, "30b")
    canvas.press("s")
    press(page, "Copy this stretch")
    _go(page, "54b")
    canvas.press("s")
    press(page, "Paste it here")
    until_saved(page)
    three = Made(studio, project_id, tmp_path)
    curve, grid, frames = three.values["cfg"], three.signals.grid, np.arange(three.signals.n_frames)
    first, last = three.frame(52), three.frame(68)
    there = grid.time_of_beat(grid.beat_at(three.signals.times_s[first:last]) - 28)
    expected = np.interp(there * float(three.signals.fps), frames, curve)
    # Keys land on the frames nearest to their beats: up to a frame's way apart.
    np.testing.assert_allclose(curve[first:last], expected, atol=1.2 * np.abs(np.diff(curve)).max())
    assert curve[first:last].max() == pytest.approx(11, abs=0.01)
    source = np.r_[three.frame(24) : three.frame(40)]
    np.testing.assert_allclose(np.delete(curve, np.r_[source, first:last]), 7.0, atol=1e-5)

    # Three steps of undo after the typed text: paste, text, mute, halve.
    for _ in range(4):
        press(page, "Undo")
    until_saved(page)
    again = Made(studio, project_id, tmp_path)
    assert all(np.array_equal(again.values[name], before.values[name]) for name in again.values)


def test_a_double_click_inside_a_reaction_changes_that_place_and_a_typed_value_is_drawn_exactly(
    page: Page, studio: Studio, song: Path, tmp_path: Path
) -> None:
    project_id = drop_song(page, song)
    before = Made(studio, project_id, tmp_path)
    page.mouse.dblclick(*timeline_point(page, 0.6, 0.1))
    panel = page.get_by_role("group", name="The chosen change")
    expect(panel).to_be_visible()
    until_saved(page)
    pulse = Made(studio, project_id, tmp_path)
    (override,) = pulse.project.overrides
    changed = np.flatnonzero(pulse.values["strength"] != before.values["strength"])
    assert changed.max() - changed.min() < 24 / 2 + 1
    assert set(pulse.values["strength"][changed]) == {override.value}
    assert "strength" not in pulse.project.curves
    # A dip of the music is not added to what is set exactly.
    lowest = int(before.values["strength"].argmin())
    type_into(page, "Frame", str(lowest))
    type_into(page, "On this frame exactly", "0.2")
    until_saved(page)
    exact = Made(studio, project_id, tmp_path)
    assert exact.values["strength"][lowest] == 0.2
    expect(page.locator(".readout")).to_contain_text("strength 0.2 ·")
    expect(page.locator(".readout")).to_contain_text("changed from")
    panel.get_by_label("Number").fill("1.5")
    panel.get_by_label("Number").press("Tab")
    expect(panel.locator(".beyond")).to_contain_text("1 is drawn")


def test_changes_markers_pins_and_the_loop_are_to_be_had_by_the_keyboard_alone(
    page: Page, studio: Studio, song: Path, tmp_path: Path
) -> None:
    project_id = drop_song(page, song)
    canvas = page.locator("canvas.timeline")
    canvas.focus()
    for key in ("Shift+ArrowRight", "Shift+ArrowRight", "i", "Shift+ArrowRight", "Shift+ArrowRight", "o", "f"):
        page.keyboard.press(key)
    page.keyboard.type("0.25")
    page.keyboard.press("Enter")
    until_saved(page)
    (override,) = Made(studio, project_id, tmp_path).project.overrides
    assert (override.start, override.end, override.mode, override.value) == ("2b", "4b", "scale", 0.25)
    canvas.focus()
    page.keyboard.press("Home")
    page.keyboard.press(".")
    page.keyboard.press("ArrowUp")
    until_saved(page)
    assert Made(studio, project_id, tmp_path).project.overrides[0].value == pytest.approx(0.3)
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="Loop")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("p")
    expect(page.locator(".timeline-tools").get_by_role("button", name="Pin")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("n")
    page.keyboard.type("the drop")
    page.keyboard.press("Tab")
    until_saved(page)
    (marker,) = Made(studio, project_id, tmp_path).project.markers
    assert (marker.name, marker.at) == ("the drop", "2b")
    canvas.focus()
    page.keyboard.press("Delete")
    until_saved(page)
    assert Made(studio, project_id, tmp_path).project.overrides == ()


def test_what_a_hand_draws_holds_there_and_nowhere_else(page: Page, studio: Studio, song: Path, tmp_path: Path) -> None:
    project_id = drop_song(page, song)
    before = Made(studio, project_id, tmp_path)
    press(page, "Draw by hand")
    page.mouse.move(*timeline_point(page, 0.25, 0.2))
    page.mouse.down()
    for share in np.linspace(0.25, 0.5, 12):
        page.mouse.move(*timeline_point(page, float(share), 0.2 + float(share)))
    page.mouse.up()
    until_saved(page)
    drawn = Made(studio, project_id, tmp_path)
    changed = np.flatnonzero(drawn.values["strength"] != before.values["strength"])
    n_frames = drawn.signals.n_frames
    assert changed.min() >= n_frames * 0.25 - 2
    assert changed.max() <= n_frames * 0.5 + 2
    assert np.all(np.diff(drawn.values["strength"][changed.min() : changed.max() + 1]) <= 1e-4)


def test_after_a_change_the_preview_says_what_is_stale_and_is_drawn_anew_there(page: Page, song: Path) -> None:
    drop_song(page, song)
    small(page)
    page.locator(".stage").get_by_role("button", name="Preview", exact=True).click()
    expect(page.locator("canvas.screen")).to_have_attribute("data-frame", re.compile(r"\d+"), timeout=PATIENCE_MS)
    expect(page.locator(".stage progress")).to_be_hidden(timeout=PATIENCE_MS)
    page.get_by_label("redraw the preview as I edit").uncheck()
    type_into(page, "Go to", "4s")
    type_into(page, "On this frame exactly", "0.1")
    stale = page.locator(".curve-legend .told")
    expect(stale).to_contain_text("before a change", timeout=PATIENCE_MS)
    press(page, "Redraw what changed")
    expect(stale).to_have_text("", timeout=PATIENCE_MS)
