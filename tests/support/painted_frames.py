"""Requests and plans for tests of backends, complete but for what a test wants to vary."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from glance.camera.move import CameraMove
from glance.frames import Frame, Size
from glance.project.plan import FrameSpec, LookPlan, PaintSpec, RenderPlan

SMALL: Size = (96, 64)


def frame_spec(
    *,
    painter: tuple[tuple[int, float], ...] = ((19, 1.0),),
    picture_seed: int = 5,
    palette: tuple[str, ...] = (),
    **changes: Any,
) -> FrameSpec:
    """Return one frame's decisions: a lighthouse at night, strength 0.65."""
    fields: dict[str, Any] = {
        "index": 0,
        "time_s": 0.0,
        "scene": 0,
        "picture": "verse",
        "prompt": (("a lighthouse by the sea at night", 1.0),),
        "negative": "",
        "style": "oil",
        "paint": PaintSpec(painter, picture_seed, palette),
        "seed": 1,
        "subseed": 0,
        "subseed_strength": 0.0,
        "strength": 0.65,
        "cfg": 7.0,
        "steps": 20,
        "sampler": "",
        "scheduler": "",
        "checkpoint": "",
        "vae": "",
        "clip_skip": 1,
        "camera": CameraMove(),
        "noise": 0.0,
        "contrast": 1.0,
        "sharpen": 0.0,
        "color": 0.0,
        "anchor": -1,
        "diffuse": True,
        "tween": 0.0,
        "cut": False,
        "guide": None,
    }
    return FrameSpec(**(fields | changes))


def plan_of(*frames: FrameSpec, size: Size = SMALL) -> RenderPlan:
    """Return a plan of these frames at 12 a second."""
    look = LookPlan("lab", "perlin", "reflect", None, None, False, 0.0, False, "ground")
    return RenderPlan("test", "song.wav", "0" * 64, 0.0, len(frames) / 12, Fraction(12), size, look, frames)


def photograph(size: Size, seed: int = 0) -> Frame:
    """Return a picture with large and small forms."""
    rng = np.random.default_rng(seed)
    width, height = size
    y, x = np.mgrid[0:height, 0:width] / height
    waves = [np.sin(x * rng.uniform(2, 30) + y * rng.uniform(2, 30)) for _ in range(3)]
    return (
        np.ascontiguousarray(127 + 100 * np.stack(waves, axis=-1) + rng.normal(0, 5, (height, width, 3)))
        .clip(0, 255)
        .astype(np.uint8)
    )
