"""Takes: the videos made from one project, kept side by side.

    takes/001/project.glance.json     the project as it was when the take was begun
    takes/001/run/                    its frames, see `glance.render.run_folder`
    takes/001/video.mp4               there once it is complete; `video (2).mp4` where an older one was held open
    takes/001/sync.json               how well it follows the song
    takes/001/published/youtube.mp4   files for the places where people see it

A take keeps its own copy of the project, so that it can go on after a stop whatever was changed on the page since.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from glance.errors import GlanceError, ProjectError
from glance.project.files import load_project, save_project
from glance.project.model import Project
from glance.project.validate import video_size
from glance.render.manifest import is_known_by
from glance.render.run_folder import are_frames_discarded
from glance.system.files import write_text

_PROJECT = "project.glance.json"
_SYNC = "sync.json"
#: Name of a finished video, unless an older one is held open.
VIDEO = "video.mp4"
_DIGITS = 10
_VIDEO = re.compile(r"video( \(\d+\))?\.mp4")


@dataclass(frozen=True)
class Take:
    """One video, finished or not.

    Attributes:
        number: 1, 2, 3 ... in the order in which they were begun.
        folder: Its folder.
    """

    number: int
    folder: Path

    @property
    def target(self) -> Path:
        """Where its video is to go."""
        return self.folder / VIDEO

    @property
    def video(self) -> Path:
        """The finished video's file: the newest, where one could not take the place of an older one that was open."""
        found = [path for path in self.folder.glob("video*.mp4") if _VIDEO.fullmatch(path.name)]
        return max(found, key=lambda path: path.stat().st_mtime_ns, default=self.target)

    @property
    def run(self) -> Path:
        """The folder of its frames."""
        return self.folder / "run"

    @property
    def published(self) -> Path:
        """The folder of the files that were written of it for the places where people see it."""
        return self.folder / "published"

    def published_files(self) -> list[dict[str, Any]]:
        """Return name and bytes of each of these files."""
        if not self.published.is_dir():
            return []
        files = sorted(path for path in self.published.iterdir() if path.is_file() and path.name[0] != ".")
        return [{"name": path.name, "bytes": path.stat().st_size} for path in files]

    def published_file(self, name: str) -> Path:
        """Return one of these files.

        Raises:
            ProjectError: There is none of that name.
        """
        if name not in {each["name"] for each in self.published_files()}:
            raise ProjectError("file", f"there is no file {name[:80]!r} of take {self.number}")
        return self.published / name

    def keep(self, project: Project) -> None:
        """Store the project it is made from.

        Raises:
            ProjectError: The folder cannot be written.
        """
        save_project(project, self.folder / _PROJECT)

    def project(self) -> Project:
        """Return the project it is made from.

        Raises:
            ProjectError: Its file is missing or damaged.
        """
        return load_project(self.folder / _PROJECT)

    @property
    def frames_kept(self) -> bool:
        """Whether its frames are still there; without them it can be neither continued nor enlarged."""
        return not are_frames_discarded(self.run)

    def frame(self, index: int) -> Path:
        """Return the file of one frame, which may not be there yet."""
        return self.run / "frames" / f"{index:06d}.png"

    def note_sync(self, report: dict[str, Any]) -> None:
        """Keep what was measured of the finished video. Where the disk has no room, the video is none the worse."""
        with suppress(OSError):
            write_text(self.folder / _SYNC, json.dumps(report))


@dataclass(frozen=True)
class TakeCard:
    """A take as the page lists it.

    Attributes:
        number: See `Take`.
        folder: Where it lies.
        done: Whether the video is complete.
        n_ready: Frames on disk.
        frames_kept: Whether it can be continued or enlarged; else its frames were deleted when its video was complete.
        newest: Number in the song of the newest frame on disk; -1 for none.
        seed: Seed of its project.
        styles: Styles of its scenes, without repetition.
        size: (width, height) of its frames.
        video_size: (width, height) of its video, which is larger where frames are enlarged.
        upscaler: By what they are; empty for none.
        fps: Frames per second, as the person wrote it.
        sync: What was measured of it; empty before.
        published: Files that were written of it: name and bytes of each.
    """

    number: int
    folder: str
    done: bool
    n_ready: int
    frames_kept: bool
    newest: int
    seed: int
    styles: tuple[str, ...]
    size: tuple[int, int]
    video_size: tuple[int, int]
    upscaler: str
    fps: str
    sync: dict[str, Any]
    published: tuple[dict[str, Any], ...]


def begin_take(folder: Path, project: Project) -> Take:
    """Make a new take below `folder` for a project.

    Raises:
        ProjectError: The folder cannot be written.
    """
    number = max((take.number for take in takes_in(folder)), default=0) + 1
    take = Take(number, folder / "takes" / f"{number:03d}")
    take.keep(project)
    return take


def find_take(folder: Path, number: int) -> Take:
    """Return a take by number.

    Raises:
        ProjectError: There is none.
    """
    take = Take(number, folder / "takes" / f"{number:03d}")
    if not (take.folder / _PROJECT).is_file():
        raise ProjectError("take", f"there is no take {number} of this project")
    return take


def find_origin(folder: Path, fingerprint: str) -> dict[str, Any]:
    """Return the id of the project a fingerprint belongs to, the number of the take, and the project as it was then.

    Args:
        folder: Folder of all projects.
        fingerprint: See `fingerprint_of`.

    Raises:
        ProjectError: No take here has it.
    """
    for path in folder.glob("*/takes/*/run/run.json"):
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # a take that is just being begun, or was damaged, is not the one
        if isinstance(manifest, dict) and is_known_by(manifest, fingerprint):
            take = path.parent.parent
            return {"id": take.parent.parent.name, "take": int(take.name), "project": manifest.get("project")}
    raise ProjectError("", "the project of this frame is not in GLANCE's folder any more")


def number_of(text: str, field: str) -> int:
    """Return the number of a take or a picture that an address names.

    Raises:
        ProjectError: It is none.
    """
    if not (text.isascii() and text.isdecimal() and len(text) < _DIGITS):
        raise ProjectError(field, f"expected a whole number, found {text[:80]!r}")
    return int(text)


def takes_in(folder: Path) -> list[Take]:
    """Return a project's takes in order."""
    numbers = sorted(int(path.name) for path in (folder / "takes").glob("[0-9]*") if path.name.isdecimal())
    return [Take(number, folder / "takes" / f"{number:03d}") for number in numbers]


def card_of(take: Take) -> dict[str, Any] | None:
    """Return what the page shows of a take, or None where its folder is damaged."""
    try:
        project = take.project()
        large = video_size(project.output)
    except GlanceError:
        return None
    frames = sorted(path.stem for path in (take.run / "frames").glob("[0-9]*.png"))
    output = project.output
    card = TakeCard(
        take.number,
        str(take.folder),
        take.video.is_file(),
        len(frames),
        take.frames_kept,
        int(frames[-1]) if frames else -1,
        project.seed,
        tuple(dict.fromkeys(scene.style for scene in project.scenes if scene.style)),
        (output.width, output.height),
        large,
        output.upscaler,
        output.fps,
        _read(take.folder / _SYNC),
        tuple(take.published_files()),
    )
    return asdict(card)


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
