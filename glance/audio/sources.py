"""Envelopes from elsewhere: columns of a table, and what librosa hears, where a project asks for them.

A table (CSV) has a line of names and then one line a moment: the first column is the time in seconds, every other one
an envelope of that name. Columns within [0, 1] are taken as they are, others are scaled from their least to their
greatest value. Between two moments values change evenly; before the first and after the last they are 0.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.audio.cache import cache_path, load_curves, save_curves
from glance.audio.decode import SAMPLE_RATE, decode
from glance.audio.envelopes import ENVELOPES
from glance.audio.types import SongAnalysis
from glance.errors import AudioError

Curves = dict[str, NDArray[np.float32]]
#: What can be asked of librosa.
FEATURES = ("pitch", "chroma")
_MOST_BYTES, _MOST_COLUMNS = 64 << 20, 64
_PITCH_CLASSES = ("c", "c_sharp", "d", "d_sharp", "e", "f", "f_sharp", "g", "g_sharp", "a", "a_sharp", "b")
#: Pitch 0 and pitch 1 of the envelope, in Hz: C2 and C7.
_LOWEST_HZ, _HIGHEST_HZ = 65.406, 2093.0
_HOP = 512


@dataclass(frozen=True)
class Sources:
    """Where envelopes come from besides the song's own analysis.

    Attributes:
        table: A CSV file; None for none.
        features: Of `FEATURES`, what librosa shall add.
    """

    table: Path | None = None
    features: tuple[str, ...] = ()


def with_sources(analysis: SongAnalysis, song: Path, sources: Sources, cache: Path | None = None) -> SongAnalysis:
    """Return an analysis with the envelopes of a table and of librosa's features added.

    What librosa heard is kept in the folder `cache`, by the song's content; None keeps nothing.

    Raises:
        AudioError: The table cannot be read, a feature is not known, or librosa is not installed.
    """
    envelopes = analysis.envelopes
    rate, count = envelopes.rate_hz, int(envelopes.values["rms"].size)
    added: Curves = {}
    if sources.table is not None:
        added.update(table_curves(sources.table, rate, count, frozenset(envelopes.values)))
    for feature in sources.features:
        kept = cache_path(cache, analysis.song_hash, f"feature={feature}") if cache is not None else None
        curves = load_curves(kept, count) if kept is not None else None
        if curves is None:
            curves = librosa_curves(song, (feature,), rate, count)
            if kept is not None:
                save_curves(kept, curves)
        added.update(curves)
    return replace(analysis, envelopes=replace(envelopes, values={**envelopes.values, **added}))


def table_curves(path: Path, rate_hz: float, count: int, taken: frozenset[str] = frozenset(ENVELOPES)) -> Curves:
    """Return the columns of a CSV file as curves (count,) at `rate_hz`, by name; `table_` goes before `taken` names.

    Raises:
        AudioError: It is no table of numbers, its times do not increase, or it is too large.
    """
    path = Path(path)
    names, rows = _read(path)
    times = rows[:, 0]
    if (np.diff(times) <= 0).any():
        line = int(np.argmax(np.diff(times) <= 0)) + 3
        raise AudioError(f"{path.name}, line {line}: expected times in seconds that increase from line to line.")
    moments = np.arange(count, dtype=np.int64) / rate_hz
    curves: Curves = {}
    for name, column in zip(names[1:], rows[:, 1:].T, strict=True):
        low, high = float(column.min()), float(column.max())
        scaled = column if low >= 0 and high <= 1 else (column - low) / max(high - low, 1e-12)
        wanted = f"table_{name}" if name in taken else name
        curves[wanted] = np.interp(moments, times, scaled, left=0.0, right=0.0).astype(np.float32)
    return curves


def _read(path: Path) -> tuple[list[str], NDArray[np.float64]]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise AudioError(f"{path.name}: expected a table of at most {_MOST_BYTES >> 20} MB.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AudioError(f"{path.name}: expected a CSV file in UTF-8 ({error}).") from error
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    lines = [line for line in csv.reader(text.splitlines(), delimiter=separator) if any(cell.strip() for cell in line)]
    names = [_identifier(name) for name in lines[0]] if lines else []
    if not 2 <= len(names) <= _MOST_COLUMNS or len(set(names)) < len(names):
        raise AudioError(
            f"{path.name}, line 1: expected names of 2 to {_MOST_COLUMNS} different columns, the first for the time "
            "in seconds (such as: time,glow)."
        )
    rows = np.array([_numbers(path, number, line, names, separator) for number, line in enumerate(lines[1:], 2)])
    if len(rows) < 2:
        raise AudioError(f"{path.name}: expected at least two lines of numbers below the names.")
    return names, rows


def _numbers(path: Path, number: int, cells: list[str], names: list[str], separator: str) -> list[float]:
    """Return a line's numbers; where columns are parted by semicolons, a comma is a decimal point."""
    if len(cells) != len(names):
        raise AudioError(f"{path.name}, line {number}: expected {len(names)} values, found {len(cells)}.")
    values = []
    for name, cell in zip(names, cells, strict=True):
        text = cell.strip().replace(",", ".") if separator != "," else cell.strip()
        try:
            value = float(text)
        except ValueError:
            value = np.nan
        if not np.isfinite(value):
            raise AudioError(f"{path.name}, line {number}, column {name}: expected a number, found {cell.strip()!r}.")
        values.append(value)
    return values


def _identifier(name: str) -> str:
    """Return a column's name as expressions can say it: lower case, `_` for what is no letter or digit."""
    plain = "".join(sign if sign.isalnum() else "_" for sign in name.strip().lower()).strip("_")
    return f"c{plain}" if plain[:1].isdigit() else plain or "column"


def librosa_curves(song: Path, features: tuple[str, ...], rate_hz: float, count: int) -> Curves:
    """Return `pitch` and `chroma_c` to `chroma_b` as curves (count,) in [0, 1], those of them that are asked for.

    `pitch` is 0 at C2 and below or where nothing has a pitch, 1 at C7, even in between on the keyboard (YIN);
    a `chroma` curve is how strong that pitch class is among all (constant-Q chroma, each moment's greatest is 1).

    Raises:
        AudioError: librosa is not installed, or there is no such feature.
    """
    unknown = [name for name in features if name not in FEATURES]
    if unknown:
        raise AudioError(f"There is no feature {unknown[0]!r}. Choose of {', '.join(FEATURES)}.")
    try:
        import librosa
    except ImportError:
        raise AudioError(
            f"The envelopes {' and '.join(features)} need librosa, which is not installed here. Install it "
            "(pip install librosa), or leave them out of the project's song."
        ) from None
    signal = decode(song)
    makers: Mapping[str, Callable[[Any, NDArray[np.float32]], Curves]] = {"pitch": _pitch, "chroma": _chroma}
    moments = np.arange(count, dtype=np.int64) / rate_hz
    curves: Curves = {}
    for feature in features:
        for name, curve in makers[feature](librosa, signal).items():
            at = np.arange(curve.size, dtype=np.int64) * _HOP / SAMPLE_RATE
            curves[name] = np.interp(moments, at, np.clip(np.nan_to_num(curve), 0, 1)).astype(np.float32)
    return curves


def _pitch(librosa: Any, signal: NDArray[np.float32]) -> Curves:
    hz = np.asarray(librosa.yin(signal, fmin=_LOWEST_HZ, fmax=_HIGHEST_HZ, sr=SAMPLE_RATE, hop_length=_HOP))
    loud = np.asarray(librosa.feature.rms(y=signal, hop_length=_HOP))[0][: hz.size]
    place = np.log2(np.maximum(hz, _LOWEST_HZ) / _LOWEST_HZ) / np.log2(_HIGHEST_HZ / _LOWEST_HZ)
    quiet = loud < 0.01 * max(float(loud.max(initial=0.0)), 1e-12)
    place = place[: loud.size]
    # a pitch at the edge of what is searched is none
    return {"pitch": np.where(quiet | (hz[: loud.size] >= 0.98 * _HIGHEST_HZ), 0.0, place).astype(np.float32)}


def _chroma(librosa: Any, signal: NDArray[np.float32]) -> Curves:
    rows = np.asarray(librosa.feature.chroma_cqt(y=signal, sr=SAMPLE_RATE, hop_length=_HOP))
    return {f"chroma_{name}": row.astype(np.float32) for name, row in zip(_PITCH_CLASSES, rows, strict=True)}
