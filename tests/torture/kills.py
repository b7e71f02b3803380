"""Kills a render with -9 at random moments, resumes it, and compares the video and all frames with an unbroken run."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from glance.errors import ProjectError
from glance.project.files import load_project
from tests.support.song_files import write_clicks

ROOT = Path(__file__).parents[2]
#: A child that kills itself at the n-th file that it opens for writing, makes or renames: moments of a few microseconds
#: that a kill from outside would hardly ever meet.
_AT_A_FILE = """
import os, signal, sys
count = int(sys.argv.pop(1))
def hook(event, arguments):
    global count
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if (writes or event in ("os.rename", "os.mkdir", "os.remove")) and __place__ in str(arguments[0]):
        count -= 1
        if count < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
from glance.cli import main
sys.exit(main(sys.argv[1:]))
"""


@dataclass
class Kills:
    """What came of the rounds.

    Attributes:
        rounds: Rounds run.
        killed: Rounds in which the render was hit before it had ended.
        same: Rounds whose video and frames came out bit-identical.
        wrong: What the others came to.
    """

    rounds: int
    killed: int
    same: int
    wrong: list[str]

    def __str__(self) -> str:
        """Return the figures in one line, and what went wrong below it."""
        line = f"kills: {self.rounds} rounds, {self.killed} hit before the end, {self.same} bit-identical"
        return "\n".join([line, *self.wrong])


def kill_and_resume(folder: Path, rounds: int, seed: int = 0, seconds: float = float("inf")) -> Kills:
    """Run `rounds` rounds in a folder, fewer where the seconds are over."""
    song = write_clicks(folder / "song.wav", duration_s=2.0, every_s=0.5)
    begun = time.monotonic()
    _render(song, folder / "whole", "--fresh").wait()
    took_s = time.monotonic() - begun
    wanted = _fingerprint(folder / "whole")
    n_files = len(wanted) + 6
    chance = random.Random(seed)
    result = Kills(0, 0, 0, [])
    while result.rounds < rounds and time.monotonic() - begun < seconds:
        place = folder / f"round{result.rounds}"
        inside = chance.random() < 0.5
        moment = float(chance.randrange(3 * n_files)) if inside else chance.uniform(0, took_s)
        child = _render(song, place, die_at=int(moment)) if inside else _render(song, place)
        if not inside:
            try:
                child.wait(moment)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
        result.killed += child.wait() == -signal.SIGKILL
        resumed = _render(song, place, "--resume", told=True)
        _, said = resumed.communicate()
        same = resumed.returncode == 0 and _fingerprint(place) == wanted
        result.same += same
        result.rounds += 1
        if not same:
            lines = (said or "").replace("\r", "\n").strip().splitlines()
            way = "file" if inside else "second"
            result.wrong.append(f"at {way} {moment:g}: status {resumed.returncode}: {lines[-1:]}")
        shutil.rmtree(place, ignore_errors=True)
    return result


def _render(
    song: Path, place: Path, *more: str, die_at: int | None = None, told: bool = False
) -> subprocess.Popen[str]:
    place.mkdir(exist_ok=True)
    words = ["render", str(song), "-o", str(place / "v.mp4"), "--size", "64x64", "--fps", "6", "--seed", "3", *more]
    code = _AT_A_FILE.replace("__place__", repr(place.name))
    start = ["-m", "glance"] if die_at is None else ["-c", code, str(die_at)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GLANCE_CACHE": str(song.parent / "cache")}
    return subprocess.Popen(
        [sys.executable, *start, *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE if told else subprocess.DEVNULL,
        text=True,
    )


def _fingerprint(place: Path) -> dict[str, str]:
    files = [place / "v.mp4", *sorted((place / "v.run" / "frames").glob("*.png"))]
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()}


_SAVING = """
import sys
from pathlib import Path
from glance.project.files import save_project
from glance.project.model import Project, Scene, Song
scenes = tuple(Scene(prompt=f"scene {number}") for number in range(500))
for number in range(1, 1_000_000):
    save_project(Project(song=Song(path="song.wav"), seed=number, scenes=scenes), Path(sys.argv[1]))
    print(number, flush=True)
"""


def kill_while_saving(folder: Path, rounds: int, seed: int = 0) -> list[str]:
    """Kill a program that saves a project again and again, and return what was lost.

    What was said to be saved must be there afterwards, whole.
    """
    chance, wrong = random.Random(seed), []
    for number in range(rounds):
        path = folder / f"p{number}.glance.json"
        child = subprocess.Popen(
            [sys.executable, "-c", _SAVING, str(path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        said = int(child.stdout.readline())
        time.sleep(chance.uniform(0, 0.3))
        child.send_signal(signal.SIGKILL)
        rest, _ = child.communicate()
        said = max([said, *(int(line) for line in rest.split("\n")[:-1])])
        try:
            found = load_project(path).seed
        except ProjectError as error:
            wrong.append(f"saved {said}, found {error}")
            continue
        if found < said:
            wrong.append(f"saved {said}, found {found}")
    return wrong
