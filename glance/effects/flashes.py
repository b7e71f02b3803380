"""Flashes that could hurt: found in a video, and kept from getting into it.

After WCAG 2.2, success criterion 2.3.1, and the general and red flash thresholds that it names. A flash is a pair of
opposing changes of relative luminance by a tenth or more of the brightest, the darker of the two below 0.8; or a pair
of opposing changes of a saturated red. No place may flash more than three times within a second, unless all places that
do make up less than a quarter of the picture.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from glance.effects.light import linear_levels
from glance.frames import Frame
from glance.imaging.blend import mix

#: Flashes that a second may hold, and the share of the picture below which more do no harm.
MOST_FLASHES, LEAST_AREA = 3, 0.25
#: Change of relative luminance that counts, and the luminance above which no darker one counts.
_CHANGE, _BRIGHT = 0.1, 0.8
#: Change of (R - G - B) that counts where red makes up four fifths of a color; 20 on the standard's scale of 320.
_RED_CHANGE, _RED_SHARE = 20 / 320, 0.8
#: Cells in which a picture is looked at.
_CELLS = (48, 27)
#: A frame that must not be seen as it is is brought back towards what it may be in steps of this share.
_STEP = 1 / 8

_Grid = NDArray[np.float32]


@dataclass(frozen=True)
class FlashSpan:
    """A stretch of a video that flashes too much.

    Attributes:
        start_s: Where it begins.
        end_s: Where it ends.
        per_second: Flashes in its worst second.
        area: Share of the picture that flashes there.
    """

    start_s: float
    end_s: float
    per_second: float
    area: float


@dataclass(frozen=True)
class FlashReport:
    """What was found in a whole video.

    Attributes:
        spans: Where it flashes too much; empty where it is safe.
        limited: Stretches (start, end) in seconds in which frames were brought back to keep it safe.
    """

    spans: tuple[FlashSpan, ...] = ()
    limited: tuple[tuple[float, float], ...] = ()

    def __str__(self) -> str:
        """Return it in words."""
        told = []
        if self.spans:
            times = ", ".join(
                f"{_clock(one.start_s)} to {_clock(one.end_s)} ({one.per_second:g} a second over {one.area:.0%})"
                for one in self.spans[:8]
            )
            more = f" and {len(self.spans) - 8} more" if len(self.spans) > 8 else ""
            told.append(f"flashes more than {MOST_FLASHES} times a second at {times}{more}: this can hurt people")
        if self.limited:
            times = ", ".join(f"{_clock(start)} to {_clock(end)}" for start, end in self.limited[:8])
            more = f" and {len(self.limited) - 8} more" if len(self.limited) > 8 else ""
            told.append(f"had flashes held back at {times}{more}, so that the video is safe to watch")
        return "; ".join(told) or f"no more than {MOST_FLASHES} flashes a second"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{seconds % 60:04.1f}"


@dataclass
class _Signal:
    """Opposing changes of one quantity in every cell: where it last turned, and which way it goes."""

    least: float
    turned: _Grid | None = None
    rising: NDArray[np.int8] | None = None

    def next(self, now: _Grid, counts: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], _Grid, NDArray[np.int8]]:
        """Return where `now` makes a change opposite to the last one, and the state that follows."""
        if self.turned is None or self.rising is None:
            return np.zeros(now.shape, bool), now.copy(), np.zeros(now.shape, np.int8)
        way = now - self.turned
        change = (np.abs(way) >= self.least) & (np.sign(way).astype(np.int8) != self.rising) & counts
        rising = np.where(change, np.sign(way).astype(np.int8), self.rising)
        # As long as it goes on the same way, the turning point goes along.
        onward = (np.sign(way).astype(np.int8) == self.rising) & (self.rising != 0)
        return change, np.where(change | onward, now, self.turned), rising


@dataclass
class FlashMeter:
    """Counts flashes of a video, frame after frame.

    Args:
        fps: Frames per second.
    """

    fps: Fraction
    _luminance: _Signal = field(default_factory=lambda: _Signal(_CHANGE))
    _red: _Signal = field(default_factory=lambda: _Signal(_RED_CHANGE))
    _recent: deque[tuple[NDArray[np.bool_], NDArray[np.bool_]]] = field(default_factory=deque)

    def may_come(self, frame: Frame, *, returns: bool) -> bool:
        """Return whether a frame may be the next one.

        Args:
            frame: The frame.
            returns: Whether the picture has to come back from it, as from a lit frame to the plain one: then that must
                be possible, too, or it would have to stay lit.
        """
        changes = self._changes(frame)
        if self._judged(changes)[1] >= LEAST_AREA:
            return False
        if not returns:
            return True
        last = 2 * MOST_FLASHES + 1
        return all(
            float((now & (self._count(kind, now) >= last)).mean()) < LEAST_AREA
            for kind, (now, _, _) in enumerate(changes)
        )

    def take(self, frame: Frame) -> tuple[float, float]:
        """Take note of the next frame, and return how the picture flashes within the second up to it.

        The first is how many flashes a quarter of the picture has; the second is the share that flashes too much.
        """
        changes = self._changes(frame)
        judged = self._judged(changes)
        (light, self._luminance.turned, self._luminance.rising), (red, self._red.turned, self._red.rising) = changes
        self._recent.append((light, red))
        while len(self._recent) >= max(1, int(self.fps)):
            self._recent.popleft()
        return judged

    def _changes(self, frame: Frame) -> tuple[tuple[NDArray[np.bool_], _Grid, NDArray[np.int8]], ...]:
        import cv2

        few = cv2.resize(frame, _CELLS, interpolation=cv2.INTER_AREA)
        light = linear_levels().astype(np.float32)[few]
        luminance = light @ np.array([0.2126, 0.7152, 0.0722], np.float32)
        before = luminance if self._luminance.turned is None else self._luminance.turned
        change = self._luminance.next(luminance, np.minimum(luminance, before) < _BRIGHT)
        red = np.maximum(light[:, :, 0] - light[:, :, 1] - light[:, :, 2], 0)
        pure = light[:, :, 0] >= _RED_SHARE * np.maximum(light.sum(axis=2), 1e-6)
        was_red = np.zeros(red.shape, bool) if self._red.turned is None else self._red.turned > _RED_CHANGE
        return change, self._red.next(red, pure | was_red)

    def _judged(self, changes: tuple[tuple[NDArray[np.bool_], _Grid, NDArray[np.int8]], ...]) -> tuple[float, float]:
        worst, share = 0.0, 0.0
        for kind, (now, _, _) in enumerate(changes):
            # Two opposing changes are a flash.
            flashing = self._count(kind, now) // 2
            quarter = float(np.quantile(flashing, 1.0 - LEAST_AREA))
            worst = max(worst, quarter)
            share = max(share, float((flashing > MOST_FLASHES).mean()))
        return worst, share

    def _count(self, kind: int, now: NDArray[np.bool_]) -> NDArray[np.int16]:
        """Return how many changes each cell has had within a second, those of `now` included."""
        count = now.astype(np.int16)
        for past in self._recent:
            count += past[kind]
        return count


@dataclass
class FlashGuard:
    """Keeps a video's flashes within bounds, and tells what it found.

    Args:
        fps: Frames per second.
        limits: Whether frames are brought back; else they are only measured.
        first: Number of the first frame within the song.
    """

    fps: Fraction
    limits: bool
    first: int = 0
    _meter: FlashMeter = field(init=False)
    _seen: int = 0
    _before: Frame | None = None
    _found: list[tuple[int, float, float]] = field(default_factory=list)
    _held: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin to measure."""
        self._meter = FlashMeter(self.fps)

    def guarded(self, frame: Frame, plain: Frame | None = None) -> Frame:
        """Return the frame as it may be seen next.

        Args:
            frame: The frame.
            plain: The same without effects, which it is brought back towards first; None for none.
        """
        seen = frame
        if self.limits and not self._meter.may_come(frame, returns=plain is not None and plain is not frame):
            seen = self._brought_back(frame, plain)
            self._held.append(self._seen)
        flashes, area = self._meter.take(seen)
        if area >= LEAST_AREA:
            self._found.append((self._seen, flashes, area))
        self._seen += 1
        self._before = seen
        return seen

    def _brought_back(self, frame: Frame, plain: Frame | None) -> Frame:
        # Without effects the picture goes on moving; what then still flashes stays closer to the frame before.
        for towards in (plain, self._before):
            if towards is None or towards.shape != frame.shape:
                continue
            for step in range(1, round(1 / _STEP) + 1):
                candidate = mix(frame, towards, step * _STEP)
                if self._meter.may_come(candidate, returns=towards is plain and candidate is not plain):
                    return candidate
            frame = towards if towards is plain else frame
        return frame if self._before is None else self._before

    def report(self) -> FlashReport:
        """Return what was found so far."""
        spans = []
        for frames in _runs([index for index, _, _ in self._found], round(self.fps)):
            inside = [(flashes, area) for index, flashes, area in self._found if frames[0] <= index <= frames[1]]
            worst = max(flashes for flashes, _ in inside), max(area for _, area in inside)
            # What is counted at a frame happened in the second before it.
            start = max(0.0, self._time(frames[0]) - 1.0)
            spans.append(FlashSpan(start, self._time(frames[1] + 1), *worst))
        held = _runs(self._held, round(self.fps))
        return FlashReport(tuple(spans), tuple((self._time(start), self._time(end + 1)) for start, end in held))

    def _time(self, index: int) -> float:
        return round(float((self.first + index) / self.fps), 3)


def _runs(indices: list[int], gap: int) -> list[tuple[int, int]]:
    """Return the stretches (first, last) of sorted numbers, joined where less than `gap` lies between them."""
    runs: list[tuple[int, int]] = []
    for index in indices:
        if runs and index - runs[-1][1] <= gap:
            runs[-1] = runs[-1][0], index
        else:
            runs.append((index, index))
    return runs
