"""Key pictures, versions of one scene, a part of the song, and takes side by side, in a real browser."""

from __future__ import annotations

import re
import wave
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from glance.media.video_reader import probe
from tests.ui.conftest import PATIENCE_MS, SR, Studio
from tests.ui.hands import drop_song, press, type_into, until_saved


@pytest.fixture(scope="module")
def minute(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute at 120 BPM whose chord and loudness change every 16 s."""
    path = tmp_path_factory.mktemp("songs") / "One minute.wav"
    time = np.arange(60 * SR) / SR
    part = (time // 16).astype(int)
    pitches = np.array([(220.0, 277.2), (174.6, 349.2), (196.0, 293.7), (220.0, 329.6)])[part]
    sound = np.sin(2 * np.pi * pitches * time[:, None]).sum(1) * np.array([0.04, 0.12, 0.05, 0.14])[part]
    beat = np.arange(int(0.2 * SR)) / SR
    kick = np.sin(2 * np.pi * (50 * beat + 6 * (1 - np.exp(-beat * 40)))) * np.exp(-beat * 18)
    for k in range(119):
        start = round(k * 0.5 * SR)
        sound[start : start + kick.size] += (0.2, 0.6)[int(part[start]) % 2] * kick
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SR)
        file.writeframes((np.clip(sound, -1, 1) * 32_000).astype("<i2").tobytes())
    return path


def tiny(page: Page) -> None:
    page.get_by_text("Exact numbers").click()
    for label, value in (("Width", "64"), ("Height", "64"), ("Pictures per second", "2")):
        type_into(page, label, value)
    until_saved(page)


def card(page: Page, number: int) -> Locator:
    return page.locator(".card").nth(number - 1)


def three_scenes(page: Page) -> None:
    """Split until there are three scenes, and let the third come in by a cut at 0:40."""
    while page.locator(".card").count() < 3:
        n_cards = page.locator(".card").count()
        press(page, "Split this scene")
        expect(page.locator(".card")).to_have_count(n_cards + 1)
    card(page, 3).get_by_label("Comes in by").select_option("cut")
    card(page, 3).get_by_text("More", exact=True).click()
    start = card(page, 3).get_by_label("Starts at")
    start.fill("40s")
    start.press("Tab")
    until_saved(page)


def frames_in(folder: Path) -> dict[int, Path]:
    return {int(path.stem): path for path in (folder / "run" / "frames").glob("*.png")}


def ready(page: Page) -> None:
    expect(page.locator(".make-panel .button").first).to_be_enabled(timeout=PATIENCE_MS)


def test_scene_three_is_redone_version_two_chosen_and_0_40_to_0_55_made(
    page: Page, studio: Studio, minute: Path
) -> None:
    project_id = drop_song(page, minute)
    folder = studio.folder / project_id
    tiny(page)
    three_scenes(page)

    # Key pictures first: one on every card.
    page.locator(".make-panel").get_by_role("button", name="Key pictures").click()
    expect(page.locator(".key-picture:visible")).to_have_count(page.locator(".card").count(), timeout=PATIENCE_MS)
    expect(page.locator(".make-panel .cost").first).to_contain_text(re.compile(r"about .* here"), timeout=PATIENCE_MS)
    picture = card(page, 2).locator(".key-picture")
    before = picture.get_attribute("src")
    ready(page)
    card(page, 2).get_by_role("button", name="Another picture").click()
    expect(picture).not_to_have_attribute("src", before or "", timeout=PATIENCE_MS)
    until_saved(page)
    assert studio.saved(project_id)["scenes"][1]["seed"] is not None
    assert len(list((folder / "keys").glob("*.png"))) == page.locator(".card").count()

    # Scene 3 another way; version 2 plays under the mouse and is chosen by a click.
    ready(page)
    card(page, 3).get_by_text("Draw again …").click()
    card(page, 3).get_by_label("Seed").fill("4242")
    card(page, 3).get_by_role("button", name="Draw this version").click()
    versions = card(page, 3).locator(".version")
    expect(versions).to_have_count(2, timeout=PATIENCE_MS)
    assert [chip.get_attribute("aria-pressed") for chip in versions.all()] == ["true", "false"]
    versions.nth(1).hover()
    page.wait_for_function("() => [...document.querySelectorAll('.version video')].some((one) => one.currentTime > 0)")
    versions.nth(1).click()
    expect(versions.nth(1)).to_have_attribute("aria-pressed", "true")
    until_saved(page)
    scene = studio.saved(project_id)["scenes"][2]
    assert (scene["seed"], [each["seed"] for each in scene["versions"]]) == (4242, [None, 4242])
    drawn = frames_in(folder / "versions" / f"{scene['versions'][1]['drawn']:03d}")

    # The part 0:40-0:55.
    for label, value in (("From", "0:40"), ("To", "0:55")):
        field = page.locator(".make-panel").get_by_label(label, exact=True)
        field.fill(value)
        field.press("Tab")
    ready(page)
    page.locator(".make-panel").get_by_role("button", name="Make this part").click()
    expect(page.locator(".take video")).to_have_count(1, timeout=PATIENCE_MS)
    take = folder / "takes" / "001"
    made = frames_in(take)
    assert sorted(made) == list(range(80, 110))
    assert probe(take / "video.mp4").n_frames == 30
    expect(page.locator(".take")).to_contain_text("0:40.0 – 0:55.0")
    # The frames of the chosen version are not drawn again; only where the part ends, its last frames may be others.
    assert min(drawn) == 80
    shared = sorted(index for index in made if index in drawn and made[index].samefile(drawn[index]))
    assert shared == list(range(80, 80 + len(shared)))
    assert len(shared) >= min(len(drawn), 27)


def test_two_takes_are_compared_and_one_is_deleted_with_what_it_frees(page: Page, studio: Studio, song: Path) -> None:
    project_id = drop_song(page, song)
    tiny(page)
    for count in (1, 2):
        ready(page)
        page.locator(".make-panel").get_by_role("button", name="Make the video" if count == 1 else "Draft").click()
        expect(page.locator(".take video")).to_have_count(count, timeout=PATIENCE_MS)
    expect(page.locator(".take").first).to_contain_text("draft")
    ready(page)
    for pick in page.get_by_role("button", name="Compare").all():
        pick.click()
    side = page.get_by_label("Takes side by side")
    expect(side.locator("video")).to_have_count(2)
    side.locator("video").first.evaluate("(video) => video.play()")
    page.wait_for_function("() => document.querySelectorAll('.side-by-side video')[1].currentTime > 0.1")
    go = page.locator(".take").last.get_by_role("button", name="Delete")
    go.click()
    expect(page.locator(".take")).to_have_count(2)
    page.locator(".take").last.get_by_role("button", name=re.compile("Delete, free .* MB")).click()
    expect(page.locator(".take")).to_have_count(1, timeout=PATIENCE_MS)
    expect(page.locator(".notice.good")).to_contain_text(re.compile("Take 1 is deleted: .* MB are free"))
    assert [path.name for path in (studio.folder / project_id / "takes").iterdir()] == ["002"]
    expect(side).to_be_hidden()


def test_undo_survives_a_reload_and_an_earlier_version_comes_back(page: Page, studio: Studio, song: Path) -> None:
    project_id = drop_song(page, song)
    prompt = page.locator(".card textarea.prompt").first
    first = prompt.input_value()
    for text in ("a red door", "a blue door"):
        prompt.fill(text)
        prompt.press("Tab")
        until_saved(page)
    page.reload()
    expect(prompt).to_have_value("a blue door", timeout=PATIENCE_MS)
    for text in ("a red door", first):
        press(page, "Undo")
        expect(prompt).to_have_value(text)
    press(page, "Redo")
    expect(prompt).to_have_value("a red door")
    until_saved(page)
    page.get_by_text("Earlier versions").click()
    page.get_by_role("button", name="Go back to it").last.click()
    expect(prompt).to_have_value(first)
    press(page, "Undo")
    expect(prompt).to_have_value("a red door")
    until_saved(page)
    assert studio.saved(project_id)["scenes"][0]["prompt"] == "a red door"


def test_a_theme_stays_in_sight_while_the_song_is_heard_and_outlives_an_address_that_is_gone(
    page: Page, studio: Studio, minute: Path
) -> None:
    page.goto(f"{studio.url}/?glance=night-train-000000")
    expect(page.locator(".notice:visible")).to_contain_text("this project is not here")
    expect(page.locator(".welcome")).to_be_visible()
    assert "glance=" not in page.url
    theme = page.locator(".welcome textarea.theme")
    theme.fill("a paper boat")
    page.reload()
    expect(theme).to_have_value("a paper boat", timeout=PATIENCE_MS)
    other = minute.with_name("Second minute.wav")
    other.write_bytes(minute.read_bytes()[:-44100])
    page.locator(".welcome input[type=file]").set_input_files(other)
    words = page.get_by_label("What the video is about", exact=True)
    expect(words).to_have_value("a paper boat")
    expect(page.locator(".card")).to_have_count(0)
    expect(page.locator(".card").first).to_be_visible(timeout=PATIENCE_MS)
    expect(words).to_have_value("a paper boat")
    until_saved(page)


def test_what_is_no_song_is_named_as_the_person_called_it(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "My great song.mp3"
    file.write_bytes(b"words, no sound at all")
    page.locator(".welcome textarea.theme").fill("a paper boat")
    page.locator(".welcome input[type=file]").set_input_files(file)
    expect(page.locator(".notice:visible")).to_contain_text("My great song.mp3", timeout=PATIENCE_MS)
    expect(page.locator(".welcome textarea.theme")).to_have_value("a paper boat")
