"""Deforum's camera values and ours, and the way from one to the other.

Deforum's 2D and 3D modes do not agree on what a positive x does: `translation_x = 10` moves the *picture* to the right
in 2D, and the *camera* in 3D. Ours is always the camera, so x changes its sign in 2D, and nothing else does:

    channel              Deforum 2D         Deforum 3D                   ours, both modes
    translation_x > 0    picture right      picture left                 camera right, picture left
    translation_y > 0    picture down       picture down                 camera up, picture down
    translation_z > 0    -                  goes in                      camera forward
    zoom > 1             goes in            -                            goes in
    angle, rotation z    picture ccw        picture ccw                  camera clockwise, picture ccw
    rotation x > 0       -                  picture down                 camera looks up, picture down
    rotation y > 0       -                  picture left                 camera looks right, picture left

The order of operations is the same: 2D translates, then turns and zooms, then flips; 3D flips, turns by x, y, z, then
moves. 2D has the same units. In 3D, both axes of the picture run from -1 to 1, whatever its shape, and Deforum moves
what it sees at (x, y), at depth z, by

    P(R X + T) - P(X),    X = (x, y, z),    P(X) = (x / aspect_ratio, y) / (z tan(fov / 2)),    T in two-hundredths

A camera would see at (x, y) what lies at (x, y) z tan(fov / 2); Deforum leaves that factor out. To first order in the
motion, and per unit of it, this is compared with our pinhole camera of square pixels and the same `fov`:

    motion       Deforum moves by                    ours moves by               hence ours = Deforum's times
    x            W / (2 z tan aspect_ratio)          W / (2 z tan)               1 / aspect_ratio
    y            H / (2 z tan)                       W / (2 z tan)               H / W
    z            (x W/2, y H/2) / (z^2 tan)          (x W/2, y H/2) / z          1 / (z tan)
    turn by x    H / (2 tan), in the middle          W / (2 tan)                 H / W
    turn by y    W / (2 tan aspect_ratio), likewise  W / (2 tan)                 1 / aspect_ratio
    turn by z    a turn by 1 / (z tan)               a turn by 1                 1 / (z tan)

The pace of z and of turns by z depends on the depth there and not here. Deforum spreads its depths evenly over 1 to 2,
so the mean of its 1 / z is ln 2, which is taken: what lies at depth 1.44 moves alike. Without depth, z is 1 everywhere
and all moves alike. Turns by x and y bend the picture towards its edges a little differently unless fov is near 70.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from glance.camera.move import FOV_LIMITS_DEG, Mode
from glance.frames import Size

#: What cannot be carried over as it is, for the list that an import shows.
NOTES: Mapping[str, str] = {
    "flip_translation": "Deforum's 2D mode forgets translation while the perspective flip is on; here both work.",
    "flip_centre": "Deforum flips about a point right of and below the middle; here the middle of the picture stays.",
    "negative_fov": "A negative field of view turned every 3D move around; the moves were turned around instead.",
}
#: Channels whose signs or units differ from Deforum's in one camera mode or the other.
MOTIONS = ("translation_x", "translation_y", "translation_z", "rotation_3d_x", "rotation_3d_y", "rotation_3d_z")
_ACROSS, _DOWNWARD = ("translation_x", "rotation_3d_y"), ("translation_y", "rotation_3d_x")
_INWARD = ("translation_z", "rotation_3d_z")


@dataclass(frozen=True)
class DeforumView:
    """What the size of Deforum's motions depends on.

    Attributes:
        mode: `2d` or `3d`; the rest has no effect in 2D.
        size: (width, height) of the picture in pixels.
        fov_deg: Field of view, above 0.
        aspect_ratio: Deforum's value of that name, above 0.
        flat: Whether Deforum works without depth.
    """

    mode: Mode
    size: Size
    fov_deg: float = 70.0
    aspect_ratio: float = 1.0
    flat: bool = False

    def __post_init__(self) -> None:
        if self.aspect_ratio <= 0:
            raise ValueError(f"expected an aspect ratio above 0, found {self.aspect_ratio}")

    def factor(self, channel: str) -> float:
        """Return the number by which Deforum's value is multiplied to become ours; divide by it for the way back."""
        if self.mode == "2d":
            return -1.0 if channel == "translation_x" else 1.0
        if channel in _DOWNWARD:
            return self.size[1] / self.size[0]
        if channel in _ACROSS:
            return 1.0 / self.aspect_ratio
        if channel in _INWARD:
            low, high = FOV_LIMITS_DEG
            half = math.radians(min(max(self.fov_deg, low), high)) / 2
            return (1.0 if self.flat else math.log(2)) / math.tan(half)
        return 1.0
