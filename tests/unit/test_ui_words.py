"""Every text of the page has a Korean translation, with the same places to fill in."""

from __future__ import annotations

import json
import re
from pathlib import Path

from glance.schedule.channels import CHANNELS
from glance.story.styles import load_styles
from glance.ui.catalogue import catalogue

_ROOT = Path(__file__).parents[2]
_MARK = "GLANCE|"
_ROLES = ("intro", "verse", "build", "chorus", "drop", "break", "bridge", "outro", "silence")


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
