"""What lies in a run folder, and what of it may be deleted: only what can be seen to be GLANCE's own."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Set
from contextlib import suppress
from pathlib import Path
from typing import Any

from glance.errors import RunError
from glance.render.disk import disk_error
from glance.render.frame_links import LINKS, Links
from glance.render.manifest import NAME, is_listed, is_manifest, is_of_song, own_manifest, read_manifest, read_note
from glance.render.ownership import is_own_frame
from glance.system.files import (
    is_leftover,
    is_plain_file,
    old_path,
    reason,
    remove,
    remove_tree,
    replace,
)
from glance.system.names import is_system_file

#: Names in a run folder: of what was held, of the folder of frames, of that of enlarged frames and of the note in it.
HELD, FRAMES, ENLARGED, ENLARGED_NOTE = "held.json", "frames", "upscaled", "upscaler.json"
#: The drift meter's figures and their plot.
DRIFT, DRIFT_PLOT = "drift.json", "drift.png"
#: What may lie in a run folder before its `run.json` does: notes of loans, and unfinished files of earlier versions.
_NOTES = re.compile(r"lent-[0-9a-f]{12}\.json(\.part)?|(run|held)\.json\.part|\.\d{6,}\.png\.part")


def holds_other_files(path: Path) -> bool:
    """Return whether a folder is not GLANCE's to draw into: it has files, and nothing shows that they are of a run."""
    if os.path.lexists(path / NAME):
        if not is_plain_file(path / NAME):
            return True
        try:
            return not is_manifest(read_manifest(path))
        except RunError:
            return not _is_torn_run(path)
    if not path.is_dir():
        return os.path.lexists(path)
    files = (item.relative_to(path) for item in path.rglob("*") if not item.is_dir() or item.is_symlink())
    return any(not (_is_own_note(file.name) or any(map(is_leftover, file.parts))) for file in files)


def is_for_song(path: Path, song: str, song_hash: str) -> bool:
    """Return whether a song's frames can go into a folder: it is free, or holds a run of the same song."""
    manifest = own_manifest(path)
    return not holds_other_files(path) and (manifest is None or is_of_song(manifest, song, song_hash))


def clear(path: Path) -> None:
    """Delete a run's frames and notes; anything else in the folder stays.

    Frames are moved out of the way before the first one is deleted, so that one which a viewer holds stops this while
    all are still there.

    Raises:
        RunError: The folder is no run folder; or a picture bears a frame's name and is none; or a file is held by
            another program. Nothing was deleted then.
    """
    manifest = own_manifest(path)
    if manifest is None and not _is_torn_run(path):
        raise RunError(f"{path} is no run folder of GLANCE; nothing was deleted")
    require_no_links(path)
    frames = frames_there(path, manifest or {})
    _require_own(frames)
    try:
        aside = _moved_aside(path, frames)
        for name in (*sorted(_enlarged_there(path, manifest or {})), *_notes_there(path), path / LINKS, path / NAME):
            remove(name)
        with suppress(OSError):
            (path / ENLARGED).rmdir()
    except OSError as error:
        raise disk_error(error, path, 0) from None
    with suppress(OSError):
        remove_tree(aside)


def delete_outdated(path: Path, known: Links, wanted: Links, apart: Set[int] = frozenset()) -> None:
    """Delete those of a run's frames that a changed plan shows otherwise; the others stay and are not drawn again.

    Args:
        path: The run folder.
        known: The links of its frames.
        wanted: The links of the plan that is to be drawn into it.
        apart: Frames that go all the same.

    Raises:
        RunError: A picture bears a frame's name and is none, nothing was deleted then; or a file is held.
    """
    listed = {"first_frame": known.first, "n_frames": len(known.links)}

    def stays(index: int) -> bool:
        return index not in apart and known.of(index) in ("", wanted.of(index))

    going = [file for file in frames_there(path, listed) if not stays(int(file.stem))]
    if not going:
        return
    require_no_links(path)
    _require_own(going)
    try:
        aside = _moved_aside(path, going)
        for file in (*sorted(_enlarged_there(path, listed)), path / HELD):
            remove(file)
    except OSError as error:
        raise disk_error(error, path, 0) from None
    with suppress(OSError):
        remove_tree(aside)


def _require_own(frames: list[Path]) -> None:
    for file in frames:
        if not is_own_frame(file):
            raise RunError(
                f"{file} is no picture that GLANCE has drawn, or another program has changed it; move it to another "
                "folder, then start anew with --fresh. Nothing was deleted"
            )


def delete_enlarged(path: Path) -> None:
    """Delete a run's enlarged frames; the drawn ones stay, and so does what GLANCE has not put there.

    Raises:
        RunError: The folder is a link, or another program holds one of them.
    """
    require_no_links(path)
    try:
        for file in _enlarged_there(path, own_manifest(path) or {}):
            remove(file)
        with suppress(OSError):
            (path / ENLARGED).rmdir()
    except OSError as error:
        raise disk_error(error, path, 0) from None


def frames_there(path: Path, manifest: Mapping[str, Any], place: str = FRAMES) -> list[Path]:
    """Return what bears the name of one of the run's own frames, links included, in order."""
    found = []
    for file in (path / place).glob("[0-9]*.png"):
        number = file.stem
        if number.isascii() and number.isdecimal() and f"{int(number):06d}" == number:
            found += [file] if is_listed(manifest, int(number)) else []
    return sorted(found)


def _enlarged_there(path: Path, manifest: Mapping[str, Any]) -> list[Path]:
    """Return the enlarged frames and their note; nothing where no note says that the folder is for them."""
    note = path / ENLARGED / ENLARGED_NOTE
    if not is_plain_file(note):
        return []
    return [*filter(is_plain_file, frames_there(path, manifest, ENLARGED)), note]


def _notes_there(path: Path) -> list[Path]:
    """Return notes about a run's frames; a picture or a folder of a person's under one of their names stays."""
    return [path / HELD, *(path / name for name in (DRIFT, DRIFT_PLOT) if is_plain_file(path / name))]


def _moved_aside(path: Path, frames: list[Path]) -> Path:
    """Move frames into a folder that is about to be deleted, all or none, and return it. Raises OSError, RunError."""
    aside = old_path(path / FRAMES)
    aside.mkdir()
    moved: list[Path] = []
    for file in frames:
        try:
            replace(file, aside / file.name)
        except OSError as error:
            for back in moved:
                replace(aside / back.name, back)
            aside.rmdir()
            raise RunError(f"{file} cannot be deleted ({reason(error)}). Nothing was deleted") from None
        moved.append(file)
    return aside


def require_no_links(path: Path) -> None:
    """Raise RunError where a place for frames leads out of the run folder."""
    for place in (FRAMES, ENLARGED):
        folder = path / place
        # Compared by where they lead: a junction of Windows is no link by `is_symlink`.
        if os.path.lexists(folder) and folder.resolve() != path.resolve() / place:
            raise RunError(
                f"{folder} is a link to {folder.resolve()}; GLANCE draws and deletes only in folders of its own. "
                "Remove the link, or choose another run folder"
            )


def _is_torn_run(path: Path) -> bool:
    """Return whether a `run.json` that cannot be read is GLANCE's all the same: it is empty, or frames are there."""
    note = path / NAME
    if not is_plain_file(note):
        return False
    try:
        read_note(note)
        return False  # whole, and of another program
    except RunError:
        pass
    try:
        with note.open("rb") as file:
            empty = not file.read(4096).strip(b"\0")
    except OSError:
        return False
    return empty or any(is_own_frame(file) for file in frames_there(path, {}))


def _is_own_note(name: str) -> bool:
    """Return whether a file is none of a person's: GLANCE or an operating system puts it there by itself."""
    return is_leftover(name) or is_system_file(name) or bool(_NOTES.fullmatch(name))


def tidy(path: Path) -> None:
    """Delete what a killed render has left in its own folder. Raises OSError."""
    for folder in (path, path / FRAMES, path / ENLARGED):
        for item in folder.iterdir() if folder.is_dir() else ():
            if item.name.endswith(".old") and is_leftover(item.name):
                remove_tree(item)
            elif item.name.endswith(".part") and _is_own_note(item.name):
                remove(item)
