"""Carried noise, limits and scenes drawn backwards: the same bits after a stop, and hits where they are heard."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from glance.errors import ProjectError
from glance.frames import Frame
from glance.media.video_reader import frames as video_frames
from glance.media.video_writer import Encoding
from glance.project.compile import compile_plan, crop_plan
from glance.project.model import Look, Output, Project, Reaction, Scene, Song
from glance.project.plan import RenderPlan, common_decisions
from glance.render.backend import FrameRequest, fingerprint
from glance.render.drawing_order import drawing_order
from glance.render.feedback import draw_frames
from glance.render.parallel import draw_side_by_side
from glance.render.run_folder import open_run
from glance.render.video import Target, render
from glance.schedule.reactions import AmplitudeMap
from tests.conftest import heard
from tests.support.quick_backend import QuickBackend


class NoisyBackend(QuickBackend):
    """Draws from the noise that it is told to draw from, as a diffusion model would."""

    def generate(self, request: FrameRequest) -> Frame:
        frame = super().generate(request)
        if request.carried is None or not frame.any():
            return frame
        width, height = request.size
        new = np.random.default_rng(request.spec.seed).standard_normal((3, height // 8, width // 8), dtype=np.float32)
        noise = request.carried.mixed(new, request.size).transpose(1, 2, 0).repeat(8, axis=0).repeat(8, axis=1)
        return np.clip(np.rint(frame + 20 * noise), 0, 255).astype(np.uint8)


def a_plan(song: Path, *, backwards: bool = False, cadence: str = "1", **curves: str) -> RenderPlan:
    project = Project(
        song=Song(path=str(song)),
        scenes=(
            Scene(prompt="a house", picture="A", camera="slow_push"),
            Scene(start="0.5s", prompt="a ship", picture="B", camera="flight", motion=2.0, backwards=backwards),
            Scene(start="3.5s", prompt="the sea", picture="C", camera="orbit"),
        ),
        curves={"cadence": cadence, "colour": "0.5", "noise_fresh": "0.25", **curves},
        reactions=(Reaction(channel="strength", map=AmplitudeMap("kick", 0.8, 0.4)),),
        look=Look(drift_limit=1.3, depth="ground"),
        output=Output(width=64, height=64, fps="12"),
    )
    return compile_plan(project, heard(4.0), {})


def run_all(plan: RenderPlan, folder: Path, *, stop_after: int | None = None) -> list[Frame]:
    backend, done = NoisyBackend(), []
    run = open_run(folder / "run", plan, backend, {}, resume=True)
    target = Target(folder / "video.mp4", Encoding(), {})
    stop = (lambda: len(backend.requests) >= stop_after) if stop_after else lambda: False
    render(plan, backend, run, target, on_event=done.append, should_stop=stop)
    return [run.read(spec.index) for spec in plan.frames if run.frame_path(spec.index).exists()]


def assert_same(ours: list[Frame], others: list[Frame]) -> None:
    assert len(ours) == len(others)
    for one, other in zip(ours, others, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("cadence", ["1", "3"])
def test_a_stopped_run_goes_on_to_the_same_bits(song, tmp_path, backwards, cadence):
    plan = a_plan(song, backwards=backwards, cadence=cadence)
    whole = run_all(plan, tmp_path / "whole")
    assert len(whole) == len(plan.frames)
    for number in (3, 9, 17):
        run_all(plan, tmp_path / "parts", stop_after=number)
    assert_same(run_all(plan, tmp_path / "parts"), whole)


def test_carried_noise_makes_frames_that_follow_each_other_alike(song):
    def drawn(fresh: str) -> list[Frame]:
        frames: dict[int, Frame] = {}
        for each in draw_frames(a_plan(song, noise_fresh=fresh, strength="0.9"), NoisyBackend(), frames.__getitem__):
            frames[each.spec.index] = each.frame
        return list(frames.values())

    def flicker(frames: list[Frame]) -> float:
        return float(np.mean([np.abs(a.astype(int) - b).mean() for a, b in itertools.pairwise(frames[8:41])]))

    assert flicker(drawn("0")) < 0.9 * flicker(drawn("0.999"))


def test_without_carried_noise_nothing_is_asked_and_a_plan_is_known_as_before(song):
    plan = a_plan(song, noise_fresh="1")
    plan = replace(plan, look=replace(plan.look, drift_limit=0.0))
    backend = QuickBackend()
    list(draw_frames(plan, backend, lambda index: np.zeros((64, 64, 3), np.uint8)))
    assert all(request.carried is None for request in backend.requests)
    assert "noise_fresh" not in str(common_decisions(plan.frames[0]))
    changed = replace(plan, frames=tuple(replace(spec, noise_fresh=0.5) for spec in plan.frames))
    assert fingerprint(plan, backend) != fingerprint(changed, backend)


def test_a_picture_that_came_out_black_is_drawn_again_from_new_noise(song):
    backend = NoisyBackend(bad={4: 1})
    frames: dict[int, Frame] = {}
    for each in draw_frames(crop_plan(a_plan(song), 0, 0.5), backend, frames.__getitem__):
        frames[each.spec.index] = each.frame
    tries = [request for request in backend.requests if request.spec.index == 4]
    assert [request.carried is None for request in tries] == [False, True]


def test_a_scene_drawn_backwards_begins_at_its_end_and_is_shown_forwards(song, tmp_path):
    plan = a_plan(song, backwards=True)
    order = [spec.index for spec in drawing_order(plan).frames]
    assert order == [*range(6), *range(41, 5, -1), *range(42, 48)]
    turned = {spec.index: spec for spec in drawing_order(plan).frames}
    assert [index for index, spec in turned.items() if spec.cut] == [0, 41, 42]
    # What leads from 20 to 21 in the video leads from 21 to 20 here.
    assert turned[20].strength == plan.frames[21].strength
    assert turned[20].camera == plan.frames[21].camera
    assert {turned[index].anchor for index in range(6, 41)} == {41}
    frames = run_all(plan, tmp_path)
    shown = list(video_frames(tmp_path / "video.mp4"))
    assert len(shown) == len(frames)
    for ours, theirs in zip(frames[::7], shown[::7], strict=True):
        assert np.abs(ours.astype(int) - theirs).mean() < 12


def test_a_hit_is_seen_on_its_own_frame_when_drawn_backwards(song, tmp_path):
    plan = a_plan(song, backwards=True, strength="1", noise_fresh="1", colour="0")
    hit = 24
    specs = tuple(
        replace(spec, strength=0.2 if spec.index == hit else 1.0, noise=0.0, camera=plan.frames[0].camera)
        for spec in plan.frames
    )
    plan = replace(plan, frames=specs, look=replace(plan.look, drift_limit=0.0))
    frames = run_all(plan, tmp_path)
    change = [np.abs(a.astype(int) - b).mean() for a, b in itertools.pairwise(frames[6:42])]
    assert int(np.argmax(change)) + 7 == hit


def test_in_betweens_of_a_scene_drawn_backwards_wait_for_the_hit(song):
    plan = a_plan(song, backwards=True, cadence="4")
    order = drawing_order(plan).frames
    assert all(0 <= spec.tween <= 1 for spec in order)
    for spec, turned in zip(plan.frames, sorted(order, key=lambda each: each.index), strict=True):
        assert turned.diffuse == spec.diffuse
        if spec.backwards and not spec.diffuse:
            assert turned.tween == pytest.approx(1 - spec.tween)
    assert order[6].diffuse
    assert order[41].diffuse


def test_several_backends_draw_the_same_as_one(song, tmp_path):
    plan = a_plan(song, backwards=True, cadence="3")
    whole = run_all(plan, tmp_path / "one")
    backends = [NoisyBackend(), NoisyBackend()]
    run = open_run(tmp_path / "two", plan, backends[0], {}, resume=False)
    assert draw_side_by_side(plan, backends, run, on_event=lambda event: None, should_stop=lambda: False)
    assert_same([run.read(spec.index) for spec in plan.frames], whole)


def test_a_part_of_a_scene_drawn_backwards_can_be_drawn_alone(song, tmp_path):
    plan = crop_plan(a_plan(song, backwards=True, cadence="3"), 1.0, 2.1)
    assert len(run_all(plan, tmp_path)) == len(plan.frames)


def test_a_scene_drawn_backwards_has_to_stand_alone(song):
    scenes = (Scene(prompt="a", backwards=True), Scene(start="2s", prompt="b", transition="fade"))
    with pytest.raises(ProjectError, match="let scene 2 begin with a cut"):
        compile_plan(Project(song=Song(path=str(song)), scenes=scenes), heard(4.0), {})
