"""Model calls as counted with the five hosts' own samplers, against the laws that a plan is drawn by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glance.backends.sdapi.host_steps import MOST_STEPS, host_steps
from glance.backends.sdapi.sampler_laws import SamplerLaw, SamplerTraits, law_of, txt2img_steps
from glance.backends.strength.noise_levels import NoiseScale, schedule
from tests.support.host_sources import HOSTS, host_source

#: Each host's samplers by how often they called a model that only counts: steps -> calls at these strengths, None where
#: the sampler raised.
COUNTED = json.loads((Path(__file__).parent / "sampler_counts.json").read_text(encoding="utf-8"))
DENOISING = (0.1, 0.25, 0.5, 0.75, 0.9)
TITLES = {file: title for title, file in HOSTS.items()}
SHARES = [float(value) for value in np.linspace(0.01, 1.0, 34)]


def others(host: str) -> frozenset[str]:
    return frozenset(each["name"].lower() for each in host_source(TITLES[host])["samplers"])


def counted(row: dict[str, Any]) -> dict[str, SamplerLaw]:
    traits = SamplerTraits(row["class"] == "CompVisSampler", row["second_order"])
    return {name: law_of(name, traits, others(row["host"])) for name in row["samplers"]}


def given(denoising: float, steps: int) -> int:
    """Return what a host makes of a denoising strength."""
    return int(min(denoising, 0.999) * steps)


@pytest.mark.parametrize("row", COUNTED, ids=lambda row: f"{row['host']}-{row['samplers'][0]}")
def test_every_counted_call_follows_the_law(row):
    for name, law in counted(row).items():
        for steps, calls in row["img2img"].items():
            for denoising, n_calls in zip(DENOISING, calls, strict=True):
                taken = given(denoising, int(steps)) - law.offset
                if law.calls is None:
                    continue
                if n_calls is None or n_calls == 0:
                    assert taken < law.fewest, (name, steps, denoising)
                elif taken >= law.fewest:
                    assert law.calls(taken) == n_calls, (name, steps, denoising)


@pytest.mark.parametrize("row", COUNTED, ids=lambda row: f"{row['host']}-{row['samplers'][0]}")
def test_nothing_is_asked_for_that_a_sampler_refuses_and_what_it_takes_is_what_is_said(row):
    for name, law in counted(row).items():
        for taken in (1, 3, 4, 9, 20, 80):
            for share in SHARES:
                asked = host_steps(share, taken, law, "", NoiseScale())
                assert given(asked.denoising, asked.steps) - law.offset == asked.taken, (name, taken, share)
                assert law.fewest <= asked.taken <= asked.steps <= MOST_STEPS, (name, taken, share)


@pytest.mark.parametrize("row", COUNTED, ids=lambda row: f"{row['host']}-{row['samplers'][0]}")
def test_from_nothing_a_sampler_is_never_asked_for_less_than_it_takes(row):
    for name, law in counted(row).items():
        for steps, calls in row["txt2img"].items():
            asked = txt2img_steps(int(steps), law)
            if calls is None or calls == 0:
                assert asked > int(steps), (name, steps)
            elif law.calls is not None and asked == int(steps) and (name, steps) != ("Restart", "20"):
                assert calls == law.calls(int(steps)), (name, steps)  # Restart rebuilds its list from 20 steps on


def test_all_samplers_of_the_five_hosts_are_known():
    for host in HOSTS:
        source = host_source(host)
        names = frozenset(each["name"].lower() for each in source["samplers"])
        for each in source["samplers"]:
            traits = SamplerTraits(each["class"] == "CompVisSampler", bool(each["options"].get("second_order")))
            assert law_of(each["name"], traits, names).known, each["name"]
    assert not law_of("Some New Sampler", SamplerTraits()).known


def test_what_sees_for_itself_has_no_law():
    for name in ("DPM adaptive", "ODE (Bosh3)", "ODE Custom"):
        assert law_of(name, SamplerTraits()).calls is None


def test_the_class_decides_and_not_the_name():
    assert law_of("UniPC", SamplerTraits(timestep=True)).fewest == 3
    assert law_of("UniPC", SamplerTraits(timestep=False)).fewest == 1


@pytest.mark.parametrize("scheduler", ["DDIM", "Sinusoidal SF"])
def test_the_schedulers_own_length_is_made_up_for(scheduler):
    euler = law_of("Euler", SamplerTraits())
    for share in SHARES:
        asked = host_steps(share, 5, euler, scheduler, NoiseScale())
        sigmas = schedule(scheduler.lower(), asked.steps, NoiseScale())
        begins = asked.steps - given(asked.denoising, asked.steps) - 1
        assert sigmas.size - begins == asked.taken
        assert sigmas[begins] == pytest.approx(asked.ratio, rel=1e-3)
    assert schedule("sinusoidal sf", 12, NoiseScale()).size == 11
    # As counted in the hosts: one more at 6, 7, 11 ... steps, three more at 60.
    longer = [schedule("ddim", n, NoiseScale()).size - n for n in (4, 5, 6, 7, 8, 10, 11, 20, 30, 60)]
    assert longer == [0, 0, 1, 1, 0, 0, 1, 0, 1, 3]


def test_a_scheduler_that_divides_by_its_steps_gets_two():
    euler = law_of("Euler", SamplerTraits())
    assert all(host_steps(share, 1, euler, "Bong Tangent", NoiseScale()).steps >= 2 for share in SHARES)
    assert txt2img_steps(1, euler, "Bong Tangent") == 2


def test_samplers_that_make_their_sigmas_themselves_are_known_by_the_host():
    assert law_of("Euler", SamplerTraits(asks=True)).any_start
    assert not law_of("Euler", SamplerTraits()).any_start
    assert not law_of("DDIM", SamplerTraits(timestep=True)).any_start
    # reForge's Euler Dy adds noise before its first call.
    assert law_of("Euler Dy", SamplerTraits(asks=True)).start_factor == pytest.approx(2**0.5)


def test_a_sampler_without_a_schedule_chosen_has_its_own():
    assert law_of("DPM++ 2M", SamplerTraits(scheduler="karras")).scheduler == "karras"
    assert law_of("DPM++ SDE Karras", SamplerTraits()).scheduler == "karras"
    assert law_of("Euler", SamplerTraits()).scheduler == ""
