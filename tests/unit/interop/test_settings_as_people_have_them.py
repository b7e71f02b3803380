"""Settings, prompt schedules and projects as people write, edit and copy them: read, or refused in words at once."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glance.cli.main import main
from glance.errors import ProjectError, ScheduleError
from glance.interop.deforum.reader import Imported, import_any
from glance.project.files import parse_project
from glance.project.model import Look, Project, Song
from glance.project.validate import faults
from glance.schedule.parse import parse_schedule
from glance.schedule.prompts import parse_prompts
from glance.story.safety import find_unsafe
from glance.story.wildcards import choose, unknown_names
from glance.system.loose_json import LooseJsonError, number_of, read_loose
from glance.system.text_encoding import decode_text
from glance.timing import parse_fps
from tests.unit.interop.test_import import values


def imported(**settings: Any) -> Imported:
    return import_any(json.dumps({"max_frames": 40, "fps": 12, "prompts": {"0": "a bridge"}, **settings}), "song.wav")


def says(found: Imported, *words: str) -> bool:
    return any(all(word in note for word in words) for note in found.notes)


def prompts_of(found: Imported) -> list[tuple[str, str]]:
    return [(scene.start, scene.prompt) for scene in found.project.scenes]


# Schedules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0:(0.6), 10:(0.5), 20:(0.4) 5, 10:(0.45), 20:(0.3), 30:(0.6)", {0: 0.6, 10: 0.45, 20: 0.3, 30: 0.6}),
        ("0:(1), 20: (0).3, 35: 0", {0: 1, 20: 0.3, 35: 0}),
        ("0:(0.5), 10:((0).7), 20:0.2)", {0: 0.5, 10: 0.7, 20: 0.2}),
        ('0:(0.5), "max_f":(0.6) oops, "max_f":(0.7)', {0: 0.5, 39: 0.7}),
    ],
)
def test_what_deforum_reads_in_a_broken_schedule_is_read_here(text: str, expected: dict[int, float]) -> None:
    found = imported(strength_schedule=text)
    series = values(found, "strength", 40)
    assert {frame: round(float(series[frame]), 9) for frame in expected} == expected


def test_keys_given_twice_are_said_and_the_last_one_counts() -> None:
    found = imported(strength_schedule="0:(0.1), 10:(0.5), 10:(0.6)")
    assert values(found, "strength", 40)[10] == pytest.approx(0.6)
    assert says(found, "`strength_schedule`", "frame 10 more than once", "last one counts")
    assert not says(imported(strength_schedule="0:(0.1), 10:(0.5), 10:(0.5)"), "more than once")


def test_entries_given_twice_are_said_and_the_last_one_counts() -> None:
    found = import_any('{"max_frames": 40, "fps": 10, "fps": 24, "prompts": {"0": "a", "0": "b"}}', "song.wav")
    assert found.project.output.fps == "24"
    assert prompts_of(found) == [("0", "b")]
    assert says(found, "`fps` is given more than once")
    assert says(found, "`0` is given more than once")


@pytest.mark.parametrize("text", ["0:(0.5+0.1*(cos(t/10))^2)", "0:(t^2)", "0:(2^t)", "0:((t>2)^3)", "0:(0.5^1.5)"])
def test_a_caret_is_never_an_exclusive_or_in_silence(text: str) -> None:
    with pytest.raises(ScheduleError, match=r"a power is written \*\*") as caught:
        parse_schedule(text, "strength")
    assert text[caught.value.column] == "^"
    assert says(imported(strength_schedule=text), "`strength_schedule` cannot be read", "**")


@pytest.mark.parametrize(
    "text", ["0:(0,65), 30:(0,4)", "0:0,65, 30:0,4", "0:(0,65*sin(t))", "0:(0.5 + sin(0,65*t))", "0:(0,65, linear)"]
)
def test_a_decimal_comma_is_named(text: str) -> None:
    with pytest.raises(ScheduleError, match=r"decimal commas are not known here; write 0\.65"):
        parse_schedule(text, "strength")
    assert says(imported(strength_schedule=text), "`strength_schedule` cannot be read", "write 0.65")


@pytest.mark.parametrize("text", ["0:(clip(t,0,5))", "0:(0, ease_in_sine), 5:(1)", "0:(1),5:(2)", "0:(min(1,2,t))"])
def test_commas_that_are_none_of_decimals_are_left_alone(text: str) -> None:
    assert parse_schedule(text, "strength").keys


# Numbers


def test_numbers_written_as_text_are_numbers() -> None:
    manifest = {
        "options": {"output_fps": "20", "cadence": "3"},
        "rendered_frames": [{"frame": str(n), "strength": f"0.{n}", "zoom": "1,5"} for n in range(1, 5)],
    }
    found = import_any(json.dumps(manifest), "song.wav")
    assert (found.project.output.fps, found.project.curves["cadence"]) == ("20", "0:(3)")
    assert values(found, "strength", 5)[3] == pytest.approx(0.3)
    assert imported(W="640", fps="24", diffusion_cadence="3").project.output.width == 640
    assert says(imported(W="640,5"), "`W` = 640,5 has a decimal comma")


@pytest.mark.parametrize("value", [0, "0", "fast", -5, [1], 10**400, "1e999", True])
def test_a_rate_that_is_none_is_said(value: object) -> None:
    manifest = {"options": {"output_fps": value, "cadence": value}, "rendered_frames": [{"frame": 0, "strength": 0.5}]}
    found = import_any(json.dumps(manifest), "song.wav")
    assert says(found, "`output_fps`", "is no number above 0")
    assert says(found, "`cadence`", "is no number above 0")


@pytest.mark.parametrize("value", [10**9, 1e300, 10**400, "1e12"])
def test_more_frames_than_any_video_has_are_refused_at_once(value: object) -> None:
    begin = time.process_time()
    text = json.dumps({"max_frames": value, "prompts": {"0": "a"}, "strength_schedule": "0:(sin(t))"})
    if value == 10**400:
        assert says(import_any(text, "song.wav"), "`max_frames`", "is no number")
    else:
        with pytest.raises(ProjectError, match="max_frames: expected at most 1,000,000 frames"):
            import_any(text, "song.wav")
    assert time.process_time() - begin < 5


ENTRIES = (
    "W",
    "H",
    "seed",
    "fps",
    "steps",
    "diffusion_cadence",
    "seed_iter_N",
    "mask_overlay_blur",
    "scale",
    "subseed",
)
SCHEDULES = ("strength_schedule", "zoom", "fov_schedule", "seed_schedule", "tweening_frames_schedule", "blendFactorMax")


@pytest.mark.parametrize(
    "name", [*ENTRIES, *SCHEDULES, "max_frames", "init_images", "prompts", "animation_mode", "sampler"]
)
@pytest.mark.parametrize(
    "number", ["1" + "0" * 400, "-1" + "0" * 400, "1e400", "1e308", "NaN", "-Infinity", "1" * 5000]
)
def test_a_number_of_any_size_in_any_entry_gives_words_and_no_traceback(name: str, number: str) -> None:
    text = f'{{"prompts": {{"0": "a"}}, "use_looper": true, "seed_behavior": "schedule", "{name}": {number}}}'
    try:
        import_any(text, "song.wav")
        import_any(text.replace(number, f'"0:({number})"'), "song.wav")
        import_any(text.replace(number, f'"{{\\"{number}\\": \\"x\\"}}"'), "song.wav")
    except ProjectError:
        pass


@pytest.mark.parametrize("number", ["1" + "0" * 400, "-1" + "0" * 400, "1e400", "1" * 5000])
@pytest.mark.parametrize("field", ["seed", "look.seed_every", "output.crf", "output.width", "scenes.motion", "format"])
def test_a_number_of_any_size_in_a_project_gives_words(field: str, number: str) -> None:
    room, _, name = field.rpartition(".")
    inside = f'"{name}": {number}'
    body = {"": inside, "scenes": f'"scenes": [{{{inside}}}]'}.get(room, f'"{room}": {{{inside}}}')
    with pytest.raises(ProjectError, match=r"is no number|expected"):
        parse_project(f'{{"song": {{"path": "a.wav"}}, {body}}}')


@pytest.mark.parametrize("value", [0, -(10**300), 10**300])
def test_ranges_are_told_whatever_the_number(value: int) -> None:
    project = Project(song=Song(path="a.wav"), look=Look(seed_every=value))
    assert [str(fault) for fault in faults(project) if fault.field == "look.seed_every"]


def test_numbers_are_told_from_texts() -> None:
    assert [number_of(value) for value in (1, "1.5", " 1,5 ", "1e2", -2.5)] == [1, 1.5, 1.5, 100, -2.5]
    assert [number_of(value) for value in (None, True, "", "x", "1_0", "٣", 10**400, float("nan"))] == [None] * 8


@pytest.mark.parametrize("key", ["99999999999999999999:23.5", "9" * 60 + ":00", "1e99", "9" * 30 + "s"])
def test_a_key_beyond_any_song_is_refused_in_words(key: str) -> None:
    from glance.interop.deforum.schedule import still_signals
    from glance.schedule.curve import evaluate

    with pytest.raises(ScheduleError):
        evaluate(parse_schedule(f"0:(1), {key}:(1.1)", "zoom"), still_signals(40, 1))


def test_a_frame_rate_of_any_length_is_quoted_shortly() -> None:
    with pytest.raises(ValueError) as caught:
        parse_fps("9" * 400)
    assert len(str(caught.value)) < 160


# Encodings and JSON


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_a_file_of_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "settings.txt"
    text = json.dumps({"max_frames": 40, "prompts": {"0": "über dem Fluß, café"}}, ensure_ascii=False)
    path.write_bytes(text.encode(encoding))
    assert main(["import", str(path), "--song", "song.wav"]) == 0
    made = json.loads((tmp_path / "settings.glance.json").read_text("utf-8"))
    assert made["scenes"][0]["prompt"] == "über dem Fluß, café"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("바다를 기억하는 등대", "cp949"),
        ("海を覚えている灯台", "cp932"),
        ("记得大海的灯塔", "gb18030"),
        ("Ärger, Straße, œuvre", "cp1252"),
    ],
)
def test_texts_of_windows_are_read_in_their_own_encoding(text: str, encoding: str) -> None:
    assert decode_text(f'{{"prompts": "{text}"}}'.encode(encoding)).text == f'{{"prompts": "{text}"}}'


@pytest.mark.parametrize(
    ("prompts", "repair"),
    [
        ('{"0":"a bridge","20":"a tower",}', "comma after the last entry"),
        ("{'0': 'a bridge', '20': 'a tower'}", "quotation marks"),
        ("{“0”: “a bridge”, “20”: “a tower”}", "quotation marks"),
        ('{0: "a bridge", 20: "a tower"}', "keys stand without"),
        ('"0": "a bridge", "20": "a tower"', "no braces"),
        ('"0" :"a bridge",\n"20" :"a tower",\n', "no braces"),
        ("0:'a bridge',\n20:'a tower'", "no braces"),
        ('{"0": "a bridge"\n "20": "a tower"}', "comma between two entries is missing"),
        ('{"0": "a bridge", // first\n"20": "a tower"}', "comment"),
        ('{"0": "a tower", "0": "a bridge", "20": "a tower"}', "more than once"),
    ],
)
def test_prompts_that_are_almost_json_are_read_and_said(prompts: str, repair: str) -> None:
    found = imported(prompts=prompts)
    assert prompts_of(found) == [("0", "a bridge"), ("20", "a tower")]
    assert says(found, "`prompts` are not quite JSON", repair)


@pytest.mark.parametrize("prompts", ['{"0": "a bridge", "20" "a tower"}', '{"0": "a bridge', '"0": "a" b "c"', "0:'a"])
def test_prompts_that_begin_like_a_schedule_are_never_drawn_as_one_prompt(prompts: str) -> None:
    found = imported(prompts=prompts)
    assert prompts_of(found) == [("0", "")]
    assert says(found, "`prompts` cannot be read", "line 1, column")
    with pytest.raises(ScheduleError, match="prompts, column"):
        parse_prompts(prompts)


@pytest.mark.parametrize(
    "text",
    [
        '"0" :"a house",\n"24" :"a sea",\n',
        "0:'a house',\n24:'a sea'\n",
        '{"0": "a house", "24": "a sea",}',
        "{'0': 'a house', '24': 'a sea'}",
        '0: "a house"\n24: "a sea"',
        "“0”: “a house”, “24”: “a sea”",
        "0: a house\n24: a sea",
    ],
)
def test_prompt_schedules_of_every_program_have_the_same_keys(text: str) -> None:
    assert [(key.time, key.value) for key in parse_prompts(text).keys] == [("0", "a house"), ("24", "a sea")]


@pytest.mark.parametrize(
    "line", ["0: 'Tis the season", '0: "Heroes" poster, red', "'0': a house", "a house: by the sea"]
)
def test_words_that_begin_with_a_quotation_mark_stay_words(line: str) -> None:
    assert [key.value for key in parse_prompts(line).keys] == [line.partition(": ")[2] if line[0] in "0'" else line]


def test_a_file_of_prompts_alone_is_read() -> None:
    found = import_any('"0" :"a house",\n"24" :"a sea",\n', "song.wav")
    assert prompts_of(found) == [("0", "a house"), ("24", "a sea")]


def test_prompts_of_null_are_left_out_and_said() -> None:
    found = imported(prompts={"0": "a bridge", "10": None, "20": 5, "30": {"a": 1}})
    assert prompts_of(found) == [("0", "a bridge")]
    assert says(found, "the prompt at 10 is empty (null)")
    assert says(found, "the prompt at 30 is no text")
    assert says(imported(prompts=None), "no prompts")


def test_a_comma_too_many_in_the_file_or_its_pictures_costs_nothing() -> None:
    text = '{"max_frames": 40, "prompts": {"0": "a"}, "use_looper": true, "init_images": "{\\"0\\": \\"a.png\\",}",}'
    found = import_any(text, "song.wav")
    assert [guide.picture for guide in found.project.look.guides] == ["a.png"]
    assert says(found, "`init_images` are not quite JSON")
    assert says(found, "the file is not quite JSON", "comma")


@pytest.mark.parametrize(
    "text", ["{", '{"a" 1}', "[1,,2]", "{'a': }", '{"a": "b', "{" * 5000, "[" * 5000, "/*", '{"a":"\\ud800"}']
)
def test_what_has_no_one_meaning_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(LooseJsonError, match=r"line \d+, column \d+"):
        read_loose(text)


def test_reading_with_forbearance_takes_no_longer_than_the_text() -> None:
    begin = time.process_time()
    for text in (
        "'" * 20_000,
        "\"a' " * 10_000,
        "{" + '"a":"b" ' * 10_000,
        "{'a': '" + "it's " * 20_000,
        " " * 200_000,
    ):
        with pytest.raises(LooseJsonError):
            read_loose(text)
    assert time.process_time() - begin < 5


def test_escapes_of_prompts_survive() -> None:
    assert read_loose(r'{"0": "a \(round\) house",}').value == {"0": r"a \(round\) house"}
    assert read_loose("{'0': 'it\\'s a dog's house',}").value == {"0": "it's a dog's house"}


# Parseq's document


DOCUMENT = {
    "meta": {"generated_by": "sd_parseq", "docName": "clip"},
    "managedFields": ["zoom"],
    "keyframes": [{"frame": 0, "zoom": 1, "zoom_i": "L"}, {"frame": 30, "zoom": "sin(f)"}],
    "options": {"output_fps": 20},
    "prompts": {"positive": "a bridge"},
}


@pytest.mark.parametrize(
    "document", [DOCUMENT, DOCUMENT | {"rendered_frames": []}, DOCUMENT | {"prompts": [{"name": "p"}]}]
)
def test_a_parseq_document_is_refused_with_what_to_do(document: dict[str, Any]) -> None:
    with pytest.raises(ProjectError, match=r"Parseq document, not yet rendered.*press Render"):
        import_any(json.dumps(document), "song.wav")
    assert says(imported(parseq_manifest=json.dumps(document)), "`parseq_manifest`", "press Render")


# Choices of other extensions


def test_choices_in_braces_are_made_once_and_said() -> None:
    found = imported(prompts={"0": "a {red|blue} car on __place__", "20": "[cat|dog] [a:b:0.5] <lora:x:1>"})
    first = found.project.scenes[0].prompt
    assert first in ("a red car on __place__", "a blue car on __place__")
    assert found.project.scenes[1].prompt == "[cat|dog] [a:b:0.5] <lora:x:1>"
    assert says(found, "{red|blue} became", "once for a scene")
    assert says(found, "__place__", "another extension")
    assert imported(prompts={"0": "a {red|blue} car on __place__"}).project.scenes[0].prompt == first


def test_choices_of_a_manifest_never_change_from_frame_to_frame() -> None:
    frames = [{"frame": n, "deforum_prompt": f"a {{red|blue|green|white}} car :{n / 40:.3f}"} for n in range(40)]
    prompts = json.loads(import_any(json.dumps({"rendered_frames": frames}), "song.wav").project.prompts)
    assert len({text.split()[1] for text in prompts.values()}) == 1


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("{a|b}", {"a", "b"}),
        ("{a|{b|c}}", {"a", "b", "c"}),
        ("{0::a|5::b}", {"b"}),
        ("{2$$a|b}", {"a, b", "b, a"}),
        ("{2$$ and $$a|b}", {"a and b", "b and a"}),
        ("{|x}", {"", "x"}),
        ("{a}", {"{a}"}),
        ("{prompt}, ink", {"{prompt}, ink"}),
    ],
)
def test_choices_are_understood_as_the_extension_does(text: str, results: set[str]) -> None:
    assert {choose(text, str(seed))[0] for seed in range(60)} == results


def test_names_of_lists_are_found() -> None:
    assert unknown_names("by __place__, __artists/dutch__ and my_own__name") == ("__place__", "__artists/dutch__")


# Bounds


def test_the_guard_reads_the_longest_prompt_at_once() -> None:
    chance = np.random.default_rng(1)
    letters = " ".join(chance.choice(list("abcdefghijklmnopqrstuvwxyz"), 10_000).tolist())
    begin = time.process_time()
    find_unsafe(letters)
    assert time.process_time() - begin < 10


@pytest.mark.parametrize("letter", ["\\u0000", "\\u001b", "\\b", "\\f", "\\u007f"])
def test_a_control_character_is_refused_with_its_field(letter: str) -> None:
    with pytest.raises(ProjectError, match=r"scenes\[1\]\.prompt: expected text"):
        parse_project(f'{{"song": {{"path": "a.wav"}}, "scenes": [{{}}, {{"start": "5s", "prompt": "a{letter}b"}}]}}')


def test_line_breaks_and_tabs_are_no_control_characters() -> None:
    text = '{"song": {"path": "a.wav"}, "scenes": [{"prompt": "a\\n\\tb \\\\u0000"}]}'
    assert parse_project(text).scenes[0].prompt == "a\n\tb \\u0000"
