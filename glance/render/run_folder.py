"""The run folder: a render's memory on disk, so that it can go on after a crash, a kill or a full disk.

    NAME.run/
      run.json        what is being drawn: fingerprint, backend, project, size, frame numbers
      frames/000123.png
      held.json       frames that had to be held, with the reason
      upscaled/       see `glance.render.upscaling`
      lent-*.json     see `glance.backends.webui_api_loan`

A frame's file appears whole or not at all, so the first missing file is where drawing goes on.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from glance import __version__
from glance._names import is_system_file
from glance.errors import GlanceError, RunError
from glance.frames import Frame, size_of
from glance.project.plan import RenderPlan
from glance.render.backend import FrameBackend
from glance.video.still import read_png, write_png

_MANIFEST = "run.json"
_HELD = "held.json"
_FRAMES = "frames"
_FORMAT = 1
#: In a manifest: the video is complete, and the frames were deleted.
_DISCARDED = "frames_discarded"


@dataclass(frozen=True)
class RunFolder:
    """A folder that belongs to one plan on one backend.

    Attributes:
        path: The folder.
        plan: The plan that is drawn into it.
        place: Name of the folder in it that holds the pictures.
    """

    path: Path
    plan: RenderPlan
    place: str = _FRAMES

    @property
    def folder(self) -> Path:
        """The folder that holds the pictures."""
        return self.path / self.place

    def frame_path(self, index: int) -> Path:
        """Return the file of the frame with that number in the song."""
        return self.folder / f"{index:06d}.png"

    def n_ready(self) -> int:
        """Return how many frames, from the first on, are there without a gap."""
        frames = self.plan.frames
        missing = (position for position, spec in enumerate(frames) if not self.frame_path(spec.index).exists())
        count = next(missing, len(frames))
        # After a power cut the newest files may be there in name only; those are drawn again.
        while count and not self._is_whole(frames[count - 1].index):
            count -= 1
        return count

    def _is_whole(self, index: int) -> bool:
        try:
            self.read(index)
        except RunError:
            return False
        return True

    def read(self, index: int) -> Frame:
        """Return a frame exactly as it was written.

        Raises:
            RunError: The file is missing or damaged.
        """
        path = self.frame_path(index)
        try:
            frame = read_png(path)
        except (GlanceError, OSError) as error:
            raise RunError(f"frame {index} cannot be read ({error}); delete {path}, then resume") from None
        if self.place == _FRAMES and size_of(frame) != self.plan.size:
            expected, found = ("{}x{}".format(*size) for size in (self.plan.size, size_of(frame)))
            raise RunError(
                f"frame {index} is of another video (expected {expected} pixels, found {found}); "
                f"delete {path}, then resume"
            )
        return frame

    def write(self, index: int, frame: Frame, text: Mapping[str, str], *, compress: bool = False) -> Path:
        """Write a frame's PNG with `text` in it, whole or not at all, and return its path.

        Args:
            index: The frame's number in the song.
            frame: The picture.
            text: See `write_png`.
            compress: Likewise.

        Raises:
            RunError: The disk is full, or the folder cannot be written.
        """
        path = self.frame_path(index)
        try:
            write_png(path, frame, text, compress=compress)
        except OSError as error:
            raise disk_error(error, self.path, self._bytes_missing(frame)) from None
        return path

    def note_held(self, index: int, problem: str) -> None:
        """Remember that a frame had to be held, and why."""
        held = self.held() | {index: problem}
        write_json(self.path / _HELD, {str(key): value for key, value in sorted(held.items())})

    def held(self) -> dict[int, str]:
        """Return the frames that had to be held: number -> what was wrong."""
        path = self.path / _HELD
        try:
            known = _read_json(path) if path.exists() else {}
        except RunError:
            return {}  # a note about finished frames; no frame is worth less without it
        return {int(key): str(value) for key, value in known.items() if key.isdecimal()}

    def _bytes_missing(self, frame: Frame) -> int:
        missing = sum(1 for spec in self.plan.frames if not self.frame_path(spec.index).exists())
        return missing * frame.nbytes


def open_run(
    path: Path,
    plan: RenderPlan,
    backend: FrameBackend,
    project: Mapping[str, Any],
    *,
    resume: bool,
    fresh: bool = False,
) -> RunFolder:
    """Open a run folder for a plan, making it if need be.

    Args:
        path: The folder.
        plan: What will be drawn.
        backend: Who will draw it.
        project: The project as plain values, kept so that a later change can be named.
        resume: Go on with what is there. Without it, a finished run is drawn anew, and an unfinished one is refused.
        fresh: Throw away what is there, finished or not.

    Raises:
        RunError: The folder holds an unfinished run and `resume` is off; or it holds a run of another plan and `resume`
            is on; or it is no run folder; or the disk has no room.
    """
    manifest = _manifest(plan, backend, project)
    run = RunFolder(path, plan)
    if fresh and (path / _MANIFEST).exists():
        clear(path)
    elif (path / _MANIFEST).exists():
        _check_or_clear(run, _read_json(path / _MANIFEST), manifest, resume)
    elif any(item.is_file() and not is_system_file(item.name) for item in path.rglob("*")):
        raise RunError(f"{path} holds other files; choose another run folder, so that none of them is overwritten")
    check_space(path, plan)
    try:
        (path / "frames").mkdir(parents=True, exist_ok=True)
        for part in (path / "frames").glob("*.part*"):
            part.unlink()
        write_json(path / _MANIFEST, manifest)
    except OSError as error:
        raise disk_error(error, path, 0) from None
    return run


def check_space(path: Path, plan: RenderPlan) -> None:
    """Raise RunError when the disk clearly cannot hold the frames of the plan that are still missing."""
    width, height = plan.size
    # Frames are stored as they are, because packing them costs more than drawing in-betweens; the video adds little.
    missing = len(plan.frames) - RunFolder(path, plan).n_ready()
    require_space(path, missing * width * height * 3, "this video's frames")


def require_space(path: Path, needed: int, what: str) -> None:
    """Raise RunError when the disk has no room for that many bytes of `what` below a path."""
    existing = next(parent for parent in (path, *path.resolve().parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if needed > free:
        raise RunError(
            f"the disk of {path} has {_megabytes(free)} free, and {what} need about {_megabytes(needed)}; "
            "make room, choose another folder, or a smaller size"
        )


def disk_error(error: OSError, path: Path, needed: int) -> RunError:
    """Return a RunError in words for an operating system's error while writing below `path`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        room = f"; about {_megabytes(needed)} more are needed" if needed else ""
        return RunError(f"the disk of {path} is full{room}. What was drawn is kept: make room, then resume")
    return RunError(f"cannot write in {path}: {error.strerror or error}")


def _check_or_clear(run: RunFolder, before: dict[str, Any], now: dict[str, Any], resume: bool) -> None:
    if before.get(_DISCARDED):
        if resume:
            raise RunError(
                f"the frames in {run.path} were deleted when their video was complete, so that there is nothing to go "
                "on from; draw the video anew with --fresh"
            )
        clear(run.path)
        return
    n_there = len(list((run.path / _FRAMES).glob("*.png")))
    if not n_there:
        return  # it was refused before its first frame, so nothing is lost by beginning another one
    same = before.get("fingerprint") == now["fingerprint"]
    if resume and not same:
        # As JSON has it: lists, where a project has tuples.
        changes = list(_differences(before, json.loads(json.dumps(now))))
        raise RunError(
            f"the run in {run.path} cannot go on, because something changed since: "
            f"{'; '.join(changes[:8]) or 'this version of GLANCE plans differently'}. "
            "Change it back to go on, or start anew with --fresh"
        )
    if resume:
        return
    n_frames = before.get("n_frames")
    if not isinstance(n_frames, int) or n_there < n_frames:
        raise RunError(
            f"{run.path} holds an unfinished run ({n_there} of {n_frames} frames). "
            "Go on with --resume, or start anew with --fresh"
        )
    clear(run.path)


def clear(path: Path) -> None:
    """Delete a run's frames and notes; anything else in the folder stays.

    Raises:
        RunError: The folder is no run folder.
    """
    if not (path / _MANIFEST).exists():
        raise RunError(f"{path} is no run folder of GLANCE; nothing was deleted")
    for file in (path / "frames").glob("[0-9]*.png"):
        file.unlink()
    shutil.rmtree(path / "upscaled", ignore_errors=True)
    (path / _HELD).unlink(missing_ok=True)
    (path / _MANIFEST).unlink()


def discard_frames(run: RunFolder) -> None:
    """Delete the frames of a run whose video is complete, and note that; `run.json` stays.

    Raises:
        RunError: The folder cannot be written.
    """
    manifest = _read_json(run.path / _MANIFEST) | {_DISCARDED: True}
    try:
        write_json(run.path / _MANIFEST, manifest)
        for file in run.folder.glob("[0-9]*.png"):
            file.unlink()
    except OSError as error:
        raise disk_error(error, run.path, 0) from None


def are_frames_discarded(path: Path) -> bool:
    """Return whether the run in that folder gave up its frames when its video was complete."""
    try:
        return bool(_read_json(path / _MANIFEST).get(_DISCARDED))
    except RunError:
        return False


def _manifest(plan: RenderPlan, backend: FrameBackend, project: Mapping[str, Any]) -> dict[str, Any]:
    fingerprint = sha256(f"{plan.fingerprint}\n{backend.identity}".encode()).hexdigest()
    return {
        "format": _FORMAT,
        "glance": __version__,
        "fingerprint": fingerprint,
        "backend": backend.identity,
        "size": list(plan.size),
        "fps": str(plan.fps),
        "start_s": plan.start_s,
        "end_s": plan.end_s,
        "first_frame": plan.frames[0].index,
        "n_frames": len(plan.frames),
        "project": dict(project),
    }


def _differences(before: Any, now: Any, where: str = "") -> Iterator[str]:
    """Yield `field: old -> new` for everything in which two manifests differ."""
    if where in {"fingerprint", "glance", "format", _DISCARDED}:
        return
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in sorted({*before, *now}):
            inner = f"{where}.{key}".lstrip(".").removeprefix("project.")
            yield from _differences(before.get(key), now.get(key), inner)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for index, (old, new) in enumerate(zip(before, now, strict=True)):
            yield from _differences(old, new, f"{where}[{index}]")
    elif before != now:
        yield f"{where}: {_short(before)} -> {_short(now)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"{path} is damaged ({error}); start anew with --fresh") from None
    if not isinstance(value, dict):
        raise RunError(f"{path} is damaged; start anew with --fresh")
    return value


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a JSON object, whole or not at all. Raises OSError."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(value, file, indent=1, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
