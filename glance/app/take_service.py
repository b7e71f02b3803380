"""What can be asked for of takes: to make one, to go on with it, to make its video anew, to publish it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from glance.app.costs import draft_of
from glance.app.host import Host
from glance.app.projects import ProjectStore
from glance.app.publishing import publish_take
from glance.app.renders import (
    draw_take,
)
from glance.app.takes import (
    WHOLE,
    Take,
    TakeNote,
    begin_take,
    card_of,
    donors_of,
    find_take,
    takes_in,
)
from glance.app.tasks import BackgroundTasks, Task
from glance.errors import ProjectError
from glance.project.analyses import AnalysisCache
from glance.project.effect_choice import with_finish_of
from glance.publish.targets import target_named
from glance.render.upscaling import opened_upscaling
from glance.story.styles import Style
from glance.system.sleep import awake

Json = dict[str, Any]
#: Kinds of tasks that draw with what draws the video.
_DRAWING = ("render", "redo", "keys")


class TakeService:
    """The takes of one server's projects; part of `glance.app.service.StudioService`, which fills in what it needs."""

    host: Host
    tasks: BackgroundTasks
    songs: AnalysisCache
    #: Held until a video is being made: of two Makes at once, one begins a take.
    _beginning: threading.Lock

    @property
    def shelf(self) -> ProjectStore:
        """The projects."""
        raise NotImplementedError

    @property
    def styles(self) -> Mapping[str, Style]:
        """All styles."""
        raise NotImplementedError

    def make(self, identity: str, text: str, note: TakeNote = WHOLE) -> Task:
        """Start a new take of the page's project, or of a part of the song.

        Raises:
            ProjectError: The text is no project, or the take cannot be stored.
        """
        project = self.shelf.check(identity, text)
        if note.draft:
            project = draft_of(project, self.host.defaults().multiple)
        with self._beginning:
            self.require_rest(identity)
            return self._draw(identity, begin_take(self.shelf.folder_of(identity), project, note))

    def resume(self, identity: str, number: int) -> Task:
        """Go on with a take that was stopped.

        Raises:
            ProjectError: There is no such take, or its frames were deleted.
        """
        with self._beginning:
            return self._draw(identity, self._drawn_take(identity, number))

    def enlarge(self, identity: str, number: int, upscaler: str, scale: float) -> Task:
        """Make a take's video anew of enlarged frames; those that are drawn are not drawn again.

        Args:
            identity: Id of the project.
            number: Number of the take.
            upscaler: One of the host's upscalers; empty for the frames as they were drawn.
            scale: How many times as wide and high, 1 to 4.

        Raises:
            ProjectError: There is no such take or upscaler, or the video would become too large, or one is being made.
            BackendError: The host has no upscalers.
        """
        take = self._drawn_take(identity, number)
        self.require_rest(identity)
        project = take.project()
        output = msgspec.structs.replace(project.output, upscaler=upscaler, upscale=scale)
        with opened_upscaling(output, self.host.open_upscaler) as upscaling:
            for problem in upscaling.upscaler.problems() if upscaling else ():
                raise ProjectError("upscaler", problem)
        with self._beginning:
            self.require_rest(identity)
            take.keep(msgspec.structs.replace(project, output=output))
            return self._draw(identity, take)

    def refinish(self, identity: str, number: int, text: str) -> Task:
        """Make a take's video anew with the effects of the page's project; no picture is drawn again.

        Effects in the loop stay those that the take was drawn with.

        Raises:
            ProjectError: The text is no project, there is no such take, or its frames were deleted, or a video is being
                made.
        """
        project = self.shelf.check(identity, text)
        take = self._drawn_take(identity, number)
        with self._beginning:
            self.require_rest(identity)
            take.keep(with_finish_of(take.project(), project))
            return self._draw(identity, take)

    def publish(self, identity: str, number: int, text: str, asked: Json) -> Task:
        """Write a finished take for one of the places where people see it; nothing is drawn again.

        Args:
            identity: Id of the project.
            number: Number of the take.
            text: The project as the page has it now; its title and lettering are taken.
            asked: See `publish_take`.

        Raises:
            ProjectError: There is no such take, it is not finished, or the text is no project.
            VideoError: There is no such place.
        """
        target_named(str(asked.get("target", "")))
        project = self.shelf.check(identity, text)
        take = find_take(self.shelf.folder_of(identity), number)
        self.take_file(identity, number)

        def work(task: Task) -> Json:
            task.say(text="Reading the frames", take=number)
            with awake(self.host.defaults().awake):
                return publish_take(task, take, project, self.songs.hear(project), self.styles, asked)

        return self.tasks.start("publish", identity, work)

    def published(self, identity: str, number: int, name: str) -> Path:
        """Return a file that was written of a take.

        Raises:
            ProjectError: There is no such take or file.
        """
        return find_take(self.shelf.folder_of(identity), number).published_file(name)

    def _drawn_take(self, identity: str, number: int) -> Take:
        take = find_take(self.shelf.folder_of(identity), number)
        if not take.frames_kept:
            raise ProjectError(
                "take",
                f"the frames of take {number} were deleted when its video was complete, so it can be neither continued "
                "nor enlarged; make a new one. The settings say whether frames are kept",
            )
        return take

    def require_rest(self, identity: str) -> None:
        """Raise ProjectError where something of the project is being drawn in full already."""
        if any(task.kind in _DRAWING for task in self.tasks.running(identity)):
            raise ProjectError("", "a video of this project is being made already; wait for it, or stop it first")

    def _draw(self, identity: str, take: Take) -> Task:
        donors = donors_of(self.shelf.folder_of(identity), take)

        def work(task: Task) -> Json:
            with awake(self.host.defaults().awake):
                return draw_take(task, take, self.songs.hear(take.project()), self.styles, self.host, donors)

        return self.tasks.start("render", identity, work)

    def takes(self, identity: str) -> list[Json]:
        """Return a project's takes, the newest first."""
        cards = [card_of(take) for take in takes_in(self.shelf.folder_of(identity))]
        return [card for card in reversed(cards) if card is not None]

    def take_file(self, identity: str, number: int) -> Path:
        """Return the finished video of a take.

        Raises:
            ProjectError: There is no such take, or it is not finished.
        """
        video = find_take(self.shelf.folder_of(identity), number).video
        if not video.is_file():
            raise ProjectError("take", f"take {number} is not finished yet; continue it first")
        return video
