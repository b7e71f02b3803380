"""Frames drawn by the WebUI that GLANCE lives in: one `FrameRequest`, one call of its `process_images`."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from glance.backends.sdapi import DrawCall, cropped, draw_calls
from glance.errors import BackendError, BackendInterruptedError, BackendMemoryError
from glance.frames import Frame
from glance.project.plan import RenderPlan
from glance.render.backend import FrameRequest
from glance.webui.loan import Loan
from glance.webui.names import host_names, host_title
from glance.webui.settings import Settings
from glance.webui.turn import MODEL_OPTIONS, Turn

_log = logging.getLogger(__name__)
#: Settings of the WebUI that change pixels and that no plan knows: a run can only go on while they stay as they are.
PIXEL_OPTIONS = (
    *("sd_vae", "sd_vae_encode_method", "sd_vae_decode_method", "forge_additional_modules", "forge_unet_storage_dtype"),
    *("randn_source", "eta_noise_seed_delta", "eta_ddim", "eta_ancestral", "ddim_discretize", "s_churn", "s_tmin"),
    *("s_tmax", "s_noise", "s_min_uncond", "skip_early_cond", "sigma_min", "sigma_max", "rho", "sd_noise_schedule"),
    *("always_discard_next_to_last_sigma", "sgm_noise_multiplier", "uni_pc_variant", "uni_pc_skip_type"),
    *("uni_pc_order", "uni_pc_lower_order_final", "beta_dist_alpha", "beta_dist_beta", "initial_noise_multiplier"),
    *("img2img_extra_noise", "token_merging_ratio", "token_merging_ratio_img2img", "emphasis", "use_old_scheduling"),
    *("comma_padding_backtrack", "pad_cond_uncond", "pad_cond_uncond_v0", "batch_cond_uncond", "fp8_storage"),
    *("cross_attention_optimization", "upcast_attn", "sdxl_crop_top", "sdxl_crop_left", "lora_add_hashes_to_infotext"),
)
#: How often a frame is drawn again after somebody pressed Skip, which leaves it half drawn.
_SKIPS = 3


class WebuiBackend:
    """The WebUI as a `FrameBackend`. Only to be used by the thread that holds `turn`.

    Args:
        turn: GLANCE's place in the WebUI's queue.
        settings: GLANCE's page of settings, as it was when the run began.
    """

    def __init__(self, turn: Turn, settings: Settings) -> None:
        self._turn = turn
        self._settings = settings
        self._names = host_names()

    @property
    def identity(self) -> str:
        """The WebUI, its model, and a digest of its settings that change pixels."""
        from modules import shared

        options = {name: getattr(shared.opts, name, None) for name in PIXEL_OPTIONS}
        own = [self._settings.always_on, self._settings.vae, self._settings.distilled_cfg]
        text = json.dumps([options, own], sort_keys=True, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        return f"{host_title()}, {_checkpoint_name()}, settings {digest}"

    def problems(self, plan: RenderPlan) -> Sequence[str]:
        """Return what the WebUI lacks for the plan: samplers, schedulers, models."""
        from modules import sd_models

        self._names = host_names()
        found = self._names.problems(plan)
        if not sd_models.checkpoints_list:
            found.append("the WebUI has no model; put one into models/Stable-diffusion")
        return found

    def generate(self, request: FrameRequest) -> Frame:
        """Draw one picture.

        Raises:
            BackendInterruptedError: Interrupt was pressed.
            BackendMemoryError: The memory ran out, twice.
            BackendError: The WebUI refused.
        """
        from modules import shared

        self._turn.between_frames()
        frame = request.init
        for call in draw_calls(request, self._names, shared.opts.data_labels):
            frame = self._draw(call, frame)
        if frame is None:
            raise BackendError(f"frame {request.spec.index}: the WebUI drew no picture")
        return cropped(frame, request.size)

    def close(self) -> None:
        """Nothing is held between frames."""

    def _draw(self, call: DrawCall, start: Frame | None) -> Frame:
        for _ in range(_SKIPS):
            frame = self._retried(call, start)
            if frame is not None:
                return frame
        raise BackendInterruptedError("Skip was pressed again and again while one frame was drawn")

    def _retried(self, call: DrawCall, start: Frame | None) -> Frame | None:
        try:
            return self._once(call, start)
        except BackendMemoryError:
            from modules import devices

            _log.warning("The memory ran out; its cache is cleared and the frame drawn once more")
            devices.torch_gc()
        return self._once(call, start)

    def _once(self, call: DrawCall, start: Frame | None) -> Frame | None:
        """Draw; None when Skip was pressed, all black when the model gave no numbers."""
        from modules import devices, shared

        options = self._options(call.options)
        lasting = [name for name in options if name in MODEL_OPTIONS]
        self._turn.lend_models(*lasting)
        loan = Loan(shared.opts)
        loan.remember(*(name for name in options if name not in MODEL_OPTIONS))
        try:
            images = self._process(call, options, start)
        except devices.NansException:
            _log.warning("The model gave no numbers; the frame is drawn with another seed")
            return np.zeros((call.size[1], call.size[0], 3), np.uint8)
        except (RuntimeError, ValueError, KeyError, TypeError, AssertionError, OSError) as error:
            if self._turn.interrupted():
                raise BackendInterruptedError("the WebUI's Interrupt was pressed") from error
            raise _in_our_words(error) from error
        finally:
            loan.give_back()
        return self._finished(images)

    def _finished(self, images: Sequence[Any]) -> Frame | None:
        from modules import shared

        state = shared.state
        # `stopping_generation` lets a picture be finished, unless it came before the picture was begun.
        if state.interrupted or (state.stopping_generation and not images):
            raise BackendInterruptedError("the WebUI's Interrupt was pressed")
        if state.skipped:
            state.skipped = False
            return None
        if not images:
            raise BackendError("the WebUI returned no picture; its console says why")
        return np.array(images[0].convert("RGB"), np.uint8)

    def _options(self, options: Mapping[str, object]) -> dict[str, object]:
        from modules import shared

        wanted = {**options, **_vae_option(self._settings.vae, shared.opts)}
        return {name: value for name, value in wanted.items() if getattr(shared.opts, name, None) != value}

    def _process(self, call: DrawCall, options: Mapping[str, object], start: Frame | None) -> Sequence[Any]:
        from modules import processing, scripts, shared

        fields = call.fields() | {
            "sd_model": shared.sd_model,
            "styles": [],
            "outpath_samples": shared.opts.outdir_samples or shared.opts.outdir_img2img_samples,
            "outpath_grids": shared.opts.outdir_grids or shared.opts.outdir_img2img_grids,
            "do_not_save_samples": True,
            "do_not_save_grid": True,
            "override_settings": dict(options),
            "override_settings_restore_afterwards": False,
        }
        if start is None:
            p, runner = processing.StableDiffusionProcessingTxt2Img(**fields), scripts.scripts_txt2img
        else:
            p = processing.StableDiffusionProcessingImg2Img(**fields, **_pictures(call, start))
            runner = scripts.scripts_img2img
        if hasattr(p, "distilled_cfg_scale"):
            p.distilled_cfg_scale = self._settings.distilled_cfg
        if self._settings.always_on and runner is not None:
            _attach_scripts(p, runner)
        with contextlib.closing(p):
            return list(processing.process_images(p).images)


def _pictures(call: DrawCall, start: Frame) -> dict[str, object]:
    from PIL import Image

    fields = call.image_fields() | {"init_images": [Image.fromarray(start)]}
    if call.mask is not None:
        fields["mask"] = Image.fromarray(call.mask)
    return fields


def _attach_scripts(p: Any, runner: Any) -> None:
    # `is_api` keeps the built-in sampler and seed scripts from overwriting what was asked for.
    p.is_api = True
    p.scripts = runner
    # Position 0 is the script chosen in the drop-down: none.
    p.script_args = (0, *(getattr(component, "value", None) for component in runner.inputs[1:]))


def _vae_option(name: str, options: Any) -> dict[str, object]:
    if not name:
        return {}
    if "forge_additional_modules" not in options.data_labels:
        return {"sd_vae": name}
    modules_by_name = importlib.import_module("modules_forge.main_entry").module_list
    if name not in modules_by_name:
        raise BackendError(f"the VAE {name!r} of GLANCE's settings is not in models/VAE; choose another one there")
    kept = [path for path in options.forge_additional_modules or [] if Path(path).parent.name.lower() != "vae"]
    return {"forge_additional_modules": [*kept, modules_by_name[name]]}


def _checkpoint_name() -> str:
    from modules import sd_models, shared

    chosen = getattr(shared.opts, "sd_model_checkpoint", None)
    # The title gets a hash once the file was read; the name stays.
    info = sd_models.checkpoint_aliases.get(chosen) or next(iter(sd_models.checkpoints_list.values()), None)
    return str(info.name) if info is not None else "no model"


def _in_our_words(error: Exception) -> BackendError:
    text = str(error)
    if type(error).__name__ == "OutOfMemoryError" or "out of memory" in text or "not enough memory" in text:
        return BackendMemoryError(
            "the memory ran out while a frame was drawn. Everything drawn so far is kept: close other programs that "
            "use the graphics card, or make the video smaller, then continue"
        )
    if isinstance(error, AssertionError) and "changing settings" in text:
        return BackendError("the WebUI was started with --freeze-settings, so no frame can be drawn; start it without")
    return BackendError(f"the WebUI could not draw a frame: {type(error).__name__}: {text}")
