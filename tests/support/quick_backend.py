"""A backend that draws at once: noise of the request's seed, let in as far as the strength allows."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from glance.frames import Frame
from glance.project.plan import FrameSpec, RenderPlan, common_decisions
from glance.render.backend import FrameRequest
from glance.render.metadata import PictureSettings, plain_settings


class QuickBackend:
    """Mixes the previous frame with seeded noise. `bad` frames come out black on their first attempts."""

    def __init__(self, bad: dict[int, int] | None = None, delay_s: float = 0.0, identity: str = "quick 1") -> None:
        self.identity = identity
        self.requests: list[FrameRequest] = []
        self._bad = bad or {}
        self._delay_s = delay_s

    def deciding(self, spec: FrameSpec) -> object:
        return common_decisions(spec)

    def problems(self, plan: RenderPlan) -> Sequence[str]:
        return ["the plan is called impossible"] if plan.title == "impossible" else []

    def settings(self, request: FrameRequest) -> PictureSettings:
        return plain_settings(request.spec, request.spec.seed + request.attempt)

    def generate(self, request: FrameRequest) -> Frame:
        self.requests.append(request)
        time.sleep(self._delay_s)
        width, height = request.size
        if request.attempt < self._bad.get(request.spec.index, 0):
            return np.zeros((height, width, 3), dtype=np.uint8)
        rng = np.random.default_rng([request.spec.seed, request.attempt])
        coarse = rng.integers(0, 256, (height // 8, width // 8, 3), dtype=np.uint8)
        fresh = coarse.repeat(8, axis=0).repeat(8, axis=1)
        if request.init is None:
            return fresh
        kept = request.spec.strength
        return np.round(request.init * kept + fresh * (1 - kept)).astype(np.uint8)

    def close(self) -> None:
        pass
