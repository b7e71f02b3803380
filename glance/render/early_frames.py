"""What a scene's pictures were before a loop could carry them away: its frames 10 to 30, as they lie on disk."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence

from glance.frames import Frame
from glance.imaging.drift import PictureFigures, figures_of, mean_figures
from glance.project.plan import RenderPlan

#: The first frames still find their form, and from the last on a loop may have gone astray.
EARLY = (10, 30)
#: So many of them are looked at.
_MOST = 11

ReadFrame = Callable[[int], Frame]


def early_figures(plan: RenderPlan, recall: ReadFrame) -> Callable[[int], PictureFigures | None]:
    """Return what gives, for a frame's number, the figures that its scene began with.

    Until a scene has so many frames, those of the scene that it has grown out of; None where it began with a cut.

    Args:
        plan: Its frames in the order of drawing.
        recall: Reads earlier frames.
    """
    known: dict[int, tuple[int, ...]] = {}
    for scene in scene_stretches(plan):
        before = known.get(plan.frames[scene.start - 1].index, ()) if not plan.frames[scene.start].cut else ()
        early = early_frames(plan, scene)
        for place, at in enumerate(scene):
            known[plan.frames[at].index] = early if early and place > EARLY[1] else before

    @functools.lru_cache(maxsize=2)
    def mean(frames: tuple[int, ...]) -> PictureFigures:
        return mean_figures([figures_of(recall(index)) for index in frames])

    def figures(index: int) -> PictureFigures | None:
        frames = known.get(index, ())
        return mean(frames) if frames else None

    return figures


def scene_stretches(plan: RenderPlan) -> list[range]:
    """Return the positions of each scene's frames, parted at cuts within it."""
    starts = [
        at
        for at, spec in enumerate(plan.frames)
        if at == 0 or spec.cut or (spec.scene, spec.backwards) != _key(plan, at - 1)
    ]
    return [range(*ends) for ends in itertools.pairwise([*starts, len(plan.frames)])]


def early_frames(plan: RenderPlan, scene: Sequence[int]) -> tuple[int, ...]:
    """Return numbers of drawn frames among a scene's frames 10 to 30, evenly spread; none where it is shorter."""
    if len(scene) <= EARLY[1]:
        return ()
    drawn = [plan.frames[at].index for at in scene[EARLY[0] : EARLY[1] + 1] if plan.frames[at].diffuse]
    step = -(-len(drawn) // _MOST)
    return tuple(drawn[::step]) if drawn else ()


def _key(plan: RenderPlan, at: int) -> tuple[int, bool]:
    return plan.frames[at].scene, plan.frames[at].backwards
