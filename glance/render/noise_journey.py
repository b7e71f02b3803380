"""The way that noise goes with the camera, from a cut on: a list of moves, from which every field follows.

The size of a latent is known to whoever draws, and to nobody else. So the loop keeps moves, and a field is made, and
catches up, when it is asked for: it is the same whether it was carried along or is replayed after a stop.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from glance.camera.transform import Transform
from glance.frames import Size
from glance.imaging.carried_noise import CarriedField, NoiseMove, mixed_noise, noise_shares
from glance.project.plan import RenderPlan

#: Depth is kept at so many points along a picture's longer side, which is finer than noise can follow it.
_DEPTH_SIDE = 64

_Array = NDArray[np.float32]
_Key = tuple[tuple[int, int, int], Size]


@dataclass
class NoiseJourney:
    """All moves since a cut.

    Attributes:
        seed: Of the picture at the cut.
        moves: In their order.
    """

    seed: int
    moves: list[NoiseMove] = field(default_factory=list)
    _fields: dict[_Key, tuple[CarriedField, int]] = field(default_factory=dict, repr=False)

    def go(self, frame: int, transform: Transform, depth: _Array | None) -> None:
        """Go along with a move of the picture to the frame of that number.

        Args:
            frame: See above.
            transform: Where content goes.
            depth: (height, width) float32 > 0 of the picture before; None where it makes no difference.
        """
        self.moves.append(NoiseMove(frame, transform.matrix, transform.parallax, _coarse(depth)))

    def field(self, shape: tuple[int, int, int], size: Size, n_moves: int) -> _Array:
        """Return the field of that shape after so many moves; see `CarriedNoise.cells`."""
        found, done = self._fields.get((shape, size), (None, 0))
        if found is None or done > n_moves:
            found, done = CarriedField(shape, size, self.seed), 0
        for move in self.moves[done:n_moves]:
            found.advance(move)
        self._fields[shape, size] = (found, n_moves)
        return found.cells()


@dataclass(frozen=True, eq=False)
class CarriedNoise:
    """The noise that came along to one frame.

    Attributes:
        journey: Its moves since the cut, of which the first `n_moves` count.
        n_moves: See above.
        fresh: Share of new noise that it is to be mixed with, below 1.
    """

    journey: NoiseJourney
    n_moves: int
    fresh: float

    def cells(self, shape: tuple[int, int, int], size: Size) -> _Array:
        """Return the carried noise, N(0, 1) and white, float32.

        Args:
            shape: (channels, rows, columns) of the latent.
            size: (width, height) in pixels of the picture that the latent stands for; it begins where the frame does.
        """
        return self.journey.field(shape, size, self.n_moves)

    def mixed(self, new: _Array, size: Size) -> _Array:
        """Return the noise to draw from, given new noise of shape (channels, rows, columns)."""
        channels, rows, columns = new.shape
        return mixed_noise(self.cells((channels, rows, columns), size), new, self.fresh)

    @property
    def shares(self) -> tuple[float, float]:
        """The factors of carried and of new noise."""
        return noise_shares(self.fresh)


def all_new_noise(plan: RenderPlan, who: str) -> list[str]:
    """Return the problem of a plan that wants noise carried where only new noise can be had.

    Args:
        plan: The plan.
        who: Where that is, as the sentence goes on: `over the API`.
    """
    frame = next((spec.index for spec in plan.frames if spec.noise_fresh < 1), None)
    if frame is None:
        return []
    return [
        f"frame {frame}: {who} all noise is new, but here some shall stay with the camera (`noise_fresh` below 1). Set "
        "noise_fresh to 1, or make the video in the WebUI's own tab"
    ]


def _coarse(depth: _Array | None) -> _Array | None:
    if depth is None:
        return None
    step = max(1, -(-max(depth.shape) // _DEPTH_SIDE))
    return np.ascontiguousarray(depth[step // 2 :: step, step // 2 :: step])
