"""The timeline's numbers are the plan's numbers, and every problem has its field."""

from __future__ import annotations

import base64

import msgspec
import numpy as np
import pytest

from glance.app.timeline import timeline
from glance.audio.types import SongAnalysis
from glance.project.compile import compile_plan, preview_plan, preview_size
from glance.project.model import Output, Project, Reaction, Scene, Song
from glance.project.validate import problems_of
from glance.schedule.reactions import AmplitudeMap
from glance.story.styles import load_styles


def _project(**changes: object) -> Project:
    reaction = Reaction(channel="strength", map=AmplitudeMap(envelope="kick", silence=0.7, peak=0.4))
    scenes = (Scene(prompt="a heron", camera="spiral"), Scene(start="14s", prompt="a boat", reactivity="none"))
    base = Project(song=Song(path="song.wav"), scenes=scenes, reactions=(reaction,), output=Output(fps="10"))
    return msgspec.structs.replace(base, **changes)


def _floats(packed: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), dtype="<f4")


def test_the_timelines_final_curve_is_what_the_plan_holds(analysis: SongAnalysis) -> None:
    project = _project(curves={"zoom": "0:(1), 2s:(1.1)"})
    shown = timeline(project, analysis, ["zoom", "strength"])
    plan = compile_plan(project, analysis, load_styles())
    finals = {name: _floats(series["final"]) for name, series in shown["channels"].items()}
    np.testing.assert_allclose(finals["zoom"], [frame.camera.zoom for frame in plan.frames], atol=1e-5)
    np.testing.assert_allclose(finals["strength"], [frame.strength for frame in plan.frames], atol=1e-5)
    assert shown["n_frames"] == len(plan.frames)
    assert shown["starts"] == [0.0, 14.0]


@pytest.mark.parametrize("rest", [0.0, 0.5])
def test_what_a_video_costs_is_what_the_plan_draws(analysis: SongAnalysis, rest: float) -> None:
    reaction = Reaction(channel="strength", map=AmplitudeMap("kick", 0.9, 0.4), rest_beats=rest)
    project = _project(curves={"cadence": "0:(3)"}, reactions=(reaction,))
    plan = compile_plan(project, analysis, load_styles())
    assert timeline(project, analysis, [])["n_drawn"] == sum(frame.diffuse for frame in plan.frames) < len(plan.frames)


def test_what_the_music_does_is_shown_without_the_camera(analysis: SongAnalysis) -> None:
    shown = timeline(_project(), analysis, ["zoom", "strength"])["channels"]
    np.testing.assert_array_equal(_floats(shown["zoom"]["heard"]), 1.0)
    assert _floats(shown["zoom"]["final"]).max() > 1.0
    assert _floats(shown["strength"]["base"]).min() == pytest.approx(0.7)
    assert _floats(shown["strength"]["heard"]).min() < 0.65


def test_a_broken_curve_is_a_problem_at_its_column_and_the_rest_is_still_shown(analysis: SongAnalysis) -> None:
    project = _project(curves={"zoom": "0:(1 + kik)", "angle": "0:(3)"})
    (problem,) = problems_of(project, analysis, load_styles())
    assert (problem.field, problem.column, problem.length) == ("curves.zoom", 7, 3)
    shown = timeline(project, analysis, ["angle", "zoom"])["channels"]
    np.testing.assert_array_equal(_floats(shown["angle"]["base"]), 3.0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"output": Output(fps="fast")}, "output.fps"),
        ({"scenes": (Scene(), Scene(start="nowhere!"))}, "scenes[1].start"),
        ({"scenes": (Scene(camera="rollercoaster"),)}, "scenes[0].camera"),
        ({"scenes": (Scene(style="no_such_style"),)}, "scenes[0].style"),
        ({"curves": {"zom": "0:(1)"}}, "curves.zom"),
    ],
)
def test_every_problem_is_found_at_its_field(analysis: SongAnalysis, changes: dict[str, object], field: str) -> None:
    assert field in [problem.field for problem in problems_of(_project(**changes), analysis, load_styles())]


def test_a_sound_project_has_no_problems(analysis: SongAnalysis) -> None:
    assert problems_of(_project(), analysis, load_styles()) == []


def test_a_preview_has_every_frame_but_draws_few_of_them(analysis: SongAnalysis) -> None:
    project = _project(output=Output(width=1024, height=576, fps="24"))
    quick, full = preview_plan(project, analysis, load_styles()), compile_plan(project, analysis, load_styles())
    assert len(quick.frames) == len(full.frames)
    assert quick.size == (256, 144)
    assert sum(frame.diffuse for frame in quick.frames) < len(full.frames) / 2


@pytest.mark.parametrize(
    ("size", "small"), [((1920, 1080), (256, 144)), ((512, 512), (256, 256)), ((96, 64), (96, 64))]
)
def test_a_preview_keeps_the_pictures_shape(size: tuple[int, int], small: tuple[int, int]) -> None:
    assert preview_size(size) == small
