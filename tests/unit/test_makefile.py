"""`make test` tries the page on the WebUIs' own gradio where its wheels exist, and else says so in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def planned(tmp_path: Path, version: str) -> str:
    """Return what `make test` would run for the WebUIs' pages under a Python of that version."""
    program = tmp_path / "python"
    program.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "import sys; sys.version_info = {version}; exec(sys.argv[1])" "$2"\n'
    )
    program.chmod(0o755)
    command = ["make", "--dry-run", "--always-make", "test", f"HOST_PYTHON={program}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="make and its shell are tried where they are at home")
@pytest.mark.parametrize(
    ("version", "tried"), [((3, 10, 13), True), ((3, 12, 1), True), ((3, 13, 0), False), ((3, 14, 0), False)]
)
def test_the_page_is_tried_on_the_webuis_gradio_up_to_python_3_12(
    tmp_path: Path, version: tuple[int, int, int], tried: bool
) -> None:
    plan = planned(tmp_path, repr(version))
    assert ("for gradio in 3 4; do" in plan) == tried
    assert (".venv-gradio3" in plan) == tried
    assert ("Not tried: the page on the WebUIs' gradio" in plan) != tried
