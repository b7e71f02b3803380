"""Every package has a face: what can be imported from it, complete, and without loading anything until it is used."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

import glance
from tests.support.faces import BY_HAND, ROOT, name_of, offered, packages, used_names
from tests.unit.test_architecture import HEAVY

PACKAGES = packages()
WRITTEN = sorted(set(PACKAGES) - BY_HAND)
MAKE = "run `python -m tests.support.faces`, then ruff"


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_a_face_lists_all_its_names_and_each_is_there(package: str) -> None:
    face = import_module(package)
    assert face.__all__ == sorted(face.__all__)
    assert face.__all__
    for name in face.__all__:
        assert getattr(face, name) is not None
        assert name in dir(face)
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        face.nothing_of_that_name  # noqa: B018


@pytest.mark.parametrize("package", sorted(set(PACKAGES) - {"glance.cli"}))
def test_a_face_says_the_same_to_a_type_checker(package: str) -> None:
    face = offered(PACKAGES[package])
    constants = {"SOFTWARE", "__version__"} if package == "glance" else set()
    assert {name for names in face.values() for name in names} | constants == set(import_module(package).__all__)
    for module, names in face.items():
        home = import_module(module if module.startswith("glance.") else f"{package}.{module}")
        for name in names:
            assert getattr(import_module(package), name) is getattr(home, name)


@pytest.mark.parametrize("package", WRITTEN)
def test_what_other_packages_use_can_be_imported_from_the_face(package: str) -> None:
    face = offered(PACKAGES[package])
    missing = {module: names - face.get(module, set()) for module, names in used_names()[package].items()}
    assert not {module: names for module, names in missing.items() if names}, MAKE


@pytest.mark.parametrize("package", WRITTEN)
def test_no_module_has_the_name_of_something_else_in_its_packages_face(package: str) -> None:
    modules = {path.stem for path in PACKAGES[package].parent.glob("*.py")} | {
        name_of(path).rpartition(".")[2] for path in PACKAGES[package].parent.glob("*/__init__.py")
    }
    assert not modules & set(import_module(package).__all__)


def test_importing_all_packages_loads_no_module_of_theirs_and_nothing_heavy() -> None:
    names = sorted(set(PACKAGES) - {"glance.cli"})
    code = f"import sys, {', '.join(names)}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert {name for name in loaded if name.startswith("glance.")} == {*names, "glance.lazy"} - {"glance"}
    assert not loaded & (HEAVY | {"numpy", "msgspec"})


def test_the_front_door_has_what_a_video_needs() -> None:
    needed = {"analyse", "direct", "load_project", "save_project", "compile_plan", "open_backend", "register_backend"}
    assert needed | {"Destination", "make_video"} <= set(glance.__all__)


def test_a_name_from_a_face_is_looked_up_once() -> None:
    code = "import glance.audio as a; before = 'analyse' in vars(a); a.analyse; print(before, 'analyse' in vars(a))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False True"
