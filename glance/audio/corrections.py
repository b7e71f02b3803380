"""What a person corrects in the beats, kept apart from what was heard.

Corrections are part of a project and are laid over an analysis afresh each time, so they survive a re-analysis and
everything counted in beats follows them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from glance.audio.beats import beat_tempi, main_tempo
from glance.audio.types import Section, SongAnalysis
from glance.errors import ProjectError
from glance.fields import about, out_of_range
from glance.limits import TAPS, shown

#: Beats wanted for each beat heard.
TEMPO_FACTORS = {"1": (1, 1), "1/2": (1, 2), "2": (2, 1), "3/2": (3, 2), "2/3": (2, 3)}
#: Taps further apart than this are two passages, in seconds.
_LONGEST_TAP_S = 3.0
#: Shortest time between two tapped beats (1,200 a minute), and the latest moment of one.
_SHORTEST_TAP_S, _LATEST_TAP_S = 0.05, 86_400.0


@dataclass(frozen=True)
class BeatCorrections:
    """A person's corrections of the beat grid; the defaults change nothing."""

    offset_ms: Annotated[float, about("Moves all beats later (positive) or earlier.", -2000, 2000, unit="ms")] = 0.0
    tempo_factor: Annotated[str, about(f"Beats wanted for each beat heard: {', '.join(TEMPO_FACTORS)}.")] = "1"
    fixed_bpm: Annotated[
        float | None,
        about(
            "A constant tempo for the whole song, in phase with the beats heard (or tapped); nothing to follow them.",
            20,
            400,
            unit="bpm",
        ),
    ] = None
    taps_s: Annotated[
        tuple[float, ...],
        about("Moments at which a person tapped; with two or more the grid takes their phase and tempo.", unit="s"),
    ] = ()
    downbeat_s: Annotated[
        float | None,
        about("A moment that is the first beat of a bar; bars are counted from the beat nearest to it.", unit="s"),
    ] = None
    shift_beats: Annotated[
        float,
        about(
            "Moves all beats and bars later by a share of a beat: 0.5 where they were heard on the off-beat.",
            -1,
            1,
            unit="beats",
            ends="()",
        ),
    ] = 0.0
    bar_shift: Annotated[
        int,
        about(
            "Starts every bar this many beats later (negative: earlier) than it would otherwise.", -7, 7, unit="beats"
        ),
    ] = 0


def apply_corrections(analysis: SongAnalysis, corrections: BeatCorrections) -> SongAnalysis:
    """Return `analysis` with corrected beats, bars and tempo, and its sections moved to the corrected downbeats.

    The order is: taps, factor, fixed tempo, shift, offset, downbeat, shift of the bars.

    Raises:
        ProjectError: A correction is out of its range.
    """
    _check(corrections)
    if corrections == BeatCorrections():
        return analysis
    beats = _tapped(analysis.beats_s, corrections.taps_s, analysis.duration_s)
    beats = _multiplied(beats, analysis.downbeats_s, corrections.tempo_factor)
    if corrections.fixed_bpm is not None:
        beats = _constant(beats, corrections.fixed_bpm, analysis.duration_s)
    beats, anchors = _shifted(beats, analysis.downbeats_s, corrections.shift_beats)
    beats, anchors = (times + corrections.offset_ms / 1000 for times in (beats, anchors))
    beats = beats[(beats >= 0) & (beats < analysis.duration_s)]
    downbeats = _downbeats(beats, anchors, analysis.beats_per_bar, corrections.downbeat_s)
    downbeats = _counted_on(beats, downbeats, analysis.beats_per_bar, corrections.bar_shift)
    return replace(
        analysis,
        beats_s=beats,
        downbeats_s=downbeats,
        tempo_bpm=main_tempo(beats),
        beat_tempo_bpm=beat_tempi(beats),
        sections=_snapped(analysis.sections, analysis.downbeats_s, downbeats, analysis.duration_s),
    )


def _check(corrections: BeatCorrections) -> None:
    for field, value, span in out_of_range(corrections):
        raise ProjectError(f"song.corrections.{field}", f"expected {span}, found {shown(value)}")
    if corrections.tempo_factor not in TEMPO_FACTORS:
        known = ", ".join(TEMPO_FACTORS)
        raise ProjectError("song.corrections.tempo_factor", f"expected {known}, found {corrections.tempo_factor!r}.")
    if len(corrections.taps_s) > TAPS:
        raise ProjectError(
            "song.corrections.taps_s",
            f"expected at most {TAPS:,} taps, found {len(corrections.taps_s):,}; take some out",
        )
    taps = np.asarray(corrections.taps_s, dtype=np.float64)
    if not (np.isfinite(taps) & (taps >= 0) & (taps <= _LATEST_TAP_S)).all():
        raise ProjectError("song.corrections.taps_s", "expected times in seconds from the song's start, none negative.")
    if corrections.downbeat_s is not None and not 0 <= corrections.downbeat_s < np.inf:
        raise ProjectError(
            "song.corrections.downbeat_s", f"expected a time in seconds from the start, found {corrections.downbeat_s}."
        )


def _tapped(beats: NDArray[np.float64], taps: tuple[float, ...], duration_s: float) -> NDArray[np.float64]:
    """Return a grid with the taps' phase and tempo.

    Where the song's beats have the taps' tempo, or half or double it, they are kept (a hand is less steady than a
    tracker) and only re-phased by the taps' median distance; else the taps become the grid, carried on to both ends.
    """
    times = np.unique(np.asarray(taps, dtype=np.float64))
    if times.size < 2:
        if times.size and beats.size:
            nearest = beats[np.argmin(np.abs(beats - times[0]))]
            return np.asarray(beats + (times[0] - nearest))
        return beats
    gaps = np.diff(times)
    period = float(np.median(gaps[gaps < _LONGEST_TAP_S])) if (gaps < _LONGEST_TAP_S).any() else float(gaps.min())
    around = beats[(beats > times[0] - period) & (beats < times[-1] + period)]
    heard = float(np.median(np.diff(around))) if around.size >= 2 else 0.0
    if heard > 0 and abs(heard / period - 1) < 0.04:
        distance = times - around[np.argmin(np.abs(around - times[:, None]), axis=1)]
        return beats + float(np.median(distance))
    # Taps number the beats they fall on; a missed tap leaves a hole that is filled at the local tempo.
    number = np.concatenate([[0], np.cumsum(np.maximum(1, np.round(gaps / period)), dtype=np.float64)])
    slope, start = np.polyfit(number, times, 1)
    if not slope >= _SHORTEST_TAP_S:
        raise ProjectError(
            "song.corrections.taps_s", f"expected taps of at least {_SHORTEST_TAP_S:g} s from beat to beat; tap again"
        )
    first, last = int(np.ceil(-start / slope)), int(np.floor((duration_s - 1e-9 - start) / slope))
    return np.asarray(start + slope * np.arange(first, last + 1, dtype=np.int64))


def _multiplied(beats: NDArray[np.float64], downbeats: NDArray[np.float64], factor: str) -> NDArray[np.float64]:
    """Return beats at `factor` times their rate, in phase with the song's first downbeat."""
    up, down = TEMPO_FACTORS[factor]
    if beats.size < 2 or (up, down) == (1, 1):
        return beats
    origin = int(np.argmin(np.abs(beats - downbeats[0]))) if downbeats.size else 0
    index = np.arange(beats.size, dtype=np.float64)
    first = -np.floor(origin * up / down)
    wanted = (
        origin + np.arange(first, np.floor((beats.size - 1 - origin) * up / down) + 1, dtype=np.float64) * down / up
    )
    return np.asarray(np.interp(wanted, index, beats))


def _constant(beats: NDArray[np.float64], bpm: float, duration_s: float) -> NDArray[np.float64]:
    """Return a constant grid over the whole song, in the phase that fits the beats best (their circular mean)."""
    period = 60.0 / bpm
    turn = np.exp(2j * np.pi * beats / period).mean() if beats.size else 1.0
    phase = float(np.angle(turn) / (2 * np.pi) * period) % period
    return np.arange(phase, duration_s, period, dtype=np.float64)


def _shifted(
    beats: NDArray[np.float64], downbeats: NDArray[np.float64], share: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return beats and downbeats moved later by a share of the beat they are in; of a usual beat at a gap."""
    if beats.size < 2 or share == 0:
        return beats, downbeats
    gaps = np.diff(beats, append=2 * beats[-1] - beats[-2])
    usual = float(np.median(gaps))
    gaps = np.where(gaps > 1.8 * usual, usual, gaps)
    moved = beats + share * gaps
    return moved, np.asarray(downbeats + np.interp(downbeats, beats, moved - beats))


def _counted_on(
    beats: NDArray[np.float64], downbeats: NDArray[np.float64], metre: int, shift: int
) -> NDArray[np.float64]:
    """Return downbeats moved by a number of beats, with those that come into the song at its ends."""
    if not shift or not downbeats.size:
        return downbeats
    index = np.searchsorted(beats, downbeats - 1e-9) + shift % metre
    if index[0] - metre >= 0:
        index = np.concatenate([np.arange(index[0] % metre, index[0], metre, dtype=np.int64), index])
    return np.asarray(beats[index[index < beats.size]])


def _downbeats(
    beats: NDArray[np.float64], anchors: NDArray[np.float64], metre: int, moved: float | None
) -> NDArray[np.float64]:
    """Return every `metre`-th beat, counted from the moved downbeat, or in the phase that fits most heard downbeats."""
    if not beats.size:
        return beats
    if moved is not None:
        return np.asarray(beats[int(np.argmin(np.abs(beats - moved))) % metre :: metre])
    inside = anchors[(anchors >= beats[0] - 0.1) & (anchors <= beats[-1] + 0.1)]
    if not inside.size:
        return np.asarray(beats[::metre])
    nearest = np.argmin(np.abs(beats - inside[:, None]), axis=1)
    if np.allclose(beats[nearest], inside, atol=1e-6) and (np.diff(nearest) == metre).mean() > 0.5:
        return np.asarray(beats[nearest])
    phase = int(np.bincount(nearest % metre, minlength=metre).argmax())
    return np.asarray(beats[phase::metre])


def _snapped(
    sections: tuple[Section, ...], old: NDArray[np.float64], new: NDArray[np.float64], duration_s: float
) -> tuple[Section, ...]:
    """Return sections whose inner boundaries lie on the nearest new downbeat, those that vanish dropped."""
    if len(sections) < 2 or not new.size:
        return sections
    inner = np.array([section.start_s for section in sections[1:]])
    on_bar = np.abs(inner[:, None] - old).min(axis=1) < 1e-6 if old.size else np.zeros(inner.size, dtype=bool)
    nearest = new[np.argmin(np.abs(inner[:, None] - new), axis=1)]
    inner = np.where(on_bar, nearest, inner)
    edges = [0.0, *(float(edge) for edge in inner), duration_s]
    kept = [
        replace(section, start_s=start, end_s=end)
        for section, (start, end) in zip(sections, pairwise(edges), strict=True)
        if end > start
    ]
    return tuple(kept)
