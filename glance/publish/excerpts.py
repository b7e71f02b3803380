"""Which part of a song stands for it: the best fifteen, thirty or sixty seconds, a loop of whole bars, its sections."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.audio.types import SongAnalysis
from glance.errors import VideoError
from glance.timing import format_clock

#: What a part is worth by the role of its sections; what people remember counts most.
_WORTH = {"chorus": 1.0, "drop": 1.0, "build": 0.45, "bridge": 0.35, "verse": 0.3, "part": 0.4}
#: Beginning on a section's first bar, and ending on one's last, are worth this much.
_BEGINS_WELL, _ENDS_WELL = 0.35, 0.15
#: A boundary counts as met within this many seconds.
_NEAR_S = 0.3
_STEP_S = 0.1
#: Bars of a loop that are tried, best first.
_LOOP_BARS = (4, 2, 8, 3, 1)


@dataclass(frozen=True)
class Excerpt:
    """The part `[start_s, end_s)` of a song, and what it is."""

    start_s: float
    end_s: float
    label: str

    def __str__(self) -> str:
        """Return the part as people say it."""
        return f"{format_clock(round(self.start_s, 1))} to {format_clock(round(self.end_s, 1))} ({self.label})"


def best_part(song: SongAnalysis, seconds: float) -> Excerpt:
    """Return the part of at most that many seconds that a person would show of the song: whole bars.

    Every bar is tried as the beginning. A part is worth the mean over its length of what its sections are worth (a
    chorus most) and of how loud the song is there, and more where it begins and ends with a section.

    Raises:
        VideoError: The song has nothing to choose from.
    """
    length = min(seconds, song.duration_s)
    bars = _bars(song)
    if length <= 0 or bars.size < 2:
        raise VideoError("the song is too short to choose a part of it; name a start and an end")
    worth, step = _worth(song), _STEP_S
    total = np.concatenate([[0.0], np.cumsum(worth)])
    starts = np.array([section.start_s for section in song.sections])
    ends = np.array([section.end_s for section in song.sections])
    best: tuple[float, float, float] = (-1.0, 0.0, length)
    for start in bars[bars <= max(song.duration_s - length, bars[0]) + _NEAR_S]:
        inside = bars[(bars > start + length / 2) & (bars <= start + length + 1e-6)]
        end = float(inside[-1]) if inside.size else min(float(start) + length, song.duration_s)
        first, last = round(float(start) / step), max(round(float(start) / step) + 1, round(end / step))
        score = (total[min(last, worth.size)] - total[min(first, worth.size - 1)]) / (last - first)
        score += _BEGINS_WELL * bool(np.any(np.abs(starts - start) < _NEAR_S))
        score += _ENDS_WELL * bool(np.any(np.abs(ends - end) < _NEAR_S))
        # What is shorter than it may be is worth as much less.
        score *= 0.5 + 0.5 * (end - start) / length
        if score > best[0]:
            best = (float(score), float(start), end)
    return Excerpt(best[1], best[2], _roles(song, best[1], best[2]))


def loop_part(song: SongAnalysis, bars: int = 0, near_s: float | None = None, most_s: float = 8.0) -> Excerpt:
    """Return whole bars to be shown again and again.

    Args:
        song: The song.
        bars: How many; 0 for as many as fit.
        near_s: Where in the song they should begin; None for where the song is at its best.
        most_s: They last no longer.

    Raises:
        VideoError: So many bars do not fit, or the song has no bars.
    """
    grid = song.downbeats_s
    if grid.size < 2:
        raise VideoError("a loop takes whole bars, and in this song none were heard; name a start and an end instead")
    length = float(np.median(np.diff(grid)))
    n_bars = bars or next((each for each in _LOOP_BARS if each * length <= most_s and each < grid.size), 1)
    if n_bars >= grid.size or n_bars * length > most_s + _NEAR_S:
        raise VideoError(
            f"expected a loop of at most {most_s:g} seconds inside the song, found {n_bars} bars of {length:.2f} "
            f"seconds in a song of {grid.size - 1}"
        )
    wanted = best_part(song, n_bars * length).start_s if near_s is None else near_s
    first = int(np.argmin(np.abs(grid[:-n_bars] - wanted)))
    return Excerpt(float(grid[first]), float(grid[first + n_bars]), f"{n_bars} bars")


def section_parts(song: SongAnalysis) -> list[Excerpt]:
    """Return every section of the song, numbered by its role."""
    seen: dict[str, int] = {}
    made = []
    for section in song.sections:
        seen[section.role] = seen.get(section.role, 0) + 1
        made.append(Excerpt(section.start_s, section.end_s, f"{section.role} {seen[section.role]}"))
    return made


def _bars(song: SongAnalysis) -> NDArray[np.float64]:
    """Return where a part may begin: the bars, or every second where none were heard."""
    bars = song.downbeats_s if song.downbeats_s.size >= 2 else np.arange(0.0, song.duration_s, 1.0)
    return np.asarray(np.append(bars, song.duration_s), dtype=np.float64)


def _worth(song: SongAnalysis) -> NDArray[np.float64]:
    """Return what each tenth of a second is worth, in [0, 2]."""
    moments = np.arange(0.0, max(_STEP_S, song.duration_s), _STEP_S)
    worth = np.zeros(moments.size)
    for section in song.sections:
        inside = (moments >= section.start_s) & (moments < section.end_s)
        worth[inside] = _WORTH.get(section.role, 0.1) + 0.4 * section.energy
    rms = song.envelopes.values["rms"]
    loud = np.interp(moments * song.envelopes.rate_hz, np.arange(rms.size), rms)
    return np.asarray(worth + 0.6 * loud, dtype=np.float64)


def _roles(song: SongAnalysis, start_s: float, end_s: float) -> str:
    roles = [each.role for each in song.sections if min(each.end_s, end_s) - max(each.start_s, start_s) > _NEAR_S]
    return ", ".join(dict.fromkeys(roles)) or "part"
