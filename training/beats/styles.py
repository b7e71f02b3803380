"""Styles and drum patterns: the data of `styles.json` and `drum_patterns.json`.

A drum pattern is a bar: role -> one digit a step, the chance of a hit in ninths, `.` for none. Sixteen or twelve steps
make a bar of four, twelve or nine a bar of three (see `steps_per_beat`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

_HERE = Path(__file__).parent
Pattern = dict[str, str]
PATTERNS: dict[str, list[Pattern]] = json.loads((_HERE / "drum_patterns.json").read_text())


@dataclass(frozen=True)
class Style:
    """How often a style is drawn, and what it is drawn from; modes are those of `parts`, programs General MIDI's."""

    weight: float
    bpm: tuple[float, float]
    drums: list[str]
    bass: list[str]
    bass_programs: list[int]
    comp: list[str]
    comp_programs: list[int]
    lead: list[str]
    lead_programs: list[int]
    meter: int = 4
    #: Where the second eighth (or sixteenth, with `sixteenths`) of each pair lies, 0.5 straight.
    swing: list[float] = field(default_factory=lambda: [0.5])
    sixteenths: bool = False
    #: Chance that the tempo breathes, and that notes ring on to the bar's end.
    rubato: float = 0.02
    pedal: float = 0.1


STYLES: dict[str, Style] = {
    name: Style(**values) for name, values in json.loads((_HERE / "styles.json").read_text()).items()
}
_SHARES = np.array([style.weight for style in STYLES.values()]) / sum(style.weight for style in STYLES.values())


def draw_style(rng: np.random.Generator) -> tuple[str, Style]:
    """Return the name of a style and the style, drawn by weight."""
    name = str(rng.choice(list(STYLES), p=_SHARES))
    return name, STYLES[name]


def steps_per_beat(steps: int, meter: int) -> float:
    """Return how many steps of a pattern of `steps` fall on a beat."""
    return steps / (4 if steps in (16, 12) and meter == 4 else 3)
