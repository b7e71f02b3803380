"""What several handlers read from a request and answer with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from glance.app.http import Call, json_response
from glance.errors import ProjectError
from glance.limits import finite, shown

if TYPE_CHECKING:
    from starlette.responses import Response

    from glance.app.service import StudioService
    from glance.app.tasks import Task


def started(task: Task) -> Response:
    """Answer with a task as it is now."""
    return json_response(dict(task.state))


def project_text(service: StudioService, call: Call, asked: dict[str, Any]) -> str:
    """Return the project of a request: the one it holds, else the saved one."""
    if "project" in asked:
        return json.dumps(asked["project"])
    identity = call.path["project"]
    return json.dumps(service.page_view(identity, service.shelf.load(identity)))


def span_of(value: Any) -> tuple[float, float] | None:
    """Return a part of a song, in seconds; None for all of it.

    Raises:
        ProjectError: It is none.
    """
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 2:
        start, end = finite(value[0]), finite(value[1])
        if start is not None and end is not None and start < end:
            return start, end
    raise ProjectError("span", f"expected a start and an end in seconds, found {shown(value)}")


def scene_of(value: Any, n_scenes: int) -> int:
    """Return the index of a scene.

    Raises:
        ProjectError: There is no such scene.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < n_scenes:
        return value
    raise ProjectError("scene", f"expected the index of a scene, 0 to {n_scenes - 1}, found {shown(value)}")
