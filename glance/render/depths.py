"""The depth of drawn frames, steadied over time.

A model guesses each frame's depth anew, and what it guesses flickers. A frame's depth is therefore mixed with that of
the diffused frame before it, moved by the camera in between. It looks no further back than that one frame: all that it
needs is on the disk, so a resumed run finds the same depth, to the bit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from glance.camera.depth import DepthEstimator, smooth_depth
from glance.camera.transform import compose, transform_of
from glance.camera.warp import warp_depth
from glance.frames import Frame, size_of
from glance.project.plan import FrameSpec

#: Share of the previous frame's depth. One half damps independent errors most.
_STEADINESS = 0.5

Depth = NDArray[np.float32]


@dataclass(frozen=True)
class Past:
    """A diffused frame that others are drawn from.

    Attributes:
        frame: (height, width, 3) uint8.
        group: The specs from the one after the diffused frame before, up to this frame's own.
        before: That diffused frame, if there is one and the depth needs it.
    """

    frame: Frame
    group: Sequence[FrameSpec]
    before: Frame | None


@dataclass(frozen=True)
class SteadyDepth:
    """Depth of frames by an estimator that is asked once for each frame."""

    estimator: DepthEstimator
    _known: deque[tuple[Frame, Depth]] = field(default_factory=lambda: deque(maxlen=2), init=False, repr=False)

    def of(self, past: Past) -> Depth:
        """Return the frame's depth, (height, width) float32 > 0."""
        if self.estimator.steady or past.before is None or past.group[-1].cut:
            return self._estimate(past.frame)
        size = size_of(past.frame)
        move = compose(*(transform_of(spec.camera, size) for spec in past.group))
        moved, unknown = warp_depth(self._estimate(past.before), move)
        new = self._estimate(past.frame)
        moved = np.where(unknown > 0, new, moved)
        # Smoothing takes over the scale of the frame before; half-way between the two is steadier than either.
        scale = float(np.median(moved / new)) ** (_STEADINESS - 1)
        return np.asarray(smooth_depth(moved, new, _STEADINESS) * scale, dtype=np.float32)

    def _estimate(self, frame: Frame) -> Depth:
        for seen, depth in self._known:
            if seen is frame:
                return depth
        depth = self.estimator.estimate(frame)
        self._known.append((frame, depth))
        return depth
