"""Frames, seconds and beats, and the ways between them.

Conventions: seconds are floats from the start of the song; frame rates are exact `Fraction`s, so 23.976 and 29.97 never
drift; ranges are half-open `[start, end)`; beats and bars are counted from 0 at the first beat and first downbeat.
An event at `t` seconds belongs to frame `round(t * fps)`; that is computed from `t` each time, never accumulated.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Rates that people write as decimals and mean as NTSC fractions.
_NTSC = {"23.976": Fraction(24000, 1001), "23.98": Fraction(24000, 1001), "29.97": Fraction(30000, 1001)}
_NTSC |= {"47.952": Fraction(48000, 1001), "59.94": Fraction(60000, 1001), "119.88": Fraction(120000, 1001)}
#: Beats per minute assumed where a song has no beat at all, so that "4b" still means a time.
FALLBACK_BPM = 120.0
#: Numbers that a `Fraction` may be made of: one of a billion digits, written in ten characters, would never be done.
_RATE = re.compile(r"[+-]?(?:\d{1,9}(?:/\d{1,9}|\.\d{0,20})?|\.\d{1,20})", re.ASCII)
#: Characters of a time; more of them would soon be more than a number can hold.
_LONGEST_CLOCK = 40
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:\.\d*)?)", re.ASCII)


def parse_fps(value: str | int | float | Fraction) -> Fraction:
    """Return a frame rate as an exact fraction.

    Accepts `12`, `"29.97"` (read as 30000/1001), `"24000/1001"` and fractions.

    Raises:
        ValueError: The value is no number, or not within 1 to 240 frames a second.
    """
    text = str(value).strip()
    try:
        if not _RATE.fullmatch(text):
            raise ValueError
        fps = _NTSC.get(text) or Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"expected a frame rate such as 12, 29.97 or 30000/1001, found {text[:40]!r}") from None
    if not 1 <= fps <= 240:
        raise ValueError(f"expected a frame rate from 1 to 240, found {text}")
    return fps


def parse_clock(text: str) -> float:
    """Return seconds for `12.5`, `12.5s`, `1:23.5` or `1:02:03`.

    Raises:
        ValueError: The text is none of these forms.
    """
    stripped = text.strip()
    match = _CLOCK.fullmatch(stripped)
    if match and len(stripped) <= _LONGEST_CLOCK:
        hours, minutes, seconds = match.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
    if len(stripped) <= _LONGEST_CLOCK and re.fullmatch(r"\d+(\.\d*)?s?|\.\d+s?", stripped, re.ASCII):
        return float(stripped.rstrip("s"))
    raise ValueError(f"expected a time such as 45, 45.5s or 1:23.5, found {text[:_LONGEST_CLOCK]!r}")


def format_clock(seconds: float) -> str:
    """Return `m:ss.mmm`, with trailing zeros of the fraction dropped: 83.5 becomes `1:23.5`."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    whole, fraction = divmod(rest, 1000)
    tail = f".{fraction:03d}".rstrip("0") if fraction else ""
    return f"{minutes}:{whole:02d}{tail}"


def frame_count(duration_s: float, fps: Fraction) -> int:
    """Return the number of frames that cover `duration_s` seconds: ceil(duration * fps), at least 1.

    A duration within a millionth of a frame of a whole number of frames counts as that number, so that a float's last
    digit never adds a frame.
    """
    return max(1, math.ceil(Fraction(duration_s) * fps - Fraction(1, 1_000_000)))


def frame_at(seconds: float, fps: Fraction) -> int:
    """Return the frame an event at `seconds` belongs to: round(t * fps), halves up."""
    return math.floor(Fraction(seconds) * fps + Fraction(1, 2))


def frames_at(seconds: ArrayLike, fps: Fraction) -> NDArray[np.int64]:
    """Vectorised `frame_at` for times of shape (n,)."""
    return np.floor(np.asarray(seconds, dtype=np.float64) * float(fps) + 0.5).astype(np.int64)


def time_of(frame: int, fps: Fraction) -> float:
    """Return the moment, in seconds, at which `frame` is first shown."""
    return float(Fraction(frame) / fps)


def frame_times(count: int, fps: Fraction) -> NDArray[np.float64]:
    """Return the start times in seconds of frames 0 to `count` - 1, shape (count,)."""
    return np.arange(count, dtype=np.float64) * fps.denominator / fps.numerator


@dataclass(frozen=True)
class BeatGrid:
    """The song's beats as a ruler that goes on at both ends.

    Attributes:
        beats_s: (n,) increasing times in seconds; may be empty.
        downbeats_s: (m,) increasing times in seconds, the first beats of bars; may be empty.

    Before the first and after the last beat the ruler goes on at the nearest interval, so every second has a beat
    position and every beat position a second. Without beats it ticks at `FALLBACK_BPM` from 0 s, four beats a bar.
    """

    beats_s: NDArray[np.float64]
    downbeats_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def beat_at(self, seconds: ArrayLike) -> NDArray[np.float64]:
        """Return fractional beat positions of `seconds`; 0 is the first beat."""
        return _position(self._beat_marks(), np.asarray(seconds, dtype=np.float64))

    def time_of_beat(self, beats: ArrayLike) -> NDArray[np.float64]:
        """Return seconds of fractional beat positions; the inverse of `beat_at`."""
        return _moment(self._beat_marks(), np.asarray(beats, dtype=np.float64))

    def bar_at(self, seconds: ArrayLike) -> NDArray[np.float64]:
        """Return fractional bar positions of `seconds`; 0 is the first downbeat."""
        return _position(self._bar_marks(), np.asarray(seconds, dtype=np.float64))

    def time_of_bar(self, bars: ArrayLike) -> NDArray[np.float64]:
        """Return seconds of fractional bar positions; the inverse of `bar_at`."""
        return _moment(self._bar_marks(), np.asarray(bars, dtype=np.float64))

    def _beat_marks(self) -> NDArray[np.float64]:
        beats = np.asarray(self.beats_s, dtype=np.float64)
        if beats.size >= 2:
            return beats
        start = float(beats[0]) if beats.size else 0.0
        return np.array([start, start + 60.0 / FALLBACK_BPM])

    def _bar_marks(self) -> NDArray[np.float64]:
        downbeats = np.asarray(self.downbeats_s, dtype=np.float64)
        if downbeats.size >= 2:
            return downbeats
        beats = self._beat_marks()
        start = float(downbeats[0]) if downbeats.size else float(beats[0])
        return np.array([start, start + 4.0 * float(np.median(np.diff(beats)))])


def _position(marks: NDArray[np.float64], seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    index = np.interp(seconds, marks, np.arange(marks.size, dtype=np.float64))
    first, last = marks[1] - marks[0], marks[-1] - marks[-2]
    index = np.where(seconds < marks[0], (seconds - marks[0]) / first, index)
    return np.asarray(np.where(seconds > marks[-1], marks.size - 1 + (seconds - marks[-1]) / last, index))


def _moment(marks: NDArray[np.float64], index: NDArray[np.float64]) -> NDArray[np.float64]:
    seconds = np.interp(index, np.arange(marks.size, dtype=np.float64), marks)
    first, last = marks[1] - marks[0], marks[-1] - marks[-2]
    seconds = np.where(index < 0, marks[0] + index * first, seconds)
    return np.asarray(np.where(index > marks.size - 1, marks[-1] + (index - marks.size + 1) * last, seconds))
