"""The second net: a detector looks at every drawn picture, since a prompt's words do not say what a model draws.

A picture that is hit is blacked out before anything else sees it. To the loop it is then one more unusable picture: it
is drawn anew, after that the frame before is held, the frame is listed in the report, and nothing of it is fed back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from glance.errors import BackendError
from glance.frames import Frame
from glance.project.plan import FrameSpec, RenderPlan
from glance.render.backend import FrameBackend, FrameRequest
from glance.render.metadata import PictureSettings
from glance.system.packages import explain
from glance.system.telemetry import silence

#: What NudeNet calls the parts of a body that must not be seen.
_EXPOSED = frozenset(
    {
        "FEMALE_BREAST_EXPOSED",
        "FEMALE_GENITALIA_EXPOSED",
        "MALE_GENITALIA_EXPOSED",
        "BUTTOCKS_EXPOSED",
        "ANUS_EXPOSED",
    }
)


class FrameDetector(Protocol):
    """Says whether a picture may be shown."""

    @property
    def name(self) -> str:
        """Name and settings, as part of the backend's identity."""
        ...

    def find(self, frame: Frame) -> str:
        """Return what must not be seen in a picture of shape (height, width, 3), or an empty text."""
        ...


@dataclass(frozen=True)
class Hit:
    """A picture that was blacked out: its frame's number, the attempt, and what was found."""

    index: int
    attempt: int
    found: str


class CheckedBackend:
    """A `FrameBackend` whose pictures pass a detector; one that is hit comes out black.

    Args:
        backend: Who draws. It is closed with this one.
        detector: Who looks.
        on_hit: Told of every hit.
    """

    def __init__(
        self, backend: FrameBackend, detector: FrameDetector, on_hit: Callable[[Hit], None] | None = None
    ) -> None:
        self._backend = backend
        self._detector = detector
        self._on_hit = on_hit

    @property
    def identity(self) -> str:
        """The backend's, and the detector's name: what it blacks out decides pixels."""
        return f"{self._backend.identity}, checked by {self._detector.name}"

    def deciding(self, spec: FrameSpec) -> object:
        """Return the backend's."""
        return self._backend.deciding(spec)

    def problems(self, plan: RenderPlan) -> Sequence[str]:
        """Return the backend's problems."""
        return self._backend.problems(plan)

    def settings(self, request: FrameRequest) -> PictureSettings:
        """Return the backend's."""
        return self._backend.settings(request)

    def generate(self, request: FrameRequest) -> Frame:
        """Draw one picture, black where the detector found something.

        Raises:
            BackendError: The backend or the detector failed.
        """
        frame = self._backend.generate(request)
        found = self._detector.find(frame)
        if not found:
            return frame
        if self._on_hit is not None:
            self._on_hit(Hit(request.spec.index, request.attempt, found))
        return np.zeros_like(frame)

    def close(self) -> None:
        """Close the backend."""
        self._backend.close()


class NudeNetDetector:
    """Looks with the `nudenet` package, where a person has installed it; GLANCE does not bring it.

    Args:
        threshold: Least score in (0, 1) that counts as a hit.

    Raises:
        BackendError: The package is not installed.
    """

    def __init__(self, threshold: float = 0.4) -> None:
        self._threshold = threshold
        silence()
        try:
            from nudenet import NudeDetector
        except ModuleNotFoundError as error:
            raise BackendError(
                "the frame check needs the package nudenet; install it with `pip install nudenet`, or turn it off"
            ) from error
        except ImportError as error:
            raise BackendError(f"the frame check needs the package nudenet, and {explain(error)}") from error
        silence()
        self._detector: Any = NudeDetector()

    @property
    def name(self) -> str:
        """Package and threshold."""
        return f"nudenet {self._threshold:g}"

    def find(self, frame: Frame) -> str:
        """Return the names of exposed parts, or an empty text."""
        bgr = np.ascontiguousarray(frame[:, :, ::-1])
        hits = [hit for hit in self._detector.detect(bgr) if hit["score"] >= self._threshold]
        found = {str(hit["class"]) for hit in hits} & _EXPOSED
        return ", ".join(sorted(found)).lower().replace("_", " ")
