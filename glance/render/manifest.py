"""`run.json`: what is being drawn into a run folder, and by that, whether the folder is GLANCE's at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from glance import __version__
from glance.errors import ProjectError, RunError
from glance.project.files import project_of
from glance.project.model import FORMAT, Project
from glance.project.plan import RenderPlan
from glance.render.backend import FrameBackend, fingerprint
from glance.system.files import is_plain_file, same_file

NAME = "run.json"
#: In a manifest: the video is complete, and the frames were deleted.
DISCARDED = "frames_discarded"
#: Format 1 was written up to GLANCE 0.1, whose fingerprints were made in another way.
_FORMAT = 2
#: What every version has written; other programs call files `run.json` too.
_FIELDS = {"format": int, "fingerprint": str, "backend": str, "project": dict}


def manifest_of(plan: RenderPlan, backend: FrameBackend, project: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is written down about a run."""
    return {
        "format": _FORMAT,
        "glance": __version__,
        "fingerprint": fingerprint(plan, backend),
        "backend": backend.identity,
        "size": list(plan.size),
        "fps": str(plan.fps),
        "song_hash": plan.song_hash,
        "start_s": plan.start_s,
        "end_s": plan.end_s,
        "first_frame": plan.frames[0].index,
        "n_frames": len(plan.frames),
        "project": dict(project),
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a run folder's `run.json`.

    Raises:
        RunError: It is missing or damaged.
    """
    return read_note(folder / NAME)


def read_note(path: Path) -> dict[str, Any]:
    """Return the JSON object in one of a run folder's files.

    Raises:
        RunError: It is missing or damaged.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"{path} is damaged ({error}); start anew with --fresh") from None
    if not isinstance(value, dict):
        raise RunError(f"{path} is damaged; start anew with --fresh")
    return value


def is_manifest(value: Mapping[str, Any]) -> bool:
    """Return whether a JSON object has the fields of GLANCE's manifests."""
    return all(isinstance(value.get(name), kind) for name, kind in _FIELDS.items())


def own_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder that is GLANCE's; None where there is none, or nothing shows that it is."""
    if not is_plain_file(folder / NAME):
        return None
    try:
        value = read_manifest(folder)
    except RunError:
        return None
    return value if is_manifest(value) else None


def is_known_by(manifest: Mapping[str, Any], fingerprint: str) -> bool:
    """Return whether a frame or a video with that fingerprint is of this run.

    GLANCE 0.1 wrote its plan's digest alone into them, and knew the run by plan and backend together.
    """
    both = sha256(f"{fingerprint}\n{manifest.get('backend')}".encode()).hexdigest()
    return manifest.get("fingerprint") in (fingerprint, both)


def is_of_song(manifest: Mapping[str, Any], song: str, song_hash: str) -> bool:
    """Return whether a run is of that song: by its file, or by its content where the file has moved."""
    before = manifest["project"].get("song")
    before = before if isinstance(before, dict) else {}
    path, digest = str(before.get("path") or ""), str(before.get("hash") or "")
    return not path or same_file(Path(path), Path(song)) or (bool(digest) and digest == song_hash)


def is_listed(manifest: Mapping[str, Any], index: int) -> bool:
    """Return whether a frame of that number belongs to the run; where its list is damaged, every number does."""
    first, count = manifest.get("first_frame"), manifest.get("n_frames")
    if not (isinstance(first, int) and isinstance(count, int)):
        return True
    return first <= index < first + count


@dataclass(frozen=True)
class Continuation:
    """Whether frames that are there go on with a plan.

    Attributes:
        changes: What keeps them from it, as `field: old -> new`; empty where they go on.
        note: What a person should know where they do; mostly empty.
    """

    changes: tuple[str, ...] = ()
    note: str = ""


def continuation(before: Mapping[str, Any], now: Mapping[str, Any]) -> Continuation:
    """Return whether a run goes on with what is there.

    It does where its fingerprint is the same. A run of format 1 also does where project, song, backend and part of the
    song are equal, whatever its fingerprint: that was made in another way, and nothing else can be told from it.

    Args:
        before: The run's manifest.
        now: The manifest that it would get, see `manifest_of`.
    """
    if before.get("fingerprint") == now["fingerprint"]:
        return Continuation()
    old = _project_of(before)
    if before.get("format") == 1 and old is not None and _is_same_work(before, old, now):
        return Continuation(
            note="These frames were begun by an earlier version of GLANCE. They stay; from here on GLANCE plans anew, "
            "so the picture may change where the new frames begin."
        )
    # As JSON has it: lists, where a project has tuples. Fields that are newer than the run are no changes.
    known = before if old is None else {**before, "project": msgspec.to_builtins(old)}
    changes = tuple(differences(*(json.loads(json.dumps(each)) for each in (known, now))))
    return Continuation(changes or ("this version of GLANCE plans differently",))


def _project_of(manifest: Mapping[str, Any]) -> Project | None:
    """Return the project of a run, fields that are newer with their defaults; None where it cannot be read."""
    try:
        return project_of({**manifest["project"], "format": FORMAT})
    except ProjectError:
        return None


def _is_same_work(before: Mapping[str, Any], old: Project, now: Mapping[str, Any]) -> bool:
    new = project_of(now["project"])
    if any(before.get(name) != now[name] for name in ("size", "fps", "start_s", "end_s", "first_frame", "n_frames")):
        return False
    song = old.song.hash in ("", now["song_hash"]) and is_of_song(before, new.song.path, now["song_hash"])
    moved = msgspec.structs.replace(old.song, path=new.song.path, hash=new.song.hash)
    return song and msgspec.structs.replace(old, song=moved) == new and _kind(before) == _kind(now)


def _kind(manifest: Mapping[str, Any]) -> list[str]:
    """Return what draws a run and with which model, without versions and without digests of settings."""
    first, *others = [part for part in str(manifest["backend"]).split(", ") if not part.startswith("settings ")]
    return [re.sub(r"\s+\S*\d\S*$", "", first), *others]


def differences(before: Any, now: Any, where: str = "") -> Iterator[str]:
    """Yield `field: old -> new` for everything in which two manifests differ."""
    if where in {"fingerprint", "glance", "format", DISCARDED} or (where == "song_hash" and before is None):
        return
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in sorted({*before, *now}):
            inner = f"{where}.{key}".lstrip(".").removeprefix("project.")
            yield from differences(before.get(key), now.get(key), inner)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for index, (old, new) in enumerate(zip(before, now, strict=True)):
            yield from differences(old, new, f"{where}[{index}]")
    elif before != now:
        before, now = _apart(before, now) if where == "backend" else (before, now)
        yield f"{where}: {_short(before)} -> {_short(now)}"


def _apart(before: Any, now: Any) -> tuple[Any, Any]:
    """Return the parts in which two backends' identities differ, where they have as many."""
    old, new = (str(each).split(", ") for each in (before, now))
    if len(old) != len(new):
        return before, now
    pairs = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    return ", ".join(one for one, _ in pairs), ", ".join(other for _, other in pairs)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
