"""How the camera moves from one frame to the next, in GLANCE's own convention.

Axes, in both modes: x to the right, y up, z into the picture. Every value says how the *camera* moves, so the picture
goes the other way: `translation_x = 10` shows what lay to the right, and the picture slides left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["2d", "3d"]
#: Least and greatest opening angle of a view. The channels of both angles have this range too.
FOV_LIMITS_DEG = (1.0, 179.0)


@dataclass(frozen=True)
class CameraMove:
    """The camera's motion since the frame before; all defaults together mean "stands still".

    Attributes:
        mode: `2d` moves over the flat picture by zoom, angle and translation_x/y; `3d` moves a pinhole camera through
            the depth of the picture by translation_x/y/z and rotation_3d_x/y/z. The perspective flip works in both.
        zoom: 2D; above 1 goes in. Held within 1/20 to 20.
        angle_deg: 2D; the camera rolls clockwise, the picture turns counter-clockwise.
        translation_x: To the right; pixels in 2D, two-hundredths of the nearest depth in 3D.
        translation_y: Up; same units.
        translation_z: 3D; forward, into the picture; two-hundredths of the nearest depth.
        rotation_3d_x_deg: 3D; the camera looks up.
        rotation_3d_y_deg: 3D; the camera looks to the right.
        rotation_3d_z_deg: 3D; the camera rolls clockwise, the picture turns counter-clockwise.
        fov_deg: 3D; angle that the picture's width spans. Held within `FOV_LIMITS_DEG`.
        center_x: 2D; the point that zoom and angle leave alone, as a share of the width from the left.
        center_y: 2D; the same, as a share of the height from the top.
        perspective_flip_theta_deg: Turns the flat picture in its plane, clockwise.
        perspective_flip_phi_deg: Tips the picture about its horizontal axis; positive tips the bottom nearer.
        perspective_flip_gamma_deg: Turns the picture about its vertical axis; positive turns the left side nearer.
        perspective_flip_fv_deg: Opening angle of the flip's view; a small one looks flat. Held within `FOV_LIMITS_DEG`.
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
