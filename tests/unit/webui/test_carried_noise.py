"""Carried noise reaches the sampler of every host, beside a person's own scripts, and is refused where it cannot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from glance.camera.move import CameraMove
from glance.camera.transform import transform_of
from glance.imaging.carried_noise import mixed_noise
from glance.render.backend import FrameRequest
from glance.render.noise_journey import CarriedNoise, NoiseJourney, all_new_noise
from glance.webui.backend import WebuiBackend
from glance.webui.noise_hook import draws_own_noise, put_in
from glance.webui.queue import QueueSlot
from glance.webui.settings import Settings
from tests.support.host_sources import HOSTS
from tests.support.painted_frames import SMALL, frame_spec, photograph, plan_of
from tests.support.standin_webui import StandIn, Tensor, install

CELLS = (4, SMALL[1] // 8, SMALL[0] // 8)


def carried(fresh: float) -> CarriedNoise:
    journey = NoiseJourney(5)
    for frame in range(1, 4):
        journey.go(frame, transform_of(CameraMove(zoom=1.02, translation_x=1.5), SMALL), None)
    return CarriedNoise(journey, 3, fresh)


def drawn(request: FrameRequest, settings: Settings | None = None) -> np.ndarray:
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False):
        return WebuiBackend(turn, settings or Settings()).generate(request)


@pytest.mark.parametrize("host", HOSTS)
def test_noise_that_came_along_is_what_every_host_samples_from(host, monkeypatch):
    webui = install(StandIn(host=host), monkeypatch.setitem)
    request = FrameRequest(SMALL, frame_spec(noise_fresh=0.25), photograph(SMALL))
    plain = drawn(request)
    first = np.asarray(webui.noise[-1])[0]
    moved = drawn(replace(request, carried=carried(0.25)))
    second = np.asarray(webui.noise[-1])[0]
    rows, columns = first.shape[1:]
    size = (columns * 8, rows * 8)
    expected = mixed_noise(carried(0.25).cells((4, rows, columns), size), first, 0.25)
    np.testing.assert_allclose(second, expected, atol=1e-5)
    assert np.abs(moved.astype(int) - plain).mean() > 1


def test_a_persons_own_scripts_stay_as_they_are(monkeypatch):
    webui = install(StandIn(), monkeypatch.setitem)
    runner = webui.modules["modules.scripts"].scripts_img2img
    before = list(runner.alwayson_scripts)
    request = FrameRequest(SMALL, frame_spec(noise_fresh=0.0), photograph(SMALL), carried=carried(0.0))
    drawn(request, Settings(always_on=True))
    titles = [each.title() for each in webui.calls[-1].scripts.alwayson_scripts]
    assert titles == ["ADetailer", "GLANCE noise"]
    assert webui.calls[-1].script_args is not None
    assert runner.alwayson_scripts == before


def test_a_picture_from_nothing_keeps_the_hosts_own_noise(monkeypatch):
    webui = install(StandIn(), monkeypatch.setitem)
    drawn(FrameRequest(SMALL, frame_spec(noise_fresh=0.0), None, carried=carried(0.0)))
    assert not webui.calls[-1].scripts.alwayson_scripts


def test_noise_keeps_what_the_host_has_multiplied_it_by_and_any_number_of_axes():
    new = np.random.default_rng(1).standard_normal((1, 16, 1, *CELLS[1:])).astype(np.float32)
    noise = (new * np.float32(1.05)).view(Tensor)
    put_in(noise, carried(0.5), SMALL, 1.05)
    expected = mixed_noise(carried(0.5).cells((16, *CELLS[1:]), SMALL), new[0, :, 0], 0.5) * 1.05
    np.testing.assert_allclose(np.asarray(noise)[0, :, 0], expected, atol=1e-5)


def test_samplers_that_draw_noise_of_their_own_are_told_apart():
    own = ["Euler a", "DPM2 a", "DPM++ 2S a", "DPM++ SDE", "DPM++ 2M SDE Heun", "LCM", "DDPM", "Restart", "ER SDE"]
    own += ["Euler Ancestral CFG++", "Euler a CFG++", "DPM++ 2s a RF", "Kohaku_LoNyu_Yog", "Euler SMEA Dy", "DPM fast"]
    none = ["Euler", "Heun", "DPM++ 2M", "DDIM", "UniPC", "LMS", "DEIS", "IPNDM", "Res Multistep", "PLMS", "DPM2"]
    assert [name for name in own if not draws_own_noise(name)] == []
    assert [name for name in none if draws_own_noise(name)] == []


def test_a_sampler_with_noise_of_its_own_is_refused_before_the_render(monkeypatch):
    install(StandIn(), monkeypatch.setitem)
    backend = WebuiBackend(QueueSlot(lambda: False), Settings())
    plan = plan_of(frame_spec(sampler="Euler a", noise_fresh=0.25), frame_spec(sampler="Euler", noise_fresh=0.25))
    problems = backend.problems(plan)
    assert len(problems) == 1
    assert "Euler a draws new noise in every step" in problems[0]
    assert not backend.problems(plan_of(frame_spec(sampler="Euler a")))


def test_over_the_api_carried_noise_is_refused_with_a_word():
    assert not all_new_noise(plan_of(frame_spec()), "over the API")
    (problem,) = all_new_noise(plan_of(frame_spec(), frame_spec(index=1, noise_fresh=0.5)), "over the API")
    assert problem.startswith("frame 1: over the API all noise is new")
