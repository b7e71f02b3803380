"""What the documents for engineers say of files and rooms, held against the tree."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: A file or folder of this project, as it stands between back quotes or as a link's target.
NAMED = re.compile(
    r"`((?:glance|tests|javascript|localizations|docs|benchmarks|scripts)/[\w./-]+)`|\]\(((?!http)[\w./-]+)"
)


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_documents_name_only_files_that_are_there(name: str) -> None:
    document = ROOT / name
    found = NAMED.findall(document.read_text(encoding="utf-8"))
    named = [ROOT / path if path else document.parent / link for path, link in found]
    assert len(named) > 5
    assert [str(path.relative_to(ROOT)) for path in named if not path.exists()] == []


def test_files_of_a_room_that_the_architecture_names_are_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = "|".join(path.name for path in (ROOT / "glance").iterdir() if path.is_dir())
    named = re.findall(rf"`((?:{rooms})/[\w/]+\.py)`", text)
    assert len(named) > 5
    assert [path for path in named if not (ROOT / "glance" / path).is_file()] == []


def test_the_picture_of_the_rooms_shows_todays_imports() -> None:
    drawn = runpy.run_path(str(ROOT / "docs" / "draw_rooms.py"))["draw"]()
    kept = (ROOT / "docs" / "rooms.svg").read_text(encoding="utf-8")
    assert kept == drawn, "docs/rooms.svg is old: python docs/draw_rooms.py"
