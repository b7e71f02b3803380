"""Colors over many frames of a model that drifts, with the bounds of a real model whose reference was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import cv2
import msgspec
import numpy as np
import pytest

from glance.frames import Frame
from glance.project.compile import compile_plan, crop_plan
from glance.project.model import Look, Output, Project, Scene, Song, Transition
from glance.project.plan import NO_ANCHOR, RenderPlan, common_decisions
from glance.render.backend import FrameRequest
from glance.render.feedback import draw_frames
from tests.conftest import heard
from tests.support.painted_frames import photograph

SIZE = (96, 64)
#: What each scene's words mean to the stand-in: saturation and lightness of what it draws from nothing.
PICTURES = {"a house": (0.45, 150), "a ship": (0.3, 110), "a storm": (0.5, 100)}


class DriftingBackend:
    """Draws a scene's true colors from nothing, and makes every carried picture a little more vivid and darker."""

    identity = "drifting 1"

    def __init__(self, saturation: float = 1.03, lightness: float = 0.992) -> None:
        self.creep = saturation, lightness
        self.from_nothing: list[int] = []

    def problems(self, plan: RenderPlan) -> Sequence[str]:
        return []

    def generate(self, request: FrameRequest) -> Frame:
        if request.init is None:
            self.from_nothing.append(request.spec.index)
            return painted(request.spec.prompt[0][0])
        hls = cv2.cvtColor(request.init.astype(np.float32) / 255, cv2.COLOR_RGB2HLS)
        hls[..., 2] = np.clip(hls[..., 2] * self.creep[0], 0, 1)
        hls[..., 1] = np.clip(hls[..., 1] * self.creep[1], 0, 1)
        return np.rint(cv2.cvtColor(hls, cv2.COLOR_HLS2RGB) * 255).astype(np.uint8)

    def close(self) -> None:
        pass


def painted(words: str) -> Frame:
    """Return a picture of the mean saturation and lightness that the words stand for."""
    saturation, lightness = PICTURES[words.split(",")[0]]
    gray = photograph(SIZE, len(words))[..., :1].astype(np.float32) - 127
    tint = np.array([1 + saturation, 1.0, 1 - saturation], np.float32)
    return np.clip((lightness + gray * 0.3) * tint, 0, 255).astype(np.uint8)


def saturation_and_lightness(frame: Frame) -> tuple[float, float]:
    hsv = cv2.cvtColor(frame, cv2.COLOR_RGB2HSV)
    lab = cv2.cvtColor(frame, cv2.COLOR_RGB2LAB)
    return float(hsv[..., 1].mean()), float(lab[..., 0].mean())


def plan_of_scenes(transition: Transition, **look: object) -> RenderPlan:
    """Return a plan of a scene that cuts in and two that grow out of the one before."""
    project = Project(
        song=Song(path="song.wav"),
        scenes=(
            Scene(prompt="a house", picture="A"),
            Scene(start="2bar", prompt="a ship", picture="B", transition=transition),
            Scene(start="6bar", prompt="a storm", picture="C", transition=transition),
        ),
        look=Look(**{"negative_sets": (), **look}),
        output=Output(width=SIZE[0], height=SIZE[1], fps="24"),
    )
    return compile_plan(project, heard(24.0), {})


def drawn(plan: RenderPlan, backend: DriftingBackend | None = None) -> dict[int, Frame]:
    frames: dict[int, Frame] = {}
    for each in draw_frames(plan, backend or DriftingBackend(), frames.__getitem__):
        frames[each.spec.index] = each.frame
    return frames


@pytest.mark.parametrize("transition", ["fade", "hold"])
@pytest.mark.parametrize("creep", [(1.03, 0.992), (0.97, 1.008)], ids=["vivid and dark", "grey and bright"])
def test_no_scene_drifts_away_from_the_colors_of_its_own_words(transition, creep) -> None:
    plan = plan_of_scenes(transition)
    frames = drawn(plan, DriftingBackend(*creep))
    for words in PICTURES:
        wanted = saturation_and_lightness(painted(words))
        alone = [s.index for s in plan.frames if s.prompt[0][0] == words and len(s.prompt) == 1]
        settled = alone[len(alone) // 2 :]
        for index in settled[:: max(1, len(settled) // 8)]:
            found = saturation_and_lightness(frames[index])
            assert found[0] == pytest.approx(wanted[0], rel=0.15)
            assert found[1] == pytest.approx(wanted[1], abs=8)


@pytest.mark.parametrize("transition", ["fade", "hold"])
def test_colors_stay_between_those_of_the_two_scenes_while_one_grows_out_of_the_other(transition) -> None:
    plan = plan_of_scenes(transition)
    values = np.array([saturation_and_lightness(frame) for _, frame in sorted(drawn(plan).items())])
    ends = np.array([saturation_and_lightness(painted(words)) for words in PICTURES])
    assert (values[:, 0] <= ends[:, 0].max() * 1.15).all()
    assert (values[:, 1] >= ends[:, 1].min() - 8).all()
    assert max(abs(after - before) for before, after in pairwise(values[:, 1])) < 8


@pytest.mark.parametrize("transition", ["fade", "hold"])
def test_every_frame_but_those_of_a_cut_has_a_reference_that_was_drawn_from_nothing(transition) -> None:
    plan = plan_of_scenes(transition)
    for spec in plan.frames[1:]:
        assert spec.anchor != NO_ANCHOR
        assert plan.frames[spec.anchor].cut
        assert sum(share for _, share in spec.fresh_colors) <= 1 + 1e-5


def test_one_extra_picture_is_drawn_for_a_scene_that_grows_and_none_where_the_words_stay() -> None:
    backend = DriftingBackend()
    plan = plan_of_scenes("fade")
    drawn(plan, backend)
    starts = [next(s.index for s in plan.frames if s.scene == scene) for scene in range(3)]
    assert backend.from_nothing == starts
    same = compile_plan(
        Project(
            song=Song(path="song.wav"),
            scenes=(Scene(prompt="a house"), Scene(start="4bar", prompt="a house", transition="hold")),
            output=Output(width=SIZE[0], height=SIZE[1]),
        ),
        heard(),
        {},
    )
    backend = DriftingBackend()
    drawn(same, backend)
    assert backend.from_nothing == [0]


def test_a_picture_that_came_out_black_leaves_the_reference_of_the_scene_before() -> None:
    class Black(DriftingBackend):
        def generate(self, request: FrameRequest) -> Frame:
            picture = super().generate(request)
            return picture * 0 if request.init is None and request.spec.index else picture

    frames = drawn(plan_of_scenes("fade"), Black())
    first, last = saturation_and_lightness(painted("a house")), saturation_and_lightness(frames[max(frames)])
    assert last[0] == pytest.approx(first[0], rel=0.15)


@pytest.mark.parametrize("begin_s", [2.0, 3.5, 5.0, 11.0, 13.0])
def test_a_part_of_the_song_takes_its_colors_from_pictures_within_it(begin_s: float) -> None:
    part = crop_plan(plan_of_scenes("fade"), begin_s, begin_s + 6.0)
    first, last = part.frames[0].index, part.frames[-1].index
    for spec in part.frames[1:]:
        assert spec.anchor == first
        assert all(first < frame <= last for frame, _ in spec.fresh_colors)
    frames = drawn(part)
    values = np.array([saturation_and_lightness(frames[spec.index]) for spec in part.frames])
    ends = np.array([saturation_and_lightness(painted(words)) for words in PICTURES])
    assert (values[:, 0] <= ends[:, 0].max() * 1.15).all()


def test_a_resumed_drawing_finds_the_same_colors() -> None:
    plan = plan_of_scenes("hold")
    whole = drawn(plan)
    again = dict(whole)
    for each in draw_frames(plan, DriftingBackend(), again.__getitem__, 130):
        again[each.spec.index] = each.frame
    assert all(np.array_equal(whole[index], again[index]) for index in whole)


def test_the_first_picture_or_a_start_picture_as_reference_needs_no_other() -> None:
    plan = plan_of_scenes("fade", color_reference="first")
    assert {spec.anchor for spec in plan.frames[1:]} == {0}
    assert not any(spec.fresh_colors for spec in plan.frames)


def test_a_plan_says_what_its_colors_are_taken_from() -> None:
    plan = plan_of_scenes("fade")
    other = replace(plan, frames=tuple(replace(spec, fresh_colors=()) for spec in plan.frames))
    assert plan.digest(common_decisions) != other.digest(common_decisions)
    assert msgspec.json.encode(plan.frames[-1])
