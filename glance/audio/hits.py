"""Hits that hold in dense mixes: kick, snare and hat against the mix around them, and one curve that blends them.

The strength of an onset is its height over the whole song's flux, and in a full mix every single one is low: a kick of
the chorus is a third of the same kick in a bare verse. Here each onset is measured against its own surroundings, band
by band and within its section: nothing is what the weak onsets around it have, 1 what the strong ones have.

    contrast = (strength - floor) / (top - floor)

with floor and top the 20th and 90th percentile of the band's strengths within some seconds, inside the section. Where a
band hardly sounds, the top is at least a share of the whole song's, so that a crackle in a pause is no kick.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from glance.audio.envelopes import hit_envelope
from glance.audio.types import Onsets, Section, SongAnalysis

#: Contrast envelope -> the onsets it is made of.
CONTRASTS: Mapping[str, str] = {"kick_hit": "low", "snare_hit": "mid", "hat_hit": "high"}
#: The blend, and all names that songs have besides those that were measured while listening.
HIT = "hit"
NAMES = (*CONTRASTS, HIT)
#: Seconds before and after an onset that it is compared with.
_AROUND_S = 6.0
_FLOOR_PERCENTILE, _TOP_PERCENTILE = 20.0, 90.0
#: Share of the floor that is taken off, and least share of the song's top that a top has.
_FLOOR_SHARE, _LEAST_TOP = 0.7, 0.3
#: What each band, and a percussive onset of any, adds to a hit: 1 - product of (1 - weight * contrast).
_WEIGHTS: Mapping[str, float] = {"low": 0.7, "mid": 0.7, "high": 0.2}
_PERCUSSIVE_WEIGHT = 0.55
#: Onsets of several bands that lie within this time are one hit.
_TOGETHER_S = 0.045


def with_hits(analysis: SongAnalysis) -> SongAnalysis:
    """Return the analysis with the envelopes of `NAMES`; one that has them stays as it is."""
    values = analysis.envelopes.values
    if HIT in values:
        return analysis
    count, rate = values["rms"].size, analysis.envelopes.rate_hz
    bands = {name: contrast(analysis.onsets[name], analysis.sections) for name in CONTRASTS.values()}
    curves = {name: hit_envelope(bands[band], count, rate) for name, band in CONTRASTS.items()}
    curves[HIT] = hit_envelope(_blend(analysis, bands), count, rate)
    return replace(analysis, envelopes=replace(analysis.envelopes, values={**values, **curves}))


def contrast(onsets: Onsets, sections: tuple[Section, ...]) -> Onsets:
    """Return the same onsets, their strengths in [0, 1] measured against those around them."""
    times, strengths = onsets.times_s, onsets.strengths.astype(np.float64)
    if not times.size:
        return onsets
    least = _LEAST_TOP * float(np.percentile(strengths, _TOP_PERCENTILE))
    starts = np.array([section.start_s for section in sections] or [0.0])
    ends = np.append(starts[1:], np.inf)
    part = np.clip(np.searchsorted(starts, times + 1e-9, side="right") - 1, 0, starts.size - 1)
    first = np.searchsorted(times, np.maximum(times - _AROUND_S, starts[part] - 1e-9), side="left")
    last = np.searchsorted(times, np.minimum(times + _AROUND_S, ends[part] - 1e-9), side="right")
    heights = np.empty(times.size, dtype=np.float32)
    for index, (begin, end) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        around = strengths[min(begin, index) : max(end, index + 1)]
        floor, top = np.percentile(around, (_FLOOR_PERCENTILE, _TOP_PERCENTILE))
        top = max(float(top), least)
        floor = _FLOOR_SHARE * min(float(floor), 0.5 * top)
        heights[index] = min(1.0, max(0.0, (strengths[index] - floor) / max(top - floor, 1e-9)))
    return Onsets(times, heights)


def _blend(analysis: SongAnalysis, bands: Mapping[str, Onsets]) -> Onsets:
    """Return hits: the bands' onsets and percussive ones of any band, those at the same moment put together."""
    struck = contrast(analysis.onsets["all"], analysis.sections)
    share = _at(analysis.envelopes.values["percussive"], struck.times_s, analysis.envelopes.rate_hz)
    parts = [(struck.times_s, _PERCUSSIVE_WEIGHT * struck.strengths * np.clip(share / 0.4, 0.25, 1.0))]
    parts += [(onsets.times_s, _WEIGHTS[name] * onsets.strengths) for name, onsets in bands.items()]
    times = np.concatenate([part[0] for part in parts])
    shares = np.concatenate([part[1] for part in parts])
    if not times.size:
        return Onsets(np.zeros(0), np.zeros(0, dtype=np.float32))
    order = np.argsort(times, kind="stable")
    times, shares = times[order], np.clip(shares[order], 0.0, 0.999)
    group = _groups(times)
    missing = np.zeros(int(group[-1]) + 1)
    np.add.at(missing, group, np.log1p(-shares))
    # The moment of a hit is that of its strongest part.
    strongest = np.lexsort((-shares, group))
    moments = times[strongest[np.searchsorted(group[strongest], np.arange(missing.size, dtype=np.int64))]]
    heights = -np.expm1(missing)
    top = max(float(np.percentile(heights, 98)), 0.3)
    return Onsets(moments, np.clip(heights / top, 0.0, 1.0).astype(np.float32))


def _groups(times: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the number of the hit that each of increasing times belongs to: none longer than `_TOGETHER_S`."""
    group = np.zeros(times.size, dtype=np.int64)
    begin = number = 0
    for index in range(1, times.size):
        if times[index] - times[begin] > _TOGETHER_S:
            begin, number = index, number + 1
        group[index] = number
    return group


def _at(curve: NDArray[np.float32], times_s: NDArray[np.float64], rate_hz: float) -> NDArray[np.float64]:
    """Return the peak of a curve within the 60 ms after each time."""
    from scipy.ndimage import maximum_filter1d

    if not curve.size:
        return np.zeros(times_s.size)
    width = max(1, round(0.06 * rate_hz))
    ahead = maximum_filter1d(curve.astype(np.float64), width, origin=-((width - 1) // 2), mode="nearest")
    return np.asarray(ahead[np.clip(np.round(times_s * rate_hz).astype(np.int64), 0, curve.size - 1)])
