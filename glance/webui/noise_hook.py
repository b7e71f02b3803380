"""Carried noise inside a WebUI: a script of GLANCE's own changes the noise of a picture just before it is sampled.

All five hosts call `process_before_every_sampling(p, *args, x=, noise=, c=, uc=)` of always-on scripts, and hand the
same tensor on: what is changed in place takes effect. Samplers that draw noise of their own would lay it over.
"""

from __future__ import annotations

import copy
import logging
import re
from typing import Any

import numpy as np

from glance.frames import Size
from glance.render.noise_journey import CarriedNoise
from glance.webui.probe import given

_log = logging.getLogger(__name__)
#: Words in the names of samplers that draw noise of their own in every step.
_OWN_NOISE = re.compile(
    r"\b(a|ancestral|\w*sde|lcm|ddpm|restart|tcd|seeds|turbo|dy|kohaku\w*|sa-solver\w*|fast|adaptive)\b", re.IGNORECASE
)


def draws_own_noise(sampler: str) -> bool:
    """Return whether a sampler of that name lays new noise in every step, so that none can be carried."""
    return bool(_OWN_NOISE.search(sampler.replace("_", " ")))


def with_noise(runner: Any, carried: CarriedNoise, size: Size) -> Any:
    """Return a runner with the scripts of another one, and one that puts carried noise in; the other one stays.

    Args:
        runner: A host's runner.
        carried: What to put in.
        size: (width, height) of the picture that is sampled.
    """
    changed = copy.copy(runner)
    changed.alwayson_scripts = [*runner.alwayson_scripts, _script(carried, size)]
    # What some hosts have sorted by name already would leave the new one out.
    if hasattr(changed, "callback_map"):
        changed.callback_map = {}
    return changed


def put_in(noise: Any, carried: CarriedNoise, size: Size, multiplier: float = 1.0) -> None:
    """Change new noise into what a frame is to be drawn from.

    Args:
        noise: Tensor (1, channels, [1,] rows, columns), changed in place.
        carried: See there.
        size: (width, height) of the picture.
        multiplier: By what the host has multiplied the noise.
    """
    old, young = carried.shares
    shape = tuple(int(side) for side in noise.shape)
    cells = carried.cells((shape[1], shape[-2], shape[-1]), size) * np.float32(old * multiplier)
    noise *= young
    noise += noise.new_tensor(cells.reshape(shape))


def _script(carried: CarriedNoise, size: Size) -> Any:
    from modules import scripts

    class CarriedNoiseScript(scripts.Script):  # type: ignore[misc] # the host's own class
        """Its one method is called by the host; errors in it would only be printed, and the picture be another one."""

        args_from = args_to = 0
        filename = __file__
        name = "glance noise"
        is_img2img, is_txt2img, alwayson = True, False, True
        done = False

        def title(self) -> str:
            return "GLANCE noise"

        def process_before_every_sampling(self, p: Any, *args: Any, **kwargs: Any) -> None:
            multiplier = given(p, "initial_noise_multiplier")
            put_in(kwargs["noise"], carried, size, 1.0 if multiplier is None else float(multiplier))
            self.done = True

    return CarriedNoiseScript()
