"""The contract suite in a WebUI that you have:

    make hosts HOST=/path/to/stable-diffusion-webui

First the checkout's source is compared with what GLANCE asks for. Then the WebUI is started with its own Python (its
`venv`, or HOST_PYTHON), on this machine alone and with --api; what every backend owes the render loop is tried on it;
where GLANCE is among its extensions, its page is tried by clicks, too (`tests.host.try_page`, pictures in `out/host`);
and it is ended again. Words for its command line go into HOST_ARGS, such as `--always-cpu --no-half`. It takes the
model that it starts with; a small one is enough.
"""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TextIO

from tests.host.read_host import ASKED_FOR, read_host

#: How long a WebUI may take to start: the first time, it installs itself.
_START_S = 1800.0
#: Names without which GLANCE draws nothing in a host, and which all of the five have.
_NEEDED = ("modules.processing", "modules.scripts", "modules.call_queue", "modules.shared", "modules.script_callbacks")


def lacking(root: Path) -> list[str]:
    """Return the names that GLANCE cannot do without and a checkout does not have."""
    known = read_host(root)["modules"]
    return [
        f"{module}.{name}"
        for module in _NEEDED
        for name in ASKED_FOR[module].split()
        if name not in (known[module] or ())
    ]


def python_of(root: Path) -> str:
    """Return the Python that starts a checkout."""
    given = os.environ.get("HOST_PYTHON")
    inside = (root / "venv" / "bin" / "python", root / "venv" / "Scripts" / "python.exe")
    return given or next((str(path) for path in inside if path.is_file()), sys.executable)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def wait_for(address: str, host: subprocess.Popen[bytes]) -> bool:
    """Return whether a WebUI answers, once it does or has ended."""
    deadline = time.monotonic() + _START_S
    while host.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/sdapi/v1/samplers", timeout=5):
                return True
        except (OSError, urllib.error.URLError):
            time.sleep(2)
    return False


def try_page(root: Path, address: str) -> int:
    """Try the page by clicks where GLANCE is among the WebUI's extensions, and return how many things failed."""
    try:
        page = urllib.request.Request(f"{address}/glance/v1/welcome", headers={"X-Glance": "1"})
        urllib.request.urlopen(page, timeout=60).close()
    except (OSError, urllib.error.URLError):
        say("GLANCE is not among its extensions, so its page is not tried", sys.stdout)
        return 0
    folders = (root / "output" / "glance", root / "outputs" / "glance")
    projects = next((folder for folder in folders if folder.is_dir()), folders[1])
    trial = [sys.executable, "-m", "tests.host.try_page", address, "out/host", str(projects)]
    return subprocess.run(trial, check=False).returncode


def say(text: str, to: TextIO) -> None:
    """Write a line."""
    to.write(f"{text}\n")
    to.flush()


def main(path: str) -> int:
    """Try a checkout, and return the suite's exit status."""
    root = Path(path).resolve()
    if not (root / "launch.py").is_file():
        say(f"{root}: expected a WebUI's folder, found no launch.py in it", sys.stderr)
        return 2
    missing = lacking(root)
    say(
        f"asked for and not there: {', '.join(missing)}" if missing else "every name that is needed is there",
        sys.stdout,
    )
    address = f"http://127.0.0.1:{free_port()}"
    words = shlex.split(os.environ.get("HOST_ARGS", "--skip-torch-cuda-test --skip-python-version-check"))
    command = [python_of(root), "launch.py", "--api", "--port", address.rpartition(":")[2], *words]
    host = subprocess.Popen(command, cwd=root)
    try:
        if not wait_for(address, host):
            say("the WebUI did not start; what it printed above says why", sys.stderr)
            return 1
        suite = [sys.executable, "-m", "pytest", "tests/contract", "-m", "host", "-v"]
        done = subprocess.run(suite, env={**os.environ, "GLANCE_TEST_WEBUI": address}, check=False).returncode
        return max(done, bool(missing), try_page(root, address))
    finally:
        host.send_signal(signal.SIGINT)
        try:
            host.wait(30)
        except subprocess.TimeoutExpired:
            host.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
