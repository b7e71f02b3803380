"""A picture of this WebUI that starts at any noise level: its sampler is given sigmas in place of its own.

The host's samplers ask `p.sampler_noise_scheduler_override` for as many sigmas as they are to take steps, and one more
where they throw the last but one away; of these, `denoising_strength` says how many of the last are taken. How the
sigmas fall from the start is the host's own: the schedule a person has chosen is asked for a long list, of which the
part below the start is walked in even steps. Flow models are read after their shift, which the host sets before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.backends.sdapi.requests import NoiseStart
from glance.backends.strength.noise_levels import NoiseScale, evenly_on
from glance.webui.probe import given, part_of

#: Steps of the list that the host's schedule is known by.
_KNOWN_STEPS = 100


class SigmaList:
    """The sigmas of one picture, as its sampler asks for them.

    Args:
        p: The host's object for the picture.
        start: Where it starts.
    """

    def __init__(self, p: Any, start: NoiseStart) -> None:
        self._p = p
        self._start = start
        #: Whether the sampler has asked.
        self.asked = False

    def put_in(self) -> None:
        """Let the picture's sampler ask here."""
        self._p.sampler_noise_scheduler_override = self

    def __call__(self, steps: int) -> Any:
        """Return `steps` sigmas, falling, and a 0; those before the start are never reached."""
        table = self._table()
        level = NoiseScale(flow=bool(table[-1] <= 1.0)).level(self._start.ratio) / self._start.factor
        first = float(np.clip(level, table[0], table[-1]))
        # What is more than the picture's steps is thrown away by the sampler, at the end but for one.
        spare = max(0, steps - self._p.steps)
        passed = max(0, self._p.steps - self._start.steps)
        above = np.geomspace(max(float(table[-1]), first) * 1.01, first, passed + 1)[:-1]
        sigmas = evenly_on(self._levels(table), first, self._start.steps)
        self.asked = True
        kept = [
            *above.tolist(),
            *sigmas.tolist(),
            *[float(sigmas[-1]) / 2**number for number in range(1, spare + 1)],
            0.0,
        ]
        tensor = part_of("torch", "FloatTensor", np.asarray)
        return tensor(kept)

    def _table(self) -> NDArray[np.float64]:
        """Return the model's own sigmas, rising; Stable Diffusion's where the host does not tell."""
        found = _as_levels(given(given(given(self._p, "sampler"), "model_wrap"), "sigmas"))
        return found if found.size > 1 and (np.diff(found) > 0).all() else NoiseScale().table()

    def _levels(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the host's own list for many steps, falling, without its 0; the model's where it gives none."""
        sampler = given(self._p, "sampler")
        self._p.sampler_noise_scheduler_override = None
        try:
            found = _as_levels(given(sampler, "get_sigmas", lambda *_: ())(self._p, _KNOWN_STEPS))
        except Exception:  # noqa: BLE001 - a schedule that takes no such number of steps must not end the picture
            found = np.empty(0)
        finally:
            self._p.sampler_noise_scheduler_override = self
        found = found[:-1]
        sound = found.size > 1 and bool((np.diff(found) < 0).all()) and found[-1] > 0 and found[0] <= 1.01 * table[-1]
        return found if sound else table[::-1]


def _as_levels(values: Any) -> NDArray[np.float64]:
    try:
        # All at once: on a graphics card, number for number would wait for each.
        return np.asarray(given(values, "tolist", lambda: values)(), np.float64).ravel()
    except (TypeError, ValueError, RuntimeError):
        return np.empty(0)
