"""Depth from an estimator that flickers: steadier than the estimates, and the same after a resume."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from glance.camera.depth import GroundPlane
from glance.camera.move import CameraMove
from glance.frames import Frame
from glance.project.plan import RenderPlan
from glance.render.feedback import KeyFrame, SmoothedDepth, draw_frames
from tests.support.painted_frames import SMALL, frame_spec, photograph, plan_of
from tests.support.quick_backend import QuickBackend

FLIGHT = CameraMove("3d", translation_x=6, translation_z=4, rotation_3d_y_deg=0.5)


class Flicker:
    """Level ground with errors in scale and at every pixel, which depend on nothing but the frame."""

    steady = False

    def __init__(self) -> None:
        self.n_asked = 0

    def estimate(self, frame: Frame) -> NDArray[np.float32]:
        self.n_asked += 1
        random = np.random.default_rng(int(frame.sum()))
        errors = random.normal(0, 0.03, frame.shape[:2]) + random.normal(0, 0.1)
        return (GroundPlane().estimate(frame) * np.exp(errors)).astype(np.float32)


def a_plan(cut_at: int = -1) -> RenderPlan:
    plan = plan_of(
        *(
            frame_spec(
                index=index,
                seed=index,
                camera=FLIGHT,
                strength=0.8,
                diffuse=index % 3 == 0,
                tween=index % 3 / 3,
                cut=index == cut_at,
            )
            for index in range(3, 22)
        )
    )
    return replace(plan, look=replace(plan.look, color_space="none", depth="flicker"))


@pytest.fixture
def flicker(monkeypatch: pytest.MonkeyPatch) -> Flicker:
    estimator = Flicker()
    monkeypatch.setattr("glance.render.feedback.depth_estimator", lambda name: estimator)
    return estimator


@pytest.mark.parametrize("first", [1, 3, 4, 9, 13, 18])
def test_frames_after_a_resume_are_the_same_to_the_bit(flicker: Flicker, first: int) -> None:
    plan = a_plan(cut_at=12)
    whole = {drawn.spec.index: drawn.frame for drawn in draw_frames(plan, QuickBackend(), {}.__getitem__)}
    assert sorted(whole) == list(range(3, 22))
    rest = list(draw_frames(plan, QuickBackend(), whole.__getitem__, first))
    assert rest[-1].spec.index == 21
    for drawn in rest:
        np.testing.assert_array_equal(drawn.frame, whole[drawn.spec.index])


def test_each_diffused_frame_is_looked_at_once(flicker: Flicker) -> None:
    list(draw_frames(a_plan(), QuickBackend(), {}.__getitem__))
    assert flicker.n_asked == 7


def test_depth_over_time_flickers_half_as_much_as_the_estimates() -> None:
    estimator, still = Flicker(), (frame_spec(),)
    frames = [photograph(SMALL, seed) for seed in range(30)]
    depths = SmoothedDepth(estimator)
    steadied = [depths.of(KeyFrame(frame, still, before)) for before, frame in pairwise(frames)]
    estimates = [estimator.estimate(frame) for frame in frames[1:]]

    def flicker_of(sequence: list[NDArray[np.float32]]) -> float:
        return float(np.abs(np.diff(np.log(sequence), axis=0)).mean())

    assert flicker_of(steadied) < 0.65 * flicker_of(estimates)


def test_after_a_cut_depth_starts_anew() -> None:
    estimator = Flicker()
    before, frame = photograph(SMALL, 1), photograph(SMALL, 2)
    depth = SmoothedDepth(estimator).of(KeyFrame(frame, (frame_spec(cut=True),), before))
    np.testing.assert_array_equal(depth, estimator.estimate(frame))


def test_the_ground_is_taken_as_it_is() -> None:
    before, frame = photograph(SMALL, 1), photograph(SMALL, 2)
    depth = SmoothedDepth(GroundPlane()).of(KeyFrame(frame, (frame_spec(camera=FLIGHT),), before))
    assert depth is GroundPlane().estimate(frame)
