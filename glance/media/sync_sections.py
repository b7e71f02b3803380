"""How a finished video follows its music section by section: an average hides a chorus that sleeps.

Movement of a section: 100 times the mean change of its frames (see `glance.media.sync`), cuts left out, times the frame
rate. A frame is a cut whose change is above 0.12 and four times the median of the second around it.

Score of a section: as for the whole video, from the frames inside, at the lag of the whole video; so chance is what
onsets that do not know the music reach at one lag, and not at the best of many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glance.media.sync import SyncReport, Watched, align, align_at
from glance.timing import frames_at

#: From this change on, and this many times the median of the second around, a frame is taken for a cut.
_CUT_CHANGE, _CUT_TIMES = 0.12, 4.0
#: Shorter sections say nothing: with few onsets, any score is chance.
SHORTEST_S = 4.0


@dataclass(frozen=True)
class SectionReport:
    """How a video follows one section of its song.

    Attributes:
        start_s: Start in the song, in seconds.
        end_s: End in the song, in seconds.
        score: 0 (no better than chance) to 1.
        movement: Percent of the picture's range that changes in a second, cuts left out.
        n_onsets: Onsets that fall into it.
        shown_s: Seconds of it that the video shows.
    """

    start_s: float
    end_s: float
    score: float
    movement: float
    n_onsets: int
    shown_s: float

    @property
    def counts(self) -> bool:
        """Whether enough of it is seen to be compared with others."""
        return self.shown_s >= SHORTEST_S


def measure_sections(
    seen: Watched,
    onset_times_s: ArrayLike,
    onset_strengths: ArrayLike,
    bounds_s: Sequence[tuple[float, float]],
    *,
    start_s: float = 0.0,
) -> tuple[SyncReport, tuple[SectionReport, ...]]:
    """Return the report of a whole video, and one for each section.

    Args:
        seen: What the video's picture does.
        onset_times_s: (n,) seconds from the start of the song.
        onset_strengths: (n,) at least 0.
        bounds_s: Start and end of each section, in seconds from the start of the song.
        start_s: Where in the song the video starts.

    Raises:
        ValueError: Times and strengths differ in number.
    """
    times = np.asarray(onset_times_s, dtype=np.float64) - start_s - seen.late_s
    strengths = np.asarray(onset_strengths, dtype=np.float64)
    whole = align(seen.change, times, strengths, seen.fps, max_offset_s=0.4 + abs(seen.late_s))
    kept = ~cut_frames(seen)
    reports = []
    for begin_s, end_s in bounds_s:
        edges = frames_at(np.array([begin_s, end_s]) - start_s - seen.late_s, seen.fps)
        first, last = np.clip(edges, 0, seen.change.size).tolist()
        part = seen.change[first:last]
        at = frames_at(times, seen.fps)
        inside = (at >= first) & (at < last)
        score = 0.0
        if part.size >= 3 and inside.any():
            own_times = (at[inside] - first) / float(seen.fps)
            score = align_at(part, own_times, strengths[inside], seen.fps, whole.offset_frames)
        steady = part[kept[first:last]]
        movement = 100 * float(seen.fps) * float(steady.mean()) if steady.size else 0.0
        reports.append(SectionReport(begin_s, end_s, score, movement, int(inside.sum()), part.size / float(seen.fps)))
    return whole, tuple(reports)


def cut_frames(seen: Watched) -> NDArray[np.bool_]:
    """Return (n,) True where a frame is taken for a cut."""
    from scipy.ndimage import median_filter

    half = max(1, round(float(seen.fps) / 2))
    around = median_filter(seen.change, 2 * half + 1, mode="nearest")
    return np.asarray((seen.change > _CUT_CHANGE) & (seen.change > _CUT_TIMES * around))


def rank_correlation(first: ArrayLike, second: ArrayLike) -> float:
    """Return Spearman's rank correlation of two rows (n,), ranks averaged where equal; nan where it has no meaning."""
    a, b = _ranks(np.asarray(first, dtype=np.float64)), _ranks(np.asarray(second, dtype=np.float64))
    if a.size < 3 or a.std() == 0 or b.std() == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, place, count = np.unique(np.round(values, 9), return_inverse=True, return_counts=True)
    last = np.cumsum(count, dtype=np.float64)
    return np.asarray((last - (count + 1) / 2)[place])
