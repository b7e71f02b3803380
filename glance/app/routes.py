"""GLANCE over HTTP: one table of addresses, for the page and for programs, in a WebUI and alone.

A song goes in, a video comes out:

    POST /glance/v1/projects?name=song.mp3      the song's bytes; answers with the project's id
    POST /glance/v1/projects/{id}/listen        hear the song and plan its scenes: a task
    PUT  /glance/v1/projects/{id}               the project as JSON, to change anything
    POST /glance/v1/projects/{id}/render        draw it: a task
    GET  /glance/v1/tasks/{task}                how far it is
    POST /glance/v1/tasks/{task}/stop
    POST /glance/v1/projects/{id}/takes/{n}/resume
    GET  /glance/v1/projects/{id}/takes/{n}/video

`ROUTES` at the end lists them all. Everything lies in GLANCE's folder, and no path leads out of it. What is refused is
JSON: `{"detail": "..."}`, where it is a field's fault with its `field`. Who may ask is `glance.app.access`'s.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glance.app import scene_routes as of_scenes
from glance.app.access import FOR_ALL, Access
from glance.app.answers import project_text as _project_text
from glance.app.answers import span_of as _span
from glance.app.answers import started as _started
from glance.app.catalogue import thumbnail
from glance.app.http import (
    Call,
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
from glance.app.takes import TakeNote, number_of
from glance.app.thumbnails import camera_webp
from glance.errors import ProjectError
from glance.limits import (
    API_FRAMES,
    API_PIXELS,
    PICTURE_BYTES,
    PROJECT_BYTES,
    REQUEST_BYTES,
    SONG_BYTES,
    finite,
    shown,
)
from glance.project.files import parse_project
from glance.project.look_files import PARTS, find_look, parse_look
from glance.project.model import Project
from glance.project.validate import video_size
from glance.story.style_search import search_styles
from glance.system.language import FILES_ROOT
from glance.timing import frame_count, parse_fps

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Mount

PREFIX = "/glance"
#: The version of all addresses but those of the page's own files.
VERSION = "/v1"
#: Where GLANCE 0.1's page asked: a page that was left open over an update goes on, and scripts of that time do.
_EARLIER = "/api"
_LANGUAGES = ("ko_KR",)
#: Characters of a revision, and of the name that a page gives itself.
_NAME_LENGTH = 64

_Handler = Callable[[StudioService, Call], "Response"]


@dataclass(frozen=True)
class Route:
    """One address.

    Attributes:
        method: HTTP method.
        path: Below `PREFIX` and `VERSION`, with its places in braces.
        handler: Answers; the first line of its docstring says what for.
        most: Bytes of a body.
        takes_file: Whether the body is a file, which goes to the disk as it comes.
        query: Names in the address's query -> what they are.
        fields: Names in a JSON body -> what they are.
        documented: Whether it is of use to programs; else only to the page.
    """

    method: str
    path: str
    handler: _Handler
    most: int = REQUEST_BYTES
    takes_file: bool = False
    query: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    documented: bool = True


def attach(app: Any, service: StudioService, access: Access = FOR_ALL) -> None:
    """Put all addresses into a Starlette, FastAPI or gradio app, in front of what it serves already.

    Args:
        app: The app.
        service: What answers.
        access: Who may ask besides the page.
    """
    app.router.routes.insert(0, mount_of(service, access))


def mount_of(service: StudioService, access: Access) -> Mount:
    """Return all addresses as one Starlette route."""
    from starlette.routing import Mount
    from starlette.routing import Route as StarletteRoute

    def made(place: str, route: Route) -> StarletteRoute:
        folder = (lambda: service.shelf.folder) if route.takes_file else None
        answer = endpoint(lambda call: route.handler(service, call), access, Intake(route.most, folder))
        return StarletteRoute(place + route.path, answer, methods=[route.method])

    files = endpoint(lambda call: static(service, call), access, public=True)
    answered = [made(place, route) for place in (VERSION, _EARLIER) for route in ROUTES]
    return Mount(PREFIX, routes=[StarletteRoute("/static/{path:path}", files, methods=["GET"]), *answered])


def static(service: StudioService, call: Call) -> Response:
    """Send one of the page's own files."""
    path = Path(safe_path(FILES_ROOT, call.path["path"], "file"))
    allowed = path == FILES_ROOT / "style.css" or path.is_relative_to(FILES_ROOT / "javascript")
    if not allowed or not path.is_file():
        raise ProjectError("", f"there is no file {call.path['path']!r} here")
    return file_response(path, call)


def welcome(service: StudioService, call: Call) -> Response:
    """Tell names, ranges, helps and choices, and the recent projects."""
    return json_response(service.welcome(local=call.local))


def words(service: StudioService, call: Call) -> Response:
    """Send a language's words: English text -> translation."""
    language = call.path["language"]
    if language not in _LANGUAGES:
        raise ProjectError("language", f"there is no translation {language!r}")
    return file_response(FILES_ROOT / "localizations" / f"{language}.json", call)


def find_styles(service: StudioService, call: Call) -> Response:
    """Find styles by what a search means; their ids, best first."""
    found = search_styles(service.styles, call.query.get("search", ""))
    return json_response({"styles": [style.id for style in found]})


def style_thumbnail(service: StudioService, call: Call) -> Response:
    """Send a shipped style's example picture."""
    return file_response(thumbnail(call.path["style"]), call)


def camera(service: StudioService, call: Call) -> Response:
    """Send a camera preset's moving picture."""
    return bytes_response(camera_webp(call.path["camera"], still="still" in call.query), "image/webp")


def alternatives(service: StudioService, call: Call) -> Response:
    """Suggest three fuller wordings of a prompt."""
    asked = call.json()
    text, seed, reach = asked.get("words", ""), asked.get("seed", 1), asked.get("reach", 0.5)
    amount = finite(reach)
    if not (isinstance(text, str) and isinstance(seed, int) and finite(seed) is not None and amount is not None):
        raise ProjectError("words", "expected `words` as text, `seed` as a whole number and `reach` as a number")
    return json_response(service.alternatives(text, seed, amount, _writer(service, call, asked)))


def list_projects(service: StudioService, call: Call) -> Response:
    """List the projects, the last one changed first."""
    return json_response({"projects": [asdict(recent) for recent in service.shelf.recent()]})


def create(service: StudioService, call: Call) -> Response:
    """Make a project of a song, or of a zip with its stems and words; the body is the file, `name` its name."""
    return json_response(service.create(call.query.get("name", ""), call.pieces()))


def demo(service: StudioService, call: Call) -> Response:
    """Make a project of the demo song."""
    return json_response(service.create_demo())


def origin(service: StudioService, call: Call) -> Response:
    """Find the project and the take of a frame; the body is the frame's PNG."""
    return json_response(service.project_of_frame(bytes(call.body)))


def show(service: StudioService, call: Call) -> Response:
    """Show a project with its takes and running tasks."""
    return json_response(service.open(call.path["project"]))


def replace(service: StudioService, call: Call) -> Response:
    """Replace a project's contents, whatever is saved; paths are relative to its own folder."""
    identity, text = call.path["project"], json.dumps(call.json())
    _check_size(parse_project(text))
    return json_response(service.page_view(identity, service.shelf.save(identity, text)))


def adopt(service: StudioService, call: Call) -> Response:
    """Take over the contents of an opened project file."""
    text = call.body.decode("utf-8", "replace")
    return _kept(lambda: service.adopt(call.path["project"], text, _before(call.query)))


def save(service: StudioService, call: Call) -> Response:
    """Keep a project that was made from the newest one (`revision`), and tell its problems."""
    asked = call.json()
    channels = asked.get("channels", [])
    if not isinstance(channels, list):
        raise ProjectError("channels", f"expected a list of channels, found {channels!r:.80}")
    names = [str(name) for name in channels]
    text = json.dumps(asked.get("project"))
    return _kept(lambda: service.save(call.path["project"], text, names, _before(asked)))


def listen(service: StudioService, call: Call) -> Response:
    """Hear the song; a project without scenes gets its first ones."""
    return _started(service.listen(call.path["project"]))


def analysis(service: StudioService, call: Call) -> Response:
    """Tell what was heard in the song."""
    return json_response(service.analysis(call.path["project"]))


def write_story(service: StudioService, call: Call) -> Response:
    """Write a new story for the project's theme; nothing is saved."""
    asked = call.json()
    text, writer = _project_text(service, call, asked), _writer(service, call, asked)
    return _started(service.write_story(call.path["project"], text, writer))


def take_over(service: StudioService, call: Call) -> Response:
    """Give a project a picture's settings: its infotext, or empty for the last picture that was drawn here.

    With `project`, that one is answered with the settings and nothing is saved, so that a page can decide.
    """
    asked, identity = call.json(), call.path["project"]
    live = asked.get("live")
    source = live if isinstance(live, dict) else str(asked.get("parameters") or "")
    new = service.take_over(identity, _project_text(service, call, asked), source)
    if "project" in asked:
        return json_response(new)
    saved = service.shelf.save(identity, json.dumps(new["project"]))
    return json_response(service.page_view(identity, saved))


def story_request(service: StudioService, call: Call) -> Response:
    """Tell what writing the story would send, and to whom."""
    asked = call.json()
    text, writer = _project_text(service, call, asked), _writer(service, call, asked)
    return json_response(service.story_request(call.path["project"], text, writer))


def movement(service: StudioService, call: Call) -> Response:
    """Direct a project's movement anew; nothing is saved."""
    return json_response(service.direct_movement(call.path["project"], _project_text(service, call, call.json())))


def draw_styles(service: StudioService, call: Call) -> Response:
    """Draw previews of styles with what draws the video."""
    asked = call.json()
    return _started(service.draw_styles(call.path["project"], _project_text(service, call, asked), asked))


def measure(service: StudioService, call: Call) -> Response:
    """Measure what strength means for the model that draws the video: twelve pictures, a minute."""
    return _started(service.measure(call.path["project"], _project_text(service, call, call.json())))


def style_picture(service: StudioService, call: Call) -> Response:
    """Send a drawn preview of a style."""
    return file_response(service.style_picture(call.path["task"], call.path["style"]), call, fresh=False)


def preview(service: StudioService, call: Call) -> Response:
    """Draw the quick preview, of all or of a `span` in seconds."""
    asked = call.json()
    return _started(
        service.preview(call.path["project"], _project_text(service, call, asked), _span(asked.get("span")))
    )


def redraw(service: StudioService, call: Call) -> Response:
    """Draw what has changed of the preview anew, around `playhead` first; with `draws` false only say what has."""
    asked = call.json()
    playhead_s = finite(asked.get("playhead", 0.0))
    if playhead_s is None:
        raise ProjectError("playhead", f"expected a time in seconds, found {shown(asked.get('playhead'))}")
    text = _project_text(service, call, asked)
    return _started(service.redraw(call.path["project"], text, playhead_s, draws=asked.get("draws") is not False))


def render(service: StudioService, call: Call) -> Response:
    """Draw a new take of a project: `project` as it is given, else as it is saved; all of it, or a `span`."""
    identity = call.path["project"]
    asked = call.json()
    text, note = (
        _project_text(service, call, asked),
        TakeNote(span=_span(asked.get("span")), draft=bool(asked.get("draft"))),
    )
    if not call.page:
        project = service.shelf.check(identity, text)
        _check_size(project)
        _check_length(project, service.songs.hear(project).duration_s)
    return _started(service.make(identity, text, note))


def refinish(service: StudioService, call: Call) -> Response:
    """Make a take's video anew with the project's effects as they are now; no picture is drawn again."""
    identity, take = call.path["project"], number_of(call.path["number"], "take")
    return _started(service.refinish(identity, take, _project_text(service, call, call.json())))


def effects(service: StudioService, call: Call) -> Response:
    """Choose effects that suit a project's song and styles; nothing is saved."""
    return json_response(service.direct_effects(call.path["project"], _project_text(service, call, call.json())))


def apply_look(service: StudioService, call: Call) -> Response:
    """Give a project the look of a `.glancelook` file (`file`) or of a shipped one (`look`); nothing is saved."""
    asked = call.json()
    parts = asked.get("parts", list(PARTS))
    if not isinstance(parts, list):
        raise ProjectError("parts", f"expected a list, found {shown(parts)}")
    text = asked.get("file")
    look = parse_look(text) if isinstance(text, str) else find_look(str(asked.get("look", "")))
    given = _project_text(service, call, asked)
    return json_response(service.apply_look(call.path["project"], given, look, [str(part) for part in parts]))


def look_file(service: StudioService, call: Call) -> Response:
    """Send the project's look as a file to keep and to share, with a clip of it."""
    from starlette.responses import Response

    name, text = service.look_file(call.path["project"])
    headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
    return Response(text, 200, headers, "application/json")


def look_clip(service: StudioService, call: Call) -> Response:
    """Send a shipped look's preview clip."""
    return bytes_response(find_look(call.path["look"]).clip_bytes, "image/webp")


def publish(service: StudioService, call: Call) -> Response:
    """Write a finished take for YouTube, Shorts, Canvas, an editor ...; nothing is drawn again."""
    identity, asked = call.path["project"], call.json()
    number = number_of(call.path["number"], "take")
    return _started(service.publish(identity, number, _project_text(service, call, asked), asked))


def published(service: StudioService, call: Call) -> Response:
    """Send a file that was written of a take."""
    path = service.published(call.path["project"], number_of(call.path["number"], "take"), call.path["name"])
    return file_response(path, call, download=call.query.get("download", ""))


def add_file(service: StudioService, call: Call) -> Response:
    """Add a picture or lyrics file to a project; answers with its path."""
    path = service.shelf.add_file(call.path["project"], call.query.get("name", ""), call.pieces())
    return json_response({"path": path})


def add_material(service: StudioService, call: Call) -> Response:
    """Add MIDI, a DAW's project, stems, words, or a zip of them; answers with the song's new fields (`song`)."""
    name, group = call.query.get("name", ""), call.query.get("group", "")
    return json_response({"song": service.shelf.add_material(call.path["project"], name, call.pieces(), group)})


def file(service: StudioService, call: Call) -> Response:
    """Send a file of the project's folder, for showing a chosen picture."""
    return file_response(service.shelf.file(call.path["project"], call.path["path"]), call)


def song(service: StudioService, call: Call) -> Response:
    """Send the song, for playing."""
    return file_response(Path(service.shelf.load(call.path["project"]).song.path), call)


def project_file(service: StudioService, call: Call) -> Response:
    """Send the project as a file to keep."""
    from starlette.responses import Response

    name, text = service.project_file(call.path["project"])
    headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
    return Response(text, 200, headers, "application/json")


def keep_words(service: StudioService, call: Call) -> Response:
    """Keep words with times (`lines`) as a lyrics file of the project; answers with its path."""
    return json_response({"path": service.keep_words(call.path["project"], call.json().get("lines"))})


def words_file(service: StudioService, call: Call) -> Response:
    """Send the project's words with their times as a file: `lrc`, `srt` or `ass`."""
    from starlette.responses import Response

    name, text = service.words_as(call.path["project"], call.path["form"])
    headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
    return Response(text, 200, headers, "text/plain; charset=utf-8")


def picture(service: StudioService, call: Call) -> Response:
    """Fetch a drawn frame as JPEG."""
    place, index = call.path.get("place") or call.path["number"], number_of(call.path["index"], "picture")
    effects = call.query.get("effects")
    return bytes_response(service.picture(call.path["project"], place, index, effects), "image/jpeg")


def picture_to_send(service: StudioService, call: Call) -> Response:
    """Tell a drawn frame for the host's img2img."""
    place, index = call.path["place"], number_of(call.path["index"], "picture")
    return json_response(service.frame_to_send(call.path["project"], place, index))


def open_folder(service: StudioService, call: Call) -> Response:
    """Open a take's folder on this machine."""
    project, take = call.path["project"], number_of(call.path["number"], "take")
    return json_response(service.open_folder(project, take, local=call.local))


def video(service: StudioService, call: Call) -> Response:
    """Fetch a finished video, to play or, with `download`, to keep under that name."""
    path = service.take_file(call.path["project"], number_of(call.path["number"], "take"))
    return file_response(path, call, download=call.query.get("download", ""))


def watch(service: StudioService, call: Call) -> Response:
    """Tell how far a task is."""
    return _started(_task(service, call))


def events(service: StudioService, call: Call) -> Response:
    """Tell how far a task is, again and again, as server-sent events."""
    return events_response(_task(service, call).watch())


def stop(service: StudioService, call: Call) -> Response:
    """Stop a task; a video keeps every frame that is finished."""
    task = _task(service, call)
    task.stop()
    return _started(task)


def _writer(service: StudioService, call: Call, asked: dict[str, Any]) -> WriterChoice:
    wish = asked.get("writer")
    known = wish if isinstance(wish, dict) else {}
    server, model, key, patience = (str(known.get(name, ""))[:2000] for name in ("server", "model", "key", "patience"))
    defaults = service.host.defaults()
    choice = WriterChoice(server, model, key, patience, defaults.form)
    # The person's own key works for who sits in front of the page.
    return with_host_key(choice, defaults) if call.page else choice


def _task(service: StudioService, call: Call) -> Any:
    return service.tasks.find(call.path["task"])


def _check_size(project: Project) -> None:
    width, height = project.output.width, project.output.height
    if width * height > API_PIXELS:
        raise ProjectError("output", f"{width}x{height} is larger than this server draws ({API_PIXELS} pixels)")
    video_size(project.output)


def _check_length(project: Project, duration_s: float) -> None:
    n_frames = frame_count(duration_s, parse_fps(project.output.fps))
    if n_frames > API_FRAMES:
        raise ProjectError("output.fps", f"{n_frames} frames are more than this server draws ({API_FRAMES})")


def _before(asked: Mapping[str, Any]) -> Before:
    """Return what the page says that its project was made from."""
    return Before(*(str(asked.get(name, ""))[:_NAME_LENGTH] for name in ("revision", "tab")))


def _kept(action: Callable[[], dict[str, Any]]) -> Response:
    """Answer with what was kept, or, where it was changed elsewhere since, with the newest (status 409)."""
    try:
        return json_response(action())
    except ConflictError as error:
        return json_response({"detail": str(error), "newest": error.newest}, 409)


_PROJECT, _TASK = "/projects/{project}", "/tasks/{task}"
_TAKE = f"{_PROJECT}/takes/{{number}}"
_VERSION_OF = f"{_PROJECT}/versions/{{number}}"
_NAME = {"name": "The file's name."}
_GROUPED = {"group": "Stems that belong together have one, any short name."}
_LINES = {"lines": "Objects with `start_s`, `end_s`, `text` and, where they are known, `words` of the same."}
_GIVEN = {"project": "A project in place of the saved one."}
_WRITER = {"writer": "A language model: `server`, `model`, `key`, `patience`; none for the offline writer."}
_SPAN = {"span": "Start and end in seconds."}
_DRAFT = {"draft": "Whether it is a draft: half the size, every third frame drawn."}
_SCENES = {"scenes": "Indices of the scenes; all without it."}
_CHANGES = {"changes": "Of the scene's `seed`, `prompt`, `negative` and `style` those that shall be others."}
_ENLARGED = {"upscaler": "Its name; empty for the frames as they were drawn.", "scale": "How many times, 1 to 4."}
_LOOK = {"file": "A look's file as text.", "look": "Or a shipped look's name.", "parts": "Which parts; all of them."}
_PUBLISHED = {
    "target": "Where it goes: `youtube`, `shorts`, `canvas` ...",
    "fps": "Frames a second; none for as many as were drawn.",
    "best_s": "The best part of at most so many seconds.",
    "loop_bars": "A loop of so many bars; -1 for as many as fit.",
    **_SPAN,
}
_INFOTEXT = {"parameters": "A picture's infotext; empty for the last picture that was drawn here."}

#: Every address, in the order in which they are looked through.
ROUTES: tuple[Route, ...] = (
    Route("GET", "/projects", list_projects),
    Route("POST", "/projects", create, SONG_BYTES, takes_file=True, query=_NAME),
    Route("POST", "/demo", demo),
    Route("POST", "/origin", origin, PICTURE_BYTES),
    Route("GET", _PROJECT, show),
    Route("PUT", _PROJECT, replace, PROJECT_BYTES),
    Route("POST", f"{_PROJECT}/files", add_file, PICTURE_BYTES, takes_file=True, query=_NAME),
    Route("POST", f"{_PROJECT}/material", add_material, SONG_BYTES, takes_file=True, query=_NAME | _GROUPED),
    Route("POST", f"{_PROJECT}/takeover", take_over, PROJECT_BYTES, fields=_INFOTEXT | _GIVEN),
    Route("POST", f"{_PROJECT}/listen", listen),
    Route("GET", f"{_PROJECT}/analysis", analysis),
    Route("POST", f"{_PROJECT}/story", write_story, PROJECT_BYTES, fields=_GIVEN | _WRITER),
    Route("POST", f"{_PROJECT}/story/request", story_request, PROJECT_BYTES, fields=_GIVEN | _WRITER),
    Route("POST", f"{_PROJECT}/movement", movement, PROJECT_BYTES, fields=_GIVEN),
    Route("POST", f"{_PROJECT}/preview", preview, PROJECT_BYTES, fields=_GIVEN | _SPAN),
    Route("POST", f"{_PROJECT}/render", render, PROJECT_BYTES, fields=_GIVEN | _SPAN | _DRAFT),
    Route("POST", f"{_PROJECT}/costs", of_scenes.costs, PROJECT_BYTES, fields=_GIVEN | _SPAN),
    Route("POST", f"{_PROJECT}/keys", of_scenes.draw_keys, PROJECT_BYTES, fields=_GIVEN | _SCENES),
    Route("GET", f"{_PROJECT}/keys/{{name}}.jpg", of_scenes.key_picture),
    Route("POST", f"{_PROJECT}/scenes/{{scene}}/redo", of_scenes.redo, PROJECT_BYTES, fields=_GIVEN | _CHANGES),
    Route("GET", f"{_PROJECT}/versions", of_scenes.versions),
    Route("GET", f"{_VERSION_OF}/video", of_scenes.version_video),
    Route("GET", f"{_VERSION_OF}/poster.jpg", of_scenes.version_poster),
    Route("POST", f"{_VERSION_OF}/delete", of_scenes.delete_version),
    Route("GET", f"{_PROJECT}/history", of_scenes.kept),
    Route("GET", f"{_PROJECT}/history/{{name}}", of_scenes.kept_project),
    Route("GET", f"{_PROJECT}/song", song),
    Route("POST", f"{_PROJECT}/words", keep_words, fields=_LINES),
    Route("GET", f"{_PROJECT}/words.{{form}}", words_file),
    Route("GET", f"{_PROJECT}/project.glance.json", project_file),
    Route("GET", f"{_PROJECT}/takes", of_scenes.list_takes),
    Route("POST", f"{_TAKE}/resume", of_scenes.resume),
    Route("POST", f"{_TAKE}/effects", refinish, PROJECT_BYTES, fields=_GIVEN),
    Route("POST", f"{_PROJECT}/effects", effects, PROJECT_BYTES, fields=_GIVEN),
    Route("POST", f"{_PROJECT}/look", apply_look, PROJECT_BYTES, fields=_GIVEN | _LOOK),
    Route("GET", f"{_PROJECT}/look.glancelook", look_file),
    # The name that programs were told before there was one for all.
    Route("POST", f"{_TAKE}/continue", of_scenes.resume),
    Route("POST", f"{_TAKE}/upscale", of_scenes.upscale, fields=_ENLARGED),
    Route("POST", f"{_TAKE}/publish", publish, PROJECT_BYTES, fields=_GIVEN | _PUBLISHED),
    Route("GET", f"{_TAKE}/published/{{name}}", published, query={"download": "A name to keep it under."}),
    Route("GET", f"{_TAKE}/video", video, query={"download": "A name to keep it under."}),
    Route("GET", f"{_TAKE}/so-far", of_scenes.so_far),
    Route("POST", f"{_TAKE}/delete", of_scenes.delete_take),
    Route("GET", f"{_TAKE}/frames/{{index}}", picture),
    Route("GET", _TASK, watch),
    Route("GET", f"{_TASK}/events", events),
    Route("POST", f"{_TASK}/stop", stop),
    # What only a page needs.
    Route("GET", "/welcome", welcome, documented=False),
    Route("GET", "/words/{language}", words, documented=False),
    Route("GET", "/styles", find_styles, query={"search": "What is searched for."}, documented=False),
    Route("GET", "/styles/{style}.webp", style_thumbnail, documented=False),
    Route("GET", "/cameras/{camera}.webp", camera, documented=False),
    Route("GET", "/looks/{look}.webp", look_clip, documented=False),
    Route("POST", "/alternatives", alternatives, documented=False),
    Route("POST", f"{_PROJECT}/save", save, PROJECT_BYTES, documented=False),
    Route("POST", f"{_PROJECT}/redraw", redraw, PROJECT_BYTES, documented=False),
    Route("POST", f"{_PROJECT}/adopt", adopt, PROJECT_BYTES, documented=False),
    Route("POST", f"{_PROJECT}/measure", measure, PROJECT_BYTES, documented=False),
    Route("POST", f"{_PROJECT}/styles", draw_styles, PROJECT_BYTES, documented=False),
    Route("GET", f"{_TASK}/styles/{{style}}.jpg", style_picture, documented=False),
    Route("GET", f"{_PROJECT}/files/{{path:path}}", file, documented=False),
    Route("GET", f"{_PROJECT}/pictures/{{place}}/{{index}}.jpg", picture, documented=False),
    Route("GET", f"{_PROJECT}/pictures/{{place}}/{{index}}/to-send", picture_to_send, documented=False),
    Route("POST", f"{_TAKE}/open", open_folder, documented=False),
)
