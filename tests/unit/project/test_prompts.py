"""Prompts with keys over the scenes: who decides what in a frame's words."""

from __future__ import annotations

import msgspec
import pytest

from glance.errors import ProjectError, ScheduleError
from glance.project.compile import compile_plan
from glance.project.model import Look, Output, Project, Scene, Song
from glance.project.plan import RenderPlan
from glance.project.validate import problems_of
from glance.story.styles import load_styles
from tests.conftest import heard

STYLES = load_styles()
SCENES = (
    Scene(prompt="a house", negative="fog"),
    Scene(start="4bar", prompt="a ship", transition="cut", style="baroque"),
)


def a_project(prompts: str, **changes: object) -> Project:
    base = Project(
        song=Song(path="song.wav"),
        scenes=SCENES,
        prompts=prompts,
        look=Look(negative_sets=()),
        output=Output(width=256, height=128, fps="12"),
    )
    return msgspec.structs.replace(base, **changes)


def compiled(prompts: str, **changes: object) -> RenderPlan:
    return compile_plan(a_project(prompts, **changes), heard(), STYLES)


def test_prompts_with_keys_take_the_place_of_the_scenes_own() -> None:
    plan = compiled("0: a tree\n2bar: a river --neg boats", scenes=SCENES[:1])
    assert plan.frames[0].prompt == (("a tree", 1.0),)
    assert plan.frames[47].prompt == (("a tree", 1.0),)
    assert plan.frames[48].prompt == (("a river", 1.0),)
    assert (plan.frames[47].negative, plan.frames[48].negative) == ("fog", "fog, boats")


def test_cuts_and_styles_stay_those_of_the_scenes() -> None:
    plan = compiled("0: a tree")
    cut = plan.frames[96]
    assert (cut.cut, cut.style) == (True, "baroque")
    assert cut.prompt[0][0].startswith("a tree,")
    assert cut.prompt[0][0] != plan.frames[95].prompt[0][0] == "a tree"


def test_empty_prompts_leave_the_scenes_theirs() -> None:
    assert compiled(" \n").frames[0].prompt == (("a house", 1.0),)


def test_fading_prompts_pass_evenly_into_each_other() -> None:
    plan = compiled("0: a tree\n48: a river --neg boats", prompts_blend="fade", scenes=SCENES[:1])
    assert plan.frames[12].prompt == (("a tree", 0.75), ("a river", 0.25))
    assert plan.frames[48].prompt == (("a river", 1.0),)
    assert (plan.frames[20].negative, plan.frames[30].negative) == ("fog", "fog, boats")


def test_a_fade_of_prompts_and_a_fade_of_scenes_multiply() -> None:
    scenes = (Scene(), Scene(start="24", style="baroque", transition="fade", transition_beats=2))
    frame = compiled("0: a tree\n48: a river", prompts_blend="fade", scenes=scenes).frames[18]
    assert [weight for _, weight in frame.prompt] == [0.3125, 0.1875, 0.3125, 0.1875]
    assert [text.split(",")[0] for text, _ in frame.prompt] == ["a tree", "a river", "a tree", "a river"]


def test_words_that_come_out_alike_are_one_prompt() -> None:
    scenes = (Scene(), Scene(start="24", transition="fade", transition_beats=2))
    assert compiled("0: a tree", scenes=scenes).frames[18].prompt == (("a tree", 1.0),)


def test_formulas_in_keyed_prompts_hear_the_song() -> None:
    frames = compiled("0: a tree\n24: (rain:`t/100`) --neg (`beat`)", scenes=SCENES[:1]).frames
    assert frames[30].prompt == (("(rain:0.3)", 1.0),)
    assert frames[30].negative == "fog, (5)"


def test_tags_and_weights_reach_the_frame_as_they_were_written() -> None:
    text = "a [house|ship] <lora:ink_v2:0.8>, (easynegative:0.75), ((deep)) \\(x\\) 4:3, 집"
    assert compiled(f"0: {text}", scenes=SCENES[:1]).frames[5].prompt == ((text, 1.0),)


@pytest.mark.parametrize(
    ("prompts", "at_fault", "words"),
    [
        ("0: a tree\n12x: b", "x", "operator"),
        ("0: a tree\n24: (rain:`lwo`)", "lwo", "did you mean `low`"),
        ('{"0": "a tree", "24": "(rain:`1/(t-30)`)"}', "1/(t-30)", "frame 30"),
        ("0: a tree\n9: b\n   wide --neg (x:`kik`)", "kik", "`kick`"),
        ("0: a tree\n24: naked people", "naked", "may be drawn"),
    ],
)
def test_a_mistake_is_shown_at_its_place_in_the_prompts(prompts: str, at_fault: str, words: str) -> None:
    with pytest.raises(ScheduleError, match=words) as caught:
        compiled(prompts)
    assert caught.value.channel == "prompts"
    assert prompts[caught.value.column :][: len(at_fault)] == at_fault
    found = problems_of(a_project(prompts), heard(), STYLES)
    assert [(each.field, each.column) for each in found] == [("prompts", caught.value.column)]


def test_weights_are_not_read_as_letters() -> None:
    assert compiled("0: a :0.4 AND b :0.208", scenes=SCENES[:1]).frames[0].prompt == (("a :0.4 AND b :0.208", 1.0),)


def test_many_prompts_that_differ_in_their_weights_are_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    monkeypatch.setattr("glance.project.frame_prompts.check_words", lambda text, field: checked.append(text))
    compiled("\n".join(f"{n}: (a:{n / 192:.3f}) tree :{n / 192:.3f} AND sea:.5" for n in range(192)), scenes=SCENES[:1])
    assert checked == ["(a) tree  AND sea"]


@pytest.mark.parametrize("text", ["(naked:1.2) people", "n:1.0 AND naked :0.5", "n4ked"])
def test_weights_hide_nothing_from_the_guard(text: str) -> None:
    with pytest.raises(ScheduleError, match="may be drawn"):
        compiled(f"0: {text}", scenes=SCENES[:1])


def test_a_mistake_in_a_scenes_own_prompt_names_the_scene() -> None:
    scenes = (SCENES[0], msgspec.structs.replace(SCENES[1], prompt="(a:`kik`)"))
    with pytest.raises(ProjectError, match="kick") as caught:
        compiled("", scenes=scenes)
    assert caught.value.field == "scenes[1].prompt"


def test_a_key_for_every_frame_is_no_burden() -> None:
    text = "\n".join(f"{frame}: (rain:`{frame}/200`)" for frame in range(200))
    frames = compiled(text, scenes=SCENES[:1]).frames
    assert frames[150].prompt == (("(rain:0.75)", 1.0),)
