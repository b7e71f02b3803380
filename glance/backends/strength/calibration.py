"""Measuring what strength means for a model: twelve pictures, a minute.

One picture is drawn from nothing, another of the same words with another seed, and one that hardly changes the first.
The first is then changed at nine noise levels, with one seed. How much changes is told by pixels and by structure
(1 - SSIM, Wang et al. 2004, "Image quality assessment: from error visibility to structural similarity"), each as a
share of the way from what the autoencoder alone changes to another picture altogether; their mean is the amount.
The model's curve then gives every strength the amount that it has with the model that strength was first measured with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from glance.backends.strength.curves import curve_from_amounts
from glance.backends.strength.measured import MeasuredModel
from glance.camera.move import CameraMove
from glance.errors import BackendError
from glance.frames import Frame, Size
from glance.imaging.quality import blank_frame_problem
from glance.project.plan import FrameSpec, PaintSpec
from glance.render.backend import FrameBackend, FrameRequest

#: Shares of the timesteps that are measured, and one that changes next to nothing but what the autoencoder does.
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_HARDLY = 0.01
#: Pictures that are drawn.
PICTURES = len(SHARES) + 3
#: The amount of change at each 1 - strength that every model is to have: that of a small Stable Diffusion of our own in
#: 20 steps, six pictures, `python -m benchmarks.bench_strength --goal`.
GOAL = {0.1: 0.159, 0.2: 0.259, 0.3: 0.342, 0.4: 0.418, 0.5: 0.496, 0.6: 0.573, 0.7: 0.649, 0.8: 0.722, 0.9: 0.802}
#: What is shown: light and dark, near and far, large forms and small ones.
SUBJECT = "a lighthouse by the sea at sunset, detailed painting"
_SEEDS = (7, 1207)


@runtime_checkable
class MeasurableBackend(Protocol):
    """A backend whose strengths can be measured."""

    def measure_bare(self) -> str:
        """Take strengths for bare shares of the timesteps from now on, and return the model's name."""
        ...


@dataclass(frozen=True)
class Trial:
    """How a model is measured.

    Attributes:
        size: (width, height) in pixels.
        steps: Steps of a full denoise.
        cfg: Classifier-free guidance scale.
        sampler: Sampler name; empty means the host's default.
        scheduler: Scheduler name; empty means automatic.
        checkpoint: Model name; empty means the loaded one.
        subject: What is drawn.
    """

    size: Size
    steps: int = 20
    cfg: float = 7.0
    sampler: str = ""
    scheduler: str = ""
    checkpoint: str = ""
    subject: str = SUBJECT

    def spec(self, strength: float, seed: int) -> FrameSpec:
        """Return one picture's decisions."""
        return FrameSpec(
            index=0,
            time_s=0.0,
            scene=0,
            picture="",
            prompt=((self.subject, 1.0),),
            negative="",
            style="",
            paint=PaintSpec(((0, 1.0),), 1, ()),
            seed=seed,
            subseed=0,
            subseed_strength=0.0,
            strength=strength,
            cfg=self.cfg,
            steps=self.steps,
            sampler=self.sampler,
            scheduler=self.scheduler,
            checkpoint=self.checkpoint,
            vae="",
            clip_skip=0,
            camera=CameraMove(),
            noise=0.0,
            contrast=1.0,
            sharpen=0.0,
            color=0.0,
            anchor=-1,
            diffuse=True,
            tween=0.0,
            cut=False,
            guide=None,
        )


def trial_like(spec: FrameSpec, size: Size) -> Trial:
    """Return a trial of the model that draws a frame, with its sampler, steps and guidance."""
    return Trial(size, spec.steps, spec.cfg, spec.sampler, spec.scheduler, spec.checkpoint)


def amounts_of_change(trial: Trial, draw: Callable[[FrameRequest], Frame]) -> Iterator[dict[float, float]]:
    """Yield, after each of `PICTURES` pictures, the amounts of change known by then: share -> amount, about 0 to 1.

    Raises:
        BackendError: The model drew nothing that could be compared.
    """
    first = draw(FrameRequest(trial.size, trial.spec(0.0, _SEEDS[0]), None))
    problem = blank_frame_problem(first)
    if problem:
        raise BackendError(f"the model drew a picture that is {problem}, so nothing can be measured with it")
    yield {}
    other = draw(FrameRequest(trial.size, trial.spec(0.0, _SEEDS[1]), None))
    yield {}

    def changed(share: float) -> NDArray[np.float64]:
        request = FrameRequest(trial.size, trial.spec(round(1 - share, 6), _SEEDS[1]), first)
        return difference(first, draw(request))

    least, most = changed(_HARDLY), difference(first, other)
    if (most - least <= 0.01).any():
        raise BackendError("the model draws the same picture whatever its seed, so nothing can be measured with it")
    yield {}
    amounts: dict[float, float] = {}
    for share in SHARES:
        amounts[share] = round(float(((changed(share) - least) / (most - least)).mean()), 4)
        yield dict(amounts)


def measure_model(
    backend: FrameBackend, trial: Trial, on_picture: Callable[[int], None], stopped: Callable[[], bool] = lambda: False
) -> tuple[str, MeasuredModel] | None:
    """Return a model's name and its curve; None where it was stopped.

    Args:
        backend: Draws. Its strengths are bare from then on, so it is not to be used for anything else.
        trial: How.
        on_picture: Hears how many of `PICTURES` are drawn.
        stopped: Asked before each picture.

    Raises:
        BackendError: The backend has no strength that could be measured, or cannot draw.
    """
    if not isinstance(backend, MeasurableBackend):
        raise BackendError("only models of a WebUI can be measured; the painter's strength needs none")
    name = backend.measure_bare()
    settings = backend.settings(
        FrameRequest(trial.size, trial.spec(0.5, 1), np.zeros((*trial.size[::-1], 3), np.uint8))
    )
    amounts: dict[float, float] = {}
    for done, known in enumerate(amounts_of_change(trial, backend.generate), start=1):
        amounts = known
        on_picture(done)
        if done < PICTURES and stopped():
            return None
    return trial.checkpoint or name, MeasuredModel(
        points=curve_from_amounts(amounts, GOAL),
        amounts=tuple(sorted(amounts.items())),
        steps=trial.steps,
        sampler=str(settings.fields.get("Sampler", "")),
        host=backend.identity.split(",")[0],
        date=date.today().isoformat(),
    )


def difference(one: Frame, other: Frame) -> NDArray[np.float64]:
    """Return how far two pictures differ: (mean difference of pixels in [0, 1], 1 - SSIM in [0, 2])."""
    pixels = np.abs(one.astype(np.float64) - other).mean() / 255
    return np.array([pixels, 1 - structural_similarity(one, other)])


def structural_similarity(one: Frame, other: Frame) -> float:
    """Return the mean SSIM of two pictures' lightness, in [-1, 1]: a Gaussian window of 1.5 px, the usual constants."""
    import cv2

    a, b = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY).astype(np.float64) for each in (one, other))

    def blurred(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5), np.float64)

    mean_a, mean_b = blurred(a), blurred(b)
    variance_a, variance_b = blurred(a * a) - mean_a**2, blurred(b * b) - mean_b**2
    covariance = blurred(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    top = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    bottom = (mean_a**2 + mean_b**2 + c1) * (variance_a + variance_b + c2)
    return float((top / bottom).mean())
