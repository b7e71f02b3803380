"""The styles a person likes: a short list of ids in a small JSON file of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from glance.errors import ProjectError


def load_favourites(path: Path) -> tuple[str, ...]:
    """Return the ids in a favourites file, in the order they were added; a missing file is an empty list.

    Raises:
        ProjectError: The file is no list of names.
    """
    try:
        return tuple(dict.fromkeys(msgspec.json.decode(path.read_bytes(), type=list[str])))
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.DecodeError) as error:
        raise ProjectError(
            "favourites", f"expected a list of style ids in {path.name}, found: {error}; correct it, or delete the file"
        ) from error


def toggle_favourite(favourites: Sequence[str], style_id: str) -> tuple[str, ...]:
    """Return the favourites with a style added at the end, or taken out where it was among them."""
    if style_id in favourites:
        return tuple(name for name in favourites if name != style_id)
    return (*favourites, style_id)


def save_favourites(path: Path, favourites: Sequence[str]) -> None:
    """Write the favourites in one step, so that no half file is ever left.

    Raises:
        ProjectError: The file cannot be written.
    """
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(msgspec.json.format(msgspec.json.encode(list(favourites)), indent=1))
        part.replace(path)
    except OSError as error:
        raise ProjectError(
            "favourites", f"cannot write {path} ({error.strerror or error}); check the folder"
        ) from error
