"""Songs that sound from their first sample on, as bounces and loops do.

What starts to sound is heard as a rise, and a rise needs something before it. Such a song is therefore heard behind a
moment of silence, which is taken off all times again. Songs with a lead-in of their own are heard as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from glance.audio.onsets import FineEnergy
from glance.audio.spectrum import HOP
from glance.audio.types import Confidence, Onsets, Section, SongAnalysis

#: Frames of silence in front: more than any rise is looked for in, and a whole number of fine blocks.
LEAD_FRAMES = 16
#: Samples at the start that are looked at (about 20 ms), and the level that counts as sound, relative to the peak.
_START, _LEVEL = 2 * HOP, 10 ** (-50 / 20)
#: Beats are placed to this much.
_PLACED_S = 0.03


def lead_frames_of(signal: NDArray[np.float32]) -> int:
    """Return how many frames of silence a signal (n,) is to be heard behind: 0 or `LEAD_FRAMES`."""
    if not signal.size:
        return 0
    peak = max(float(signal.max()), -float(signal.min()))
    start = float(np.abs(signal[:_START]).max())
    return LEAD_FRAMES if start > _LEVEL * peak else 0


def behind_silence(fine: FineEnergy, lead_frames: int, sr: int) -> FineEnergy:
    """Return the energy curve of the same signal behind so many frames of silence."""
    blocks = round(lead_frames * HOP / sr / fine.block_s)
    return FineEnergy(fine.block_s, np.concatenate([np.zeros(blocks), fine.cumulative]))


def onsets_without_lead_in(onsets: Onsets, lead_s: float, duration_s: float) -> Onsets:
    """Return onsets on the song's own ruler; those just before its start belong to it, those after its end to none."""
    times = np.maximum(onsets.times_s - lead_s, 0.0)
    # Two that were told apart in the silence would now lie on one moment.
    kept = (times < duration_s) & np.append(np.diff(times) > 0, True)
    return Onsets(times[kept], onsets.strengths[kept])


def without_lead_in(analysis: SongAnalysis, lead_s: float) -> SongAnalysis:
    """Return an analysis of a song with silence before it on the song's own ruler, within the song.

    Args:
        analysis: Its times count from the start of the silence; its `duration_s` is the song's own.
        lead_s: Length of the silence, a whole number of envelope values.
    """
    end = analysis.duration_s
    beats, downbeats = analysis.beats_s - lead_s, analysis.downbeats_s - lead_s
    # A beat that belongs to the first sample may lie just before it, one of the moment after the last just before that.
    inside = (beats > -_PLACED_S) & (beats < end - _PLACED_S)
    down = (downbeats > -_PLACED_S) & (downbeats < end - _PLACED_S)
    first = round(lead_s * analysis.envelopes.rate_hz)
    return replace(
        analysis,
        beats_s=np.maximum(beats[inside], 0.0),
        beat_tempo_bpm=analysis.beat_tempo_bpm[inside],
        downbeats_s=np.maximum(downbeats[down], 0.0),
        onsets={name: onsets_without_lead_in(found, lead_s, end) for name, found in analysis.onsets.items()},
        sections=_sections(analysis.sections, lead_s, end),
        envelopes=replace(analysis.envelopes, values=_cut(analysis.envelopes.values, first)),
        confidence=_earlier(analysis.confidence, lead_s, end),
    )


def _earlier(confidence: Confidence | None, lead_s: float, end: float) -> Confidence | None:
    if confidence is None:
        return None
    moved = (
        replace(each, start_s=max(0.0, each.start_s - lead_s), end_s=min(end, max(0.0, each.end_s - lead_s)))
        for each in confidence.passages
    )
    return replace(confidence, passages=tuple(each for each in moved if each.end_s > each.start_s))


def _sections(sections: tuple[Section, ...], lead_s: float, end: float) -> tuple[Section, ...]:
    starts = [max(0.0, section.start_s - lead_s) for section in sections]
    kept = [(start, section) for start, section in zip(starts, sections, strict=True) if start < end or not start]
    ends = [*(start for start, _ in kept[1:]), end]
    moved = (replace(section, start_s=start, end_s=stop) for (start, section), stop in zip(kept, ends, strict=True))
    return tuple(section for section in moved if section.end_s > section.start_s)


def _cut(curves: Mapping[str, NDArray[np.float32]], first: int) -> dict[str, NDArray[np.float32]]:
    return {name: curve[first:] for name, curve in curves.items()}
