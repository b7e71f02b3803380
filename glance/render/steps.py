"""What happens to the previous frame before the backend draws the next one, in this order:

    warp by the camera -> pull to a guide picture -> match colour -> contrast -> sharpen -> add noise -> backend

Every step is a pure function of the frame and its spec. Which of them a plan needs is decided once, before the loop.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from glance.frames import Frame, Size
from glance.imaging.blend import mix
from glance.imaging.colour import ColourReference, match_colour, mix_references, reference_of
from glance.imaging.noise import add_noise
from glance.imaging.tone import adjust_contrast, sharpen
from glance.project.plan import NO_ANCHOR, START_IMAGE, FrameSpec, RenderPlan
from glance.video.picture_reader import read_picture

Step: TypeAlias = Callable[[Frame, FrameSpec], Frame]
#: Reads a frame that was drawn earlier, by its number in the song.
Recall: TypeAlias = Callable[[int], Frame]
#: Draws a picture from nothing with the words of the frame of that number; None where none came out usable.
DrawAnew: TypeAlias = Callable[[int], Frame | None]


def choose_steps(plan: RenderPlan, recall: Recall, draw_anew: DrawAnew = lambda index: None) -> tuple[Step, ...]:
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
    if plan.look.colour_space != "none" and any(spec.colour > 0 for spec in frames):
        steps.append(_colour_step(plan, recall, draw_anew))
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


def _colour_step(plan: RenderPlan, recall: Recall, draw_anew: DrawAnew) -> Step:
    space = plan.look.colour_space

    # Anchors only ever move forward, so the newest one is all that needs to be kept.
    @functools.lru_cache(maxsize=1)
    def reference(anchor: int) -> ColourReference:
        if anchor == START_IMAGE and plan.look.start_image:
            return reference_of(read_picture(Path(plan.look.start_image.path), plan.size), space)
        return reference_of(recall(anchor), space)

    # Colors go from one scene's picture to the next one's, so two are needed at a time.
    @functools.lru_cache(maxsize=2)
    def fresh(index: int) -> ColourReference | None:
        picture = draw_anew(index)
        return None if picture is None else reference_of(picture, space)

    def match(frame: Frame, spec: FrameSpec) -> Frame:
        if spec.colour == 0:
            return frame
        found = [(fresh(index), share) for index, share in spec.fresh_colors]
        parts = [(one, share) for one, share in found if one is not None]
        rest = 1.0 - sum(share for _, share in parts)
        if spec.anchor != NO_ANCHOR and rest > 1e-5:
            parts.append((reference(spec.anchor), rest))
        return match_colour(frame, mix_references(parts), spec.colour) if parts else frame

    return match
