"""An analysis as words for a person and as plain data for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from glance.audio.types import LyricLine, SongAnalysis, TimeSource
from glance.timing import format_clock

#: Passages surer than this are not spoken of, nor more of them than this.
_DOUBTFUL, _NAMED = 0.5, 4


def as_json(analysis: SongAnalysis) -> dict[str, Any]:
    """Return the analysis as plain lists and numbers: seconds to 0.1 ms, envelopes to three digits."""
    return {
        "song_hash": analysis.song_hash,
        "duration_s": round(analysis.duration_s, 4),
        "sr": analysis.sr,
        "tempo_bpm": round(analysis.tempo_bpm, 2),
        "tempo_candidates": [
            {"bpm": round(option.bpm, 2), "score": round(option.score, 3)} for option in analysis.tempo_candidates
        ],
        "beats_per_bar": analysis.beats_per_bar,
        "confidence": None if analysis.confidence is None else asdict(analysis.confidence),
        "beats_s": _rounded(analysis.beats_s, 4),
        "beat_tempo_bpm": _rounded(analysis.beat_tempo_bpm, 2),
        "downbeats_s": _rounded(analysis.downbeats_s, 4),
        "onsets": {
            name: {"times_s": _rounded(onsets.times_s, 4), "strengths": _rounded(onsets.strengths, 3)}
            for name, onsets in analysis.onsets.items()
        },
        "sections": [
            {
                "start_s": round(section.start_s, 4),
                "end_s": round(section.end_s, 4),
                "label": section.label,
                "role": section.role,
                "energy": round(section.energy, 3),
            }
            for section in analysis.sections
        ],
        "lyrics": [_line(line) for line in analysis.lyrics],
        "sources": [asdict(source) for source in analysis.sources],
        "section_hints": [
            {"start_s": hint.start_s, "role": hint.role, "text": hint.text} for hint in analysis.section_hints
        ],
        "notes": list(analysis.notes),
        "envelopes": {
            "rate_hz": analysis.envelopes.rate_hz,
            "values": {name: _rounded(curve, 3) for name, curve in analysis.envelopes.values.items()},
            "stems": dict(analysis.envelopes.stems),
        },
    }


def summary(analysis: SongAnalysis) -> str:
    """Return a few lines that tell a musician what was heard."""
    lines = [f"length    {format_clock(analysis.duration_s)}", f"tempo     {_tempo(analysis)}"]
    if analysis.beats_s.size:
        first = f"first beat at {format_clock(float(analysis.beats_s[0]))}"
        lines.append(f"beats     {analysis.beats_s.size}, {first}")
        lines.append(f"bars      {analysis.downbeats_s.size}, {analysis.beats_per_bar} beats to a bar")
        lines += _sureness(analysis)
    lines += _sources(analysis.sources)
    counts = ", ".join(f"{name} {onsets.times_s.size}" for name, onsets in analysis.onsets.items())
    lines.append(f"onsets    {counts}")
    lines.append("sections")
    lines += [
        f"  {format_clock(section.start_s):>9} - {format_clock(section.end_s):<9} {section.label:<3} "
        f"{section.role:<8} energy {section.energy:.2f}"
        for section in analysis.sections
    ]
    if analysis.lyrics:
        count = len(analysis.lyrics)
        lines.append(f"lyrics    {count} {'lines' if count > 1 else 'line'}")
        shown = (analysis.lyrics[0], analysis.lyrics[-1])[:count]
        lines += [f"  {format_clock(sung.start_s):>9}   {sung.text}" for sung in shown]
    if analysis.section_hints:
        named = ", ".join(f"{hint.text} at {format_clock(hint.start_s)}" for hint in analysis.section_hints)
        lines.append(f"parts     {named} (from the lyrics)")
    lines += [f"note      {note}" for note in analysis.notes]
    return "\n".join(lines)


def _line(line: LyricLine) -> dict[str, Any]:
    plain: dict[str, Any] = {"start_s": line.start_s, "end_s": line.end_s, "text": line.text}
    if line.words:
        plain["words"] = [asdict(word) for word in line.words]
    if line.confidence is not None:
        plain["confidence"] = line.confidence
    return plain


def _sources(sources: Sequence[TimeSource]) -> list[str]:
    """Return where beats, bars and sections come from, and where else they could."""
    lines = []
    for of in ("beats", "bars", "sections"):
        for source in (each for each in sources if each.of == of):
            state = "used" if source.used else "waits for your word" if source.waits else "not used"
            name = source.label or ("the lyrics' tags" if source.source == "tags" else f"{source.source}")
            shift = f", {source.shift_ms:+.1f} ms beside the sound" if source.shift_ms else ""
            lines.append(f"  {of:<9} {source.source:<8} {state:<9} fits {source.fit:.2f}{shift}  {name}")
    return ["time from", *lines] if lines else []


def _sureness(analysis: SongAnalysis) -> list[str]:
    """Return how sure the hearing is, and the passages where it is not."""
    sure = analysis.confidence
    if sure is None or not sure.passages:
        return []
    lines = [f"sure      beat {sure.beat:.0%}, tempo {sure.octave:.0%}, bars {sure.bar:.0%}"]
    doubtful = [part for part in sure.passages if min(part.beat, part.bar) < _DOUBTFUL]
    for part in doubtful[:_NAMED]:
        what = "the beat" if part.beat < _DOUBTFUL else "the bars"
        lines.append(f"          unsure of {what} from {format_clock(part.start_s)} to {format_clock(part.end_s)}")
    if len(doubtful) > _NAMED:
        lines.append(f"          and {len(doubtful) - _NAMED} passages more")
    return lines


def _tempo(analysis: SongAnalysis) -> str:
    if not analysis.beats_s.size:
        return "no beat found"
    others = [f"{option.bpm:.1f} ({option.score:.2f})" for option in analysis.tempo_candidates[1:]]
    spread = Counter(round(float(bpm)) for bpm in analysis.beat_tempo_bpm)
    low, high = min(spread), max(spread)
    text = f"{analysis.tempo_bpm:.1f} BPM"
    if high - low > 0.06 * analysis.tempo_bpm:
        text += f" (from {low} to {high})"
    return text + (f"; it could also be felt as {', '.join(others)}" if others else "")


def _rounded(values: np.ndarray[Any, np.dtype[Any]], digits: int) -> list[float]:
    return [float(value) for value in np.round(values.astype(np.float64), digits)]
