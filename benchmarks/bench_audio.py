"""How well and at what cost GLANCE listens, on songs with known beats, with other trackers beside it in the same run.

Usage: python -m benchmarks.bench_audio [FOLDER ...] [--others librosa,essentia,madmom,beatnet] [--json OUT.json]

A FOLDER holds NAME.wav with NAME.json (`beats`, and optional `downbeats`, `sections` [[start, end, name], ...], `span`
[start, end] outside which nothing is known, `group`: the set's name, the folder's by default, `truth.doubt`: left out
of the means); without one the pieces of `audio_truth` are used. Scores are mir_eval's: beats and downbeats within
70 ms with the first five seconds left out, AMLt (half, double and off-beat counts pass), section boundaries within
0.5 s. Error is the median of found - true, in ms. Times are CPU seconds of one process. Other trackers are those of
`--others` that are installed, librosa by default; one that is not is named and left out.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.other_trackers import OTHERS, Found

NAN = float("nan")
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
    """One song's scores by one tracker; NaN where there is no truth for one."""

    group: str
    name: str
    doubtful: bool
    beat_f: float
    amlt: float
    downbeat_f: float
    error_ms: float
    silent_beats: int
    section_f: float
    cpu_s: float


def with_glance(song: Path) -> tuple[Found, object]:
    """Return what GLANCE hears, and its analysis."""
    from glance.audio.analysis import analyse

    heard = analyse(song)
    return Found(heard.beats_s, heard.downbeats_s), heard


def measure(song: Path, tracker: Callable[[Path], Found] | None) -> Row:
    """Track one song (by GLANCE where there is no tracker) and compare it with its truth."""
    truth = json.loads(song.with_suffix(".json").read_text())
    start, heard = time.process_time(), None
    if tracker is None:
        found, heard = with_glance(song)
    else:
        found = tracker(song)
    cpu_s = time.process_time() - start
    first, last = truth.get("span") or (0.0, np.inf)
    inside = [times[(times >= first - 0.1) & (times <= last + 0.1)] for times in (found.beats_s, found.downbeats_s)]
    return Row(
        truth.get("group") or song.parent.name,
        song.stem,
        bool((truth.get("truth") or {}).get("doubt")),
        *_beat_scores(truth, *inside),
        _beats_in_pauses(truth, found.beats_s),
        _section_f(truth.get("sections"), heard),
        cpu_s,
    )


def _beat_scores(truth: dict, beats: np.ndarray, downbeats: np.ndarray) -> tuple[float, float, float, float]:
    import mir_eval

    trim = mir_eval.beat.trim_beats
    wanted, found = trim(np.asarray(truth.get("beats") or [], dtype=float)), trim(beats)
    if not wanted.size:
        return NAN, NAN, NAN, NAN
    amlt = mir_eval.beat.continuity(wanted, found)[3] if min(wanted.size, found.size) > 1 else 0.0
    downbeat_f = NAN
    if truth.get("downbeats"):
        down = trim(np.asarray(truth["downbeats"], dtype=float))
        downbeat_f = mir_eval.beat.f_measure(down, trim(downbeats)) if downbeats.size else 0.0
    return mir_eval.beat.f_measure(wanted, found), amlt, downbeat_f, _median_error_ms(wanted, found)


def _median_error_ms(wanted: np.ndarray, found: np.ndarray) -> float:
    if not wanted.size or not found.size:
        return NAN
    errors = found[np.argmin(np.abs(found[None] - wanted[:, None]), axis=1)] - wanted
    near = errors[np.abs(errors) < 0.07]
    return float(np.median(near) * 1000) if near.size else NAN


def _beats_in_pauses(truth: dict, found: np.ndarray) -> int:
    """Count beats inside gaps of the truth of more than two seconds, 0.1 s from either side."""
    pauses = [(a, b) for a, b in pairwise(truth.get("beats") or []) if b - a > 2.0]
    return sum(int(((found > a + 0.1) & (found < b - 0.1)).sum()) for a, b in pauses)


def _section_f(sections: list[list[object]] | None, heard: object) -> float:
    import mir_eval

    if not sections or heard is None:
        return NAN
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


def report(folders: list[Path], others: list[str]) -> dict[str, list[Row]]:
    """Print every song and the table of sets and trackers, and return the rows by tracker."""
    songs = [path for folder in folders for path in sorted(folder.glob("*.wav")) if path.with_suffix(".json").exists()]
    songs = [path for path in songs if json.loads(path.with_suffix(".json").read_text()).get("beats")]
    if not songs:
        sys.exit(f"{', '.join(map(str, folders))}: expected NAME.wav with NAME.json that holds beats, found none.")
    rows: dict[str, list[Row]] = {}
    head = (
        f"{'song':24} {'beat F':>7} {'AMLt':>6} {'down F':>7} {'error ms':>9} {'silent':>7} {'sect F':>7} {'CPU s':>6}"
    )
    for name in ["glance", *others]:
        print(f"\n{name}", head, "-" * len(head), sep="\n")
        rows[name] = []
        for song in songs:
            row = measure(song, OTHERS.get(name))
            rows[name].append(row)
            print(_line(row), flush=True)
    print("\nset (songs): mean beat F / AMLt / downbeat F, median error ms, beats in silence, mean CPU s")
    for group in dict.fromkeys(row.group for row in rows["glance"]):
        for name, found in rows.items():
            print(_mean_line(group, name, [row for row in found if row.group == group and not row.doubtful]))
    longest = max(songs, key=lambda path: path.stat().st_size)
    first, second, peak = fresh_process(longest)
    print(f"\n{longest.stem} in a fresh process: first analysis {first:.2f} CPU-s with all imports,")
    print(f"  second {second:.2f} CPU-s, peak {peak:.0f} MB")
    return rows


def _line(row: Row) -> str:
    doubt = "  doubtful" if row.doubtful else ""
    return (
        f"{row.name:24} {row.beat_f:7.3f} {row.amlt:6.3f} {row.downbeat_f:7.3f} {row.error_ms:+9.1f} "
        f"{row.silent_beats:7d} {row.section_f:7.3f} {row.cpu_s:6.2f}{doubt}"
    )


def _mean_line(group: str, name: str, rows: list[Row]) -> str:
    if not rows:
        return f"{group} (0) {name}: -"
    beat_f, amlt, down_f = (_mean([getattr(row, part) for row in rows]) for part in ("beat_f", "amlt", "downbeat_f"))
    errors = [row.error_ms for row in rows if not np.isnan(row.error_ms)]
    error = statistics.median(errors) if errors else NAN
    silent, cpu_s = sum(row.silent_beats for row in rows), _mean([row.cpu_s for row in rows])
    return (
        f"{group + f' ({len(rows)})':16} {name:12} {beat_f:.3f} / {amlt:.3f} / {down_f:.3f}  "
        f"{error:+6.1f} ms  {silent} silent  {cpu_s:.2f} s"
    )


def _mean(values: list[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return statistics.fmean(known) if known else NAN


def main() -> None:
    """Measure the folders on the command line, or the composed pieces."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--others", default="librosa")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    others = [name for name in given.others.split(",") if name]
    unknown = [name for name in others if name not in OTHERS]
    if unknown:
        sys.exit(f"{unknown[0]}: expected {', '.join(OTHERS)}.")
    missing = [name for name in others if not OTHERS[name].installed()]
    for name in missing:
        print(f"{name} is not installed here and is left out.")
    with tempfile.TemporaryDirectory() as passing:
        folders = given.folders
        if not folders:
            from benchmarks import audio_truth

            folders = [Path(passing) / "composed"]
            audio_truth.write_pieces(folders[0])
        rows = report(folders, [name for name in others if name not in missing])
    if given.json:
        plain = {name: [asdict(row) for row in found] for name, found in rows.items()}
        given.json.write_text(json.dumps(plain, indent=1))


if __name__ == "__main__":
    main()
