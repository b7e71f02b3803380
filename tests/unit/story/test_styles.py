"""Styles: the shipped ones are whole and tell apart, a person's own are read, and all can be found."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glance.cli.main import main
from glance.errors import ProjectError
from glance.story.prompt_text import NEGATIVE_SETS, estimate_tokens
from glance.story.safety import find_unsafe
from glance.story.style_search import search_styles
from glance.story.styles import (
    OWN_GROUP,
    Style,
    apply_style,
    find_style,
    load_styles,
    read_folder,
    read_styles,
    similar_styles,
    style_labels,
    surprise_style,
    thumbnail_folder,
)

STYLES = load_styles()


def test_there_are_at_least_eighty_styles_in_every_group() -> None:
    assert len(STYLES) >= 80
    used = {style.group for style in STYLES.values()}
    assert used == set(style_labels().groups) - {OWN_GROUP}


@pytest.mark.parametrize("name", ["anime", "baroque", "celtic_maze", "cubism"])
def test_the_named_seed_styles_are_there(name: str) -> None:
    assert name in STYLES


@pytest.mark.parametrize("style", STYLES.values(), ids=lambda style: style.id)
def test_a_shipped_style_is_whole(style: Style) -> None:
    assert any("가" <= letter <= "힣" for letter in style.name_ko)
    assert set(style.tags) <= set(style_labels().tags)
    assert len(style.tags) >= 2
    assert 3 <= len(style.palette) <= 6
    assert style.painter
    assert style.template.startswith("{prompt}, ")
    assert estimate_tokens(apply_style(style, "")) <= 24
    assert not find_unsafe(apply_style(style, "a house"))


def test_styles_subtract_only_words_that_are_in_a_set() -> None:
    known = {word for words in NEGATIVE_SETS.values() for word in words}
    assert {word for style in STYLES.values() for word in style.subtract} <= known


def test_no_two_styles_share_a_name_or_a_template() -> None:
    for field in ("name_en", "name_ko", "template"):
        values = [getattr(style, field) for style in STYLES.values()]
        assert len(set(values)) == len(values)


def test_every_style_ships_an_example_and_all_are_small() -> None:
    files = {path.stem: path.stat().st_size for path in thumbnail_folder().glob("*.webp")}
    assert set(files) == set(STYLES)
    assert max(files.values()) <= 15_000
    assert sum(files.values()) < 1_500_000


def test_examples_of_any_two_styles_differ_to_the_eye() -> None:
    pictures = []
    for style in STYLES:
        with Image.open(thumbnail_folder() / f"{style}.webp") as picture:
            pictures.append(np.asarray(picture.convert("RGB").resize((44, 33)), dtype=np.float32).ravel())
    stack = np.stack(pictures)
    for index in range(len(stack) - 1):
        assert np.abs(stack[index + 1 :] - stack[index]).mean(axis=1).min() > 4.0


def test_applying_a_style_keeps_the_subject_in_front() -> None:
    assert apply_style(STYLES["cubism"], " a house, ").startswith("a house, Cubist painting")


@pytest.mark.parametrize(
    ("query", "first"),
    [("baroque", "baroque"), ("바로크", "baroque"), ("ㅂㄹㅋ", "baroque"), ("민화", "minhwa"), ("UKIYO", "ukiyo_e")],
)
def test_a_style_is_found_by_its_name_in_either_language(query: str, first: str) -> None:
    assert search_styles(STYLES, query)[0].id == first


def test_tags_are_found_in_korean() -> None:
    assert set(search_styles(STYLES, "네온 밤")) >= {STYLES["synthwave"], STYLES["cyberpunk"]}


def test_search_narrows_by_group_and_tags() -> None:
    found = search_styles(STYLES, "", group="culture", tags=["korea"])
    assert {style.id for style in found} == {"minhwa", "joseon_landscape", "dancheong", "najeonchilgi"}


def test_an_empty_search_finds_all_and_nonsense_none() -> None:
    assert len(search_styles(STYLES)) == len(STYLES)
    assert search_styles(STYLES, "qqqq") == ()


def test_styles_like_one_are_like_it_and_never_itself() -> None:
    near = [style.id for style in similar_styles(STYLES, "film_noir", 8)]
    assert "film_noir" not in near
    assert {"photo_black_white", "graphic_novel_noir"} & set(near)


def test_a_surprise_is_the_same_for_a_seed_and_not_among_the_seen() -> None:
    seen = list(STYLES)[:-1]
    assert surprise_style(STYLES, 3) == surprise_style(STYLES, 3)
    assert surprise_style(STYLES, 3, seen).id == list(STYLES)[-1]
    assert surprise_style(STYLES, 3, list(STYLES)).id in STYLES
    with pytest.raises(ProjectError, match="at least one style"):
        surprise_style({}, 1)


def test_an_unknown_style_names_the_nearest() -> None:
    with pytest.raises(ProjectError, match="did you mean cubism"):
        find_style(STYLES, "cubisme")


def test_own_styles_are_read_from_a_folder_and_win(tmp_path: Path) -> None:
    own = {"version": 1, "styles": [{"id": "anime", "name_en": "Mine", "name_ko": "내것", "group": "own"}]}
    own["styles"][0]["template"] = "{prompt}, mine"
    (tmp_path / "mine.json").write_text(json.dumps(own), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a style", encoding="utf-8")
    styles = load_styles(tmp_path)
    assert apply_style(styles["anime"], "a cat") == "a cat, mine"
    assert len(styles) == len(STYLES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.json", "notes.txt"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"template": "no place"}, "exactly one {prompt}"),
        ({"id": "Bad Id"}, "lower-case"),
        ({"name_en": " "}, "English name"),
        ({"palette": ["red"]}, "#rrggbb"),
        ({"painter": [[26, 1.0]]}, "from 0 to 25"),
        ({"painter": [[1, 0.5]]}, "sum to 1"),
        ({"negatve": "red"}, "'negatve'; correct its name"),
    ],
)
def test_a_wrong_style_is_refused_with_its_file(tmp_path: Path, change: dict, told: str) -> None:
    style = {"id": "x", "name_en": "X", "name_ko": "엑스", "group": "own", "template": "{prompt}, x"} | change
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"version": 1, "styles": [style]}), encoding="utf-8")
    with pytest.raises(ProjectError, match=r"mine\.json") as caught:
        read_styles(path)
    assert told in str(caught.value)


def test_fooocus_styles_are_imported(tmp_path: Path) -> None:
    path = tmp_path / "fooocus.json"
    entries = [
        {"name": "Fooocus Dark", "prompt": "dark {prompt} . moody", "negative_prompt": "bright"},
        {"name": "No Place", "prompt": "grainy"},
        {"name": "Only Negative", "negative_prompt": "ugly"},
        {"name": "Heading"},
    ]
    path.write_text(json.dumps(entries), encoding="utf-8-sig")
    dark, grainy, negative = read_styles(path)
    assert apply_style(dark, "a cat") == "dark a cat . moody"
    assert (dark.id, dark.negative, dark.group) == ("fooocus_dark", "bright", OWN_GROUP)
    assert apply_style(grainy, "a cat") == "a cat, grainy"
    assert apply_style(negative, "a cat") == "a cat"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a1111_styles_are_imported(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "styles.csv"
    text = (
        'name,prompt,negative_prompt\n수묵,"{prompt}, 수묵화, ink",colour\nNoir,"noir, ""rain""",\nNoir,again,\n---,,\n'
    )
    path.write_bytes(text.encode(encoding))
    before = path.read_bytes()
    ink, noir, again = read_styles(path)
    assert ink.name_ko == "수묵"
    assert apply_style(ink, "a cat") == "a cat, 수묵화, ink"
    assert apply_style(noir, "a cat") == 'a cat, noir, "rain"'
    assert (noir.id, again.id) == ("noir", "noir_2")
    assert path.read_bytes() == before


def test_a1111_files_of_old_are_imported(tmp_path: Path) -> None:
    path = tmp_path / "styles.csv"
    path.write_text("name,text\nOld,oil paint\n", encoding="utf-8")
    assert apply_style(read_styles(path)[0], "a cat") == "a cat, oil paint"


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", "x,y\n1,2\n"), ("a.csv", ""), ("a.json", "[1]"), ("a.json", "{"), ("a.json", "")]
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ProjectError, match=r"a\.(csv|json)"):
        read_styles(tmp_path / name)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    with io.FileIO(tmp_path / "big.csv", "w") as file:
        file.truncate(9 * 1024 * 1024)
    with pytest.raises(ProjectError, match="at most 8 MB"):
        read_styles(tmp_path / "big.csv")


CSV = 'name,prompt,negative_prompt\nKohle,"{prompt}, charcoal; soft",colour\nTusche,"ink, wet",\n'
GERMAN = 'name;prompt;negative_prompt\nKohle;"{prompt}, charcoal; soft";colour\nTusche;"ink, wet";\n'


@pytest.mark.parametrize(
    "text",
    [
        CSV,
        GERMAN,
        "sep=;\n" + GERMAN,
        '"sep=;"\r\n' + GERMAN.replace("\n", "\r\n"),
        "name\tprompt\tnegative_prompt\nKohle\t{prompt}, charcoal; soft\tcolour\nTusche\tink, wet\t\n",
        '"name";"prompt";"negative_prompt"\n"Kohle";"{prompt}, charcoal; soft";"colour"\n"Tusche";"ink, wet";""\n',
        "\n" + CSV,
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_spreadsheet_s_styles_are_read_however_it_saved_them(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "styles.csv"
    path.write_bytes(text.encode(encoding))
    charcoal, ink = read_styles(path)
    assert (charcoal.name_en, charcoal.template, charcoal.negative) == ("Kohle", "{prompt}, charcoal; soft", "colour")
    assert ink.template == "{prompt}, ink, wet"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_json_of_any_encoding_and_with_a_comma_too_many_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes('[{"name": "Öl", "prompt": "{prompt}, Ölbild"},]'.encode(encoding))
    assert read_styles(path)[0].template == "{prompt}, Ölbild"


def webui_folder(folder: Path) -> Path:
    (folder / "styles.csv").write_text(CSV, encoding="utf-8")
    (folder / "config.json").write_text('{"samples_save": true}', encoding="utf-8")
    (folder / "ui-config.json").write_text('{"txt2img/Sampling steps/value": 20}', encoding="utf-8")
    (folder / "list.json").write_text("[1, 2]", encoding="utf-8")
    (folder / "broken.json").write_bytes(b"\x00\xff{")
    (folder / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (folder / "number.json").write_text('{"version": 1' + "0" * 400 + ', "styles": []}', encoding="utf-8")
    (folder / "folder.json").mkdir()
    return folder


def test_a_file_that_is_no_style_file_costs_only_itself(tmp_path: Path) -> None:
    found = read_folder(webui_folder(tmp_path))
    assert {"kohle", "tusche", "baroque"} <= set(found.styles)
    names = ("config.json", "ui-config.json", "list.json", "broken.json", "other.csv", "number.json")
    assert all(any(note.startswith(f"{name} was left out: ") for note in found.notes) for name in names)
    assert len(found.notes) == len(names)


def test_the_command_line_reads_a_webuis_folder_and_says_once_what_it_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["styles", "--search", "Kohle", "--styles-folder", str(webui_folder(tmp_path))]) == 0
    said = capsys.readouterr()
    assert "kohle" in said.out
    assert said.err.count("note: config.json was left out") == 1
    assert main(["styles", "--search", "Kohle", "--styles-folder", str(tmp_path / "styles.csv")]) == 0
    assert main(["styles", "--styles-folder", str(tmp_path / "gone")]) == 1


def test_a_style_of_a_thousand_rows_of_one_name_is_read_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "styles.csv"
    path.write_text("name,prompt\n" + "Noir,ink\n" * 20_000, encoding="utf-8")
    ids = [style.id for style in read_styles(path)]
    assert (len(set(ids)), ids[1], ids[-1]) == (20_000, "noir_2", "noir_20000")


def test_the_number_of_files_read_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glance.story.styles.STYLE_FILES", 2)
    for number in range(4):
        (tmp_path / f"{number}.csv").write_text(f"name,prompt\nS{number},ink\n", encoding="utf-8")
    found = read_folder(tmp_path)
    assert {"s0", "s1"} <= set(found.styles)
    assert "s2" not in found.styles
    assert "only the first 2 files" in found.notes[0]
