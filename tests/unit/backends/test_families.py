"""What a model is, and what suits it: told by the host, by the file's name, by the person's own presets."""

from __future__ import annotations

import dataclasses
import sys
from contextlib import closing
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from glance.app.renders import preview_look
from glance.app.service import StudioService
from glance.backends.sdapi.backend import WebuiApiBackend
from glance.backends.sdapi.families import FAMILIES, family_of, remarks_on, with_host_values
from glance.backends.sdapi.host_names import HostNames
from glance.backends.sdapi.requests import picture_settings
from glance.render.backend import FrameRequest
from glance.render.style_previews import preview_spec
from glance.story.styles import load_styles
from glance.webui.backend import WebuiBackend
from glance.webui.family import loaded_family
from glance.webui.host import WebuiHost
from glance.webui.queue import QueueSlot
from glance.webui.settings import Settings, read_settings
from tests.support.fake_webui_server import fake_webui
from tests.support.host_sources import HOSTS, host_source
from tests.support.painted_frames import SMALL, frame_spec, plan_of
from tests.support.song_files import write_clicks
from tests.support.standin_webui import StandIn, install


@pytest.mark.parametrize(
    ("model", "title", "steps"),
    [
        ("v1-5-pruned-emaonly.safetensors", "Stable Diffusion 1.5", 20),
        ("sd_xl_base_1.0.safetensors", "SDXL", 24),
        ("ponyDiffusionV6XL.safetensors", "SDXL", 24),
        ("sd_xl_turbo_1.0_fp16.safetensors", "SDXL Turbo", 6),
        ("dreamshaperXL_lightningDPMSDE.safetensors", "SDXL Lightning", 8),
        ("LCM_sd15_dream.safetensors", "Stable Diffusion 1.5 LCM", 8),
        ("flux1-dev-bnb-nf4-v2.safetensors", "Flux", 20),
        ("flux1-schnell.safetensors", "Flux schnell", 4),
        ("flux2-klein-4b.safetensors", "Flux 2 Klein", 4),
        ("Chroma1-HD.safetensors", "Chroma", 26),
        ("z_image_turbo_bf16.safetensors", "Z-Image", 9),
        ("qwen-image-2512-fp8.safetensors", "Qwen-Image", 8),
        ("wan2.2_t2v_low_noise.safetensors", "Wan", 4),
        ("lumina_2_model.safetensors", "Lumina 2", 32),
        ("sd3.5_medium.safetensors", "Stable Diffusion 3", 28),
    ],
)
def test_a_models_name_tells_its_family(model, title, steps):
    family = family_of(model=model)
    assert (family.title, family.steps) == (title, steps)


@pytest.mark.parametrize("model", ["dreamshaper_8.safetensors", "animagine.ckpt", "swan.safetensors", ""])
def test_a_name_that_tells_nothing_gives_no_family(model):
    assert family_of(model=model) is None


def test_the_loaded_class_goes_before_the_name_and_the_name_before_the_preset():
    assert family_of(engine="ZImage", model="fluxish.safetensors", preset="xl").title == "Z-Image"
    assert family_of(model="flux1-dev.safetensors", preset="xl").title == "Flux"
    assert family_of(model="mymodel.safetensors", preset="xl").title == "SDXL"


def test_every_family_is_whole():
    for family in FAMILIES:
        assert not family.size[0] % family.multiple
        assert not family.size[1] % family.multiple
        assert family.reads_negative == (family.cfg != 1)
        assert family.scheduler != "Automatic" or not family.flow


def test_every_familys_sampler_is_in_a_host_that_draws_it():
    names = {host: {each["name"] for each in host_source(host)["samplers"]} for host in HOSTS}
    for family in FAMILIES:
        assert family.sampler in names["Forge Neo"] | names["Forge"], family.title


def test_what_the_person_has_set_in_the_host_goes_before_ours():
    flux = family_of(engine="Flux")
    own = with_host_values(flux, {"flux_i2i_d_cfg": 2.8, "flux_i2i_sampler": "DEIS", "flux_i2i_cfg": 0})
    assert (own.guidance, own.sampler, own.scheduler, own.cfg) == (2.8, "DEIS", "Simple", 1.0)
    assert with_host_values(family_of(engine="ZImage"), {"zit_i2i_dcfg": 4.0}).guidance == 4.0
    assert with_host_values(family_of(engine="QwenImage"), {"qwen_i2i_dcfg": 4.0}).guidance is None


def loaded(webui: StandIn, name: str, **flags: bool) -> None:
    webui.modules["modules.shared"].sd_model = type(name, (), flags)()


def test_the_loaded_model_tells_in_each_host(monkeypatch):
    webui = install(StandIn(host="Forge Neo"), monkeypatch.setitem)
    loaded(webui, "ZImage")
    assert loaded_family().title == "Z-Image"
    webui = install(StandIn(), monkeypatch.setitem)
    loaded(webui, "LatentDiffusion", is_sdxl=True, is_sd1=False)
    assert loaded_family().title == "SDXL"
    loaded(webui, "LatentDiffusion")
    assert loaded_family() is None


@pytest.mark.parametrize(("engine", "expected"), [("ZImage", 9.0), ("Wan", 5.0), ("Flux", 3.5), ("QwenImage", 3.5)])
def test_no_shift_of_another_family_is_forced(monkeypatch, engine, expected):
    webui = install(StandIn(host="Forge Neo"), monkeypatch.setitem)
    loaded(webui, engine)
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False):
        WebuiBackend(turn, Settings()).generate(FrameRequest((64, 64), frame_spec(), None))
        assert webui.calls[-1].distilled_cfg_scale == expected  # 3.5 is what the WebUI makes it by itself
        WebuiBackend(turn, Settings(guidance=2.0)).generate(FrameRequest((64, 64), frame_spec(), None))
        assert webui.calls[-1].distilled_cfg_scale == 2.0


def test_a_flow_model_never_gets_the_automatic_scheduler(monkeypatch):
    webui = install(StandIn(host="Forge"), monkeypatch.setitem)
    loaded(webui, "Flux")
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False):
        WebuiBackend(turn, Settings()).generate(FrameRequest((64, 64), frame_spec(sampler="Euler"), None))
    assert webui.calls[-1].scheduler == "Simple"


def test_a_new_project_begins_with_what_suits_the_model_and_the_page_says_so(monkeypatch, tmp_path):
    webui = install(StandIn({"glance_folder": str(tmp_path)}, host="Forge"), monkeypatch.setitem)
    loaded(webui, "Flux")
    shop = StudioService(WebuiHost())
    welcome = shop.welcome()
    suits = welcome["defaults"]["suits"]
    assert (suits["title"], suits["sampler"], suits["scheduler"], suits["steps"]) == ("Flux", "Euler", "Simple", 20)
    assert (suits["guidance"], suits["shift"], suits["reads_negative"]) == (3.5, False, False)
    assert welcome["sizes"]["16:9 standard"] == [1024, 576, "24"]
    project = shop.shelf.load(shop.create("song.wav", b"RIFF")["id"])
    assert project.curves == {"steps": "20", "cfg": "1", "sampler": '"Euler"', "scheduler": '"Simple"'}
    assert (project.output.width, project.output.height) == (1024, 576)


def test_what_suits_the_model_outlives_the_director_who_makes_the_first_scenes(monkeypatch, tmp_path):
    webui = install(StandIn({"glance_folder": str(tmp_path)}, host="Forge"), monkeypatch.setitem)
    loaded(webui, "Flux")
    shop = StudioService(WebuiHost())
    song = write_clicks(tmp_path / "song.wav", duration_s=4.0, every_s=0.5)
    identity = shop.create("song.wav", song.read_bytes())["id"]
    assert shop.listen(identity).wait(60)
    project = shop.shelf.load(identity)
    assert project.scenes
    assert project.curves["sampler"] == '"Euler"'
    assert (project.curves["steps"], project.curves["cfg"]) == ("20", "1")
    assert (project.output.width, project.output.height) == (1024, 576)


def test_examples_of_styles_are_drawn_as_the_model_likes_it_and_with_the_hosts_own_clip_skip(monkeypatch):
    webui = install(StandIn(host="Forge"), monkeypatch.setitem)
    loaded(webui, "Flux")
    suits = WebuiHost().defaults().suits
    look = preview_look({}, suits)
    assert (look.sampler, look.scheduler, look.cfg) == ("Euler", "Simple", 1.0)
    assert preview_look({"sampler": "Heun"}, suits).sampler == "Heun"
    assert preview_look({"checkpoint": "another.safetensors"}, suits).cfg == preview_look({}).cfg
    assert preview_spec(load_styles()["baroque"], look).clip_skip == 0


def test_a_model_of_the_last_layer_but_one_brings_its_clip_skip():
    assert family_of(model="ponyDiffusionV6XL.safetensors").clip_skip == 2
    assert family_of(model="sd_xl_base_1.0.safetensors").clip_skip == 0


def test_an_unknown_model_leaves_everything_as_it_was(monkeypatch, tmp_path):
    install(StandIn({"glance_folder": str(tmp_path)}), monkeypatch.setitem)
    shop = StudioService(WebuiHost())
    assert shop.shelf.load(shop.create("song.wav", b"RIFF")["id"]).curves == {}
    assert shop.welcome()["defaults"]["suits"] is None
    assert shop.welcome()["sizes"]["16:9 standard"] == [512, 288, "24"]


def test_clip_skip_stays_as_the_host_is_set_unless_the_plan_names_one(monkeypatch):
    webui = install(StandIn({"CLIP_stop_at_last_layers": 2}, host="Forge Neo"), monkeypatch.setitem)
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False):
        backend = WebuiBackend(turn, Settings())
        for clip_skip in (0, 1):
            backend.generate(FrameRequest((64, 64), frame_spec(clip_skip=clip_skip), None))
    assert [options["CLIP_stop_at_last_layers"] for options in webui.seen_options] == [2, 1]


def test_a_frame_s_text_names_no_clip_skip_that_the_plan_leaves_to_the_host():
    names = HostNames(samplers={"euler a": "Euler a"}, schedulers={"automatic": "Automatic"})
    for clip_skip, said in ((0, ""), (2, "2")):
        request = FrameRequest((64, 64), frame_spec(clip_skip=clip_skip, sampler="Euler a"), None)
        assert picture_settings(request, names, (), "tiny").fields["Clip skip"] == said


def test_a_host_that_rounds_is_given_its_own_size_and_the_frame_is_cut(monkeypatch):
    webui = install(StandIn(host="Forge Neo"), monkeypatch.setitem)
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False):
        backend = WebuiBackend(turn, Settings())
        frame = backend.generate(FrameRequest((136, 72), frame_spec(), np.zeros((72, 136, 3), np.uint8)))
        assert frame.shape == (72, 136, 3)
        assert (webui.calls[-1].width, webui.calls[-1].height) == (192, 128)
        before = len(webui.calls)
        backend.generate(FrameRequest((136, 72), frame_spec(), None))
        assert len(webui.calls) == before + 1  # it was learned once


def test_the_rounding_of_a_host_is_read_before_its_first_picture(monkeypatch):
    webui = install(StandIn(host="Forge Neo"), monkeypatch.setitem)

    def process_images_inner(p):
        p.width = max(((p.width + 32) // 64) * 64, 64)
        p.height = max(((p.height + 32) // 64) * 64, 64)

    webui.modules["modules.processing"].process_images_inner = process_images_inner
    assert WebuiHost().defaults().multiple == 64
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False):
        WebuiBackend(turn, Settings()).generate(FrameRequest((136, 72), frame_spec(), None))
    assert [(call.width, call.height) for call in webui.calls] == [(192, 128)]


def test_a_picture_of_quite_another_size_is_refused(monkeypatch):
    webui = install(StandIn(), monkeypatch.setitem)
    webui.modules["modules.processing"].process_images = lambda p: SimpleNamespace(images=[_picture((40, 24))])
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False), pytest.raises(Exception, match="40x24"):
        WebuiBackend(turn, Settings()).generate(FrameRequest(SMALL, dataclasses.replace(frame_spec()), None))


def _picture(size):
    from PIL import Image

    return Image.new("RGB", size)


def test_the_number_that_an_older_glance_has_saved_is_not_taken_for_a_wish(monkeypatch):
    webui = install(StandIn({"glance_distilled_cfg": 3.5}, host="Forge Neo"), monkeypatch.setitem)
    loaded(webui, "ZImage")
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False):
        WebuiBackend(turn, read_settings()).generate(FrameRequest((64, 64), frame_spec(), None))
    assert webui.calls[-1].distilled_cfg_scale == 9.0


@pytest.mark.parametrize(("model", "preset", "expected"), [("z_image.safetensors", "flux", 9.0), ("mine", "wan", 5.0)])
def test_over_http_the_family_is_told_by_name_or_preset(model, preset, expected):
    with fake_webui("Forge Neo") as server:
        server.options.update(sd_model_checkpoint=model, forge_preset=preset)
        with closing(WebuiApiBackend(server.url)) as backend:
            backend.generate(FrameRequest((64, 64), frame_spec(sampler="Euler"), None))
        (drawn,) = server.drawn("txt2img")
        assert drawn["distilled_cfg_scale"] == expected
        assert drawn["scheduler"] != "Automatic"


def test_over_http_an_unknown_model_is_sent_nothing_of_the_kind():
    with fake_webui() as server, closing(WebuiApiBackend(server.url)) as backend:
        backend.generate(FrameRequest((64, 64), frame_spec(sampler="Euler"), None))
        assert "distilled_cfg_scale" not in server.drawn("txt2img")[0]


def test_a_size_that_the_host_rounds_is_told_before_the_first_frame():
    names = HostNames(multiple=64)
    plan = dataclasses.replace(plan_of(frame_spec()), size=(512, 288))
    (remark,) = names.remarks(plan)
    assert "512x320" in remark
    assert "512x256 or 512x320" in remark
    assert names.remarks(dataclasses.replace(plan, size=(512, 320))) == []


def test_a_few_step_lora_brings_what_it_needs_in_the_hosts_own_spelling(monkeypatch):
    install(StandIn(host="Forge"), monkeypatch.setitem)
    networks = ModuleType("networks")
    networks.available_networks = {"sdxl_lightning_8step_lora": SimpleNamespace(), "ink": SimpleNamespace()}
    monkeypatch.setitem(sys.modules, "networks", networks)
    ink, fast = WebuiHost().choices().loras
    assert (ink.kind, dict(ink.curves)) == ("", {})
    assert fast.kind == "Lightning"
    assert fast.curves == {"steps": "8", "cfg": "1", "sampler": '"Euler"', "scheduler": '"SGM Uniform"'}


def test_what_spoils_a_familys_pictures_is_remarked_upon_and_drawn_all_the_same():
    flux = family_of(engine="Flux")
    plan = dataclasses.replace(plan_of(frame_spec(cfg=7.0)), size=(512, 288))
    (remark,) = remarks_on(flux, plan)
    assert "CFG 1, where the video asks for 7" in remark
    assert "1024x576" in remark
    assert remarks_on(flux, dataclasses.replace(plan_of(frame_spec(cfg=1.0)), size=(768, 432))) == []
    assert remarks_on(family_of(model="v1-5-pruned"), plan) == []
