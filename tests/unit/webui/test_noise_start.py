"""Strength inside a WebUI: pictures start at exactly the noise that is meant, at any number of steps, in all hosts."""

from __future__ import annotations

import sys
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from glance.backends.sdapi.requests import NoiseStart
from glance.backends.strength.measured import MeasuredModel, keep_measured, measured_file
from glance.backends.strength.noise_levels import NoiseScale, level_at, schedule
from glance.render.backend import FrameRequest
from glance.webui.backend import WebuiBackend
from glance.webui.noise_start import SigmaList
from glance.webui.queue import QueueSlot
from glance.webui.settings import Settings
from tests.support.host_sources import HOSTS
from tests.support.painted_frames import frame_spec, photograph
from tests.support.standin_webui import StandIn, install

#: reForge's samplers that add noise before their first call.
CHURNING = ("Euler Dy", "Euler SMEA Dy", "Euler Negative", "Euler Negative Dy")
#: A size that no host rounds, or its first picture would be drawn twice.
SIZE = (128, 64)


def draw(webui: StandIn, *specs, folder: str = "") -> WebuiBackend:
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False):
        backend = WebuiBackend(turn, Settings(folder=folder))
        for spec in specs:
            backend.generate(FrameRequest(SIZE, spec, photograph(SIZE)))
    return backend


@pytest.mark.parametrize("host", HOSTS)
def test_a_kick_has_as_many_levels_as_frames_at_any_number_of_steps(host, monkeypatch):
    webui = install(StandIn(host=host), monkeypatch.setitem)
    for steps in (4, 20):
        webui.sigmas.clear()
        kicks = np.linspace(0, 1, 25)
        draw(webui, *(frame_spec(strength=0.8 - 0.4 * float(kick), steps=steps, sampler="Euler") for kick in kicks))
        starts = [sigmas[0] for sigmas in webui.sigmas]
        assert all(a < b for a, b in pairwise(starts))
        assert starts == pytest.approx([level_at(0.2 + 0.4 * float(kick)) for kick in kicks], rel=1e-4)
        assert [len(sigmas) - 1 for sigmas in webui.sigmas] == [
            min(steps, max(3, round((0.2 + 0.4 * float(kick)) * steps))) for kick in kicks
        ]


@pytest.mark.parametrize("host", HOSTS)
def test_every_sampler_gets_a_falling_list_or_a_step_of_its_own(host, monkeypatch):
    webui = install(StandIn(host=host), monkeypatch.setitem)
    for sampler in webui.source["samplers"]:
        webui.sigmas.clear()
        draw(webui, frame_spec(strength=0.5, steps=8, sampler=sampler["name"]))
        deaf = sampler["class"] == "CompVisSampler" or sampler["name"] in webui.deaf_samplers()
        assert bool(webui.sigmas) is not deaf, sampler["name"]
        for sigmas in webui.sigmas:
            assert all(a > b for a, b in pairwise(sigmas)), sampler["name"]
            factor = (
                2**0.5 if sampler["name"] in ("Euler Dy", "Euler SMEA Dy", "Euler Negative", "Euler Negative Dy") else 1
            )
            assert (sigmas[0] * factor, sigmas[-1]) == (pytest.approx(level_at(0.5), rel=1e-4), 0), sampler["name"]


def test_a_sampler_that_never_asks_is_found_out_and_its_picture_drawn_again(monkeypatch):
    webui = install(StandIn(host="reForge"), monkeypatch.setitem)
    monkeypatch.delitem(sys.modules, "modules_forge.forge_alter_samplers")
    name = min(webui.deaf_samplers())
    spec = frame_spec(strength=0.5, steps=8, sampler=name)
    draw(webui, spec, spec)
    # Drawn once for nothing, and then right, also the next time.
    assert [hasattr(p, "sampler_noise_scheduler_override") for p in webui.calls] == [True, False, False]
    assert webui.calls[1].denoising_strength == pytest.approx(0.5, abs=0.1)


def test_a_model_that_was_measured_is_drawn_by_its_own_curve(monkeypatch, tmp_path):
    webui = install(StandIn(host="Forge"), monkeypatch.setitem)
    webui.options.data["glance_folder"] = str(tmp_path)
    plain = draw(webui, frame_spec(strength=0.5, steps=20), folder=str(tmp_path))
    before = plain.deciding(frame_spec())
    keep_measured(
        measured_file(tmp_path), "tiny.safetensors", MeasuredModel(points=((0.0, 0.0), (0.5, 0.8), (1.0, 1.0)))
    )
    backend = draw(webui, frame_spec(strength=0.5, steps=20), folder=str(tmp_path))
    assert webui.sigmas[0][0] == pytest.approx(level_at(0.5), rel=1e-4)
    assert webui.sigmas[1][0] == pytest.approx(level_at(0.81), rel=0.02)
    assert backend.deciding(frame_spec()) != before
    assert plain.identity.endswith("and exact strength")
    assert "and strength calibrated" in backend.identity


class Sampler:
    """A host's sampler with a model of its own and a schedule of its own."""

    def __init__(self, scale: NoiseScale, name: str) -> None:
        self.model_wrap = SimpleNamespace(sigmas=scale.table())
        self._scale = scale
        self._name = name

    def get_sigmas(self, p, steps):
        if p.sampler_noise_scheduler_override:
            return p.sampler_noise_scheduler_override(steps)
        return [*schedule(self._name, steps, self._scale), 0.0]


@pytest.mark.parametrize("name", ["", "karras", "exponential", "sgm uniform", "simple", "beta", "ddim"])
def test_the_schedule_a_person_has_chosen_is_walked_from_the_start_on(name):
    sampler = Sampler(NoiseScale(), name)
    p = SimpleNamespace(sampler=sampler, steps=20)
    SigmaList(p, NoiseStart(2.28, 2.28, 12, True)).put_in()
    whole = np.array(sampler.get_sigmas(p, p.steps))
    assert (whole.size, (np.diff(whole) < 0).all()) == (21, True)
    found = whole[8:]  # the last 12 of 20 steps
    assert (found.size, found[0], found[-1]) == (13, pytest.approx(2.28), 0)
    assert (np.diff(found) < 0).all()
    if name == "karras":
        assert found[6] < 0.7 * level_at(0.3)  # where even steps would be half-way


def test_a_flow_model_starts_at_its_own_sigma_whatever_its_shift():
    for shift in (1.0, 3.0, 9.0):
        sampler = Sampler(NoiseScale(flow=True, shift=shift), "simple")
        p = SimpleNamespace(sampler=sampler, steps=4)
        SigmaList(p, NoiseStart(1.0, 0.5, 4, True)).put_in()
        found = [float(each) for each in sampler.get_sigmas(p, 4)]
        assert found[0] == pytest.approx(0.5)
        assert all(a > b for a, b in pairwise(found))
        # The further the shift, the more of the steps lie near the start.
        assert found[1] >= 0.37


def test_a_schedule_that_gives_no_numbers_is_passed_over():
    class Broken(Sampler):
        def get_sigmas(self, p, steps):
            if p.sampler_noise_scheduler_override:
                return p.sampler_noise_scheduler_override(steps)
            raise ZeroDivisionError

    for sampler in (Broken(NoiseScale(), ""), SimpleNamespace(), None):
        p = SimpleNamespace(sampler=sampler, steps=5)
        sigmas = SigmaList(p, NoiseStart(1.16, 1.16, 5, True))
        sigmas.put_in()
        found = [float(each) for each in sigmas(5)]
        assert found[0] == pytest.approx(1.16)
        assert all(a > b for a, b in pairwise(found))
        assert p.sampler_noise_scheduler_override is sigmas
