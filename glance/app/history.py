"""What a project was: kept by itself while somebody works on it, to go back to.

    FOLDER/ID/history/20261201-121424.glance.json     the project as it was then (UTC)

Before the page's project is saved over, what is there is kept, at most once a minute. Of older ones fewer are kept: one
for each hour of a day ago, one for each day before that.
"""

from __future__ import annotations

import re
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from glance.errors import GlanceError, ProjectError
from glance.project.files import load_project, with_absolute_paths, with_relative_paths
from glance.project.model import Project
from glance.system.files import part_of, remove, replace

_ENDING = ".glance.json"
_FORM = "%Y%m%d-%H%M%S"
_NAME = re.compile(r"\d{8}-\d{6}")
_EVERY_S = 60.0
_HOUR_S, _DAY_S = 3_600.0, 86_400.0
#: No project keeps more than this, however long somebody works on it.
MOST = 300


@dataclass(frozen=True)
class KeptVersion:
    """A project as it was.

    Attributes:
        name: When, as its file is called.
        saved_s: The same as seconds since 1970.
        scenes: How many scenes it had.
        theme: What it was about.
    """

    name: str
    saved_s: float
    scenes: int
    theme: str


def keep_version(folder: Path, project: Path) -> None:
    """Keep a project's file in its folder's history, if the newest kept one is old enough.

    Where that cannot be written, the project is saved all the same: history is no reason to lose work.
    """
    kept = _kept(folder)
    with suppress(OSError):
        saved_s = project.stat().st_mtime
        if kept and saved_s - _seconds(kept[-1]) < _EVERY_S:
            return
        name = datetime.fromtimestamp(saved_s, tz=timezone.utc).strftime(_FORM)
        target = folder / "history" / f"{name}{_ENDING}"
        target.parent.mkdir(exist_ok=True)
        with part_of(target) as part:
            shutil.copyfile(project, part)
            replace(part, target)
        for old in superfluous([*kept, name], time.time()):
            remove(folder / "history" / f"{old}{_ENDING}")


def superfluous(names: list[str], now_s: float) -> list[str]:
    """Return which of the kept ones go: the first of each hour stays for a day, the first of each day for good."""
    seen: set[int | tuple[str, int]] = set()
    going = []
    for name in names:
        at_s = _seconds(name)
        age_s = now_s - at_s
        slot: int | tuple[str, int] = int(at_s) if age_s < _HOUR_S else ("hour", int(at_s // _HOUR_S))
        if age_s >= _DAY_S:
            slot = ("day", int(at_s // _DAY_S))
        if slot in seen:
            going.append(name)
        seen.add(slot)
    stays = [name for name in names if name not in set(going)]
    return [*going, *stays[:-MOST]]


def kept_versions(folder: Path) -> list[KeptVersion]:
    """Return what is kept of a project, the newest first; what cannot be read is left out."""
    found = []
    for name in reversed(_kept(folder)):
        try:
            project = kept_version(folder, name)
        except GlanceError:
            continue
        found.append(KeptVersion(name, _seconds(name), len(project.scenes), project.theme))
    return found


def kept_version(folder: Path, name: str) -> Project:
    """Return a project as it was.

    Raises:
        ProjectError: There is none of that name, or it is damaged.
    """
    if not _NAME.fullmatch(name):
        raise ProjectError("version", "there is no such version of this project")
    project = load_project(folder / "history" / f"{name}{_ENDING}")
    return _moved(project, folder)


def _moved(project: Project, folder: Path) -> Project:
    """Return a project of the history, whose files lie beside its folder and not in it."""
    return with_absolute_paths(with_relative_paths(project, folder.resolve() / "history"), folder.resolve())


def _kept(folder: Path) -> list[str]:
    found = (path.name.removesuffix(_ENDING) for path in (folder / "history").glob(f"*{_ENDING}"))
    return sorted(name for name in found if _NAME.fullmatch(name))


def _seconds(name: str) -> float:
    try:
        return datetime.strptime(name, _FORM).replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        return 0.0
