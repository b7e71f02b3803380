"""Every text of the page has a Korean translation, with the same places to fill in."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from glance.app.catalogue import catalogue
from glance.app.projects import ProjectStore
from glance.audio.decode import decode
from glance.errors import GlanceError
from glance.media.sync import SyncReport, describe
from glance.project.compile import compile_plan
from glance.project.model import Output, Project, Scene, Song
from glance.schedule.channels import CHANNELS
from glance.schedule.parse import parse_schedule
from glance.story.safety import check_words
from glance.story.styles import load_styles
from tests.conftest import heard

_ROOT = Path(__file__).parents[3]
_MARK = "GLANCE|"
_ROLES = ("intro", "verse", "build", "chorus", "drop", "break", "bridge", "outro", "part", "silence")


def _words() -> dict[str, str]:
    words: dict[str, str] = json.loads((_ROOT / "localizations" / "ko_KR.json").read_text("utf-8"))
    return words


def _texts_of_the_modules() -> set[str]:
    sources = "\n".join(path.read_text("utf-8") for path in (_ROOT / "javascript").rglob("*.mjs"))
    return set(re.findall(r'\bt\(\s*"((?:[^"\\]|\\.)*)"', sources))


def _texts_of_the_core() -> set[str]:
    choices = catalogue(load_styles())
    numbers = [channel for channel in CHANNELS.values() if channel.kind != "text"]
    texts = {channel.name for channel in numbers} | {channel.help for channel in numbers}
    texts |= {channel.group for channel in numbers} | {camera["label"] for camera in choices["cameras"]}
    texts |= {camera["help"] for camera in choices["cameras"]} | set(choices["reactivities"]) | set(_ROLES)
    texts |= {name.replace("_", " ") for name in choices["easings"]} | set(choices["envelopes"])
    for effect in choices["effects"]:
        texts |= {effect["label"], effect["help"], effect["group"], effect["coherence"]} - {""}
    for look in choices["looks"]:
        texts |= {look["label"], look["about"]}
    return texts | set(choices["negative_sets"])


def test_every_text_of_the_pages_modules_is_translated() -> None:
    assert sorted(text for text in _texts_of_the_modules() if _MARK + text not in _words()) == []


def test_every_name_and_help_the_core_gives_the_page_is_translated() -> None:
    assert sorted(text for text in _texts_of_the_core() if _MARK + text not in _words()) == []


def test_translations_keep_the_places_that_are_filled_in() -> None:
    for key, text in _words().items():
        assert sorted(re.findall(r"\{\w+\}", key)) == sorted(re.findall(r"\{\w+\}", text)), key


def test_no_translation_is_empty() -> None:
    assert [key for key, text in _words().items() if not text.strip()] == []


_PROJECT = Project(song=Song(path="song.wav"), scenes=(Scene(), Scene(start="2bar")))
_SLIPS = (
    "",
    "0:()",
    "0:(0.5 + )",
    "0:(sin(t)",
    "0:(1)), 5:(1)",
    "0 (0.5)x",
    "0:(2 3)",
    "0:(a$b)",
    "5q:(1)",
    "0:(1, eas)",
)


def _compile(**changes: object) -> Callable[[], object]:
    return lambda: compile_plan(msgspec.structs.replace(_PROJECT, **changes), heard(), load_styles())


def _mistakes(tmp_path: Path) -> list[Callable[[], object]]:
    (tmp_path / "letter.mp3").write_text("no song")
    (tmp_path / "empty.wav").touch()
    return [
        *(lambda text=text: parse_schedule(text, "strength") for text in _SLIPS),
        _compile(curves={"strength": "0:(kik)"}),
        _compile(output=Output(width=65)),
        _compile(output=Output(width=8192, height=8192)),
        _compile(output=Output(fps="fast")),
        _compile(output=Output(fps="1000")),
        _compile(output=Output(upscaler="Lanczos", upscale=9)),
        _compile(scenes=(Scene(), Scene(start="8bar"), Scene(start="4bar"))),
        lambda: check_words("a nude", "scenes[0].prompt"),
        lambda: decode(tmp_path / "letter.mp3"),
        lambda: decode(tmp_path / "empty.wav"),
        lambda: ProjectStore(tmp_path).create("letter.doc", b""),
        lambda: ProjectStore(tmp_path).load("gone"),
    ]


def test_the_commonest_mistakes_are_told_in_korean_with_what_was_found(tmp_path: Path) -> None:
    messages = []
    for mistake in _mistakes(tmp_path):
        with pytest.raises(GlanceError) as caught:
            mistake()
        messages.append(str(caught.value))
    file = tmp_path / "messages.json"
    file.write_text(json.dumps(messages), "utf-8")
    done = subprocess.run(
        ["node", "tests/js/translate_messages.mjs", str(file)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    left = [
        (message.splitlines()[0], told.splitlines()[0])
        for message, told in zip(messages, json.loads(done.stdout), strict=True)
        for part in told.splitlines()[0].split("; ")
        if not re.search("[가-힣]", part)
    ]
    assert left == []


def test_every_line_about_how_work_gets_on_is_told_in_korean(tmp_path: Path) -> None:
    sources = "\n".join((_ROOT / "glance" / "app" / f"{name}.py").read_text("utf-8") for name in ("renders", "service"))
    reports = [
        SyncReport(offset, offset * 80.0, score, 0.5, 0.1, 96, onsets)
        for score in (0.0, 0.2, 0.9)
        for offset in (-2, -1, 0, 1, 3)
        for onsets in (0, 39)
    ]
    lines = [re.sub(r"\{[^}]*\}", "96", line) for line in re.findall(r'say\(text=f?"([^"]+)"', sources)]
    assert "Enlarging to 96x96" in lines
    lines += [describe(report) for report in reports]
    file = tmp_path / "lines.json"
    file.write_text(json.dumps(lines), "utf-8")
    done = subprocess.run(
        ["node", "tests/js/translate_messages.mjs", str(file)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    told = json.loads(done.stdout)
    assert [line for line, korean in zip(lines, told, strict=True) if not re.search("[가-힣]", korean)] == []


def test_a_message_that_is_not_known_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "messages.json"
    file.write_text(json.dumps(["look.mask: something new; `x` is odd"]), "utf-8")
    done = subprocess.run(
        ["node", "tests/js/translate_messages.mjs", str(file)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == ["look.mask: something new; `x` is odd"]
