"""Where the words of lyrics without times are probably sung: a first guess, to be corrected by tapping.

Tags (`[Verse 1]`, `[Chorus]`) are laid on the song in their order by dynamic programming: each part's length is near
what its syllables ask for, parts begin where something was heard to change, or else on a bar, those with words lie
where somebody sings and those without where nobody does. Within a part its lines are spread over the time in which
somebody sings, by their syllables, and moved to where a voice sets in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.audio.lyrics.reader import Lyrics
from glance.audio.lyrics.section_tags import Stanza, part_named
from glance.audio.types import LyricLine, Onsets, SectionHint, SongAnalysis, SungWord

#: Values a second of the curve of who sings.
_RATE_HZ = 10.0
#: Moments at which a part may begin, at most; and parts.
_MOST_EDGES, _MOST_PARTS = 500, 60
#: Shortest part, in seconds, and how much longer parts are than what is sung in them.
_SHORTEST_S, _WITH_PAUSES = 2.0, 1.05
#: Between two lines nobody sings for up to this long, in seconds.
_PAUSE_S = 3.0
#: How far lengths stray, as the logarithm of a factor: of parts with words, and of those without.
_SPREAD, _SPREAD_WITHOUT = 0.7, 1.2
#: What it costs to begin where nothing was heard to change, to have no singing, or singing, where there should be.
_NO_CHANGE, _NOT_SUNG, _ROLE = 0.8, 1.2, 0.8
#: And each second of singing in a part without words.
_SUNG = 0.4
#: And what to begin in the middle of a phrase, where nobody takes breath so near, in seconds.
_MID_PHRASE, _BREATH_S = 1.5, 0.7
#: A line moves to a voice's onset this near to it, and a line's words are sung no slower than this a syllable.
_SNAP_S, _SLOWEST_S = 0.3, 0.6
#: The last words of one part reach so far into the next, in seconds.
_TAIL_S = 1.5
_VOWELS = re.compile(r"[aeiouyà-æè-ïò-öù-ýāēīōūаеёиоуыэюя]+", re.IGNORECASE)


@dataclass(frozen=True)
class _Voice:
    """Who sings when: (n,) values in [0, 1] at `_RATE_HZ`, where a voice sets in, and whether it was heard alone."""

    active: NDArray[np.float64]
    onsets: Onsets
    alone: bool


def place_words(stanzas: Sequence[Stanza], analysis: SongAnalysis) -> Lyrics:
    """Return lines with guessed times, each with its confidence, and where the tagged parts begin."""
    voice = _voice_of(analysis)
    tagged = [stanza for stanza in stanzas if stanza.tag]
    if len(tagged) >= 2:
        parts = list(stanzas[:_MOST_PARTS])
        edges = _edges(parts, analysis, voice)
    else:
        parts = [Stanza("", tuple(line for stanza in stanzas for line in stanza.lines))]
        edges = [0.0, analysis.duration_s]
    lines: list[LyricLine] = []
    hints = []
    for part, start, end in zip(parts, edges, edges[1:], strict=False):
        if part.tag:
            hints.append(SectionHint(round(start, 3), part_named(part.tag), part.tag))
        lines += _placed(part.lines, start, end, voice, sure=0.15 if len(tagged) >= 2 else 0.0)
    count = f"{len(lines)} lines of the lyrics have" if len(lines) != 1 else "the line of the lyrics has"
    note = f"{count} no times; they were guessed, so tap along with them on the page, or give a file with times."
    return Lyrics(tuple(lines), tuple(hints), (note,) if lines else ())


def syllables(text: str) -> int:
    """Return about how many syllables a line has: vowel groups, and each sign of Hangul, Kana and Han."""
    whole = unicodedata.normalize("NFC", text)
    joined = sum(
        "\uac00" <= sign <= "\ud7a3" or "\u3041" <= sign <= "\u30ff" or "\u4e00" <= sign <= "\u9fff" for sign in whole
    )
    return max(1, joined + len(_VOWELS.findall(whole)))


def vocal_activity(analysis: SongAnalysis, rate_hz: float = _RATE_HZ) -> tuple[NDArray[np.float64], bool]:
    """Return how much is sung (n,) in [0, 1] at `rate_hz`, and whether a stem of the voice told so.

    Without one it is what lasts in the voice's range, the best that a mix tells.
    """
    values = analysis.envelopes.values
    name = next((each for each in ("vocals", "lead_vocals") if each in values), "")
    curve = values[name] if name else np.sqrt(values["mid"] * values["harmonic"])
    count = max(1, int(analysis.duration_s * rate_hz))
    step = analysis.envelopes.rate_hz / rate_hz
    edges = np.minimum((np.arange(count, dtype=np.float64) * step).astype(np.int64), max(0, curve.size - 1))
    means = np.maximum.reduceat(curve.astype(np.float64), edges) if curve.size else np.zeros(count)
    if name:
        return np.asarray(np.clip((means - 0.08) / 0.15, 0.0, 1.0)), True
    low, high = np.percentile(means, [15, 75]) if means.size else (0.0, 1.0)
    return np.asarray(np.clip((means - low) / max(high - low, 1e-6), 0.0, 1.0)), False


def _voice_of(analysis: SongAnalysis) -> _Voice:
    active, alone = vocal_activity(analysis)
    names = ("vocals", "lead_vocals") if alone else ("mid",)
    onsets = next((analysis.onsets[name] for name in names if name in analysis.onsets), analysis.onsets["all"])
    return _Voice(active, onsets, alone)


def _edges(parts: Sequence[Stanza], analysis: SongAnalysis, voice: _Voice) -> list[float]:
    """Return where each part begins, the first at 0, and the song's end."""
    at, free = _candidates(analysis)
    wanted = _wanted_lengths(parts, analysis, voice)
    length = at[None, :] - at[:, None]
    possible = length >= _SHORTEST_S
    ratio = np.log(np.maximum(length, _SHORTEST_S))
    phrases = _closed(voice.active)
    sung = _means_between(phrases, at)
    entering = np.where(free, 0.0, _NO_CHANGE) + _MID_PHRASE * _least_around(voice.active, at)
    total = np.zeros(at.size)
    total[1:] = np.inf
    came: list[NDArray[np.int64]] = []
    for index, part in enumerate(parts):
        spread = _SPREAD if part.lines else _SPREAD_WITHOUT
        cost = ((ratio - np.log(wanted[index])) / spread) ** 2 + entering[:, None]
        cost += _NOT_SUNG * (1 - sung) if part.lines else _SUNG * sung * np.maximum(length, 0.0)
        cost -= _ROLE * _role_share(analysis, at, part_named(part.tag))
        whole = np.where(possible, total[:, None] + cost, np.inf)
        came.append(whole.argmin(axis=0))
        total = whole.min(axis=0)
    if not np.isfinite(total[-1]):
        return [analysis.duration_s * index / len(parts) for index in range(len(parts) + 1)]
    path = [at.size - 1]
    for step in reversed(came):
        path.append(int(step[path[-1]]))
    return [float(at[place]) for place in reversed(path)]


def _wanted_lengths(parts: Sequence[Stanza], analysis: SongAnalysis, voice: _Voice) -> NDArray[np.float64]:
    """Return how long each part would be, in seconds: by its syllables of the time that is sung, else of the rest."""
    size = np.array([sum(map(syllables, part.lines)) for part in parts], dtype=np.float64)
    sung_s = max(float(_closed(voice.active).sum()) / _RATE_HZ * _WITH_PAUSES, _SHORTEST_S)
    without = int((size == 0).sum())
    sung_s = min(sung_s, analysis.duration_s * (0.95 if without else 1.0)) if size.any() else 0.0
    rest = max((analysis.duration_s - sung_s) / max(without, 1), _SHORTEST_S)
    return np.where(size > 0, np.maximum(size / max(size.sum(), 1.0) * sung_s, _SHORTEST_S), rest)


def _closed(curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a curve at `_RATE_HZ` whose short pauses, between the lines of a part, are filled."""
    from scipy.ndimage import grey_closing

    return np.asarray(grey_closing(curve, 2 * round(_PAUSE_S * _RATE_HZ / 2) + 1))


def _least_around(curve: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the least value of a curve at `_RATE_HZ` around each moment: 0 where a singer takes breath there."""
    from scipy.ndimage import minimum_filter1d

    least = minimum_filter1d(curve, 2 * round(_BREATH_S * _RATE_HZ) + 1)
    return np.asarray(least[np.clip(np.round(at * _RATE_HZ).astype(np.int64), 0, least.size - 1)])


def _candidates(analysis: SongAnalysis) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the moments at which a part may begin (n,), with the song's end, and where something changes there."""
    heard = np.array([section.start_s for section in analysis.sections], dtype=np.float64)
    bars = analysis.downbeats_s
    room = max(2, _MOST_EDGES - heard.size)
    bars = bars[:: max(1, -(-bars.size // room))]
    at = np.unique(np.concatenate([[0.0], heard[:_MOST_EDGES], bars, [analysis.duration_s]]))
    at = at[(at >= 0) & (at <= analysis.duration_s)]
    near = np.abs(at[:, None] - heard).min(axis=1) < 0.05 if heard.size else np.zeros(at.size, dtype=bool)
    near[0] = True
    return at, near


def _means_between(curve: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of a curve at `_RATE_HZ` from each moment to each later one, (n, n)."""
    running = np.concatenate([[0.0], np.cumsum(curve, dtype=np.float64)])
    place = np.interp(at * _RATE_HZ, np.arange(running.size, dtype=np.float64), running)
    span = np.maximum(at[None, :] - at[:, None], 1e-3) * _RATE_HZ
    return np.asarray(np.clip((place[None, :] - place[:, None]) / span, 0.0, 1.0))


def _role_share(analysis: SongAnalysis, at: NDArray[np.float64], role: str) -> NDArray[np.float64]:
    """Return the share of each stretch (n, n) that was heard to have a role."""
    like = {"chorus": ("chorus", "drop"), "drop": ("chorus", "drop"), "pre-chorus": ("build",)}.get(role, (role,))
    ticks = np.arange(int(analysis.duration_s * _RATE_HZ) + 1, dtype=np.float64) / _RATE_HZ
    has = np.zeros(ticks.size)
    for section in analysis.sections:
        if section.role in like:
            has[(ticks >= section.start_s) & (ticks < section.end_s)] = 1.0
    return _means_between(has, at)


def _placed(lines: Sequence[str], start: float, end: float, voice: _Voice, sure: float) -> list[LyricLine]:
    """Return lines with times between two moments."""
    if not lines:
        return []
    first, last = int(start * _RATE_HZ), max(int(start * _RATE_HZ) + 1, int(end * _RATE_HZ))
    active = voice.active[first:last]
    if active.sum() < 0.1 * max(1, active.size):
        active = np.ones(max(1, last - first))
    # Where hardly anybody sings, a little time passes all the same, so that no two lines fall together.
    running = np.concatenate([[0.0], np.cumsum(active + 0.02, dtype=np.float64)])
    counts = np.array([syllables(line) for line in lines], dtype=np.float64)
    shares = np.concatenate([[0.0], np.cumsum(counts, dtype=np.float64)]) / counts.sum()
    begun = _first_sung(active > 0.3)
    span = running[begun] + shares * (running[-1] - running[begun])
    edges = start + np.interp(span, running, np.arange(running.size, dtype=np.float64)) / _RATE_HZ
    edges = np.clip(edges, start, end)
    placed: list[LyricLine] = []
    for index, text in enumerate(lines):
        begin = _snapped(float(edges[index]), voice.onsets, placed[-1].start_s + 0.2 if placed else start)
        stop = min(float(edges[index + 1]), begin + _SLOWEST_S * float(counts[index]) + 0.5)
        stop = max(stop, begin + 0.2)
        inside = voice.active[int(begin * _RATE_HZ) : max(int(begin * _RATE_HZ) + 1, int(stop * _RATE_HZ))]
        share = float(inside.mean()) if inside.size else 0.0
        confidence = round(min(0.95, (0.55 if voice.alone else 0.3) * share + sure), 2)
        placed.append(spread_words(text, round(begin, 3), round(stop, 3), confidence))
    return placed


def _first_sung(sings: NDArray[np.bool_]) -> int:
    """Return where in a part its own singing begins: behind the last words of the part before it."""
    if not sings.any():
        return 0
    tail = int(np.argmin(sings)) if sings[0] else 0
    behind = sings[tail:]
    return tail + int(np.argmax(behind)) if tail <= _TAIL_S * _RATE_HZ and behind.any() else int(np.argmax(sings))


def spread_words(text: str, start_s: float, end_s: float, confidence: float | None) -> LyricLine:
    """Return a line whose words share its time by their syllables."""
    words = text.split()
    counts = np.array([syllables(word) for word in words] or [1], dtype=np.float64)
    edges = start_s + (end_s - start_s) * np.concatenate([[0.0], np.cumsum(counts, dtype=np.float64)]) / counts.sum()
    times = [round(float(edge), 3) for edge in edges]
    sung = tuple(SungWord(a, b, word) for a, b, word in zip(times, times[1:], words, strict=False))
    return LyricLine(start_s, end_s, text, sung if len(sung) > 1 else (), confidence)


def _snapped(moment: float, onsets: Onsets, least: float) -> float:
    near = np.flatnonzero(np.abs(onsets.times_s - moment) <= _SNAP_S)
    near = near[onsets.times_s[near] >= least]
    if not near.size:
        return max(moment, least)
    # The strongest of those near by, the nearer ones a little before the others.
    worth = onsets.strengths[near] - 0.5 * np.abs(onsets.times_s[near] - moment) / _SNAP_S
    return float(onsets.times_s[near[int(worth.argmax())]])
