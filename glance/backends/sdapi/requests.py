"""One `FrameRequest` in the words of the Stable Diffusion WebUI, whether it is called in its own process or over HTTP.

Conventions of the WebUI that matter here:

- `denoising_strength = 1 - strength`. Of N steps, the WebUI takes the last `int(denoising_strength * N) + 1`
  (k-diffusion samplers) or `int(denoising_strength * N)` (DDIM, PLMS, UniPC), so a step more or less than meant,
  depending on the last digit of a float. Here the number of steps is decided first, as
  `max(1, round((1 - strength) * N))`, and the value handed over lies in the middle of the interval that gives it.
- Sizes are floored to multiples of 8 without a word. Here the picture is padded to the next multiple and cut back.
- An unknown sampler silently becomes the host's first. Here names are looked up before anything is drawn.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.errors import BackendError
from glance.frames import Frame, Size
from glance.project.plan import FrameSpec, RenderPlan
from glance.render.backend import FrameRequest
from glance.story.prompt_text import mixed_prompt
from glance.system.suggest import did_you_mean, listed

AUTOMATIC = "Automatic"
#: Samplers of the WebUI that count one step less for the same denoising strength.
_TIMESTEP_SAMPLERS = frozenset({"DDIM", "DDIM CFG++", "PLMS", "UniPC"})
#: Seeds of re-rolls are this far apart, so that they never meet the seeds of neighboring frames.
_REROLL = 1_000_003
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
#: In place of a VAE's name: what came with the model.
NO_VAE = "None"

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
class HostNames:
    """What the host knows by name. Keys are lower-case names and aliases, values the host's own spelling.

    Attributes:
        samplers: In the host's order; the first is its default.
        schedulers: Automatic among them; empty where the host is older than schedulers.
        checkpoints: Titles, file names and hashes of the models.
        vae_files: Not by lower-case name: the VAEs' names as they are, and their files over there.
    """

    samplers: Mapping[str, str] = field(default_factory=dict)
    schedulers: Mapping[str, str] = field(default_factory=dict)
    checkpoints: Mapping[str, str] = field(default_factory=dict)
    vae_files: Mapping[str, str] = field(default_factory=dict)

    def sampler(self, sampler: str, scheduler: str) -> tuple[str, str]:
        """Return the host's spelling of a sampler and a scheduler.

        Empty names give the host's first sampler and `Automatic`. A joint name of older versions, such as
        `DPM++ 2M Karras`, is split; a scheduler that was given too wins over the joint one.

        Raises:
            BackendError: The host has no such sampler or scheduler.
        """
        name = sampler.strip()
        joint = ""
        if not name and self.samplers:
            name = next(iter(self.samplers.values()))
        if name.lower() not in self.samplers:
            name, joint = self._split(name)
        found = _lookup(name, self.samplers, "sampler")
        wanted = scheduler.strip()
        if wanted.lower() in ("", AUTOMATIC.lower()):
            wanted = joint
        return found, _lookup(wanted, self.schedulers, "scheduler") if wanted else AUTOMATIC

    def checkpoint(self, name: str) -> str:
        """Return the host's title of a model.

        Raises:
            BackendError: The host has no such model.
        """
        return _lookup(name, self.checkpoints, "checkpoint")

    def vae(self, name: str) -> str:
        """Return the host's spelling of a VAE; `None` is the model's own.

        Raises:
            BackendError: The host has no such VAE.
        """
        return _lookup(name, {known.lower(): known for known in (*self.vae_files, NO_VAE)}, "VAE")

    def problems(self, plan: RenderPlan) -> list[str]:
        """Return one sentence for each name in a plan that the host does not know."""
        used = sorted({(frame.sampler, frame.scheduler) for frame in plan.frames})
        found = [_refusal(self.sampler, *names) for names in used]
        for look_up, wanted in (
            (self.checkpoint, {frame.checkpoint for frame in plan.frames}),
            (self.vae, {frame.vae for frame in plan.frames}),
        ):
            found += [_refusal(look_up, name) for name in sorted(wanted - {""})]
        return [sentence for sentence in found if sentence]

    def _split(self, name: str) -> tuple[str, str]:
        ends = [end for end in self.schedulers if name.lower().endswith(" " + end)]
        if not ends:
            return name, ""
        longest = max(ends, key=len)  # `SGM Uniform` ends in `Uniform`, which is another one
        return name[: -len(longest) - 1].strip(), self.schedulers[longest]


def _refusal(look_up: Callable[..., object], *names: str) -> str:
    try:
        look_up(*names)
    except BackendError as error:
        return str(error)
    return ""


def _lookup(name: str, known: Mapping[str, str], kind: str) -> str:
    found = known.get(name.strip().lower())
    if found is not None:
        return found
    spellings = list(dict.fromkeys(known.values()))
    advice = did_you_mean(name, known, f"it has: {listed(spellings)}", shown=lambda alias: known[alias])
    raise BackendError(f"the WebUI has no {kind} {name!r}; {advice}")


def find_upscaler(name: str, known: Iterable[str]) -> str:
    """Return the host's spelling of an upscaler.

    Raises:
        BackendError: The host has no such upscaler.
    """
    return _lookup(name, {each.lower(): each for each in known if each != "None"}, "upscaler")


def spellings(named: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Return lower-case name or alias -> name, for (name, aliases) pairs; names win over aliases."""
    pairs = [(name, list(aliases)) for name, aliases in named]
    table = {name.lower(): name for name, _ in pairs}
    for name, aliases in pairs:
        for alias in aliases:
            table.setdefault(alias.lower(), name)
    return table


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
        denoising_strength: In (0, 1); unused by txt2img.
        cfg: Classifier-free guidance scale.
        size: (width, height), multiples of 8.
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
        """Return what only img2img knows, less the pictures: the whole picture is drawn, a mask keeps its soft edge."""
        fields: dict[str, object] = {"resize_mode": 0, "denoising_strength": self.denoising_strength}
        if self.mask is not None:
            # Not `mask_blur_x` and `_y`, which Neo only has as what they are derived from.
            fields |= {"mask_blur": 0, "mask_round": False}
            fields |= {"inpainting_fill": 1, "inpaint_full_res": False, "inpainting_mask_invert": 0}
        return fields


def denoising(strength: float, steps: int, sampler: str) -> tuple[float, int]:
    """Return (denoising_strength, steps really taken) for a strength in [0, 1) of `steps` steps of a full denoise."""
    taken = min(steps, max(1, round((1 - strength) * steps)))
    offset = 0.5 if sampler in _TIMESTEP_SAMPLERS else -0.5
    return min(max(taken + offset, 0.5) / steps, 0.999), taken


def draw_calls(request: FrameRequest, names: HostNames, known_options: Iterable[str]) -> list[DrawCall]:
    """Return the calls that draw a frame, in order; each but the first starts from the one before it.

    Usually one. Two where the camera uncovered something unknown: that part is drawn first. None where the strength
    is 1, which keeps the picture as it is. A strength of 0 keeps nothing, so that the picture is drawn from nothing.

    Args:
        request: What to draw.
        names: What the host knows by name.
        known_options: Names of the host's settings; a setting that it does not know is left out.

    Raises:
        BackendError: The host does not know a name, or a picture of the request has another size.
    """
    _check_sizes(request)
    spec = request.spec
    if request.init is None or spec.strength <= 0:
        return [_call(dataclasses.replace(request, init=None), names, known_options, strength=0.0)]
    calls = []
    if request.unknown is not None and float(request.unknown.max(initial=0.0)) > 0.5:
        calls.append(_call(request, names, known_options, strength=_OUTPAINT_STRENGTH, mask=request.unknown))
    if spec.strength < 1:
        calls.append(_call(request, names, known_options, strength=spec.strength, mask=request.mask))
    return calls


def _check_sizes(request: FrameRequest) -> None:
    width, height = request.size
    pictures = {"previous frame": request.init, "mask": request.mask, "mask of the unknown": request.unknown}
    for name, picture in pictures.items():
        if picture is not None and picture.shape[:2] != (height, width):
            found = f"{picture.shape[1]}x{picture.shape[0]}"
            raise BackendError(f"frame {request.spec.index}: the {name} must be {width}x{height}, found {found}")


def finished(request: FrameRequest, drawn: Frame) -> Frame:
    """Return what the host drew, cut to size; where the mask is 0, the previous frame stays bit for bit."""
    width, height = request.size
    frame = drawn[:height, :width]
    if request.init is None or request.mask is None:
        return np.array(frame)
    share = np.clip(request.mask, 0.0, 1.0)[:, :, None]
    mixed = request.init + (frame.astype(np.float32) - request.init) * share
    return np.asarray(np.rint(mixed), dtype=np.uint8)


def _call(
    request: FrameRequest,
    names: HostNames,
    known_options: Iterable[str],
    *,
    strength: float,
    mask: NDArray[np.float32] | None = None,
) -> DrawCall:
    spec = request.spec
    sampler, scheduler = names.sampler(spec.sampler, spec.scheduler)
    size = padded_size(request.size)
    return DrawCall(
        prompt=mixed_prompt(spec.prompt),
        negative=spec.negative,
        seed=(spec.seed + _REROLL * request.attempt) % 2**32,
        subseed=(spec.subseed + _REROLL * request.attempt) % 2**32,
        subseed_strength=spec.subseed_strength,
        sampler=sampler,
        scheduler=scheduler,
        steps=spec.steps,
        denoising_strength=denoising(strength, spec.steps, sampler)[0],
        cfg=spec.cfg,
        size=size,
        from_nothing=request.init is None,
        options=_options(spec, names, set(known_options)),
        vae=names.vae(spec.vae) if spec.vae else "",
        mask=None if mask is None else padded(np.rint(mask * 255).astype(np.uint8), size),
    )


def _options(spec: FrameSpec, names: HostNames, known: set[str]) -> dict[str, object]:
    options = {**FRAME_OPTIONS, "CLIP_stop_at_last_layers": spec.clip_skip}
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


def missing_scripts(wanted: Iterable[str], there: Iterable[str]) -> list[str]:
    """Return one sentence for each always-on script that a project wants and a host does not have.

    Args:
        wanted: Titles.
        there: Titles of the host's scripts; small and capital letters are the same.
    """
    known = {title.lower() for title in there}
    return [
        f"the WebUI has no script `{title}`, whose settings were taken over from img2img; install it, or take it out "
        "under Look"
        for title in wanted
        if title.lower() not in known
    ]


def digest_of(settings: object) -> str:
    """Return a short digest of plain values, for telling one host's settings from another's."""
    text = json.dumps(settings, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def padded_size(size: Size) -> Size:
    """Return the smallest size in multiples of 8 that holds `size`."""
    return -(-size[0] // 8) * 8, -(-size[1] // 8) * 8


def padded(picture: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
    """Return a picture (h, w) or (h, w, 3) with its last row and column repeated up to `size`."""
    down, right = size[1] - picture.shape[0], size[0] - picture.shape[1]
    if not down and not right:
        return picture
    return np.pad(picture, [(0, down), (0, right)] + [(0, 0)] * (picture.ndim - 2), mode="edge")
