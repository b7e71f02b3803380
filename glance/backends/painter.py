"""The embedded backend: paints every frame on the CPU, with nothing to download.

How a frame comes about, in the order of `PainterBackend._painted`:

1. The scene's picture (the user's own, or `composer`'s sketch) is cropped. While little may change, the crop is the
   part of the picture that the previous frame shows (found by correlation), so the new detail lies where the old one
   was and moves with the camera. Where the camera has left the picture, and on strong pulses, it is another part.
2. Previous frame and crop are merged by the law of `painter_law` at a somewhat greater denoising, and noise from the
   seed is added: what the network is to paint.
3. The network paints it in the frame's style mix, and its colours are brought to those of the scene's picture painted
   in this mix. Fine detail is always paint of the first generation, which keeps feedback from burning or greying.
4. Previous frame and paint are merged by the law: this is the new frame.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.backends import painter_crop as crops
from glance.backends.painter_law import merge
from glance.backends.painter_network import PaintingNetwork, mix_problem
from glance.backends.painter_scene import ScenePicture, SceneStore, palette_problem
from glance.errors import BackendError
from glance.frames import Frame, Size, size_of
from glance.project.plan import FrameSpec, RenderPlan
from glance.render.backend import FrameRequest

Picture = NDArray[np.float32]

_VERSION = "painter 1"
#: The network's picture has about this many pixels at 512x288, and grows with the frame's square root.
_NETWORK_PIXELS, _AT_PIXELS = 86_000, 512 * 288
_SMALLEST_SIDE = 32
#: How much further into low frequencies the guide is renewed than the frame: the network needs the room for strokes.
_REACH = 1.3
#: Spread of the noise in the guide at full denoising.
_NOISE = 0.03
#: Denoising between which a pulse takes over from the part of the picture that is on the screen.
_LEAP_FROM, _LEAP_TO = 0.45, 0.8
#: Denoising from which a pulse may lead on from a part of the picture that is nearly used up.
_EAGER_FROM = 0.36


class PainterBackend:
    """Paints frames with a neural style network and a law of denoising; a `FrameBackend`.

    A request's mask is respected: where it is 0, the previous frame's pixels stay bit for bit.

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

    def problems(self, plan: RenderPlan) -> Sequence[str]:
        """Return what would stop this plan, each a sentence: size, mixes, palettes, start picture, model."""
        found = [*_size_problems(plan.size), *_spec_problems(plan.frames)]
        try:
            self._network.open()
            self._scenes.check()
        except BackendError as error:
            found.append(str(error))
        return found

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
        drawn = _to_frame(self._painted(request, kept, denoising))
        return drawn if request.mask is None else _masked(init, drawn, request.mask)

    def close(self) -> None:
        """Let go of the network and the scenes' pictures. A later request loads them again."""
        self._network.close()
        self._scenes.close()

    def _painted(self, request: FrameRequest, kept: Picture | None, denoising: float) -> Picture:
        spec = request.spec
        width, height = _network_size(request.size)
        small = None if kept is None else _resized(kept, (width, height))
        scene = self._scenes.of(spec, request.size)
        goal = _goal(request, denoising, width / height)
        content, reach = _content(scene, goal, denoising, small, (width, height))
        guide = content if small is None else merge(small, content, min(1.0, denoising * _REACH), reach)
        guide = guide + _noise(spec, request.attempt, (width, height)) * np.float32(_NOISE * denoising)
        paint = self._network.redraw(np.clip(guide, 0.0, 1.0), spec.painter)
        paint = match_statistics(paint, scene.painted)
        paint = _resized(paint, request.size)
        return paint if kept is None else merge(kept, paint, denoising, reach)


def _goal(request: FrameRequest, denoising: float, aspect: float) -> crops.Matrix:
    """Return the crop the scene is drawn towards."""
    spec = request.spec
    if request.init is None or denoising <= _LEAP_FROM:
        return crops.resting_crop(spec.picture_seed, spec.time_s, aspect)
    return crops.leaping_crop(spec.picture_seed, spec.seed, spec.time_s, request.attempt, aspect)


def _content(
    scene: ScenePicture, goal: crops.Matrix, denoising: float, small: Picture | None, size: Size
) -> tuple[Picture, float]:
    """Return the new content of shape (h, w, 3), and how far its reach is raised above the law's.

    The content is the part of the scene's picture that the small previous frame shows, and passes into the goal's as
    that part is used up or a pulse leaps. A frame that shows nothing of the scene is replaced three times as fast.
    """
    width, height = size
    leap = _smoothstep((denoising - _LEAP_FROM) / (_LEAP_TO - _LEAP_FROM))
    eager = _smoothstep((denoising - _EAGER_FROM) / (_LEAP_FROM - _EAGER_FROM))
    content = crops.sample(scene.blend, goal, height, width)
    if small is None or leap >= 1.0:
        return content, 1.0
    match = crops.find(small, scene.painted)
    used_up = crops.exhaustion(match.crop, width / height)
    # A pulse leads on as soon as there is little left to see; without one the picture holds on until nothing is.
    onward = max(min(1.0, used_up) * eager, max(0.0, used_up - 1.0))
    away = 1.0 - match.trust * (1.0 - onward)
    share = 1.0 - (1.0 - leap) * (1.0 - away)
    if share < 1.0:
        here = crops.sample(scene.blend, match.crop, height, width)
        content = here + (content - here) * np.float32(share)
    return content, 1.0 + 2.0 * away


def match_statistics(picture: Picture, target: Picture) -> Picture:
    """Return the picture with each channel's mean and spread brought to the target's (Reinhard et al., 2001).

    The gain is kept within 0.6 to 1.6, so that a flat picture is not torn apart.
    """
    mean, goal = picture.mean(axis=(0, 1)), target.mean(axis=(0, 1))
    gain = np.clip(target.std(axis=(0, 1)) / np.maximum(picture.std(axis=(0, 1)), 1e-3), 0.6, 1.6)
    return np.asarray((picture - mean) * gain + goal, dtype=np.float32)


def _noise(spec: FrameSpec, attempt: int, size: Size) -> Picture:
    """Return grey noise of two scales from the frame's seeds, shape (h, w, 1), standard deviation about 1."""
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


def _masked(init: Frame, drawn: Frame, mask: NDArray[np.float32]) -> Frame:
    share = np.clip(mask, 0.0, 1.0)[:, :, None]
    mixed = init + (drawn.astype(np.float32) - init) * share
    return np.asarray(np.rint(mixed), dtype=np.uint8)


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


def _smoothstep(x: float) -> float:
    x = min(1.0, max(0.0, x))
    return x * x * (3.0 - 2.0 * x)


def _size_problems(size: Size) -> Sequence[str]:
    if min(size) < _SMALLEST_SIDE:
        return [f"The painter needs pictures of at least {_SMALLEST_SIDE} pixels a side, found {size[0]}x{size[1]}."]
    return []


def _spec_problems(frames: Sequence[FrameSpec]) -> Sequence[str]:
    """Return the first frame of each style mix and palette that cannot be used, with the reason."""
    mixes = {spec.painter: spec.index for spec in reversed(frames)}
    palettes = {spec.palette: spec.index for spec in reversed(frames)}
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
