"""Bounds: stated once, written down, and the same for what is read and what is saved."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import glance.limits as limits
from glance.errors import ProjectError, ScheduleError
from glance.interop.deforum.reader import import_any
from glance.limits import MEGABYTE, check_text, finite, shown
from glance.project.channel_values import signals_of
from glance.project.files import load_project, parse_project, save_project
from glance.project.model import Project, Scene, Song
from glance.schedule.curve import evaluate
from glance.schedule.key_times import check_key
from glance.schedule.parse import parse_schedule
from glance.schedule.prompts import parse_prompts, split_negative, texts_over_time
from glance.story.prompt_text import estimate_tokens, mixed_prompt
from glance.story.safety import find_unsafe
from glance.story.style_import import read_style_file
from glance.story.styles import read_folder
from tests.conftest import heard

TABLE = Path(__file__).parents[2] / "docs" / "limits.md"


def project(**changes: Any) -> Project:
    return msgspec.structs.replace(Project(song=Song(path="song.wav")), **changes)


def test_the_table_in_the_documents_names_every_bound_with_its_value() -> None:
    table = TABLE.read_text(encoding="utf-8")
    bounds = {name: value for name, value in vars(limits).items() if re.fullmatch("[A-Z][A-Z_]+", name)}
    del bounds["MEGABYTE"]
    assert set(re.findall(r"`([A-Z][A-Z_]+)`", table)) == set(bounds)
    for name, value in bounds.items():
        (row,) = (line for line in table.splitlines() if f"`{name}`" in line)
        written = [f"{value:,.0f}", str(value)]
        written += [f"{value // MEGABYTE} MiB"] if value >= MEGABYTE and not value % MEGABYTE else []
        assert any(text in row for text in written), (name, value, row)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"theme": "x" * (limits.TEXT_CHARACTERS + 1)}, "theme"),
        ({"title": "a\x1bb"}, "title"),
        ({"scenes": (Scene(prompt="a\0b"),)}, "scenes[0].prompt"),
        ({"scenes": (Scene(),) * (limits.SCENES + 1)}, "scenes"),
        ({"scenes": (Scene(prompt="x" * limits.TEXT_CHARACTERS),) * 101}, ""),
        ({"curves": {"zoom": "1" * (limits.SCHEDULE_CHARACTERS + 1)}}, "curves.zoom"),
        ({"prompts": "x" * (limits.PROMPTS_CHARACTERS + 1)}, "prompts"),
        ({"seed": 10**400}, "seed"),
        ({"curves": {f"c{number}": "1" * 15_000_000 for number in range(5)}}, ""),
    ],
)
def test_what_cannot_be_opened_is_not_saved_and_the_old_file_stays(
    tmp_path: Path, changes: dict[str, Any], field: str
) -> None:
    path = tmp_path / "p.glance.json"
    save_project(project(title="old"), path)
    new = project(**changes)
    with pytest.raises(ProjectError) as saving:
        save_project(new, path)
    assert saving.value.field == field
    assert load_project(path).title == "old"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    (tmp_path / "big.glance.json").write_text(json.dumps(msgspec.to_builtins(new)), encoding="utf-8")
    with pytest.raises(ProjectError) as opening:
        load_project(tmp_path / "big.glance.json")
    assert opening.value.field == field


def test_texts_keep_their_line_breaks_tabs_and_emoji() -> None:
    check_text("one\ttwo\r\nthree \N{DOLPHIN} \u200d", "theme")
    text = json.dumps({"song": {"path": "a.wav"}, "theme": "one\ttwo\r\nthree \N{DOLPHIN}"})
    assert parse_project(text).theme == "one\ttwo\r\nthree \N{DOLPHIN}"


def test_values_of_a_webuis_scripts_may_be_pictures_as_text() -> None:
    always_on = {"ControlNet": ["A" * 100_000]}
    text = json.dumps({"song": {"path": "a.wav"}, "look": {"always_on": always_on}})
    assert parse_project(text).look.always_on["ControlNet"] == ("A" * 100_000,)


@pytest.mark.parametrize("value", [10**400, -(10**400), float("nan"), float("inf"), True, "1", None, [1]])
def test_what_is_no_number_that_a_double_holds_is_none(value: object) -> None:
    assert finite(value) is None
    assert len(shown(value)) <= 80
    assert len(shown([value] * 1000)) <= 80


# Each of these took square time; at these lengths it would not end within the tests' time.
@pytest.mark.parametrize(
    "read",
    [
        lambda: split_negative("a" + " " * 2_000_000 + "b"),
        lambda: find_unsafe("a b c d " * 20_000),
        lambda: find_unsafe("\uac00 \ub098 " * 20_000),
        lambda: mixed_prompt([("a" + " " * 400_000 + "b", 0.5), ("<lora:a" * 100_000, 0.5)]),
        lambda: mixed_prompt([(":1" * 9 + "1" * 400_000 + "x", 0.5), ("a", 0.5)]),
        lambda: estimate_tokens("<lora:" * 100_000 + ":" + "1" * 400_000),
    ],
)
def test_no_prompt_takes_square_time(read: Callable[[], object]) -> None:
    assert read() is not None


@pytest.mark.parametrize(
    "read",
    [
        lambda: check_key("1" * 2_000_000 + "x"),
        lambda: parse_schedule("1" * 2_000_000 + "x:(1)", "zoom"),
        lambda: parse_prompts("0: a\n" + "b\n" * 400_000),
    ],
)
def test_no_long_schedule_takes_square_time_to_be_refused(read: Callable[[], object]) -> None:
    with pytest.raises(ScheduleError):
        read()


def test_prompts_of_a_frame_each_take_no_square_time() -> None:
    text = json.dumps({str(number): "\u20ac" * 20 for number in range(40_000)})
    assert len(parse_prompts(text).keys) == 40_000


def test_a_style_list_of_one_name_takes_no_square_time(tmp_path: Path) -> None:
    path = tmp_path / "styles.csv"
    path.write_text("name,prompt,negative_prompt\n" + "Oil,x,\n" * 60_000, encoding="utf-8")
    found = read_style_file(path)
    assert [style.id for style in found[:3]] == ["oil", "oil_2", "oil_3"]
    assert len({style.id for style in found}) == 60_000


def test_a_schedule_has_a_bound_in_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glance.schedule.parse.SCHEDULE_KEYS", 1000)
    parse_schedule(", ".join(f"{number}b:(1)" for number in range(1000)), "zoom")
    with pytest.raises(ScheduleError, match="1,000 keys"):
        parse_schedule(", ".join(f"{number}b:(1)" for number in range(1002)), "zoom")


@pytest.mark.parametrize("time", ["99999999999999999999:23.5", "9" * 60 + ":00", "9" * 30 + "s", "1" * 200 + "s"])
def test_a_key_beyond_any_song_is_refused_in_words(time: str) -> None:
    signals = signals_of(project(), heard())
    with pytest.raises(ScheduleError):
        evaluate(parse_schedule(f"0:(1), {time}:(2+t)", "zoom"), signals)


@pytest.mark.parametrize(
    ("text", "hint"),
    [("`t`" * (limits.PROMPT_FORMULAS + 1), "100 formulas"), ("`t`" + "x" * 19_000_000, "too long for")],
)
def test_formulas_in_a_prompt_have_a_bound(text: str, hint: str) -> None:
    with pytest.raises(ScheduleError, match=hint):
        texts_over_time(text, signals_of(project(), heard()))


def test_prompts_with_keys_have_a_bound_each_and_in_number() -> None:
    with pytest.raises(ScheduleError, match="20,000 characters"):
        parse_prompts("0: a\n5: " + "x" * 20_001)
    with pytest.raises(ScheduleError, match="50,000 prompts"):
        parse_prompts("\n".join(f"{number}: a" for number in range(50_001)))
    with pytest.raises(ScheduleError, match="control character"):
        parse_prompts('{"0": "a\\u0000b"}')


def test_words_on_two_lines_are_two_words() -> None:
    assert [found.text for found in find_unsafe("caf\u00e9\nnude\nhouse")] == ["nude"]
    assert find_unsafe("nu\nclear") == ()


@pytest.mark.parametrize(
    "settings", [{"max_frames": 10**9}, {"max_frames": 60, "prompts": {"0": "a \udc00"}}], ids=["frames", "half"]
)
def test_settings_of_others_that_nothing_could_hold_are_refused_at_once(settings: dict[str, Any]) -> None:
    with pytest.raises(ProjectError, match=r"1,000,000 frames|half a character"):
        import_any(json.dumps(settings), "song.wav")


def test_numbers_of_four_hundred_digits_in_settings_of_others_are_told() -> None:
    settings = {"max_frames": 10**400, "seed": 10**400, "W": 10**400, "zoom": f"{'9' * 400}:(1)"}
    notes = import_any(json.dumps(settings), "song.wav").notes
    told = "\n".join(notes)
    assert all(f"`{name}`" in told for name in ("max_frames", "seed", "W", "zoom")), told
    assert all(len(note) < 1000 for note in notes)


@pytest.mark.parametrize("value", [10**400, float("nan"), "half", None, []])
def test_any_number_in_parseqs_frames_is_read_or_refused_in_words(value: object) -> None:
    frames = [{"frame": 0, "zoom_delta": 1.0, "deforum_prompt": "a"}, {"frame": 1, "zoom_delta": value}]
    assert import_any(json.dumps({"rendered_frames": frames}), "song.wav").project.curves
    frames[1]["frame"] = value
    with pytest.raises(ProjectError, match="frame number"):
        import_any(json.dumps({"rendered_frames": frames}), "song.wav")


def test_half_a_character_in_parseqs_prompt_is_refused_in_words() -> None:
    text = json.dumps({"rendered_frames": [{"frame": 0, "deforum_prompt": "a \udc00"}]})
    with pytest.raises(ProjectError, match="half a character"):
        import_any(text, "song.wav")


def test_a_styles_folder_has_a_bound_in_files(tmp_path: Path) -> None:
    for number in range(limits.STYLE_FILES + 1):
        (tmp_path / f"{number}.csv").write_text("name,prompt\n", encoding="utf-8")
    assert any("only the first 200 files" in note for note in read_folder(tmp_path).notes)
