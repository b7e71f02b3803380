"""Drawing a plan's frames, one after the other: the way of a picture from one frame to the next.

Frames are drawn in groups: the in-betweens in front of a diffused frame, and that frame. The diffused frame comes
first, because its in-betweens are mixed from the diffused frames on either side of them.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from glance.camera.depth import DepthEstimator, depth_estimator, smooth_depth
from glance.camera.transform import Transform, compose, invert, needs_depth, transform_of
from glance.camera.warping import warp, warp_depth
from glance.effects.chain import Assets, apply_effects
from glance.errors import BackendError
from glance.frames import Frame, Size, size_of
from glance.imaging.blend import masked, mix, read_mask
from glance.imaging.color import ColorReference, match_color, mix_references, reference_of
from glance.imaging.filters import adjust_contrast, sharpen
from glance.imaging.flow import inbetween
from glance.imaging.noise import add_noise
from glance.imaging.quality import blank_frame_problem
from glance.media.image_reader import read_picture
from glance.project.plan import NO_ANCHOR, START_IMAGE, FrameSpec, RenderPlan
from glance.render.backend import FrameBackend, FrameRequest
from glance.render.finishing import moment_of, read_assets
from glance.render.metadata import PictureSettings

#: Share of the previous frame's depth. One half damps independent errors most.
_STEADINESS = 0.5

Depth = NDArray[np.float32]


@dataclass(frozen=True)
class KeyFrame:
    """A diffused frame that others are drawn from.

    Attributes:
        frame: (height, width, 3) uint8.
        group: The specs from the one after the diffused frame before, up to this frame's own.
        before: That diffused frame, if there is one and the depth needs it.
    """

    frame: Frame
    group: Sequence[FrameSpec]
    before: Frame | None


@dataclass(frozen=True)
class SmoothedDepth:
    """Depth of frames by an estimator that is asked once for each frame."""

    estimator: DepthEstimator
    _known: deque[tuple[Frame, Depth]] = field(default_factory=lambda: deque(maxlen=2), init=False, repr=False)

    def of(self, past: KeyFrame) -> Depth:
        """Return the frame's depth, (height, width) float32 > 0."""
        if self.estimator.steady or past.before is None or past.group[-1].cut:
            return self._estimate(past.frame)
        size = size_of(past.frame)
        move = compose(*(transform_of(spec.camera, size) for spec in past.group))
        moved, unknown = warp_depth(self._estimate(past.before), move)
        new = self._estimate(past.frame)
        moved = np.where(unknown > 0, new, moved)
        # Smoothing takes over the scale of the frame before; half-way between the two is steadier than either.
        scale = float(np.median(moved / new)) ** (_STEADINESS - 1)
        return np.asarray(smooth_depth(moved, new, _STEADINESS) * scale, dtype=np.float32)

    def _estimate(self, frame: Frame) -> Depth:
        for seen, depth in self._known:
            if seen is frame:
                return depth
        depth = self.estimator.estimate(frame)
        self._known.append((frame, depth))
        return depth


Step: TypeAlias = Callable[[Frame, FrameSpec], Frame]
#: Reads a frame that was drawn earlier, by its number in the song.
ReadFrame: TypeAlias = Callable[[int], Frame]
#: Draws a picture from nothing with the words of the frame of that number; None where none came out usable.
DrawAnew: TypeAlias = Callable[[int], Frame | None]


def choose_steps(plan: RenderPlan, recall: ReadFrame, draw_anew: DrawAnew = lambda index: None) -> tuple[Step, ...]:
    """Return the steps that change at least one frame of the plan, in their order.

    Args:
        plan: The plan.
        recall: Reads earlier frames, which colors are matched to.
        draw_anew: Draws what a frame's `fresh_colors` are taken from.
    """
    frames = plan.frames
    steps: list[Step] = []
    if any(spec.guide is not None for spec in frames):
        steps.append(_guide_step(plan.size))
    if plan.look.color_space != "none" and any(spec.color > 0 for spec in frames):
        steps.append(_color_step(plan, recall, draw_anew))
    if any(spec.contrast != 1 for spec in frames):
        steps.append(lambda frame, spec: adjust_contrast(frame, spec.contrast))
    if any(spec.sharpen != 0 for spec in frames):
        steps.append(lambda frame, spec: sharpen(frame, spec.sharpen))
    if any(spec.noise > 0 for spec in frames):
        kind = plan.look.noise_type
        steps.append(lambda frame, spec: add_noise(frame, spec.noise, kind, spec.seed))
    return tuple(steps)


def _guide_step(size: Size) -> Step:
    # Few guides are near each other in time, so two pictures in memory are enough.
    picture = functools.lru_cache(maxsize=2)(lambda path: read_picture(Path(path), size))

    def pull(frame: Frame, spec: FrameSpec) -> Frame:
        return mix(frame, picture(spec.guide.picture.path), spec.guide.amount) if spec.guide else frame

    return pull


def _color_step(plan: RenderPlan, recall: ReadFrame, draw_anew: DrawAnew) -> Step:
    space = plan.look.color_space

    # Anchors only ever move forward, so the newest one is all that needs to be kept.
    @functools.lru_cache(maxsize=1)
    def reference(anchor: int) -> ColorReference:
        if anchor == START_IMAGE and plan.look.start_image:
            return reference_of(read_picture(Path(plan.look.start_image.path), plan.size), space)
        return reference_of(recall(anchor), space)

    # Colors go from one scene's picture to the next one's, so two are needed at a time.
    @functools.lru_cache(maxsize=2)
    def fresh(index: int) -> ColorReference | None:
        picture = draw_anew(index)
        return None if picture is None else reference_of(picture, space)

    def match(frame: Frame, spec: FrameSpec) -> Frame:
        if spec.color == 0:
            return frame
        found = [(fresh(index), share) for index, share in spec.fresh_colors]
        parts = [(one, share) for one, share in found if one is not None]
        rest = 1.0 - sum(share for _, share in parts)
        if spec.anchor != NO_ANCHOR and rest > 1e-5:
            parts.append((reference(spec.anchor), rest))
        return match_color(frame, mix_references(parts), spec.color) if parts else frame

    return match


#: How often an unusable picture is drawn anew before the frame is held.
REROLLS = 2
#: So many drawn frames held one after the other end the drawing: from there on the model would give nothing else.
MAX_REPEATS = 12


@dataclass(frozen=True)
class Drawn:
    """A finished frame.

    Attributes:
        spec: Its decisions.
        frame: (height, width, 3) uint8.
        problem: What was wrong with the backend's pictures if the frame before had to be repeated.
        request: What the backend was asked for last; None for an in-between.
    """

    spec: FrameSpec
    frame: Frame
    problem: str = ""
    request: FrameRequest | None = None

    def settings(self, plan: RenderPlan, backend: FrameBackend) -> PictureSettings:
        """Return what its backend was asked for; of an in-between, what it would be asked for in its place."""
        return backend.settings(self.request or FrameRequest(plan.size, self.spec, self.frame))


def draw_frames(plan: RenderPlan, backend: FrameBackend, recall: ReadFrame, first: int = 0) -> Iterator[Drawn]:
    """Yield the plan's frames in order, from position `first` on.

    Args:
        plan: What to draw.
        backend: Who draws.
        recall: Reads an earlier frame of this plan by its number, exactly as it was yielded.
        first: Position in `plan.frames` to start at. Drawing goes back to the last diffused frame in front of it, which
            `recall` must know, as well as the one before that for depth from a model; what is yielded is the same as
            if everything had been drawn at once.

    Raises:
        BackendError: A frame cannot be drawn; or `MAX_REPEATS` of them were held in a row. That is counted anew in each
            call, so that whoever goes on gets as many frames further, and what is drawn never depends on the stops.
    """
    artist = _FrameRenderer.of(plan, backend, recall)
    past: KeyFrame | None = None
    n_held = 0
    for group in groups(plan, first):
        if n_held == MAX_REPEATS:
            raise _too_many_repeats(group[0].index)
        before = group[0].index - 1
        if past is None and before >= plan.frames[0].index:
            past = artist.recalled(before, recall)
        drawn = artist.diffuse(past, group)
        now = KeyFrame(drawn.frame, group, past.frame if past else None)
        for spec, frame in artist.between(past, now):
            yield Drawn(spec, frame)
        yield drawn
        past = now
        n_held = n_held + 1 if drawn.problem else 0


def _too_many_repeats(index: int) -> BackendError:
    return BackendError(
        f"the last {MAX_REPEATS} frames before frame {index} all came out unusable, so that the picture would only "
        "stand still. What was drawn is kept. Try another VAE or one in full precision, another model or another "
        f"prompt, and look whether a filter blacks pictures out; then draw anew, or continue: it tries the next "
        f"{MAX_REPEATS} frames"
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
class _FrameRenderer:
    """Everything about the plan that is prepared once, before the first frame."""

    plan: RenderPlan
    backend: FrameBackend
    steps: tuple[Step, ...]
    depth: SmoothedDepth
    mask: NDArray[np.float32] | None
    assets: Assets

    @classmethod
    def of(cls, plan: RenderPlan, backend: FrameBackend, recall: ReadFrame) -> _FrameRenderer:
        look = plan.look
        mask = None
        if look.mask:
            gray = read_picture(Path(look.mask.path), plan.size)
            mask = read_mask(gray, feather_px=look.mask_feather_px, invert=look.mask_invert)
        steps = choose_steps(plan, recall, _drawing_anew(plan, backend))
        assets = read_assets(plan.effects.in_loop if plan.effects else (), plan.size)
        return cls(plan, backend, steps, SmoothedDepth(depth_estimator(look.depth)), mask, assets)

    def recalled(self, index: int, recall: ReadFrame) -> KeyFrame:
        """Return the diffused frame of that number, drawn in an earlier run."""
        position = index - self.plan.frames[0].index
        start = position
        while start > 0 and not self.plan.frames[start - 1].diffuse:
            start -= 1
        has_before = start > 0 and not self.depth.estimator.steady
        before = recall(self.plan.frames[start].index - 1) if has_before else None
        return KeyFrame(recall(index), self.plan.frames[start : position + 1], before)

    def diffuse(self, past: KeyFrame | None, group: Sequence[FrameSpec]) -> Drawn:
        """Draw the group's last frame from the frame before the group."""
        spec = group[-1]
        carried, unknown = self._carried(past, group)
        init = self._with_effects(carried, past, group)
        if init is not None:
            for step in self.steps:
                init = step(init, spec)
        # At a cut nothing is carried over; if its picture fails, the frame in front of it stays on the screen.
        spare = carried if carried is not None or past is None else past.frame
        drawn = self._drawn(FrameRequest(self.plan.size, spec, init, self.mask, unknown), spare)
        return drawn if drawn.problem else replace(drawn, frame=self._within_mask(drawn.frame, carried))

    def _with_effects(self, carried: Frame | None, past: KeyFrame | None, group: Sequence[FrameSpec]) -> Frame | None:
        """Return what is carried over with the plan's effects in the loop; a new picture has nothing to work on."""
        effects = self.plan.effects
        if carried is None or effects is None or not effects.in_loop:
            return carried
        spec = group[-1]
        moment = moment_of(self.plan, spec, carried)
        if past is not None:
            beats = float(effects.beats[spec.index] - effects.beats[past.group[-1].index])
            moment = replace(moment, past=past.frame, past_beats=beats)
        return apply_effects(effects.in_loop, carried, moment, self.assets)

    def between(self, past: KeyFrame | None, now: KeyFrame) -> Iterator[tuple[FrameSpec, Frame]]:
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
        self, past: KeyFrame | None, group: Sequence[FrameSpec]
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

    def _depth(self, past: KeyFrame, moves: Sequence[Transform]) -> NDArray[np.float32] | None:
        return self.depth.of(past) if any(needs_depth(move) for move in moves) else None

    def _warp(
        self, frame: Frame, transform: Transform, depth: NDArray[np.float32] | None
    ) -> tuple[Frame, NDArray[np.float32] | None]:
        return warp(frame, transform, depth=depth, border=self.plan.look.border)

    def _drawn(self, request: FrameRequest, spare: Frame | None) -> Drawn:
        """Have the request drawn; an unusable picture is drawn anew, then replaced by the spare one."""
        problem, asked = "", request
        for attempt in range(REROLLS + 1):
            asked = replace(request, attempt=attempt)
            frame = self.backend.generate(asked)
            if size_of(frame) != request.size:
                raise BackendError(
                    f"frame {request.spec.index}: the backend drew {size_of(frame)} instead of {request.size} pixels"
                )
            problem = blank_frame_problem(frame)
            if not problem:
                return Drawn(request.spec, frame, request=asked)
        if spare is None:
            raise BackendError(
                f"frame {request.spec.index}: every picture came out unusable ({problem}) and there is no frame before "
                "it to hold on to; try another prompt, another seed, or a VAE in full precision"
            )
        return Drawn(request.spec, spare, problem, asked)

    def _within_mask(self, frame: Frame, carried: Frame | None) -> Frame:
        return frame if self.mask is None or carried is None else masked(carried, frame, self.mask)


def _drawing_anew(plan: RenderPlan, backend: FrameBackend) -> DrawAnew:
    """Return what draws a picture from nothing with a frame's words, which the loop takes colors from."""

    def draw(index: int) -> Frame | None:
        spec = replace(plan.frames[index - plan.frames[0].index], cut=True, diffuse=True, tween=0.0)
        for attempt in range(REROLLS + 1):
            frame = backend.generate(FrameRequest(plan.size, spec, None, attempt=attempt))
            if size_of(frame) == plan.size and not blank_frame_problem(frame):
                return frame
        return None

    return draw
