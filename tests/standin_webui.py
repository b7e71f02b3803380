"""A stand-in for the WebUI's `modules` package, for tests of what runs inside a WebUI.

Names, parameters, defaults and oddities are facts of A1111 1.10.1 and of Forge: overrides of settings that were not
saved before are not taken back, an unknown sampler becomes the first one, an interrupted call returns a half-drawn
picture, one that begins interrupted returns none, and loading a model draws from torch's global generator.
"""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from PIL import Image

from tests.fake_diffusion import DEFAULT_OPTIONS, SAMPLERS, SCHEDULERS, UPSCALERS, draw, enlarge

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

    def __init__(self, saved: dict[str, Any]) -> None:
        super().__setattr__("data", dict(saved))
        labels = {name: SimpleNamespace(default=value) for name, value in DEFAULT_OPTIONS.items()}
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


@dataclass
class Processing:
    """Parameters that txt2img and img2img share."""

    sd_model: object = None
    outpath_samples: str | None = None
    outpath_grids: str | None = None
    prompt: str = ""
    negative_prompt: str = ""
    styles: list[str] | None = None
    seed: int = -1
    subseed: int = -1
    subseed_strength: float = 0
    sampler_name: str | None = None
    scheduler: str | None = None
    batch_size: int = 1
    n_iter: int = 1
    steps: int = 50
    cfg_scale: float = 7.0
    width: int = 512
    height: int = 512
    restore_faces: bool | None = None
    tiling: bool | None = None
    do_not_save_samples: bool = False
    do_not_save_grid: bool = False
    denoising_strength: float | None = None
    override_settings: dict[str, Any] = field(default_factory=dict)
    override_settings_restore_afterwards: bool = True
    is_api: bool = field(default=False, init=False)
    scripts: Any = field(default=None, init=False)
    script_args: Any = field(default=None, init=False)
    closed: bool = field(default=False, init=False)

    def init(self, all_prompts: list[str], all_seeds: list[int], all_subseeds: list[int]) -> None:
        """Get ready: img2img encodes its picture here."""

    def close(self) -> None:
        """Let go of what was held."""
        self.closed = True


@dataclass
class Txt2Img(Processing):
    """A picture from nothing."""

    enable_hr: bool = False


@dataclass
class Img2Img(Processing):
    """A picture from a picture."""

    init_images: list[Image.Image] | None = None
    resize_mode: int = 0
    mask: Any = None
    mask_blur_x: int = 4
    mask_blur_y: int = 4
    mask_round: bool = True
    inpainting_fill: int = 0
    inpaint_full_res: bool = True
    inpaint_full_res_padding: int = 0
    inpainting_mask_invert: int = 0


class StandIn:
    """The package, and what a test may look at or change in it.

    Args:
        saved: Settings that are in the settings file.
        forge: Whether it is Forge, which has a distilled CFG scale and a way of its own to set settings.
    """

    def __init__(self, saved: dict[str, Any] | None = None, *, forge: bool = False) -> None:
        self.options = Options(saved or {})
        if forge:
            self.options.data_labels["forge_additional_modules"] = SimpleNamespace(default=[])
        self.state = State()
        self.forge = forge
        self.calls: list[Any] = []
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
        if p.sampler_name not in {name for name, _ in SAMPLERS}:
            p.sampler_name = SAMPLERS[0][0]
        if self.state.interrupted or self.state.stopping_generation:
            return []
        p.init([p.prompt], [p.seed], [p.subseed])
        self.midway(len(self.calls))
        init = np.asarray(p.init_images[0].convert("RGB")) if isinstance(p, Img2Img) else None
        picture = draw(vars(p), init, self.seen_options[-1], self.rng_state)
        self.rng_state = ("after", p.seed)
        if self.state.interrupted or self.state.skipped:
            picture = picture // 2 + 64
        self.state.nextjob()
        return [Image.fromarray(picture)]

    def _modules(self) -> dict[str, ModuleType]:
        def seed(value: int) -> None:
            self.rng_state = value

        infos = {name: SimpleNamespace(title=name, name=name) for name in ("tiny.safetensors", "other.safetensors")}
        samplers = [SimpleNamespace(name=name, aliases=aliases) for name, aliases in SAMPLERS]
        schedulers = [SimpleNamespace(name=name, label=label, aliases=more) for name, label, more in SCHEDULERS]
        detailer = SimpleNamespace(title=lambda: "ADetailer", args_from=1, args_to=3)
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
            "progress": {"pending_tasks": OrderedDict()},
            "devices": {"torch_gc": lambda: None, "NansException": NansException},
            "processing": {
                "StableDiffusionProcessingTxt2Img": _with_distilled(Txt2Img) if self.forge else Txt2Img,
                "StableDiffusionProcessingImg2Img": _with_distilled(Img2Img) if self.forge else Img2Img,
                "process_images": self.process_images,
            },
            "scripts": {"scripts_txt2img": runner, "scripts_img2img": runner},
            "sd_models": {"checkpoints_list": infos, "checkpoint_aliases": dict(infos)},
            "sd_samplers": {"all_samplers": samplers, "visible_samplers": lambda: samplers[:3]},
            "sd_schedulers": {"schedulers": schedulers},
            "sd_vae": {
                "vae_dict": {"sharp.pt": "/models/VAE/sharp.pt"},
                "restore_base_vae": lambda model: self.loaded_vaes.append("the model's own"),
                "reload_vae_weights": lambda: self.loaded_vaes.append(self.options.sd_vae),
            },
            "sysinfo": {"set_config": self._set_config} if self.forge else {},
            "paths": {"models_path": "/models"},
            "paths_internal": {"data_path": "/webui", "default_output_dir": "/webui/outputs"},
        }
        made = {"modules": ModuleType("modules"), "torch": _module("torch", {"manual_seed": seed})}
        for name, contents in package.items():
            made[f"modules.{name}"] = _module(f"modules.{name}", contents)
            setattr(made["modules"], name, made[f"modules.{name}"])
        return made

    def _set_config(self, settings: dict[str, Any], save_config: bool = True) -> None:
        assert not save_config
        self.options.data.update(settings)


def _with_distilled(kind: type) -> type:
    return dataclass(
        type(kind.__name__, (kind,), {"__annotations__": {"distilled_cfg_scale": float}, "distilled_cfg_scale": 3.5})
    )


def _module(name: str, contents: dict[str, Any]) -> ModuleType:
    import importlib.machinery

    module = ModuleType(name)
    module.__spec__ = importlib.machinery.ModuleSpec(name, None)
    vars(module).update(contents)
    return module


def install(standin: StandIn, set_item: Callable[[dict[str, Any], str, Any], None]) -> StandIn:
    """Put the package into `sys.modules` with `monkeypatch.setitem`, and return the stand-in."""
    for name, module in standin.modules.items():
        set_item(sys.modules, name, module)
    if standin.forge:
        set_item(sys.modules, "modules_forge", _module("modules_forge", {}))
        entry = _module("modules_forge.main_entry", {"module_list": dict(FORGE_MODULES)})
        set_item(sys.modules, "modules_forge.main_entry", entry)
    return standin
