"""How well a finished video moves with its music, measured from the video itself.

What is compared: the rise of the picture's frame-to-frame change, and the song's onsets. Both are curves with one value
a frame. A lag is in frames; a positive one means that the picture reacts late.

1. change[i] = mean |frame[i] - frame[i-1]| of the picture scaled small, in [0, 1].
2. What is steady is taken away: excess = max(0, change - level), with level the 40th percentile of the seconds around.
   A camera that moves on and on changes every frame alike, and vanishes here. Where only every 2nd, 3rd or 4th frame
   is drawn and those between follow the camera (a cadence), each phase of that rhythm has a level of its own.
3. rise[i] = max(0, excess[i] - excess[i-1]): a flash changes the picture when it comes and when it goes; its coming
   counts. Rises are cut off at the median of the as many largest as there are onsets, so that one hard cut does not
   outweigh a hundred beats.
4. r(lag) = Pearson's correlation of rise[i + lag] with the onset strengths of frame i; the best lag has the largest r.
5. chance = what onsets reach that do not know the music: each is moved by a random time of up to a second, which keeps
   how dense they lie and destroys when they fall (as spike trains are jittered: Amarasingham et al., 2012, "Conditional
   modeling and the jitter method of spike resampling"); the 95th percentile of the best r of 200 such songs. Under a
   cadence they move by whole cycles, for beats may happen to fall on the drawn frames, and that is no reaction.
6. score = max(0, (r - chance) / (1 - chance)): 0 is no better than chance, 1 is a picture that changes on each onset by
   as much as the onset is strong, and never else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glance.errors import VideoError
from glance.frames import Frame
from glance.media.video_reader import probe, timed_frames
from glance.timing import frames_at

#: The width that pictures are compared at: noise and grain average out, a zoom of one percent still shows.
_WIDTH = 96
#: A file whose frames lie further apart than this many steps on average has times that make no sense.
_SPARSEST = 10
_STEADY_S = 2.0
_STEADY_PERCENTILE = 40.0
_MAX_CADENCE = 4
#: A cadence is believed where its levels leave at most this share of what one level for all frames leaves. Hits on
#: every third frame, every other one stronger, leave 0.57.
_CADENCE_SHARE = 0.5
_JITTER_S = 1.0
_SURROGATES = 200
_CHANCE_PERCENTILE = 95.0
#: Scores from which a person sees that the picture follows its music, and from which it may be felt.
_CLEAR, _FAINT = 0.3, 0.15


@dataclass(frozen=True)
class SyncReport:
    """How a video lies on its music.

    Attributes:
        offset_frames: Lag of the best alignment; positive where the picture is late.
        offset_ms: The same in milliseconds.
        score: 0 (no better than chance) to 1; the module's text gives the formula.
        correlation: Pearson's r at the best lag, in [-1, 1].
        chance: The r that chance reaches in one of twenty songs.
        n_frames: Frames that were compared.
        n_onsets: Onsets that fall into the video.
    """

    offset_frames: int
    offset_ms: float
    score: float
    correlation: float
    chance: float
    n_frames: int
    n_onsets: int


@dataclass(frozen=True)
class Watched:
    """What a video's picture does.

    Attributes:
        change: (n,) the change that each frame brings, in [0, 1]; see the module's text.
        fps: Frames a second.
        late_s: Seconds by which the picture starts after the sound.
    """

    change: NDArray[np.float64]
    fps: Fraction
    late_s: float


def measure_sync(
    video: Path,
    onset_times_s: ArrayLike,
    onset_strengths: ArrayLike,
    *,
    start_s: float = 0.0,
    max_offset_s: float = 0.4,
) -> SyncReport:
    """Compare a video's picture with its song's onsets.

    Args:
        video: The finished video. Where its sound and its picture start, and when each frame is shown, is heeded.
        onset_times_s: (n,) seconds from the start of the song.
        onset_strengths: (n,) at least 0.
        start_s: Where in the song the video starts.
        max_offset_s: Lags up to this are tried in both directions, in seconds.

    Raises:
        VideoError: The video cannot be read, or has fewer than three frames.
        ValueError: Times and strengths differ in number.
    """
    seen = watched(video)
    times = np.asarray(onset_times_s, dtype=np.float64) - start_s - seen.late_s
    return align(seen.change, times, onset_strengths, seen.fps, max_offset_s=max_offset_s + abs(seen.late_s))


def watched(video: Path) -> Watched:
    """Return what a video's picture does.

    Raises:
        VideoError: The video cannot be read, or has fewer than three frames.
    """
    info = probe(video)
    width, height = info.size
    small = (_WIDTH, max(2, round(_WIDTH * height / width)))
    shown_s: list[float | None] = []
    change = picture_change(_noting_times(timed_frames(video, size=small), shown_s))
    if change.size < 3:
        raise VideoError(f"{video}: expected a video of three frames or more to measure, found {change.size}.")
    change, first = on_a_grid(change, shown_s, info.fps)
    # Where the file holds sound, the song's clock starts with it; else with the picture.
    return Watched(change, info.fps, float(first / info.fps) - info.audio_start_s if info.audio_codec else 0.0)


def on_a_grid(
    change: NDArray[np.float64], shown_s: Sequence[float | None], fps: Fraction
) -> tuple[NDArray[np.float64], int]:
    """Return picture change (n,) in equal steps of time, and the number of its first step.

    Frames of a variable rate are shown at any time: each is put where it is shown, and between two frames nothing
    changes. Times that make no sense (none, or far apart) count as a constant rate.

    Args:
        change: (n,) the change that each frame brings.
        shown_s: When each is shown, in seconds of the file.
        fps: Steps a second.
    """
    known = [time for time in shown_s if time is not None]
    if len(known) != change.size:
        return change, 0
    steps = np.round(np.array(known) * float(fps)).astype(np.int64)
    first, span = int(steps.min()), int(steps.max() - steps.min()) + 1
    if span > _SPARSEST * change.size or abs(first) > _SPARSEST * change.size:
        return change, 0
    grid = np.zeros(span)
    np.add.at(grid, steps - first, change)
    return np.minimum(grid, 1.0), first


def _noting_times(pictures: Iterable[tuple[float | None, Frame]], shown_s: list[float | None]) -> Iterator[Frame]:
    for time, picture in pictures:
        shown_s.append(time)
        yield picture


def picture_change(pictures: Iterable[Frame]) -> NDArray[np.float64]:
    """Return the mean absolute change of each frame from the one before, shape (n,), in [0, 1]; the first is 0."""
    change = []
    before = None
    for picture in pictures:
        now = picture.astype(np.float32)
        change.append(0.0 if before is None else float(np.abs(now - before).mean()) / 255.0)
        before = now
    return np.array(change)


def align(
    change: NDArray[np.float64],
    onset_times_s: ArrayLike,
    onset_strengths: ArrayLike,
    fps: Fraction,
    *,
    max_offset_s: float = 0.4,
) -> SyncReport:
    """Compare a curve of picture change, shape (n,), with onsets timed from the first frame; see the module's text.

    Raises:
        ValueError: Times and strengths differ in number.
    """
    times, strengths = np.asarray(onset_times_s, dtype=np.float64), np.asarray(onset_strengths, dtype=np.float64)
    if times.shape != strengths.shape or times.ndim != 1:
        raise ValueError(f"expected as many strengths as times, found shapes {strengths.shape} and {times.shape}")
    count = change.size
    at = frames_at(times, fps)
    inside = (at >= 0) & (at < count)
    at, strengths = at[inside], strengths[inside]
    excess, cadence = _excess(change, fps)
    rise = _rise(excess, at.size)
    lags = _lags(fps, max_offset_s, count)
    correlation = _correlation(rise, _onset_curves(at[None], strengths, count), lags)[:, 0]
    best = int(np.argmax(correlation))
    chance = _chance(rise, _moved(at, count, fps, cadence), strengths, lags)
    score = max(0.0, (float(correlation[best]) - chance) / (1.0 - chance)) if chance < 1.0 else 0.0
    lag = int(lags[best])
    return SyncReport(
        offset_frames=lag,
        offset_ms=float(1000 * lag / fps),
        score=score,
        correlation=float(correlation[best]),
        chance=chance,
        n_frames=count,
        n_onsets=int(at.size),
    )


def align_at(
    change: NDArray[np.float64], onset_times_s: ArrayLike, onset_strengths: ArrayLike, fps: Fraction, lag: int
) -> float:
    """Return the score, in [0, 1], of a curve of picture change (n,) with onsets, at one lag in frames."""
    times, strengths = np.asarray(onset_times_s, dtype=np.float64), np.asarray(onset_strengths, dtype=np.float64)
    at = frames_at(times, fps)
    inside = (at >= 0) & (at < change.size)
    at, strengths = at[inside], strengths[inside]
    excess, cadence = _excess(change, fps)
    rise = _rise(excess, at.size)
    lags = np.array([max(-change.size + 2, min(lag, change.size - 2))], dtype=np.int64)
    correlation = float(_correlation(rise, _onset_curves(at[None], strengths, change.size), lags)[0, 0])
    chance = _chance(rise, _moved(at, change.size, fps, cadence), strengths, lags)
    return max(0.0, (correlation - chance) / (1.0 - chance)) if chance < 1.0 else 0.0


def word_of(score: float) -> str:
    """Return how a picture of that score follows its music, in a word."""
    return "clearly" if score >= _CLEAR else "faintly" if score >= _FAINT else "not measurably"


def describe(report: SyncReport) -> str:
    """Say in a few words what a report means."""
    if report.n_onsets == 0:
        return "Nothing starts to sound during this video, so there is nothing to be in sync with."
    numbers = f"score {report.score:.2f} of 1, {report.n_onsets} onsets in {report.n_frames} frames"
    if report.score < _FAINT:
        return f"The picture does not follow the music measurably ({numbers})."
    how = "clearly follows" if report.score >= _CLEAR else "faintly follows"
    if report.offset_frames == 0:
        when = "right on the beat"
    else:
        many = "frame" if abs(report.offset_frames) == 1 else "frames"
        side = "late" if report.offset_frames > 0 else "early"
        when = f"{abs(report.offset_frames)} {many} ({abs(report.offset_ms):.0f} ms) {side}"
    return f"The picture {how} the music, {when} ({numbers})."


def _rise(excess: NDArray[np.float64], n_onsets: int) -> NDArray[np.float64]:
    """Step 3 of the module's text."""
    rise = np.maximum(0.0, np.diff(excess, prepend=excess[:1]))
    largest = np.sort(rise)[::-1][: max(1, min(n_onsets, rise.size))]
    return np.asarray(np.minimum(rise, np.median(largest)))


def _excess(change: NDArray[np.float64], fps: Fraction) -> tuple[NDArray[np.float64], int]:
    """Step 2 of the module's text: what exceeds the steady level, and the cadence that explains the curve best."""
    # The first frame has none before it; what the second one says stands for both.
    known = np.concatenate([change[1:2], change[1:]])
    chosen, level = 1, _level(known, fps, 1)
    least = _CADENCE_SHARE * _typical(known - level)
    for cadence in range(2, _MAX_CADENCE + 1):
        candidate = _level(known, fps, cadence)
        left = _typical(known - candidate)
        if left < least:
            chosen, level, least = cadence, candidate, left
    return np.maximum(0.0, known - level), chosen


def _typical(residual: NDArray[np.float64]) -> float:
    """Return the mean size of all but the largest twentieth, so that a few hard cuts decide nothing."""
    size = np.sort(np.abs(residual))
    return float(size[: max(1, round(0.95 * size.size))].mean())


def _level(change: NDArray[np.float64], fps: Fraction, cadence: int) -> NDArray[np.float64]:
    from scipy.ndimage import percentile_filter

    level = np.empty_like(change)
    window = 2 * max(2, round(_STEADY_S * float(fps) / cadence / 2)) + 1
    for phase in range(min(cadence, change.size)):
        level[phase::cadence] = percentile_filter(
            change[phase::cadence], _STEADY_PERCENTILE, size=window, mode="nearest"
        )
    return level


def _lags(fps: Fraction, max_offset_s: float, count: int) -> NDArray[np.int64]:
    """Return the lags to try, the smallest first, so that of two that fit alike the smaller one wins."""
    most = max(1, min(round(max_offset_s * float(fps)), count // 3))
    lags = np.arange(-most, most + 1, dtype=np.int64)
    return np.asarray(lags[np.argsort(np.abs(lags), kind="stable")])


def _onset_curves(at: NDArray[np.int64], strengths: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return one curve a row, shape (k, count), from frames of shape (k, n): in each frame its strongest onset."""
    curves = np.zeros((at.shape[0], count))
    np.maximum.at(curves, (np.arange(at.shape[0], dtype=np.int64)[:, None], at), strengths[None])
    return curves


def _correlation(
    rise: NDArray[np.float64], curves: NDArray[np.float64], lags: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return Pearson's r of `rise[i + lag]` and each curve's value i where both exist, shape (lags, k); 0 if flat."""
    result = np.zeros((lags.size, curves.shape[0]))
    for row, lag in enumerate(lags):
        picture = rise[max(0, lag) : rise.size + min(0, lag)]
        music = curves[:, max(0, -lag) : rise.size - max(0, lag)]
        picture = picture - picture.mean()
        spread = np.sqrt((picture**2).sum() * np.maximum(0.0, music.var(axis=1) * music.shape[1]))
        np.divide(music @ picture, spread, out=result[row], where=spread > 1e-12)
    return result


def _moved(at: NDArray[np.int64], count: int, fps: Fraction, cadence: int) -> NDArray[np.int64]:
    """Return the onsets' frames of songs that do not know the music, shape (k, n); the same input, the same answer."""
    far = max(1, round(_JITTER_S * float(fps) / cadence))
    moves = cadence * np.random.default_rng(0).integers(-far, far + 1, size=(_SURROGATES, at.size))
    # What would leave the video is folded back into it.
    return np.asarray(np.clip(count - 1 - np.abs(count - 1 - np.abs(at[None] + moves)), 0, count - 1))


def _chance(
    rise: NDArray[np.float64], moved: NDArray[np.int64], strengths: NDArray[np.float64], lags: NDArray[np.int64]
) -> float:
    """Step 5 of the module's text."""
    best = _correlation(rise, _onset_curves(moved, strengths, rise.size), lags).max(axis=0)
    return float(np.percentile(best, _CHANCE_PERCENTILE))
