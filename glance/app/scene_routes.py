"""The addresses of single scenes and of what is kept: key pictures, versions, costs, deleting, and history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glance.app.answers import project_text, scene_of, span_of, started
from glance.app.http import Call, bytes_response, file_response, json_response
from glance.app.takes import TAKES, VERSIONS, number_of
from glance.errors import ProjectError
from glance.limits import finite, shown

if TYPE_CHECKING:
    from starlette.responses import Response

    from glance.app.service import StudioService


def costs(service: StudioService, call: Call) -> Response:
    """Tell what key pictures, a draft and the whole would cost: pictures to draw, and seconds on this machine."""
    asked = call.json()
    text = project_text(service, call, asked)
    return json_response(service.scenes.costs(call.path["project"], text, span_of(asked.get("span"))))


def draw_keys(service: StudioService, call: Call) -> Response:
    """Draw one real picture for each scene, or for some."""
    asked = call.json()
    text, wanted = project_text(service, call, asked), asked.get("scenes")
    n_scenes = len(service.shelf.check(call.path["project"], text).scenes)
    if wanted is not None and not isinstance(wanted, list):
        raise ProjectError("scenes", f"expected a list of scenes, found {shown(wanted)}")
    scenes = None if wanted is None else [scene_of(each, n_scenes) for each in wanted]
    return started(service.scenes.draw_keys(call.path["project"], text, scenes))


def key_picture(service: StudioService, call: Call) -> Response:
    """Fetch a key picture as JPEG."""
    return bytes_response(service.scenes.key_picture(call.path["project"], call.path["name"]), "image/jpeg")


def redo(service: StudioService, call: Call) -> Response:
    """Draw a scene another way, as a version beside it; the project stays as it is."""
    asked = call.json()
    text, changes = project_text(service, call, asked), asked.get("changes", {})
    if not isinstance(changes, dict):
        raise ProjectError("changes", f"expected fields of a scene, found {shown(changes)}")
    n_scenes = len(service.shelf.check(call.path["project"], text).scenes)
    scene = scene_of(number_of(call.path["scene"], "scene"), n_scenes)
    return started(service.scenes.redo(call.path["project"], text, scene, changes))


def versions(service: StudioService, call: Call) -> Response:
    """List what is kept of scenes that were drawn again."""
    return json_response({"versions": service.scenes.versions(call.path["project"])})


def version_video(service: StudioService, call: Call) -> Response:
    """Fetch the clip of a version."""
    path = service.scenes.version_file(call.path["project"], number_of(call.path["number"], "version"))
    return file_response(path, call)


def version_poster(service: StudioService, call: Call) -> Response:
    """Fetch a picture from the middle of a version."""
    number = number_of(call.path["number"], "version")
    return bytes_response(service.scenes.version_poster(call.path["project"], number), "image/jpeg")


def delete_version(service: StudioService, call: Call) -> Response:
    """Delete the frames and the clip of a version; answers with the bytes that this freed."""
    number = number_of(call.path["number"], "version")
    return json_response(service.scenes.remove(call.path["project"], number, VERSIONS))


def delete_take(service: StudioService, call: Call) -> Response:
    """Delete a take with its frames and its video; answers with the bytes that this freed."""
    return json_response(service.scenes.remove(call.path["project"], number_of(call.path["number"], "take"), TAKES))


def so_far(service: StudioService, call: Call) -> Response:
    """Fetch what was drawn of a stopped take as a video."""
    return file_response(service.scenes.so_far(call.path["project"], number_of(call.path["number"], "take")), call)


def kept(service: StudioService, call: Call) -> Response:
    """List the project as it was at earlier times, the newest first."""
    return json_response({"kept": service.scenes.kept(call.path["project"])})


def kept_project(service: StudioService, call: Call) -> Response:
    """Show the project as it was; nothing is changed."""
    return json_response({"project": service.scenes.kept_project(call.path["project"], call.path["name"])})


def list_takes(service: StudioService, call: Call) -> Response:
    """List a project's takes, the newest first."""
    return json_response({"takes": service.takes(call.path["project"])})


def resume(service: StudioService, call: Call) -> Response:
    """Go on with a take that was stopped."""
    return started(service.resume(call.path["project"], number_of(call.path["number"], "take")))


def upscale(service: StudioService, call: Call) -> Response:
    """Make a take's video anew of enlarged frames, 1 to 4 times, by one of the host's upscalers."""
    asked = call.json()
    scale = finite(asked.get("scale", 2.0))
    if scale is None:
        raise ProjectError("scale", f"expected a number from 1 to 4, found {shown(asked.get('scale'))}")
    take, name = number_of(call.path["number"], "take"), str(asked.get("upscaler", ""))
    return started(service.enlarge(call.path["project"], take, name, scale))
