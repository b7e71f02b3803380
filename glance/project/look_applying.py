"""Taking a look from a project, and giving it to another: by the roles of the song's parts, never by their times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from glance.audio.fullness import LOUD_ROLES
from glance.effects.registry import EFFECTS, PARAMETERS
from glance.errors import ProjectError
from glance.project.effect_choice import without_effects
from glance.project.look_files import PARTS, LookCamera, LookWords, SharedLook, is_songless, parts_of
from glance.project.model import Project, Reaction, Scene
from glance.story.storyboard import StorySection
from glance.story.styles import Style
from glance.system.suggest import did_you_mean

#: Curves of the picture and the camera that belong to a look, besides those of effects.
_HABITS = ("strength", "noise", "contrast", "sharpen", "colour", "handheld", "fov")
_RESTING = ("break", "silence")


def look_of(project: Project, sections: Sequence[StorySection], name: str) -> SharedLook:
    """Return a project's look, without its song and its scenes.

    Args:
        project: The project.
        sections: The part of the song under each scene, in the scenes' order.
        name: What the look is called.
    """
    pairs = list(zip(project.scenes, sections, strict=True))
    look = project.look
    effects = tuple(
        msgspec.structs.replace(use, mask="" if use.mask == "picture" else use.mask, mask_picture="", file="")
        for use in project.effects
        if use.effect in EFFECTS and not EFFECTS[use.effect].needs_asset
    )
    kept = (*_HABITS, *PARAMETERS)
    return SharedLook(
        name=name,
        styles=_styles_of(pairs),
        palette=look.palette,
        words=LookWords(
            prefix=look.prompt_prefix,
            suffix=look.prompt_suffix,
            negative=look.negative,
            negative_sets=look.negative_sets,
        ),
        camera=LookCamera(
            presets={role: tuple(dict.fromkeys(scene.camera for scene in scenes)) for role, scenes in _roles(pairs)},
            motion={role: _mean([scene.motion for scene in scenes]) for role, scenes in _roles(pairs)},
        ),
        reactions=tuple(msgspec.structs.replace(one, parts=()) for one in project.reactions),
        curves={name: text for name, text in project.curves.items() if name in kept and is_songless(name, text)},
        effects=effects,
        doses={
            use.effect: {
                role: _mean([scene.effects.get(use.effect, use.amount) for scene in scenes])
                for role, scenes in _roles(pairs)
            }
            for use in effects
        },
    )


def with_look(
    project: Project,
    look: SharedLook,
    sections: Sequence[StorySection],
    styles: Mapping[str, Style],
    parts: Sequence[str] = PARTS,
) -> tuple[Project, list[str]]:
    """Return the project with parts of a look, and what of them could not be used. Locked scenes stay as they are.

    Args:
        project: The project.
        look: The look.
        sections: The part of the song under each scene, in the scenes' order.
        styles: All styles, by id.
        parts: Out of `PARTS`; a part that the look does not have changes nothing.

    Raises:
        ProjectError: There is no such part.
    """
    for part in parts:
        if part not in PARTS:
            raise ProjectError("parts", f"a look has no part {part!r:.40}; {did_you_mean(part, PARTS)}")
    wanted = [part for part in parts if part in parts_of(look)]
    notes: list[str] = []
    if "styles" in wanted:
        unknown = [name for name in look.styles if name not in styles]
        notes += [f"Left out: the style {name!r:.40}, which is not here." for name in unknown[:5]]
        known = tuple(name for name in look.styles if name in styles)
        project = _with_styles(project, known, sections) if known else project
    if "palette" in wanted:
        project = _with(project, palette=look.palette)
    if "words" in wanted and look.words:
        words = look.words
        project = _with(
            project,
            prompt_prefix=words.prefix,
            prompt_suffix=words.suffix,
            negative=words.negative,
            negative_sets=words.negative_sets,
        )
    if "camera" in wanted and look.camera:
        project = _with_camera(project, look.camera, sections)
    if "reactions" in wanted:
        project = _with_reactions(project, look)
    if "effects" in wanted:
        project = _with_effects(project, look, sections)
    return project, notes


def _with(project: Project, **fields: object) -> Project:
    return msgspec.structs.replace(project, look=msgspec.structs.replace(project.look, **fields))


def _roles(pairs: Sequence[tuple[Scene, StorySection]]) -> list[tuple[str, list[Scene]]]:
    found: dict[str, list[Scene]] = {}
    for scene, section in pairs:
        found.setdefault(section.role, []).append(scene)
    return list(found.items())


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 3)


def _styles_of(pairs: Sequence[tuple[Scene, StorySection]]) -> tuple[str, ...]:
    """Return the style that most quiet scenes have, then that of most loud ones where it is another."""
    found = []
    for is_loud in (False, True):
        styles = Counter(scene.style for scene, part in pairs if scene.style and (part.role in LOUD_ROLES) == is_loud)
        found += [style for style, _ in styles.most_common(1)]
    return tuple(dict.fromkeys(found))


def _like(role: str, known: Mapping[str, object]) -> str | None:
    """Return the role that one is most like among those that a look knows; None where it knows none."""
    if role in known:
        return role
    loud = [name for name in known if name in LOUD_ROLES]
    resting = [name for name in known if name in _RESTING]
    plain = [name for name in known if name not in LOUD_ROLES and name not in _RESTING]
    order = loud + plain + resting if role in LOUD_ROLES else plain + resting + loud
    order = resting + plain + loud if role in _RESTING else order
    return order[0] if order else None


def _with_styles(project: Project, names: tuple[str, ...], sections: Sequence[StorySection]) -> Project:
    scenes = tuple(
        scene
        if scene.locked
        else msgspec.structs.replace(scene, style=names[-1] if section.role in LOUD_ROLES else names[0])
        for scene, section in zip(project.scenes, sections, strict=True)
    )
    # No longer the director's choice: another theme shall not undo it.
    return _with(msgspec.structs.replace(project, scenes=scenes), directed_styles={})


def _with_camera(project: Project, camera: LookCamera, sections: Sequence[StorySection]) -> Project:
    turns: Counter[str] = Counter()
    by_picture: dict[str, str] = {}
    scenes = []
    for scene, section in zip(project.scenes, sections, strict=True):
        role, like = _like(section.role, camera.presets), _like(section.role, camera.motion)
        if scene.locked:
            scenes.append(scene)
            continue
        fields: dict[str, object] = {"camera_mode": "", "poses": ()}
        if role is not None:
            names = camera.presets[role]
            # A picture that comes back is filmed as it was.
            key = scene.picture or f"#{len(scenes)}"
            if key not in by_picture:
                by_picture[key] = names[turns[role] % len(names)]
                turns[role] += 1
            fields["camera"] = by_picture[key]
        if like is not None:
            fields["motion"] = camera.motion[like]
        scenes.append(msgspec.structs.replace(scene, **fields))
    curves = dict(project.curves)
    if camera.handheld > 0:
        curves["handheld"] = f"0:({camera.handheld:g})"
    return msgspec.structs.replace(project, scenes=tuple(scenes), curves=curves)


def _with_reactions(project: Project, look: SharedLook) -> Project:
    new = [one for one in look.reactions if one.channel not in PARAMETERS]
    channels = {one.channel for one in new}
    parts = {one.channel: one.parts for one in reversed(project.reactions)}

    def fitted(one: Reaction) -> Reaction:
        # How much each part of the song gets was worked out for the song, and stays.
        return msgspec.structs.replace(one, parts=parts.get(one.channel, ()))

    curves = {name: text for name, text in look.curves.items() if name not in PARAMETERS}
    kept = tuple(one for one in project.reactions if one.channel not in channels)
    reactions = (*map(fitted, new), *kept)
    return msgspec.structs.replace(project, reactions=reactions, curves={**project.curves, **curves})


def _with_effects(project: Project, look: SharedLook, sections: Sequence[StorySection]) -> Project:
    curves, reactions = without_effects(project)
    curves |= {name: text for name, text in look.curves.items() if name in PARAMETERS}
    scenes = []
    for scene, section in zip(project.scenes, sections, strict=True):
        doses = {}
        for name, by_role in look.doses.items():
            like = _like(section.role, by_role)
            if like is not None:
                doses[name] = by_role[like]
        scenes.append(scene if scene.locked else msgspec.structs.replace(scene, effects=doses))
    return msgspec.structs.replace(
        project,
        scenes=tuple(scenes),
        effects=look.effects,
        curves=curves,
        reactions=(*reactions, *(one for one in look.reactions if one.channel in PARAMETERS)),
    )
