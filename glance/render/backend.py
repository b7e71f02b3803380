"""The one seam between GLANCE and whatever draws pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame, Size
from glance.project.plan import FrameSpec, RenderPlan
from glance.render.metadata import PictureSettings
from glance.render.noise_journey import CarriedNoise


@dataclass(frozen=True)
class FrameRequest:
    """One picture to be drawn.

    Attributes:
        size: (width, height) in pixels.
        spec: The plan's decisions for this frame (prompt mix, negative, strength, seed, steps, style, ...).
        init: The warped, color-matched, noised previous frame of that size; None to draw from nothing.
        mask: (height, width) float32 in [0, 1], above 0 where the picture may change; None for everywhere. The
            loop mixes what was drawn with what was carried over, once, by these values: a backend draws in full
            wherever the mask is above 0, and what it returns where it is 0 is not looked at.
        unknown: (height, width) float32 in [0, 1], 1 where the camera uncovered what no picture shows (`init` is filled
            with the mirrored edge there) and something new should be drawn; None for nowhere.
        attempt: 0 at first; counts re-rolls of an unusable picture, and must change the noise.
        carried: Noise that came along with what `init` shows, to be mixed with new noise by `spec.noise_fresh`; None
            where all noise is to be new. A backend that cannot take it says so in `problems`.
    """

    size: Size
    spec: FrameSpec
    init: Frame | None
    mask: NDArray[np.float32] | None = None
    unknown: NDArray[np.float32] | None = None
    attempt: int = 0
    carried: CarriedNoise | None = None


class FrameUpscaler(Protocol):
    """Enlarges finished frames for the video; what the loop feeds back stays as it was drawn.

    Raises (from every method): `BackendError`, with a message for a musician.
    """

    @property
    def identity(self) -> str:
        """Its name, and whatever else decides pixels besides the frame and the factor."""
        ...

    @property
    def exact(self) -> bool:
        """Whether enlarging a frame again is cheap and gives the same bits, so that nothing has to be kept on disk."""
        ...

    def problems(self) -> Sequence[str]:
        """Check before the first frame; each problem is a sentence. Empty means ready."""
        ...

    def upscale(self, frame: Frame, scale: float) -> Frame:
        """Return the frame in the size that `glance.project.validate.enlarged` gives."""
        ...

    def close(self) -> None:
        """Give back what was held. Calling it twice is fine."""
        ...


class FrameBackend(Protocol):
    """Draws frames. The same request gives the same pixels.

    Raises (from every method): `BackendError`, with a message for a musician.
    """

    @property
    def identity(self) -> str:
        """Name, version and settings: all of the backend that decides pixels besides the request."""
        ...

    def deciding(self, spec: FrameSpec) -> object:
        """Return the part of a frame's decisions that its pixels depend on here, as plain values.

        What is left out may change between two runs that continue each other: labels, and what only another backend
        goes by.
        """
        ...

    def problems(self, plan: RenderPlan) -> Sequence[str]:
        """Check the whole plan before its first frame; each problem is a sentence. Empty means ready."""
        ...

    def settings(self, request: FrameRequest) -> PictureSettings:
        """Return what `generate` asks for with this request, in the words of a picture's text."""
        ...

    def generate(self, request: FrameRequest) -> Frame:
        """Draw one picture of shape (height, width, 3)."""
        ...

    def close(self) -> None:
        """Give back what was held. Calling it twice is fine."""
        ...


def fingerprint(plan: RenderPlan, backend: FrameBackend) -> str:
    """Return a SHA-256 hex digest over all that decides the pixels of a video's frames, and its sound."""
    return hashlib.sha256(f"{plan.digest(backend.deciding)}\n{backend.identity}".encode()).hexdigest()
