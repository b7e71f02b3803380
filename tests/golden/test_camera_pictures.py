from __future__ import annotations

from collections.abc import Callable

import cv2
from skimage import data

from glance.camera.depth import GroundPlane
from glance.camera.move import CameraMove
from glance.camera.transform import transform_of
from glance.camera.warping import warp
from glance.frames import Frame

SIZE = (256, 144)


def flown(move: CameraMove, frames: int) -> Frame:
    """Return a photograph after `frames` equal moves, each of the frame before."""
    frame = cv2.resize(data.astronaut()[60:348], SIZE, interpolation=cv2.INTER_AREA)
    for _ in range(frames):
        frame, _ = warp(frame, transform_of(move, SIZE), depth=GroundPlane().estimate(frame), border="reflect")
    return frame


def test_a_spiral_of_forty_frames(golden: Callable[[str, Frame], None]) -> None:
    golden("camera-spiral", flown(CameraMove(zoom=1.01, angle_deg=1), 40))


def test_a_flight_of_forty_frames(golden: Callable[[str, Frame], None]) -> None:
    golden("camera-flight", flown(CameraMove("3d", translation_z=2, rotation_3d_y_deg=0.2), 40))
