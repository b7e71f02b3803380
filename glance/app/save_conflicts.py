"""Keeping the page's project: never over what another page saved meanwhile.

Every answer with a project carries the revision of its saved state, and every save the revision that its project was
made from. Where that is not the newest any more, nothing is overwritten, and the newest comes back with the refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import msgspec

from glance.app.projects import ProjectStore, StaleError
from glance.app.timeline import timeline
from glance.errors import GlanceError, ProjectError
from glance.project.analyses import AnalysisCache
from glance.project.files import with_relative_paths
from glance.project.model import Project
from glance.project.validate import Problem, problems_of
from glance.story.styles import Style


class ConflictError(GlanceError):
    """A page's project is not made from the newest saved one; nothing was overwritten.

    Args:
        newest: The newest project and its revision.
    """

    def __init__(self, newest: dict[str, Any]) -> None:
        self.newest = newest
        super().__init__("This video was changed in another tab or window since; nothing was overwritten.")


def page_view(shelf: ProjectStore, identity: str, project: Project) -> dict[str, Any]:
    """Return a project as plain values, its paths relative to its folder."""
    relative = with_relative_paths(project, shelf.folder_of(identity).resolve())
    plain: dict[str, Any] = msgspec.to_builtins(relative)
    return plain


def newest_state(shelf: ProjectStore, identity: str) -> dict[str, Any]:
    """Return a saved `project` and its `revision`.

    Raises:
        ProjectError: There is none, or its file is damaged.
    """
    project, revision = shelf.newest(identity)
    return {"project": page_view(shelf, identity, project), "revision": revision}


@contextmanager
def conflicts_told(shelf: ProjectStore, identity: str) -> Iterator[None]:
    """Add the newest state to the refusal of a save that is not made from it."""
    try:
        yield
    except StaleError:
        raise ConflictError(newest_state(shelf, identity)) from None


def checked(
    project: Project, songs: AnalysisCache, styles: Callable[[], Mapping[str, Style]], channels: Sequence[str]
) -> dict[str, Any]:
    """Return a saved project's `problems` and its `timeline` of channels, None where it cannot be drawn.

    Nothing is raised for a song that cannot be heard or a style that cannot be read: the project is saved all the same,
    and the page must come to know under which revision.
    """
    try:
        heard = songs.hear(project)
        problems = problems_of(project, heard, styles())
    except GlanceError as error:
        problem = Problem(getattr(error, "field", ""), str(error))
        return {"problems": [asdict(problem)], "timeline": None}
    try:
        curves = timeline(project, heard, channels)
    except ProjectError:
        curves = None
    return {"problems": [asdict(problem) for problem in problems], "timeline": curves}
