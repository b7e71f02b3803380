"""The embedded backend: paints every frame on the CPU, with nothing to download.

How a frame comes about, in the order of `PainterBackend._painted`:

1. The scene's picture is the user's own, or `composer`'s sketch. The previous frame is found in it (`painter_view`), so
   the new detail lies where the old one was and moves with the camera. On strong pulses it is another shot of the same
   subject, and where the camera has left the picture, another part dissolves in.
2. What is shown of the picture is painted by the network in the frame's style mix, and keeps the picture's light and
   dark (`painter_tone`). Between pulses this is a painting that hangs there, laid once for many frames, so that strokes
   lie still. On pulses strokes are laid anew, over noise from the frame's seed.
3. Previous frame and paint are merged by the law of `painter_law`: this is the new frame. As all paint is of the first
   generation, feedback does not burn or gray; and as a share of all frequencies comes from the true picture, forms do
   not melt.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from glance.errors import BackendError
from glance.frames import Frame, Size, size_of
from glance.painter import crop as crops
from glance.painter.network import PaintingNetwork, mix_problem
from glance.painter.paint_merge import Picture, merge
from glance.painter.scene import ScenePicture, SceneStore, palette_problem
from glance.painter.view import View, smoothstep, view_of
from glance.project.model import Project
from glance.project.plan import FrameSpec, RenderPlan, common_decisions
from glance.render.backend import FrameRequest
from glance.render.metadata import PictureSettings, plain_settings

_VERSION = "painter 4"
#: The network's picture has about this many pixels at 512x288, and grows with the frame's square root.
_NETWORK_PIXELS, _AT_PIXELS = 90_000, 512 * 288
_SMALLEST_SIDE = 32
#: How much further into low frequencies the guide is renewed than the frame: the network needs the room for strokes.
_REACH = 1.3
#: Spread of the noise in the guide at full denoising.
_NOISE = 0.025
#: Denoising between which strokes that lie still on the scene's picture give way to strokes laid for the frame alone.
_FRESH_FROM, _FRESH_TO = 0.14, 0.3
#: The picture's true forms come back at all frequencies: of denoising 1 - s, the share 1 - s ** _HOLD in a frame.
_HOLD = 1.6
#: Share of the picture that a leap to another shot renews.
_LEAP = 0.97


class PainterBackend:
    """Paints frames with a neural style network and a law of denoising; a `FrameBackend`.

    Args:
        start_image: Picture all scenes are drawn from; None lets each scene's prompt compose its own.
        threads: CPU threads of the network; None leaves the choice to onnxruntime. Pixels do not depend on it.
    """

    def __init__(self, start_image: Path | None = None, threads: int | None = None) -> None:
        self._network = PaintingNetwork(threads)
        self._scenes = SceneStore(self._network, start_image)

    @property
    def identity(self) -> str:
        """Version, and the start picture's content hash where there is one."""
        return f"{_VERSION}, {self._scenes.identity}"

    def deciding(self, spec: FrameSpec) -> object:
        """Return all of a frame's decisions but its labels."""
        return common_decisions(spec), spec.paint

    def problems(self, plan: RenderPlan) -> Sequence[str]:
        """Return what would stop this plan, each a sentence: size, mixes, palettes, start picture, model."""
        found = [*_size_problems(plan.size), *_spec_problems(plan.frames)]
        try:
            self._network.open()
            self._scenes.check()
        except BackendError as error:
            found.append(str(error))
        return found

    def settings(self, request: FrameRequest) -> PictureSettings:
        """Return the plan's own words for the picture."""
        return plain_settings(request.spec, request.spec.seed)

    def generate(self, request: FrameRequest) -> Frame:
        """Paint one frame of shape (height, width, 3).

        Raises:
            BackendError: The request does not fit together, or the network or the start picture cannot be used.
        """
        _validate(request)
        spec, init = request.spec, request.init
        denoising = 1.0 if init is None else 1.0 - spec.strength
        if init is None:
            return _to_frame(self._painted(request, None, denoising))
        if denoising <= 0.0:
            return np.array(init)
        kept = init.astype(np.float32) / np.float32(255.0)
        return _to_frame(self._painted(request, kept, denoising))

    def close(self) -> None:
        """Let go of the network and the scenes' pictures. A later request loads them again."""
        self._network.close()
        self._scenes.close()

    def _painted(self, request: FrameRequest, kept: Picture | None, denoising: float) -> Picture:
        spec = request.spec
        size = _network_size(request.size)
        small = None if kept is None else _resized(kept, size)
        scene = self._scenes.of(spec, request.size)
        view = view_of(scene, request, denoising, small)
        fresh = 1.0 if kept is None or len(spec.prompt) > 1 else _freshness(denoising, view)
        paint: Picture | None = None
        if fresh < 1.0:
            paint = self._scenes.part(spec, request.size, view.crop, size)
        if paint is None or fresh > 0.0:
            new = self._fresh(request, scene, view, denoising, small)
            paint = new if paint is None else paint + (new - paint) * np.float32(fresh)
        if kept is None:
            return paint
        least = 1.0 - (1.0 - _LEAP * view.travel) * (1.0 - denoising) ** _HOLD
        return merge(view.moved(kept), paint, denoising, view.reach, least)

    def _fresh(
        self, request: FrameRequest, scene: ScenePicture, view: View, denoising: float, small: Picture | None
    ) -> Picture:
        """Return strokes laid anew for this frame alone, of the frame's size."""
        size = _network_size(request.size)
        alone = view.hold < 1.0
        # Strokes fall alike where they are laid over the same part of the picture: what hangs there painted and what is
        # new differ by no more than the noise, so that the frames after a pulse do not have to shift all strokes back.
        crop = view.crop if view.dissolve < 0.5 else view.goal
        place = crop if alone else crops.resting_place(crop)
        guide = view.content(scene, size) if alone else crops.sample(scene.blend, place, size[1], size[0])
        if small is not None and alone:
            # What the previous frame shows is all there is to go by, as far as the picture is unknown in it.
            mixed = merge(view.moved(small), guide, min(1.0, denoising * _REACH), view.reach)
            guide = mixed + (guide - mixed) * np.float32(view.hold)
        guide = guide + _noise(request.spec, request.attempt, size) * np.float32(_NOISE * min(denoising, 0.5))
        paint = self._scenes.painted(scene, request.spec, np.clip(guide, 0.0, 1.0), place)
        if alone:
            return _resized(paint, request.size)
        return crops.sample(paint, crops.within(crop, place), request.size[1], request.size[0])


def _freshness(denoising: float, view: View) -> float:
    """Return the share of strokes that are laid for this frame alone; the rest hangs there painted, and lies still."""
    pulse = smoothstep((denoising - _FRESH_FROM) / (_FRESH_TO - _FRESH_FROM))
    return max(pulse, smoothstep(view.dissolve * 4.0))


def _noise(spec: FrameSpec, attempt: int, size: Size) -> Picture:
    """Return gray noise of two scales from the frame's seeds, shape (h, w, 1), standard deviation about 1."""
    first = _noise_of(spec.seed, attempt, size)
    if spec.subseed_strength <= 0.0:
        return first
    # Gaussian noise stays of spread 1 on the quarter circle between two independent draws.
    angle = spec.subseed_strength * math.pi / 2.0
    second = _noise_of(spec.subseed + 1, attempt, size)
    return np.asarray(first * math.cos(angle) + second * math.sin(angle), dtype=np.float32)


def _noise_of(seed: int, attempt: int, size: Size) -> Picture:
    import cv2

    width, height = size
    rng = np.random.default_rng([seed % 2**32, attempt, 7])
    fine = rng.standard_normal((math.ceil(height / 2), math.ceil(width / 2)), dtype=np.float32)
    coarse = rng.standard_normal((math.ceil(height / 10), math.ceil(width / 10)), dtype=np.float32)
    both = [cv2.resize(grid, (width, height), interpolation=cv2.INTER_LINEAR) for grid in (fine, coarse)]
    return np.asarray((both[0] + both[1])[:, :, None], dtype=np.float32)


def _to_frame(picture: Picture) -> Frame:
    return np.ascontiguousarray(np.rint(np.clip(picture, 0.0, 1.0) * 255.0).astype(np.uint8))


def _resized(picture: Picture, size: Size) -> Picture:
    import cv2

    if size_of(picture) == size:  # type: ignore[arg-type]
        return picture
    shrinks = size[0] < picture.shape[1]
    shown = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return np.asarray(shown, dtype=np.float32)


def _network_size(size: Size) -> Size:
    """Return the size the network paints at.

    Strokes have a size in the network's pixels. As these grow only with the square root of the frame's, strokes stay
    nearly in proportion: a small preview looks like the large render, and large frames stay affordable.
    """
    pixels = size[0] * size[1]
    factor = min(2.0, math.sqrt(_NETWORK_PIXELS * math.sqrt(pixels / _AT_PIXELS) / pixels))
    return max(16, round(size[0] * factor / 4) * 4), max(16, round(size[1] * factor / 4) * 4)


def open_painter(name: str, project: Project, notes: Path | None) -> PainterBackend:
    """Return the painter for a project, see `glance.backends.registry`."""
    image = project.look.start_image
    return PainterBackend(start_image=Path(image) if image else None)


def _size_problems(size: Size) -> Sequence[str]:
    if min(size) < _SMALLEST_SIDE:
        return [f"The painter needs pictures of at least {_SMALLEST_SIDE} pixels a side, found {size[0]}x{size[1]}."]
    return []


def _spec_problems(frames: Sequence[FrameSpec]) -> Sequence[str]:
    """Return the first frame of each style mix and palette that cannot be used, with the reason."""
    mixes = {spec.paint.styles: spec.index for spec in reversed(frames)}
    palettes = {spec.paint.palette: spec.index for spec in reversed(frames)}
    problems = [(index, mix_problem(painter)) for painter, index in mixes.items()]
    problems += [(index, palette_problem(palette)) for palette, index in palettes.items()]
    return [f"Frame {index}: {problem}" for index, problem in sorted(problems) if problem]


def _validate(request: FrameRequest) -> None:
    width, height = request.size
    for problem in _size_problems(request.size):
        raise BackendError(problem)
    if not 0.0 <= request.spec.strength <= 1.0:
        raise BackendError(
            f"Frame {request.spec.index}: strength must lie in 0 to 1, found {request.spec.strength}. "
            "Check the strength curve."
        )
    if request.init is not None and (request.init.shape != (height, width, 3) or request.init.dtype != np.uint8):
        raise BackendError(
            f"Frame {request.spec.index}: the previous picture must be {width}x{height} RGB bytes, "
            f"found shape {request.init.shape} of {request.init.dtype}."
        )
    if request.mask is not None and request.mask.shape != (height, width):
        raise BackendError(
            f"Frame {request.spec.index}: the mask must be {width}x{height}, found shape {request.mask.shape}."
        )
