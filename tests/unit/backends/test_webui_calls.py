"""A frame request in the WebUI's own words: prompts, steps, names, sizes."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from glance.backends.sdapi.host_names import HostNames, spellings
from glance.backends.sdapi.requests import cut_to_size, draw_calls, padded, padded_size, picture_settings
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
        each["name"]: SamplerTraits(
            each["class"] == "CompVisSampler",
            "second_order" in each["options"],
            scheduler=each["options"].get("scheduler", ""),
            discards="discard_next_to_last_sigma" in each["options"],
        )
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


def started(names, strength: float, **changes):
    """Return the one call of a frame that keeps `strength` of the one before."""
    (call,) = calls(FrameRequest(SMALL, frame_spec(strength=strength, **changes), photograph(SMALL)), names)
    return call


@pytest.mark.parametrize("sampler", ["Euler", "DPM++ 2M", "DDIM", "UniPC", "DPM++ 2M SDE", "DPM++ 3M SDE"])
@pytest.mark.parametrize("steps", [4, 8, 20, 30])
def test_over_http_strength_has_twenty_levels_and_more_at_any_number_of_steps(names, sampler, steps):
    law = names.law(sampler)
    found = [started(names, 0.8 - 0.4 * float(kick), steps=steps, sampler=sampler) for kick in np.linspace(0, 1, 401)]
    levels = [call.start.sigma for call in found]
    assert levels == sorted(levels)
    assert len(set(levels)) >= 20
    for call in found:
        assert int(min(call.denoising_strength, 0.999) * call.steps) - law.offset == call.start.steps
        assert call.steps <= 60
        assert not call.start.exact


def test_over_http_a_scenes_frames_cost_about_the_same_whatever_their_strength(names):
    strengths = (0.8, 0.7, 0.6, 0.4, 0.3)
    for taken in (3, 5, 7, 12):
        costs = {started(names, strength, taken=taken, sampler="Euler").start.steps for strength in strengths}
        assert costs <= {4, 5, 6} if taken < 5 else costs <= {taken - 1, taken, taken + 1}
    # So little noise that as many steps of 60 would already start from more.
    assert started(names, 0.95, taken=12, sampler="Euler").start.steps < 8


def test_over_http_a_start_is_the_one_of_that_many_uniform_steps(names):
    # Of N steps, the start of the last k lies at (k - 1) / (N - 1), so that N = 1 + (k - 1) / (1 - strength).
    found = {strength: started(names, strength, steps=8, sampler="Euler").start.sigma for strength in (0.8, 0.5, 0.4)}
    assert found == pytest.approx({0.8: 0.571, 0.5: 1.616, 0.4: 2.28}, rel=0.02)


@pytest.mark.parametrize("sampler", ["Euler a", "DPM++ 2M", "DPM++ SDE", "DPM++ 3M SDE"])
def test_in_its_own_process_one_strength_is_one_noise_level_at_any_number_of_steps(names, sampler):
    asking = {name: replace(traits, asks=not traits.timestep) for name, traits in names.traits.items()}
    names = replace(names, traits=asking)
    kicks = np.linspace(0, 1, 101)
    swept = {
        steps: [started(names, 0.8 - 0.4 * float(kick), steps=steps, sampler=sampler).start for kick in kicks]
        for steps in (4, 8, 20, 30)
    }
    for starts in swept.values():
        assert [start.sigma for start in starts] == [start.sigma for start in swept[20]]
        assert all(a.sigma < b.sigma for a, b in pairwise(starts))
        assert all(start.exact for start in starts)
    assert {start.steps for start in swept[4]} == {3}
    assert [swept[20][index].steps for index in (0, 50, 100)] == [4, 8, 12]
    assert swept[20][100].sigma == pytest.approx(2.28, abs=0.01)


def test_in_its_own_process_timestep_samplers_take_the_nearest_of_their_steps(names):
    names = replace(names, traits={name: replace(each, asks=not each.timestep) for name, each in names.traits.items()})
    assert not started(names, 0.6, sampler="DDIM").start.exact
    assert not started(names.without_any_start("Euler"), 0.6, sampler="Euler").start.exact


def test_a_pictures_text_says_where_it_started_and_what_to_ask_a_webui_for(names):
    request = FrameRequest(SMALL, frame_spec(strength=0.6, steps=4, sampler="Euler", taken=3), photograph(SMALL))
    fields = picture_settings(request, names, DEFAULT_OPTIONS, "tiny.safetensors").fields
    assert (fields["GLANCE strength"], fields["GLANCE start"], fields["GLANCE steps taken"]) == (
        "0.6",
        "sigma 1.163",
        "5",
    )
    assert int(float(fields["Denoising strength"]) * int(fields["Steps"])) + 1 == 5
    nothing = picture_settings(replace(request, init=None), names, DEFAULT_OPTIONS, "tiny.safetensors").fields
    assert "GLANCE start" not in nothing


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
