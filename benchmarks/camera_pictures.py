"""Small pictures that show a camera move before anything is rendered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from glance.camera.depth import FAR_DEPTH, NEAR
from glance.camera.move import CameraMove
from glance.camera.transform import Transform, compose, identity, invert, transform_of
from glance.frames import Frame, Size

_PAPER = (250, 248, 243)
_START = (120, 124, 132)
_PATH_EARLY, _PATH_LATE = np.array([64, 132, 214.0]), np.array([224, 72, 60.0])
_INK = (52, 54, 60)
#: Depth at which the path is drawn.
_DEPTH = (NEAR + FAR_DEPTH) / 2
#: Most frames whose outline is drawn.
_OUTLINES = 7


def path_picture(moves: Sequence[CameraMove], size: Size = (240, 136)) -> Frame:
    """Draw what a row of camera moves looks at, from blue (first) to red (last), against the first view in gray.

    Each outline is the part of the first picture (continued beyond its edges) that the camera sees at that moment; the
    line joins their middles. Everything is scaled to fit.

    Args:
        moves: The camera's moves, one per frame.
        size: (width, height) of the picture to draw, in pixels.

    Returns:
        (height, width, 3) uint8.
    """
    import cv2

    views = _views(moves, size)
    middles = np.array([view.mean(axis=0) for view in views])
    shown = views[:: max(1, len(views) // _OUTLINES)]
    fit = _Fit(np.concatenate([*shown, views[-1:].reshape(-1, 2), middles]), size)
    picture = np.full((size[1], size[0], 3), _PAPER, np.uint8)
    cv2.fillPoly(picture, [fit(views[0])], (255, 255, 255))
    cv2.polylines(picture, [fit(views[0])], True, _START, 1, cv2.LINE_AA)
    for view, late in zip(shown[1:], np.linspace(0, 1, len(shown))[1:], strict=True):
        cv2.polylines(picture, [fit(view)], True, _between(late), 1, cv2.LINE_AA)
    marks = fit(middles)
    for index in range(len(marks) - 1):
        late = index / max(1, len(marks) - 2)
        cv2.line(picture, _point(marks[index]), _point(marks[index + 1]), _between(late), 2, cv2.LINE_AA)
    cv2.circle(picture, _point(marks[-1]), 3, _between(1.0), -1, cv2.LINE_AA)
    return picture


def axes_picture(size: Size = (480, 270)) -> Frame:
    """Draw the camera's axes in front of the picture: x right, y up, z into it, and the turns about each.

    Returns:
        (height, width, 3) uint8.
    """
    import cv2

    width, height = size
    unit = height / 5
    picture = np.full((height, width, 3), _PAPER, np.uint8)
    origin = np.array([width * 0.42, height * 0.62])
    axes = {
        "x": (np.array([1.75, 0.0]), (214, 72, 60), "translation_x, to the right", "rotation_3d_x looks up"),
        "y": (np.array([0.0, -1.75]), (60, 150, 84), "translation_y, up", "rotation_3d_y looks right"),
        "z": (
            np.array([1.2, -0.85]),
            (64, 110, 214),
            "translation_z, zoom: in",
            "rotation_3d_z, angle: roll clockwise",
        ),
    }
    far = origin + axes["z"][0] * unit * 1.15
    frame = np.array([[-1.5, -1.1], [1.5, -1.1], [1.5, 0.7], [-1.5, 0.7]]) * unit + far
    cv2.fillPoly(picture, [np.rint(frame).astype(np.int32)], (255, 255, 255))
    cv2.polylines(picture, [np.rint(frame).astype(np.int32)], True, _START, 1, cv2.LINE_AA)
    for row, (name, (direction, color, moves, turns)) in enumerate(axes.items()):
        tip = origin + direction * unit
        cv2.arrowedLine(picture, _point(origin), _point(tip), color, 2, cv2.LINE_AA, tipLength=0.09)
        _write(picture, name, tip + np.array([6.0, -5.0]), color, 0.6)
        for line, text in enumerate((moves, turns)):
            place = np.array([10.0 + line * width * 0.46, height * 0.8 + row * unit * 0.4])
            _write(picture, text, place, color, 0.4)
    cv2.circle(picture, _point(origin), 5, _INK, -1, cv2.LINE_AA)
    _write(picture, "camera", origin + np.array([-64.0, 6.0]), _INK, 0.45)
    _write(picture, "picture", frame[1] + np.array([-58.0, 16.0]), _INK, 0.45)
    return picture


def _views(moves: Sequence[CameraMove], size: Size) -> NDArray[np.float64]:
    """Return (n + 1, 4, 2) corners, in the first picture's pixels, of what is seen after each move."""
    width, height = size
    corners = np.array([[0, width, width, 0], [0, 0, height, height], [1, 1, 1, 1]], np.float64)
    travelled: Transform = identity(size)
    views = []
    for move in (None, *moves):
        if move is not None:
            travelled = compose(travelled, transform_of(move, size))
        seen = invert(travelled).matrix @ corners + (invert(travelled).parallax / _DEPTH)[:, None]
        views.append((seen[:2] / np.maximum(seen[2], 0.05)).T)
    return np.array(views)


class _Fit:
    """Places points of the first picture on the drawing, all of them within its margins."""

    def __init__(self, points: NDArray[np.float64], size: Size) -> None:
        low, high = points.min(axis=0), points.max(axis=0)
        room = np.array(size) * 0.88
        self._scale = float((room / np.maximum(high - low, 1e-6)).min())
        self._shift = np.array(size) / 2 - (low + high) / 2 * self._scale

    def __call__(self, points: NDArray[np.float64]) -> NDArray[np.int32]:
        return np.asarray(np.rint(points * self._scale + self._shift), dtype=np.int32)


def _between(late: float) -> tuple[int, int, int]:
    red, green, blue = np.rint(_PATH_EARLY + (_PATH_LATE - _PATH_EARLY) * late).astype(np.int64)
    return int(red), int(green), int(blue)


def _point(place: NDArray[np.float64] | NDArray[np.int32]) -> tuple[int, int]:
    return round(float(place[0])), round(float(place[1]))


def _write(picture: Frame, text: str, place: NDArray[np.float64], color: tuple[int, int, int], scale: float) -> None:
    import cv2

    cv2.putText(picture, text, _point(place), cv2.FONT_HERSHEY_SIMPLEX, scale, color, 1, cv2.LINE_AA)
