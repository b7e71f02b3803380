"""Finished frames enlarged by the upscalers of the WebUI that GLANCE lives in."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np

from glance.backends.sdapi.host_names import find_upscaler
from glance.backends.sdapi.requests import UPSCALER_OPTIONS, digest_of
from glance.errors import BackendError, BackendInterruptedError, BackendMemoryError
from glance.frames import Frame
from glance.imaging.quality import is_plain_lanczos
from glance.webui.backend import host_errors
from glance.webui.queue import QueueSlot

_log = logging.getLogger(__name__)


class WebuiUpscaler:
    """One of the WebUI's upscalers as a `FrameUpscaler`. Only to be used by the thread that holds `turn`.

    Args:
        turn: GLANCE's place in the WebUI's queue.
        name: The upscaler's name, in any case.
    """

    exact = False

    def __init__(self, turn: QueueSlot, name: str) -> None:
        self._turn = turn
        self._name = name

    @property
    def identity(self) -> str:
        """The upscaler's name, and a digest of the settings that change what it makes."""
        from modules import shared

        options = {name: getattr(shared.opts, name, None) for name in UPSCALER_OPTIONS}
        return f"{self._name}, settings {digest_of(options)}"

    def problems(self) -> Sequence[str]:
        """Say so where the WebUI has no such upscaler."""
        try:
            self._found()
        except BackendError as error:
            return [str(error)]
        return []

    def upscale(self, frame: Frame, scale: float) -> Frame:
        """Return the enlarged frame.

        Raises:
            BackendInterruptedError: Interrupt was pressed.
            BackendMemoryError: The memory ran out, twice.
            BackendError: The WebUI refused, or could not load the upscaler's model.
        """
        self._turn.between_frames()
        try:
            return self._once(frame, scale)
        except BackendMemoryError:
            from modules import devices

            _log.warning("The memory ran out; its cache is cleared and the frame enlarged once more")
            devices.torch_gc()
        return self._once(frame, scale)

    def close(self) -> None:
        """Nothing is held between frames."""

    def _once(self, frame: Frame, scale: float) -> Frame:
        import torch
        from modules import shared
        from PIL import Image

        found = self._found()
        torch.manual_seed(0)  # some upscalers draw at random
        with host_errors(self._turn):
            large = found.scaler.upscale(Image.fromarray(frame), scale, found.data_path)
        shared.state.skipped = False
        # An interrupted upscaler returns what it has, enlarged in the simplest way.
        if self._turn.interrupted():
            raise BackendInterruptedError("the WebUI's Interrupt was pressed")
        finished = np.array(large.convert("RGB"), np.uint8)
        # A WebUI that cannot load the model only writes that on its console, and enlarges without it.
        if found.data_path and is_plain_lanczos(finished, frame):
            raise BackendError(
                f"the WebUI could not load the model of the upscaler {found.name!r}, and its console says why. Put the "
                "model's file where the console names it, or choose another upscaler; nothing that was drawn is lost"
            )
        return finished

    def _found(self) -> Any:
        from modules import shared

        known = {upscaler.name: upscaler for upscaler in shared.sd_upscalers}
        return known[find_upscaler(self._name, known)]
