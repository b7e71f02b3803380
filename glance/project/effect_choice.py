"""Effects that suit a song and its styles: the director's choice, and what of a project's effects finishes a video.

Few and quiet: at most two at work in a section, none in a break or in silence, none on styles that are painted, printed
or drawn, which they would fight. What a section gets is chosen by its style's kind; loud sections get more, and only
there does the music move one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from glance.audio.fullness import LOUD_ROLES
from glance.audio.hits import HIT
from glance.effects.registry import EFFECTS, PARAMETERS
from glance.project.model import EffectUse, Project, Reaction
from glance.schedule.curve import number_text
from glance.schedule.reactions import AmplitudeMap
from glance.story.storyboard import StorySection
from glance.story.styles import Style

#: Sections in which the picture rests.
_RESTING = frozenset({"break", "silence"})
#: From this energy on a section without a role is treated like a chorus.
_STRONG = 0.85
#: Most effects at work in one section.
MOST_AT_ONCE = 2


@dataclass(frozen=True)
class _Kind:
    """What suits a kind of style.

    Attributes:
        ids: Styles that are of this kind by name.
        tags: Styles that have one of these tags are of this kind ...
        unlike: ... unless they have one of these.
        quiet: Effects in all but loud sections: effect -> how far each works.
        loud: Effects in loud sections, likewise.
        moved: The effect that hits move there; empty for none.
    """

    ids: frozenset[str]
    tags: frozenset[str]
    unlike: frozenset[str]
    quiet: Mapping[str, float]
    loud: Mapping[str, float]
    moved: str


def _kind(ids: str, tags: str, unlike: str, quiet: str, loud: str, moved: str = "") -> _Kind:
    def doses(text: str) -> dict[str, float]:
        return {name: float(share) for name, _, share in (word.partition("=") for word in text.split())}

    by_name, by_tag, but = (frozenset(text.split()) for text in (ids, tags, unlike))
    return _Kind(by_name, by_tag, but, doses(quiet), doses(loud), moved)


_BY_HAND = "paint print drawing craft line flat ornament pattern monochrome"
#: Looked through in this order; a style that is of none gets no effects.
_KINDS = (
    _kind("crt vhs security_camera", "", "", "scanlines=0.6", "scanlines=1 chroma_shift=1", "chroma_shift"),
    _kind("pixel_art vector_arcade voxel", "", "", "scanlines=0.4", "scanlines=0.6 bloom=0.8", "bloom"),
    _kind("glitch", "", "", "chroma_shift=0.6", "chroma_shift=1 glitch=1", "glitch"),
    _kind(
        "cinematic film_noir technicolor golden_hour photo_black_white super8 documentary_16mm film_burn",
        "film realistic",
        _BY_HAND.replace("monochrome", ""),
        "grain=0.6 vignette=0.7",
        "grain=0.8 halation=1",
        "halation",
    ),
    _kind("", "glow futuristic", "paint print drawing craft", "bloom=0.5", "bloom=1 chroma_shift=0.5", "bloom"),
    _kind("", "dark horror", _BY_HAND, "vignette=0.8", "vignette=1 bloom=0.7", "bloom"),
    _kind("", "dreamy light romantic", _BY_HAND, "bloom=0.4", "bloom=0.8 light_leak=0.7", "bloom"),
)


def with_chosen_effects(project: Project, sections: Sequence[StorySection], styles: Mapping[str, Style]) -> Project:
    """Return the project with effects that suit it in place of those that it has; locked scenes get none.

    Args:
        project: The project.
        sections: The part of the song under each scene, in the scenes' order.
        styles: All styles, by id.
    """
    scenes = []
    used: dict[str, None] = {}
    moved: dict[str, None] = {}
    for scene, section in zip(project.scenes, sections, strict=True):
        chosen: Mapping[str, float] = {}
        kind = _kind_of(styles.get(scene.style))
        if kind and section.role not in _RESTING and not scene.locked:
            loud = section.role in LOUD_ROLES or section.energy >= _STRONG
            chosen = kind.loud if loud else kind.quiet
            if loud and kind.moved:
                moved[kind.moved] = None
        used |= dict.fromkeys(chosen)
        scenes.append(msgspec.structs.replace(scene, effects=dict(chosen)))
    # In the order in which they are applied where nobody has chosen: grain over glow, and not under it.
    names = [name for name in EFFECTS if name in used]
    curves, reactions = without_effects(project)
    return msgspec.structs.replace(
        project,
        scenes=tuple(scenes),
        effects=tuple(EffectUse(effect=name, amount=0.0) for name in names),
        curves=curves,
        reactions=(*reactions, *(hit_reaction(name) for name in moved)),
    )


def _kind_of(style: Style | None) -> _Kind | None:
    if style is None:
        return None
    by_name = next((kind for kind in _KINDS if style.id in kind.ids), None)
    tags = set(style.tags)
    return by_name or next((kind for kind in _KINDS if kind.tags & tags and not kind.unlike & tags), None)


def hit_reaction(effect: str) -> Reaction:
    """Return how hits of the music move an effect: from its usual value to that of a hit."""
    (channel, peak), *_ = EFFECTS[effect].hit.items()
    usual = PARAMETERS[channel][1].usual
    mapping = AmplitudeMap(HIT, usual, peak, bend=1.5, gate=0.35, release_ms=180.0)
    return Reaction(channel=channel, map=mapping)


def without_effects(project: Project) -> tuple[dict[str, str], tuple[Reaction, ...]]:
    """Return a project's curves and reactions but for those of effects."""
    curves = {name: text for name, text in project.curves.items() if name not in PARAMETERS}
    return curves, tuple(one for one in project.reactions if one.channel not in PARAMETERS)


def with_finish_of(project: Project, other: Project) -> Project:
    """Return the project with the other's effects but for those in the loop, and its rule for flashes.

    What was drawn with the project can be shown with the result: nothing that decides a drawn picture is different.
    """

    def in_loop(name: str) -> bool:
        return EFFECTS[name].where == "loop" if name in EFFECTS else False

    def fed(channel: str) -> bool:
        return channel not in PARAMETERS or in_loop(PARAMETERS[channel][0])

    curves = {name: text for name, text in project.curves.items() if fed(name)}
    curves |= {name: text for name, text in other.curves.items() if not fed(name)}
    reactions = (
        *(one for one in project.reactions if fed(one.channel)),
        *(one for one in other.reactions if not fed(one.channel)),
    )
    effects = (
        *(use for use in other.effects if not in_loop(use.effect)),
        *(use for use in project.effects if in_loop(use.effect)),
    )
    dials = [scene.effects for scene in other.scenes]
    dials += [{}] * (len(project.scenes) - len(dials))
    scenes = tuple(
        msgspec.structs.replace(
            scene,
            effects={name: share for name, share in scene.effects.items() if in_loop(name)}
            | {name: share for name, share in dial.items() if not in_loop(name)},
        )
        for scene, dial in zip(project.scenes, dials, strict=False)
    )
    output = msgspec.structs.replace(project.output, flashes=other.output.flashes)
    return msgspec.structs.replace(
        project, curves=curves, reactions=reactions, effects=effects, scenes=scenes, output=output
    )


def constant(value: float) -> str:
    """Return the schedule of a value that never changes."""
    return f"0:({number_text(value)})"
