"""More frames a second than were drawn: new ones between those that are there, never across a cut or a hit.

Position p of the new video's frame j is j * fps / new fps. Between two leaps it runs on evenly; at a leap the new
picture comes on the new frame that is nearest, and until then the one before it stays. So no hit comes earlier or later
than half a new frame, and no two pictures that the music has parted are mixed.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from glance.errors import VideoError
from glance.frames import Frame
from glance.imaging.flow import inbetween

#: From this near to a frame on, it is shown itself.
_SAME = 1e-3


class Interpolator(Protocol):
    """Whoever makes the frame between two others."""

    @property
    def identity(self) -> str:
        """What makes it: two of one identity give the same pixels."""
        ...

    def between(self, before: Frame, after: Frame, share: float) -> Frame:
        """Return the frame `share` of the way, in (0, 1), from `before` to `after`, all (height, width, 3) uint8."""
        ...

    def close(self) -> None:
        """Let go of what is held."""
        ...


class FlowInterpolator:
    """The one that is always there: along the optical flow (DIS, Kroeger et al. 2016), mixed where that is in doubt."""

    identity = "flow"

    def between(self, before: Frame, after: Frame, share: float) -> Frame:
        """Return the frame between two others."""
        return inbetween(before, after, share, flow=True)

    def close(self) -> None:
        """Hold nothing."""


def positions(n_frames: int, fps: Fraction, new_fps: Fraction, leaps: frozenset[int]) -> NDArray[np.float64]:
    """Return where in the drawn frames each new frame lies.

    Args:
        n_frames: Number of drawn frames.
        fps: Of the drawn frames.
        new_fps: Of the new ones.
        leaps: Positions whose picture comes at once.

    Returns:
        (m,) float64 in [0, n_frames - 1], ascending; m is the number of new frames that last as long.
    """
    ratio = new_fps / fps
    n_new = max(1, round(n_frames * ratio))
    even = np.minimum(np.arange(n_new) / float(ratio), n_frames - 1)
    bounds = [0, *sorted(each for each in leaps if 0 < each < n_frames), n_frames]
    starts = np.array([round(bound * ratio) for bound in bounds[:-1]])
    stretch = np.searchsorted(starts, np.arange(n_new), side="right") - 1
    first = np.array(bounds[:-1], np.float64)[stretch]
    last = np.array(bounds[1:], np.float64)[stretch] - 1
    return np.asarray(np.clip(even, first, last), dtype=np.float64)


def smoothed(frames: Iterator[Frame], where: NDArray[np.float64], interpolator: Interpolator) -> Iterator[Frame]:
    """Yield a frame for each place, made from the two drawn ones around it; no more than two are held.

    Args:
        frames: The drawn frames in order.
        where: Places in them, ascending; see `positions`.
        interpolator: Who makes those between.

    Raises:
        VideoError: There are fewer frames than places ask for.
    """
    held: dict[int, Frame] = {}
    reached = -1

    def frame(number: int) -> Frame:
        nonlocal reached
        while reached < number:
            drawn = next(frames, None)
            if drawn is None:
                raise VideoError(f"the video ends at frame {reached + 1}, before frame {number} that is needed")
            reached += 1
            held.pop(reached - 2, None)
            held[reached] = drawn
        return held[number]

    for place in where:
        number = int(place + _SAME)
        share = float(place) - number
        before = frame(number)
        yield before if share < _SAME else interpolator.between(before, frame(number + 1), share)
