"""Ctrl-C in the first moments, while modules load: one line and status 130, as later on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
#: In place of a library that the command line needs: it says so, and takes its time.
SLOW_LIBRARY = "import time\nprint('loading', flush=True)\ntime.sleep(60)\n"
#: As the `glance` that pip makes from pyproject.toml starts.
ENTRY = "import sys; from {module} import {name}; sys.exit({name}())"


def entry_point() -> str:
    line = next(row for row in (ROOT / "pyproject.toml").read_text().splitlines() if row.startswith("glance = "))
    module, _, name = line.split('"')[1].partition(":")
    return ENTRY.format(module=module, name=name)


@pytest.mark.parametrize("start", [["-m", "glance"], ["-c", entry_point()]], ids=["module", "entry point"])
def test_ctrl_c_while_modules_load_is_one_line(start: list[str], tmp_path: Path) -> None:
    (tmp_path / "msgspec.py").write_text(SLOW_LIBRARY)
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    command = [sys.executable, *start, "channels"]
    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "loading\n"
        running.send_signal(signal.SIGINT)
        told = running.communicate(timeout=30)[1]
    assert told.strip() == "glance: stopped"
    assert running.returncode == 130
