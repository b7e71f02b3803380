"""Drawing a plan's frames, one after the other: the way of a picture from one frame to the next.

Frames are drawn in groups: the in-betweens in front of a diffused frame, and that frame. The diffused frame comes
first, because its in-betweens are mixed from the diffused frames on either side of them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.camera.depth import DepthEstimator, depth_estimator
from glance.camera.transform import Transform, compose, invert, transform_of
from glance.camera.warp import warp
from glance.errors import BackendError
from glance.frames import Frame, size_of
from glance.imaging.blend import masked, read_mask
from glance.imaging.flow import inbetween
from glance.imaging.usable import problem_of
from glance.project.plan import FrameSpec, RenderPlan
from glance.render.backend import FrameBackend, FrameRequest
from glance.render.steps import Recall, Step, choose_steps
from glance.video.still import read_picture

#: How often an unusable picture is drawn anew before the frame is held.
REROLLS = 2


@dataclass(frozen=True)
class Drawn:
    """A finished frame; `problem` says what was wrong with the backend's pictures if it had to be held."""

    spec: FrameSpec
    frame: Frame
    problem: str = ""


def draw_frames(plan: RenderPlan, backend: FrameBackend, recall: Recall, first: int = 0) -> Iterator[Drawn]:
    """Yield the plan's frames in order, from position `first` on.

    Args:
        plan: What to draw.
        backend: Who draws.
        recall: Reads an earlier frame of this plan by its number, exactly as it was yielded.
        first: Position in `plan.frames` to start at. Drawing goes back to the last diffused frame in front of it, which
            `recall` must know; what is yielded is the same as if everything had been drawn at once.
    """
    artist = _Artist.of(plan, backend, recall)
    previous: Frame | None = None
    for group in groups(plan, first):
        before = group[0].index - 1
        if previous is None and before >= plan.frames[0].index:
            previous = recall(before)
        drawn = artist.diffuse(previous, group)
        for spec, frame in artist.between(previous, drawn.frame, group):
            yield Drawn(spec, frame)
        yield drawn
        previous = drawn.frame


def groups(plan: RenderPlan, first: int) -> Iterator[tuple[FrameSpec, ...]]:
    """Yield the plan's groups, each ending in a diffused frame, from the one that holds position `first` on."""
    group: list[FrameSpec] = []
    for position, spec in enumerate(plan.frames):
        group.append(spec)
        if spec.diffuse:
            if position >= first:
                yield tuple(group)
            group = []


@dataclass(frozen=True)
class _Artist:
    """Everything about the plan that is prepared once, before the first frame."""

    plan: RenderPlan
    backend: FrameBackend
    steps: tuple[Step, ...]
    depth: DepthEstimator
    mask: NDArray[np.float32] | None

    @classmethod
    def of(cls, plan: RenderPlan, backend: FrameBackend, recall: Recall) -> _Artist:
        look = plan.look
        mask = None
        if look.mask:
            grey = read_picture(Path(look.mask.path), plan.size)
            mask = read_mask(grey, feather_px=look.mask_feather_px, invert=look.mask_invert)
        return cls(plan, backend, choose_steps(plan, recall), depth_estimator(look.depth), mask)

    def diffuse(self, previous: Frame | None, group: Sequence[FrameSpec]) -> Drawn:
        """Draw the group's last frame from the frame before the group."""
        spec = group[-1]
        carried, unknown = self._carried(previous, group)
        init = carried
        if init is not None:
            for step in self.steps:
                init = step(init, spec)
        return self._drawn(FrameRequest(self.plan.size, spec, init, self.mask, unknown), carried)

    def between(
        self, previous: Frame | None, following: Frame, group: Sequence[FrameSpec]
    ) -> Iterator[tuple[FrameSpec, Frame]]:
        """Yield the group's in-betweens, from the diffused frames in front of and behind them."""
        if previous is None or len(group) == 1:
            return
        moves = [transform_of(spec.camera, self.plan.size) for spec in group]
        depth_before = self._depth(previous, moves)
        depth_after = self._depth(following, moves)
        for position, spec in enumerate(group[:-1]):
            frame = self._warp(previous, _composed(moves[: position + 1]), depth_before)[0]
            if spec.tween > 0:
                back = invert(_composed(moves[position + 1 :]))
                after = self._warp(following, back, depth_after)[0]
                frame = inbetween(frame, after, spec.tween, flow=self.plan.look.flow)
            yield spec, frame

    def _carried(
        self, previous: Frame | None, group: Sequence[FrameSpec]
    ) -> tuple[Frame | None, NDArray[np.float32] | None]:
        """Return what the group's last frame keeps of the frame before it, moved by the camera."""
        spec = group[-1]
        if previous is None:
            image = self.plan.look.start_image
            return (read_picture(Path(image.path), self.plan.size) if image else None), None
        if spec.cut:
            return None, None
        moves = [transform_of(each.camera, self.plan.size) for each in group]
        return self._warp(previous, _composed(moves), self._depth(previous, moves))

    def _depth(self, frame: Frame, moves: Sequence[Transform]) -> NDArray[np.float32] | None:
        return self.depth.estimate(frame) if any(not move.is_flat for move in moves) else None

    def _warp(
        self, frame: Frame, transform: Transform, depth: NDArray[np.float32] | None
    ) -> tuple[Frame, NDArray[np.float32] | None]:
        return warp(frame, transform, depth=depth, border=self.plan.look.border)

    def _drawn(self, request: FrameRequest, carried: Frame | None) -> Drawn:
        """Have the request drawn; an unusable picture is drawn anew, then replaced by what was carried over."""
        problem = ""
        for attempt in range(REROLLS + 1):
            frame = self.backend.generate(_attempt(request, attempt))
            if size_of(frame) != request.size:
                raise BackendError(
                    f"frame {request.spec.index}: the backend drew {size_of(frame)} instead of {request.size} pixels"
                )
            problem = problem_of(frame)
            if not problem:
                return Drawn(request.spec, self._within_mask(frame, carried))
        if carried is None:
            raise BackendError(
                f"frame {request.spec.index}: every picture came out unusable ({problem}) and there is no frame before "
                "it to hold on to; try another prompt, another seed, or a VAE in full precision"
            )
        return Drawn(request.spec, carried, problem)

    def _within_mask(self, frame: Frame, carried: Frame | None) -> Frame:
        return frame if self.mask is None or carried is None else masked(carried, frame, self.mask)


def _composed(moves: Sequence[Transform]) -> Transform:
    return functools.reduce(compose, moves)


def _attempt(request: FrameRequest, attempt: int) -> FrameRequest:
    if not attempt:
        return request
    return FrameRequest(request.size, request.spec, request.init, request.mask, request.unknown, attempt)
