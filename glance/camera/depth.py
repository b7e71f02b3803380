"""How far away the parts of a picture are.

Depth is a (height, width) float32 array of distances along the view, above 0, in world units: about 1 for what is
nearest, about `FAR_DEPTH` for what is farthest. One world unit is 200 units of a 3D translation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from glance.errors import BackendError
from glance.frames import Frame, Size, size_of

NEAR = 1.0
FAR_DEPTH = 3.0
#: Depth of the middle of a picture of standing things.
MIDDLE = 2.0
#: Height of the ground plane's horizon, as a share of the picture's height from the top.
HORIZON = 0.45
#: Depths that differ by more than this factor belong to different things, and are not smoothed into each other.
_SAME_SURFACE = 1.15
#: Names of model families that answer with distances; all others answer with relative nearness.
_METRIC = ("glpn", "zoedepth", "depth_pro", "prompt_depth_anything")

Depth = NDArray[np.float32]


class DepthEstimator(Protocol):
    """Guesses the depth of a single picture. The same picture gives the same depth."""

    @property
    def steady(self) -> bool:
        """Whether the depth is the same for all pictures of one size, so that nothing has to be smoothed over time."""
        ...

    def estimate(self, frame: Frame) -> Depth:
        """Return the (height, width) float32 depth, above 0, of a frame of shape (height, width, 3)."""
        ...


@dataclass(frozen=True)
class GroundPlane:
    """Depth without a model: level ground that starts under the camera and ends at the horizon, and sky behind it.

    Attributes:
        horizon: Height of the horizon as a share of the picture's height from the top, in [0, 0.95].
        far: Depth of the horizon and the sky; the picture's lower edge has depth `NEAR`.
    """

    horizon: float = HORIZON
    far: float = FAR_DEPTH

    @property
    def steady(self) -> bool:
        """The ground stays where it is."""
        return True

    def estimate(self, frame: Frame) -> Depth:
        """Return the depth of any frame of this size; read-only, computed once per size."""
        return _ground(size_of(frame), self.horizon, self.far)


@dataclass(frozen=True)
class ModelDepth:
    """Depth from a model of transformers' depth-estimation pipeline that is already on this machine.

    Attributes:
        name: The model's name or folder, for example `depth-anything/Depth-Anything-V2-Small-hf`.

    Raises:
        BackendError: transformers is not installed, or the model is not on this machine.
    """

    name: str
    _pipeline: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pipeline", _load_pipeline(self.name))

    @property
    def steady(self) -> bool:
        """A model sees every picture anew."""
        return False

    def estimate(self, frame: Frame) -> Depth:
        """Return the depth of a frame, scaled its nearest parts at `NEAR` and its farthest at `FAR_DEPTH`."""
        import cv2
        from PIL import Image

        answer = np.squeeze(np.asarray(self._pipeline(Image.fromarray(frame))["predicted_depth"], dtype=np.float32))
        answer = cv2.resize(answer, size_of(frame), interpolation=cv2.INTER_LINEAR)
        config = self._pipeline.model.config
        metric = config.model_type in _METRIC or getattr(config, "depth_estimation_type", "relative") == "metric"
        return depth_from_nearness(1.0 / np.maximum(answer, 1e-3) if metric else answer)


@dataclass(frozen=True)
class StandingThings:
    """Depth without a model: everything stands upright, and is the nearer the farther out it stands.

    Each column has one depth from top to bottom, so that whatever stands in the picture has the same depth at its feet
    and at its head, wherever it stands and however tall it is, and no sideways move can tip it over. The sides are near
    and the middle is far, as along a street, a valley or a room, so that things pass at different speeds.

    Attributes:
        far: Depth of the middle column; the outermost columns have depth `NEAR`.
    """

    far: float = MIDDLE

    @property
    def steady(self) -> bool:
        """Things stay where they stand."""
        return True

    def estimate(self, frame: Frame) -> Depth:
        """Return the depth of any frame of this size; read-only, computed once per size."""
        return _standing(size_of(frame), self.far)

    def nearness(self, x: float) -> float:
        """Return 1 / depth of the column at the share `x` of the width."""
        return 1 / self.far + (1 / NEAR - 1 / self.far) * (2 * x - 1) ** 2


_PLAIN: Mapping[str, DepthEstimator] = {
    "ground": StandingThings(),
    "floor": GroundPlane(),
    "flat": GroundPlane(far=NEAR),
}


def depth_estimator(name: str) -> DepthEstimator:
    """Return the estimator of that name.

    `ground` is for things that stand upright, `floor` for level ground on which nothing stands, `flat` for a board, all
    at `NEAR`; every other name is a model's.

    Raises:
        BackendError: The model cannot be had on this machine.
    """
    return _PLAIN[name] if name in _PLAIN else ModelDepth(name)


def depth_from_nearness(nearness: NDArray[np.floating[Any]]) -> Depth:
    """Return depth from relative nearness (inverse depth or disparity) of shape (height, width), in any units.

    The 2nd and 98th percentiles become depths `FAR_DEPTH` and `NEAR`; all-equal or non-finite nearness becomes `NEAR`
    where it is not known better.
    """
    finite = nearness[np.isfinite(nearness)]
    low, high = np.percentile(finite, (2, 98)) if finite.size else (0.0, 0.0)
    if high - low < 1e-9:
        return np.full(nearness.shape, NEAR, np.float32)
    share = np.clip((np.where(np.isfinite(nearness), nearness, low) - low) / (high - low), 0.0, 1.0)
    return np.asarray(1.0 / (1 / FAR_DEPTH + share * (1 / NEAR - 1 / FAR_DEPTH)), dtype=np.float32)


def smooth_depth(previous_warped: Depth, new: Depth, amount: float) -> Depth:
    """Return the new depth steadied by the previous frame's, so that an estimator's flicker does not shake the picture.

    Args:
        previous_warped: (height, width) depth of the frame before, moved by the camera to the new frame's place.
        new: (height, width) depth as estimated.
        amount: Share of the previous depth in [0, 1]; 0 returns `new` itself.

    Estimators of relative depth change their scale from frame to frame, so `new` is first brought to the previous
    median. Inverse depths are mixed; where the two differ by more than `_SAME_SURFACE`, something else has come into
    view and the new depth stands alone.

    Raises:
        ValueError: The shapes differ.
    """
    if previous_warped.shape != new.shape:
        raise ValueError(f"expected depths of one shape, found {previous_warped.shape} and {new.shape}")
    if amount <= 0:
        return new
    ratio = previous_warped / new
    scale = float(np.median(ratio))
    scaled = new * np.float32(scale)
    mixed = 1.0 / (amount / previous_warped + (1.0 - amount) / scaled)
    same = np.abs(np.log(ratio / scale)) < np.log(_SAME_SURFACE)
    return np.asarray(np.where(same, mixed, scaled), dtype=np.float32)


@lru_cache(maxsize=4)
def _ground(size: Size, horizon: float, far: float) -> Depth:
    width, height = size
    below = (np.arange(height) + 0.5) / height - horizon
    # On level ground, inverse depth grows in proportion to the distance below the horizon.
    nearness = 1 / far + (1 / NEAR - 1 / far) * np.clip(below / (1 - horizon), 0.0, 1.0)
    depth = np.repeat((1 / nearness).astype(np.float32)[:, None], width, axis=1)
    depth.flags.writeable = False
    return depth


@lru_cache(maxsize=4)
def _standing(size: Size, far: float) -> Depth:
    width, height = size
    things = StandingThings(far)
    row = np.array([1 / things.nearness((column + 0.5) / width) for column in range(width)], np.float32)
    depth = np.repeat(row[None], height, axis=0)
    depth.flags.writeable = False
    return depth


def _load_pipeline(name: str) -> Any:
    try:
        from transformers import AutoImageProcessor, AutoModelForDepthEstimation, pipeline
    except ImportError as error:
        raise BackendError(
            f"the depth model {name!r} needs the package `transformers`, which is not installed or does not start "
            f"({error}); install it with: python -m pip install transformers torch, or set depth to `ground`"
        ) from None
    try:
        # Loaded by hand: transformers 5 has no way to keep `pipeline` itself from asking the network.
        model = AutoModelForDepthEstimation.from_pretrained(name, local_files_only=True)
        processor = AutoImageProcessor.from_pretrained(name, local_files_only=True)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise BackendError(
            f"the depth model {name!r} cannot be loaded from this machine ({error}); "
            "download it first, or set depth to `ground`"
        ) from error
    # Files in half precision are widened: the pipeline cannot turn every kind of half into an array.
    return pipeline("depth-estimation", model=model.float(), image_processor=processor)
