"""Drawing a plan's frames, one after the other: the way of a picture from one frame to the next.

Frames are drawn in groups: the in-betweens in front of a diffused frame, and that frame. The diffused frame comes
first, because its in-betweens are mixed from the diffused frames on either side of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.camera.depth import depth_estimator
from glance.camera.transform import Transform, compose, invert, needs_depth, transform_of
from glance.camera.warp import warp
from glance.errors import BackendError
from glance.frames import Frame, size_of
from glance.imaging.blend import masked, read_mask
from glance.imaging.flow import inbetween
from glance.imaging.usable import problem_of
from glance.project.plan import FrameSpec, RenderPlan
from glance.render.backend import FrameBackend, FrameRequest
from glance.render.depths import Past, SteadyDepth
from glance.render.steps import DrawAnew, Recall, Step, choose_steps
from glance.video.picture_reader import read_picture

#: How often an unusable picture is drawn anew before the frame is held.
REROLLS = 2
#: So many drawn frames held one after the other end the drawing: from there on the model would give nothing else.
MOST_HELD = 12


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
            `recall` must know, as well as the one before that for depth from a model; what is yielded is the same as
            if everything had been drawn at once.

    Raises:
        BackendError: A frame cannot be drawn; or `MOST_HELD` of them were held in a row. That is counted anew in each
            call, so that whoever goes on gets as many frames further, and what is drawn never depends on the stops.
    """
    artist = _Artist.of(plan, backend, recall)
    past: Past | None = None
    n_held = 0
    for group in groups(plan, first):
        if n_held == MOST_HELD:
            raise _standstill(group[0].index)
        before = group[0].index - 1
        if past is None and before >= plan.frames[0].index:
            past = artist.recalled(before, recall)
        drawn = artist.diffuse(past, group)
        now = Past(drawn.frame, group, past.frame if past else None)
        for spec, frame in artist.between(past, now):
            yield Drawn(spec, frame)
        yield drawn
        past = now
        n_held = n_held + 1 if drawn.problem else 0


def _standstill(index: int) -> BackendError:
    return BackendError(
        f"the last {MOST_HELD} frames before frame {index} all came out unusable, so that the picture would only stand "
        "still. What was drawn is kept. Try another VAE or one in full precision, another model or another prompt, and "
        f"look whether a filter blacks pictures out; then draw anew, or continue: it tries the next {MOST_HELD} frames"
    )


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
    depth: SteadyDepth
    mask: NDArray[np.float32] | None

    @classmethod
    def of(cls, plan: RenderPlan, backend: FrameBackend, recall: Recall) -> _Artist:
        look = plan.look
        mask = None
        if look.mask:
            grey = read_picture(Path(look.mask.path), plan.size)
            mask = read_mask(grey, feather_px=look.mask_feather_px, invert=look.mask_invert)
        steps = choose_steps(plan, recall, _drawing_anew(plan, backend))
        return cls(plan, backend, steps, SteadyDepth(depth_estimator(look.depth)), mask)

    def recalled(self, index: int, recall: Recall) -> Past:
        """Return the diffused frame of that number, drawn in an earlier run."""
        position = index - self.plan.frames[0].index
        start = position
        while start > 0 and not self.plan.frames[start - 1].diffuse:
            start -= 1
        has_before = start > 0 and not self.depth.estimator.steady
        before = recall(self.plan.frames[start].index - 1) if has_before else None
        return Past(recall(index), self.plan.frames[start : position + 1], before)

    def diffuse(self, past: Past | None, group: Sequence[FrameSpec]) -> Drawn:
        """Draw the group's last frame from the frame before the group."""
        spec = group[-1]
        carried, unknown = self._carried(past, group)
        init = carried
        if init is not None:
            for step in self.steps:
                init = step(init, spec)
        # At a cut nothing is carried over; if its picture fails, the frame in front of it stays on the screen.
        spare = carried if carried is not None or past is None else past.frame
        drawn = self._drawn(FrameRequest(self.plan.size, spec, init, self.mask, unknown), spare)
        return drawn if drawn.problem else Drawn(spec, self._within_mask(drawn.frame, carried))

    def between(self, past: Past | None, now: Past) -> Iterator[tuple[FrameSpec, Frame]]:
        """Yield the in-betweens in front of the frame `now`, from the diffused frames on either side of them."""
        group = now.group
        if past is None or len(group) == 1:
            return
        moves = [transform_of(spec.camera, self.plan.size) for spec in group]
        depth_before = self._depth(past, moves)
        depth_after = self._depth(now, moves) if any(spec.tween > 0 for spec in group[:-1]) else None
        for position, spec in enumerate(group[:-1]):
            frame = self._warp(past.frame, compose(*moves[: position + 1]), depth_before)[0]
            if spec.tween > 0:
                back = invert(compose(*moves[position + 1 :]))
                after = self._warp(now.frame, back, depth_after)[0]
                frame = inbetween(frame, after, spec.tween, flow=self.plan.look.flow)
            yield spec, frame

    def _carried(
        self, past: Past | None, group: Sequence[FrameSpec]
    ) -> tuple[Frame | None, NDArray[np.float32] | None]:
        """Return what the group's last frame keeps of the frame before it, moved by the camera."""
        spec = group[-1]
        if past is None:
            image = self.plan.look.start_image
            return (read_picture(Path(image.path), self.plan.size) if image else None), None
        if spec.cut:
            return None, None
        moves = [transform_of(each.camera, self.plan.size) for each in group]
        return self._warp(past.frame, compose(*moves), self._depth(past, moves))

    def _depth(self, past: Past, moves: Sequence[Transform]) -> NDArray[np.float32] | None:
        return self.depth.of(past) if any(needs_depth(move) for move in moves) else None

    def _warp(
        self, frame: Frame, transform: Transform, depth: NDArray[np.float32] | None
    ) -> tuple[Frame, NDArray[np.float32] | None]:
        return warp(frame, transform, depth=depth, border=self.plan.look.border)

    def _drawn(self, request: FrameRequest, spare: Frame | None) -> Drawn:
        """Have the request drawn; an unusable picture is drawn anew, then replaced by the spare one."""
        problem = ""
        for attempt in range(REROLLS + 1):
            frame = self.backend.generate(_attempt(request, attempt))
            if size_of(frame) != request.size:
                raise BackendError(
                    f"frame {request.spec.index}: the backend drew {size_of(frame)} instead of {request.size} pixels"
                )
            problem = problem_of(frame)
            if not problem:
                return Drawn(request.spec, frame)
        if spare is None:
            raise BackendError(
                f"frame {request.spec.index}: every picture came out unusable ({problem}) and there is no frame before "
                "it to hold on to; try another prompt, another seed, or a VAE in full precision"
            )
        return Drawn(request.spec, spare, problem)

    def _within_mask(self, frame: Frame, carried: Frame | None) -> Frame:
        return frame if self.mask is None or carried is None else masked(carried, frame, self.mask)


def _drawing_anew(plan: RenderPlan, backend: FrameBackend) -> DrawAnew:
    """Return what draws a picture from nothing with a frame's words, which the loop takes colors from."""

    def draw(index: int) -> Frame | None:
        spec = replace(plan.frames[index - plan.frames[0].index], cut=True, diffuse=True, tween=0.0)
        for attempt in range(REROLLS + 1):
            frame = backend.generate(FrameRequest(plan.size, spec, None, attempt=attempt))
            if size_of(frame) == plan.size and not problem_of(frame):
                return frame
        return None

    return draw


def _attempt(request: FrameRequest, attempt: int) -> FrameRequest:
    if not attempt:
        return request
    return FrameRequest(request.size, request.spec, request.init, request.mask, request.unknown, attempt)
