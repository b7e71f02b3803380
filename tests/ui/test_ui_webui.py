"""The page inside a WebUI: pictures from its tabs and back to them, its settings, its models, LoRAs and styles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.conftest import PATIENCE_MS, Studio, served
from tests.ui.hands import drop_song, press, small, until_saved
from tests.ui.picture_host import PIXEL, TABS


@pytest.fixture(scope="module")
def webui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    yield from served(tmp_path_factory.mktemp("webui"), "webui")


@pytest.fixture
def page(browser: Browser, webui: Studio) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.add_init_script(TABS)
    page.goto(webui.url)
    expect(page.locator(".glance .welcome")).to_be_visible(timeout=PATIENCE_MS)
    yield page
    context.close()
    assert faults == []


def _draw(page: Page) -> None:
    page.evaluate(
        """url => {
          const gallery = document.querySelector("#txt2img_gallery");
          gallery.innerHTML = "<div class='thumbnail-item'><img></div>";
          gallery.querySelector("img").src = url;
        }""",
        PIXEL,
    )


def test_a_picture_sent_before_there_is_a_video_starts_the_next_one(page: Page, webui: Studio, song: Path) -> None:
    page.locator("#glance_from_txt2img").click()
    expect(page.locator(".notice:not(.elsewhere)")).to_contain_text("no picture in txt2img")
    _draw(page)
    page.locator("#glance_from_txt2img").click()
    expect(page.locator(".kept")).to_contain_text("open next")
    project_id = drop_song(page, song)
    expect(page.locator(".notice:not(.elsewhere)")).to_contain_text("starts from this picture", timeout=PATIENCE_MS)
    until_saved(page)
    start = webui.saved(project_id)["look"]["start_image"]
    assert (webui.folder / project_id / start).is_file()
    press(page, "Undo")
    until_saved(page)
    assert webui.saved(project_id)["look"]["start_image"] == ""


def test_img2imgs_fields_styles_and_scripts_are_taken_over_in_one_step(page: Page, webui: Studio, song: Path) -> None:
    project_id = drop_song(page, song)
    press(page, "Take over img2img’s settings")
    expect(page.locator(".notice:not(.elsewhere)")).to_contain_text("ADetailer", timeout=PATIENCE_MS)
    until_saved(page)
    project = webui.saved(project_id)
    assert project["look"]["prompt_prefix"] == "film still of ink, {prompt}, grain"
    assert project["look"]["negative"] == "photo, digital"
    assert project["look"]["always_on"] == {"ADetailer": [True, "face"]}
    assert project["curves"]["strength"] == "0.6"
    assert (project["output"]["width"], project["output"]["height"]) == (128, 72)
    panel = page.locator(".panel").filter(has_text="Drawing model")
    expect(panel.get_by_label("Model", exact=True)).to_have_value("night.safetensors")
    press(page, "ADetailer ×")
    until_saved(page)
    assert webui.saved(project_id)["look"]["always_on"] == {}
    press(page, "Undo")
    press(page, "Undo")
    until_saved(page)
    assert webui.saved(project_id)["look"]["prompt_prefix"] == ""


def test_a_frame_on_the_stage_goes_to_img2img_with_its_text(page: Page, song: Path) -> None:
    drop_song(page, song)
    small(page)
    page.locator(".stage").get_by_role("button", name="Preview", exact=True).click()
    page.locator(".stage").get_by_role("button", name="This frame to img2img").click(timeout=PATIENCE_MS)
    arrived = page.locator("#arrived")
    expect(arrived).to_contain_text("data:image/png;base64,", timeout=PATIENCE_MS)
    expect(arrived).to_contain_text("Size: 128x72")


def test_a_scene_gets_a_model_of_its_own_which_moves_with_it(page: Page, webui: Studio, song: Path) -> None:
    project_id = drop_song(page, song)
    press(page, "Split this scene")
    card = page.locator(".card").nth(1)
    card.locator("summary").filter(has_text="More").click()
    card.get_by_label("Model").select_option("night.safetensors")
    start = card.get_by_label("Starts at")
    expect(start).to_be_visible()
    until_saved(page)
    scenes = webui.saved(project_id)["scenes"]
    assert webui.saved(project_id)["curves"]["checkpoint"].startswith(f'{scenes[1]["start"]}:("night.safetensors")')
    start.fill("1.5s")
    start.press("Tab")
    until_saved(page)
    assert webui.saved(project_id)["curves"]["checkpoint"].startswith('1.5s:("night.safetensors")')
    expect(page.locator(".card").first.get_by_label("Model")).to_have_value("")
    page.locator(".panel").get_by_label("Model", exact=True).select_option("day.safetensors")
    until_saved(page)
    assert webui.saved(project_id)["curves"]["checkpoint"] == '0:("day.safetensors")'


def test_a_lora_is_put_where_the_cursor_was(page: Page, webui: Studio, song: Path) -> None:
    project_id = drop_song(page, song)
    prompt = page.locator(".card textarea.prompt").first
    prompt.fill("a boat on a lake")
    prompt.evaluate("field => field.setSelectionRange(6, 6)")
    page.locator(".card").first.get_by_label("Add a LoRA …").fill("ink_wash")
    expect(prompt).to_have_value("a boat <lora:ink_wash:1> on a lake")
    until_saved(page)
    assert webui.saved(project_id)["scenes"][0]["prompt"] == "a boat <lora:ink_wash:1> on a lake"


def test_enlarging_shows_the_size_of_the_video(page: Page, webui: Studio, song: Path) -> None:
    project_id = drop_song(page, song)
    panel = page.locator(".panel").filter(has_text="Format")
    expect(panel.locator(".hint")).to_have_text("The video is 512 × 288")
    panel.get_by_label("Enlarge with").select_option("Lanczos")
    expect(panel.locator(".hint")).to_have_text("The video is 1024 × 576")
    until_saved(page)
    assert webui.saved(project_id)["output"]["upscaler"] == "Lanczos"


def test_what_suits_the_model_and_a_few_step_lora_is_shown_and_taken_only_when_asked(
    page: Page, webui: Studio, song: Path
) -> None:
    project_id = drop_song(page, song)
    assert webui.saved(project_id)["curves"]["sampler"] == '"DPM++ 2M"'
    panel = page.locator(".panel").filter(has_text="Drawing model")
    expect(panel).to_contain_text("SDXL")
    expect(panel).to_contain_text("DPM++ 2M, Karras, 24 steps, CFG 5")
    prompt = page.locator(".card textarea.prompt").first
    prompt.fill("a boat <lora:lcm_fast:1>")
    prompt.press("Tab")
    until_saved(page)
    expect(panel).to_contain_text("lcm_fast draws in few steps (LCM)")
    assert webui.saved(project_id)["curves"]["steps"] == "24"
    press(page, "Use what the LoRA needs")
    until_saved(page)
    assert webui.saved(project_id)["curves"]["steps"] == "8"
    expect(panel).not_to_contain_text("draws in few steps")
    press(page, "Use what suits the model")
    until_saved(page)
    saved = webui.saved(project_id)
    assert (saved["curves"]["steps"], saved["curves"]["scheduler"]) == ("24", '"Karras"')
    assert (saved["output"]["width"], saved["output"]["height"]) == (1024, 576)
    press(page, "Undo")
    until_saved(page)
    assert webui.saved(project_id)["output"]["width"] == 512


def test_a_model_is_calibrated_by_a_button(page: Page, webui: Studio, song: Path) -> None:
    drop_song(page, song)
    small(page)
    press(page, "Calibrate this model")
    expect(page.get_by_text("Strength is calibrated for day")).to_be_visible(timeout=PATIENCE_MS)
    kept = json.loads((webui.folder / "strength.json").read_text("utf-8"))
    assert len(kept["models"]["day"]["points"]) == 11
