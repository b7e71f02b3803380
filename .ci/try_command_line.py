"""The command line as a person uses it, on this system: in a folder with a blank, an `&` and Hangul in its name.

    python .ci/try_command_line.py FOLDER

Ends with 1 and says what was wrong, or with 0. Needs nothing but an installed GLANCE.
"""

from __future__ import annotations

import csv
import hashlib
import math
import os
import signal
import struct
import subprocess
import sys
import time
import urllib.request
import wave
from pathlib import Path

WINDOWS = sys.platform == "win32"
SMALL = ("--size", "64x64", "--fps", "6", "--end", "0:03", "--theme", "바다를 기억하는 등대")


def glance(*arguments: str | Path, status: int = 0, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a verb, and check how it ends."""
    command = [sys.executable, "-m", "glance", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, env={**os.environ, **environment}, check=False)
    said = done.stderr.decode("utf-8", "replace")
    check(done.returncode == status, f"{arguments} ended with {done.returncode}, not {status}: {said}")
    check("Traceback" not in said, f"{arguments} drew a traceback: {said}")
    return done


def check(right: bool, what: str) -> None:
    """End where something is wrong."""
    if not right:
        raise SystemExit(f"WRONG: {what}")


def make_song(path: Path, seconds: int) -> Path:
    """Write clicks at 120 a minute over a soft tone."""
    rate = 22_050
    beat = [0.6 * math.exp(-n / rate * 60) * math.sin(2 * math.pi * 120 * n / rate) for n in range(rate // 2)]
    tone = [0.05 * math.sin(2 * math.pi * 330 * n / rate) for n in range(rate // 2)]
    half = b"".join(struct.pack("<h", round(30_000 * (a + b))) for a, b in zip(beat, tone, strict=True))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(half * 2 * seconds)
    return path


def started(*arguments: str | Path) -> subprocess.Popen[bytes]:
    """Start a verb in a process group of its own, so that a Ctrl-C meant for it does not reach this script."""
    group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if WINDOWS else {"start_new_session": True}
    command = [sys.executable, "-m", "glance", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **group)


def wait_for_frames(folder: Path, count: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a render has so many frames."""
    end = time.monotonic() + 300
    while len(list((folder / "frames").glob("[0-9]*.png"))) < count:
        check(process.poll() is None and time.monotonic() < end, f"no {count} frames in {folder}")
        time.sleep(0.02)


def try_hearing(folder: Path) -> Path:
    """A song longer than 48.7 s, which numpy 1 on Windows once could not count."""
    song = make_song(folder / "노래 60.wav", 60)
    glance("analyse", song)
    return song


def try_render(folder: Path, song: Path) -> None:
    """A render, the same one killed and continued, and one that Ctrl-C stops: the same video every time."""
    whole = folder / "비디오 1.mp4"
    printed = glance("render", song, "-o", whole, *SMALL).stdout.decode("utf-8").strip()
    check(Path(printed).is_file(), f"the printed path names no file: {printed!r}")
    digest = hashlib.sha256(whole.read_bytes()).hexdigest()
    for way in ("kill", "stop"):
        video = folder / f"video {way}.mp4"
        process = started("render", song, "-o", video, *SMALL)
        wait_for_frames(folder / f"video {way}.run", 5, process)
        if way == "kill":
            process.kill()
            process.wait(30)
        else:
            process.send_signal(signal.CTRL_BREAK_EVENT if WINDOWS else signal.SIGINT)
            check(process.wait(30) in (0, 130), f"a stopped render ended with {process.returncode}")
        if not video.exists():
            glance("render", song, "-o", video, *SMALL, status=1)
            glance("render", song, "-o", video, *SMALL, "--resume")
        check(hashlib.sha256(video.read_bytes()).hexdigest() == digest, f"after a {way} the video is another one")


def try_tables(folder: Path, song: Path) -> None:
    """A table into a file, in every alphabet of a console."""
    for encoding in ("", "cp949", "cp437"):
        target = folder / "curves.csv"
        environment = {**os.environ, **({"PYTHONIOENCODING": encoding} if encoding else {})}
        with target.open("wb") as file:
            command = [sys.executable, "-m", "glance", "schedules", str(song), "--fps", "4"]
            subprocess.run(command, stdout=file, check=True, env=environment)
        with target.open(encoding="utf-8", newline="") as file:
            lengths = {len(row) for row in csv.reader(file)}
        check(len(lengths) == 1, f"rows of {lengths} columns with {encoding or 'the usual alphabet'}")
        glance("styles", PYTHONIOENCODING=encoding or "utf-8")


def try_names(folder: Path, song: Path) -> None:
    """Names that are none, refused in one line and before the song is heard."""
    for name in ("CON.mp4", "nul.mp4", *(("a:b.mp4", "x?.mp4", "pipe|.mp4") if WINDOWS else ())):
        said = glance("render", song, "-o", folder / name, *SMALL, status=1).stderr.decode("utf-8", "replace")
        check("-o: " in said and "listening" not in said, f"{name}: {said}")


def try_studio(folder: Path) -> None:
    """The page."""
    process = started("studio", "--folder", folder / "studio", "--port", "18761", "--no-browser")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        end = time.monotonic() + 200
        while True:
            check(process.poll() is None and time.monotonic() < end, "the page does not come")
            try:
                check(b"GLANCE" in opener.open("http://127.0.0.1:18761/", timeout=20).read(), "the page is another one")
                return
            except OSError:
                time.sleep(0.5)
    finally:
        process.kill()
        process.wait(30)


def main() -> None:
    """Try everything in a folder below the one that was named."""
    folder = Path(sys.argv[1]).resolve() / "노래 방 & more"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["GLANCE_CACHE"] = str(folder / "cache")
    song = try_hearing(folder)
    try_names(folder, song)
    try_render(folder, song)
    try_tables(folder, make_song(folder / "short.wav", 4))
    try_studio(folder)
    glance("doctor")
    sys.stdout.write("The command line is as it should be.\n")


if __name__ == "__main__":
    main()
