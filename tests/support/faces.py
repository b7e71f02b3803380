"""The faces of the packages: what each `__init__.py` offers, and what it has to offer.

    python -m tests.support.faces

writes into every face what another package imports from the package's modules. What is offered already stays, as long
as it is there.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: The front door is written by hand; the command line is a program, and imported as a whole.
BY_HAND = frozenset({"glance", "glance.cli"})

Face = dict[str, set[str]]  # module, from the package on -> names


def name_of(path: Path) -> str:
    """Return the dotted name of a module's file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules() -> dict[str, Path]:
    """Return name -> file of all modules of GLANCE."""
    return {name_of(path): path for path in sorted((ROOT / "glance").rglob("*.py"))}


def packages() -> dict[str, Path]:
    """Return name -> `__init__.py` of all packages of GLANCE."""
    return {name: path for name, path in modules().items() if path.name == "__init__.py"}


def package_of(module: str) -> str:
    """Return the package that a module lies in; a package's own is itself."""
    return module if module in packages() else module.rpartition(".")[0]


def used_names() -> dict[str, Face]:
    """Return package -> what other packages, and the WebUI's entry script, import from its modules."""
    known, houses = modules(), packages()
    home = {module: package_of(module) for module in known}
    used: dict[str, Face] = defaultdict(lambda: defaultdict(set))
    scripts = [*known.values(), *(ROOT / "scripts").glob("*.py")]
    for path in scripts:
        here = home.get(name_of(path))
        for module, names in _imports(path):
            if module in known and module not in houses and home[module] != here:
                package = home[module]
                used[package][module.removeprefix(f"{package}.")] |= names & defined(known[module])
    return used


@cache
def defined(path: Path) -> frozenset[str]:
    """Return the names that a module itself defines at its top."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return frozenset(found)


def offered(path: Path) -> Face:
    """Return what a face offers to a type checker: its imports under `TYPE_CHECKING`."""
    package, face = name_of(path), defaultdict[str, set[str]](set)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for each in node.body:
                assert isinstance(each, ast.ImportFrom)
                module = str(each.module).removeprefix(f"{package}.")
                assert all(alias.asname == alias.name for alias in each.names), ast.unparse(each)
                face[module] |= {alias.name for alias in each.names}
    return face


def _imports(path: Path) -> Iterator[tuple[str, set[str]]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, {alias.name for alias in node.names}


def written(package: str, docstring: str, face: Face) -> str:
    """Return the text of a face, not formatted yet."""
    full = {module: sorted(names) for module, names in sorted(face.items())}
    imports = "\n".join(
        f"    from {package}.{module} import {', '.join(f'{name} as {name}' for name in names)}"
        for module, names in full.items()
    )
    table = "\n".join(f"            {module!r}: {tuple(names)!r}," for module, names in full.items())
    return f'''"""{docstring}"""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
{imports}
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {{
{table}
        }},
    )
'''


def main() -> None:
    """Write all faces."""
    used = used_names()
    for package, path in packages().items():
        there = {module: defined(file) for module, file in modules().items()}
        face: Face = defaultdict(set)
        for before in (offered(path), used[package]):
            for module, names in before.items():
                face[module] |= names & there.get(f"{package}.{module}", frozenset())
        face = {module: names for module, names in face.items() if names}
        if package not in BY_HAND and face:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            path.write_text(written(package, ast.get_docstring(tree, clean=False) or "", face), encoding="utf-8")
            for how in (["check", "--fix", "--quiet", "--exit-zero"], ["format", "--quiet"]):
                subprocess.run([sys.executable, "-m", "ruff", *how, path], check=True, capture_output=True)


if __name__ == "__main__":
    main()
