"""Write docs/evidence.md: what was measured, with which model and host, and when.

python -m benchmarks.write_evidence

Figures lie in benchmarks/evidence/, a JSON file for each measurement, as the programs wrote them that are named in it.
A file of a new model or host is a new part of the page: nothing else has to be changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_FIGURES = _HERE / "evidence"
_PAGE = _HERE.parent / "docs" / "evidence.md"
_HEAD = """# Evidence

What was really measured, and with what. Written by `python -m benchmarks.write_evidence` from the figures in
`benchmarks/evidence/`; what is not here was not seen.
"""


def page() -> str:
    """Return the page's text."""
    parts = [_HEAD]
    for path in sorted(_FIGURES.glob("*.json")):
        told = json.loads(path.read_text("utf-8"))
        parts.append(_noise_part(told) if "ways" in told else _field_part(told))
    return "\n".join(parts)


def _noise_part(told: Mapping[str, Any]) -> str:
    where = told.get("where", "after the model")
    limit = f"held {where} to {told['limit']:g} times" if told["limit"] else "no limits"
    lines = [
        f"## Noise in a loop: {told['model']}, {told['steps']} steps, {limit}",
        "",
        f"{told['frames']} frames of {told['side']}x{told['side']}, strength .45, Euler, a push-in of .8 % a frame "
        f"with a turn, {told['backend']}, {told['date']} (`python -m benchmarks.bench_noise`). {told['note']}",
        "",
        "| noise_fresh | warp error | flicker | saturation | contrast | detail | dE |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, way in told["ways"].items():
        early, late = way["early"], way["late"]
        drifts = [f"{early[each]:.0f} > {late[each]:.0f}" for each in ("saturation", "contrast", "detail")]
        cells = [name, f"{way['warp_error']:.1f}", f"{way['flicker']:.1f}", *drifts, f"{way['distance']:.1f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _field_part(told: Mapping[str, Any]) -> str:
    lines = [
        "## The carried field",
        "",
        f"64x64 cells, 4 channels, 300 frames, {told['date']} (`python -m benchmarks.bench_field`). Variance and worst "
        "autocorrelation are extremes of 15 looks; white fields of this size give .97 to 1.03 and .036. Correlation is "
        "that of 4x4 block means with the moved field of the frame before; milliseconds of CPU a frame: mean, most.",
        "",
        "| path | variance | autocorrelation | correlation | ms | new anchors |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in told["paths"].items():
        spread, cost = (" to ".join(str(each) for each in row[key]) for key in ("variance", "ms"))
        alike = "-" if row["correlation"] is None else row["correlation"]
        lines.append(f"| {name} | {spread} | {row['autocorrelation']} | {alike} | {cost} | {row['anchors']} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    _PAGE.write_text(page(), "utf-8")
