"""Reaper's projects (`.rpp`): tempo envelope, time signatures, markers and regions.

After the text that Reaper writes. Its tempo ramps are even in time. Not read: takes, fades of the master, markers of
subprojects, and where a render began, which is told.
"""

from __future__ import annotations

import math
import re

from glance.material.tempo_map import MOST_CHANGES, TempoPoint, map_of_seconds
from glance.material.types import Mark, Material

_MOST_MARKS, _MOST_LINES, _LINE = 20_000, 2_000_000, 4000
_WORD = re.compile(r'"([^"]{0,1000})"|\'([^\']{0,1000})\'|`([^`]{0,1000})`|(\S{1,1000})')
#: The shape of a point of the tempo envelope whose tempo stays until the next one; others go to it.
_SQUARE = "1"


def read_reaper(text: str, name: str) -> Material:
    """Return the tempo map and the marks of a Reaper project; nothing in them where they are damaged."""
    project = _Project()
    depth: list[str] = []
    for line in text.splitlines()[:_MOST_LINES]:
        stripped = line.strip()
        if stripped.startswith("<"):
            depth.append(stripped[1:40].split(" ", 1)[0])
        elif stripped == ">":
            del depth[-1:]
        elif len(stripped) <= _LINE:
            project.take(depth[1:], stripped)
    points = project.points or ([TempoPoint(0.0, project.bpm)] if project.bpm else [])
    metres = project.metres if project.points else []
    if not metres or metres[0][0] > 0:
        metres = [(0.0, *project.metre), *metres]
    notes = []
    if project.began_s:
        notes.append(f"{name}: its last render began at {project.began_s:.3f} s of the project, not at its start.")
    return Material("Reaper project", name, map_of_seconds(points, metres), project.all_marks(), notes=tuple(notes))


class _Project:
    """What was found so far."""

    def __init__(self) -> None:
        self.bpm = 0.0
        self.metre = (4, 4)
        self.began_s = 0.0
        self.points: list[TempoPoint] = []
        self.metres: list[tuple[float, int, int]] = []
        self.marks: list[Mark] = []
        self._open: dict[str, Mark] = {}

    def take(self, place: list[str], line: str) -> None:
        """Take in one line that stands within the blocks `place`."""
        kind = line.split(" ", 1)[0]
        if not place and kind in ("TEMPO", "MARKER", "RENDER_RANGE"):
            words = _words(line)
            if kind == "MARKER":
                self._mark(words)
            elif kind == "TEMPO":
                self.bpm, above, below = (*_numbers(words[1:4]), 0.0, 0.0, 0.0)[:3]
                self.metre = (int(above) or 4, int(below) or 4)
            elif words[1:2] in (["0"], ["2"]):
                self.began_s = (*_numbers(words[2:3]), 0.0)[0]
        elif place[:1] == ["TEMPOENVEX"] and kind == "PT" and len(self.points) < MOST_CHANGES:
            self._point(_words(line))

    def _point(self, words: list[str]) -> None:
        numbers = _numbers(words[1:3])
        if len(numbers) < 2:
            return
        self.points.append(TempoPoint(numbers[0], numbers[1], words[3:4] != [_SQUARE]))
        packed = int(_numbers(words[4:5])[0]) if _numbers(words[4:5]) else 0
        if packed > 0:
            self.metres.append((numbers[0], packed & 0xFFFF, packed >> 16))

    def _mark(self, words: list[str]) -> None:
        times = _numbers(words[2:3])
        if not times or len(self.marks) >= _MOST_MARKS:
            return
        number, start, name = words[1], times[0], words[3] if len(words) > 3 else ""
        flags = _numbers(words[4:5])
        if not flags or not int(flags[0]) & 1:
            self.marks.append(Mark(start, name))
        elif number in self._open:
            opened = self._open.pop(number)
            self.marks.append(Mark(opened.start_s, opened.name, max(start, opened.start_s)))
        else:
            self._open[number] = Mark(start, name)

    def all_marks(self) -> tuple[Mark, ...]:
        """Return marks and regions, in order of time."""
        return tuple(sorted([*self.marks, *self._open.values()], key=lambda mark: mark.start_s))


def _words(line: str) -> list[str]:
    return ["".join(found) for found in _WORD.findall(line)]


def _numbers(words: list[str]) -> list[float]:
    """Return the numbers that words begin with; up to the first that is none, or none that can be."""
    numbers = []
    for word in words:
        try:
            value = float(word)
        except ValueError:
            break
        if not math.isfinite(value) or abs(value) > 1e9:
            break
        numbers.append(value)
    return numbers
