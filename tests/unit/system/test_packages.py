"""A package that is missing, and one whose DLL does not load, are told apart wherever a person looks."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from glance.system import packages as _packages
from glance.system.packages import REDISTRIBUTABLE, explain, look_at, with_command

ROOT = Path(__file__).parents[3]
_DLL = "DLL load failed while importing onnxruntime_pybind11_state: A dynamic link library (DLL) initialization failed."


@pytest.fixture
def stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    bodies = {
        "standin_fine": "",
        "standin_dll": f"raise ImportError({_DLL!r}, name='standin_dll._core')",
        "standin_half": "import standin_that_is_nowhere",
        "standin_dead": "import os, sys\nsys.stderr.write('Illegal instruction')\nsys.stderr.flush()\nos._exit(132)",
        "standin_loud": "print('banner')",
    }
    for name, body in bodies.items():
        (tmp_path / f"{name}.py").write_text(body, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("stand_ins")
@pytest.mark.parametrize(
    ("name", "state", "said"),
    [
        ("standin_fine", "fine", ""),
        ("standin_loud", "fine", ""),
        ("standin_that_is_nowhere", "missing", "No module named"),
        ("standin_dll", "broken", "DLL load failed while importing"),
        ("standin_half", "broken", "standin_that_is_nowhere"),
        ("standin_dead", "broken", "Illegal instruction"),
    ],
)
def test_each_package_is_loaded_by_itself_and_said_to_be_missing_broken_or_fine(
    name: str, state: str, said: str
) -> None:
    found = look_at(name)
    assert found.state == state
    assert said in found.said
    assert name not in sys.modules
    assert {"fine": "fine", "missing": "not installed", "broken": "does not load"}[state] in found.sentence()


def test_a_dll_that_does_not_load_leads_to_the_runtime_and_not_to_pip() -> None:
    text = explain(ImportError(_DLL, name="onnxruntime.capi.onnxruntime_pybind11_state"))
    assert text.startswith("onnxruntime is installed, but does not load: DLL load failed")
    assert REDISTRIBUTABLE in text
    assert explain(ModuleNotFoundError("No module named 'av'", name="av.container")) == "the package av is missing"
    assert explain(ImportError("DLL load failed while importing _core: gone")).startswith("_core is installed")


def test_the_painter_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from glance.errors import BackendError
    from glance.painter.network import _open_session

    (tmp_path / "onnxruntime.py").write_text(f"raise ImportError({_DLL!r}, name='onnxruntime')", encoding="utf-8")
    monkeypatch.delitem(sys.modules, "onnxruntime", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(BackendError, match="Visual C") as caught:
        _open_session(None)
    assert "pip install" not in str(caught.value)


def test_a_task_of_the_page_says_so() -> None:
    from glance.app.tasks import BackgroundTasks

    def work(task: object) -> dict[str, object]:
        raise ImportError(_DLL, name="av._core")

    task = BackgroundTasks().start("listen", "a", work)
    while task.running:
        time.sleep(0.01)
    assert task.state["status"] == "error"
    assert "av is installed, but does not load" in str(task.state["text"])


def test_the_tab_says_so() -> None:
    from glance.webui.entry import _missing

    said = _missing(ImportError(_DLL, name="msgspec._core"))
    assert said.startswith("GLANCE cannot start, because msgspec is installed, but does not load")
    assert REDISTRIBUTABLE in said
    assert "online" not in said
    assert "--skip-install" in _missing(ModuleNotFoundError("No module named 'av'", name="av"))


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    import os

    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    return subprocess.run(
        [sys.executable, "-m", "glance", *arguments],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_the_doctor_still_comes_when_nothing_else_loads(tmp_path: Path) -> None:
    (tmp_path / "msgspec.py").write_text(f"raise ImportError({_DLL!r}, name='msgspec')", encoding="utf-8")
    done = run(tmp_path, "doctor")
    assert done.returncode == 1
    assert "msgspec" in done.stdout
    assert "does not load" in done.stdout
    assert REDISTRIBUTABLE in done.stdout
    assert "numpy" in done.stdout
    other = run(tmp_path, "styles")
    assert other.returncode == 1
    assert "Traceback" not in other.stderr
    assert "msgspec is installed, but does not load" in other.stderr
    assert "glance doctor" in other.stderr


def test_the_doctor_names_every_package_that_is_asked_for() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    needed = text.partition("dependencies = [")[2].partition("]")[0]
    known = {name.lower() for names, _ in _packages.PACKAGES.values() for name in names}
    wanted = [line.strip(' ",').lower() for line in needed.splitlines() if line.strip()]
    for requirement in wanted:
        name = requirement.split(">")[0].split("=")[0]
        assert name in known or name == "tqdm", requirement


def test_a_missing_package_says_in_one_line_what_to_type() -> None:
    assert with_command(ModuleNotFoundError("No module named 'PIL'", name="PIL.Image")) == (
        "the package PIL is missing; install it with: python -m pip install Pillow"
    )
    assert "pip" not in with_command(ImportError("DLL load failed while importing _core", name="av._core"))
