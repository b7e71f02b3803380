"""What is drawn of single scenes: key pictures before the whole, and other versions of a scene beside it.

A version has a folder like a take's, with the whole project as it was drawn for and the frames of one scene. Its frames
bear the same links as the whole video's, so that the video of the chosen versions is put together without drawing them
again (`glance.render.taking_over`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from glance.app.costs import costs as costs_of
from glance.app.history import kept_version, kept_versions
from glance.app.key_pictures import KeyFolder, draw_keys
from glance.app.pace import PaceMeter
from glance.app.renders import tell
from glance.app.takes import (
    VERSIONS,
    Take,
    TakeNote,
    begin_take,
    donors_of,
    find_take,
    remove_take,
    sizes_of,
    takes_in,
)
from glance.app.thumbnails import jpeg
from glance.errors import ProjectError
from glance.project.compile import compile_plan
from glance.project.model import Project, SceneVersion
from glance.project.plan import RenderPlan
from glance.project.scene_versions import version_of, with_scene
from glance.render.clip import Part, make_clip, part_of_scene, scenes_that_differ
from glance.render.frame_links import links_of
from glance.render.job import Destination
from glance.render.taking_over import are_drawn
from glance.system.sleep import awake

if TYPE_CHECKING:
    from glance.app.service import StudioService
    from glance.app.tasks import Task
    from glance.render.backend import FrameBackend

Json = dict[str, Any]


class SceneWork:
    """Draws single scenes of the projects of one server."""

    def __init__(self, studio: StudioService) -> None:
        self._studio = studio

    def folder(self, identity: str) -> Path:
        """Return a project's folder."""
        return self._studio.shelf.folder_of(identity)

    def keys(self, identity: str) -> list[Json]:
        """Return a project's key pictures."""
        return [msgspec.to_builtins(key) for key in KeyFolder(self.folder(identity) / "keys").listed()]

    def key_picture(self, identity: str, name: str) -> bytes:
        """Return a key picture as JPEG.

        Raises:
            ProjectError: It is not there.
        """
        return jpeg(KeyFolder(self.folder(identity) / "keys").file(name))

    def draw_keys(self, identity: str, text: str, scenes: Sequence[int] | None) -> Task:
        """Start to draw the key pictures of some scenes, or of all.

        Raises:
            ProjectError: The text is no project, or a video of it is being made.
        """
        studio = self._studio
        project = studio.shelf.check(identity, text)
        wanted = range(len(project.scenes)) if scenes is None else scenes
        folder = KeyFolder(self.folder(identity) / "keys")
        studio.require_rest(identity)

        def work(task: Task) -> Json:
            plan = compile_plan(project, studio.songs.hear(project), studio.styles)
            with awake(studio.host.defaults().awake):
                keys = draw_keys(task, project, plan, list(wanted), studio.host, folder)
            return {"keys": [msgspec.to_builtins(key) for key in keys]}

        return studio.tasks.start("keys", identity, work)

    def redo(self, identity: str, text: str, scene: int, changes: Mapping[str, Any]) -> Task:
        """Start to draw a scene another way; the project stays as it is, and the result names the new version.

        Args:
            identity: Id of the project.
            text: The page's project.
            scene: Index of the scene.
            changes: Of its `seed`, `prompt`, `negative` and `style` those that shall be others.

        Raises:
            ProjectError: The text is no project, or a video of it is being made.
        """
        studio = self._studio
        project = studio.shelf.check(identity, text)
        other = with_scene(project, scene, changes)
        studio.require_rest(identity)

        def work(task: Task) -> Json:
            with awake(studio.host.defaults().awake):
                return self._draw(task, identity, project, other, scene)

        return studio.tasks.start("redo", identity, work)

    def _draw(self, task: Task, identity: str, project: Project, other: Project, scene: int) -> Json:
        studio, folder = self._studio, self.folder(identity)
        analysis = studio.songs.hear(project)
        task.say(text="Planning every frame", scene=scene)
        before, after = (compile_plan(each, analysis, studio.styles) for each in (project, other))
        part = part_of_scene(after, scene)
        poster = after.frames[(part.first + part.end) // 2].index
        note = TakeNote(scene=scene, poster=poster)
        with closing(studio.host.open_backend(other)) as backend:
            task.say(text="Waiting for its turn")
            with studio.host.turn(task.stopping):
                original = self._original(task, identity, (project, before), scene, backend)
                version = begin_take(folder, other, note, VERSIONS)
                done = self._clip(task, version, other, part, backend)
            follows = [
                each
                for each in scenes_that_differ(after, links_of(before, backend), links_of(after, backend))
                if each != scene
            ]
        if not done:
            remove_take(version)
            task.stop()
            return {}
        made = version_of(other.scenes[scene], version.number)
        versions = [*original, made]
        return {"scene": scene, "versions": [msgspec.to_builtins(each) for each in versions], "follows": follows}

    def _original(
        self, task: Task, identity: str, plan_of: tuple[Project, RenderPlan], scene: int, backend: FrameBackend
    ) -> list[SceneVersion]:
        """Return the scene as it is, as its first version, with what was drawn of it; nothing where it is known."""
        project, plan = plan_of
        now = version_of(project.scenes[scene], 0)
        known = [msgspec.structs.replace(each, drawn=0) for each in project.scenes[scene].versions]
        if now in known:
            return []
        part = part_of_scene(plan, scene)
        indices = {spec.index for spec in plan.frames[part.first : part.end]}
        if not are_drawn(plan, links_of(plan, backend), donors_of(self.folder(identity)), indices):
            return [now]
        note = TakeNote(scene=scene, poster=plan.frames[(part.first + part.end) // 2].index)
        version = begin_take(self.folder(identity), project, note, VERSIONS)
        if not self._clip(task, version, project, part, backend):
            remove_take(version)
            return [now]
        return [msgspec.structs.replace(now, drawn=version.number)]

    def _clip(self, task: Task, version: Take, project: Project, part: Part, backend: FrameBackend) -> bool:
        host = self._studio.host
        meter = PaceMeter(host, part.plan.size)
        donors = donors_of(version.folder.parent.parent, version)
        destination = Destination(version.target, version.run, donors=donors)
        task.say(version=version.number)
        done = make_clip(
            project,
            part,
            backend,
            destination,
            on_event=lambda event: tell(event, task, host, float(part.plan.fps), meter),
            should_stop=lambda: task.stopping() or host.interrupted(),
        )
        meter.keep()
        return done

    def version_file(self, identity: str, number: int) -> Path:
        """Return the clip of a version.

        Raises:
            ProjectError: There is none.
        """
        video = find_take(self.folder(identity), number, VERSIONS).video
        if not video.is_file():
            raise ProjectError("version", f"version {number} has no video")
        return video

    def version_poster(self, identity: str, number: int) -> bytes:
        """Return a picture from the middle of a version as JPEG.

        Raises:
            ProjectError: It is not there.
        """
        version = find_take(self.folder(identity), number, VERSIONS)
        return jpeg(version.frame(version.note.poster))

    def versions(self, identity: str) -> list[Json]:
        """Return what is kept of versions: number, scene, whether its clip is complete, bytes, and bytes freed."""
        found = []
        for version in takes_in(self.folder(identity), VERSIONS):
            n_bytes, frees = sizes_of(version)
            facts = {"number": version.number, "scene": version.note.scene, "done": version.video.is_file()}
            found.append({**facts, "n_bytes": n_bytes, "frees": frees})
        return found

    def costs(self, identity: str, text: str, span_s: tuple[float, float] | None) -> Json:
        """Return what the key pictures, a draft and the whole would cost: pictures to draw, and seconds.

        Raises:
            ProjectError: The text is no project, or it cannot be drawn.
        """
        project = self._studio.shelf.check(identity, text)
        heard = self._studio.songs.hear(project)
        return costs_of(project, heard, self._studio.host, span_s)

    def kept(self, identity: str) -> list[Json]:
        """Return the project as it was at earlier times, the newest first."""
        return [asdict(each) for each in kept_versions(self.folder(identity))]

    def kept_project(self, identity: str, name: str) -> Json:
        """Return the project as it was; nothing is saved, the page decides.

        Raises:
            ProjectError: There is no such version, or it is damaged.
        """
        return self._studio.page_view(identity, kept_version(self.folder(identity), name))

    def so_far(self, identity: str, number: int) -> Path:
        """Return the video of what was drawn of a take when it was stopped.

        Raises:
            ProjectError: There is none.
        """
        video = find_take(self.folder(identity), number).so_far
        if not video.is_file():
            raise ProjectError("take", f"nothing of take {number} can be played yet")
        return video

    def remove(self, identity: str, number: int, place: str) -> Json:
        """Delete a take or a version, and return how many bytes that freed.

        Raises:
            ProjectError: There is none, or it is being drawn.
        """
        self._studio.require_rest(identity)
        return {"freed": remove_take(find_take(self.folder(identity), number, place))}
