"""The camera: how the picture moves from frame to frame, in 2D and 3D."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.camera.depth import DepthEstimator as DepthEstimator
    from glance.camera.depth import StandingThings as StandingThings
    from glance.camera.depth import depth_estimator as depth_estimator
    from glance.camera.depth import smooth_depth as smooth_depth
    from glance.camera.keeping import share_that_keeps as share_that_keeps
    from glance.camera.move import FOV_LIMITS_DEG as FOV_LIMITS_DEG
    from glance.camera.move import CameraMove as CameraMove
    from glance.camera.move import Mode as Mode
    from glance.camera.path import PATH_CHANNELS as PATH_CHANNELS
    from glance.camera.path import moves_between as moves_between
    from glance.camera.path import spline_poses as spline_poses
    from glance.camera.presets import CAMERA_PRESETS as CAMERA_PRESETS
    from glance.camera.presets import NEUTRAL as NEUTRAL
    from glance.camera.presets import CameraPreset as CameraPreset
    from glance.camera.presets import on_beat as on_beat
    from glance.camera.transform import Transform as Transform
    from glance.camera.transform import compose as compose
    from glance.camera.transform import identity as identity
    from glance.camera.transform import invert as invert
    from glance.camera.transform import needs_depth as needs_depth
    from glance.camera.transform import transform_of as transform_of
    from glance.camera.warping import warp as warp
    from glance.camera.warping import warp_depth as warp_depth
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "depth": ("DepthEstimator", "StandingThings", "depth_estimator", "smooth_depth"),
            "keeping": ("share_that_keeps",),
            "move": ("CameraMove", "FOV_LIMITS_DEG", "Mode"),
            "path": ("PATH_CHANNELS", "moves_between", "spline_poses"),
            "presets": ("CAMERA_PRESETS", "CameraPreset", "NEUTRAL", "on_beat"),
            "transform": ("Transform", "compose", "identity", "invert", "needs_depth", "transform_of"),
            "warping": ("warp", "warp_depth"),
        },
    )
