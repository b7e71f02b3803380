"""How the camera moves from one frame to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["2d", "3d"]


@dataclass(frozen=True)
class CameraMove:
    """The camera's motion relative to the frame before, in GLANCE's native convention.

    Attributes:
        mode: `2d` moves the flat picture by zoom, angle, translation_x/y and the perspective flip; `3d` moves a
            pinhole camera through the depth of the picture by translation_x/y/z and rotation_3d_x/y/z.
    """

    mode: Mode = "2d"
    zoom: float = 1.0
    angle_deg: float = 0.0
    translation_x: float = 0.0
    translation_y: float = 0.0
    translation_z: float = 0.0
    rotation_3d_x_deg: float = 0.0
    rotation_3d_y_deg: float = 0.0
    rotation_3d_z_deg: float = 0.0
    fov_deg: float = 70.0
    center_x: float = 0.5
    center_y: float = 0.5
    perspective_flip_theta_deg: float = 0.0
    perspective_flip_phi_deg: float = 0.0
    perspective_flip_gamma_deg: float = 0.0
    perspective_flip_fv_deg: float = 53.0
