"""A small real diffusion model as a `FrameBackend`, for trials: strength, noise and drift seen in GLANCE's own loop.

It is no backend for a musician. It runs any Stable Diffusion pipeline in diffusers' folder form whose model predicts
noise, on the CPU, with Euler steps that add no noise of their own. Needs torch, diffusers and transformers, and a
folder with a model: tests skip where either is missing (`trial_model`).

    GLANCE_TRIAL_MODEL=FOLDER python -m pytest tests/unit/backends/test_strength_trial.py
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame
from glance.project.plan import FrameSpec, RenderPlan, common_decisions
from glance.render.backend import FrameRequest
from glance.render.metadata import PictureSettings, plain_settings

#: Environment variable that names the model's folder.
MODEL = "GLANCE_TRIAL_MODEL"
#: Seeds of re-rolls are this far apart.
_REROLL = 1_000_003
#: Seeds of a frame's noise beside that of its encoding.
_ENCODING = 7


def trial_model() -> Path | None:
    """Return the folder of a model that can be run here; None where it, or a library, is missing."""
    folder = os.environ.get(MODEL, "")
    able = all(find_spec(name) for name in ("torch", "diffusers", "transformers"))
    return Path(folder) if able and folder and (Path(folder) / "model_index.json").is_file() else None


@dataclass(frozen=True)
class Start:
    """Where a picture's drawing begins.

    Attributes:
        timestep: In [0, 999], not necessarily whole.
        taken: Steps from there to no noise.
        whole: Whether the steps are the last ones of `of`, uniform from 999 to 0, as a host takes them of a denoising
            strength; else they lie evenly between `timestep` and 0.
        of: Steps of a full denoise; only looked at where `whole`.
    """

    timestep: float
    taken: int
    whole: bool = False
    of: int = 0


def continuous_start(spec: FrameSpec) -> Start:
    """Return the start at exactly a frame's strength, with as many steps as its share of all of them, at least 3."""
    share = 1.0 - spec.strength
    return Start(999.0 * share, min(spec.steps, max(3, round(share * spec.steps))))


def whole_start(spec: FrameSpec) -> Start:
    """Return the start that rounding to whole steps gives."""
    taken = max(1, round((1.0 - spec.strength) * spec.steps))
    first = spec.steps - taken
    return Start(999.0 * (1.0 - first / max(1, spec.steps - 1)), taken, whole=True, of=spec.steps)


class DiffusersTrial:
    """A pipeline in diffusers' form as a `FrameBackend`.

    Args:
        folder: The model's.
        start: Says where a frame's drawing begins.
        noise: Returns the unit normal noise of a frame, float32 (channels, height / 8, width / 8), for a request and
            that shape; by default new in every frame, from its seed.
        guidance: Classifier-free guidance scale for all frames; None for each frame's own.
        half: Whether the UNet runs in bfloat16, which is twice as fast where the CPU has it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        start: Callable[[FrameSpec], Start] = continuous_start,
        noise: Callable[[FrameRequest, tuple[int, int, int]], NDArray[np.float32]] | None = None,
        guidance: float | None = 4.0,
        half: bool = False,
    ) -> None:
        import torch
        from diffusers import StableDiffusionPipeline

        self._torch = torch
        self._pipe: Any = StableDiffusionPipeline.from_pretrained(str(folder), safety_checker=None)
        self._pipe.set_progress_bar_config(disable=True)
        self._half = half
        if half:
            self._pipe.unet.to(torch.bfloat16)
        self.start = start
        self._noise = noise or _new_noise
        self._guidance = guidance
        self._words: dict[str, Any] = {}
        alphas = self._pipe.scheduler.alphas_cumprod.double().numpy()
        #: (1000,) log of sigma at each timestep, rising.
        self.log_sigmas = np.log(np.sqrt((1 - alphas) / alphas))
        self.calls = 0
        self.identity = f"diffusers trial, {folder.name}"

    def deciding(self, spec: FrameSpec) -> object:
        """All of a frame's decisions."""
        return common_decisions(spec)

    def problems(self, plan: RenderPlan) -> Sequence[str]:
        """None: whatever a plan names, this model is drawn with."""
        return []

    def settings(self, request: FrameRequest) -> PictureSettings:
        """The plan's own words."""
        return plain_settings(request.spec, request.spec.seed + request.attempt)

    def close(self) -> None:
        """Nothing is held."""

    def sigma(self, timestep: float) -> float:
        """Return the noise level at a timestep in [0, 999], between those of the table."""
        return float(np.exp(np.interp(timestep, np.arange(self.log_sigmas.size), self.log_sigmas)))

    def generate(self, request: FrameRequest) -> Frame:
        """Draw one picture."""
        with self._torch.inference_mode():
            return self._generated(request)

    def encoded(self, frame: Frame, seed: int = 0) -> Any:
        """Return a picture's latent (1, channels, h, w), a sample as WebUIs take it, and known by the seed."""
        torch = self._torch
        pixels = torch.from_numpy(frame.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]
        with torch.inference_mode():
            sample = self._pipe.vae.encode(pixels).latent_dist.sample(torch.Generator().manual_seed(seed + _ENCODING))
            return sample * self._pipe.vae.config.scaling_factor

    def decoded(self, latent: Any) -> Frame:
        """Return the picture of a latent."""
        with self._torch.inference_mode():
            pixels = self._pipe.vae.decode(latent / self._pipe.vae.config.scaling_factor).sample[0]
        return np.round((pixels.permute(1, 2, 0).numpy().clip(-1, 1) + 1) * 127.5).astype(np.uint8)

    def _generated(self, request: FrameRequest) -> Frame:
        spec, (width, height) = request.spec, request.size
        seed = (spec.seed + _REROLL * request.attempt) % 2**32
        if request.init is None or spec.strength <= 0:
            start = Start(999.0, spec.steps)
            latent = 0.0
        elif spec.strength >= 1:
            return request.init
        else:
            start = self.start(spec)
            latent = self.encoded(request.init, seed)
        timesteps = _timesteps(start)
        shape = (self._pipe.unet.config.in_channels, height // 8, width // 8)
        noise = self._torch.from_numpy(self._noise(request, shape))[None]
        latent = self._denoised(latent + noise * self.sigma(timesteps[0]), timesteps, spec)
        return self.decoded(latent)

    def _denoised(self, x: Any, timesteps: Sequence[float], spec: FrameSpec) -> Any:
        words = self._torch.cat([self._encoded_words(spec.negative), self._mixed_words(spec)])
        sigmas = [*(self.sigma(each) for each in timesteps), 0.0]
        guidance = spec.cfg if self._guidance is None else self._guidance
        for timestep, sigma, following in zip(timesteps, sigmas[:-1], sigmas[1:], strict=True):
            both = self._torch.cat([x, x]) / (sigma**2 + 1) ** 0.5
            dtype = self._torch.bfloat16 if self._half else self._torch.float32
            found = self._pipe.unet(both.to(dtype), timestep, encoder_hidden_states=words.to(dtype)).sample.float()
            self.calls += 1
            without, with_words = found.chunk(2)
            x = x + (without + guidance * (with_words - without)) * (following - sigma)
        return x

    def _mixed_words(self, spec: FrameSpec) -> Any:
        return sum(self._encoded_words(text) * share for text, share in spec.prompt)

    def _encoded_words(self, text: str) -> Any:
        if text not in self._words:
            tokens = self._pipe.tokenizer(
                text, padding="max_length", max_length=77, truncation=True, return_tensors="pt"
            )
            self._words[text] = self._pipe.text_encoder(tokens.input_ids)[0]
        return self._words[text]


def _timesteps(start: Start) -> list[float]:
    """Return the timesteps at which the model is called, falling."""
    if start.whole:
        return [float(each) for each in np.linspace(999.0, 0.0, start.of)[start.of - start.taken :]]
    return [start.timestep * (1 - step / start.taken) for step in range(start.taken)]


def _new_noise(request: FrameRequest, shape: tuple[int, int, int]) -> NDArray[np.float32]:
    rng = np.random.default_rng([request.spec.seed, request.attempt])
    return rng.standard_normal(shape, dtype=np.float32)
