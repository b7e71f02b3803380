"""A stand-in for the WebUI's `modules` package, for tests of what runs inside a WebUI.

One for each of the five hosts: names, constructor fields, samplers, schedulers and settings with their defaults are
read from the hosts' own sources (`tests/host`). Oddities are facts too: overrides of settings that were not saved
before are not taken back, an unknown sampler becomes the first one, an interrupted call returns a half-drawn picture,
one that begins interrupted returns none, and loading a model draws from torch's global generator.
"""

from __future__ import annotations

import copy
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import field, make_dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from PIL import Image

from tests.host.read_host import ASKED_FOR
from tests.support.fake_diffusion import DEFAULT_OPTIONS, UPSCALERS, draw, enlarge
from tests.support.host_sources import host_source

#: Forge's `main_entry.module_list`: VAEs and text encoders, by file name.
FORGE_MODULES = {
    "sharp.pt": "/models/VAE/sharp.pt",
    "soft.safetensors": "/models/VAE/more/soft.safetensors",
    "clip_l.safetensors": "/models/text_encoder/clip_l.safetensors",
}
#: The file of the only upscaler that has a model.
UPSCALER_MODEL = "/models/RealESRGAN/x4plus.pth"
#: Settings with which a model is loaded, whose weights are drawn at random before they are read.
LOADING = ("sd_model_checkpoint", "sd_vae", "forge_additional_modules")
#: As `styles.csv` gives them, with the heading that a second file brings along.
PROMPT_STYLES = {
    "--- STYLES ---": SimpleNamespace(name="--- STYLES ---", prompt=None, negative_prompt=None),
    "film": SimpleNamespace(name="film", prompt="film still of {prompt}, grain", negative_prompt="digital"),
}


class Options:
    """Settings: `data` holds those that were ever set, `data_labels` all of them with their defaults."""

    def __init__(self, saved: dict[str, Any], known: Mapping[str, Any]) -> None:
        super().__setattr__("data", dict(saved))
        labels = {name: SimpleNamespace(default=value) for name, value in {**known, **DEFAULT_OPTIONS}.items()}
        super().__setattr__("data_labels", labels)

    def __getattr__(self, name: str) -> Any:
        if name in self.data:
            return self.data[name]
        if name in self.data_labels:
            return self.data_labels[name].default
        raise AttributeError(name)

    def set(self, key: str, value: Any, is_api: bool = False, run_callbacks: bool = True) -> bool:
        """Set a setting; an unknown one is a KeyError."""
        self.data_labels[key]
        self.data[key] = value
        return True

    def get_default(self, key: str) -> Any:
        """Return a setting's default."""
        return self.data_labels[key].default

    def add_option(self, key: str, info: Any) -> None:
        """Add a setting, as extensions do."""
        self.data_labels[key] = info
        self.data.setdefault(key, info.default)


class State:
    """What the WebUI's progress display and its buttons look at."""

    def __init__(self) -> None:
        self.skipped = self.interrupted = self.stopping_generation = False
        self.job, self.job_no, self.job_count = "", 0, 0
        self.textinfo: str | None = None
        self.begun: list[str] = []

    def begin(self, job: str = "(unknown)") -> None:
        """Start a job: all flags are cleared."""
        self.skipped = self.interrupted = self.stopping_generation = False
        self.job, self.job_no, self.job_count, self.textinfo = job, 0, -1, None
        self.begun.append(job)

    def end(self) -> None:
        """End the job; the flags stay."""
        self.job, self.job_count = "", 0

    def interrupt(self) -> None:
        """What the Interrupt button does."""
        self.interrupted = True

    def nextjob(self) -> None:
        """Count one picture."""
        self.job_no += 1


class NansException(Exception):
    """The model gave no numbers."""


class Processing:
    """What the constructors of a host make, whatever their fields are."""

    def init(self, all_prompts: list[str], all_seeds: list[int], all_subseeds: list[int]) -> None:
        """Get ready: img2img encodes its picture here."""

    def close(self) -> None:
        """Let go of what was held."""
        self.closed = True


def _constructor(name: str, fields: Mapping[str, Any]) -> type:
    """Return a dataclass with the fields of a host's own; any other keyword is a TypeError, as there."""
    own: list[Any] = [
        (each, Any, field(default_factory=lambda value=value: copy.copy(value))) for each, value in fields.items()
    ]
    set_later = {"is_api": False, "scripts": None, "script_args": None, "closed": False}
    own += [(each, Any, field(default=value, init=False)) for each, value in set_later.items()]
    return make_dataclass(name, own, bases=(Processing,))


class ScriptRunner:
    """A runner of scripts without any."""

    def __init__(self) -> None:
        self.alwayson_scripts: list[Any] = []
        self.inputs: list[Any] = [None]


class StandIn:
    """The package, and what a test may look at or change in it.

    Args:
        saved: Settings that are in the settings file.
        host: One of `HOSTS`.
    """

    def __init__(self, saved: dict[str, Any] | None = None, *, host: str = "A1111") -> None:
        self.host = host
        self.source = host_source(host)
        #: Forge and Neo load VAEs as additional modules, have a distilled CFG scale, and set settings their own way.
        self.forge = self._has("modules_forge.main_entry", "module_list")
        self.options = Options(saved or {}, self.source["options"])
        if self.forge:
            self.options.data_labels["forge_additional_modules"] = SimpleNamespace(default=[])
        self.state = State()
        self.calls: list[Any] = []
        #: Of each picture whose sampler asked for them: the sigmas that it is drawn with.
        self.sigmas: list[list[float]] = []
        self.upscaled = 0
        self.broken_models: set[str] = set()
        self.seen_options: list[dict[str, Any]] = []
        #: Called in the middle of each picture; may press buttons or raise what a WebUI raises.
        self.midway: Callable[[int], None] = lambda number: None
        self.rng_state: object = "unseeded"
        self.loaded_vaes: list[str] = []
        self.modules = self._modules()

    def process_images(self, p: Any) -> Any:
        """Draw, with the WebUI's own care and carelessness about settings."""
        options = self.options
        stored = {key: options.data[key] for key in p.override_settings if key in options.data}
        try:
            for key, value in p.override_settings.items():
                if key in LOADING and getattr(options, key) != value:
                    self.rng_state = ("a model's first weights", self.rng_state)
                    if key == "sd_model_checkpoint":
                        options.data["sd_checkpoint_hash"] = f"hash of {value}"
                options.set(key, value, is_api=True, run_callbacks=False)
            return SimpleNamespace(images=self._drawn(p))
        finally:
            if p.override_settings_restore_afterwards:
                options.data.update(stored)

    def _upscale(self, image: Image.Image, scale: float, selected_model: str | None = None) -> Image.Image:
        self.upscaled += 1
        self.midway(self.upscaled)
        if selected_model in self.broken_models:  # only its console tells
            return image.resize(tuple(int(side * scale // 8 * 8) for side in image.size), Image.Resampling.LANCZOS)
        # An interrupted upscaler still returns a picture of the size asked for.
        return Image.fromarray(enlarge(np.asarray(image), scale, blank=self.state.interrupted))

    def _drawn(self, p: Any) -> list[Image.Image]:
        self.calls.append(p)
        self.seen_options.append({name: getattr(self.options, name) for name in self.options.data_labels})
        names = [each["name"] for each in self.source["samplers"]]
        if p.sampler_name not in names:
            p.sampler_name = names[0]
        if self.state.interrupted or self.state.stopping_generation:
            return []
        if self.host == "reForge":  # it looks for a script of its own without asking whether there are any
            next((script for script in p.scripts.alwayson_scripts if script.name == "advanced model sampling"), None)
        p.init([p.prompt], [p.seed], [p.subseed])
        self.midway(len(self.calls))
        init = np.asarray(p.init_images[0].convert("RGB")) if hasattr(p, "init_images") else None
        mask = np.asarray(p.mask) if getattr(p, "mask", None) is not None else None
        fields = vars(p) | {"sigmas": self._sigmas_asked_for(p) if init is not None else None}
        picture = draw(fields, init, self.seen_options[-1], self.rng_state, self.host, mask)
        self.rng_state = ("after", p.seed)
        if self.state.interrupted or self.state.skipped:
            picture = picture // 2 + 64
        self.state.nextjob()
        return [Image.fromarray(picture)]

    def _sigmas_asked_for(self, p: Any) -> list[float] | None:
        """Return what a sampler gets that asks for sigmas in place of its own; None where it, or nobody, does."""
        override = getattr(p, "sampler_noise_scheduler_override", None)
        sampler = next(each for each in self.source["samplers"] if each["name"] == p.sampler_name)
        if override is None or sampler["class"] == "CompVisSampler" or p.sampler_name in self.deaf_samplers():
            return None
        extra = bool(sampler["options"].get("discard_next_to_last_sigma"))
        sigmas = [float(each) for each in override(p.steps + extra)]
        assert len(sigmas) == p.steps + extra + 1
        kept = [*sigmas[:-2], sigmas[-1]] if extra else sigmas
        self.sigmas.append(kept[p.steps - int(min(p.denoising_strength, 0.999) * p.steps) - 1 :])
        return self.sigmas[-1]

    def deaf_samplers(self) -> set[str]:
        """Return the k-diffusion samplers that make their sigmas themselves: reForge's and Classic's alter samplers."""
        if self.host not in ("reForge", "Forge Classic"):
            return set()
        return {each["name"] for each in self.source["samplers"] if each["class"] == "AlterSampler"}

    def _modules(self) -> dict[str, ModuleType]:
        def seed(value: int) -> None:
            self.rng_state = value

        infos = {name: SimpleNamespace(title=name, name=name) for name in ("tiny.safetensors", "other.safetensors")}
        samplers = [SimpleNamespace(**each) for each in self.source["samplers"]]
        schedulers = [SimpleNamespace(**each) for each in self.source["schedulers"]]
        detailer = SimpleNamespace(title=lambda: "ADetailer", name="adetailer", args_from=1, args_to=3)
        inputs = [None, SimpleNamespace(value=1.5), SimpleNamespace(value="auto")]
        runner = SimpleNamespace(inputs=inputs, alwayson_scripts=[detailer])
        package = {
            "shared": {
                "opts": self.options,
                "state": self.state,
                "sd_model": object(),
                "cmd_opts": SimpleNamespace(api=True, api_auth=None),
                "OptionInfo": lambda default=None, label="", **more: SimpleNamespace(
                    default=default, label=label, **more
                ),
                "prompt_styles": SimpleNamespace(styles=dict(PROMPT_STYLES)),
                "sd_upscalers": [
                    SimpleNamespace(name=name, data_path=path, scaler=SimpleNamespace(upscale=self._upscale))
                    for name, path in zip(UPSCALERS, (None, None, UPSCALER_MODEL), strict=True)
                ],
            },
            "call_queue": {"queue_lock": threading.Lock()},
            "progress": {"pending_tasks": OrderedDict(), "current_task": None},
            "devices": {"torch_gc": lambda: None, "NansException": NansException},
            "processing": {
                "StableDiffusionProcessingTxt2Img": _constructor("Txt2Img", self.source["txt2img"]),
                "StableDiffusionProcessingImg2Img": _constructor("Img2Img", self.source["img2img"]),
                "process_images": self.process_images,
            },
            "scripts": {"scripts_txt2img": runner, "scripts_img2img": runner, "ScriptRunner": ScriptRunner},
            "sd_models": {"checkpoints_list": infos, "checkpoint_aliases": dict(infos)},
            "sd_samplers": {
                "all_samplers": samplers,
                "visible_samplers": lambda: samplers[:-1],
                "visible_sampler_names": lambda: [each.name for each in samplers[:-1]],
            },
            "sd_samplers_timesteps": {
                "samplers_data_timesteps": [each for each in samplers if vars(each)["class"] == "CompVisSampler"]
            },
            "sd_schedulers": {"schedulers": schedulers},
            "sd_vae": {
                "vae_dict": {"sharp.pt": "/models/VAE/sharp.pt"},
                "restore_base_vae": lambda model: self.loaded_vaes.append("the model's own"),
                "reload_vae_weights": lambda: self.loaded_vaes.append(self.options.sd_vae),
            },
            "sysinfo": {"set_config": self._set_config},
            "paths": {"models_path": "/models"},
            "paths_internal": {"data_path": "/webui", "default_output_dir": f"/webui/{self.source['output']}"},
        }
        # Packages that know torch ask whether an array is one of its tensors.
        tensor = type("Tensor", (), {})
        torch = _module("torch", {"manual_seed": seed, "Tensor": tensor, "FloatTensor": np.asarray})
        made = {"modules": _package("modules"), "torch": torch}
        for name, contents in package.items():
            known = self.source["modules"][f"modules.{name}"]
            if known is None:
                continue
            # What GLANCE asks for is there as far as the host has it.
            there = {
                key: value for key, value in contents.items() if key in known or key not in ASKED_FOR[f"modules.{name}"]
            }
            made[f"modules.{name}"] = _module(f"modules.{name}", there)
            setattr(made["modules"], name, made[f"modules.{name}"])
        return made

    def _has(self, module: str, name: str) -> bool:
        return name in (self.source["modules"][module] or ())

    def _set_config(self, settings: dict[str, Any], save_config: bool = True) -> None:
        assert not save_config
        self.options.data.update(settings)


def _module(name: str, contents: dict[str, Any]) -> ModuleType:
    import importlib.machinery

    module = ModuleType(name)
    module.__spec__ = importlib.machinery.ModuleSpec(name, None)
    vars(module).update(contents)
    return module


def _package(name: str) -> ModuleType:
    # A folder without `__init__.py`, as in every host that has it; it holds nothing that was not put in by hand.
    made = _module(name, {"__path__": []})
    made.__spec__.submodule_search_locations = []
    return made


def install(standin: StandIn, set_item: Callable[[dict[str, Any], str, Any], None]) -> StandIn:
    """Put the package into `sys.modules` with `monkeypatch.setitem`, and return the stand-in."""
    for name, module in standin.modules.items():
        set_item(sys.modules, name, module)
    version = standin.source["forge_version"]
    if version is not None:
        set_item(sys.modules, "modules_forge", _package("modules_forge"))
        set_item(
            sys.modules, "modules_forge.forge_version", _module("modules_forge.forge_version", {"version": version})
        )
    deaf = standin.deaf_samplers()
    if deaf:
        alter = type("AlterSampler", (), {"get_sigmas": lambda self, p, steps: []})
        there = {"AlterSampler": alter, "samplers_data_alter": [SimpleNamespace(name=name) for name in deaf]}
        module = _module("modules_forge.forge_alter_samplers", there)
        set_item(sys.modules, "modules_forge.forge_alter_samplers", module)
    if standin.forge:
        entry = _module("modules_forge.main_entry", {"module_list": dict(FORGE_MODULES)})
        set_item(sys.modules, "modules_forge.main_entry", entry)
    return standin
