"""Everything the page can ask for, as plain calls: the routes only pass them on."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from glance import __version__
from glance.app.catalogue import NATURAL_PX, catalogue, sizes
from glance.app.finished_pictures import FinishedPictures
from glance.app.host import Host, PictureHost, StandaloneHost
from glance.app.http import can_open, open_folder
from glance.app.page_files import update_notes
from glance.app.page_words import lines_of_page
from glance.app.projects import Before, ProjectStore
from glance.app.redraw import DrawnPreview, draw_stale, drawn_preview
from glance.app.renders import (
    chosen_styles,
    draw_preview,
    draw_styles,
    measure,
    preview_look,
    shown_folder,
)
from glance.app.save_conflicts import checked, conflicts_told, newest_state, page_view
from glance.app.scene_work import SceneWork
from glance.app.story import WriterChoice, prompt_ideas, write_offline, write_story
from glance.app.take_service import TakeService
from glance.app.takes import (
    find_origin,
    find_take,
    number_of,
)
from glance.app.tasks import BackgroundTasks, Task
from glance.app.thumbnails import jpeg
from glance.audio.corrections import apply_corrections
from glance.audio.lyrics.writer import WRITERS, write_lrc
from glance.audio.report import as_json as analysis_json
from glance.backends.strength.calibration import trial_like
from glance.errors import NotAudioError, ProjectError
from glance.frames import Size
from glance.painter.notes import note_on_undrawn
from glance.project.analyses import AnalysisCache
from glance.project.compile import crop_plan, preview_plan
from glance.project.director import DirectorOptions
from glance.project.effect_choice import with_chosen_effects
from glance.project.files import project_json, with_relative_paths
from glance.project.look_applying import look_of, with_look
from glance.project.look_files import SharedLook, look_json
from glance.project.model import Project
from glance.project.plan import RenderPlan
from glance.project.redirect import moved_anew, scene_sections
from glance.project.story import first_project
from glance.render.look_clips import with_clip
from glance.render.metadata import fingerprint_of, frame_to_send
from glance.story.styles import Style, load_styles, read_folder
from glance.system.names import safe_relative
from glance.system.sleep import awake

Json = dict[str, Any]
#: Digits of the waveform's peaks sent to the page.
_PEAK_DIGITS = 3


class StudioService(TakeService):
    """One server's projects, songs and running work.

    Args:
        host: The program the page lives in.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self.tasks = BackgroundTasks()
        self.songs = AnalysisCache(lambda: host.folder / "cache")
        self._stores: dict[Path, ProjectStore] = {}
        self._finished = FinishedPictures()
        self._opening = threading.Lock()
        self._beginning = threading.Lock()
        self._previewed: dict[str, Size] = {}
        # What a song was called where it came from; here it lies under another name.
        self._named: dict[str, str] = {}
        self.scenes = SceneWork(self)
        # What the preview of each project was drawn from; a server that is started anew knows of none.
        self._pictures: dict[str, DrawnPreview] = {}

    @property
    def shelf(self) -> ProjectStore:
        """The projects in the host's folder as it is set now; what has begun in another one goes on there."""
        folder = self.host.folder
        with self._opening:
            if folder not in self._stores:
                self._stores[folder] = ProjectStore(folder)
            return self._stores[folder]

    @property
    def styles(self) -> Mapping[str, Style]:
        """All styles: the shipped ones and those in the host folder's `styles`."""
        return load_styles(self.host.folder / "styles")

    def welcome(self, *, local: bool = False) -> Json:
        """Return what the page needs before any song is there: names, ranges, helps and choices.

        Args:
            local: Whether the page is looked at on this machine.
        """
        defaults = self.host.defaults()
        natural = max(defaults.suits.size) if defaults.suits is not None else NATURAL_PX
        return {
            "version": __version__,
            "host": self.host.name,
            "choices": asdict(self.host.choices()),
            "defaults": msgspec.to_builtins(defaults),
            "takes_over": isinstance(self.host, PictureHost),
            "opens_folders": self._opens_folders(local),
            "recent": [asdict(recent) for recent in self.shelf.recent()],
            "notes": [*update_notes(), *read_folder(self.host.folder / "styles").notes],
            **catalogue(self.styles),
            "sizes": sizes(natural),
        }

    def _opens_folders(self, local: bool) -> bool:
        return local and self.host.shows_folders and can_open()

    def open_folder(self, identity: str, number: int, *, local: bool) -> Json:
        """Open a take's folder in this machine's file manager.

        Raises:
            ProjectError: There is no such take, or the page is looked at elsewhere.
        """
        take = find_take(self.shelf.folder_of(identity), number)
        if not self._opens_folders(local):
            raise ProjectError("", f"folders can only be opened on the machine that GLANCE runs on: {take.folder}")
        open_folder(take.folder)
        return {}

    def create(self, song_name: str, data: bytes | Iterable[bytes]) -> Json:
        """Make a project of a song.

        Raises:
            ProjectError: It is no audio file by its name, or cannot be stored.
        """
        defaults = self.host.defaults()
        identity = self.shelf.create(song_name, data, defaults.output, defaults.curves)
        self._named[identity] = song_name
        return {"id": identity}

    def create_demo(self) -> Json:
        """Make a project of the demo song.

        Raises:
            ProjectError: It cannot be stored.
        """
        from glance.app.demo_song import write_demo_song

        with tempfile.TemporaryDirectory() as folder:
            song = write_demo_song(Path(folder) / "GLANCE demo.wav")
            return self.create(song.name, song.read_bytes())

    def open(self, identity: str) -> Json:
        """Return a project with its takes and running work."""
        return {
            "id": identity,
            **newest_state(self.shelf, identity),
            "cover": self.shelf.cover(identity),
            "takes": self.takes(identity),
            "versions": self.scenes.versions(identity),
            "keys": self.scenes.keys(identity),
            "tasks": [task.state for task in self.tasks.running(identity)],
        }

    def page_view(self, identity: str, project: Project) -> Json:
        """Return a project as plain values, its paths relative to its folder."""
        return page_view(self.shelf, identity, project)

    def listen(self, identity: str) -> Task:
        """Start to hear a project's song; a project without scenes gets its first ones from the director."""

        shelf = self.shelf

        def work(task: Task) -> Json:
            project = shelf.load(identity)
            try:
                self.songs.hear(project, lambda share, what: task.say(text=what, done=round(100 * share), total=100))
            except NotAudioError as error:
                # Made a moment ago, of a file that is no song. Nothing else is a reason to delete: a song that was
                # moved, lyrics without times and a full disk can all be put right.
                shelf.discard(identity)
                name = self._named.pop(identity, project.title)
                raise NotAudioError(str(error).replace(Path(project.song.path).name, name, 1)) from None
            if not project.scenes:
                task.say(text="finding scenes")
                # One that nobody has touched yet has the first seed there is: then the song brings its own.
                seed = project.seed if project.seed != Project(song=project.song).seed else None
                wishes = DirectorOptions(theme=project.theme, seed=seed, output=project.output)
                write = partial(write_offline, project.theme, self.host.defaults().form)
                made = first_project(project.song, self.songs.hear(project), wishes, self.styles, write)
                # What suits the host's model was there before the director came.
                curves = {**made.curves, **project.curves}
                project = msgspec.structs.replace(made, title=project.title, curves=curves)
                shelf.store(project, identity)
            return newest_state(shelf, identity)

        return self.tasks.start("listen", identity, work)

    def analysis(self, identity: str) -> Json:
        """Return what was heard, corrected by the project's corrections.

        Raises:
            AudioError: The song cannot be read.
        """
        project = self.shelf.load(identity)
        heard = apply_corrections(self.songs.hear(project), project.song.corrections)
        return {**analysis_json(heard), "peaks": heard.peaks.round(_PEAK_DIGITS).tolist()}

    def save(self, identity: str, text: str, channels: list[str], before: Before) -> Json:
        """Keep the page's project, and return its problems and the curves of `channels`.

        Args:
            identity: Id of the project.
            text: The page's project.
            channels: Names of the channels that the page shows.
            before: What the page's project was made from.

        Raises:
            ProjectError: The text is no project, or names files outside the project's folder.
            ConflictError: It was saved elsewhere since.
        """
        with conflicts_told(self.shelf, identity):
            project, revision = self.shelf.save_over(identity, text, before)
        return {"revision": revision, **checked(project, self.songs, lambda: self.styles, channels)}

    def adopt(self, identity: str, text: str, before: Before) -> Json:
        """Take over the contents of an opened project file.

        Raises:
            ProjectError: The text is no project.
            ConflictError: The project was saved elsewhere since.
        """
        with conflicts_told(self.shelf, identity):
            self.shelf.adopt(identity, text, before)
        return newest_state(self.shelf, identity)

    def take_over(self, identity: str, text: str, source: Json | str) -> Json:
        """Return the project with the look of the host's pictures; nothing is saved.

        Args:
            identity: Id of the project.
            text: The page's project.
            source: What the page has read from the host's fields, or a picture's text; empty for the picture that was
                drawn last.

        Raises:
            ProjectError: The text is no project, or there is no such picture.
        """
        project = self.shelf.check(identity, text)
        if not isinstance(self.host, PictureHost):
            raise ProjectError("", f"{self.host.name} draws no single pictures whose settings could be taken over")
        if isinstance(source, str):
            return {"project": self.page_view(identity, self.host.take_over(project, source))}
        new, told = self.host.take_live(project, source)
        return {"project": self.page_view(identity, new), **told}

    def project_of_frame(self, data: bytes) -> Json:
        """Return the project's id, the take's number and its project of the take that a frame's PNG came from.

        Raises:
            ProjectError: It is no frame of a take that lies here.
        """
        origin = find_origin(self.shelf.folder, fingerprint_of(data))
        identity = str(origin["id"])
        take = find_take(self.shelf.folder_of(identity), int(origin["take"]))
        return {"id": identity, "take": take.number, "project": self.page_view(identity, take.project())}

    def write_story(self, identity: str, text: str, choice: WriterChoice) -> Task:
        """Start to write a new story for the project's theme; nothing is saved, the page decides.

        Raises:
            ProjectError: The text is no project.
            WriterError: There is no such language model.
        """
        shelf = self.shelf
        project = shelf.check(identity, text)
        choice.endpoint()

        def work(task: Task) -> Json:
            told, note = write_story(project, self.songs.hear(project), choice, task, self.styles)
            if isinstance(self.host, StandaloneHost) and not told.look.start_image:
                note = "\n".join(filter(None, (note, note_on_undrawn(scene.prompt for scene in told.scenes))))
            return {"project": page_view(shelf, identity, told), "note": note}

        return self.tasks.start("story", identity, work)

    def direct_movement(self, identity: str, text: str) -> Json:
        """Return the page's project with its movement directed anew; nothing is saved, the page decides.

        Raises:
            ProjectError: The text is no project, or a scene's start cannot be read.
            AudioError: The song cannot be heard.
        """
        project = self.shelf.check(identity, text)
        moved = moved_anew(project, self.songs.hear(project))
        return {"project": self.page_view(identity, moved)}

    def story_request(self, identity: str, text: str, choice: WriterChoice) -> Json:
        """Return what writing the story would send, and to whom.

        Raises:
            ProjectError: The text is no project.
            WriterError: There is no such language model.
        """
        project = self.shelf.check(identity, text)
        return {"text": choice.shown(project.theme, scene_sections(project, self.songs.hear(project)))}

    def alternatives(self, words: str, seed: int, reach: float, choice: WriterChoice) -> Json:
        """Return three fuller wordings of a prompt.

        Raises:
            WriterError: There is no such language model.
        """
        ideas = prompt_ideas(choice, words, seed, reach)
        return {"prompts": list(ideas.alternatives), "note": ideas.note}

    def draw_styles(self, identity: str, text: str, asked: Json) -> Task:
        """Start to draw previews of styles with what draws the video.

        Raises:
            ProjectError: The text is no project, or no style was asked for, or the subject is unsafe.
        """
        project = self.shelf.check(identity, text)
        styles, cache = chosen_styles(asked, self.styles), self.shelf.folder / "cache"
        look = preview_look(asked, self.host.defaults().suits)

        def work(task: Task) -> Json:
            return draw_styles(task, styles, look, self.host, project, cache)

        return self.tasks.start("styles", identity, work)

    def measure(self, identity: str, text: str) -> Task:
        """Start to measure what strength means for the model that draws the page's project.

        Raises:
            ProjectError: The text is no project.
        """
        project = self.shelf.check(identity, text)

        def work(task: Task) -> Json:
            task.say(text="Planning every frame")
            spec = preview_plan(project, self.songs.hear(project), self.styles).frames[0]
            size = project.output.width, project.output.height
            return measure(task, self.host, project, trial_like(spec, size), self.host.folder)

        return self.tasks.replace("measure", identity, work)

    def style_picture(self, task: str, style: str) -> Path:
        """Return a drawn preview.

        Raises:
            ProjectError: It is not there.
        """
        name, known = f"{safe_relative(style, 'style')}.jpg", self.tasks.find(task).id
        # The task may have begun while the host had another folder.
        places = [shown_folder(store.folder / "cache", known) / name for store in list(self._stores.values())]
        found = [path for path in places if path.is_file()]
        if style not in self.styles or not found:
            raise ProjectError("style", f"there is no picture of {style!r} yet")
        return found[0]

    def preview(self, identity: str, text: str, span_s: tuple[float, float] | None) -> Task:
        """Start to draw the quick preview of the page's project, in place of one that is being drawn.

        Raises:
            ProjectError: The text is no project.
        """
        project = self.shelf.check(identity, text)
        folder = self.shelf.folder_of(identity) / "preview"

        def work(task: Task) -> Json:
            plan = self._preview_plan(project)
            with awake(self.host.defaults().awake):
                facts = draw_preview(task, plan, folder, span_s)
            part = crop_plan(plan, *span_s) if span_s is not None else plan
            self._pictures[identity] = drawn_preview(part, int(task.state.get("done", 0)))
            return facts

        self._previewed[identity] = project.output.width, project.output.height
        self._pictures.pop(identity, None)
        return self.tasks.replace("preview", identity, work)

    def _preview_plan(self, project: Project) -> RenderPlan:
        return preview_plan(project, self.songs.hear(project), self.styles)

    def redraw(self, identity: str, text: str, playhead_s: float, *, draws: bool) -> Task:
        """Start to draw those pictures of the preview anew that have become others, around the playhead first.

        Where there is no finished preview, nothing is drawn, and nothing is stale.

        Raises:
            ProjectError: The text is no project.
        """
        project = self.shelf.check(identity, text)
        folder = self.shelf.folder_of(identity) / "preview"

        def work(task: Task) -> Json:
            preview = self._pictures.get(identity)
            if preview is None or not preview.marks:
                task.say(stale=[])
                return {}
            plan = self._preview_plan(project)
            if preview.first + len(preview.marks) < len(plan.frames) or preview.first:
                times = preview.first / float(plan.fps), (preview.first + len(preview.marks)) / float(plan.fps)
                plan = crop_plan(plan, *times)
            with awake(self.host.defaults().awake):
                self._pictures[identity] = draw_stale(task, plan, folder, preview, playhead_s, draws=draws)
            return {}

        return self.tasks.replace("redraw", identity, work)

    def direct_effects(self, identity: str, text: str) -> Json:
        """Return the page's project with effects that suit its song and styles; nothing is saved, the page decides.

        Raises:
            ProjectError: The text is no project, or a scene's start cannot be read.
            AudioError: The song cannot be heard.
        """
        project = self.shelf.check(identity, text)
        sections = scene_sections(project, self.songs.hear(project))
        return {"project": self.page_view(identity, with_chosen_effects(project, sections, self.styles))}

    def apply_look(self, identity: str, text: str, look: SharedLook, parts: Iterable[str]) -> Json:
        """Return the page's project with parts of a look; nothing is saved, the page decides.

        Raises:
            ProjectError: The text is no project, or there is no such part.
            AudioError: The song cannot be heard.
        """
        project = self.shelf.check(identity, text)
        sections = scene_sections(project, self.songs.hear(project))
        new, notes = with_look(project, look, sections, self.styles, tuple(parts))
        return {"project": self.page_view(identity, new), "notes": [*look.notes, *notes]}

    def look_file(self, identity: str) -> tuple[str, str]:
        """Return (file name, text) of the saved project's look, with its preview clip.

        Raises:
            AudioError: The song cannot be heard.
            BackendError: The clip cannot be drawn.
        """
        project = self.shelf.load(identity)
        sections = scene_sections(project, self.songs.hear(project))
        look = look_of(project, sections, project.title or identity)
        return f"{project.title or identity}.glancelook", look_json(self._with_clip(look))

    def _with_clip(self, look: SharedLook) -> SharedLook:
        from glance.painter.backend import PainterBackend

        with closing(PainterBackend()) as backend:
            return with_clip(look, self.styles, backend)

    def keep_words(self, identity: str, lines: Any) -> str:
        """Keep words with times, as the page has them, as a lyrics file of the project; return its path.

        Raises:
            ProjectError: They are none.
        """
        text = write_lrc(lines_of_page(lines))
        return self.shelf.add_file(identity, "words.lrc", text.encode())

    def words_as(self, identity: str, form: str) -> tuple[str, str]:
        """Return (file name, text) of the project's words with their times as `.lrc`, `.srt` or `.ass`.

        Raises:
            ProjectError: There is no such form, or the project has no words.
            AudioError: The song cannot be read.
        """
        project = self.shelf.load(identity)
        writer = WRITERS.get(f".{form}")
        if writer is None:
            raise ProjectError("form", f"expected one of {', '.join(WRITERS)}, found {form!r}")
        lines = self.songs.hear(project).lyrics
        if not lines:
            raise ProjectError("song.lyrics", "expected a song with words; add them first")
        return f"{project.title or identity}.{form}", writer(lines)

    def picture(self, identity: str, place: str, index: int, effects: str | None = None) -> bytes:
        """Return a drawn frame as JPEG; `place` is `preview` or the number of a take.

        Args:
            identity: Id of the project.
            place: `preview` or the number of a take.
            index: The frame's number in the song.
            effects: Of a preview's frame, the name of the one effect that it is shown with, or empty for all of the
                saved project; None for the frame as it was drawn.

        Raises:
            ProjectError: It is not there.
        """
        folder = self.shelf.folder_of(identity)
        if place == "preview":
            frames = folder / "preview" / "frames"
            if effects is None:
                return jpeg(frames / f"{index:06d}.png")
            project, revision = self.shelf.newest(identity)
            return self._finished.jpeg(
                frames, index, (identity, revision), lambda: self._preview_plan(project), effects
            )
        return jpeg(find_take(folder, number_of(place, "picture")).frame(index))

    def frame_to_send(self, identity: str, place: str, index: int) -> Json:
        """Return a drawn frame for the host's img2img: `picture` as a data URL (PNG), `text` as in the host's pictures.

        Args:
            identity: Id of the project.
            place: `preview` or the number of a take.
            index: The frame's number in the song.

        Raises:
            ProjectError: It is not there.
        """
        folder = self.shelf.folder_of(identity)
        if place == "preview":
            output = self.shelf.load(identity).output  # of a preview that an earlier server drew
            size = self._previewed.get(identity, (output.width, output.height))
            return frame_to_send(folder / "preview" / "frames" / f"{index:06d}.png", size)
        return frame_to_send(find_take(folder, number_of(place, "picture")).frame(index))

    def project_file(self, identity: str) -> tuple[str, str]:
        """Return (file name, text) of a project for saving it elsewhere."""
        project = self.shelf.load(identity)
        relative = with_relative_paths(project, self.shelf.folder_of(identity).resolve())
        return f"{project.title or identity}.glance.json", project_json(relative)
