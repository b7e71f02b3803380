"""From flux to beats, tempo and bars: the tracker that GLANCE brings along.

Silences split the song into stretches that are tracked on their own, so that no beat falls into a silence and the
beat may come back with another phase.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.audio.beat_this_onnx import beats_and_downbeats
from glance.audio.candidates import tempo_levels
from glance.audio.confidence import bar_shares, confidence, keeps_to, pulse_shares, pulses, sureness
from glance.audio.downbeats import bar_evidence, decode_bars
from glance.audio.metrical_level import Clues, Level, log_odds_at
from glance.audio.network import hear
from glance.audio.onsets import FineEnergy, Flux, log_level
from glance.audio.rhythm_features import bar_cues, song_cues
from glance.audio.spectrum import Spectrum
from glance.audio.types import Confidence, TempoCandidate
from glance.errors import AudioError

#: A silence longer than this has no beats.
_GAP_S = 1.5
#: A stretch shorter than this is not tracked.
_SHORTEST_S = 2.0
#: Fewer beats than this are none.
_FEWEST = 4
#: A constant grid of fewer beats is placed beat by beat.
_FEWEST_AS_ONE = 8
#: Onsets further than this from the line say nothing about it.
_ON_LINE_S = 0.020
#: Beats that are off the line together wander: over this many beats, by more than this, in this share of the stretch.
_PASSAGE, _OFF_LINE_S, _WANDERING = 9, 0.009, 0.2
#: What a stretch pays, in log-score, for an octave between its tempo and the song's.
_SAME_TEMPO = 4.0


@dataclass(frozen=True)
class Tracked:
    """Beats and bars as a tracker found them.

    Attributes:
        beats_s: (n,) increasing times.
        downbeats_s: (m,) a subset of `beats_s`.
        beats_per_bar: 3 or 4.
        candidates: Tempi the song could be felt in, the chosen one first.
        confidence: How sure that is; None where the tracker does not tell.
    """

    beats_s: NDArray[np.float64]
    downbeats_s: NDArray[np.float64]
    beats_per_bar: int
    candidates: tuple[TempoCandidate, ...]
    confidence: Confidence | None = None

    def later(self, seconds: float) -> Tracked:
        """Return the same beats, heard behind so much silence."""
        return replace(self, beats_s=self.beats_s + seconds, downbeats_s=self.downbeats_s + seconds)


_NOTHING = Tracked(np.zeros(0), np.zeros(0), 4, (), Confidence())


def track(spectrum: Spectrum, flux: Flux, fine: FineEnergy) -> Tracked:
    """Return the beats and bars of a song."""
    independent_ranges = active_stretches(flux.active, flux.rate_hz)
    if not independent_ranges or not flux.total.any():
        return _NOTHING
    clues = Clues(song_cues(spectrum, flux), hear(log_level(spectrum, flux.active)))
    evidence = beat_evidence(flux)
    counted = [tempo_levels(evidence[start:end], clues, start) for start, end in independent_ranges]
    longest = max(counted, key=lambda levels: levels[0].frames.size if levels else 0)
    if not longest:
        return _NOTHING
    beats, octaves, phases = [], [], []
    for levels, (start, end) in zip(counted, independent_ranges, strict=True):
        if levels:
            best = _like(levels, longest[0].bpm)
            placed = _placed(best, levels, (start, end), flux, fine)
            beats.append(placed[pulses(clues.heard, placed * flux.rate_hz)])
            sure = sureness(levels, best)
            octaves.append(np.full(beats[-1].size, sure.octave))
            phases.append(np.full(beats[-1].size, sure.phase))
    beats_s = np.concatenate(beats)
    if beats_s.size < _FEWEST:
        return _NOTHING
    frames = beats_s * flux.rate_hz
    emission = bar_evidence(bar_cues(clues.cues, frames), log_odds_at(clues.heard.downbeat, frames))
    positions, metre = decode_bars(emission, beats_s)
    on_beat = np.concatenate(phases) * pulse_shares(clues.heard, frames)
    sure_of = confidence(beats_s, on_beat, np.concatenate(octaves), bar_shares(emission, positions, metre))
    return Tracked(beats_s, beats_s[positions == 0], metre, candidates(longest), sure_of)


def _placed(
    best: Level, levels: list[Level], stretch: tuple[int, int], flux: Flux, fine: FineEnergy
) -> NDArray[np.float64]:
    """Return the times of the beats of the chosen level: on one line, or each on its own onset where there is none."""
    grid = trim(prolonged(best.frames, *stretch) / flux.rate_hz, flux)
    if not best.steady:
        return place_beats(grid, flux, fine)
    on_line, wanders = placed_as_one(grid, flux, fine)
    loose = next((level for level in levels if not level.steady and keeps_to(level, best)), None)
    if loose is None or not wanders:
        return on_line
    return place_beats(trim(prolonged(loose.frames, *stretch) / flux.rate_hz, flux), flux, fine)


def _like(levels: list[Level], bpm: float) -> Level:
    """Return the best way to count a stretch of a song whose tempo is `bpm`."""
    return max(levels, key=lambda level: level.score - _SAME_TEMPO * abs(np.log2(level.bpm / bpm)))


def candidates(levels: list[Level]) -> tuple[TempoCandidate, ...]:
    """Return the tempi of levels (best first) that differ by more than 4 %, with scores relative to the best."""
    found: list[TempoCandidate] = []
    for level in levels:
        if all(abs(level.bpm / other.bpm - 1) > 0.04 for other in found):
            found.append(TempoCandidate(level.bpm, float(np.exp(level.score - levels[0].score))))
    return tuple(option for option in found[:4] if option.score >= 0.001)


def prolonged(frames: NDArray[np.float64], start: int, end: int) -> NDArray[np.float64]:
    """Return a grid (n,) carried on at its first and last tempo to the ends of its stretch."""
    first, last = float(np.median(np.diff(frames[:5]))), float(np.median(np.diff(frames[-5:])))
    before = np.arange(frames[0] - first, start - 3, -first, dtype=np.float64)[::-1]
    after = np.arange(frames[-1] + last, end, last, dtype=np.float64)
    return np.concatenate([before, frames, after])


def trim(beats_s: NDArray[np.float64], flux: Flux) -> NDArray[np.float64]:
    """Return beats without those before the first and after the last that anything is struck on."""
    frames = np.clip(np.round(beats_s * flux.rate_hz).astype(np.int64), 4, flux.total.size - 5)
    heard = flux.total[frames[:, None] + np.arange(-4, 5, dtype=np.int64)].max(axis=1)
    strong = np.flatnonzero(heard > 0.1 * np.median(heard))
    return beats_s[strong[0] : strong[-1] + 1] if strong.size else beats_s[:0]


def beat_evidence(flux: Flux) -> NDArray[np.float32]:
    """Return the log-odds (n,) of a beat at each frame from its flux, normalised to the loudness around it."""
    from scipy.ndimage import gaussian_filter1d, maximum_filter1d

    curve = flux.total + 0.5 * flux.bands["low"]
    curve = gaussian_filter1d(curve, 1.0)
    # A mean over what sounds, so that silence before or after a song weighs nothing.
    sounding = flux.active.astype(np.float32)
    around = maximum_filter1d(curve, round(6 * flux.rate_hz)) * sounding
    around = gaussian_filter1d(around, 2 * flux.rate_hz) / (gaussian_filter1d(sounding, 2 * flux.rate_hz) + 1e-6)
    top = float(curve.max()) if curve.size else 0.0
    shape = curve / np.maximum(around, 0.05 * top + 1e-9)
    return np.asarray(np.log((shape + 0.05) / 0.25), dtype=np.float32)


def active_stretches(active: NDArray[np.bool_], rate_hz: float) -> list[tuple[int, int]]:
    """Return (start, end) frames of the stretches between silences of more than 1.5 s."""
    frames = np.flatnonzero(active)
    if not frames.size:
        return []
    breaks = np.flatnonzero(np.diff(frames) > _GAP_S * rate_hz)
    starts = np.concatenate([frames[:1], frames[breaks + 1]])
    ends = np.concatenate([frames[breaks], frames[-1:]]) + 1
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if b - a >= _SHORTEST_S * rate_hz]


def placed_as_one(beats_s: NDArray[np.float64], flux: Flux, fine: FineEnergy) -> tuple[NDArray[np.float64], bool]:
    """Return the beats of a constant grid moved and stretched together to where their onsets are.

    And whether the onsets wander around the line for passages, so that the music seems to have no click.
    """
    placed = place_beats(beats_s, flux, fine)
    if beats_s.size < _FEWEST_AS_ONE:
        return placed, False
    moved = placed - beats_s
    shift = np.full(beats_s.size, float(np.median(moved)))
    index = np.arange(beats_s.size, dtype=np.int64)
    for _ in range(3):
        inside = np.abs(moved - shift) < _ON_LINE_S
        if inside.sum() < _FEWEST_AS_ONE or np.ptp(index[inside]) < beats_s.size / 2:
            break
        slope = float(np.polyfit(index[inside], moved[inside], 1)[0])
        shift = slope * index + float(np.median(moved[inside] - slope * index[inside]))
    return np.asarray(beats_s + shift), _wanders(moved - shift)


def _wanders(off_s: NDArray[np.float64]) -> bool:
    """Return whether beats (n,) lie off their line together, for passages, by more than a player's looseness."""
    from scipy.ndimage import median_filter

    passages = median_filter(off_s, size=_PASSAGE, mode="nearest")
    return float((np.abs(passages) > _OFF_LINE_S).mean()) > _WANDERING


def place_beats(beats_s: NDArray[np.float64], flux: Flux, fine: FineEnergy) -> NDArray[np.float64]:
    """Return beats moved to the onset each belongs to, and steadied by their neighbors.

    A beat without an onset of its own, or with one that lies off the line through its neighbors, takes that line.
    """
    if beats_s.size < 3:
        return beats_s
    placed = fine.place(beats_s)
    frames = np.clip(np.round(beats_s * flux.rate_hz).astype(np.int64), 3, flux.total.size - 4)
    heard = flux.total[frames[:, None] + np.arange(-3, 4, dtype=np.int64)].max(axis=1)
    trust = heard / (heard.max() + 1e-9)
    # Where nothing is struck there is nothing to be moved to.
    placed = np.where(trust > 0.05, placed, beats_s)
    line = _steadied(placed, trust)
    line = _steadied(placed, trust / (1 + np.square((placed - line) / 0.008)))
    own = (np.abs(placed - line) < 0.02) & (trust > 0.15)
    return np.asarray(np.maximum.accumulate(np.where(own, (line + placed) / 2, line)))


def _steadied(times_s: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return times (n,) on the line through their neighbors, or through those of one side where that fits better.

    One side fits better where the tempo changes at once: the line through both would cut the corner.
    """
    fits = [_local_line(times_s, weights, reach) for reach in (range(-6, 7), range(-5, 1), range(6))]
    lines, errors = (np.stack([fit[part] for fit in fits]) for part in (0, 1))
    errors[1:] = 2 * errors[1:] + 0.004
    choice = np.argmin(errors, axis=0)
    return np.asarray(lines[choice, np.arange(times_s.size, dtype=np.int64)])


def _local_line(
    times_s: NDArray[np.float64], weights: NDArray[np.float64], reach: range
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a locally linear fit of times (n,) over their index, and its mean absolute error (n,), in seconds.

    Neighbors at the offsets `reach` count by Gaussian weights of 2.5 beats times `weights`.
    """
    offsets = np.array(reach)
    index = np.arange(times_s.size, dtype=np.int64)[:, None] + offsets
    inside = (index >= 0) & (index < times_s.size)
    index = np.clip(index, 0, times_s.size - 1)
    weight = np.where(inside, np.exp(-0.5 * np.square(offsets / 2.5)) * (weights[index] + 1e-3), 0.0)
    weight /= weight.sum(axis=1, keepdims=True)
    center, mean = (weight * offsets).sum(axis=1), (weight * times_s[index]).sum(axis=1)
    spread = offsets - center[:, None]
    slope = (weight * spread * times_s[index]).sum(axis=1) / np.maximum((weight * spread**2).sum(axis=1), 1e-12)
    fitted = mean[:, None] + slope[:, None] * spread
    error = (weight * np.abs(times_s[index] - fitted)).sum(axis=1)
    # A side with fewer than three beats fits anything.
    error = np.where(inside.sum(axis=1) < 3, np.inf, error)
    return mean - slope * center, error


def main_tempo(beats_s: NDArray[np.float64]) -> float:
    """Return the median tempo of beats (n,) in beats per minute; 0 for fewer than two.

    The median of beat intervals, made finer by averaging all intervals within 5 % of it.
    """
    if beats_s.size < 2:
        return 0.0
    gaps = np.diff(beats_s)
    middle = float(np.median(gaps))
    return float(60.0 / gaps[np.abs(gaps / middle - 1) <= 0.05].mean())


def beat_tempi(beats_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the tempo at each beat (n,) in beats per minute, the median of the up to four intervals around it."""
    if beats_s.size < 2:
        return np.zeros(beats_s.size)
    padded = np.pad(np.diff(beats_s), (2, 2), mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, 4)
    return np.asarray(60.0 / np.median(around, axis=1))


#: Names accepted by `analyse(tracker=...)`, besides the path of an .onnx file.
TRACKERS = ("glance", "beat_this")


def check_tracker(tracker: str) -> None:
    """Refuse a tracker that is neither known nor a file that is there.

    Raises:
        AudioError: It is neither.
    """
    if tracker in TRACKERS or (tracker.endswith(".onnx") and Path(tracker).is_file()):
        return
    known = ", ".join(TRACKERS)
    raise AudioError(f"There is no tracker {tracker!r}. Choose one of {known}, or Beat This! as an .onnx file.")


def track_with(tracker: str, path: Path) -> Tracked:
    """Return the beats and bars that another tracker than GLANCE's own finds in a song.

    Raises:
        AudioError: It is not there, or cannot be run.
    """
    if tracker.endswith(".onnx"):
        return _tracked(*beats_and_downbeats(Path(tracker), path))
    return _tracked(*_from_package(path))


def _from_package(path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the beats and downbeats that the package of Beat This! finds."""
    try:
        from beat_this.inference import File2Beats
    except ImportError:
        raise AudioError(
            "The tracker beat_this is not installed here. Install it (pip install beat-this, with torch), "
            "or choose the tracker glance."
        ) from None
    try:
        beats, downbeats = File2Beats(device="cpu", dbn=False)(str(path))
    except (OSError, RuntimeError) as error:
        raise AudioError(
            f"{Path(path).name}: beat_this could not track it ({error}). Check that its weights are on this machine, "
            "or choose the tracker glance."
        ) from error
    return np.asarray(beats, dtype=np.float64), np.asarray(downbeats, dtype=np.float64)


def _tracked(beats_s: NDArray[np.float64], downbeats_s: NDArray[np.float64]) -> Tracked:
    if beats_s.size < 2:
        return Tracked(np.zeros(0), np.zeros(0), 4, ())
    nearest = np.unique(np.argmin(np.abs(beats_s - downbeats_s[:, None]), axis=1)) if downbeats_s.size else [0]
    counts = np.diff(nearest)
    metre = 3 if counts.size and np.median(counts) == 3 else 4
    return Tracked(beats_s, beats_s[nearest], metre, (TempoCandidate(main_tempo(beats_s), 1.0),))
