"""The five WebUIs: each starts with GLANCE in it, offers what it has, and draws."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from glance.render.backend import FrameRequest
from glance.webui import entry as tab
from glance.webui.backend import WebuiBackend
from glance.webui.host import WebuiHost
from glance.webui.queue import QueueSlot
from glance.webui.settings import Settings, output_folder, register_settings
from tests.support.host_sources import HOSTS
from tests.support.painted_frames import SMALL, frame_spec, photograph
from tests.support.standin_webui import StandIn, install


@pytest.fixture(params=sorted(HOSTS))
def webui(request, monkeypatch) -> StandIn:
    return install(StandIn(host=request.param), monkeypatch.setitem)


@pytest.fixture
def shown(monkeypatch) -> list[str]:
    """A stand-in for gradio; what it is asked to show is collected."""
    texts: list[str] = []

    @contextmanager
    def blocks(**how):
        yield "page"

    gradio = ModuleType("gradio")
    gradio.Blocks = blocks
    gradio.Slider = gradio.Dropdown = object
    gradio.HTML = lambda text, **how: texts.append(text)
    monkeypatch.setitem(sys.modules, "gradio", gradio)
    return texts


def drawn(webui: StandIn, request: FrameRequest) -> np.ndarray:
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False):
        return WebuiBackend(turn, Settings()).generate(request)


def test_the_settings_of_every_host_offer_its_vaes(webui, shown):
    register_settings()
    choices = webui.options.data_labels["glance_vae"].component_args()["choices"]
    assert choices == ["", "sharp.pt", *(["soft.safetensors"] if webui.forge else [])]


def test_every_host_is_called_by_its_name(webui):
    expected = "Stable Diffusion WebUI" if webui.host == "A1111" else webui.host
    assert WebuiHost().name == expected


def test_every_host_offers_its_samplers(webui):
    choices = WebuiHost().choices()
    assert {"Euler", "Euler a"} <= set(choices.samplers)
    assert ("Karras" in choices.schedulers) == (webui.host != "Forge Classic")


def test_every_host_keeps_projects_below_its_own_folder_of_pictures(webui, shown):
    folder = {"Forge Classic": "output", "Forge Neo": "output"}.get(webui.host, "outputs")
    assert output_folder().parts[-2:] == (folder, "glance")


def test_every_host_starts_with_the_tab(webui, shown):
    assert tab.tabs()[0][1:] == ("GLANCE", "glance")


@pytest.mark.parametrize("init", [None, photograph(SMALL)])
def test_every_host_draws_a_frame(webui, init):
    mask = np.full(SMALL[::-1], 0.5, np.float32) if init is not None else None
    frame = drawn(webui, FrameRequest(SMALL, frame_spec(), init, mask))
    assert frame.shape == (*SMALL[::-1], 3)


def test_the_lists_of_text_encoder_folders_are_no_vaes(monkeypatch):
    webui = install(StandIn(host="Forge Neo"), monkeypatch.setitem)
    webui.modules["modules.shared"].cmd_opts = SimpleNamespace(text_encoder_dirs=["/more/encoders", "/even/more"])
    sys.modules["modules_forge.main_entry"].module_list["t5.safetensors"] = "/even/more/t5.safetensors"
    assert WebuiHost().choices().vaes == ("sharp.pt", "soft.safetensors")


def test_a_stray_folder_of_forges_name_makes_no_forge(monkeypatch):
    install(StandIn(), monkeypatch.setitem)
    stray = ModuleType("modules_forge")
    stray.__path__ = []
    monkeypatch.setitem(sys.modules, "modules_forge", stray)
    assert WebuiHost().name == "Stable Diffusion WebUI"
    assert WebuiHost().choices().vaes == ("sharp.pt",)
