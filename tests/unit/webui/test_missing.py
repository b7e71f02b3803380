"""GLANCE never takes a WebUI down: whatever a host lacks or refuses to give, the page appears and tells it."""

from __future__ import annotations

import html
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI

from glance.errors import GlanceError
from glance.render.backend import FrameRequest
from glance.webui.host import WebuiHost
from tests.support.asgi_client import ask
from tests.support.host_sources import HOSTS
from tests.support.painted_frames import SMALL, frame_spec, photograph, plan_of
from tests.support.standin_webui import StandIn, install

ROOT = Path(__file__).parents[3]
CALLBACKS = ("on_ui_tabs", "on_ui_settings", "on_app_started", "on_after_component")
#: Objects inside modules whose own attributes are asked for, too.
NESTED = ("opts", "state", "cmd_opts", "queue_lock")
#: What the page is told of a field of img2img, or a button below a picture, was made.
ELEMENTS = ("img2img_steps", "img2img_send_to_extras", "txt2img_send_to_extras")


class Watched:
    """Stands in front of an object or module: notes what it is asked for, and refuses one name."""

    def __init__(self, behind: Any, name: str, asked: set[str], refuse: dict[str, Exception]) -> None:
        vars(self).update(behind=behind, name=name, asked=asked, refuse=refuse)

    def __getattr__(self, attribute: str) -> Any:
        path = f"{self.name}.{attribute}"
        if not attribute.startswith("__"):
            self.asked.add(path)
        if path in self.refuse:
            kind = self.refuse[path]
            raise type(kind)(*kind.args)
        found = getattr(self.behind, attribute)
        return Watched(found, path, self.asked, self.refuse) if attribute in NESTED else found

    def __setattr__(self, attribute: str, value: Any) -> None:
        setattr(self.behind, attribute, value)

    def __enter__(self) -> Any:
        return self.behind.__enter__()

    def __exit__(self, *error: Any) -> Any:
        return self.behind.__exit__(*error)


class WatchedModule(ModuleType):
    """The same for a module, which has to be one."""

    def __init__(self, behind: ModuleType, asked: set[str], refuse: dict[str, Exception]) -> None:
        super().__init__(behind.__name__)
        self.__dict__["_watched"] = Watched(behind, behind.__name__, asked, refuse)
        self.__spec__ = behind.__spec__
        if hasattr(behind, "__path__"):
            self.__path__ = behind.__path__

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self.__dict__["_watched"], attribute)


class Component:
    """A gradio component, as far as it is looked at."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.arguments, self.named = arguments, named

    def click(self, **how: Any) -> None:
        """Take a listener."""

    def __enter__(self) -> Component:
        return self

    def __exit__(self, *error: object) -> None:
        """Leave the layout."""


def fake_gradio(texts: list[str]) -> ModuleType:
    gradio = ModuleType("gradio")
    for name in ("Blocks", "Row", "Textbox", "Button", "Slider", "Dropdown"):
        setattr(gradio, name, Component)
    gradio.HTML = lambda text, **how: texts.append(text)
    return gradio


class Started:
    """A host that has started with GLANCE in it."""

    def __init__(self, host: str, patch: pytest.MonkeyPatch, refuse: dict[str, Exception]) -> None:
        self.asked: set[str] = set()
        self.texts: list[str] = []
        self.webui = install(StandIn(host=host), patch.setitem)
        extra = {
            "script_callbacks": {name: self.keep(name) for name in CALLBACKS},
            "ui_components": {"ToolButton": Component},
            "infotext_utils": {"register_paste_params_button": Component, "ParamBinding": Component},
        }
        for name, contents in extra.items():
            made = ModuleType(f"modules.{name}")
            made.__spec__ = None
            vars(made).update(contents)
            self.webui.modules[f"modules.{name}"] = made
        patch.setitem(sys.modules, "gradio", fake_gradio(self.texts))
        self.app = FastAPI()
        self.callbacks: dict[str, Any] = {}
        for name, module in {**self.webui.modules, **_forge_modules()}.items():
            if name.startswith("modules"):
                watched = WatchedModule(module, self.asked, refuse)
                patch.setitem(sys.modules, name, watched)
                parent, _, last = name.rpartition(".")
                if parent:
                    vars(sys.modules[parent])[last] = watched

    def keep(self, name: str) -> Any:
        return lambda function: self.callbacks.__setitem__(name, function)

    def start(self) -> None:
        """Go through a host's start."""
        runpy.run_path(str(ROOT / "scripts" / "glance_webui.py"), run_name="glance_webui.py")
        for element in ELEMENTS:
            self.call("on_after_component", Component(), elem_id=element)
        self.call("on_ui_settings")
        tabs = self.call("on_ui_tabs")
        assert tabs is None or [tab[1:] for tab in tabs] == [("GLANCE", "glance")]
        self.call("on_app_started", None, self.app)
        for info in self.webui.options.data_labels.values():
            choices = getattr(info, "component_args", None)
            if callable(choices):
                choices()

    def call(self, name: str, *arguments: Any, **named: Any) -> Any:
        return self.callbacks[name](*arguments, **named) if name in self.callbacks else None


def _forge_modules() -> dict[str, ModuleType]:
    return {name: module for name, module in sys.modules.items() if name.startswith("modules_forge.")}


@contextmanager
def started(host: str, refuse: dict[str, Exception]) -> Iterator[Started]:
    with pytest.MonkeyPatch.context() as patch:
        made = Started(host, patch, refuse)
        made.start()
        yield made


def names_asked_for(host: str) -> list[str]:
    with started(host, {}) as made:
        page()
        draw()
        return sorted(made.asked)


def page() -> None:
    """Ask for what the page is told of the host when it opens."""
    host = WebuiHost()
    assert host.name
    assert host.folder
    assert host.choices().upscalers
    assert host.defaults().output
    assert host.shows_folders in (True, False)


def draw() -> None:
    """Draw a frame as a render does."""
    host = WebuiHost()
    with host.turn(lambda: False):
        backend = host.open_backend(SimpleNamespace(look=SimpleNamespace(always_on={})))
        backend.problems(plan_of(frame_spec()))
        backend.generate(FrameRequest(SMALL, frame_spec(), photograph(SMALL)))
        assert backend.identity


@pytest.mark.parametrize("host", sorted(HOSTS))
@pytest.mark.parametrize("how", [AttributeError("gone"), RuntimeError("not today")], ids=["lacking", "raising"])
def test_the_page_appears_whatever_a_host_lacks(host, how):
    names = names_asked_for(host)
    assert len(names) > 60
    for name in names:
        with started(host, {name: how}) as made:
            if name != "modules.script_callbacks.on_ui_tabs":
                assert any("glance_root" in text or "GLANCE cannot start" in text for text in made.texts), name
            page()
            # Anything but GLANCE's own errors would reach the musician as a traceback.
            with suppress(GlanceError):
                draw()


@pytest.mark.parametrize("host", sorted(HOSTS))
def test_the_page_and_the_api_answer_in_every_host(host):
    with started(host, {}) as made:
        answer = ask(made.app, "GET", "/glance/v1/welcome", headers={"X-Glance": "1"})
        assert answer.json()["host"] == WebuiHost().name
        assert ask(made.app, "GET", "/glance/v1/projects").json() == {"projects": []}


def test_there_is_no_api_where_its_password_cannot_be_read():
    with started("A1111", {"modules.shared.cmd_opts.api_auth": RuntimeError("not today")}) as made:
        assert ask(made.app, "GET", "/glance/v1/welcome", headers={"X-Glance": "1"}).status == 200
        assert ask(made.app, "GET", "/glance/v1/projects").status == 404


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("modules.sd_models.checkpoints_list", "the list of models"),
        ("modules.sd_samplers.all_samplers", "the list of samplers"),
        ("modules.shared.sd_upscalers", "the list of upscalers"),
        ("modules.shared.prompt_styles", "the list of prompt styles"),
        ("modules.processing.process_images", "drawing by the WebUI"),
        ("modules.call_queue.queue_lock", "a place in the WebUI's queue"),
        ("modules.infotext_utils.ParamBinding", "the way of a frame to img2img"),
    ],
)
def test_the_tab_says_what_is_missing_and_why(name, told):
    with started("A1111", {name: RuntimeError("not <today>")}) as made:
        notices = next(text for text in made.texts if "glance-notice" in text)
        assert "<today>" not in notices
        assert told in html.unescape(notices)
        assert "RuntimeError: not <today>" in html.unescape(notices)


def test_a_host_that_has_everything_is_told_nothing():
    for host in HOSTS:
        with started(host, {}) as made:
            assert not any("glance-notice" in text for text in made.texts), made.texts
