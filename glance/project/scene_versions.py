"""The ways a scene was drawn, kept with it: another seed, other words, another style.

A scene is drawn as its own fields say. To choose one of its versions is to put that one's words, style and seed into
them; so a project without this knows nothing of versions, and one that is edited further simply has none chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from glance.errors import ProjectError
from glance.project.model import Project, Scene, SceneVersion

#: Fields of a scene in which versions differ.
FIELDS = ("seed", "prompt", "negative", "style")


def version_of(scene: Scene, drawn: int) -> SceneVersion:
    """Return how a scene is drawn as it is now."""
    return SceneVersion(seed=scene.seed, prompt=scene.prompt, negative=scene.negative, style=scene.style, drawn=drawn)


def with_scene(project: Project, index: int, changes: Mapping[str, Any]) -> Project:
    """Return the project with one scene drawn another way.

    Raises:
        ProjectError: A change is of the wrong type.
    """
    allowed = {name: changes[name] for name in FIELDS if name in changes}
    try:
        new = msgspec.convert({**msgspec.to_builtins(project.scenes[index]), **allowed}, Scene)
    except msgspec.ValidationError as error:
        raise ProjectError(f"scenes[{index}]", str(error)) from None
    scenes = (*project.scenes[:index], new, *project.scenes[index + 1 :])
    return msgspec.structs.replace(project, scenes=scenes)


def with_version(project: Project, index: int, changes: Mapping[str, Any]) -> Project:
    """Return the project with a new version of a scene, which is chosen; the one that it had so far is kept with it.

    Raises:
        ProjectError: A change is of the wrong type.
    """
    new = with_scene(project, index, changes)
    scene = new.scenes[index]
    known = {msgspec.json.encode(msgspec.structs.replace(each, drawn=0)) for each in scene.versions}
    both = (version_of(project.scenes[index], 0), version_of(scene, 0))
    added = tuple(each for each in dict.fromkeys(both) if msgspec.json.encode(each) not in known)
    scenes = list(new.scenes)
    scenes[index] = msgspec.structs.replace(scene, versions=(*scene.versions, *added))
    return msgspec.structs.replace(new, scenes=tuple(scenes))
