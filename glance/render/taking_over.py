"""Frames that another run has drawn already, taken over into a run: nothing that did not change is drawn again.

What agrees is told by the links of both runs (`glance.render.frame_links`), backend and size included. A frame is
taken over as a second name of the same file where the disk can do that, so that it needs no room, else as a copy.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence, Set
from pathlib import Path

import msgspec

from glance.project.plan import RenderPlan
from glance.render.disk import disk_error
from glance.render.frame_links import Links, held_apart, origins_of, read_links, write_links
from glance.render.manifest import own_manifest
from glance.render.missing import looks_whole
from glance.render.ownership import is_own_frame
from glance.render.run_folder import RunFolder
from glance.system.files import part_of, replace


def take_over(run: RunFolder, donors: Sequence[Path], only: Set[int] | None = None) -> int:
    """Take over what other run folders hold of a run's frames, and return how many those are.

    Args:
        run: An open run, see `glance.render.run_folder.open_run`.
        donors: Other run folders, those to be asked first in front; what is none is passed over.
        only: Numbers of the frames that are wanted; None for all.

    Raises:
        RunError: The disk is full, or the folder cannot be written.
    """
    wanted = read_links(run.path)
    asked = (spec.index for spec in run.plan.frames if only is None or spec.index in only)
    missing = [index for index in asked if not run.frame_path(index).exists()]
    n_taken = 0
    for donor in donors:
        if not missing or wanted is None:
            break
        left = _taken_from(run, donor, wanted, missing)
        if len(left) == len(missing):
            continue
        n_taken += len(missing) - len(left)
        missing = left
        origins = origins_of(own_manifest(donor) or {}, read_links(donor))
        wanted = msgspec.structs.replace(wanted, origins=tuple(dict.fromkeys((*wanted.origins, *origins))))
        try:
            write_links(run.path, wanted)
        except OSError as error:
            raise disk_error(error, run.path, 0) from None
    return n_taken


def _taken_from(run: RunFolder, donor: Path, wanted: Links, missing: list[int]) -> list[int]:
    """Take over what one folder has of some frames, and return what is still missing."""
    links = read_links(donor)
    if links is None or donor == run.path or own_manifest(donor) is None:
        return missing
    other = RunFolder(donor, run.plan)
    apart = held_apart(run.plan, other.held())
    left = []
    for index in missing:
        path = other.frame_path(index)
        agrees = wanted.of(index) and links.of(index) == wanted.of(index) and index not in apart
        if agrees and is_own_frame(path) and looks_whole(path):
            try:
                _name_again(path, run.frame_path(index))
            except FileNotFoundError:  # the other run was deleted meanwhile
                left.append(index)
            except OSError as error:
                raise disk_error(error, run.path, path.stat().st_size) from None
        else:
            left.append(index)
    return left


def _name_again(path: Path, new: Path) -> None:
    """Give a file another name, or copy it where the disk knows no second names. Raises OSError."""
    try:
        os.link(path, new)
    except OSError:
        with part_of(new) as part:
            shutil.copyfile(path, part)
            replace(part, new)


def are_drawn(plan: RenderPlan, links: Links, donors: Sequence[Path], indices: Set[int]) -> bool:
    """Return whether all of some frames of a plan could be taken over from run folders.

    Args:
        plan: The plan.
        links: The links of its frames.
        donors: The run folders.
        indices: Numbers of the frames.
    """
    left = set(indices)
    for donor in donors:
        known = read_links(donor)
        if not left or known is None:
            continue
        other = RunFolder(donor, plan)
        apart = held_apart(plan, other.held())
        left = {
            index
            for index in left
            if index in apart or known.of(index) != links.of(index) or not looks_whole(other.frame_path(index))
        }
    return not left
