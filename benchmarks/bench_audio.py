"""How well and at what cost GLANCE listens, on songs with known beats.

Usage: python -m benchmarks.bench_audio [FOLDER]

FOLDER holds NAME.wav with NAME.json (`beats`, `downbeats`, optional `sections` [[start, end, name], ...]); without one
the pieces of `audio_truth` are used. Scores are mir_eval's: beats and downbeats within 70 ms with the first five
seconds left out, AMLt, section boundaries within 0.5 s. Times are CPU seconds of one process.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

#: Mean beat F on the eight songs of the comparison, and median beat error in ms, each measured with that program.
_OTHERS = (
    ("librosa 0.11", 0.78, 43.0),
    ("aubio", 0.84, 5.0),
    ("essentia multifeature", 0.93, 9.0),
    ("madmom", 0.95, 0.0),
)
_FRESH = """
import resource, time
from pathlib import Path
from glance.audio.analysis import analyse
import sys
analyse(Path(sys.argv[1]))
first = time.process_time()
analyse(Path(sys.argv[1]))
print(first, time.process_time() - first, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


@dataclass(frozen=True)
class Row:
    """One song's scores; NaN where there is no truth for one."""

    name: str
    beat_f: float
    amlt: float
    downbeat_f: float
    error_ms: float
    silent_beats: int
    section_f: float
    cpu_s: float


def measure(song: Path) -> Row:
    """Analyse one song and compare it with its truth."""
    import mir_eval

    from glance.audio.analysis import analyse

    truth = json.loads(song.with_suffix(".json").read_text())
    start = time.process_time()
    heard = analyse(song)
    cpu_s = time.process_time() - start
    beats = np.asarray(truth.get("beats") or [], dtype=float)
    trim = mir_eval.beat.trim_beats
    wanted, found = trim(beats), trim(heard.beats_s)
    amlt = mir_eval.beat.continuity(wanted, found)[3] if min(wanted.size, found.size) > 1 else float("nan")
    downbeat_f = float("nan")
    if truth.get("downbeats"):
        downbeat_f = mir_eval.beat.f_measure(trim(np.asarray(truth["downbeats"])), trim(heard.downbeats_s))
    return Row(
        name=song.stem,
        beat_f=mir_eval.beat.f_measure(wanted, found) if wanted.size else float("nan"),
        amlt=amlt,
        downbeat_f=downbeat_f,
        error_ms=_median_error_ms(wanted, found),
        silent_beats=_beats_in_pauses(beats, heard.beats_s),
        section_f=_section_f(truth.get("sections"), heard),
        cpu_s=cpu_s,
    )


def _median_error_ms(wanted: np.ndarray, found: np.ndarray) -> float:
    if not wanted.size or not found.size:
        return float("nan")
    errors = found - wanted[np.argmin(np.abs(found[:, None] - wanted), axis=1)]
    near = errors[np.abs(errors) < 0.07]
    return float(np.median(near) * 1000) if near.size else float("nan")


def _beats_in_pauses(wanted: np.ndarray, found: np.ndarray) -> int:
    """Count beats inside gaps of the truth of more than two seconds, 0.1 s from either side."""
    pauses = [(a, b) for a, b in pairwise(wanted) if b - a > 2.0]
    return sum(int(((found > a + 0.1) & (found < b - 0.1)).sum()) for a, b in pauses)


def _section_f(sections: list[list[object]] | None, heard: object) -> float:
    import mir_eval

    if not sections:
        return float("nan")
    wanted = np.array([[float(a), float(b)] for a, b, *_ in sections])
    found = np.array([[section.start_s, section.end_s] for section in heard.sections])
    found, _ = mir_eval.util.adjust_intervals(found, None, wanted.min(), wanted.max())
    return float(mir_eval.segment.detection(wanted, found, window=0.5)[2])


def fresh_process(song: Path) -> tuple[float, float, float]:
    """Return CPU seconds of a first analysis (all imports counted) and of a second, and the peak memory in MB."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", _FRESH, str(song)]
    output = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    first, second, peak = (float(value) for value in output.split())
    return first, second, peak


def report(folder: Path) -> None:
    """Print the table for a folder of songs."""
    songs = [path for path in sorted(folder.glob("*.wav")) if path.with_suffix(".json").exists()]
    if not songs:
        sys.exit(f"{folder}: expected NAME.wav with NAME.json, found none.")
    head = (
        f"{'song':24} {'beat F':>7} {'AMLt':>6} {'down F':>7} {'error ms':>9} {'silent':>7} {'sect F':>7} {'CPU s':>6}"
    )
    print(head, "-" * len(head), sep="\n")
    rows = []
    for song in songs:
        row = measure(song)
        rows.append(row)
        print(_line(row), flush=True)
    mean = Row(
        "mean (error: median)",
        *(_mean([getattr(row, name) for row in rows]) for name in ("beat_f", "amlt", "downbeat_f")),
        statistics.median([row.error_ms for row in rows if not np.isnan(row.error_ms)] or [float("nan")]),
        sum(row.silent_beats for row in rows),
        _mean([row.section_f for row in rows]),
        _mean([row.cpu_s for row in rows]),
    )
    print("-" * len(head), _line(mean), sep="\n")
    print("\nothers, on the eight songs of the comparison (beat F, error ms):")
    for name, beat_f, error_ms in _OTHERS:
        print(f"  {name:22} {beat_f:7.2f} {error_ms:+9.0f}")
    longest = max(songs, key=lambda path: path.stat().st_size)
    first, second, peak = fresh_process(longest)
    print(f"\n{longest.stem} in a fresh process: first analysis {first:.2f} CPU-s with all imports,")
    print(f"  second {second:.2f} CPU-s, peak {peak:.0f} MB")


def _line(row: Row) -> str:
    return (
        f"{row.name:24} {row.beat_f:7.3f} {row.amlt:6.3f} {row.downbeat_f:7.3f} {row.error_ms:+9.1f} "
        f"{row.silent_beats:7d} {row.section_f:7.3f} {row.cpu_s:6.2f}"
    )


def _mean(values: list[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return statistics.fmean(known) if known else float("nan")


def main() -> None:
    """Measure the folder on the command line, or the composed pieces."""
    if len(sys.argv) > 1:
        report(Path(sys.argv[1]))
        return
    from benchmarks import audio_truth

    with tempfile.TemporaryDirectory() as folder:
        audio_truth.write_pieces(Path(folder))
        report(Path(folder))


if __name__ == "__main__":
    main()
