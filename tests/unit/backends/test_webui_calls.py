"""A frame request in the WebUI's own words: prompts, steps, names, sizes."""

from collections.abc import Mapping

import numpy as np
import pytest

from glance.backends.sdapi.host_names import HostNames, spellings
from glance.backends.sdapi.requests import cut_to_size, draw_calls, padded, padded_size
from glance.backends.sdapi.sampler_laws import SamplerTraits
from glance.errors import BackendError
from glance.render.backend import FrameRequest
from glance.story.prompt_text import mixed_prompt
from tests.support.fake_diffusion import DEFAULT_OPTIONS
from tests.support.host_sources import host_source
from tests.support.painted_frames import SMALL, frame_spec, photograph, plan_of


@pytest.fixture
def names() -> HostNames:
    source = host_source("A1111")
    samplers = [(each["name"], each["aliases"]) for each in source["samplers"]]
    schedulers = [(each["label"], [each["name"], *(each["aliases"] or [])]) for each in source["schedulers"]]
    traits = {
        each["name"]: SamplerTraits(each["class"] == "CompVisSampler", "second_order" in each["options"])
        for each in source["samplers"]
    }
    models = {"tiny": "tiny.safetensors [abc]"}
    return HostNames(spellings(samplers), spellings(schedulers), models, traits=traits)


def calls(request: FrameRequest, names: HostNames, options: Mapping[str, object] = DEFAULT_OPTIONS):
    return draw_calls(request, names, options)


def test_a_single_prompt_is_passed_on_untouched():
    text = "a (cat:1.2) <lora:ink:0.8>, [dog|fox] AND sky :0.4"
    assert mixed_prompt([(text, 1.0)]) == text


def test_two_prompts_are_composed_with_their_weights():
    assert mixed_prompt([("a cat", 0.25), ("a dog", 0.75)]) == "a cat :0.25 AND a dog :0.75"


def test_a_part_that_is_composed_already_keeps_its_own_proportions():
    mixed = mixed_prompt([("sea :0.5 AND sky", 0.5), ("a dog", 0.5)])
    assert mixed == "sea :0.25 AND sky :0.5 AND a dog :0.5"


def test_networks_fade_with_their_scene_and_add_up_where_both_name_one():
    mixed = mixed_prompt([("a cat <lora:ink:0.8>", 0.25), ("a dog <lora:ink:0.4><lora:oil>", 0.75)])
    assert mixed == "a cat :0.25 AND a dog :0.75<lora:ink:0.5><lora:oil:0.75>"


def test_a_network_with_two_weights_keeps_both():
    assert mixed_prompt([("a <lora:x:0.8:0.4>", 0.5), ("b", 0.5)]) == "a :0.5 AND b :0.5<lora:x:0.4:0.2>"


def test_a_prompt_without_weight_is_left_out():
    assert mixed_prompt([("a cat", 1.0), ("a dog", 0.0)]) == "a cat"


@pytest.mark.parametrize("sampler", ["DPM++ 2M", "DDIM", "UniPC", "DPM++ 2M SDE"])
@pytest.mark.parametrize("steps", [1, 2, 3, 7, 20, 30, 150])
def test_the_host_takes_exactly_the_steps_that_are_meant(names, sampler, steps):
    law = names.law(sampler)
    for strength in np.linspace(0.01, 0.99, 67):
        request = FrameRequest(
            SMALL, frame_spec(strength=float(strength), steps=steps, sampler=sampler), photograph(SMALL)
        )
        (call,) = calls(request, names)
        meant = max(law.fewest, min(steps, max(1, round((1 - float(strength)) * steps))))
        assert int(min(call.denoising_strength, 0.999) * call.steps) - law.offset == meant


def test_a_sampler_that_takes_no_single_step_gets_more_of_the_same_strength(names):
    request = FrameRequest(SMALL, frame_spec(strength=0.9, steps=10, sampler="UniPC"), photograph(SMALL))
    (call,) = calls(request, names)
    assert (call.steps, int(call.denoising_strength * call.steps)) == (30, 3)


def test_a_host_without_schedulers_has_them_in_the_names_of_its_samplers():
    samplers = [(each["name"], each["aliases"]) for each in host_source("Forge Classic")["samplers"]]
    classic = HostNames(spellings(samplers))
    assert classic.sampler("DPM++ 2M", "Karras") == ("DPM++ 2M Karras", "Automatic")
    assert classic.sampler("DPM++ 2M Karras", "karras") == ("DPM++ 2M Karras", "Automatic")
    assert classic.sampler("DPM++ 2M", "Automatic") == ("DPM++ 2M", "Automatic")
    with pytest.raises(BackendError, match="no sampler 'Euler Beta'"):
        classic.sampler("Euler", "Beta")


def test_names_are_found_in_any_case_and_by_alias(names):
    assert names.sampler("euler A", "KARRAS") == ("Euler a", "Karras")
    assert names.sampler("k_euler_ancestral", "") == ("Euler a", "Automatic")


def test_no_name_means_the_hosts_first_sampler(names):
    assert names.sampler("", "") == ("DPM++ 2M", "Automatic")


@pytest.mark.parametrize(
    ("joint", "split"),
    [("DPM++ 2M Karras", ("DPM++ 2M", "Karras")), ("DPM++ 2M SGM Uniform", ("DPM++ 2M", "SGM Uniform"))],
)
def test_an_old_joint_name_is_split(names, joint, split):
    assert names.sampler(joint, "") == split


def test_a_scheduler_of_its_own_wins_over_a_joint_one(names):
    assert names.sampler("DPM++ 2M Karras", "Uniform") == ("DPM++ 2M", "Uniform")


def test_an_unknown_sampler_is_refused_with_the_nearest_name(names):
    with pytest.raises(BackendError, match="did you mean Euler"):
        names.sampler("Eular", "")


def test_every_unknown_name_of_a_plan_is_told_before_its_first_frame(names):
    plan = plan_of(frame_spec(sampler="Eular"), frame_spec(scheduler="Karas"), frame_spec(checkpoint="big"))
    found = names.problems(plan)
    assert len(found) == 3
    assert all(any(name in sentence for sentence in found) for name in ("'Eular'", "'Karas'", "'big'"))


def test_sizes_between_multiples_of_eight_are_padded_and_cut_back(names):
    init = photograph((100, 90))
    (call,) = calls(FrameRequest((100, 90), frame_spec(), init), names)
    assert call.size == (104, 96) == padded_size((100, 90))
    wide = padded(init, call.size)
    assert wide.shape == (96, 104, 3)
    np.testing.assert_array_equal(cut_to_size(wide, (100, 90)), init)


def test_an_uncovered_region_is_drawn_before_the_frame(names):
    unknown = np.zeros(SMALL[::-1], np.float32)
    unknown[:, :8] = 1
    first, second = calls(FrameRequest(SMALL, frame_spec(), photograph(SMALL), unknown=unknown), names)
    assert first.denoising_strength > second.denoising_strength
    assert first.mask is not None
    assert second.mask is None


def test_no_picture_is_asked_for_when_everything_is_kept(names):
    assert calls(FrameRequest(SMALL, frame_spec(strength=1.0), photograph(SMALL)), names) == []


def test_a_setting_the_host_does_not_know_is_left_out(names):
    (call,) = calls(FrameRequest(SMALL, frame_spec(), None), names, ["CLIP_stop_at_last_layers"])
    assert call.options == {"CLIP_stop_at_last_layers": 1}


def test_a_reroll_changes_the_seed_and_no_neighbor_has_it(names):
    seeds = {
        calls(FrameRequest(SMALL, frame_spec(seed=seed), None, attempt=attempt), names)[0].seed
        for seed in range(100)
        for attempt in range(3)
    }
    assert len(seeds) == 300


def test_the_models_title_is_asked_for_by_its_short_name(names):
    (call,) = calls(FrameRequest(SMALL, frame_spec(checkpoint="tiny"), None), names)
    assert call.options["sd_model_checkpoint"] == "tiny.safetensors [abc]"


def test_a_sampler_without_a_law_is_told_of_and_not_refused(names):
    plan = plan_of(frame_spec(sampler="DPM adaptive"))
    assert names.problems(plan) == []
    (remark,) = names.remarks(plan)
    assert "DPM adaptive chooses its own steps" in remark
    assert names.remarks(plan_of(frame_spec(sampler="Euler a"))) == []
    new = HostNames(spellings([("Euler", []), ("Brand New", [])]))
    assert "new to GLANCE" in new.remarks(plan_of(frame_spec(sampler="Brand New")))[0]
