"""The addresses the page talks to, mounted under `/glance` of whatever app serves the gradio page.

GET  static/{path}                      the page's own modules and style sheet
GET  api/welcome                        names, choices, recent projects
POST api/projects?name=song.mp3         a song's bytes make a project
POST api/demo                           a project of the demo song
GET  api/projects/{id}                  project, takes, running work
POST api/projects/{id}/listen           start to hear the song
GET  api/projects/{id}/analysis         what was heard
POST api/projects/{id}/save             keep the project; its problems and curves
POST api/frame                          a frame's PNG: the project it was made from
POST api/projects/{id}/takeover         the look of the host's fields for pictures, or of its last one
POST api/projects/{id}/story            write a story for its scenes
POST api/projects/{id}/story/request    what that would send, and to whom
GET  api/styles?search=                find styles
POST api/projects/{id}/styles           draw previews of styles
POST api/projects/{id}/preview          draw the preview
POST api/projects/{id}/make             draw a new take
POST api/projects/{id}/takes/{n}/resume go on with a take
POST api/projects/{id}/takes/{n}/open   open its folder, for a browser on this machine
POST api/projects/{id}/takes/{n}/upscale make its video anew of enlarged frames
GET  api/projects/{id}/...              song, takes, frames, files
GET  api/tasks/{id}/events              a task's states as server-sent events
POST api/tasks/{id}/stop                stop a task
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glance.app.catalogue import thumbnail
from glance.app.http import (
    Call,
    Handler,
    Intake,
    attachment,
    bytes_response,
    endpoint,
    events_response,
    file_response,
    json_response,
)
from glance.app.projects import Before, safe_path
from glance.app.save_conflicts import ConflictError
from glance.app.service import StudioService
from glance.app.story import WriterChoice, with_host_key
from glance.app.takes import number_of
from glance.app.thumbnails import camera_webp
from glance.errors import ProjectError
from glance.limits import PICTURE_BYTES, PROJECT_BYTES, SONG_BYTES, finite, shown
from glance.story.style_search import search_styles

if TYPE_CHECKING:
    from starlette.responses import Response

PREFIX = "/glance"
#: Where the page's own files lie: in the checkout, or where an installed package has put them.
_CHECKOUT = Path(__file__).resolve().parent.parent.parent
_ROOT = _CHECKOUT if (_CHECKOUT / "javascript").is_dir() else Path(sys.prefix) / "share" / "glance"
_LANGUAGES = ("ko_KR",)
#: Characters of a revision, and of the name that a page gives itself.
_NAME_LENGTH = 64


def attach(app: Any, workshop: StudioService) -> None:
    """Mount the page's routes in a Starlette, FastAPI or gradio app, in front of what it serves already."""
    from starlette.routing import Mount, Route

    handlers = _Routes(workshop)
    intakes = _intakes(workshop.shelf.folder)
    routes = [
        Route(
            path,
            endpoint(handler, intakes.get((method, path), Intake()), public=path.startswith("/static/")),
            methods=[method],
        )
        for method, path, handler in handlers.table()
    ]
    app.router.routes.insert(0, Mount(PREFIX, routes=routes))


def _intakes(folder: Path) -> dict[tuple[str, str], Intake]:
    """Return what the routes take in that take more than a few words."""
    project = "/api/projects/{project}"
    with_project = ("adopt", "save", "takeover", "story", "story/request", "styles", "preview", "make")
    intakes = {("POST", f"{project}/{name}"): Intake(PROJECT_BYTES) for name in with_project}
    intakes["POST", "/api/projects"] = Intake(SONG_BYTES, folder)
    intakes["POST", f"{project}/files"] = Intake(PICTURE_BYTES, folder)
    intakes["POST", "/api/frame"] = Intake(PICTURE_BYTES)
    return intakes


class _Routes:
    """The handlers, each a few lines between a request and the workshop."""

    def __init__(self, workshop: StudioService) -> None:
        self.workshop = workshop

    def table(self) -> list[tuple[str, str, Handler]]:
        """Return (method, path, handler) of every address."""
        project = "/api/projects/{project}"
        take = f"{project}/takes/{{take}}"
        return [
            ("GET", "/static/{path:path}", self.static),
            ("GET", "/api/welcome", lambda call: json_response(self.workshop.welcome(local=call.local))),
            ("GET", "/api/words/{language}", self.words),
            ("GET", "/api/styles", self.found_styles),
            ("GET", "/api/styles/{style}.webp", lambda call: file_response(thumbnail(call.path["style"]), call)),
            ("GET", "/api/cameras/{camera}.webp", self.camera),
            ("POST", "/api/alternatives", self.alternatives),
            ("POST", "/api/projects", self.create),
            ("POST", "/api/demo", self.demo),
            ("POST", "/api/frame", lambda call: json_response(self.workshop.project_of_frame(bytes(call.body)))),
            ("GET", project, lambda call: json_response(self.workshop.open(call.path["project"]))),
            ("POST", f"{project}/adopt", self.adopt),
            ("POST", f"{project}/listen", lambda call: _started(self.workshop.listen(call.path["project"]))),
            ("GET", f"{project}/analysis", lambda call: json_response(self.workshop.analysis(call.path["project"]))),
            ("POST", f"{project}/save", self.save),
            ("POST", f"{project}/takeover", self.take_over),
            ("POST", f"{project}/story", self.story),
            ("POST", f"{project}/story/request", self.story_request),
            ("POST", f"{project}/styles", self.styles),
            ("GET", "/api/tasks/{task}/styles/{style}.jpg", self.style_picture),
            ("POST", f"{project}/preview", self.preview),
            ("POST", f"{project}/make", self.make),
            ("POST", f"{project}/files", self.add_file),
            ("GET", f"{project}/files/{{path:path}}", self.file),
            ("GET", f"{project}/song", self.song),
            ("GET", f"{project}/project.glance.json", self.project_file),
            ("GET", f"{project}/pictures/{{place}}/{{index}}.jpg", self.picture),
            (
                "GET",
                f"{project}/takes",
                lambda call: json_response({"takes": self.workshop.takes(call.path["project"])}),
            ),
            ("GET", f"{project}/pictures/{{place}}/{{index}}/to-send", self.picture_to_send),
            ("POST", f"{take}/resume", self.resume),
            ("POST", f"{take}/open", self.open_folder),
            ("POST", f"{take}/upscale", self.upscale),
            ("GET", f"{take}/video.mp4", self.video),
            ("GET", "/api/tasks/{task}/events", lambda call: events_response(self._task(call).watch())),
            ("POST", "/api/tasks/{task}/stop", self.stop),
        ]

    def static(self, call: Call) -> Response:
        """Send one of the page's own files."""
        path = Path(safe_path(_ROOT, call.path["path"], "file"))
        allowed = path == _ROOT / "style.css" or path.is_relative_to(_ROOT / "javascript")
        if not allowed or not path.is_file():
            raise ProjectError("", f"there is no file {call.path['path']!r} here")
        return file_response(path, call)

    def words(self, call: Call) -> Response:
        """Send a language's words: English text -> translation."""
        language = call.path["language"]
        if language not in _LANGUAGES:
            raise ProjectError("language", f"there is no translation {language!r}")
        return file_response(_ROOT / "localizations" / f"{language}.json", call)

    def found_styles(self, call: Call) -> Response:
        """Answer with the ids of the styles that a search means, best first."""
        found = search_styles(self.workshop.styles, call.query.get("search", ""))
        return json_response({"styles": [style.id for style in found]})

    def camera(self, call: Call) -> Response:
        """Send a camera preset's moving picture."""
        return bytes_response(camera_webp(call.path["camera"], still="still" in call.query), "image/webp")

    def alternatives(self, call: Call) -> Response:
        """Answer with other wordings of a prompt."""
        asked = call.json()
        words, seed, reach = asked.get("words", ""), asked.get("seed", 1), asked.get("reach", 0.5)
        amount = finite(reach)
        if not (isinstance(words, str) and isinstance(seed, int) and finite(seed) is not None and amount is not None):
            raise ProjectError("words", "expected `words` as text, `seed` as a whole number and `reach` as a number")
        return json_response(self.workshop.alternatives(words, seed, amount, self._writer(asked)))

    def create(self, call: Call) -> Response:
        """Make a project of a dropped song."""
        return json_response(self.workshop.create(call.query.get("name", ""), call.pieces()))

    def demo(self, call: Call) -> Response:
        """Make a project of the demo song."""
        return json_response(self.workshop.create_demo())

    def adopt(self, call: Call) -> Response:
        """Take over the contents of an opened project file."""
        text = call.body.decode("utf-8", "replace")
        return _kept(lambda: self.workshop.adopt(call.path["project"], text, _before(call.query)))

    def save(self, call: Call) -> Response:
        """Keep the page's project, if it was made from the newest one (`revision`)."""
        asked = call.json()
        channels = asked.get("channels", [])
        if not isinstance(channels, list):
            raise ProjectError("channels", f"expected a list of channels, found {channels!r:.80}")
        names = [str(name) for name in channels]
        text = _project_text(asked)
        return _kept(lambda: self.workshop.save(call.path["project"], text, names, _before(asked)))

    def story(self, call: Call) -> Response:
        """Start to write a new story."""
        asked = call.json()
        return _started(self.workshop.write_story(call.path["project"], _project_text(asked), self._writer(asked)))

    def take_over(self, call: Call) -> Response:
        """Answer with the project in the look of the host's fields for pictures, or of its last picture."""
        asked = call.json()
        live = asked.get("live")
        live = live if isinstance(live, dict) else None
        return json_response(self.workshop.take_over(call.path["project"], _project_text(asked), live))

    def story_request(self, call: Call) -> Response:
        """Answer with what writing the story would send, and to whom."""
        asked = call.json()
        return json_response(
            self.workshop.story_request(call.path["project"], _project_text(asked), self._writer(asked))
        )

    def styles(self, call: Call) -> Response:
        """Start to draw previews of styles."""
        asked = call.json()
        return _started(self.workshop.draw_styles(call.path["project"], _project_text(asked), asked))

    def style_picture(self, call: Call) -> Response:
        """Send a drawn preview of a style."""
        return file_response(self.workshop.style_picture(call.path["task"], call.path["style"]), call, fresh=False)

    def preview(self, call: Call) -> Response:
        """Start the preview, of all or of a span in seconds."""
        asked = call.json()
        return _started(self.workshop.preview(call.path["project"], _project_text(asked), _span(asked.get("span"))))

    def make(self, call: Call) -> Response:
        """Start a new take."""
        return _started(self.workshop.make(call.path["project"], _project_text(call.json())))

    def resume(self, call: Call) -> Response:
        """Go on with a take."""
        return _started(self.workshop.resume(call.path["project"], number_of(call.path["take"], "take")))

    def upscale(self, call: Call) -> Response:
        """Make a take's video anew of enlarged frames."""
        asked = call.json()
        scale = finite(asked.get("scale", 2.0))
        if scale is None:
            raise ProjectError("scale", f"expected a number from 1 to 4, found {shown(asked.get('scale'))}")
        take, name = number_of(call.path["take"], "take"), str(asked.get("upscaler", ""))
        return _started(self.workshop.enlarge(call.path["project"], take, name, scale))

    def add_file(self, call: Call) -> Response:
        """Keep a picture or lyrics file with the project."""
        path = self.workshop.shelf.add_file(call.path["project"], call.query.get("name", ""), call.pieces())
        return json_response({"path": path})

    def file(self, call: Call) -> Response:
        """Send a file of the project's folder, for showing a chosen picture."""
        return file_response(self.workshop.shelf.file(call.path["project"], call.path["path"]), call)

    def song(self, call: Call) -> Response:
        """Send the song, for playing."""
        return file_response(Path(self.workshop.shelf.load(call.path["project"]).song.path), call)

    def project_file(self, call: Call) -> Response:
        """Send the project as a file to keep."""
        from starlette.responses import Response

        name, text = self.workshop.project_file(call.path["project"])
        headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
        return Response(text, 200, headers, "application/json")

    def picture(self, call: Call) -> Response:
        """Send a drawn frame."""
        place, index = call.path["place"], number_of(call.path["index"], "picture")
        return bytes_response(self.workshop.picture(call.path["project"], place, index), "image/jpeg")

    def picture_to_send(self, call: Call) -> Response:
        """Answer with a drawn frame for the host's img2img."""
        place, index = call.path["place"], number_of(call.path["index"], "picture")
        return json_response(self.workshop.frame_to_send(call.path["project"], place, index))

    def open_folder(self, call: Call) -> Response:
        """Open a take's folder on this machine."""
        project, take = call.path["project"], number_of(call.path["take"], "take")
        return json_response(self.workshop.open_folder(project, take, local=call.local))

    def video(self, call: Call) -> Response:
        """Send a take's video, to play or, with `?download=NAME`, to keep."""
        path = self.workshop.take_file(call.path["project"], number_of(call.path["take"], "take"))
        return file_response(path, call, download=call.query.get("download", ""))

    def stop(self, call: Call) -> Response:
        """Ask a task to stop."""
        self._task(call).stop()
        return json_response({})

    def _writer(self, asked: dict[str, Any]) -> WriterChoice:
        wish = asked.get("writer")
        known = wish if isinstance(wish, dict) else {}
        choice = WriterChoice(*(str(known.get(name, ""))[:2000] for name in ("server", "model", "key", "patience")))
        return with_host_key(choice, self.workshop.host.defaults())

    def _task(self, call: Call) -> Any:
        return self.workshop.tasks.find(call.path["task"])


def _before(asked: Mapping[str, Any]) -> Before:
    """Return what the page says that its project was made from."""
    return Before(*(str(asked.get(name, ""))[:_NAME_LENGTH] for name in ("revision", "tab")))


def _kept(action: Callable[[], dict[str, Any]]) -> Response:
    """Answer with what was kept, or, where it was changed elsewhere since, with the newest (status 409)."""
    try:
        return json_response(action())
    except ConflictError as error:
        return json_response({"error": str(error), "newest": error.newest}, 409)


def _started(task: Any) -> Response:
    return json_response(dict(task.state))


def _project_text(asked: dict[str, Any]) -> str:
    return json.dumps(asked.get("project"))


def _span(value: Any) -> tuple[float, float] | None:
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 2:
        start, end = finite(value[0]), finite(value[1])
        if start is not None and end is not None and start < end:
            return start, end
    raise ProjectError("span", f"expected a start and an end in seconds, found {shown(value)}")
