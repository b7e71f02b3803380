"""Project files: `NAME.glance.json`, readable, versioned, written whole or not at all."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from glance.errors import ProjectError
from glance.limits import PROJECT_BYTES, finite, shown
from glance.project.bounds import check_bounds
from glance.project.file_names import is_font_file, is_web_address
from glance.project.model import FORMAT, Project
from glance.system.files import reason, sweep, write_text
from glance.system.suggest import did_you_mean

SUFFIX = ".glance.json"
#: JSON's way to write one half of a character; two of them in a row are a whole one, such as an emoji.
#: Whole numbers of more digits are beyond a double, and the first ones say so as well as all of them.
_DIGITS = 310
_HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def load_project(path: Path) -> Project:
    """Read a project file; relative paths in it are taken from its own folder.

    Raises:
        ProjectError: The file is missing, is no project, is from a newer GLANCE, or a field is wrong.
    """
    try:
        if path.stat().st_size > PROJECT_BYTES:
            raise ProjectError("", f"{path} is too large to be a GLANCE project")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ProjectError("", f"there is no project file {path}") from None
    except OSError as error:
        raise ProjectError("", f"{path} cannot be read as a project: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ProjectError(
            "", f"{path} cannot be read as a project: it is not in UTF-8; let your editor save it as UTF-8"
        ) from None
    return with_absolute_paths(parse_project(text, str(path)), path.resolve().parent)


def parse_project(text: str, name: str = "the project") -> Project:
    """Return the project a JSON text describes, migrated to today's format, every field checked for its type.

    Raises:
        ProjectError: With the path of the field, such as `scenes[2].motion`.
    """
    raw = read_json(text, name)
    if not isinstance(raw, dict) or "song" not in raw:
        raise ProjectError("", f"{name} is not a GLANCE project: expected a JSON object with a `song`")
    return project_of(_migrated(raw, name))


def read_json(text: str, name: str) -> Any:
    """Return the value of a JSON text that a person or a page wrote.

    Raises:
        ProjectError: It is none, or holds what no project can: NaN, infinity, half a character, a thousand brackets.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise ProjectError("", f"{name} is not valid JSON: {error}. Was it edited by hand?") from None
    refuse_halves(text, value, name)
    return value


def refuse_halves(text: str, value: Any, name: str) -> None:
    """Refuse the value of a JSON text that holds half a character, which no file can hold.

    Raises:
        ProjectError: It does.
    """
    if _HALF.search(text):
        _check_text(json.dumps(value, ensure_ascii=False), name)


def _refuse_constant(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _whole(text: str) -> int:
    # Python reads no number of thousands of digits; the check of bounds refuses what is left, and names the field.
    return int(text[: _DIGITS + 1])


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse_constant(text)


def project_of(raw: Mapping[str, Any]) -> Project:
    """Build a project from plain values of today's format, with unknown fields refused by name.

    Raises:
        ProjectError: With the path of the field at fault.
    """
    check_bounds(raw)
    try:
        project = _filled(msgspec.convert(raw, Project))
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `")
        raise ProjectError(where.rstrip("`").removeprefix("$").lstrip("."), message) from None
    known = msgspec.to_builtins(project)
    for where, name, valid in _unknown_fields(raw, known, ""):
        advice = did_you_mean(name, valid, f"known here: {', '.join(valid)}")
        raise ProjectError(where + name, f"is not a field of a GLANCE project; {advice}")
    return project


def _check_text(text: str, name: str) -> None:
    """Raise ProjectError for what no file can hold: half a character, or a byte of a file's name that is no text."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        begin = ascii(text[max(0, error.start - 40) : error.end])
        raise ProjectError(
            "", f"{name} holds something that is no text, at the end of {begin}; delete it, or rename the file"
        ) from None


def _filled(project: Project) -> Project:
    """Return the project with defaults written into its dataclasses: msgspec leaves them on the class."""
    replace = msgspec.structs.replace
    corrections = dataclasses.replace(project.song.corrections)
    reactions = tuple(replace(each, map=dataclasses.replace(each.map)) for each in project.reactions)
    return replace(project, song=replace(project.song, corrections=corrections), reactions=reactions)


def project_json(project: Project) -> str:
    """Return the project as indented JSON text, every field written out, ending in a newline."""
    return json.dumps(msgspec.to_builtins(project), indent=2, ensure_ascii=False) + "\n"


def save_project(project: Project, path: Path) -> None:
    """Write the project, replacing the file at once so that a crash leaves either the old or the new one.

    Raises:
        ProjectError: The folder cannot be written, or the project is one that `load_project` would refuse.
    """
    relative = with_relative_paths(project, path.resolve().parent)
    check_bounds(msgspec.to_builtins(relative))
    text = project_json(relative)
    _check_text(text, "the project")
    if len(text.encode("utf-8")) > PROJECT_BYTES:
        raise ProjectError(
            "", f"the project is larger than {PROJECT_BYTES // 2**20} MB and could not be opened again; shorten it"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path.parent, path.name)
        write_text(path, text)
    except OSError as error:
        raise ProjectError("", f"the project cannot be saved as {path}: {reason(error)}") from None


def with_absolute_paths(project: Project, folder: Path) -> Project:
    """Return the project with every file's path made absolute, relative ones being taken from `folder`.

    Raises:
        ProjectError: A path is none.
    """

    def lengthen(text: str) -> str:
        try:
            return str((folder / text).resolve()) if text and not is_web_address(text) else text
        except (ValueError, OSError, RuntimeError) as error:  # a NUL, a name of a thousand letters, a link to itself
            raise ProjectError("", f"{text[:80]!r} can be no file's name: {error}") from None

    return _with_paths(project, lengthen)


def with_relative_paths(project: Project, folder: Path) -> Project:
    """Return the project with the paths of files below `folder` made relative to it, so that the folder can move."""

    def shorten(text: str) -> str:
        path = Path(text)
        if text and path.is_absolute() and path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
        return text

    return _with_paths(project, shorten)


def _with_paths(project: Project, change: Any) -> Project:
    replace = msgspec.structs.replace
    song, look, lettering = project.song, project.look, project.lettering
    song = replace(
        song,
        path=change(song.path),
        stems=change(song.stems),
        lyrics=change(song.lyrics),
        table=change(song.table),
        midi=change(song.midi),
        markers=change(song.markers),
        aligner=change(song.aligner),
        tracker=change(song.tracker) if song.tracker.endswith(".onnx") else song.tracker,
    )
    guides = tuple(replace(guide, picture=change(guide.picture)) for guide in look.guides)
    look = replace(look, start_image=change(look.start_image), mask=change(look.mask), guides=guides)
    effects = tuple(
        replace(use, mask_picture=change(use.mask_picture), file=change(use.file)) for use in project.effects
    )
    lettering = replace(lettering, logo=change(lettering.logo), font=_changed_font(lettering.font, change))
    return replace(project, song=song, look=look, lettering=lettering, effects=effects)


def _changed_font(font: str, change: Callable[[str], str]) -> str:
    """Change a font's path; a font's name is none."""
    return change(font) if is_font_file(font) else font


def _migrated(raw: dict[str, Any], name: str) -> dict[str, Any]:
    version = raw.get("format", FORMAT)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1 or finite(version) is None:
        raise ProjectError("format", f"expected a whole number from 1 to {FORMAT}, found {shown(version)}")
    if version > FORMAT:
        raise ProjectError(
            "format",
            f"{name} was made by a newer GLANCE (format {shown(version)}, this one reads {FORMAT}); please update",
        )
    # Format 1 is the first; a later format adds one step per version here.
    return raw


def _unknown_fields(raw: Any, known: Any, where: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (path, name, valid names) for each key that was given and that the model did not take up."""
    if isinstance(raw, Mapping) and isinstance(known, Mapping):
        for key, value in raw.items():
            if key not in known:
                yield where, str(key), list(known)
            else:
                yield from _unknown_fields(value, known[key], f"{where}{key}.")
    elif isinstance(raw, list | tuple) and isinstance(known, list | tuple):
        for index, (value, taken) in enumerate(zip(raw, known, strict=False)):
            yield from _unknown_fields(value, taken, f"{where.rstrip('.')}[{index}].")
