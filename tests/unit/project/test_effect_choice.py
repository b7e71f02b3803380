"""The director's effects: few, where the style has room for them, none in breaks, and in one place each."""

from __future__ import annotations

import msgspec
import pytest

from glance.effects.registry import EFFECTS, PARAMETERS
from glance.project.compile import compile_plan
from glance.project.effect_choice import MOST_AT_ONCE, with_chosen_effects
from glance.project.files import parse_project
from glance.project.model import NEW_VIDEO, EffectUse, Output, Project, Reaction, Scene, Song
from glance.project.redirect import scene_sections
from glance.project.validate import faults
from glance.schedule.reactions import AmplitudeMap
from glance.story.storyboard import StorySection
from glance.story.styles import load_styles
from tests.conftest import heard

STYLES = load_styles()
ROLES = ("intro", "verse", "build", "chorus", "drop", "break", "bridge", "outro", "part", "silence")


def section(role: str, index: int = 0, energy: float = 0.5) -> StorySection:
    return StorySection(f"s{index:02d}", "A", role, index * 4.0, index * 4.0 + 4.0, energy, 120.0, "")


def chosen(style: str, roles: tuple[str, ...] = ROLES) -> Project:
    scenes = tuple(Scene(start=f"{4 * index}s", style=style) for index in range(len(roles)))
    sections = [section(role, index) for index, role in enumerate(roles)]
    return with_chosen_effects(Project(song=Song(path="a.wav"), scenes=scenes), sections, STYLES)


@pytest.mark.parametrize("style", sorted(STYLES))
def test_at_most_two_work_at_once_and_none_in_a_break(style: str) -> None:
    project = chosen(style)
    for scene, role in zip(project.scenes, ROLES, strict=True):
        assert len(scene.effects) <= MOST_AT_ONCE
        assert set(scene.effects) <= {use.effect for use in project.effects}
        if role in ("break", "silence"):
            assert scene.effects == {}
    assert all(use.amount == 0 for use in project.effects)
    assert not {"flash", "stutter", "freeze"} & {use.effect for use in project.effects}
    order = list(EFFECTS)
    assert [use.effect for use in project.effects] == sorted((use.effect for use in project.effects), key=order.index)
    assert list(faults(msgspec.structs.replace(project, song=Song(path="a.wav")))) == []


@pytest.mark.parametrize("style", ["watercolor", "ink_wash", "manga", "linocut", "illuminated_manuscript"])
def test_what_is_painted_printed_or_drawn_stays_as_it_is(style: str) -> None:
    if style in STYLES:
        assert chosen(style).effects == ()


def test_film_gets_grain_and_its_loud_parts_more_than_its_quiet_ones() -> None:
    project = chosen("cinematic", ("verse", "chorus", "break"))
    quiet, loud, rest = (scene.effects for scene in project.scenes)
    assert set(quiet) == {"grain", "vignette"}
    assert loud["grain"] > quiet["grain"]
    assert rest == {}
    assert [one.channel for one in project.reactions] == ["halation"]


def test_locked_scenes_and_everything_that_is_no_effect_stay() -> None:
    own = Reaction(channel="zoom", map=AmplitudeMap("kick", 1.0, 1.1))
    scenes = (Scene(style="cinematic", locked=True), Scene(start="4s", style="cinematic"))
    before = Project(
        song=Song(path="a.wav"),
        scenes=scenes,
        effects=(EffectUse(effect="glitch"),),
        reactions=(own, Reaction(channel="glitch", map=AmplitudeMap("kick", 0.0, 1.0))),
        curves={"glitch": "0.2", "noise": "0.1"},
    )
    after = with_chosen_effects(before, [section("verse"), section("chorus", 1)], STYLES)
    assert after.scenes[0].effects == {}
    assert after.curves == {"noise": "0.1"}
    assert after.reactions[0] == own
    assert all(one.channel in PARAMETERS for one in after.reactions[1:])


def test_chosen_effects_compile_and_reach_their_scenes_alone() -> None:
    project = Project(
        song=Song(path="a.wav"),
        scenes=(Scene(style="cinematic"), Scene(start="6s", style="cinematic"), Scene(start="11s", style="cubism")),
        output=Output(width=64, height=64, fps="6"),
    )
    new = with_chosen_effects(project, scene_sections(project, heard()), STYLES)
    plan = compile_plan(new, heard(), STYLES)
    assert plan.effects is not None
    columns = {step.effect: step.columns[step.effect] for step in plan.effects.after}
    assert columns["halation"][:30].max() == 0
    assert columns["halation"][40:60].max() > 1.0
    assert columns["grain"][90:].max() == 0


def test_old_projects_have_no_effects_and_only_new_videos_are_limited_without() -> None:
    old = parse_project('{"song": {"path": "a.wav"}, "scenes": [{"style": "cinematic"}]}')
    assert old.effects == ()
    assert old.output.flashes == "effects"
    assert NEW_VIDEO.flashes == "limit"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"effects": (EffectUse(effect="blom"),)}, "effects[0].effect"),
        ({"effects": (EffectUse(effect="lut"),)}, "effects[0].file"),
        ({"effects": (EffectUse(effect="bloom", mask="picture"),)}, "effects[0].mask_picture"),
        ({"effects": (EffectUse(effect="bloom", amount=3.0),)}, "effects[0].amount"),
        ({"scenes": (Scene(effects={"bloom": 1.5}),)}, "scenes[0].effects.bloom"),
        ({"scenes": (Scene(effects={"blom": 1.0}),)}, "scenes[0].effects.blom"),
    ],
)
def test_slips_are_told_by_their_field(change: dict[str, object], field: str) -> None:
    project = msgspec.structs.replace(Project(song=Song(path="a.wav")), **change)
    assert field in [fault.field for fault in faults(project)]
