"""Takes: the videos made from one project, kept side by side.

    takes/001/project.glance.json     the project as it was when the take was begun
    takes/001/run/                    its frames, see `glance.render.run_folder`
    takes/001/video.mp4               there once it is complete; `video (2).mp4` where an older one was held open
    takes/001/take.json               which part of the song it is of, and whether it is a draft; see `TakeNote`
    takes/001/so far.mp4              what was there when it was stopped, to be looked at
    takes/001/sync.json               how well it follows the song
    versions/001/                     the same of one scene that was drawn again, see `glance.app.scene_work`
    takes/001/published/youtube.mp4   files for the places where people see it

A take keeps its own copy of the project, so that it can go on after a stop whatever was changed on the page since.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from glance.errors import GlanceError, ProjectError
from glance.project.files import load_project, save_project
from glance.project.model import Project
from glance.project.validate import video_size
from glance.render.frame_links import has_origin
from glance.render.manifest import is_known_by
from glance.render.run_folder import are_frames_discarded
from glance.system.files import reason, remove_tree, write_text

_PROJECT = "project.glance.json"
_SYNC = "sync.json"
_NOTE = "take.json"
#: Folders of takes, and of other versions of scenes.
TAKES, VERSIONS = "takes", "versions"
#: Name of a finished video, unless an older one is held open.
VIDEO = "video.mp4"
_DIGITS = 10
_VIDEO = re.compile(r"video( \(\d+\))?\.mp4")


class TakeNote(msgspec.Struct, frozen=True, kw_only=True):
    """What a take is of, besides its project.

    Attributes:
        span: The part of the song in seconds; None for all of it.
        draft: Whether it was asked for as a draft.
        scene: Of a version, the scene's index; -1 for a take.
        poster: Of a version, the number of a frame that stands for it.
    """

    span: tuple[float, float] | None = None
    draft: bool = False
    scene: int = -1
    poster: int = -1


#: Of a take of all of the song.
WHOLE = TakeNote()


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
    def so_far(self) -> Path:
        """A video of what was there when it was stopped."""
        return self.folder / "so far.mp4"

    @property
    def note(self) -> TakeNote:
        """What it is of; a note that is missing or damaged says nothing."""
        try:
            return msgspec.json.decode((self.folder / _NOTE).read_bytes(), type=TakeNote)
        except (OSError, msgspec.DecodeError, RecursionError):
            return TakeNote()

    def put_note(self, note: TakeNote) -> None:
        """Write down what it is of.

        Raises:
            ProjectError: The folder cannot be written.
        """
        try:
            write_text(self.folder / _NOTE, msgspec.json.encode(note).decode())
        except OSError as error:
            raise ProjectError("", f"the take cannot be stored in {self.folder}: {reason(error)}") from None

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
        span: The part of the song that it is of, in seconds; None for all of it.
        draft: Whether it is a draft.
        so_far: Whether there is a video of what was drawn when it was stopped.
        n_bytes: What it takes on the disk.
        frees: What of this would be free without it; frames that another take shows too stay.
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
    span: tuple[float, float] | None
    draft: bool
    so_far: bool
    n_bytes: int
    frees: int
    published: tuple[dict[str, Any], ...]


def begin_take(folder: Path, project: Project, note: TakeNote = WHOLE, place: str = TAKES) -> Take:
    """Make a new take below `folder` for a project, or another version of a scene.

    Raises:
        ProjectError: The folder cannot be written.
    """
    number = max((take.number for take in takes_in(folder, place)), default=0) + 1
    take = Take(number, folder / place / f"{number:03d}")
    take.keep(project)
    take.put_note(note)
    return take


def find_take(folder: Path, number: int, place: str = TAKES) -> Take:
    """Return a take, or a version, by number.

    Raises:
        ProjectError: There is none.
    """
    take = Take(number, folder / place / f"{number:03d}")
    if not (take.folder / _PROJECT).is_file():
        kind = "take" if place == TAKES else "version"
        raise ProjectError(kind, f"there is no {kind} {number} of this project")
    return take


def remove_take(take: Take) -> int:
    """Delete a take with its frames and its video, and return how many bytes that frees.

    Raises:
        ProjectError: Another program holds its folder.
    """
    _, frees = sizes_of(take)
    try:
        remove_tree(take.folder)
    except OSError as error:
        raise ProjectError("take", f"take {take.number} cannot be deleted: {reason(error)}") from None
    return frees


def sizes_of(take: Take) -> tuple[int, int]:
    """Return the bytes of a take, and how many of them no other take holds too."""
    total = alone = 0
    for folder, _, names in os.walk(take.folder):
        for name in names:
            with suppress(OSError):
                found = os.lstat(os.path.join(folder, name))  # noqa: PTH118 - of thousands of frames, this counts
                total += found.st_size
                alone += found.st_size if found.st_nlink == 1 else 0
    return total, alone


def donors_of(folder: Path, but: Take | None = None) -> tuple[Path, ...]:
    """Return the run folders whose frames a new video of the project may take over, the newest first."""
    found = [*reversed(takes_in(folder, VERSIONS)), *reversed(takes_in(folder))]
    return tuple(take.run for take in found if but is None or take.folder != but.folder)


def find_origin(folder: Path, fingerprint: str) -> dict[str, Any]:
    """Return the id of the project a fingerprint belongs to, the number of the take, and the project as it was then.

    Args:
        folder: Folder of all projects.
        fingerprint: See `fingerprint_of`.

    Raises:
        ProjectError: No take here has it.
    """
    found = [(path, _read(path)) for path in folder.glob("*/takes/*/run/run.json")]
    # One whose own it is comes first; a frame that was taken over outlives the take that it was drawn for.
    for path, manifest in found:
        if is_known_by(manifest, fingerprint):
            return _origin(path, manifest)
    for path, manifest in found:
        if has_origin(path.parent, fingerprint):
            return _origin(path, manifest)
    raise ProjectError("", "the project of this frame is not in GLANCE's folder any more")


def _origin(path: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    take = path.parent.parent
    return {"id": take.parent.parent.name, "take": int(take.name), "project": manifest.get("project")}


def number_of(text: str, field: str) -> int:
    """Return the number of a take or a picture that an address names.

    Raises:
        ProjectError: It is none.
    """
    if not (text.isascii() and text.isdecimal() and len(text) < _DIGITS):
        raise ProjectError(field, f"expected a whole number, found {text[:80]!r}")
    return int(text)


def takes_in(folder: Path, place: str = TAKES) -> list[Take]:
    """Return a project's takes, or the versions of its scenes, in order."""
    numbers = sorted(int(path.name) for path in (folder / place).glob("[0-9]*") if path.name.isdecimal())
    return [Take(number, folder / place / f"{number:03d}") for number in numbers]


def card_of(take: Take) -> dict[str, Any] | None:
    """Return what the page shows of a take, or None where its folder is damaged."""
    try:
        project = take.project()
        large = video_size(project.output)
    except GlanceError:
        return None
    frames = sorted(path.stem for path in (take.run / "frames").glob("[0-9]*.png"))
    output, note = project.output, take.note
    n_bytes, frees = sizes_of(take)
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
        note.span,
        note.draft,
        take.so_far.is_file(),
        n_bytes,
        frees,
        tuple(take.published_files()),
    )
    return asdict(card)


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
