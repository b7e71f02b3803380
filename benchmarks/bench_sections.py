"""How well sections are heard in six real songs, against labels written down by hand.

Usage: python -m benchmarks.bench_sections FOLDER [FOLDER ...]

The labels (`section_truth.json`: [start in seconds, letter]) were read off the bars' self-distance picture, as
`draw_sections --plain` draws it, before any output was looked at. Printed are the pairwise label F (of all pairs of
moments, those that share a letter in both) and the boundary F within 3 s, both mir_eval's.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

_TRUTH = json.loads((Path(__file__).parent / "section_truth.json").read_text())


def scores(song: Path, truth: list[tuple[float, str]]) -> tuple[float, float, int, int]:
    """Return pairwise label F, boundary F, and how many sections were written down and heard."""
    import mir_eval

    from glance.audio.analysis import analyse

    heard = analyse(song)
    edges = [start for start, _ in truth] + [heard.duration_s]
    wanted = np.array(list(pairwise(edges)), dtype=float)
    found = np.array([[section.start_s, section.end_s] for section in heard.sections])
    letters = [letter for _, letter in truth], [section.label for section in heard.sections]
    pairs = mir_eval.segment.pairwise(wanted, letters[0], found, letters[1])[2]
    edge = mir_eval.segment.detection(wanted, found, window=3.0, trim=True)[2]
    return float(pairs), float(edge), len(truth), len(found)


def main() -> None:
    """Measure the songs that are there."""
    rows = []
    print(f"{'song':20} {'pairwise F':>10} {'boundary F':>10} {'by hand':>8} {'heard':>6}")
    for name, truth in _TRUTH.items():
        places = [folder / f"{name}.wav" for folder in map(Path, sys.argv[1:])]
        song = next((place for place in places if place.exists()), None)
        if song is None:
            print(f"{name:20} not there")
            continue
        pairs, edge, wanted, found = scores(song, truth)
        rows.append((pairs, edge))
        print(f"{name:20} {pairs:10.3f} {edge:10.3f} {wanted:8d} {found:6d}", flush=True)
    if rows:
        print(f"{'mean':20} {np.mean(rows, axis=0)[0]:10.3f} {np.mean(rows, axis=0)[1]:10.3f}")


if __name__ == "__main__":
    main()
