"""What the fake WebUIs draw instead of a diffusion model: the arithmetic of one, without the model.

The picture is the start picture with a share of noise, the share being the denoising strength that the sampler's step
count really gives. The noise depends on everything that decides pixels in a WebUI, and on the state of a global random
generator, as a WebUI's VAE does.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from glance.backends.strength.noise_levels import share_at

_DECIDING = ("prompt", "negative_prompt", "seed", "subseed", "subseed_strength", "sampler_name", "scheduler", "steps")
_DECIDING += ("cfg_scale",)
UPSCALERS = ["None", "Lanczos", "R-ESRGAN 4x+"]
DEFAULT_OPTIONS: dict[str, Any] = {
    "sd_model_checkpoint": "tiny.safetensors",
    "sd_checkpoint_hash": "",
    "sd_vae": "Automatic",
    "CLIP_stop_at_last_layers": 1,
    "img2img_fix_steps": False,
    "img2img_color_correction": False,
    "save_init_img": False,
    "return_mask": False,
    "return_mask_composite": False,
    "samples_format": "png",
    "randn_source": "GPU",
    "outdir_samples": "",
    "outdir_img2img_samples": "outputs/img2img-images",
    "outdir_grids": "",
    "outdir_img2img_grids": "outputs/img2img-grids",
}


#: The samplers of the class that starts one step lower.
TIMESTEP_SAMPLERS = ("DDIM", "DDIM CFG++", "PLMS", "UniPC")


def steps_taken(denoising_strength: float, steps: int, sampler: str, fix_steps: bool) -> int:
    """Return how many steps a WebUI takes in img2img."""
    if fix_steps:
        return steps
    return min(int(min(denoising_strength, 0.999) * steps) + (sampler not in TIMESTEP_SAMPLERS), steps)


def enlarge(picture: np.ndarray, scale: float, *, blank: bool = False) -> np.ndarray:
    """Return what a WebUI's upscaler makes of a picture: sides floored to multiples of 8; gray where `blank`."""
    height, width = (int(side * scale // 8 * 8) for side in picture.shape[:2])
    rows, columns = (np.arange(new) * old // new for new, old in zip((height, width), picture.shape[:2], strict=True))
    large = picture[rows][:, columns]
    return np.full_like(large, 128) if blank else large


def _vae(options: dict[str, Any]) -> str:
    return str(options.get("forge_additional_modules", options["sd_vae"]))


def rounded_sides(fields: dict[str, Any], host: str) -> tuple[int, int]:
    """Return the (width, height) that a host draws: floored to multiples of 8; a Neo rounds to 64 before."""
    sides = (int(fields[side]) for side in ("width", "height"))
    if host == "Forge Neo":
        sides = (max((side + 32) // 64 * 64, 64) for side in sides)
    width, height = (side // 8 * 8 for side in sides)
    return width, height


def _share(fields: dict[str, Any], options: dict[str, Any]) -> float:
    """Return how much of a picture changes: the share of the timesteps that it is started at."""
    if fields.get("sigmas") is not None:
        return share_at(fields["sigmas"][0])
    taken = steps_taken(
        fields["denoising_strength"], fields["steps"], fields["sampler_name"], options["img2img_fix_steps"]
    )
    return taken / int(fields["steps"])


def draw(
    fields: dict[str, Any],
    init: np.ndarray | None,
    options: dict[str, Any],
    random_state: object,
    host: str = "A1111",
    mask: np.ndarray | None = None,
) -> np.ndarray:
    """Return a picture (height, width, 3) uint8 in the size that a host makes of the one asked for.

    As a WebUI does, the start picture is laid over what lies outside the mask (height, width) uint8.
    """
    width, height = rounded_sides(fields, host)
    deciding = [str(fields.get(name)) for name in _DECIDING] + [str(options["CLIP_stop_at_last_layers"])]
    deciding += [str(options["sd_model_checkpoint"]), _vae(options), "" if init is None else str(random_state)]
    digest = hashlib.sha256("|".join(deciding).encode()).digest()
    noise = np.random.default_rng(int.from_bytes(digest[:8], "big")).integers(0, 256, (height, width, 3))
    if init is None:
        return noise.astype(np.uint8)
    share = _share(fields, options)
    rows, columns = (np.arange(new) * old // new for new, old in zip((height, width), init.shape[:2], strict=True))
    start = (init[:height, :width] if host != "Forge Neo" else init[rows][:, columns]).astype(float)
    drawn = start + (noise - start) * share
    if mask is not None:
        mask = mask[:height, :width] if host != "Forge Neo" else mask[rows][:, columns]
        drawn = start + (drawn - start) * (mask[:, :, None] / 255)
    return np.rint(drawn).astype(np.uint8)
