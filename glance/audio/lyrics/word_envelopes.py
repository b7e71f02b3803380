"""Envelopes of the words: whether somebody sings, where lines begin, where words are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from glance.audio.envelopes import hit_envelope
from glance.audio.types import Onsets, SongAnalysis

#: What songs with words have besides; words that mean something in formulas only then.
NAMES = ("vocals_active", "line_start", "word_hit")


def with_word_envelopes(analysis: SongAnalysis) -> SongAnalysis:
    """Return an analysis whose envelopes tell of its lyrics; one without lyrics stays as it is.

    `vocals_active` is 1 while a line is sung, `line_start` and `word_hit` jump to 1 where a line, or a word, begins.
    """
    lines = analysis.lyrics
    envelopes = analysis.envelopes
    if not lines:
        return analysis
    count, rate = int(envelopes.values["rms"].size), envelopes.rate_hz
    active = np.zeros(count, dtype=np.float32)
    for line in lines:
        active[max(0, round(line.start_s * rate)) : max(0, round(line.end_s * rate))] = 1.0
    starts = _hits([line.start_s for line in lines])
    words = _hits([word.start_s for line in lines for word in line.words] or [line.start_s for line in lines])
    values = {"vocals_active": active, "line_start": hit_envelope(starts, count, rate)}
    values["word_hit"] = hit_envelope(words, count, rate)
    exact = {**envelopes.exact, "line_start": starts, "word_hit": words}
    return replace(analysis, envelopes=replace(envelopes, values={**envelopes.values, **values}, exact=exact))


def _hits(times: Sequence[float]) -> Onsets:
    at = np.unique(np.asarray(times, dtype=np.float64))
    return Onsets(at, np.ones(at.size, dtype=np.float32))
