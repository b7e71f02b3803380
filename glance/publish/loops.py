"""A loop without a seam: its first frames grow out of those that follow its last."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from glance.errors import VideoError
from glance.frames import Frame
from glance.imaging.flow import inbetween
from glance.publish.fitting import resized
from glance.publish.footage import Footage

#: The longest that pictures go over into each other, as a share of the loop and in seconds.
_SHARE, _LONGEST_S = 0.34, 1.0


def calm_start(whole: Footage, start_s: float, end_s: float) -> float:
    """Return where a loop without sound had better begin: within its first half, where the least happens.

    A bar begins with a hit, which is the worst place for a seam; without sound nobody misses the bar.

    Args:
        whole: The finished video.
        start_s: Where the loop would begin, in seconds of the song.
        end_s: Where it would end.

    Returns:
        The start, in seconds of the song; the loop is as long as before.
    """
    begin = whole.plan.frames[0].index
    first, last = (round(moment * float(whole.fps)) - begin for moment in (start_s, end_s))
    n_tried = min((last - first) // 2, len(whole) - last - round(_LONGEST_S * float(whole.fps)))
    if n_tried < 2:
        return start_s
    at_start, at_end = (_steps(whole, place, n_tried) for place in (first, last))
    best = int(np.argmin(at_start + at_end))
    return float(Fraction(begin + first + best) / whole.fps)


def _steps(whole: Footage, first: int, count: int) -> NDArray[np.float64]:
    """Return how much each of so many frames differs from the one before it, from one position on."""
    before = max(0, first - 1)
    small = [resized(frame, (64, 36)).astype(np.int16) for frame in whole.read(before, first + count)]
    steps = [float(np.abs(after - earlier).mean()) for earlier, after in pairwise(small)]
    return np.array(steps[-count:] if first else [0.0, *steps])


def looped(whole: Footage, start_s: float, end_s: float) -> Footage:
    """Return a stretch of a video whose end meets its start.

    The frames after the stretch go over, along the optical flow, into its first ones: so the step from the last frame
    to the first is the step that was drawn there. Where the video ends with the stretch, those before it are taken for
    its end instead.

    Args:
        whole: The finished video.
        start_s: Where the loop begins, in seconds of the song.
        end_s: Where it ends.

    Raises:
        VideoError: The video has nothing on either side that could go over.
    """
    part = whole.part(start_s, end_s)
    first = part.plan.frames[0].index - whole.plan.frames[0].index
    length = len(part)
    wanted = min(int(length * _SHARE), round(_LONGEST_S * float(whole.fps)))
    after = min(wanted, len(whole) - first - length)
    before = min(wanted, first)
    if max(after, before) < 2:
        raise VideoError(
            f"{whole.source}: a loop needs a few frames before its start or after its end; choose fewer bars"
        )
    n_mixed = after if after >= before else before
    late = after >= before

    def read(begin: int, end: int) -> Iterator[Frame]:
        head = length if late else -n_mixed
        mixed_from = 0 if late else length - n_mixed
        with closing(_closable(whole.read(first, first + length))) as inside:
            outside = whole.read(first + head, first + head + n_mixed)
            for position, frame in enumerate(inside):
                made = frame
                step = position - mixed_from
                if 0 <= step < n_mixed:
                    share = (step + 0.5) / n_mixed
                    other = next(outside)
                    pair = (other, frame) if late else (frame, other)
                    made = inbetween(*pair, share, flow=True)
                if begin <= position < end:
                    yield made

    return Footage(part.plan, read, whole.source)


def _closable(frames: Iterator[Frame]) -> Generator[Frame, None, None]:
    yield from frames
