"""What a person does with the page, in a real browser, on the gradio that is installed here."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from glance.audio.analysis import analyse
from glance.fields import span_of
from glance.media.video_reader import probe
from glance.project.compile import compile_plan
from glance.project.files import load_project
from glance.project.model import Project
from glance.project.plan import RenderPlan
from glance.story.styles import load_styles
from tests.ui.conftest import PATIENCE_MS, Studio
from tests.ui.hands import drop_song, identity, press, small, timeline_point, type_into, until_saved


def test_a_dropped_song_shows_its_tempo_its_parts_and_a_scene_for_each(page: Page, studio: Studio, song: Path) -> None:
    project = studio.saved(drop_song(page, song))
    assert page.locator(".tempo").inner_text().startswith("120")
    assert page.locator(".legend .part").count() >= 1
    assert page.locator(".card").count() == len(project["scenes"])
    assert project["title"] == "Night train"


def test_the_song_step_tells_how_sure_it_is_and_moves_beats_by_half_a_beat_and_the_one_by_a_beat(
    page: Page, studio: Studio, song: Path
) -> None:
    project_id = drop_song(page, song)
    expect(page.get_by_text("Sure of the beat")).to_be_visible()
    press(page, "+½")
    until_saved(page)
    assert studio.saved(project_id)["song"]["corrections"]["shift_beats"] == 0.5
    press(page, "1 → 2")
    press(page, "1 → 2")
    until_saved(page)
    assert studio.saved(project_id)["song"]["corrections"]["bar_shift"] == 2
    page.get_by_text("More", exact=True).first.click()
    press(page, "As heard")
    until_saved(page)
    corrections = studio.saved(project_id)["song"]["corrections"]
    assert (corrections.get("shift_beats", 0), corrections.get("bar_shift", 0)) == (0, 0)


def test_a_theme_becomes_a_story_in_one_step_of_undo(page: Page, studio: Studio, song: Path) -> None:
    project_id = drop_song(page, song)
    before = page.locator(".card textarea.prompt").first.input_value()
    type_into(page, "What the video is about", "a copper robot tending roses")
    press(page, "Write my story")
    expect(page.locator(".card textarea.prompt").first).not_to_have_value(before)
    until_saved(page)
    assert "robot" in studio.saved(project_id)["scenes"][0]["prompt"]
    press(page, "Undo")
    expect(page.locator(".card textarea.prompt").first).to_have_value(before)


def test_numbers_have_the_ranges_of_the_projects_fields(page: Page, song: Path) -> None:
    drop_song(page, song)
    for label, path in (
        ("Width", "output.width"),
        ("Video quality (CRF)", "output.crf"),
        ("times", "output.upscale"),
        ("Beats later by (ms)", "song.corrections.offset_ms"),
        ("Fixed tempo (BPM)", "song.corrections.fixed_bpm"),
        ("Cross-fade over (beats)", "scenes[].transition_beats"),
    ):
        field, span = page.get_by_label(label, exact=True).first, span_of(Project, path)
        assert float(field.get_attribute("min") or "nan") == span.low, label
        assert float(field.get_attribute("max") or "nan") == span.high, label
    motion, span = page.locator(".card input[type=range]").first, span_of(Project, "scenes[].motion")
    assert [motion.get_attribute("min"), motion.get_attribute("max")] == [f"{span.low:g}", f"{span.high:g}"]


def test_a_locked_scene_is_left_alone_by_the_story(page: Page, song: Path) -> None:
    drop_song(page, song)
    prompt = page.locator(".card textarea.prompt").first
    prompt.fill("my own words")
    press(page, "Lock")
    type_into(page, "What the video is about", "a copper robot tending roses")
    press(page, "Write my story")
    expect(page.locator(".concept")).to_contain_text("robot", ignore_case=True)
    expect(prompt).to_have_value("my own words")


def test_a_style_that_was_searched_for_and_chosen_is_in_the_saved_project(
    page: Page, studio: Studio, song: Path
) -> None:
    project_id = drop_song(page, song)
    page.get_by_label("Search styles").fill("cubism")
    page.locator(".tile:visible .tile-pick").first.click()
    until_saved(page)
    chosen = studio.saved(project_id)["scenes"][0]["style"]
    assert "cubi" in chosen
    expect(page.locator(".card .style-name").first).to_contain_text("Cubi")


def test_what_people_type_finds_a_style_and_what_finds_nothing_says_so(page: Page, song: Path) -> None:
    drop_song(page, song)
    search = page.get_by_label("Search styles")
    search.fill("lo-fi")
    expect(page.locator(".tile:visible")).to_have_count(1)
    expect(page.locator(".tile:visible")).to_have_attribute("data-style", "lofi_anime")
    search.fill("qqqq")
    expect(page.get_by_text("No style is called that")).to_be_visible()
    search.fill("")
    expect(page.get_by_text("No style is called that")).to_be_hidden()


def test_styles_are_previewed_with_what_draws_the_video(page: Page, song: Path) -> None:
    drop_song(page, song)
    page.get_by_label("Search styles").fill("cubism")
    tile = page.locator(".tile:visible").first
    page.get_by_label("Example subject").fill("a violin")
    press(page, "Draw examples with my model")
    expect(tile).to_have_attribute("data-of", _matches(r"\w+"), timeout=PATIENCE_MS)
    assert "/styles/" in tile.locator(".thumb").evaluate("thumb => thumb.style.background")


def test_two_styles_are_compared_side_by_side_and_one_is_chosen(page: Page, studio: Studio, song: Path) -> None:
    project_id = drop_song(page, song)
    panel = page.get_by_label("Two styles side by side")
    expect(panel).to_be_hidden()
    for style in ("cubism", "impressionism", "baroque"):
        page.locator(f".tile[data-style={style}]").hover()
        page.locator(f".tile[data-style={style}] .compare").click()
    # The third takes the place of the first.
    assert panel.locator("article").evaluate_all("cards => cards.map((card) => card.dataset.style)") == [
        "impressionism",
        "baroque",
    ]
    press(page, "Draw both with my model")
    expect(page.locator(".tile[data-style=baroque]")).to_have_attribute(
        "data-of", _matches(r"\w+"), timeout=PATIENCE_MS
    )
    for card in panel.locator("article .thumb").all():
        assert "/styles/" in str(card.evaluate("thumb => thumb.style.background"))
    panel.locator("article").nth(1).get_by_role("button", name="Use this one").click()
    until_saved(page)
    assert studio.saved(project_id)["scenes"][0]["style"] == "baroque"
    press(page, "Done comparing")
    expect(panel).to_be_hidden()


def test_prompts_with_times_of_their_own_take_the_place_of_the_scenes(page: Page, studio: Studio, song: Path) -> None:
    project_id = drop_song(page, song)
    page.locator("summary", has_text="Prompts with times of their own").click()
    prompts = page.get_by_label("Prompts with times of their own")
    prompts.fill("0: a tree\n4q: a river")
    expect(page.locator(".field", has=prompts).locator(".fault")).to_be_visible(timeout=PATIENCE_MS)
    prompts.fill("0: a tree\n2bar: a river --neg boats")
    press(page, "each fades into the next")
    until_saved(page)
    assert studio.saved(project_id)["prompts_blend"] == "fade"
    plan = _plan(studio, project_id)
    assert "a tree" in plan.frames[0].prompt[0][0]
    assert len(plan.frames[10].prompt) == 2


def test_the_page_alone_offers_nothing_that_needs_a_webui(page: Page, song: Path) -> None:
    drop_song(page, song)
    page.locator(".stage").get_by_role("button", name="Preview", exact=True).click()
    expect(page.locator("canvas.screen")).to_have_attribute("data-frame", _matches(r"\d+"), timeout=PATIENCE_MS)
    shown = page.locator(".glance").inner_text()
    assert "Exact numbers" in shown
    assert [
        text for text in ("to img2img", "Take over", "LoRA", "Drawing model", "Prompt styles") if text in shown
    ] == []


def test_a_dragged_key_changes_the_project_and_the_plan_and_can_be_undone(
    page: Page, studio: Studio, song: Path
) -> None:
    project_id = drop_song(page, song)
    press(page, "adds a key")
    page.mouse.dblclick(*timeline_point(page, 0.5, 0.5))
    text = page.get_by_label("The same curve as text")
    expect(text).to_have_value(_key_pattern())
    until_saved(page)
    page.get_by_role("button", name="off", exact=True).click()
    before = studio.saved(project_id)["curves"]["strength"]
    value = _last_value(before)
    x, y = _key_at(page, 0.5)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 30)
    page.mouse.move(x, y + 60)
    page.mouse.up()
    expect(text).not_to_have_value(before)
    until_saved(page)
    lower = _last_value(studio.saved(project_id)["curves"]["strength"])
    assert lower < value
    # The last key holds to the end of the song; the music can only take away from it there.
    assert _plan(studio, project_id, music=False).frames[-1].strength == pytest.approx(lower, abs=1e-4)
    assert _plan(studio, project_id).frames[-1].strength <= lower + 1e-4
    press(page, "Undo")
    expect(text).to_have_value(before)


def test_a_value_typed_at_a_frame_is_a_key_in_the_text_beside_it(page: Page, studio: Studio, song: Path) -> None:
    project_id = drop_song(page, song)
    type_into(page, "Frame", "24")
    type_into(page, "Value here", "0.42")
    expect(page.get_by_label("The same curve as text")).to_have_value(_matches(r".*2b:\(0\.42\).*"))
    until_saved(page)
    assert "2b:(0.42)" in studio.saved(project_id)["curves"]["strength"]


def test_keys_are_made_moved_copied_and_removed_with_the_keyboard_alone(page: Page, song: Path) -> None:
    drop_song(page, song)
    text = page.get_by_label("The same curve as text")
    page.locator("canvas.timeline").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(text).to_have_value(_matches(r"0:\(.*\), 1b:\(.*\)"))
    # The new key is the chosen one.
    expect(page.get_by_role("button", name="Delete key").first).to_be_enabled()
    made = text.input_value()
    page.keyboard.press("Home")
    page.keyboard.press("]")
    page.keyboard.press("ArrowDown")
    expect(text).not_to_have_value(made)
    page.keyboard.press("Delete")
    expect(text).to_have_value(_matches(r"0:\([\d.]+\)"))


def test_a_mistake_in_a_curve_is_named_at_the_curve_and_nothing_typed_is_lost(
    page: Page, studio: Studio, song: Path
) -> None:
    project_id = drop_song(page, song)
    text = page.get_by_label("The same curve as text")
    text.fill("0:(0.6 + 0.2*kik)")
    fault = page.locator(".step", has=text).locator(".fault").last
    expect(fault).to_contain_text("kick", timeout=PATIENCE_MS)
    expect(text).to_have_value("0:(0.6 + 0.2*kik)")
    text.fill("0:(0.6 + 0.2*kick)")
    expect(fault).to_be_hidden(timeout=PATIENCE_MS)
    until_saved(page)
    assert studio.saved(project_id)["curves"]["strength"] == "0:(0.6 + 0.2*kick)"


def test_baking_turns_the_music_into_keys_of_the_same_curve(page: Page, studio: Studio, song: Path) -> None:
    project_id = drop_song(page, song)
    before = [spec.strength for spec in _plan(studio, project_id).frames]
    press(page, "Bake to keys")
    expect(page.get_by_label("The same curve as text")).to_have_value(_matches(r".*\), .*"))
    until_saved(page)
    saved = studio.saved(project_id)
    assert all(reaction["channel"] != "strength" for reaction in saved["reactions"])
    after = [spec.strength for spec in _plan(studio, project_id).frames]
    assert max(abs(a - b) for a, b in zip(after, before, strict=True)) < 0.02


def test_a_file_that_is_no_song_is_refused_in_words_and_the_theme_stays(page: Page, tmp_path: Path) -> None:
    wrong = tmp_path / "letter.mp3"
    wrong.write_text("Dear all, this is no song. " * 50)
    page.locator("#glance-first-theme").fill("a theme that must not be lost")
    page.locator(".welcome input[type=file]").set_input_files(wrong)
    expect(page.locator(".notice.error:not(.elsewhere)")).to_contain_text(["letter", "mp3"][1], timeout=PATIENCE_MS)
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator("#glance-first-theme")).to_have_value("a theme that must not be lost")


def test_the_preview_moves_with_the_song(page: Page, song: Path) -> None:
    drop_song(page, song)
    page.locator(".stage").get_by_role("button", name="Preview", exact=True).click()
    screen = page.locator(".stage canvas.screen")
    expect(screen).to_have_attribute("data-frame", _matches(r"\d+"), timeout=PATIENCE_MS)
    first = int(screen.get_attribute("data-frame") or 0)
    page.wait_for_function(
        "first => Number(document.querySelector('canvas.screen').dataset.frame) > first + 5", arg=first
    )


#: A frame's file in a person's hand, above the page.
_PNG = """hex => {
  const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const held = new DataTransfer();
  held.items.add(new File([bytes], "frame.png", { type: "image/png" }));
  return held;
}"""


def test_a_video_is_stopped_continued_and_played_and_a_frame_of_it_brings_its_project_back(
    page: Page, studio: Studio, song: Path
) -> None:
    project_id = drop_song(page, song)
    small(page)
    page.locator(".stage").get_by_role("button", name="Make the video", exact=True).click()
    expect(page.locator(".stage p.hint")).to_contain_text(_matches(r"frame [1-9]\d* of"), timeout=PATIENCE_MS)
    press(page, "Stop")
    expect(page.locator(".stage p.hint")).to_contain_text("Stopped", timeout=PATIENCE_MS)
    frames = sorted((studio.folder / project_id / "takes/001/run/frames").glob("*.png"))
    kept = {path.name: path.stat().st_mtime_ns for path in frames}
    assert kept
    # What is there can be played already.
    video = page.locator(".take video")
    expect(video).to_have_attribute("src", _matches(r"/takes/1/so-far"), timeout=PATIENCE_MS)
    press(page, "Continue")
    expect(video).to_have_attribute("src", _matches(r"/takes/1/video"), timeout=PATIENCE_MS)
    for name, changed in kept.items():
        assert (studio.folder / project_id / "takes/001/run/frames" / name).stat().st_mtime_ns == changed
    info = probe(studio.folder / project_id / "takes/001/video.mp4")
    assert info.video_s == pytest.approx(8.0, abs=0.13)
    assert "score" in page.locator(".take .sync").inner_text()
    frame = page.evaluate_handle(
        _PNG, (studio.folder / project_id / "takes/001/run/frames/000003.png").read_bytes().hex()
    )
    page.locator(".card textarea.prompt").first.fill("something else entirely")
    page.locator(".work").dispatch_event("drop", {"dataTransfer": frame})
    expect(page.locator(".card textarea.prompt").first).not_to_have_value("something else entirely")
    video.evaluate("video => video.play()")
    page.wait_for_function("() => document.querySelector('.take video').currentTime > 0.3")


def test_a_finished_take_is_enlarged_without_drawing_it_again(page: Page, studio: Studio, song: Path) -> None:
    project_id = drop_song(page, song)
    small(page)
    page.locator(".stage").get_by_role("button", name="Make the video", exact=True).click()
    expect(page.locator(".take video")).to_be_visible(timeout=PATIENCE_MS)
    press(page, "Enlarge")
    expect(page.locator(".take .hint")).to_contain_text("128×72 → 256×144", timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Enlarge", exact=True)).to_have_count(0)
    make = page.locator(".stage").get_by_role("button", name="Make the video", exact=True)
    expect(make).to_be_enabled(timeout=PATIENCE_MS)
    info = probe(studio.folder / project_id / "takes/001/video.mp4")
    assert info.size == (256, 144)


def test_a_reload_brings_everything_back(page: Page, studio: Studio, song: Path) -> None:
    project_id = drop_song(page, song)
    page.locator(".card textarea.prompt").first.fill("a paper boat on a rainy street")
    type_into(page, "Frame", "12")
    type_into(page, "Value here", "0.5")
    until_saved(page)
    page.reload()
    expect(page.locator(".card textarea.prompt").first).to_have_value("a paper boat on a rainy street")
    expect(page.get_by_label("The same curve as text")).to_have_value(_matches(r".*1b:\(0\.5\).*"))
    assert identity(page) == project_id


def test_another_browser_finds_the_project_among_the_recent_ones(page: Page, song: Path) -> None:
    project_id = drop_song(page, song)
    other = page.context.browser.new_context()
    second = other.new_page()
    second.goto(page.url.split("?")[0])
    second.locator(".top select").first.select_option(project_id, timeout=PATIENCE_MS)
    expect(second.locator(".card").first).to_be_visible(timeout=PATIENCE_MS)
    other.close()


def test_scenes_are_split_joined_and_moved_onto_bars(page: Page, studio: Studio, song: Path) -> None:
    project_id = drop_song(page, song)
    count = page.locator(".card").count()
    press(page, "Split this scene")
    expect(page.locator(".card")).to_have_count(count + 1)
    until_saved(page)
    assert studio.saved(project_id)["scenes"][1]["start"].endswith(("bar", "b", "s"))
    page.locator(".card").nth(1).get_by_role("button", name="Join with the scene before").click()
    expect(page.locator(".card")).to_have_count(count)


def test_the_page_speaks_korean(page: Page, song: Path) -> None:
    page.get_by_label("Language").select_option("ko_KR")
    expect(page.locator(".welcome h1")).to_have_text(_matches(r"[가-힣].*"))
    drop_song_korean = page.locator(".welcome input[type=file]")
    drop_song_korean.set_input_files(song)
    expect(page.locator(".glance .card").first).to_be_visible(timeout=PATIENCE_MS)
    assert "가" <= page.locator(".step h2").first.inner_text()[0] <= "힣"


def test_a_server_that_does_not_answer_is_said_and_tried_again(page: Page) -> None:
    page.route("**/v1/welcome", lambda route: route.abort())
    page.reload()
    expect(page.locator(".glance-wait")).to_contain_text("does not answer", timeout=PATIENCE_MS)
    page.unroute("**/v1/welcome")
    press(page, "Try again")
    expect(page.locator(".glance .welcome")).to_be_visible(timeout=PATIENCE_MS)


def test_a_lost_connection_keeps_what_was_typed_and_saves_it_when_it_is_back(
    page: Page, studio: Studio, song: Path
) -> None:
    project_id = drop_song(page, song)
    page.route("**/save", lambda route: route.abort())
    page.locator(".card textarea.prompt").first.fill("a paper boat")
    expect(page.locator(".saving")).to_contain_text("Not saved", timeout=PATIENCE_MS)
    page.unroute("**/save")
    until_saved(page)
    assert studio.saved(project_id)["scenes"][0]["prompt"] == "a paper boat"


@pytest.mark.parametrize("kept", ["mine", "theirs"])
def test_a_second_tab_is_told_of_the_firsts_changes_and_overwrites_nothing(
    page: Page, studio: Studio, song: Path, kept: str
) -> None:
    project_id = drop_song(page, song)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".card textarea.prompt").first).to_be_visible(timeout=PATIENCE_MS)
    until_saved(other)
    page.locator(".card textarea.prompt").first.fill("a paper boat")
    until_saved(page)
    other.locator(".card textarea.prompt").first.fill("a tin drum")
    expect(other.locator(".saving")).to_contain_text("another tab", timeout=PATIENCE_MS)
    assert studio.saved(project_id)["scenes"][0]["prompt"] == "a paper boat"
    press(other, "Keep mine" if kept == "mine" else "Take theirs")
    until_saved(other)
    first, second = ("a tin drum", "a paper boat") if kept == "mine" else ("a paper boat", "a tin drum")
    expect(other.locator(".card textarea.prompt").first).to_have_value(first)
    assert studio.saved(project_id)["scenes"][0]["prompt"] == first
    press(other, "Undo")
    expect(other.locator(".card textarea.prompt").first).to_have_value(second)
    other.close()


def test_the_page_leaves_no_name_on_the_window(page: Page) -> None:
    names = page.evaluate("Object.keys(window).filter((name) => /glance|timeline|scene/i.test(name))")
    assert names == []


def _matches(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


def _key_pattern() -> re.Pattern[str]:
    return _matches(r"0:\([\d.]+\), [\d.]+(b|bar)?:\([\d.]+\)")


def _last_value(text: str) -> float:
    """Return the value of the last key of a text such as `0:(0.8), 8b:(0.6)`."""
    return float(re.findall(r":\(([\d.]+)\)", text)[-1])


def _key_at(page: Page, share: float) -> tuple[float, float]:
    """Return the window's coordinates of a key near that share of the song: where the cursor becomes a hand."""
    canvas = page.locator("canvas.timeline")
    for height in range(0, 101, 2):
        for offset in (0.0, -0.01, 0.01, -0.02, 0.02, -0.03, 0.03):
            x, y = timeline_point(page, share + offset, height / 100)
            page.mouse.move(x, y)
            if canvas.evaluate("canvas => canvas.style.cursor") == "grab":
                return x, y
    raise AssertionError(f"there is no key near {share:.0%} of the song")


def _plan(studio: Studio, project_id: str, *, music: bool = True) -> RenderPlan:
    project = load_project(studio.folder / project_id / "project.glance.json")
    if not music:
        project = msgspec.structs.replace(project, reactions=())
    return compile_plan(project, analyse(Path(project.song.path)), load_styles())
