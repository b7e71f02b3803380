"""Model calls as counted with the five hosts' own samplers, against the laws that a plan is drawn by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glance.backends.sdapi.sampler_laws import SamplerLaw, SamplerTraits, img2img_steps, law_of, txt2img_steps
from tests.support.host_sources import HOSTS, host_source

#: Each host's samplers by how often they called a model that only counts: steps -> calls at these strengths, None where
#: the sampler raised.
COUNTED = json.loads((Path(__file__).parent / "sampler_counts.json").read_text(encoding="utf-8"))
DENOISING = (0.1, 0.25, 0.5, 0.75, 0.9)
TITLES = {file: title for title, file in HOSTS.items()}
STRENGTHS = [float(value) for value in np.linspace(0.0, 0.99, 34)]


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
def test_nothing_is_asked_for_that_a_sampler_refuses_and_the_start_is_the_one_meant(row):
    for name, law in counted(row).items():
        for steps in (1, 2, 3, 4, 6, 8, 12, 20, 30, 150):
            for strength in STRENGTHS:
                asked = img2img_steps(strength, steps, law)
                wanted = min(steps, max(1, round((1 - strength) * steps)))
                taken = given(asked.denoising, asked.steps) - law.offset
                assert taken == asked.taken == max(wanted, law.fewest), (name, steps, strength)
                if asked.steps not in (steps, taken + law.offset + 1):
                    begins = (taken + max(law.offset, 0)) / asked.steps
                    assert begins == pytest.approx(wanted / steps, abs=1 / asked.steps), (name, steps, strength)


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
    assert img2img_steps(0.9, 10, law_of("UniPC", SamplerTraits(timestep=True))).steps == 30


@pytest.mark.parametrize("steps", [1, 2, 4, 6, 7, 12, 16, 20, 28, 60])
def test_the_schedulers_own_length_is_made_up_for(steps):
    euler = law_of("Euler", SamplerTraits())
    for strength in STRENGTHS:
        wanted = min(steps, max(1, round((1 - strength) * steps)))
        asked = img2img_steps(strength, steps, euler, "Sinusoidal SF")
        assert given(asked.denoising, asked.steps) == wanted  # one fewer is taken than t + 1
        asked = img2img_steps(strength, steps, euler, "DDIM")
        size = max(1000 // asked.steps, 1)
        longer = -(-999 // size) - asked.steps
        assert given(asked.denoising, asked.steps) + 1 + longer == wanted


def test_a_scheduler_that_divides_by_its_steps_gets_two():
    euler = law_of("Euler", SamplerTraits())
    assert img2img_steps(0.5, 1, euler, "Bong Tangent").steps == 2
    assert txt2img_steps(1, euler, "Bong Tangent") == 2
