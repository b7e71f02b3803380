"""Analyses kept on disk, by the content of the song they are of.

A file is a numpy archive without pickles: the arrays under their names and one JSON text with the rest. A file that
cannot be read, or is of another format, counts as absent; it is re-made and overwritten, never an error.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from contextlib import suppress
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.audio.types import Confidence, Envelopes, Onsets, Passage, Section, SongAnalysis, TempoCandidate
from glance.system.files import sweep, write_atomically

#: Raised whenever the same song would be analysed differently, or the file is laid out differently.
FORMAT = 4
_ARRAYS = ("beats_s", "beat_tempo_bpm", "downbeats_s", "peaks")
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)


def cache_path(folder: Path, song_hash: str, *options: str) -> Path:
    """Return the file that holds the analysis of a song with the given options."""
    key = hashlib.sha256("\n".join([song_hash, str(FORMAT), *options]).encode()).hexdigest()[:32]
    return Path(folder) / f"{key}.npz"


def load(path: Path, song_hash: str) -> SongAnalysis | None:
    """Return the analysis in a cache file, or None where there is none that can be read whole."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        facts = json.loads(arrays.pop("facts").tobytes().decode())
        if facts["format"] != FORMAT or facts["song_hash"] != song_hash:
            return None
        return _restored(facts, arrays)
    except _UNREADABLE:
        return None


def save(path: Path, analysis: SongAnalysis) -> None:
    """Write an analysis (without its lyrics) to a cache file, whole or not at all.

    A folder that cannot be written to is no error: the next analysis takes as long as this one did.
    """
    facts = {
        "format": FORMAT,
        "song_hash": analysis.song_hash,
        "duration_s": analysis.duration_s,
        "sr": analysis.sr,
        "tempo_bpm": analysis.tempo_bpm,
        "beats_per_bar": analysis.beats_per_bar,
        "tempo_candidates": [asdict(option) for option in analysis.tempo_candidates],
        "sections": [asdict(section) for section in analysis.sections],
        "confidence": None if analysis.confidence is None else asdict(analysis.confidence),
        "rate_hz": analysis.envelopes.rate_hz,
        "onsets": list(analysis.onsets),
        "envelopes": list(analysis.envelopes.values),
        "notes": list(analysis.notes),
        "majorness": analysis.majorness,
    }
    arrays: dict[str, Any] = {name: getattr(analysis, name) for name in _ARRAYS}
    arrays["facts"] = np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8)
    for name, onsets in analysis.onsets.items():
        arrays[f"onset_times.{name}"], arrays[f"onset_strengths.{name}"] = onsets.times_s, onsets.strengths
    for name, curve in analysis.envelopes.values.items():
        arrays[f"envelope.{name}"] = curve
    _write(path, arrays)


def _write(path: Path, arrays: dict[str, Any]) -> None:
    packed = BytesIO()
    np.savez(packed, **arrays)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path.parent)
        write_atomically(path, packed.getvalue(), sync=False)


def load_curves(path: Path, count: int) -> dict[str, NDArray[np.float32]] | None:
    """Return the curves in a cache file by name, or None where there is none that can be read whole, `count` long."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            curves = {name: archive[name].astype(np.float32) for name in archive.files}
    except _UNREADABLE:
        return None
    return curves if curves and all(curve.shape == (count,) for curve in curves.values()) else None


def save_curves(path: Path, curves: dict[str, NDArray[np.float32]]) -> None:
    """Write curves to a cache file, whole or not at all; no error where that cannot be."""
    _write(path, dict(curves))


def _restored(facts: dict[str, Any], arrays: dict[str, Any]) -> SongAnalysis:
    return SongAnalysis(
        song_hash=str(facts["song_hash"]),
        duration_s=float(facts["duration_s"]),
        sr=int(facts["sr"]),
        tempo_bpm=float(facts["tempo_bpm"]),
        beats_s=arrays["beats_s"],
        beat_tempo_bpm=arrays["beat_tempo_bpm"],
        downbeats_s=arrays["downbeats_s"],
        beats_per_bar=int(facts["beats_per_bar"]),
        tempo_candidates=tuple(TempoCandidate(**option) for option in facts["tempo_candidates"]),
        onsets={
            name: Onsets(arrays[f"onset_times.{name}"], arrays[f"onset_strengths.{name}"]) for name in facts["onsets"]
        },
        sections=tuple(Section(**section) for section in facts["sections"]),
        envelopes=Envelopes(float(facts["rate_hz"]), {name: arrays[f"envelope.{name}"] for name in facts["envelopes"]}),
        peaks=arrays["peaks"],
        notes=tuple(str(note) for note in facts["notes"]),
        confidence=_confidence(facts["confidence"]),
        majorness=float(facts["majorness"]),
    )


def _confidence(facts: dict[str, Any] | None) -> Confidence | None:
    if facts is None:
        return None
    return Confidence(**{**facts, "passages": tuple(Passage(**passage) for passage in facts["passages"])})
