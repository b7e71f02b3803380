"""A channel's keys, and their values in every frame.

Between two keys whose values are numbers, a curve moves in a straight line, or along the easing that the first of them
names. A key whose value is a formula holds it, evaluated in each frame, until the next key; with an easing it moves
from the formula to the next key's value instead. Before its first key a curve has the first key's value, after its last
key the last one's. Two keys in one frame: the later one in the text counts. A key outside the song still shapes the way
to it. These are Deforum's rules wherever Deforum has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

import numpy as np
from numpy.typing import NDArray

from glance.errors import ScheduleError
from glance.schedule.easing import EASINGS
from glance.schedule.expression import Scope, compile_expression
from glance.schedule.key_times import key_frame, resolve_time_s
from glance.schedule.signals import Signals

__all__ = [
    "Curve",
    "Key",
    "PlainKeys",
    "evaluate",
    "evaluate_text",
    "frame_of",
    "is_number",
    "number_text",
    "resolve_time_s",
]


@dataclass(frozen=True)
class Key:
    """One key of a curve.

    Attributes:
        time: When, in one of the forms of `glance.schedule.key_times`.
        value: A number or formula; on text channels, the text itself.
        easing: Name of an easing for the way from here to the next key; empty for the usual way.
        column: Where `time` begins in the schedule's text.
        value_column: Where `value` begins in it.
    """

    time: str
    value: str
    easing: str = ""
    column: int = field(default=0, compare=False)
    value_column: int = field(default=0, compare=False)


class PlainKeys(Sequence[Key]):
    """Keys at frame numbers, with numbers as values and no easings, kept as two arrays.

    Schedules made from audio have a key in every frame; this form keeps ten thousand of them cheap.

    Attributes:
        frames: (k,) int64.
        values: (k,) float64, finite.
    """

    def __init__(self, frames: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        self.frames, self.values = frames, values

    def __len__(self) -> int:
        return int(self.frames.size)

    @overload
    def __getitem__(self, index: int) -> Key: ...
    @overload
    def __getitem__(self, index: slice) -> PlainKeys: ...
    def __getitem__(self, index: int | slice) -> Key | PlainKeys:
        if isinstance(index, slice):
            return PlainKeys(self.frames[index], self.values[index])
        return Key(str(int(self.frames[index])), number_text(float(self.values[index])))

    def __iter__(self) -> Iterator[Key]:
        pairs = zip(self.frames.tolist(), self.values.tolist(), strict=True)
        return (Key(str(frame), number_text(value)) for frame, value in pairs)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PlainKeys):
            return NotImplemented
        return np.array_equal(self.frames, other.frames) and np.array_equal(self.values, other.values)

    def __hash__(self) -> int:
        # 0.0 and -0.0 are equal and must hash alike.
        return hash((self.frames.tobytes(), (self.values + 0.0).tobytes()))


@dataclass(frozen=True)
class Curve:
    """The keys of one channel.

    Attributes:
        channel: Name of the channel; may be empty.
        keys: In the order of the text; at least one.
        text: What they were read from, for error messages.
    """

    channel: str
    keys: Sequence[Key]
    text: str = field(default="", compare=False)

    def error(self, column: int, hint: str, length: int = 1) -> ScheduleError:
        """Return an error that points into this curve's text."""
        return ScheduleError(self.channel, self.text, column, hint, length)


def number_text(value: float) -> str:
    """Return the shortest text that reads back as exactly this number; whole numbers without a point."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def is_number(text: str) -> bool:
    """Return whether a key's value is a plain number."""
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and "_" not in text and text[-1] not in "yYnNfF"


def evaluate(curve: Curve, signals: Signals) -> NDArray[np.float64]:
    """Return the curve's value in each frame, (n,) float64, all finite.

    Raises:
        ScheduleError: A formula names something unknown, or has no finite value in a frame; a key's time is undefined.
    """
    if isinstance(curve.keys, PlainKeys):
        frames, keep = _in_order(curve.keys.frames)
        values = curve.keys.values if keep is None else curve.keys.values[keep]
        return _finite(_line(signals.n_frames, frames, values), curve)
    return _evaluate_mixed(curve, signals)


def evaluate_text(curve: Curve, signals: Signals) -> tuple[str, ...]:
    """Return the text that holds in each frame, n texts: each key's from its frame until the next key.

    Raises:
        ScheduleError: A key's time is undefined.
    """
    frames, keep = _in_order(_frames(curve, signals))
    keys = list(curve.keys) if keep is None else [curve.keys[int(index)] for index in keep]
    which = np.searchsorted(frames, np.arange(signals.n_frames), side="right") - 1
    return tuple(keys[max(0, index)].value for index in which.tolist())


def _in_order(frames: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
    """Return increasing frames and the keys they belong to (None for all, as they are); of equal frames the last."""
    if frames.size < 2 or bool(np.all(frames[1:] > frames[:-1])):
        return frames, None
    order = np.argsort(frames, kind="stable")
    ordered = frames[order]
    last = np.append(ordered[1:] != ordered[:-1], True)
    return ordered[last], order[last]


def _frames(curve: Curve, signals: Signals) -> NDArray[np.int64]:
    if isinstance(curve.keys, PlainKeys):
        return curve.keys.frames
    return np.array([frame_of(curve, key, signals) for key in curve.keys], dtype=np.int64)


def frame_of(curve: Curve, key: Key, signals: Signals) -> int:
    """Return the frame of one of a curve's keys; it may lie outside the song.

    Raises:
        ScheduleError: The key's time is undefined.
    """
    try:
        return key_frame(key.time, signals)
    except ScheduleError as error:
        raise curve.error(key.column + error.column, error.hint, error.length) from None


def _line(n_frames: int, frames: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    first = int(np.searchsorted(frames, 0))
    last = first + n_frames - 1
    if last < frames.size and frames[first] == 0 and frames[last] == n_frames - 1:
        # A key in every frame.
        return np.array(values[first : last + 1])
    with np.errstate(all="ignore"):
        return np.interp(np.arange(n_frames, dtype=np.float64), frames.astype(np.float64), values)


def _evaluate_mixed(curve: Curve, signals: Signals) -> NDArray[np.float64]:
    frames, keep = _in_order(_frames(curve, signals))
    keys = list(curve.keys) if keep is None else [curve.keys[int(index)] for index in keep]
    n = signals.n_frames
    # Frames [starts, stops) of the song belong to each key.
    starts = np.clip(frames, 0, n)
    stops = np.append(starts[1:], n)
    anchors, own = np.zeros(len(keys)), {}
    for index, key in enumerate(keys):
        start, stop = int(starts[index]), int(stops[index])
        if is_number(key.value):
            anchors[index] = float(key.value)
        elif start < stop:
            own[index] = _values(curve, key, Scope(signals, start, stop))
            anchors[index] = own[index][0]
        elif index == 0 or (frames[index - 1] < n <= frames[index] and _way_from(keys[index - 1]) != "hold"):
            # Of a key outside the song only its first value counts, and only where the way there begins inside.
            frame = min(start, n - 1)
            anchors[index] = _values(curve, key, Scope(signals, frame, frame + 1))[0]
    result = _line(n, frames, anchors)
    for index, key in enumerate(keys):
        start, stop, easing = int(starts[index]), int(stops[index]), _way_from(key)
        if start == stop or (easing == "linear" and index not in own):
            continue
        values = own.get(index, anchors[index])
        if index + 1 < len(keys):
            span = float(frames[index + 1] - frames[index])
            share = EASINGS[easing]((np.arange(start, stop) - frames[index]) / span)
            values = values + (anchors[index + 1] - values) * share
        result[start:stop] = values
    return _finite(result, curve)


def _way_from(key: Key) -> str:
    """Return the easing on the way to the next key: straight from numbers, none from formulas, unless one is named."""
    return key.easing or ("linear" if is_number(key.value) else "hold")


def _values(curve: Curve, key: Key, scope: Scope) -> NDArray[np.float64]:
    """Return the finite values of a key's formula in a scope's frames."""
    count = (scope.stop or 0) - scope.start
    try:
        values = np.asarray(compile_expression(key.value).values(scope), dtype=np.float64)
    except ScheduleError as error:
        raise curve.error(key.value_column + error.column, error.hint, error.length) from None
    values = np.broadcast_to(values, (count,)) if values.size == 1 else values
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        found = "not a number" if np.isnan(values[bad[0]]) else "infinite"
        where = f"the key at {key.time}" if key.time else "the formula"
        hint = f"{where} is {found} in frame {scope.start + int(bad[0])}; guard it, for example with max(x, 0.001)"
        raise curve.error(key.value_column, hint, len(key.value))
    return values


def _finite(values: NDArray[np.float64], curve: Curve) -> NDArray[np.float64]:
    if not bool(np.isfinite(values).all()):
        frame = int(np.flatnonzero(~np.isfinite(values))[0])
        raise curve.error(0, f"the values around frame {frame} are too far apart to move between", len(curve.text))
    return values
