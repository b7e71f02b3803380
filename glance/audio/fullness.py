"""How loud and full a part of a song is among its own song: what every decision about energy asks.

A mastered song is loud throughout, so a level on an absolute scale says nothing about where it wakes. A part's energy
is its place among the song's own bars: half of it the share of the song that is calmer (rank), half its level between
the song's calm and its loud bars. Fullness (how many of low, middle and high bands sound) counts besides loudness, by a
little: a chorus is often fuller than its verse and hardly louder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glance.audio.types import Section, SongAnalysis

#: Decibels that count for a part in which all bands sound against one in which none does.
_FULLNESS_DB = 3.0
#: A song whose bars span fewer decibels than this moves with less contrast, down to the least share.
_CONTRAST_DB, _LEAST_CONTRAST = 2.5, 0.5
#: Levels below this many decibels under the song's top are all alike.
_FLOOR_DB = 60.0
_BANDS = ("low", "mid", "high")
#: Roles in which a song is at its height, and those in which it rests.
LOUD_ROLES = frozenset({"chorus", "drop"})
#: A chorus is livelier than what leads up to it by at least this, and a break has at most this share of that.
_CHORUS_LEAD, _BREAK_SHARE = 0.05, 0.8
#: Sections shorter than this pass by, and do not say where the song's middle is.
_PASSING_S = 4.0


@dataclass(frozen=True)
class EnergyScale:
    """The energy of a level in one song.

    Attributes:
        levels_db: (n,) levels of the song's bars that sound, increasing; empty for a silent song.
        calmer: (n,) share of the song, in seconds, that is calmer than each of them, in [0, 1].
    """

    levels_db: NDArray[np.float64]
    calmer: NDArray[np.float64]

    def energy(self, level_db: ArrayLike) -> NDArray[np.float64]:
        """Return energies in [0, 1] of levels (k,): rank and level among the song's bars, half and half."""
        level = np.asarray(level_db, dtype=np.float64)
        if self.levels_db.size < 2:
            return np.full(level.shape, 0.5)
        low, high = np.interp((0.05, 0.95), self.calmer, self.levels_db)
        span = max(float(high - low), 1e-6)
        rank = np.interp(level, self.levels_db, self.calmer)
        mixed = 0.5 * rank + 0.5 * np.clip((level - low) / span, 0.0, 1.0)
        contrast = np.clip(span / _CONTRAST_DB, _LEAST_CONTRAST, 1.0)
        return np.asarray(np.clip(0.5 + contrast * (mixed - 0.5), 0.0, 1.0))


def bar_edges(analysis: SongAnalysis) -> NDArray[np.float64]:
    """Return the edges (n + 1,) in seconds of the song's bars, from 0 to its end; the first and last may be cut off."""
    grid, end_s = analysis.grid, analysis.duration_s
    first, last = (float(place) for place in grid.bar_at([0.0, end_s]))
    inner = grid.time_of_bar(np.arange(np.ceil(first), np.ceil(last), dtype=np.float64))
    inner = inner[(inner > 0.25) & (inner < end_s - 0.25)]
    return np.concatenate([[0.0], inner, [end_s]])


def levels_db(analysis: SongAnalysis, edges_s: ArrayLike) -> NDArray[np.float64]:
    """Return the level (n,) of each stretch between edges (n + 1,): its loudness, and its fullness by a little.

    Fullness is the mean of `low`, `mid` and `high`.
    """
    values = analysis.envelopes.values
    bands = np.mean([np.asarray(values[name], dtype=np.float64) for name in _BANDS], axis=0)
    fullness = _means(bands, analysis.envelopes.rate_hz, edges_s)
    return np.asarray(np.maximum(loudness_db(analysis, edges_s) + _FULLNESS_DB * fullness, -_FLOOR_DB))


def loudness_db(analysis: SongAnalysis, edges_s: ArrayLike) -> NDArray[np.float64]:
    """Return the loudness (n,) of each stretch between edges (n + 1,), in decibels under the song's loudest section.

    A stretch has the loudness of the sections it lies in, as they were heard, and what the K-weighted `rms` envelope
    says of it within them.
    """
    rate = analysis.envelopes.rate_hz
    power = np.square(analysis.envelopes.values["rms"], dtype=np.float64)
    sections = analysis.sections
    bounds = np.array([*(section.start_s for section in sections), sections[-1].end_s])
    # What the envelope and the section say of a section's loudness differs by a factor, which is set right.
    heard = np.array([10 ** (3 * (section.energy - 1)) if section.energy > 0 else 0.0 for section in sections])
    factor = heard / np.maximum(_means(power, rate, bounds), 1e-12)
    moments = np.arange(power.size, dtype=np.float64) / rate
    section_of = np.clip(np.searchsorted(bounds, moments, side="right") - 1, 0, len(sections) - 1)
    means = _means(power * factor[section_of], rate, edges_s)
    return np.asarray(10 * np.log10(np.maximum(means, 10 ** (-_FLOOR_DB / 10))))


def energy_scale(analysis: SongAnalysis) -> EnergyScale:
    """Return the scale of a song: what its bars are among themselves."""
    edges = bar_edges(analysis)
    levels, lengths = levels_db(analysis, edges), np.diff(edges)
    sounds = levels > -_FLOOR_DB + 1
    levels, lengths = levels[sounds], lengths[sounds]
    # Bars that sound alike are one step, so that what comes back has the energy it had.
    steps, step_of = np.unique(np.round(levels, 1), return_inverse=True)
    length = np.bincount(step_of, weights=lengths, minlength=steps.size)
    total = max(float(lengths.sum()), 1e-9)
    return EnergyScale(steps, (np.cumsum(length, dtype=np.float64) - length / 2) / total)


def energies(analysis: SongAnalysis, edges_s: ArrayLike) -> NDArray[np.float64]:
    """Return the energy within the song, in [0, 1], of each stretch between edges (n + 1,) in seconds."""
    return energy_scale(analysis).energy(levels_db(analysis, edges_s))


def section_energies(analysis: SongAnalysis, sections: Sequence[Section]) -> list[float]:
    """Return the energies, in [0, 1], of sections that follow one another, as their roles ask for.

    A chorus or drop is livelier than what leads up to it and than the song's middle section; a break rests; silence
    has none. Sections of any other role are what they sound like.
    """
    if not sections:
        return []
    heard = energies(analysis, [*(section.start_s for section in sections), sections[-1].end_s]).tolist()
    sounding = [
        energy
        for energy, section in zip(heard, sections, strict=True)
        if section.role != "silence" and section.end_s - section.start_s >= _PASSING_S
    ]
    middle = float(np.median(sounding)) if sounding else 0.0
    asked: list[float] = []
    for index, (section, energy) in enumerate(zip(sections, heard, strict=True)):
        before = asked[-1] if asked else 0.0
        if section.role == "silence":
            energy = 0.0
        elif section.role in LOUD_ROLES and index and sections[index - 1].role not in LOUD_ROLES:
            energy = max(energy, middle + _CHORUS_LEAD, before + _CHORUS_LEAD)
        elif section.role in LOUD_ROLES:
            energy = max(energy, middle + _CHORUS_LEAD)
        elif section.role == "break" and index:
            energy = min(energy, _BREAK_SHARE * before)
        asked.append(min(1.0, energy))
    return asked


def _means(curve: NDArray[np.float64], rate_hz: float, edges_s: ArrayLike) -> NDArray[np.float64]:
    """Return the mean of a curve within each stretch between edges; 0 for one behind its end."""
    places = np.clip(np.round(np.asarray(edges_s, dtype=np.float64) * rate_hz).astype(np.int64), 0, curve.size)
    sums = np.concatenate([[0.0], np.cumsum(curve, dtype=np.float64)])
    return np.asarray(np.diff(sums[places]) / np.maximum(np.diff(places), 1))
