"""Frames drawn inside a WebUI: its settings come back, its buttons work, its failures become sentences."""

import copy
import dataclasses
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from glance.errors import BackendError, BackendInterruptedError, BackendMemoryError
from glance.imaging.quality import blank_frame_problem
from glance.render.backend import FrameRequest
from glance.webui.backend import WebuiBackend
from glance.webui.queue import QueueSlot
from glance.webui.settings import Settings
from tests.support.painted_frames import SMALL, frame_spec, photograph, plan_of
from tests.support.standin_webui import FORGE_MODULES, NansException, StandIn, install

PLAIN = Settings()
REQUEST = FrameRequest(SMALL, frame_spec(clip_skip=2), photograph(SMALL))


@pytest.fixture(params=[{}, {"CLIP_stop_at_last_layers": 1, "sd_model_checkpoint": "tiny.safetensors"}])
def webui(request, monkeypatch) -> StandIn:
    """A WebUI on a fresh install, and one with a settings file."""
    return install(StandIn(request.param), monkeypatch.setitem)


def drawn(webui: StandIn, request: FrameRequest = REQUEST, settings: Settings = PLAIN) -> np.ndarray:
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False):
        return WebuiBackend(turn, settings).generate(request)


def test_settings_are_as_they_were_after_a_frame(webui):
    before = copy.deepcopy(webui.options.data)
    drawn(webui)
    assert webui.options.data == before
    assert webui.seen_options[0]["CLIP_stop_at_last_layers"] == 2


def test_settings_are_as_they_were_after_an_error(webui):
    before = copy.deepcopy(webui.options.data)

    def fail(number):
        raise RuntimeError("expected scalar type Half")

    webui.midway = fail
    with pytest.raises(BackendError, match="expected scalar type Half"):
        drawn(webui)
    assert webui.options.data == before


def test_settings_are_as_they_were_after_an_interrupt(webui):
    before = copy.deepcopy(webui.options.data)
    webui.midway = lambda number: webui.state.interrupt()
    with pytest.raises(BackendInterruptedError):
        drawn(webui)
    assert webui.options.data == before
    assert not webui.state.interrupted


def test_a_checkpoint_of_the_plan_stays_for_the_turn_and_comes_back_after_it(webui):
    before = copy.deepcopy(webui.options.data)
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False):
        backend = WebuiBackend(turn, Settings())
        backend.generate(FrameRequest(SMALL, frame_spec(checkpoint="other.safetensors"), None))
        assert webui.options.data["sd_model_checkpoint"] == "other.safetensors"
    assert webui.options.data == before


def test_a_vae_of_its_own_comes_back_and_is_loaded_again(monkeypatch):
    webui = install(StandIn({"sd_vae": "Automatic"}), monkeypatch.setitem)
    drawn(webui, settings=Settings(vae="sharp.pt"))
    assert webui.seen_options[0]["sd_vae"] == "sharp.pt"
    assert webui.options.data["sd_vae"] == "Automatic"
    assert webui.loaded_vaes == ["the model's own", "Automatic"]


def test_a_vae_that_was_never_chosen_leaves_with_the_turn(monkeypatch):
    webui = install(StandIn(), monkeypatch.setitem)
    drawn(webui, settings=Settings(vae="sharp.pt"))
    assert "sd_vae" not in webui.options.data
    assert webui.loaded_vaes == ["the model's own", "Automatic"]


def test_each_scene_has_its_own_vae_and_model_and_a_scene_without_has_the_persons(webui):
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False):
        backend = WebuiBackend(turn, Settings())
        own = backend.generate(REQUEST)
        named = dataclasses.replace(REQUEST, spec=frame_spec(vae="SHARP.pt", checkpoint="other.safetensors"))
        assert (backend.generate(named) != own).any()
        seen = webui.seen_options[-1]
        assert (seen["sd_vae"], seen["sd_model_checkpoint"]) == ("sharp.pt", "other.safetensors")
        identity = backend.identity
        backend.generate(REQUEST)
        assert webui.seen_options[-1]["sd_vae"] == "Automatic"
        assert webui.seen_options[-1]["sd_model_checkpoint"] == "tiny.safetensors"
    assert backend.identity == identity


def test_a_scenes_vae_goes_before_the_one_of_the_settings(webui):
    drawn(webui, dataclasses.replace(REQUEST, spec=frame_spec(vae="None")), Settings(vae="sharp.pt"))
    assert webui.seen_options[-1]["sd_vae"] == "None"


def test_forges_vae_comes_beside_the_text_encoders(monkeypatch):
    clip = FORGE_MODULES["clip_l.safetensors"]
    saved = {"forge_additional_modules": [clip, "/models/VAE/sharp.pt"]}
    webui = install(StandIn(saved, host="Forge"), monkeypatch.setitem)
    for name in ("soft.safetensors", "None", ""):
        drawn(webui, dataclasses.replace(REQUEST, spec=frame_spec(vae=name)))
    seen = [options["forge_additional_modules"] for options in webui.seen_options]
    assert seen == [[clip, "/models/VAE/more/soft.safetensors"], [clip], [clip, "/models/VAE/sharp.pt"]]
    assert webui.options.data == saved


@pytest.mark.parametrize(("spec", "settings"), [({"vae": "sharpp.pt"}, Settings()), ({}, Settings(vae="sharpp.pt"))])
def test_an_unknown_vae_is_a_problem_before_the_first_frame(webui, spec, settings):
    problems = WebuiBackend(QueueSlot(lambda: False), settings).problems(plan_of(frame_spec(**spec)))
    assert any("no VAE 'sharpp.pt'; did you mean sharp.pt?" in problem for problem in problems)


def test_a_vae_of_another_kind_is_told_in_words_and_not_weight_by_weight(webui):
    def fail(number):
        lines = [f"\tsize mismatch for encoder.{index}.weight: copying a param ..." for index in range(200)]
        raise RuntimeError("Error(s) in loading state_dict for AutoencoderKL:\n" + "\n".join(lines))

    webui.midway = fail
    with pytest.raises(BackendError, match="choose VAEs that fit the models of their scenes") as refused:
        drawn(webui)
    assert len(str(refused.value)) < 700


def test_a_half_drawn_picture_is_never_returned(webui):
    webui.midway = lambda number: webui.state.interrupt()
    with pytest.raises(BackendInterruptedError):
        drawn(webui)


def test_the_button_that_lets_a_picture_finish_gives_that_picture(webui):
    whole = drawn(webui)
    webui.midway = lambda number: setattr(webui.state, "stopping_generation", True)
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False):
        np.testing.assert_array_equal(WebuiBackend(turn, Settings()).generate(REQUEST), whole)
        assert turn.interrupted()


def test_a_skipped_frame_is_drawn_again_whole(webui):
    whole = drawn(webui)
    webui.calls.clear()
    webui.midway = lambda number: setattr(webui.state, "skipped", number == 1)
    np.testing.assert_array_equal(drawn(webui), whole)
    assert len(webui.calls) == 2


def test_a_wish_to_stop_interrupts_the_frame_at_hand(webui):
    wish = threading.Event()

    def wait_for_the_interrupt(number):
        wish.set()
        deadline = time.monotonic() + 5
        while not webui.state.interrupted and time.monotonic() < deadline:
            time.sleep(0.01)

    webui.midway = wait_for_the_interrupt
    turn = QueueSlot(lambda: False)
    with pytest.raises(BackendInterruptedError), turn.hold(wish.is_set):
        WebuiBackend(turn, Settings()).generate(REQUEST)


def test_no_numbers_become_a_black_picture_that_the_loop_draws_anew(webui):
    def fail(number):
        raise NansException("A tensor with all NaNs was produced in Unet.")

    webui.midway = fail
    assert blank_frame_problem(drawn(webui)) == "black"


def test_out_of_memory_is_tried_once_more(webui):
    def fail_once(number):
        if number == 1:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")

    webui.midway = fail_once
    assert blank_frame_problem(drawn(webui)) == ""
    assert len(webui.calls) == 2


def test_out_of_memory_twice_stops_with_advice(webui):
    def fail(number):
        raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")

    webui.midway = fail
    with pytest.raises(BackendMemoryError, match="make the video smaller"):
        drawn(webui)


def test_a_frame_does_not_depend_on_what_somebody_else_drew_before(webui):
    first = drawn(webui)
    webui.rng_state = "somebody else's"
    np.testing.assert_array_equal(drawn(webui), first)


def test_a_frame_does_not_depend_on_whether_its_model_had_to_be_loaded_first(webui):
    other = dataclasses.replace(REQUEST, spec=frame_spec(checkpoint="other.safetensors"))
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False):
        backend = WebuiBackend(turn, Settings())
        loading = backend.generate(other)
        np.testing.assert_array_equal(backend.generate(other), loading)


def test_nothing_is_saved_by_the_host_and_the_call_is_closed(webui):
    drawn(webui)
    (call,) = webui.calls
    assert call.do_not_save_samples
    assert call.do_not_save_grid
    assert call.closed


def test_scripts_that_were_taken_over_work_with_their_values_and_missing_ones_are_named(webui):
    turn = QueueSlot(lambda: False)
    backend = WebuiBackend(turn, PLAIN, {"ADetailer": (2.5, "face"), "Gone": (1,)})
    with turn.hold(lambda: False):
        backend.generate(REQUEST)
    assert webui.calls[-1].script_args == (0, 2.5, "face")
    (problem,) = backend.problems(plan_of(frame_spec()))
    assert "`Gone`" in problem
    assert backend.identity != WebuiBackend(turn, PLAIN).identity


def test_scripts_stay_away_unless_they_are_wanted(webui):
    drawn(webui)
    assert webui.calls[-1].scripts.alwayson_scripts == []
    assert webui.calls[-1].script_args == ()
    drawn(webui, settings=Settings(always_on=True))
    assert webui.calls[-1].is_api
    assert webui.calls[-1].script_args == (0, 1.5, "auto")


def test_distilled_guidance_is_set_only_where_the_host_knows_it(monkeypatch):
    webui = install(StandIn(host="Forge"), monkeypatch.setitem)
    drawn(webui, settings=Settings(guidance=2.5))
    assert webui.calls[-1].distilled_cfg_scale == 2.5
    plain = install(StandIn(), monkeypatch.setitem)
    drawn(plain)
    assert not hasattr(plain.calls[-1], "distilled_cfg_scale")


def test_a_host_is_shown_a_hard_mask_because_the_loop_owns_the_soft_one(webui):
    mask = np.linspace(0, 1, SMALL[0] * SMALL[1], dtype=np.float32).reshape(SMALL[::-1])
    drawn(webui, FrameRequest(SMALL, frame_spec(), photograph(SMALL), mask))
    call = webui.calls[-1]
    assert np.unique(np.asarray(call.mask)).tolist() == [0, 255]
    assert (np.asarray(call.mask) > 0).sum() == (mask > 0).sum()
    assert not call.mask_round
    assert (call.mask_blur, call.inpaint_full_res, call.inpainting_fill) == (0, False, 1)


def test_the_identity_changes_with_a_setting_that_changes_pixels(webui):
    backend = WebuiBackend(QueueSlot(lambda: False), Settings())
    before = backend.identity
    webui.options.data["randn_source"] = "CPU"
    assert backend.identity != before


def test_the_identity_knows_every_setting_that_the_host_notes_in_pictures(webui):
    info = SimpleNamespace(default=0.5, infotext="Karras rho")
    webui.options.data_labels["karras_rho"] = info
    webui.options.data_labels["gallery_height"] = SimpleNamespace(default="", infotext=None)
    backend = WebuiBackend(QueueSlot(lambda: False), Settings())
    before = backend.identity
    webui.options.data["gallery_height"] = "300"
    assert backend.identity == before
    webui.options.data["karras_rho"] = 7.0
    assert backend.identity != before


def test_an_unknown_sampler_is_a_problem_before_the_first_frame(webui):
    problems = WebuiBackend(QueueSlot(lambda: False), Settings()).problems(plan_of(frame_spec(sampler="Eular a")))
    assert any("did you mean Euler a" in problem for problem in problems)
    assert webui.calls == []


def test_a_host_without_a_model_says_where_to_put_one(webui):
    webui.modules["modules.sd_models"].checkpoints_list.clear()
    problems = WebuiBackend(QueueSlot(lambda: False), Settings()).problems(plan_of(frame_spec()))
    assert any("models/Stable-diffusion" in problem for problem in problems)
