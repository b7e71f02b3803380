"""How far a camera may go before it loses its subject.

First-order geometry of a pinhole camera whose view is 70 degrees wide, at the depth of what stands on a third of the
picture: exact enough for a bound, and the same whatever a depth model will say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from glance.camera.depth import StandingThings
from glance.camera.transform import WORLD_UNIT

#: The subject's middle stays this far from every edge, as a share of the side, unless it begins nearer to it.
_MARGIN = 0.15
#: A push makes the subject at most this many times as large.
_LARGEST = 1.7
_FOCAL = 0.5 / math.tan(math.radians(35))

Curves = Mapping[str, NDArray[np.float64]]


def share_that_keeps(moves: Curves, subject: tuple[float, float], aspect: float) -> float:
    """Return the share, in [0, 1], of a way that the camera may go so that the subject stays in the picture.

    Args:
        moves: Channel of 3D moves, or `zoom` less 1 -> (n,) moves per frame, around the subject.
        subject: (x, y) as shares of width and height, before the first of them.
        aspect: Width / height.
    """
    x, y = subject
    nearness = StandingThings().nearness(x)
    units, degrees = _FOCAL * WORLD_UNIT * nearness, _FOCAL * math.pi / 180
    right = -units * _way(moves, "translation_x") - degrees * _way(moves, "rotation_3d_y")
    down = aspect * (units * _way(moves, "translation_y") + degrees * _way(moves, "rotation_3d_x"))
    share = min(_share(right, x), _share(down, y))
    forward = float(np.max(_way(moves, "translation_z"), initial=0.0)) * WORLD_UNIT * nearness
    zoomed = float(np.max(_way(moves, "zoom"), initial=0.0))
    for reached, most in ((forward, 1 - 1 / _LARGEST), (zoomed, math.log(_LARGEST))):
        share = min(share, most / reached if reached > most else 1.0)
    return share


def _way(moves: Curves, channel: str) -> NDArray[np.float64]:
    return np.cumsum(moves[channel]) if channel in moves else np.zeros(1)


def _share(way: NDArray[np.float64], place: float) -> float:
    """Return the share of a way (n,) that keeps what begins at `place` within the margins."""
    share = 1.0
    for reached, room in ((float(way.max()), 1 - place), (-float(way.min()), place)):
        room = max(0.0, room - min(_MARGIN, place, 1 - place))
        share = min(share, room / reached if reached > room else 1.0)
    return share
