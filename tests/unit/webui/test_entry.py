"""How GLANCE enters the WebUI: quickly, with a tab in any case, and with settings of its own."""

import importlib.util
import json
import runpy
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import ModuleType, SimpleNamespace

import msgspec
import pytest

from glance.errors import ProjectError
from glance.project.model import NEW_VIDEO
from glance.render.metadata import read_settings_text
from glance.webui import entry as tab
from glance.webui import names
from glance.webui.host import WebuiHost
from glance.webui.settings import Settings, output_folder, read_settings, register_settings
from tests.support.standin_webui import StandIn, install

ROOT = Path(__file__).parents[3]
HEAVY = ("torch", "librosa", "onnxruntime", "cv2", "scipy", "av", "openai", "gradio", "glance.app.service")


@pytest.fixture
def webui(monkeypatch) -> StandIn:
    return install(StandIn(), monkeypatch.setitem)


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
    gradio.Dropdown = gradio.Slider = object
    monkeypatch.setitem(sys.modules, "gradio", gradio)
    return texts


def test_starting_the_webui_loads_nothing_heavy():
    wanted = (
        "glance.webui.entry, glance.webui.settings, glance.webui.lazy_routes, glance.app.access, glance.app.gradio_page"
    )
    code = f"import sys, {wanted}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []


def test_the_hosts_script_registers_the_tab_the_settings_and_the_addresses(webui, monkeypatch):
    registered = []
    callbacks = ModuleType("modules.script_callbacks")
    for name in ("on_ui_tabs", "on_ui_settings", "on_app_started", "on_after_component"):
        setattr(callbacks, name, lambda function, name=name: registered.append(name))
    monkeypatch.setitem(sys.modules, "modules.script_callbacks", callbacks)
    webui.modules["modules"].script_callbacks = callbacks
    runpy.run_path(str(ROOT / "scripts" / "glance_webui.py"), run_name="glance_webui.py")
    assert sorted(registered) == ["on_after_component", "on_app_started", "on_ui_settings", "on_ui_tabs"]


def test_the_tab_is_titled_and_named(shown):
    ((page, title, element),) = tab.tabs()
    assert (page, title, element) == ("page", "GLANCE", "glance")
    assert "glance_root" in shown[0]


def test_a_missing_package_gives_a_tab_that_says_so(shown, monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "av" else find_spec(name, *rest)
    )
    assert len(tab.tabs()) == 1
    assert "the package av is missing" in shown[-1]
    assert "Start the WebUI again" in shown[-1]


def test_missing_packages_do_not_keep_the_host_from_starting(webui, monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "glance.webui.lazy_routes", None)
    tab.attach_routes(None, SimpleNamespace())
    assert "GLANCE cannot start" in caplog.text


def test_own_settings_are_registered_with_their_defaults_and_read_back(webui, shown):
    register_settings()
    assert read_settings() == Settings()
    webui.options.set("glance_share_gpu", False)
    assert not read_settings().share_gpu
    own = {name: info for name, info in webui.options.data_labels.items() if name.startswith("glance_")}
    assert set(own) == {f"glance_{name}" for name in Settings.__annotations__}
    assert all(info.section == ("glance", "GLANCE") for info in own.values())


def test_settings_that_name_places_and_servers_are_closed_to_the_api(webui, shown):
    register_settings()
    closed = {name for name, info in webui.options.data_labels.items() if getattr(info, "restrict_api", False)}
    assert closed == {"glance_folder", "glance_llm", "glance_llm_model"}


def test_a_setting_is_read_when_a_project_is_made_and_not_before(webui, shown):
    register_settings()
    host = WebuiHost()
    assert host.defaults().output == NEW_VIDEO
    for name, value in {"width": 1020, "height": 572, "fps": "24", "crf": 20, "preset": "fast"}.items():
        webui.options.set(f"glance_{name}", value)
    chosen = {"width": 1024, "height": 576, "fps": "24", "crf": 20, "preset": "fast"}
    assert host.defaults().output == msgspec.structs.replace(NEW_VIDEO, **chosen)
    webui.options.set("glance_keep_frames", False)
    assert not host.defaults().keep_frames


@pytest.mark.parametrize(("open_to_strangers", "has_key"), [(False, True), (True, False), (None, False)])
def test_the_environments_key_stays_here_where_strangers_reach_the_settings(webui, open_to_strangers, has_key):
    if open_to_strangers is not None:
        webui.modules["modules.shared"].cmd_opts.disable_extension_access = open_to_strangers
    assert WebuiHost().defaults().writer_has_key is has_key


def test_the_vae_setting_offers_the_hosts_vaes(webui, shown):
    register_settings()
    assert webui.options.data_labels["glance_vae"].component_args() == {"choices": ["", "sharp.pt"]}


def test_the_folder_is_below_the_hosts_outputs_unless_another_is_chosen(webui, shown):
    register_settings()
    assert output_folder() == Path("/webui/outputs/glance").resolve()
    webui.options.set("glance_folder", "/videos")
    assert output_folder() == Path("/videos").resolve()
    webui.options.set("glance_folder", "clips")
    assert output_folder() == Path("/webui/clips").resolve()


def test_the_page_is_offered_what_the_host_has(webui):
    host = WebuiHost()
    choices = host.choices()
    assert choices.checkpoints == ("tiny.safetensors", "other.safetensors")
    assert choices.samplers[:2] == ("DPM++ 2M", "DPM++ SDE")
    assert "LCM" not in choices.samplers  # hidden in the host's settings
    assert "Karras" in choices.schedulers
    assert host.name == "Stable Diffusion WebUI"


def test_the_page_is_offered_the_hosts_networks_styles_and_upscalers(webui, monkeypatch):
    assert WebuiHost().choices().loras == ()
    known = {"ink": SimpleNamespace(alias="ink"), "b_v2": SimpleNamespace(alias="Brushes")}
    monkeypatch.setitem(sys.modules, "networks", SimpleNamespace(available_networks=known))
    choices = json.loads(json.dumps(asdict(WebuiHost().choices())))
    names = [(lora["name"], lora["alias"]) for lora in choices["loras"]]
    assert names == [("b_v2", "Brushes"), ("ink", "")]
    film = {"name": "film", "prompt": "film still of {prompt}, grain", "negative": "digital"}
    assert choices["styles"] == [film]
    assert choices["vaes"] == ["sharp.pt"]
    assert choices["upscalers"] == ["Lanczos", "R-ESRGAN 4x+"]


def test_forges_text_encoders_are_no_vaes(monkeypatch):
    install(StandIn(host="Forge"), monkeypatch.setitem)
    assert WebuiHost().choices().vaes == ("sharp.pt", "soft.safetensors")


def test_forge_is_known_by_what_it_has(monkeypatch):
    install(StandIn(host="Forge"), monkeypatch.setitem)
    assert names.host_title() == "Forge"


def test_a_pictures_text_is_taken_apart():
    text = (
        'a fox,\nin snow\nNegative prompt: blurry,\nugly\nSteps: 20, Sampler: DPM++ 2M, Lora hashes: "ink: 1, oil: 2", '
    )
    settings = read_settings_text(text + "Size: 512x768, Version: v1.10.1")
    assert settings.prompt == "a fox,\nin snow"
    assert settings.negative == "blurry,\nugly"
    assert settings.fields["Sampler"] == "DPM++ 2M"
    assert settings.fields["Lora hashes"] == "ink: 1, oil: 2"
    assert settings.fields["Version"] == "v1.10.1"


def test_a_picture_without_prompts_has_settings_all_the_same():
    assert read_settings_text("Steps: 4, Sampler: Euler").prompt == ""


@pytest.mark.parametrize("text", ["", "a fox", "hello: world"])
def test_other_text_is_refused_with_what_was_expected(text):
    with pytest.raises(ProjectError, match="Steps: 20, Sampler"):
        read_settings_text(text)
