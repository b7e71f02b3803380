"""The run folder: a render's memory on disk, so that it can go on after a crash, a kill or a full disk.

    NAME.run/
      run.json        what is being drawn: fingerprint, backend, project, size, frame numbers
      links.json      what decides each frame, see `glance.render.frame_links`
      frames/000123.png
      held.json       frames that had to be held, with the reason
      upscaled/       see `glance.render.upscaling`
      lent-*.json     see `glance.backends.sdapi.lent_options`

A frame's file appears whole or not at all, so the first missing file is where drawing goes on. Only what `run.json`
lists is ever deleted, and only where it can be seen that GLANCE has drawn it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from glance.errors import GlanceError, RunError
from glance.frames import Frame, size_of
from glance.media.images import read_png, write_png
from glance.project.plan import RenderPlan
from glance.render.backend import FrameBackend
from glance.render.disk import disk_error, require_space
from glance.render.drawing_order import drawing_order
from glance.render.frame_links import Links, held_apart, links_of, origins_of, read_links, write_links
from glance.render.manifest import DISCARDED, NAME, continuation, manifest_of, own_manifest, read_manifest, read_note
from glance.render.ownership import is_own_frame
from glance.render.run_contents import (
    FRAMES,
    HELD,
    clear,
    delete_outdated,
    frames_there,
    holds_other_files,
    require_no_links,
    tidy,
)
from glance.system.files import remove, write_json

__all__ = ["RunFolder", "are_frames_discarded", "check_space", "clear", "discard_frames", "is_begun", "open_run"]


@dataclass(frozen=True)
class RunFolder:
    """A folder that belongs to one plan on one backend.

    Attributes:
        path: The folder.
        plan: The plan that is drawn into it.
        place: Name of the folder in it that holds the pictures.
        note: What a person should know of the frames that were there already; mostly empty.
    """

    path: Path
    plan: RenderPlan
    place: str = FRAMES
    note: str = ""

    @property
    def folder(self) -> Path:
        """The folder that holds the pictures."""
        return self.path / self.place

    def frame_path(self, index: int) -> Path:
        """Return the file of the frame with that number in the song."""
        return self.folder / f"{index:06d}.png"

    def n_ready(self) -> int:
        """Return how many frames, from the first on in the order of drawing, are there without a gap."""
        frames = drawing_order(self.plan).frames if self.place == FRAMES else self.plan.frames
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
        if self.place == FRAMES and size_of(frame) != self.plan.size:
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
        """Remember that a frame had to be held, and why.

        Raises:
            RunError: The disk is full, or the folder cannot be written.
        """
        held = self.held() | {index: problem}
        try:
            write_json(self.path / HELD, {str(key): value for key, value in sorted(held.items())})
        except OSError as error:
            raise disk_error(error, self.path, 0) from None

    def held(self) -> dict[int, str]:
        """Return the frames that had to be held: number -> what was wrong."""
        path = self.path / HELD
        try:
            known = read_note(path) if path.exists() else {}
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
        resume: Go on with what is there. Without it, an unfinished run is refused, and of a finished one, what the plan
            shows otherwise is drawn anew, and what had to be held.
        fresh: Throw away what is there, finished or not.

    Raises:
        RunError: The folder holds an unfinished run and `resume` is off; or it holds a run of another plan and `resume`
            is on; or it is no run folder; or the disk has no room.
    """
    manifest, links = manifest_of(plan, backend, project), links_of(plan, backend)
    run = RunFolder(path, plan)
    if holds_other_files(path):
        raise RunError(f"{path} holds other files; choose another run folder, so that none of them is overwritten")
    require_no_links(path)
    if fresh and (path / NAME).exists():
        clear(path)
    elif (path / NAME).exists():
        run = replace(run, note=_check_or_clear(run, read_manifest(path), manifest, resume))
    known = read_links(path)
    origins = origins_of(own_manifest(path) or {}, known)
    try:
        run.folder.mkdir(parents=True, exist_ok=True)
        tidy(path)
        write_json(path / NAME, manifest)
        # A kill here leaves a new manifest and old links, by which the next start goes on with this.
        if known:
            delete_outdated(path, known, links)
        write_links(path, msgspec.structs.replace(_but_for(links, run), origins=origins if known else ()))
    except OSError as error:
        raise disk_error(error, path, 0) from None
    return run


def _but_for(links: Links, run: RunFolder) -> Links:
    """Return the links without those of frames that another version planned, of which nothing is known."""
    if not run.note:
        return links
    there = {int(file.stem) for file in frames_there(run.path, {})}
    kept = tuple("" if links.first + at in there else link for at, link in enumerate(links.links))
    return msgspec.structs.replace(links, links=kept)


def check_space(path: Path, plan: RenderPlan) -> None:
    """Raise RunError when the disk clearly cannot hold the frames of the plan that are still missing."""
    width, height = plan.size
    # Frames are stored as they are, because packing them costs more than drawing in-betweens; the video adds little.
    run = RunFolder(path, plan)
    missing = sum(1 for spec in plan.frames if not run.frame_path(spec.index).exists())
    require_space(path, missing * width * height * 3, "this video's frames")


def _check_or_clear(run: RunFolder, before: dict[str, Any], now: dict[str, Any], resume: bool) -> str:
    """Refuse what must not be drawn over, clear what may be; return what to say of frames that go on."""
    if before.get(DISCARDED):
        if resume:
            raise RunError(
                f"the frames in {run.path} were deleted when their video was complete, so that there is nothing to go "
                "on from; draw the video anew with --fresh"
            )
        clear(run.path)
        return ""
    n_there = len(frames_there(run.path, before))
    if not n_there:
        return ""  # it was refused before its first frame, so nothing is lost by beginning another one
    if resume:
        going_on = continuation(before, now)
        if going_on.changes:
            raise RunError(
                f"the run in {run.path} cannot go on, because something changed since: "
                f"{'; '.join(going_on.changes[:8])}. Change it back to go on, or start anew with --fresh"
            )
        return going_on.note
    n_frames = before.get("n_frames")
    if not isinstance(n_frames, int) or n_there < n_frames:
        raise RunError(
            f"{run.path} holds an unfinished run ({n_there} of {n_frames} frames). "
            "Go on with --resume, or start anew with --fresh"
        )
    known = read_links(run.path)
    if known is None:
        clear(run.path)
    else:
        unknown = {known.first + at for at, link in enumerate(known.links) if not link}
        delete_outdated(run.path, known, known, held_apart(run.plan, run.held()) | unknown)
    return ""


def discard_frames(run: RunFolder) -> None:
    """Delete the frames of a run whose video is complete, and note that; `run.json` stays.

    Raises:
        RunError: The folder cannot be written.
    """
    manifest = read_manifest(run.path) | {DISCARDED: True}
    try:
        write_json(run.path / NAME, manifest)
        for file in frames_there(run.path, manifest):
            if is_own_frame(file):
                remove(file)
    except OSError as error:
        raise disk_error(error, run.path, 0) from None


def is_begun(path: Path) -> bool:
    """Return whether a run was begun in that folder."""
    return (path / NAME).exists()


def are_frames_discarded(path: Path) -> bool:
    """Return whether the run in that folder gave up its frames when its video was complete."""
    try:
        return bool(read_manifest(path).get(DISCARDED))
    except RunError:
        return False
