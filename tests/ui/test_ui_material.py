"""The musician's own material on the page: a zip in one step, a shifted MIDI file, and forty lines tapped in time."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from playwright.sync_api import FilePayload, Page, expect

from glance.audio.lyrics.reader import parse_lyrics
from tests.support import material_files as files
from tests.support.song_files import write_wave
from tests.ui.conftest import PATIENCE_MS, SR, Studio
from tests.ui.hands import drop_song, press, until_saved

LINES = 40
#: Seconds from one line to the next, and of the first.
STEP_S, FIRST_S = 0.31, 1.0
#: Keeps the page's audio element where the test can read its clock, as a hand on a stopwatch would.
KEPT_AUDIO = "const Own = window.Audio; window.Audio = function () { return (window.heard = new Own()); };"
#: Presses a key each time the song's clock passes the next moment, and returns what the clock said then.
TAPPING = """async ([times, key]) => {
  const said = [];
  for (const time of times) {
    while (window.heard.currentTime < time) await new Promise((go) => setTimeout(go, 1));
    said.push(window.heard.currentTime);
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }
  return said;
}"""


def beats(folder: Path, *, lead_s: float = 0.0, duration_s: float = 15.0) -> Path:
    """Write a beat at 120 with an accent on each bar and holes that no shift repeats."""
    sound = np.zeros(int(duration_s * SR))
    decay = np.arange(int(0.15 * SR)) / SR
    hit = np.sin(2 * np.pi * 70 * decay) * np.exp(-decay * 25) + 0.3 * np.random.default_rng(1).standard_normal(
        decay.size
    ) * np.exp(-decay * 50)
    for tick in hit_ticks():
        start = round((tick / 960 + lead_s) * SR)
        if start + hit.size < sound.size:
            sound[start : start + hit.size] += 0.4 * hit
    return write_wave(folder / "Forty lines.wav", sound, SR)


def hit_ticks() -> list[int]:
    return [240 * place for place in range(48) if place % 2 == 0 or place in (5, 13, 14, 27, 39)]


def midi() -> bytes:
    drums = [event for tick in hit_ticks() for event in files.note(tick, 60, 36, 100, 9)]
    return files.midi([files.track([files.tempo(0, 120), files.metre(0, 4, 4)]), files.track(drums)])


def test_forty_lines_are_tapped_dragged_undone_exported_and_read_again(
    page: Page, studio: Studio, tmp_path: Path
) -> None:
    page.add_init_script(KEPT_AUDIO)
    page.goto(studio.url)
    identity = drop_song(page, beats(tmp_path))
    page.locator("details.words > summary").click()
    texts = [f"line {number + 1} of the river" for number in range(LINES)]
    page.locator(".words-text").fill("\n".join(["[Verse]", *texts[:20], "[Chorus]", *texts[20:]]))
    page.locator(".words-text").blur()
    expect(page.locator(".word-lines li")).to_have_count(LINES + 2)
    until_saved(page)
    press(page, "Tap the lines")
    moments = [FIRST_S + STEP_S * number for number in range(LINES)]
    said = page.evaluate(TAPPING, [moments[:3], "Enter"])
    page.keyboard.press("Backspace")  # the third was a slip
    said = [*said[:2], *page.evaluate(TAPPING, [moments[3:5], "Enter"]), *page.evaluate(TAPPING, [moments[5:], " "])]
    press(page, "Done")
    until_saved(page)
    kept = kept_lines(studio, identity)
    # The last line was not tapped: it keeps the place that was guessed for it.
    assert [text for _, text in kept] == texts
    assert np.abs(np.array(said) - [start for start, _ in kept[:-1]]).max() < 0.020
    # One line is moved by hand, and put back.
    drag_line(page, seconds=0.5)
    until_saved(page)
    moved = kept_lines(studio, identity)
    assert moved != kept
    assert sorted(text for _, text in moved) == sorted(text for _, text in kept)
    press(page, "Undo the last change of the words")
    until_saved(page)
    assert kept_lines(studio, identity) == kept
    with page.expect_download() as download:
        page.get_by_role("link", name="LRC", exact=True).click()
    exported = Path(download.value.path()).read_text(encoding="utf-8")
    assert [(line.start_s, line.text) for line in parse_lyrics(exported).lines] == kept
    page.locator(".words input[type=file]").set_input_files(
        FilePayload(name="again.lrc", mimeType="", buffer=exported.encode())
    )
    until_saved(page)
    assert kept_lines(studio, identity) == kept


def kept_lines(studio: Studio, identity: str) -> list[tuple[float, str]]:
    lyrics = studio.saved(identity)["song"]["lyrics"]
    text = (studio.folder / identity / lyrics).read_text(encoding="utf-8")
    return [(line.start_s, line.text) for line in parse_lyrics(text).lines]


def drag_line(page: Page, seconds: float) -> None:
    """Drag what lies a little behind the start of the lane to the right."""
    page.evaluate("window.heard.currentTime = 1.2")
    canvas = page.locator("canvas.words-lane")
    canvas.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = canvas.bounding_box()
    assert box is not None
    a_second = box["width"] / 16
    x, y = box["x"] + 1.1 * a_second, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + seconds * a_second / 2, y)
    page.mouse.move(x + seconds * a_second, y)
    page.mouse.up()


def test_a_zip_becomes_a_project_and_a_midi_file_beside_the_sound_is_asked_for(
    page: Page, studio: Studio, tmp_path: Path
) -> None:
    song = beats(tmp_path, lead_s=0.083).read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("Forty lines.wav", song)
        archive.writestr("Forty lines (Drums).wav", song)
        archive.writestr("lyrics.txt", "[Verse]\na line of words\nand one more\n\n[Chorus]\nsing it all again\n")
    identity = drop_song(page, FilePayload(name="Download.zip", mimeType="application/zip", buffer=out.getvalue()))
    saved = studio.saved(identity)
    assert saved["title"] == "Forty lines"
    assert {"stems", "lyrics"} <= saved["song"].keys()
    assert [part.inner_text() for part in page.locator(".legend .part").all()] == ["A · verse", "B · chorus"]
    page.locator("details.material input[type=file]").set_input_files(
        FilePayload(name="song.mid", mimeType="", buffer=midi())
    )
    ask = page.locator(".ask")
    expect(ask).to_contain_text("lies beside the sound by 8", timeout=PATIENCE_MS)
    ask.get_by_role("button", name="Move it by").click()
    until_saved(page)
    expect(ask).to_have_count(0, timeout=PATIENCE_MS)
    assert abs(studio.saved(identity)["song"]["time"]["midi_ms"] - 83) < 3
    expect(page.locator(".time-sources")).to_contain_text("MIDI file · fits")
    page.get_by_label("Forty lines (Drums)", exact=True).select_option("percussion")
    until_saved(page)
    assert studio.saved(identity)["song"]["stem_names"] == {"Forty lines (Drums)": "percussion"}
