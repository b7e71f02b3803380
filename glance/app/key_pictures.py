"""Key pictures: one real picture for each scene, by what draws the video, before the whole is drawn.

    FOLDER/ID/keys/NAME.png     a scene's first picture, drawn from nothing with its words
    FOLDER/ID/keys/keys.json    which is which scene's, and of which words, style and seed it is

Where a scene begins with a cut, this is to the bit what the video begins it with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from glance.app.host import Host
from glance.app.pace import PaceMeter
from glance.app.tasks import Task
from glance.errors import BackendError, ProjectError
from glance.frames import Frame
from glance.imaging.quality import blank_frame_problem
from glance.limits import PROJECT_BYTES
from glance.media.image_reader import read_picture
from glance.media.images import write_png
from glance.project.model import Project, Scene
from glance.project.plan import NO_ANCHOR, FrameSpec, RenderPlan
from glance.render.backend import FrameBackend, FrameRequest, fingerprint
from glance.render.disk import disk_error
from glance.render.feedback import REROLLS
from glance.render.metadata import frame_text
from glance.system.files import remove, write_text

_NOTE = "keys.json"


class KeyPicture(msgspec.Struct, frozen=True, kw_only=True):
    """A scene's key picture.

    Attributes:
        scene: Index of the scene.
        name: Of its file, without the ending.
        prompt: What the scene said when it was drawn; likewise the others.
        negative: See there.
        style: See there.
        seed: See there.
        picture: See there.
    """

    scene: int
    name: str
    prompt: str = ""
    negative: str = ""
    style: str = ""
    seed: int | None = None
    picture: str = ""


@dataclass(frozen=True)
class KeyFolder:
    """The key pictures of one project, in the folder `path`."""

    path: Path

    def listed(self) -> list[KeyPicture]:
        """Return the pictures that are there, by scene."""
        note = self.path / _NOTE
        try:
            if note.stat().st_size > PROJECT_BYTES:
                return []
            found = msgspec.json.decode(note.read_bytes(), type=list[KeyPicture])
        except (OSError, msgspec.DecodeError, RecursionError):
            return []
        return [key for key in found if self.file(key.name).is_file()]

    def file(self, name: str) -> Path:
        """Return the file of a picture.

        Raises:
            ProjectError: No picture can be called that.
        """
        if not (name.isascii() and name.isalnum() and len(name) <= 64):
            raise ProjectError("picture", "there is no such key picture")
        return self.path / f"{name}.png"

    def keep(self, new: KeyPicture) -> list[KeyPicture]:
        """Take a picture in for its scene, and return all. The file that it takes the place of goes.

        Raises:
            RunError: The folder cannot be written.
        """
        before = self.listed()
        keys = sorted([key for key in before if key.scene != new.scene] + [new], key=lambda key: key.scene)
        try:
            write_text(self.path / _NOTE, msgspec.json.encode(keys).decode())
            names = {key.name for key in keys}
            for old in before:
                if old.name not in names:
                    remove(self.file(old.name))
        except OSError as error:
            raise disk_error(error, self.path, 0) from None
        return keys


def draw_keys(
    task: Task, project: Project, plan: RenderPlan, scenes: Sequence[int], host: Host, folder: KeyFolder
) -> list[KeyPicture]:
    """Draw the key pictures of some scenes, and return all that are there then; a task's `keys` grows meanwhile.

    Args:
        task: Hears of every picture, and may ask to stop.
        project: The project.
        plan: Its plan.
        scenes: Indices of the scenes.
        host: What draws, and whose turn is waited for.
        folder: Where they go.

    Raises:
        BackendError: They cannot be drawn.
        RunError: The disk is full.
    """
    keys = folder.listed()
    task.say(total=len(scenes), done=0, keys=[msgspec.to_builtins(key) for key in keys])
    meter = PaceMeter(host, plan.size)
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error(error, folder.path, 0) from None
    with host.turn(task.stopping):
        backend = host.open_backend(project)
        try:
            _require_drawable(backend, plan)
            for done, (scene, spec) in enumerate(_first_frames(plan, scenes), start=1):
                if task.stopping() or host.interrupted():
                    break
                key = _drawn_key(plan, spec, project.scenes[scene], backend, folder)
                keys = folder.keep(msgspec.structs.replace(key, scene=scene))
                meter.tick()
                task.say(done=done, scene=scene, keys=[msgspec.to_builtins(each) for each in keys])
        finally:
            backend.close()
    meter.keep()
    return keys


def _require_drawable(backend: FrameBackend, plan: RenderPlan) -> None:
    problems = backend.problems(plan)
    if problems:
        raise BackendError("this cannot be drawn:\n" + "\n".join(f"- {problem}" for problem in problems))


def _first_frames(plan: RenderPlan, scenes: Sequence[int]) -> Iterable[tuple[int, FrameSpec]]:
    first: dict[int, FrameSpec] = {}
    for spec in plan.frames:
        first.setdefault(spec.scene, spec)
    return [(scene, first[scene]) for scene in scenes if scene in first]


def _drawn_key(plan: RenderPlan, spec: FrameSpec, scene: Scene, backend: FrameBackend, folder: KeyFolder) -> KeyPicture:
    request = _request(plan, spec)
    for attempt in range(REROLLS + 1):
        frame = backend.generate(replace(request, attempt=attempt))
        if not blank_frame_problem(frame):
            break
    text = frame_text(plan, request.spec, backend.settings(request), fingerprint(plan, backend))
    decided = msgspec.json.encode([backend.identity, plan.size, plan.look, backend.deciding(request.spec)])
    name = hashlib.sha256(decided).hexdigest()[:32]
    _write(folder.file(name), frame, text, folder.path)
    return KeyPicture(
        scene=spec.scene,
        name=name,
        prompt=scene.prompt,
        negative=scene.negative,
        style=scene.style,
        seed=scene.seed,
        picture=scene.picture,
    )


def _request(plan: RenderPlan, spec: FrameSpec) -> FrameRequest:
    """Return what draws a frame as the first of a scene: from nothing, or, where the video begins, from its picture."""
    anew = replace(spec, cut=True, diffuse=True, tween=0.0, anchor=NO_ANCHOR, fresh_colors=())
    start = plan.look.start_image
    opening = read_picture(Path(start.path), plan.size) if start and spec is plan.frames[0] else None
    return FrameRequest(plan.size, anew, opening)


def _write(path: Path, frame: Frame, text: dict[str, str], folder: Path) -> None:
    try:
        write_png(path, frame, text, compress=True)
    except OSError as error:
        raise disk_error(error, folder, frame.nbytes) from None
