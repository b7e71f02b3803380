"""When a key lies: frames, seconds, clock times, beats, bars, or a formula.

    150          frame 150 (fractions are cut off, as Deforum cuts them)
    max_f/2      a formula of max_f (number of the last frame), fps and s, in frames
    12.5s        seconds
    1:23.5       minutes and seconds; 1:02:03 with hours
    32b          the 32nd beat, counted from 0 at the first one; fractions lie between beats
    9bar         the 9th bar, counted from 0 at the first downbeat

Seconds, beats and bars become frames only when a schedule is evaluated: round(t * fps).
"""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np

from glance.errors import ScheduleError
from glance.limits import KEY_CHARACTERS
from glance.schedule.expression import Scope, compile_expression
from glance.schedule.signals import Signals
from glance.system.suggest import did_you_mean
from glance.timing import BeatGrid, frame_at, parse_clock, time_of

# Each digit can be read in one way only: with two ways, long numbers would take square time.
_UNIT = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)) ?(s|b|beats?|bars?)", re.ASCII)
_FRAME = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
CLOCK = re.compile(r"(?:\d+:)?\d+:\d+(?:\.\d*)?", re.ASCII)
#: Names that a formula for a key may use: those that do not change along the song.
KEY_NAMES = ("max_f", "fps", "s", "pi", "tau", "e")
#: No song is longer: keeps a mistyped key from becoming an astronomic frame number.
_LIMIT = 1e9


def check_key(text: str) -> None:
    """Check the form of a key's time.

    Raises:
        ScheduleError: It is none of the module's forms; the column counts from the start of `text`.
    """
    if _UNIT.fullmatch(text) or _FRAME.fullmatch(text) or CLOCK.fullmatch(text):
        if len(text) > KEY_CHARACTERS:
            hint = f"a key's time may have {KEY_CHARACTERS} characters, found {len(text):,}"
            raise ScheduleError("", text, 0, hint, len(text))
        return
    if not text.strip():
        raise ScheduleError("", text, 0, "expected a time before the colon, such as 30, 12.5s, 1:23.5, 32b or 9bar")
    expression = compile_expression(text)
    for name, column in expression.names.items():
        if name not in KEY_NAMES:
            advice = did_you_mean(name, KEY_NAMES, most=2)
            hint = f"a key's time can use {', '.join(KEY_NAMES)} only, found `{name}`; {advice}"
            raise ScheduleError("", text, column, hint, len(name))


def key_frame(text: str, signals: Signals) -> int:
    """Return the frame of a key's time; it may lie outside the song.

    Raises:
        ScheduleError: The text is none of the module's forms, or a formula without a finite value.
    """
    if _FRAME.fullmatch(text):
        return _whole(float(text), text)
    unit = _UNIT.fullmatch(text)
    if unit or CLOCK.fullmatch(text):
        seconds = _seconds(text, unit, signals.grid)
        _whole(seconds * float(signals.fps), text)
        return frame_at(seconds, signals.fps)
    check_key(text)
    expression = compile_expression(text)
    return _whole(float(expression.values(Scope(signals))), text)


def resolve_time_s(text: str, grid: BeatGrid, fps: Fraction, n_frames: int) -> float:
    """Return the seconds of one key time, for example of a scene's start.

    Times in seconds, beats and bars are returned as they are, not rounded to frames.

    Raises:
        ScheduleError: The text is none of the module's forms.
    """
    stripped = text.strip()
    unit = _UNIT.fullmatch(stripped)
    if unit or CLOCK.fullmatch(stripped):
        return _seconds(stripped, unit, grid)
    return time_of(key_frame(stripped, Signals(n_frames, fps, 0, grid, {})), fps)


def _seconds(text: str, unit: re.Match[str] | None, grid: BeatGrid) -> float:
    if unit is None:
        try:
            seconds = parse_clock(text)
        except ValueError:
            seconds = np.inf
        if seconds > _LIMIT:
            raise ScheduleError("", text, 0, "this time lies beyond any song", len(text))
        return float(seconds)
    amount = float(unit.group(1))
    if abs(amount) > _LIMIT:
        raise ScheduleError("", text, 0, "this time lies beyond any song", len(text))
    if unit.group(2) == "s":
        return amount
    position = grid.time_of_bar if unit.group(2).startswith("bar") else grid.time_of_beat
    return float(position(np.array([amount]))[0])


def _whole(frame: float, text: str) -> int:
    if not abs(frame) <= _LIMIT:
        raise ScheduleError("", text, 0, f"expected the number of a frame, found {frame}", len(text))
    return int(frame)
