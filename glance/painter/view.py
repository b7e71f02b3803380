"""Which part of the scene's picture a frame shows next, and how much of it is new.

The backend has no memory: where the camera stands is read from the previous frame itself (`painter_crop.find`). While
little may change, the frame goes on showing what it shows. A pulse travels to another shot of the subject. Where the
picture is used up, or the previous frame shows something else, the new part dissolves in.
"""

from __future__ import annotations

from dataclasses import dataclass

from glance.frames import Size
from glance.painter import crop as crops
from glance.painter.paint_merge import Picture
from glance.painter.scene import ScenePicture
from glance.project.plan import FrameSpec
from glance.render.backend import FrameRequest

#: Denoising between which a pulse takes over from the part of the picture that is on the screen.
_LEAP_FROM, _LEAP_TO = 0.36, 0.75
#: Denoising between which a pulse leads on from a part of the picture that is nearly used up.
_EAGER_FROM, _EAGER_TO = 0.2, 0.4


@dataclass(frozen=True)
class View:
    """What a frame is drawn from.

    Attributes:
        crop: The part of the scene's picture that is shown.
        before: The part that the previous frame shows.
        travel: How far the way from there to another shot has been gone, in [0, 1].
        goal: The part that dissolves in.
        dissolve: Share of the goal, in [0, 1].
        hold: 1 where the previous frame is surely this part of the picture, so that its forms can be put right; 0 where
            it is something else, whose forms are all there is.
        reach: How far the shares of new content are raised above the law's.
    """

    crop: crops.Matrix
    before: crops.Matrix
    travel: float
    goal: crops.Matrix
    dissolve: float
    hold: float
    reach: float

    def moved(self, picture: Picture) -> Picture:
        """Return the previous frame, of any size, as it looks from where the view has travelled to."""
        if self.travel <= 0.0:
            return picture
        return crops.sample(picture, crops.within(self.crop, self.before), *picture.shape[:2])

    def content(self, scene: ScenePicture, size: Size) -> Picture:
        """Return what is shown of the scene's picture before it is painted, shape (height, width, 3)."""
        width, height = size
        if self.dissolve >= 1.0:
            return crops.sample(scene.blend, self.goal, height, width)
        here = crops.sample(scene.blend, self.crop, height, width)
        if self.dissolve <= 0.0:
            return here
        return here + (crops.sample(scene.blend, self.goal, height, width) - here) * self.dissolve


def view_of(scene: ScenePicture, request: FrameRequest, denoising: float, small: Picture | None) -> View:
    """Return what a frame is drawn from; `small` is the previous frame, of any size."""
    aspect = request.size[0] / request.size[1]
    goal = _goal(scene, request, denoising, aspect)
    leap = smoothstep((denoising - _LEAP_FROM) / (_LEAP_TO - _LEAP_FROM))
    if small is None or denoising >= 1.0:
        return View(goal, goal, 0.0, goal, 0.0, 1.0, 1.0)
    eager = smoothstep((denoising - _EAGER_FROM) / (_EAGER_TO - _EAGER_FROM))
    match = crops.find(small, scene.painted)
    used_up = crops.exhaustion(match.crop, aspect, scene.focus)
    # A pulse leads on as soon as there is little left to see; without one the picture holds on until nothing is.
    travel = max(leap, min(1.0, used_up) * eager)
    stays = match.trust * (1.0 - max(0.0, used_up - 1.0) * (1.0 - travel))
    reach = 1.0 + 2.0 * max(1.0 - stays, travel)
    return View(crops.blend_matrices(match.crop, goal, travel), match.crop, travel, goal, 1.0 - stays, stays, reach)


def smoothstep(x: float) -> float:
    """Return 0 below 0, 1 above 1, and a smooth rise between."""
    x = min(1.0, max(0.0, x))
    return x * x * (3.0 - 2.0 * x)


def _goal(scene: ScenePicture, request: FrameRequest, denoising: float, aspect: float) -> crops.Matrix:
    """Return the crop the scene is drawn towards."""
    spec: FrameSpec = request.spec
    if request.init is None or denoising <= _EAGER_FROM:
        return crops.resting_crop(spec.paint.picture_seed, spec.time_s, aspect)
    crop = crops.leaping_crop(spec.paint.picture_seed, spec.seed, spec.time_s, request.attempt, aspect, scene.focus)
    # The camera moves around the subject where the plan has it, so another shot shows it there as well.
    return crops.setting_beside(crop, scene.focus, spec.subject[0], aspect) if spec.subject else crop
