"""Deforum's camera values and ours, and the exact way from one to the other.

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

Units are alike: pixels and degrees per frame in 2D, two-hundredths of a world unit in 3D. But Deforum's 3D camera sees
the same angle across and down, whatever the picture's shape, so in a picture that is not square the same value moves it
by another number of pixels down than across; ours has square pixels. Values that move the picture up and down are
therefore scaled by height / width, those across by its `aspect_ratio`. The order of operations is the same: 2D
translates, then turns and zooms, then flips; 3D flips, turns by x, y, z, then moves.
"""

from __future__ import annotations

from collections.abc import Mapping

from glance.camera.pose import CameraMove, Mode
from glance.frames import Size

#: What cannot be carried over as it is, for the list that an import shows.
NOTES: Mapping[str, str] = {
    "flip_translation": "Deforum's 2D mode forgets translation while the perspective flip is on; here both work.",
    "flip_centre": "Deforum flips about a point right of and below the middle; here the middle of the picture stays.",
    "negative_fov": "A negative field of view turned every 3D move around; the moves were turned around instead.",
}
#: Deforum's keys for values that our moves name differently.
_FIELDS: Mapping[str, str] = {
    "angle": "angle_deg",
    "rotation_3d_x": "rotation_3d_x_deg",
    "rotation_3d_y": "rotation_3d_y_deg",
    "rotation_3d_z": "rotation_3d_z_deg",
    "fov_schedule": "fov_deg",
    "transform_center_x": "center_x",
    "transform_center_y": "center_y",
    "perspective_flip_theta": "perspective_flip_theta_deg",
    "perspective_flip_phi": "perspective_flip_phi_deg",
    "perspective_flip_gamma": "perspective_flip_gamma_deg",
    "perspective_flip_fv": "perspective_flip_fv_deg",
}
_DOWNWARD = ("translation_y", "rotation_3d_x")
_ACROSS = ("translation_x", "rotation_3d_y")


def deforum_factor(channel: str, mode: Mode, size: Size, aspect_ratio: float = 1.0) -> float:
    """Return the number by which a Deforum value is multiplied to become ours; divide by it for the way back.

    Args:
        channel: Deforum's key, for example `translation_x`.
        mode: `2d` or `3d`.
        size: (width, height) of the picture in pixels.
        aspect_ratio: Deforum's aspect ratio value, above 0; it has no effect in 2D.

    Raises:
        ValueError: The aspect ratio is not above 0.
    """
    if aspect_ratio <= 0:
        raise ValueError(f"expected an aspect ratio above 0, found {aspect_ratio}")
    if mode == "2d":
        return -1.0 if channel == "translation_x" else 1.0
    if channel in _DOWNWARD:
        return size[1] / size[0]
    if channel in _ACROSS:
        return 1.0 / aspect_ratio
    return 1.0


def move_from_deforum(values: Mapping[str, float], mode: Mode, size: Size, aspect_ratio: float = 1.0) -> CameraMove:
    """Return our move for one frame of Deforum's values.

    Args:
        values: Deforum's keys (`translation_x`, `rotation_3d_y`, `fov_schedule`, ...) with their values in this frame;
            keys that are no motion are left alone. Leave the perspective flip's out while Deforum has it switched off.
        mode: `2d` or `3d`.
        size: (width, height) of the picture in pixels.
        aspect_ratio: Deforum's aspect ratio value, above 0.
    """
    known = CameraMove.__dataclass_fields__
    fields: dict[str, float] = {}
    turned = -1.0 if mode == "3d" and values.get("fov_schedule", 1.0) < 0 else 1.0
    for key, value in values.items():
        name = _FIELDS.get(key, key)
        if name not in known or name == "mode":
            continue
        factor = deforum_factor(key, mode, size, aspect_ratio)
        moves = key.startswith(("translation", "rotation")) or key == "fov_schedule"
        fields[name] = value * factor * (turned if moves else 1.0)
    return CameraMove(mode, **fields)


def values_to_deforum(move: CameraMove, size: Size, aspect_ratio: float = 1.0) -> dict[str, float]:
    """Return Deforum's keys and values for one of our moves; the inverse of `move_from_deforum`."""
    keys = {name: key for key, name in _FIELDS.items()}
    values: dict[str, float] = {}
    for name in CameraMove.__dataclass_fields__:
        if name != "mode":
            key = keys.get(name, name)
            values[key] = getattr(move, name) / deforum_factor(key, move.mode, size, aspect_ratio)
    return values
