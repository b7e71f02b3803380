"""What the camera alone does to a figure that stands in the picture: it is neither tipped over nor lost."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from benchmarks.standing_figure import (
    BODY,
    FPS,
    MOTION,
    SECONDS,
    Camera,
    Course,
    camera_plan,
    course_of,
    drawn_figure,
    seen_lean_deg,
    steady_song,
)
from glance.camera.depth import StandingThings, depth_estimator
from glance.camera.presets import CAMERA_PRESETS
from glance.frames import Frame
from glance.project.compile import compile_plan
from glance.project.director import DirectorOptions, direct
from glance.project.model import Scene
from glance.render.feedback import draw_frames
from glance.story.storyboard import Storyboard

SIZES = {"16:9": (512, 288), "1:1": (288, 288), "9:16": (288, 512)}


def drawn(plan, x: float = 1 / 3) -> dict[int, Frame]:
    frames: dict[int, Frame] = {}
    for each in draw_frames(plan, Camera(x), frames.__getitem__):
        frames[each.spec.index] = each.frame
    return frames


def alone(name: str, size=SIZES["16:9"], bpm: float = 120.0, x: float = 1 / 3, **scene: object) -> Course:
    song = steady_song(bpm=bpm)
    return course_of(camera_plan([Scene(**{"camera": name, "motion": MOTION, **scene})], size, song), x)


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("name", CAMERA_PRESETS)
def test_a_figure_stays_upright_and_whole_under_every_preset(name: str, shape: str) -> None:
    course = alone(name, SIZES[shape])
    assert np.abs(course.lean_deg).max() <= 5
    assert np.abs(course.roll_deg).max() <= 8
    assert course.inside.min() >= 0.9


@pytest.mark.parametrize("x", [0.25, 0.5, 2 / 3, 0.75])
@pytest.mark.parametrize("name", CAMERA_PRESETS)
def test_it_does_so_wherever_the_figure_stands_and_the_camera_has_been_told(name: str, x: float) -> None:
    course = alone(name, x=x, subject=(x, 0.58))
    assert np.abs(course.lean_deg).max() <= 5
    assert course.inside.min() >= 0.9


@pytest.mark.parametrize("bpm", [60.0, 90.0, 174.0])
@pytest.mark.parametrize("name", CAMERA_PRESETS)
def test_it_does_so_at_any_tempo(name: str, bpm: float) -> None:
    course = alone(name, bpm=bpm)
    assert np.abs(course.lean_deg).max() <= 5
    assert np.abs(course.roll_deg).max() <= 8
    assert course.inside.min() >= 0.9


@pytest.mark.parametrize("name", ["orbit", "pan_left", "flight", "spiral", "drop"])
def test_the_pixels_of_the_real_loop_show_the_same(name: str) -> None:
    size = (256, 144)
    plan = camera_plan([Scene(camera=name, motion=MOTION)], size, steady_song(8.0))
    course, frames = course_of(plan), drawn(plan)
    for index in range(0, len(frames), 8):
        assert abs(seen_lean_deg(frames[index]) - course.roll_deg[index]) <= 5
    body = [(np.abs(frame.astype(int) - BODY).max(axis=-1) < 45).sum() for frame in frames.values()]
    assert min(body) > 0.5 * body[0]


@pytest.mark.parametrize("name", sorted(set(CAMERA_PRESETS) - {"handheld"}))
def test_what_goes_out_comes_back_within_eight_bars(name: str) -> None:
    plan = camera_plan([Scene(camera=name, motion=MOTION)], SIZES["16:9"], steady_song(SECONDS + 0.5))
    course, home = course_of(plan), round(SECONDS * FPS)
    assert np.hypot(*(course.place[home] - course.place[0])) <= 0.03
    assert course.height[home] == pytest.approx(course.height[0], rel=0.05)


@pytest.mark.parametrize("name", ["orbit", "pan_left", "pan_right", "crane"])
def test_sideways_moves_are_back_after_four_bars(name: str) -> None:
    course, four_bars = alone(name), 8 * FPS
    assert np.hypot(*(course.place[four_bars] - course.place[0])) <= 0.02


@pytest.mark.parametrize("name", sorted(set(CAMERA_PRESETS) - {"static"}))
def test_every_other_preset_still_moves(name: str) -> None:
    plan = camera_plan([Scene(camera=name, motion=MOTION)], SIZES["16:9"], steady_song())
    frames = drawn(plan)
    assert max(np.abs(frames[i].astype(int) - frames[0]).mean() for i in range(12, 192, 12)) > 2


def test_at_the_dials_end_the_subject_is_still_in_the_picture() -> None:
    for name in CAMERA_PRESETS:
        course = alone(name, motion=3.0, subject=(1 / 3, 0.58))
        assert (course.place > 0.05).all(), name
        assert (course.place < 0.95).all(), name


@pytest.mark.parametrize("transition", ["hold", "fade"])
@pytest.mark.parametrize("name", ["slow_push", "pan_right", "orbit", "flight", "spiral", "handheld"])
def test_the_camera_is_at_home_when_a_scene_grows_out_of_its_own(name: str, transition: str) -> None:
    scenes = [Scene(camera=name, motion=MOTION), Scene(start="3bar", camera="static", transition=transition)]
    course = course_of(camera_plan(scenes, SIZES["16:9"], steady_song()))
    begin = 6 * FPS
    assert np.hypot(*(course.place[begin] - course.place[0])) <= 0.02
    assert course.height[begin] == pytest.approx(course.height[0], rel=0.04)
    assert np.abs(np.diff(course.place[begin - 3 * FPS :], axis=0)).max() < 0.03


def test_before_a_cut_the_camera_need_not_go_home() -> None:
    scenes = [Scene(camera="slow_push", motion=MOTION), Scene(start="3bar", camera="static", transition="cut")]
    course = course_of(camera_plan(scenes, SIZES["16:9"], steady_song()))
    assert course.height[6 * FPS - 1] > 1.1 * course.height[0]


def test_pushes_of_a_directed_loud_minute_leave_the_figure_whole() -> None:
    song = steady_song(60.0)
    project = direct(song, Path("song.wav"), DirectorOptions(theme="the sea"), Storyboard("", (), (), ""), {})
    scenes = [
        Scene(start=scene.start, camera=scene.camera, motion=scene.motion, reactivity="high", subject=(1 / 3, 0.58))
        for scene in project.scenes[:1]
    ]
    plan = compile_plan(msgspec.structs.replace(project, scenes=tuple(scenes)), song, {})
    course = course_of(plan)
    assert np.median(course.inside) >= 0.95
    assert course.inside.min() >= 0.75
    assert (course.place[:, 0] > 0.1).all()


def test_standing_things_have_one_depth_from_foot_to_head() -> None:
    depth = StandingThings().estimate(np.zeros((60, 80, 3), np.uint8))
    assert (depth == depth[:1]).all()
    assert depth[0, 0] == pytest.approx(1.0, rel=0.03)
    assert depth[0, 40] == pytest.approx(2.0, rel=0.01)
    assert (np.diff(depth[0, :40]) >= 0).all()
    assert depth is StandingThings().estimate(np.ones((60, 80, 3), np.uint8))
    assert depth_estimator("ground") == StandingThings()


def test_the_floor_is_still_there_for_who_wants_it() -> None:
    depth = depth_estimator("floor").estimate(np.zeros((60, 80, 3), np.uint8))
    assert (np.diff(depth[:, 0]) <= 0).all()
    assert depth[0, 0] > 2.9


def test_the_figure_is_drawn_as_described() -> None:
    figure = drawn_figure((512, 288)).astype(int)
    rows, columns = np.nonzero(np.abs(figure - BODY).max(axis=-1) < 10)
    assert columns.mean() / 512 == pytest.approx(1 / 3, abs=0.01)
    assert 0.3 < rows.min() / 288 < rows.max() / 288 < 0.86
