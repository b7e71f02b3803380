"""The commands of the documents are true: read from there, held against the rules of their shell, and run.

Nothing is fetched: the new environment sees the packages of the one that runs the tests.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from glance.cli.main import _parser

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "README.ko.md", "docs/install.md")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)


def blocks(document: str, language: str) -> list[list[str]]:
    """The fenced blocks of a document in a language, as lines without remarks."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return [
        [line.split("  #")[0].strip() for line in body.splitlines() if line.strip()]
        for found, body in _FENCE.findall(text)
        if found == language
    ]


def windows_lines(document: str) -> list[str]:
    return [line for block in blocks(document, "powershell") for line in block]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_there_is_a_way_without_make_and_windows_comes_first(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    assert windows_lines(document)
    assert text.index("```powershell") < text.index("```sh")
    if "\nmake demo" in text:
        assert text.index("```powershell") < text.index("\nmake demo")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_line_for_windows_uses_only_what_powershell_and_cmd_both_have(document: str) -> None:
    for line in windows_lines(document):
        assert line.split()[0] in ("py", "python", ".venv\\Scripts\\python", ".venv\\Scripts\\glance"), line
        assert "'" not in line, f"cmd knows no single quotes: {line}"
        outside = "".join(line.split('"')[::2])
        assert not set(outside) & set("&|<>^`$;%()[]~*"), f"a shell reads that sign itself: {line}"
        assert ".venv/bin" not in line, line
        assert not line.endswith("\\"), line
        assert "pip install" not in line or " -m pip install " in line, line


def translated(line: str) -> list[str]:
    """A line for Windows as words for this system, where the new environment has its programs in `bin`."""
    words = shlex.split(line.replace("\\", "/"))
    if words[0] in ("py", "python", "python3"):
        words = [sys.executable, *(word for word in words[1:] if not re.fullmatch(r"-3(\.\d+)?", word))]
    if os.name != "nt":
        words[0] = words[0].replace(".venv/Scripts/", ".venv/bin/")
    return words


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    folder = tmp_path / "노래 방 & more" / "glance"
    left_out = shutil.ignore_patterns(
        ".git", ".venv*", "__pycache__", "out", "build", "*.egg-info", "tests", ".*_cache"
    )
    shutil.copytree(ROOT, folder, ignore=left_out)
    return folder


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_lines_for_macos_and_linux_do_the_same_as_those_for_windows(document: str) -> None:
    there, here = (blocks(document, language)[0] for language in ("powershell", "sh"))
    assert [translated(line) for line in here] == [translated(line) for line in there]
    assert there == blocks("README.md", "powershell")[0]


@contextmanager
def opened_page(words: list[str], folder: Path, environment: dict[str, str]) -> Iterator[Callable[[str], str]]:
    """Start the page's server as a person would, and give what fetches from the address that it names."""
    process = subprocess.Popen(words, cwd=folder, env=environment | {"PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+/", process.stdout.readline().decode())
        assert found

        def fetched(path: str) -> str:
            for _ in range(100):
                try:
                    request = urllib.request.Request(found[0] + path, headers={"X-Glance": "1"})
                    with urllib.request.urlopen(request, timeout=20) as answer:
                        return str(answer.read().decode())
                except urllib.error.URLError:
                    time.sleep(0.1)
            raise AssertionError(path)

        yield fetched
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_the_commands_of_the_readme_set_glance_up_in_an_empty_folder(unpacked: Path) -> None:
    lines = blocks("README.md", "powershell")[0]
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment |= {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

    def run(words: list[str]) -> str:
        done = subprocess.run(
            words, cwd=unpacked, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=250
        )
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    make, install, start = (translated(line) for line in lines)
    run(make)
    ours = subprocess.run(
        [sys.executable, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    site = next((unpacked / ".venv").rglob("site-packages"))
    # In front of the old setuptools that some Pythons put into every new environment.
    (site / "packages_of_the_tests.pth").write_text(f"import sys; sys.path.insert(0, {ours!r})\n", encoding="utf-8")
    run(install)
    # The page opens from what was installed; what it can do is tried by other tests.
    assert start[-1] == "studio"
    assert "--no-browser" in run([*start, "--help"])
    assert "GLANCE" in run([start[0], "doctor"])
    with opened_page([*start, "--no-browser", "--folder", str(unpacked / "mine")], unpacked, environment) as page:
        assert "glance" in page("")
        assert "ProjectSession" in page("glance/static/javascript/lib/core/session.mjs")
        assert json.loads(page("glance/v1/welcome"))["host"] == "GLANCE studio"
    program = str(Path(start[0]).with_name("python"))
    place = run([program, "-I", "-c", "import glance; print(glance.__file__)"]).strip()
    assert Path(place).is_relative_to(unpacked / ".venv")
    assert Path(place).parents[1].joinpath("glance", "app", "gradio_page.py").is_file()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_verb_and_option_of_a_command_is_there(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for line in (line for _, body in _FENCE.findall(text) for line in body.splitlines()):
        words = line.split("  #")[0].strip().replace(".venv\\Scripts\\", "").replace(".venv/bin/", "")
        if words.startswith("glance "):
            _parser().parse_args(shlex.split(words.replace("\\", "/"))[1:])


@pytest.mark.parametrize("document", [*DOCUMENTS, "docs/privacy.md"])
def test_every_link_leads_to_a_file_and_a_heading(document: str) -> None:
    place = ROOT / document
    for target in re.findall(r"\]\(([^)\s]+)\)", place.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        file = (place.parent / name).resolve() if name else place
        assert file.is_file(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.M)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, target
