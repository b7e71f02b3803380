"""Small pictures for the page: drawn frames as JPEG, and camera presets that move."""

from __future__ import annotations

import io
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np

from glance.audio.envelopes import ENVELOPES
from glance.camera.depth import StandingThings
from glance.camera.move import CameraMove
from glance.camera.presets import CAMERA_PRESETS
from glance.camera.transform import compose, identity, transform_of
from glance.camera.warping import warp
from glance.errors import ProjectError, VideoError
from glance.frames import Frame
from glance.media.image_reader import FRAMES, picture_of
from glance.project.camera import moves_of_preset
from glance.schedule.signals import Signals
from glance.timing import BeatGrid

#: Size and length of a camera preset's moving picture.
_CAMERA_SIZE = (160, 96)
_CAMERA_FPS = 12
_CAMERA_S = 4
_CAMERA_BPM = 120


def jpeg(path: Path, quality: int = 85) -> bytes:
    """Return a picture file as JPEG.

    Raises:
        ProjectError: It is not there, or no picture.
    """
    return jpeg_of(picture_at(path), quality)


def picture_at(path: Path) -> Frame:
    """Return the frame in a picture file.

    Raises:
        ProjectError: It is not there, or no picture.
    """
    try:
        return picture_of(path.read_bytes(), path.name, FRAMES)
    except (OSError, VideoError):
        raise ProjectError("picture", "this picture is not there yet") from None


def jpeg_of(frame: Frame, quality: int = 85) -> bytes:
    """Return a frame as JPEG."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(frame).save(out, "JPEG", quality=quality)
    return out.getvalue()


@lru_cache(maxsize=128)
def camera_webp(name: str, *, still: bool = False) -> bytes:
    """Return a short moving picture (WebP) of what a camera preset does, made by the camera itself.

    Args:
        name: Name of the preset.
        still: For people who asked for less motion: only where the move has led to.

    Raises:
        ProjectError: There is no such preset.
    """
    from PIL import Image

    frames = [Image.fromarray(frame) for frame in _camera_frames(name)][-1 if still else 0 :]
    out = io.BytesIO()
    frames[0].save(
        out, "WEBP", save_all=True, append_images=frames[1:], duration=1000 // _CAMERA_FPS, loop=0, quality=60, method=2
    )
    return out.getvalue()


def _camera_frames(name: str) -> list[Frame]:
    from glance.painter.sketch.composition import draw_sketch

    if name not in CAMERA_PRESETS:
        raise ProjectError("camera", f"there is no camera preset `{name}`")
    palette = ("#16324f", "#f2b880", "#3c6e71", "#f4e9cd", "#d1495b")
    source = draw_sketch(
        "a lighthouse on a cliff above the sea at dawn, clouds, distant hills", palette, 7, _CAMERA_SIZE
    )
    depth = StandingThings().estimate(source)
    moves = _camera_moves(name)
    frames, way = [source], identity(_CAMERA_SIZE)
    for move in moves[1:]:
        way = compose(way, transform_of(move, _CAMERA_SIZE))
        frames.append(warp(source, way, depth=None if way.is_flat else depth, border="reflect")[0])
    return frames


def _camera_moves(name: str) -> list[CameraMove]:
    """Return a preset's moves over four seconds of a steady beat."""
    n_frames = _CAMERA_FPS * _CAMERA_S
    beats = np.arange(0, _CAMERA_S, 60 / _CAMERA_BPM)
    grid = BeatGrid(beats, beats[::4])
    loudness = 1.0 - (np.arange(n_frames) / _CAMERA_FPS * _CAMERA_BPM / 60) % 1.0
    signals = Signals(n_frames, Fraction(_CAMERA_FPS), 1, grid, dict.fromkeys(ENVELOPES, loudness))
    return moves_of_preset(CAMERA_PRESETS[name], signals)
