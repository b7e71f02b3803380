"""One `FrameRequest` in the words of the Stable Diffusion WebUI, whether it is called in its own process or over HTTP.

Conventions of the WebUI that matter here:

- `denoising_strength = 1 - strength` takes whole steps of N, how many depends on the sampler, and on the last digit of
  a float: see `glance.backends.sdapi.sampler_laws`. Here the noise is decided first that a strength means
  (`glance.backends.strength`). In the WebUI's process a picture starts exactly there. Over HTTP it starts at the step
  nearest to it of all that can be asked for (`glance.backends.sdapi.host_steps`), and the value handed over lies in the
  middle of the interval that gives this step.
- Sizes are rounded without a word: to multiples of 8, of 64 by a Neo of 2026. Here the picture is padded to the next
  multiple and cut back.
- An unknown sampler silently becomes the host's first. Here names are looked up before anything is drawn.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.backends.sdapi.host_names import NO_VAE, HostNames
from glance.backends.sdapi.host_steps import MOST_STEPS, HostSteps, host_steps
from glance.backends.sdapi.sampler_laws import txt2img_steps
from glance.backends.strength.curves import ModelStrength, Points, meant_steps, rounded_ratio, steps_for
from glance.errors import BackendError
from glance.frames import Frame, Size
from glance.project.plan import FrameSpec
from glance.render.backend import FrameRequest
from glance.render.metadata import START, STEPS_TAKEN, PictureSettings, plain_settings
from glance.story.prompt_text import mixed_prompt

#: What strength means where nothing is known of a model: as for Stable Diffusion 1.5.
_PLAIN = ModelStrength()
#: Seeds of re-rolls are this far apart, so that they never meet the seeds of neighboring frames.
_REROLL = 1_000_003
#: What of a picture may change where nobody has planned how many steps a scene's frames take.
_USUAL_CHANGE = 0.35
#: What lets something new appear where the camera uncovered a picture's outside: nearly everything is drawn anew.
_OUTPAINT_STRENGTH = 0.1
#: Host settings that would change a frame behind the plan's back, as they have to be while a frame is drawn.
FRAME_OPTIONS: Mapping[str, object] = {
    "img2img_fix_steps": False,
    "img2img_color_correction": False,
    "save_init_img": False,
    "return_mask": False,
    "return_mask_composite": False,
}


#: Forge's setting that holds VAE and text encoders; A1111, which does not know it, has `sd_vae`.
FORGE_MODULES = "forge_additional_modules"
#: Settings that load a model when they change.
MODEL_OPTIONS = frozenset({"sd_model_checkpoint", "sd_vae", FORGE_MODULES})

#: Settings of the WebUI that change pixels and that no plan knows: a run can only go on while they stay as they are.
PIXEL_OPTIONS = (
    *("sd_vae", "sd_vae_encode_method", "sd_vae_decode_method", "forge_additional_modules", "forge_unet_storage_dtype"),
    *("randn_source", "eta_noise_seed_delta", "eta_ddim", "eta_ancestral", "ddim_discretize", "s_churn", "s_tmin"),
    *("s_tmax", "s_noise", "s_min_uncond", "skip_early_cond", "sigma_min", "sigma_max", "rho", "sd_noise_schedule"),
    *("always_discard_next_to_last_sigma", "sgm_noise_multiplier", "uni_pc_variant", "uni_pc_skip_type"),
    *("uni_pc_order", "uni_pc_lower_order_final", "beta_dist_alpha", "beta_dist_beta", "initial_noise_multiplier"),
    *("img2img_extra_noise", "token_merging_ratio", "token_merging_ratio_img2img", "emphasis", "use_old_scheduling"),
    *("comma_padding_backtrack", "pad_cond_uncond", "pad_cond_uncond_v0", "batch_cond_uncond", "fp8_storage"),
    *("CLIP_stop_at_last_layers", "inpainting_mask_weight", "s_min_uncond_all", "use_downcasted_alpha_bar"),
    *("refiner_switch_by_sample_steps", "k_sched_type", "scaling_factor", "sd_sampling", "sdxl_zero_neg"),
    *("cross_attention_optimization", "upcast_attn", "sdxl_crop_top", "sdxl_crop_left", "lora_add_hashes_to_infotext"),
)


#: Settings of the WebUI that change what its upscalers make.
UPSCALER_OPTIONS = (
    "ESRGAN_tile",
    "ESRGAN_tile_overlap",
    "SWIN_tile",
    "SWIN_tile_overlap",
    "DAT_tile",
    "DAT_tile_overlap",
)


@dataclass(frozen=True)
class NoiseStart:
    """Where a picture's drawing begins.

    Attributes:
        ratio: Noise to picture.
        sigma: The same as the model counts it.
        steps: Steps taken from there to no noise.
        exact: Whether it is where the strength means it to be; else it is the nearest that a host can be asked for.
        factor: The sampler begins at so many times the first sigma that it is given.
    """

    ratio: float
    sigma: float
    steps: int
    exact: bool
    factor: float = 1.0

    def __str__(self) -> str:
        return f"sigma {self.sigma:.4g}"


@dataclass(frozen=True)
class DrawCall:
    """One call of the WebUI.

    Attributes:
        prompt: In the WebUI's language.
        negative: Likewise.
        seed: In [0, 2**32).
        subseed: In [0, 2**32).
        subseed_strength: In [0, 1].
        sampler: The host's spelling.
        scheduler: The host's spelling.
        steps: Steps of a full denoise.
        denoising_strength: In (0, 1); unused by txt2img. With `steps`, a start that the host takes of its own accord.
        start: Where img2img begins; None from nothing. Where it is exact, the host has to be given its own sigmas.
        cfg: Classifier-free guidance scale.
        size: (width, height), as the host leaves it.
        from_nothing: Whether it is txt2img; else it starts from a picture of that size.
        options: Host settings for this call, less the VAE's.
        vae: The host's spelling of a VAE, see `vae_options`; empty for the one that is set.
        mask: (height, width) uint8, 255 where the picture may change; None for everywhere.
    """

    prompt: str
    negative: str
    seed: int
    subseed: int
    subseed_strength: float
    sampler: str
    scheduler: str
    steps: int
    denoising_strength: float
    start: NoiseStart | None
    cfg: float
    size: Size
    from_nothing: bool
    options: Mapping[str, object]
    vae: str
    mask: NDArray[np.uint8] | None

    def fields(self) -> dict[str, object]:
        """Return what txt2img and img2img share, under the WebUI's own keywords."""
        return {
            "prompt": self.prompt,
            "negative_prompt": self.negative,
            "seed": self.seed,
            "subseed": self.subseed,
            "subseed_strength": self.subseed_strength,
            "sampler_name": self.sampler,
            "scheduler": self.scheduler,
            "steps": self.steps,
            "cfg_scale": self.cfg,
            "width": self.size[0],
            "height": self.size[1],
            "batch_size": 1,
            "n_iter": 1,
            "restore_faces": False,
            "tiling": False,
        }

    def image_fields(self) -> dict[str, object]:
        """Return what only img2img knows, less the pictures: the whole picture is drawn, a mask stays as it is."""
        fields: dict[str, object] = {"resize_mode": 0, "denoising_strength": self.denoising_strength}
        if self.mask is not None:
            # Not `mask_blur_x` and `_y`, which Neo only has as what they are derived from.
            fields |= {"mask_blur": 0, "mask_round": False}
            fields |= {"inpainting_fill": 1, "inpaint_full_res": False, "inpainting_mask_invert": 0}
        return fields


@dataclass(frozen=True)
class _Img2imgSteps:
    steps: int
    denoising: float
    start: NoiseStart


def draw_calls(
    request: FrameRequest, names: HostNames, known_options: Iterable[str], model: ModelStrength = _PLAIN
) -> list[DrawCall]:
    """Return the calls that draw a frame, in order; each but the first starts from the one before it.

    Usually one. Two where the camera uncovered something unknown: that part is drawn first. None where the strength
    is 1, which keeps the picture as it is. A strength of 0 keeps nothing, so that the picture is drawn from nothing.

    Args:
        request: What to draw.
        names: What the host knows by name.
        known_options: Names of the host's settings; a setting that it does not know is left out.
        model: What strengths mean for the frame's model.

    Raises:
        BackendError: The host does not know a name, or a picture of the request has another size.
    """
    _check_sizes(request)
    spec = request.spec
    if request.init is None or spec.strength <= 0:
        return [_call(dataclasses.replace(request, init=None), names, known_options)]
    calls = []
    if request.unknown is not None and float(request.unknown.max(initial=0.0)) > 0.5:
        steps = _img2img_steps(spec, 1 - _OUTPAINT_STRENGTH, names, model)
        calls.append(_call(request, names, known_options, steps, mask=request.unknown))
    if spec.strength < 1:
        # The host lays the start picture over what lies outside its mask. The loop mixes by the mask's own values, so
        # the host is shown a hard one: a soft edge mixed twice would keep the square of it.
        mask = None if request.mask is None else (request.mask > 0).astype(np.float32)
        steps = _img2img_steps(spec, 1 - spec.strength, names, model)
        calls.append(_call(request, names, known_options, steps, mask=mask))
    return calls


def _img2img_steps(spec: FrameSpec, denoising: float, names: HostNames, model: ModelStrength) -> _Img2imgSteps:
    """Return what to ask for, and where the picture starts, at a share in (0, 1) of it that may change."""
    sampler, scheduler = names.sampler(spec.sampler, spec.scheduler)
    law = names.law(sampler)
    curve, scale = model.curve, model.scale
    # Not by the frame's own strength: with the number of steps, the start would jump back and forth.
    taken = spec.taken or steps_for(_USUAL_CHANGE, spec.steps)
    found = host_steps(curve.share(denoising, taken), taken, law, scheduler, scale)
    if not law.any_start:
        ratio, exact, taken = found.ratio, False, found.taken
    else:
        # Not by whole steps, with which the noise would jump back where one is added.
        ratio = curve.ratio(denoising, meant_steps(denoising, spec.steps))
        exact, taken = True, max(law.fewest, steps_for(denoising, spec.steps))
        # With these the host takes as many, and nearly from there if somebody asks it for them by hand.
        total = max(taken, min(MOST_STEPS, round(1 + (taken - 1) / curve.share(denoising, taken))))
        found = HostSteps(total, (taken - 0.5) / total, taken, ratio)
    start = NoiseStart(rounded_ratio(ratio), scale.level(ratio), taken, exact, law.start_factor)
    return _Img2imgSteps(found.steps, found.denoising, start)


def picture_settings(
    request: FrameRequest,
    names: HostNames,
    known_options: Iterable[str],
    title: str,
    model: ModelStrength = _PLAIN,
) -> PictureSettings:
    """Return what a frame's calls ask for, under the names that a WebUI's own pictures have for it.

    Args:
        request: What is drawn.
        names: What the host knows by name.
        known_options: See `draw_calls`.
        title: The host's title of the model where the frame names none, such as `tiny.safetensors [0123456789]`.
        model: See `draw_calls`.
    """
    calls = draw_calls(request, names, known_options, model)
    if not calls:
        return plain_settings(request.spec, request.spec.seed)
    call = calls[-1]
    fields = {
        "Steps": str(call.steps),
        "Sampler": call.sampler,
        "Schedule type": call.scheduler if names.schedulers else "",
        "CFG scale": f"{call.cfg:g}",
        "Seed": str(call.seed),
        **_model_fields(str(call.options.get("sd_model_checkpoint") or title)),
        "VAE": call.vae,
    }
    if call.subseed_strength:
        fields |= {"Variation seed": str(call.subseed), "Variation seed strength": f"{call.subseed_strength:g}"}
    if call.start is not None:
        # Pasted into a WebUI, steps and denoising strength start nearest to where this picture did.
        fields["Denoising strength"] = f"{call.denoising_strength:.6g}"
        fields |= {"GLANCE strength": f"{request.spec.strength:.4g}", START: str(call.start)}
        fields[STEPS_TAKEN] = str(call.start.steps)
    # Nothing where the host draws as it is set: a 0 that was pasted would become its setting.
    fields["Clip skip"] = str(call.options.get("CLIP_stop_at_last_layers") or request.spec.clip_skip or "")
    return PictureSettings(call.prompt, call.negative, fields)


def _model_fields(title: str) -> dict[str, str]:
    """Return a model's hash and name as a picture's text has them: without folder and ending."""
    found = re.fullmatch(r"(.*?)(?: \[([0-9a-f]+)\])?", title, re.DOTALL)
    name, short_hash = found.groups() if found else (title, None)
    name = re.sub(r"\.(safetensors|ckpt|pt|gguf|sft)$", "", re.split(r"[/\\]", name)[-1])
    return {"Model hash": short_hash or "", "Model": name}


def _check_sizes(request: FrameRequest) -> None:
    width, height = request.size
    pictures = {"previous frame": request.init, "mask": request.mask, "mask of the unknown": request.unknown}
    for name, picture in pictures.items():
        if picture is not None and picture.shape[:2] != (height, width):
            found = f"{picture.shape[1]}x{picture.shape[0]}"
            raise BackendError(f"frame {request.spec.index}: the {name} must be {width}x{height}, found {found}")


def cut_to_size(drawn: Frame, size: Size) -> Frame:
    """Return what the host drew, less the rows and columns it was padded by."""
    width, height = size
    return np.array(drawn[:height, :width])


def _call(
    request: FrameRequest,
    names: HostNames,
    known_options: Iterable[str],
    img2img: _Img2imgSteps | None = None,
    *,
    mask: NDArray[np.float32] | None = None,
) -> DrawCall:
    spec = request.spec
    sampler, scheduler = names.sampler(spec.sampler, spec.scheduler)
    size = padded_size(request.size, names.multiple)
    return DrawCall(
        prompt=mixed_prompt(spec.prompt),
        negative=spec.negative,
        seed=(spec.seed + _REROLL * request.attempt) % 2**32,
        subseed=(spec.subseed + _REROLL * request.attempt) % 2**32,
        subseed_strength=spec.subseed_strength,
        sampler=sampler,
        scheduler=scheduler,
        steps=img2img.steps if img2img else txt2img_steps(spec.steps, names.law(sampler), scheduler),
        denoising_strength=img2img.denoising if img2img else 1.0,
        start=img2img.start if img2img else None,
        cfg=spec.cfg,
        size=size,
        from_nothing=img2img is None,
        options=_options(spec, names, set(known_options)),
        vae=names.vae(spec.vae) if spec.vae else "",
        mask=None if mask is None else padded(np.rint(mask * 255).astype(np.uint8), size),
    )


def _options(spec: FrameSpec, names: HostNames, known: set[str]) -> dict[str, object]:
    options = dict(FRAME_OPTIONS)
    if spec.clip_skip:
        options["CLIP_stop_at_last_layers"] = spec.clip_skip
    if spec.checkpoint:
        options["sd_model_checkpoint"] = names.checkpoint(spec.checkpoint)
    return {key: value for key, value in options.items() if key in known}


def vae_options(vae: str, names: HostNames, own: Mapping[str, Any]) -> dict[str, object]:
    """Return the host's settings that put a VAE in; none for an empty name.

    Args:
        vae: The host's spelling.
        names: What the host knows by name.
        own: The host's model settings as a person has them; in Forge, its text encoders stay.
    """
    if not vae:
        return {}
    if FORGE_MODULES not in own:
        return {"sd_vae": vae}
    vaes = {re.split(r"[/\\]", file)[-1] for file in names.vae_files.values()}
    kept = [path for path in own[FORGE_MODULES] or [] if re.split(r"[/\\]", path)[-1] not in vaes]
    return {FORGE_MODULES: [*kept, names.vae_files[vae]] if vae != NO_VAE else kept}


def strength_note(points: Points) -> str:
    """Return the end of what a backend says of its settings; runs begun when strength took whole steps lack it.

    Args:
        points: The model's curve; empty where it was not measured.
    """
    return f" and strength calibrated {digest_of(points)[:8]}" if points else " and exact strength"


def digest_of(settings: object) -> str:
    """Return a short digest of plain values, for telling one host's settings from another's."""
    text = json.dumps(settings, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def padded_size(size: Size, multiple: int = 8) -> Size:
    """Return the smallest size in multiples of `multiple` that holds `size`."""
    return -(-size[0] // multiple) * multiple, -(-size[1] // multiple) * multiple


def multiple_seen(asked: Size, drawn: Size) -> int:
    """Return what a host has rounded sides to that drew another size than it was asked for.

    Raises:
        BackendError: It has not rounded: the picture is another one.
    """
    for multiple in (64, 32, 16):
        near = all(abs(one - other) < multiple for one, other in zip(asked, drawn, strict=True))
        if near and not drawn[0] % multiple and not drawn[1] % multiple:
            return multiple
    raise BackendError(
        f"the WebUI drew {drawn[0]}x{drawn[1]} pixels where {asked[0]}x{asked[1]} were asked for. Give the video a "
        "size in multiples of 64"
    )


def padded(picture: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
    """Return a picture (h, w) or (h, w, 3) with its last row and column repeated up to `size`."""
    down, right = size[1] - picture.shape[0], size[0] - picture.shape[1]
    if not down and not right:
        return picture
    return np.pad(picture, [(0, down), (0, right)] + [(0, 0)] * (picture.ndim - 2), mode="edge")
