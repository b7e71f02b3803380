"""The HTTP API: GLANCE scripted from anywhere, behind the WebUI's own `--api` and `--api-auth`.

A song goes in, a video comes out:

    POST /glance/v1/projects?name=song.mp3      the song's bytes; answers with the project's id
    POST /glance/v1/projects/{id}/listen        hear the song and plan its scenes: a task
    PUT  /glance/v1/projects/{id}               the project as JSON, to change anything
    POST /glance/v1/projects/{id}/render        draw it: a task
    GET  /glance/v1/tasks/{task}                how far it is
    POST /glance/v1/tasks/{task}/stop
    POST /glance/v1/projects/{id}/takes/{n}/continue
    GET  /glance/v1/projects/{id}/takes/{n}/video

Everything lies in GLANCE's output folder, and no path leads out of it. Errors are JSON: `{"detail": "..."}`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Coroutine
from contextlib import closing
from dataclasses import asdict
from typing import IO, TYPE_CHECKING, Any, TypeVar

from fastapi import APIRouter, Body, Depends, FastAPI, HTTPException, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from starlette.concurrency import run_in_threadpool

from glance.app.http import Call, file_response
from glance.app.request_body import BodyError, body_of, file_of, pieces_of
from glance.app.request_origin import names_other_site
from glance.app.takes import find_origin
from glance.errors import GlanceError, ProjectError
from glance.limits import API_FRAMES, API_PIXELS, PICTURE_BYTES, PROJECT_BYTES, REQUEST_BYTES, SONG_BYTES
from glance.project.files import parse_project
from glance.project.model import Project
from glance.project.validate import video_size
from glance.render.metadata import fingerprint_of, read_settings_text
from glance.timing import frame_count, parse_fps
from glance.webui.import_settings import from_infotext, last_picture

if TYPE_CHECKING:
    from glance.app.service import StudioService

PREFIX = "/glance/v1"

#: Addresses that take a file.
_UPLOADS = {f"{PREFIX}{path}" for path in ("/projects", "/projects/{project}/files", "/origin")}

_Result = TypeVar("_Result")


def attach_api(
    app: FastAPI, workshop: Callable[[], StudioService], credentials: str | None, *, for_other_sites: bool = False
) -> None:
    """Add the API to the WebUI's app, in front of the page's own addresses, which lie under the same `/glance`.

    Args:
        app: The WebUI's app.
        workshop: Gives what the page works with too, so that both see the same projects and tasks.
        credentials: The WebUI's `--api-auth`, `user:password,...`; None for no login.
        for_other_sites: Whether the person let other sites' pages ask this WebUI (`--cors-allow-origins`).
    """
    guards = [Depends(_login(credentials))] if credentials else []
    if not for_other_sites:
        guards.append(Depends(_refuse_other_sites))
    router = APIRouter(prefix=PREFIX, tags=["GLANCE"], dependencies=guards, route_class=_Bounded)
    for method, path, handler in _Api(workshop).table():
        summary = (handler.__doc__ or "").rstrip(".")
        router.add_api_route(path, handler, methods=[method], summary=summary, description="", response_model=None)
    known = len(app.router.routes)
    app.include_router(router)
    routes = app.router.routes
    routes[:] = routes[known:] + routes[:known]
    app.openapi_schema = None  # made anew, with these addresses in it, when it is next asked for


def _login(credentials: str) -> Callable[[HTTPBasicCredentials], None]:
    login = Depends(HTTPBasic())
    passwords = dict(pair.split(":", 1) for pair in credentials.split(",") if ":" in pair)

    def check(given: HTTPBasicCredentials = login) -> None:
        expected = passwords.get(given.username)
        # Bytes, because the comparison in constant time takes no text beyond ASCII.
        if expected is None or not secrets.compare_digest(given.password.encode(), expected.encode()):
            raise HTTPException(401, "Incorrect username or password", {"WWW-Authenticate": "Basic"})

    return check


def _refuse_other_sites(request: Request) -> None:
    if names_other_site(request.headers):
        raise HTTPException(403, "This request came from another site's page.")


class _Api:
    """The handlers; their first lines are what the OpenAPI page shows.

    What a parameter is stands in its default: FastAPI below 0.95, which A1111 brings, does not read `Annotated`.
    """

    def __init__(self, workshop: Callable[[], StudioService]) -> None:
        self._workshop = workshop

    def table(self) -> list[tuple[str, str, Callable[..., Any]]]:
        """Return (method, path, handler) of every address."""
        project, task = "/projects/{project}", "/tasks/{task}"
        take = f"{project}/takes/{{number}}"
        return [
            ("GET", "/projects", self.list_projects),
            ("POST", "/projects", self.create),
            ("GET", project, self.show),
            ("PUT", project, self.replace),
            ("POST", f"{project}/files", self.add_file),
            ("POST", f"{project}/takeover", self.take_over),
            ("POST", f"{project}/listen", self.listen),
            ("POST", f"{project}/render", self.render),
            ("GET", f"{project}/takes", self.list_takes),
            ("POST", f"{take}/continue", self.go_on),
            ("POST", f"{take}/upscale", self.upscale),
            ("GET", f"{take}/video", self.video),
            ("GET", f"{take}/frames/{{index}}", self.frame),
            ("POST", "/origin", self.origin),
            ("GET", task, self.watch),
            ("POST", f"{task}/stop", self.stop),
        ]

    def list_projects(self) -> Any:
        """List the projects, the last one changed first."""
        return {"projects": [asdict(recent) for recent in self._workshop().shelf.recent()]}

    async def create(self, request: Request, name: str) -> Any:
        """Make a project of a song; the body is the song's file, `name` its file name."""
        with closing(await self._file(request, SONG_BYTES)) as data:
            return await run_in_threadpool(_told, lambda: self._workshop().create(name, pieces_of(data)))

    async def _file(self, request: Request, most: int) -> IO[bytes]:
        try:
            return await file_of(request, most, self._workshop().shelf.folder)
        except BodyError as error:
            raise _refused(error) from None

    def show(self, project: str) -> Any:
        """Show a project with its takes and running tasks."""
        return _told(lambda: self._workshop().open(project))

    def replace(self, project: str, contents: dict[str, Any]) -> Any:
        """Replace a project's contents; paths are relative to its own folder."""

        def keep() -> Any:
            text = json.dumps(contents)
            _check_size(parse_project(text))
            return self._workshop().page_view(project, self._workshop().shelf.save(project, text))

        return _told(keep)

    async def add_file(self, request: Request, project: str, name: str) -> Any:
        """Add a picture or lyrics file to a project; answers with its path."""
        with closing(await self._file(request, PICTURE_BYTES)) as data:
            return await run_in_threadpool(
                _told, lambda: {"path": self._workshop().shelf.add_file(project, name, pieces_of(data))}
            )

    def take_over(self, project: str, parameters: str = Body("", embed=True)) -> Any:
        """Give a project a picture's settings: its infotext, or empty for the last picture that was drawn here."""

        def change() -> Any:
            shop = self._workshop()
            settings = read_settings_text(parameters or last_picture())
            text = json.dumps(shop.page_view(project, from_infotext(shop.shelf.load(project), settings)))
            return shop.page_view(project, shop.shelf.save(project, text))

        return _told(change)

    async def origin(self, request: Request) -> Any:
        """Find the project and the take of a frame; the body is the frame's PNG."""
        try:
            data = bytes(await body_of(request, PICTURE_BYTES))
        except BodyError as error:
            raise _refused(error) from None
        folder = self._workshop().shelf.folder
        return await run_in_threadpool(_told, lambda: find_origin(folder, fingerprint_of(data)))

    def listen(self, project: str) -> Any:
        """Hear the song; a project without scenes gets its first ones."""
        return _told(lambda: self._workshop().listen(project).state)

    def render(self, project: str) -> Any:
        """Draw a new take of a project as it is now."""

        def start() -> Any:
            stored = self._workshop().shelf.load(project)
            _check_size(stored)
            _check_length(stored, self._workshop().songs.hear(stored).duration_s)
            text = json.dumps(self._workshop().page_view(project, stored))
            return self._workshop().make(project, text).state

        return _told(start)

    def watch(self, task: str) -> Any:
        """Tell how far a task is."""
        return _told(lambda: self._workshop().tasks.find(task).state)

    def stop(self, task: str) -> Any:
        """Stop a task; a video keeps every frame that is finished."""

        def ask() -> Any:
            found = self._workshop().tasks.find(task)
            found.stop()
            return found.state

        return _told(ask)

    def list_takes(self, project: str) -> Any:
        """List a project's takes, the newest first."""
        return _told(lambda: {"takes": self._workshop().takes(project)})

    def go_on(self, project: str, number: int) -> Any:
        """Go on with a take that was stopped."""
        return _told(lambda: self._workshop().resume(project, number).state)

    def upscale(
        self,
        project: str,
        number: int,
        upscaler: str = Body(""),
        scale: float = Body(2.0),
    ) -> Any:
        """Make a take's video anew of enlarged frames: by one of the WebUI's upscalers, 1 to 4 times."""
        return _told(lambda: self._workshop().enlarge(project, number, upscaler, scale).state)

    def video(self, request: Request, project: str, number: int) -> Any:
        """Fetch a finished video."""
        call = Call({}, {}, b"", request.headers.get("range", ""))
        return _told(lambda: file_response(self._workshop().take_file(project, number), call))

    def frame(self, project: str, number: int, index: int) -> Any:
        """Fetch a drawn frame as JPEG."""
        return _told(lambda: Response(self._workshop().picture(project, str(number), index), media_type="image/jpeg"))


def _told(action: Callable[[], _Result]) -> _Result:
    """Return what `action` returns; what it refuses becomes an answer of status 400."""
    try:
        return action()
    except GlanceError as error:
        raise HTTPException(400, str(error)) from None


class _Bounded(APIRoute):  # type: ignore[misc]
    """A route that reads a body only where it is small enough; FastAPI itself would read one of any size."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request of this route."""
        answer: Callable[[Request], Coroutine[Any, Any, Response]] = super().get_route_handler()
        if self.path in _UPLOADS or "GET" in self.methods:
            return answer  # these read their bodies themselves, or none

        async def bounded(request: Request) -> Response:
            try:
                body = bytes(await body_of(request, PROJECT_BYTES if "PUT" in self.methods else REQUEST_BYTES))
            except BodyError as error:
                raise _refused(error) from None

            async def again() -> dict[str, Any]:
                return {"type": "http.request", "body": body, "more_body": False}

            return await answer(Request(request.scope, again))

        return bounded


def _refused(error: BodyError) -> HTTPException:
    return HTTPException(error.status, str(error))


def _check_size(project: Project) -> None:
    width, height = project.output.width, project.output.height
    if width * height > API_PIXELS:
        raise ProjectError("output", f"{width}x{height} is larger than this server draws ({API_PIXELS} pixels)")
    video_size(project.output)


def _check_length(project: Project, duration_s: float) -> None:
    n_frames = frame_count(duration_s, parse_fps(project.output.fps))
    if n_frames > API_FRAMES:
        raise ProjectError("output.fps", f"{n_frames} frames are more than this server draws ({API_FRAMES})")
