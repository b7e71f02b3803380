"""The order in which frames are drawn: the video's own, but for scenes that are drawn backwards.

A camera that goes into a picture magnifies it, frame after frame, until only the model's own inventions are left. Drawn
from its end, the same scene is a pull-out: every frame shows all of the one before, and the model fills edges. What
leads from frame i to i + 1 in the video, its move, its strength and what else the music does to it, then leads from
i + 1 to i, so hits are seen where they are heard.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

from glance.camera.transform import Transform, invert, transform_of
from glance.frames import Size
from glance.project.plan import NO_ANCHOR, FrameSpec, RenderPlan

#: What belongs to the way between two frames, and not to one of them.
_OF_THE_WAY = ("strength", "noise", "noise_fresh", "contrast", "sharpen", "steps", "subseed_strength")


def drawing_order(plan: RenderPlan) -> RenderPlan:
    """Return the plan with its frames in the order of drawing, each saying how it is drawn from those before it.

    `index` stays the frame's number in the video. A plan without scenes drawn backwards is returned itself. The last
    frame of such a scene has to be drawn, as has the first; both are by `glance.project.compile`.
    """
    if not any(spec.backwards for spec in plan.frames):
        return plan
    frames: list[FrameSpec] = []
    for (_, backwards), group in itertools.groupby(plan.frames, key=lambda spec: (spec.scene, spec.backwards)):
        scene = list(group)
        frames += _turned(scene) if backwards else scene
    return replace(plan, frames=tuple(frames))


def move_of(spec: FrameSpec, size: Size) -> Transform:
    """Return the transform that leads to a frame, in the order of drawing, from the one drawn before it."""
    move = transform_of(spec.camera, size)
    return invert(move) if spec.backwards else move


def _turned(scene: list[FrameSpec]) -> list[FrameSpec]:
    """Return a scene's frames from the last to the first."""
    end = scene[-1].index
    turned = [replace(scene[-1], cut=True, anchor=NO_ANCHOR, fresh_colors=())]
    later = way = scene[-1]
    for spec in reversed(scene[:-1]):
        # An in-between is mixed by its share of the frame that is drawn after it, which here is the earlier one.
        tween = 0.0 if spec.diffuse else 1.0 - spec.tween
        changed = {name: getattr(way, name) for name in _OF_THE_WAY} if spec.diffuse else {}
        turned.append(
            replace(spec, **changed, camera=later.camera, cut=False, anchor=end, fresh_colors=(), tween=tween)
        )
        later = spec
        way = spec if spec.diffuse else way
    return turned
